import { nearest } from '../../nearest.ts'
import { isOwnStep, knownStep, type InputType, type KnownStep, todaysName } from '../known-steps.ts'
import { shown } from '../shown.ts'
import type { Step } from '../steps.ts'
import { isSingle, type StepSection, usedSteps } from '../used-steps.ts'
import { entryOf, isNull, kindOf, type MapEntry, textOf, type Value } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'
import { whenItFails } from './step-shape.ts'

/** Inputs that are of the step, not of its function. (Prefect: deployments/steps/core.py, RESERVED_KEYWORDS) */
const RESERVED = ['id', 'requires']
/** What people write for an input, by its name. */
const MISTAKEN: ReadonlyMap<string, string> = new Map([
  ['cmd', 'script'],
  ['command', 'script'],
  ['commands', 'script'],
  ['cwd', 'directory'],
  ['path', 'directory'],
  ['working_directory', 'directory'],
  ['repo', 'repository'],
  ['url', 'repository'],
  ['ref', 'branch'],
  ['tag', 'branch'],
  ['commit', 'commit_sha'],
  ['sha', 'commit_sha'],
  ['token', 'access_token'],
  ['submodules', 'include_submodules'],
  ['requirements', 'requirements_file'],
])

/** A step of which everything is known, and its section. */
type Known = Readonly<{ step: Step; known: KnownStep; section: StepSection }>

function knownOnes(manifest: Parameters<FileRule['find']>[0]): readonly Known[] {
  return usedSteps(manifest).flatMap(({ section, steps }) =>
    steps.flatMap((step) => {
      const known = knownStep(step.function)
      return known === undefined || !isSingle(step) || step.inputs?.kind !== 'map' ? [] : [{ step, known, section }]
    }),
  )
}

const inputsOf = ({ step }: Known): readonly MapEntry[] => (step.inputs?.kind === 'map' ? step.inputs.entries : [])
const lastPart = ({ step }: Known): string => shown(step.function?.split('.').at(-1) ?? '')

const inputUnknown: FileRule = {
  id: 'step-input-unknown',
  severity: 'error',
  about:
    'A step of Prefect is given an input that it does not take: a slip, or what belongs in a step of its own. Prefect stores it unseen, and Python refuses it when the step runs.',
  depends: 'A warning where the name resembles nothing that is known: a newer Prefect may take it.',
  acceptedByPrefect: true,
  find: (manifest) =>
    knownOnes(manifest).flatMap((one) => {
      if (one.known.open) return []
      return inputsOf(one)
        .filter(({ key }) => !Object.hasOwn(one.known.inputs, key) && !RESERVED.includes(key))
        .map(({ key, keyAt }) => {
          const hint = whereItBelongs(key, one)
          const sure = hint !== undefined && isOwnStep(one.step.function)
          const problem: Problem = {
            message: `\`${lastPart(one)}\` takes no \`${shown(key)}\`, so ${sure ? '' : 'perhaps '}${whenItFails(one.section)}.`,
            hint: hint ?? `It takes ${Object.keys(one.known.inputs).join(', ')}.`,
            at: keyAt,
            ...(sure ? {} : { severity: 'warning' }),
          }
          return problem
        })
    }),
}

function whereItBelongs(key: string, { known, step }: Known): string | undefined {
  const own = todaysName(key.split('.').at(-1) ?? '')
  if (own !== undefined)
    return `It is a step of its own; write it one level up, as the next item of the list:\n- ${own}:`
  const mistaken = MISTAKEN.get(key)
  const meant = mistaken !== undefined && Object.hasOwn(known.inputs, mistaken) ? mistaken : undefined
  const near = meant ?? nearest(key, [...Object.keys(known.inputs), ...RESERVED])
  if (near !== undefined) return `Did you mean \`${near}\`?`
  const others = ['git_clone', 'run_shell_script', 'set_working_directory', 'pip_install_requirements']
  const taker = others.find((name) => Object.hasOwn(knownStep(`prefect.deployments.steps.${name}`)?.inputs ?? {}, key))
  if (taker !== undefined && isOwnStep(step.function)) return `\`${key}\` is an input of \`${taker}\`.`
  return undefined
}

