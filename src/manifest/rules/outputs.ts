import { nearest } from '../../nearest.ts'
import { deploymentTexts, isNeededAtOnce, isOfTrigger } from '../deployment-texts.ts'
import { knownStep } from '../known-steps.ts'
import type { DeploymentEntry, Manifest } from '../model.ts'
import type { ManifestText, PlacedText } from '../placed-texts.ts'
import { type Placeholder, placeholdersIn, withoutExpressions } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { addOutputs, type GrowingOutputs, hasOutput, namesOf, outputsOf, type StepOutputs } from '../step-outputs.ts'
import type { Step } from '../steps.ts'
import { inputTexts, isSingle, stepsOf, type UsedSteps, usedSteps } from '../used-steps.ts'
import { textOf, valueAt } from '../value.ts'
import type { FileRule, Problem, Surroundings } from './rule.ts'

/** `{{ NAME }}`, as variables of the environment are written. */
const LOOKS_LIKE_A_VARIABLE = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/

/** A placeholder that asks for the output of a step, and no step gives it. */
type Dangling = Readonly<{
  placeholder: Placeholder
  text: PlacedText
  /** Outputs that could have been meant. */
  names: readonly string[]
}>

const placeholders = ({ text }: PlacedText): readonly Placeholder[] =>
  placeholdersIn(withoutExpressions(text)).filter(({ kind, name }) => kind === 'output' && !isMisspelt(name))

/** `prefect.block.…`: no output, but a slip; a rule of its own tells of it. */
const isMisspelt = (name: string): boolean => name.startsWith('prefect.')
const isWhole = ({ placeholder, text }: Dangling): boolean => placeholder.text === text.text.trim()
const becomes = (dangling: Dangling): string =>
  isWhole(dangling) ? 'Prefect drops the field' : 'Prefect puts an empty text there'

function meant({ placeholder, names }: Dangling): string {
  // What Docker calls a format: `--format '{{.ID}}'`.
  if (placeholder.name.startsWith('.'))
    return `Where another tool is to read it, write it so that it is no name of Prefect's: \`{{print ${shown(placeholder.name)}}}\`.`
  const near = nearest(placeholder.name, names)
  if (near !== undefined) return `Did you mean \`{{ ${near} }}\`?`
  return names.length === 0
    ? 'An output is named by the `id` of a step that runs before: `{{ build-image.image }}`.'
    : `There ${names.length === 1 ? 'is' : 'are'} ${names
        .slice(0, 4)
        .map((name) => `\`{{ ${shown(name)} }}\``)
        .join(', ')}.`
}

const outputUnknown: FileRule = {
  id: 'output-unknown',
  severity: 'warning',
  about:
    'A field of a deployment, or a `build` or `push` step, asks for the output of a step that no step before it gives: Prefect drops the field or puts an empty text there, with no more than a line in the log.',
  depends:
    'An error in `entrypoint` and in the name of the work pool, which Prefect reads before any step has run, and where an input is missing then that a step cannot do without.',
  acceptedByPrefect: true,
  find: (manifest, known) => [
    ...inDeployments(manifest, known).flatMap((dangling) => (isVariable(dangling) ? [] : [unknownInField(dangling)])),
    ...tooEarly(manifest, known),
    ...inSteps(manifest, ['build', 'push']).flatMap((dangling) =>
      isVariable(dangling) ? [] : [unknownInStep(dangling)],
    ),
  ],
}

function unknownInField(dangling: Dangling): Problem {
  return {
    message: `No \`build\` or \`push\` step gives \`{{ ${shown(dangling.placeholder.name)} }}\`; ${becomes(dangling)}.`,
    hint: meant(dangling),
    at: dangling.text.at,
  }
}

const isVariable = ({ placeholder }: Dangling): boolean => LOOKS_LIKE_A_VARIABLE.test(placeholder.name)

