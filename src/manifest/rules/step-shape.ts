import { shown } from '../shown.ts'
import type { Step } from '../steps.ts'
import { isSingle, type StepSection, usedSteps } from '../used-steps.ts'
import { entryOf, kindOf, type Place } from '../value.ts'
import type { FileRule } from './rule.ts'

/** Keys that a hint writes out. */
const MOST_KEYS = 6

/** When a step of a section fails that cannot run. */
export function whenItFails(section: StepSection): string {
  return section === 'pull' ? 'every run fails at it' : '`prefect deploy` fails at it'
}

const stepKeys: FileRule = {
  id: 'step-keys',
  severity: 'error',
  about:
    'A step has more than one key: mostly inputs that are not indented below the function. Prefect stores or runs it all the same, and fails when it comes to it. A step without any key does nothing.',
  depends: 'A warning for a step without a key.',
  acceptedByPrefect: true,
  find: (manifest) =>
    usedSteps(manifest).flatMap(({ section, steps }) =>
      steps.flatMap((step) => {
        if (step.value.entries.length === 0)
          return [
            {
              message: `A step of \`${section}\` is empty and does nothing.`,
              hint: 'Remove it.',
              at: step.value.at,
              severity: 'warning' as const,
            },
          ]
        if (isSingle(step)) return []
        const more = step.value.entries.slice(1).map(({ key }) => `\`${shown(key)}\``)
        const message = `A step has one key, its function; here ${more.slice(0, MOST_KEYS).join(', ')} ${more.length > 1 ? 'stand' : 'stands'} beside it, so ${whenItFails(section)}.`
        return [{ message, hint: indented(step), at: step.value.entries[1]?.keyAt ?? step.value.at }]
      }),
    ),
}

function indented({ value }: Step): string {
  const [first, ...more] = value.entries
  if (more.every(({ key }) => key.includes('.'))) return 'Begin each step with `- ` on a line of its own.'
  const inputs = more.slice(0, MOST_KEYS).map(({ key }) => `    ${shown(key)}: …`)
  return `Indent the inputs below the function:\n- ${shown(first?.key ?? '')}:\n${inputs.join('\n')}`
}

const stepInputs: FileRule = {
  id: 'step-inputs',
  severity: 'error',
  about: 'What stands behind a function is no mapping of inputs; Prefect fails when it comes to the step.',
  acceptedByPrefect: true,
  find: (manifest) =>
    usedSteps(manifest).flatMap(({ section, steps }) =>
      steps.flatMap((step) => {
        const { inputs } = step
        if (!isSingle(step) || inputs === undefined || inputs.kind === 'map') return []
        const [entry] = step.value.entries
        const name = shown(step.function ?? '')
        return [
          {
            message: `The inputs of \`${name}\` are ${kindOf(inputs)}; they must be a mapping, else ${whenItFails(section)}.`,
            hint: `Write them below the function, or that there are none:\n- ${name}: {}`,
            at: entry?.keyAt ?? step.value.at,
          },
        ]
      }),
    ),
}

const stepIdTwice: FileRule = {
  id: 'step-id-twice',
  severity: 'warning',
  about: 'Two steps of one section have the same `id`: what refers to it gets the outputs of the later one.',
  acceptedByPrefect: true,
  find: (manifest) =>
    usedSteps(manifest).flatMap(({ section, steps }) => {
      const first = new Map<string, Place>()
      return steps.flatMap(({ id, inputs }) => {
        const at = entryOf(inputs, 'id')?.value.at
        if (id === undefined || id === '' || at === undefined) return []
        const before = first.get(id)
        if (before === undefined) {
          first.set(id, at)
          return []
        }
        if (before === at) return []
        const message = `\`${shown(id)}\` is the \`id\` of an earlier step of \`${section}\` too (line ${before.line}); after this step \`{{ ${shown(id)}.… }}\` means this one.`
        return [{ message, hint: 'Give each step an `id` of its own.', at }]
      })
    }),
}

/** Rules about the shape of a step, whatever its function. */
export const STEP_SHAPE_RULES: readonly FileRule[] = [stepKeys, stepInputs, stepIdTwice]