const inputMissing: FileRule = {
  id: 'step-input-missing',
  severity: 'error',
  about: 'A step of Prefect lacks an input that it cannot do without, or the input is empty.',
  acceptedByPrefect: true,
  find: (manifest) =>
    knownOnes(manifest).flatMap((one) =>
      one.known.required.flatMap((key) => {
        const entry = entryOf(one.step.inputs, key)
        if (entry !== undefined && !isNull(entry.value) && textOf(entry.value) !== '') return []
        const [start] = one.step.value.entries
        const what = entry === undefined ? 'lacks' : 'has an empty'
        return [
          {
            message: `\`${lastPart(one)}\` ${what} \`${key}\`, so ${whenItFails(one.section)}.`,
            hint: `It needs ${one.known.required.map((name) => `\`${name}\``).join(' and ')}.`,
            at: entry?.keyAt ?? start?.keyAt ?? one.step.value.at,
          },
        ]
      }),
    ),
}

const inputType: FileRule = {
  id: 'step-input-type',
  severity: 'error',
  about:
    'An input of one of Prefect’s own steps is of a type that its function cannot take: `branch: 1.0` is a number, a `script` no list, a variable of `env` no number. It deploys, and fails when the step runs.',
  depends: 'A warning for a quoted `"false"`, which counts as true, and for `directories` that are no list.',
  acceptedByPrefect: true,
  find: (manifest) =>
    knownOnes(manifest)
      .filter(({ step }) => isOwnStep(step.function))
      .flatMap((one) =>
        inputsOf(one).flatMap(({ key, value }) => {
          const type = Object.hasOwn(one.known.inputs, key) ? one.known.inputs[key] : undefined
          const wrong = type === undefined ? undefined : wrongType(key, value, type)
          if (wrong === undefined) return []
          const { what, hint, at = value.at, severity } = wrong
          const message = severity === undefined ? `${what}, so ${whenItFails(one.section)}.` : `${what}.`
          return [{ message, hint, at, ...(severity === undefined ? {} : { severity }) }]
        }),
      ),
}

type Wrong = Readonly<{ what: string; hint: string; at?: Problem['at']; severity?: 'warning' }>

function wrongType(key: string, value: Value, type: InputType): Wrong | undefined {
  const text = textOf(value)
  const what = `\`${shown(key)}\` is ${kindOf(value)}`
  switch (type) {
    case 'text':
      if (text !== undefined || (isNull(value) && key !== 'requirements_file')) return undefined
      return { what: `${what}; it must be a text`, hint: asText(key, value) }
    case 'flag':
      if (text === undefined || !/^(?:false|no|off|0|)$/i.test(text)) return undefined
      return text === ''
        ? undefined
        : {
            what: `\`${key}\` is the text "${text}", which counts as true`,
            hint: `Write it without quotes: \`${key}: false\`.`,
            severity: 'warning',
          }
    case 'texts':
      if (text === undefined || text === '' || text.includes('{{')) return undefined
      return {
        what: `${what}, of which each letter counts as a folder`,
        hint: `Write a list: \`${key}: [${shown(text)}]\`.`,
        severity: 'warning',
      }
    case 'variables':
      return wrongVariables(key, value)
    case 'block':
      if (text === undefined || text === '' || text.includes('{{')) return undefined
      return {
        what: `\`${key}\` is a plain text; it must be a block`,
        hint: `Name the block:\n${key}: "{{ prefect.blocks.github-credentials.NAME }}"`,
      }
    case 'any':
      return undefined
  }
}

function asText(key: string, value: Value): string {
  if (value.kind === 'list' && key === 'script') return 'Write one text, a command on each line:\nscript: |\n  …\n  …'
  if (value.kind !== 'scalar' || isNull(value) || key === 'access_token') return 'Write a text there.'
  return `Quote it: \`${key}: "${shown(value.source)}"\`.`
}

function wrongVariables(key: string, value: Value): Wrong | undefined {
  if (value.kind === 'map') {
    const odd = value.entries.find((entry) => textOf(entry.value) === undefined)
    if (odd === undefined) return undefined
    return {
      what: `The variable \`${shown(odd.key)}\` is ${kindOf(odd.value)}; it must be a text`,
      hint: odd.value.kind === 'scalar' && !isNull(odd.value) ? 'Quote it.' : 'Write a text there, or remove it.',
      at: odd.value.at,
    }
  }
  const text = textOf(value)
  if (isNull(value) || text === '' || text?.includes('{{') === true) return undefined
  return { what: `\`${key}\` is ${kindOf(value)}; it must be a mapping`, hint: `Write it so:\n${key}:\n  NAME: value` }
}

/** Rules about what Prefect's steps are given. */
export const STEP_INPUT_RULES: readonly FileRule[] = [inputUnknown, inputMissing, inputType]