/** The texts of deployments that ask for what neither the steps of that deployment nor the environment can give. */
function inDeployments(manifest: Manifest, { environment }: Surroundings): readonly Dangling[] {
  const outputs = outputsByDeployment(manifest)
  const found: Dangling[] = []
  for (const text of deploymentTexts(manifest)) {
    if (isOfTrigger(text) || isNeededAtOnce(text)) continue
    for (const placeholder of placeholders(text)) {
      const given = outputs(text.deployment)
      // What runs later fills in `ctx`; the environment of the deploying machine comes before any output.
      if (placeholder.name.startsWith('ctx.') || environment.has(placeholder.name)) continue
      if (hasOutput(given, placeholder.name) !== 'no') continue
      found.push({ placeholder, text, names: namesOf(given) })
      break
    }
  }
  return found
}

/** `entrypoint` and the pool's name are read when the environment is filled in and no step has run. */
function tooEarly(manifest: Manifest, { environment }: Surroundings): readonly Problem[] {
  const found: Problem[] = []
  for (const text of deploymentTexts(manifest)) {
    if (!isNeededAtOnce(text)) continue
    const early = placeholders(text).find(({ name }) => !environment.has(name) && !LOOKS_LIKE_A_VARIABLE.test(name))
    if (early === undefined) continue
    found.push({
      message: `Prefect reads this field before any step has run, so nothing can fill in \`{{ ${shown(early.name)} }}\`.`,
      hint: 'Use a variable of the environment: `{{ $NAME }}`.',
      at: text.at,
      severity: 'error',
    })
  }
  return found
}

function outputsByDeployment(manifest: Manifest): (deployment: ManifestText['deployment']) => StepOutputs {
  const known = new Map<number, StepOutputs>()
  const shared = new Map<Step | undefined, StepOutputs>()
  const none = outputsOf([])
  const entries = new Map(manifest.deployments.map((entry) => [entry.index, entry]))
  return (deployment) => {
    const entry = entries.get(deployment ?? -1)
    if (entry === undefined) return none
    const before = known.get(entry.index)
    if (before !== undefined) return before
    const steps = deployTimeSteps(manifest, entry)
    // Deployments without own steps share the file's.
    const outputs = shared.get(steps.at(0)) ?? outputsOf(steps)
    if (entry.build.state === 'absent' && entry.push.state === 'absent') shared.set(steps.at(0), outputs)
    known.set(entry.index, outputs)
    return outputs
  }
}

function deployTimeSteps(manifest: Manifest, entry: DeploymentEntry): readonly Step[] {
  return [...stepsOf(manifest, entry, 'build'), ...stepsOf(manifest, entry, 'push')]
}

const pullReference: FileRule = {
  id: 'pull-step-reference',
  severity: 'warning',
  about:
    'A step of `pull` asks for the output of a step that no earlier one has: an `id` that is nowhere, or of a later step. The run leaves the input out, or puts an empty text there.',
  depends: 'An error where an input is missing then that the step cannot do without.',
  acceptedByPrefect: true,
  find: (manifest) =>
    inSteps(manifest, ['pull']).flatMap((dangling) => (isVariable(dangling) ? [] : [unknownInStep(dangling)])),
}

type DanglingInput = Dangling & Readonly<{ step: Step; later: 'self' | 'later' | 'nowhere' }>

function unknownInStep(dangling: DanglingInput): Problem {
  const { placeholder, text, step, later } = dangling
  const name = shown(placeholder.name)
  const [first = '', second] = text.path
  const needed =
    isWhole(dangling) && second === undefined && knownStep(step.function)?.required.includes(String(first)) === true
  const why = {
    self: `\`{{ ${name} }}\` is an output of this very step`,
    later: `\`{{ ${name} }}\` is an output of a later step`,
    nowhere: `No earlier step gives \`{{ ${name} }}\``,
  }[later]
  return {
    message: needed
      ? `${why}, so \`${shown(String(first))}\` is missing when the step runs, and it fails.`
      : `${why}, so ${isWhole(dangling) ? 'the input is left out' : 'an empty text is put there'}.`,
    hint: later === 'later' ? 'Put that step before this one.' : meant(dangling),
    at: text.at,
    ...(needed ? { severity: 'error' } : {}),
  }
}

/** The inputs of steps that ask for what neither an earlier step of their list nor, for `pull`, a `build` or `push` step gives. */
function inSteps(manifest: Manifest, sections: readonly UsedSteps['section'][]): readonly DanglingInput[] {
  return usedSteps(manifest)
    .filter(({ section }) => sections.includes(section))
    .flatMap((list) => danglingIn(list, outputsBefore(manifest, list)))
}

function outputsBefore(manifest: Manifest, { section, users }: UsedSteps): GrowingOutputs {
  if (section === 'build') return outputsOf([])
  // What one of several deployments gives is taken as given to all: their common list cannot please each.
  const lists = new Set<readonly Step[]>()
  const sections = section === 'push' ? (['build'] as const) : (['build', 'push'] as const)
  for (const part of sections) {
    for (const entry of users) lists.add(stepsOf(manifest, entry, part))
    const file = manifest[part]
    if (users.length === 0 && file.state === 'steps') lists.add(file.steps)
  }
  return outputsOf([...lists].flat())
}

function danglingIn({ steps }: UsedSteps, given: GrowingOutputs): readonly DanglingInput[] {
  const all = outputsOf(steps)
  const texts = new Map<number, PlacedText[]>()
  for (const text of inputTexts(steps)) {
    const others = texts.get(text.step)
    if (others === undefined) texts.set(text.step, [text])
    else others.push(text)
  }
  return steps.flatMap((step, index) => {
    const found: DanglingInput[] = []
    for (const text of isSingle(step) ? (texts.get(index) ?? []) : []) {
      if (text.path[0] === 'id' || text.path[0] === 'requires') continue
      for (const placeholder of placeholders(text)) {
        if (hasOutput(given, placeholder.name) !== 'no') continue
        found.push({ placeholder, text, names: namesOf(given), step, later: whereElse(placeholder.name, step, all) })
        // One of a text is enough to look at it.
        break
      }
    }
    addOutputs(given, step)
    return found
  })
}

function whereElse(name: string, step: Step, all: StepOutputs): DanglingInput['later'] {
  const own = textOf(valueAt(step.inputs, 'id'))
  if (own !== undefined && name.startsWith(`${own}.`)) return 'self'
  // By its key alone, an output may be the step's own one.
  return name.includes('.') && hasOutput(all, name) === 'yes' ? 'later' : 'nowhere'
}

const withoutDollar: FileRule = {
  id: 'placeholder-without-dollar',
  severity: 'warning',
  about:
    '`{{ NAME }}` looks like a variable of the environment, but has no `$`: in `build`, `push` and `pull` Prefect takes it for the output of a step and puts an empty text there; in other fields it takes the variable where that is set when it deploys.',
  depends: 'A notice in fields of a deployment where the variables of the deploying step are not known.',
  acceptedByPrefect: true,
  find: (manifest, known) => [
    ...inDeployments(manifest, known)
      .filter(isVariable)
      .map((dangling) => dollarless(dangling, becomes(dangling), known.deploys ? 'warning' : 'notice')),
    ...inSteps(manifest, ['build', 'push', 'pull'])
      .filter(isVariable)
      .map((dangling) =>
        dollarless(dangling, isWhole(dangling) ? 'the input is left out' : 'an empty text is put there', 'warning'),
      ),
  ],
}

function dollarless({ placeholder, text }: Dangling, becoming: string, severity: 'warning' | 'notice'): Problem {
  const name = shown(placeholder.name)
  const unless = severity === 'notice' ? ' unless a variable of that name is set' : ''
  return {
    message: `\`{{ ${name} }}\` is read as the output of a step, and no step gives it: ${becoming}${unless}.`,
    hint: `For the variable of the environment write \`{{ $${name} }}\`.`,
    at: text.at,
    severity,
  }
}

/** Rules about `{{ … }}` that asks for what a step gives. */
export const OUTPUT_RULES: readonly FileRule[] = [outputUnknown, pullReference, withoutDollar]
