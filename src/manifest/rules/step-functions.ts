import { nearest } from '../../nearest.ts'
import { isOwnStep, knownStep, stepsOfModule, todaysName } from '../known-steps.ts'
import { shown } from '../shown.ts'
import { isSingle, usedSteps } from '../used-steps.ts'
import type { FileRule, Problem } from './rule.ts'
import { whenItFails } from './step-shape.ts'

/** The newest Prefect whose steps are known here. */
const NEWEST = '3.9'

const stepUnknown: FileRule = {
  id: 'step-unknown',
  severity: 'error',
  about:
    'A step names a function that Prefect does not have: a slip, a name without its module, or a module of Prefect 2 such as `prefect.projects`. It deploys, and fails when the step is come to. Functions of other packages and of the project are not judged.',
  depends: 'A warning where the name resembles no step that is known: a newer Prefect may have it.',
  acceptedByPrefect: true,
  find: (manifest) =>
    usedSteps(manifest).flatMap(({ section, steps }) =>
      steps.flatMap((step) => {
        const name = step.function
        if (name === undefined || !isSingle(step) || knownStep(name) !== undefined) return []
        const unknown = verdictOn(name)
        if (unknown === undefined) return []
        const { why, meant, sure } = unknown
        const problem: Problem = {
          message: `${why}, so ${sure ? '' : 'perhaps '}${whenItFails(section)}.`,
          hint: meant === undefined ? 'See the names of Prefect’s steps in its documentation.' : `Write \`${meant}\`.`,
          at: step.value.entries[0]?.keyAt ?? step.value.at,
          ...(sure ? {} : { severity: 'warning' }),
        }
        return [problem]
      }),
    ),
}

type Unknown = Readonly<{ why: string; meant: string | undefined; sure: boolean }>

function verdictOn(name: string): Unknown | undefined {
  const dot = name.lastIndexOf('.')
  const [module, last] = [name.slice(0, Math.max(0, dot)), name.slice(dot + 1)]
  const meant = todaysName(last)
  if (dot < 0)
    return meant === undefined || name.includes(':')
      ? undefined
      : { why: `\`${shown(name)}\` lacks its module`, meant, sure: true }
  if (/^prefect(?:_\w+)?\.projects(?:\.|$)/.test(name))
    return { why: `\`${shown(module)}\` is of Prefect 2 and no longer exists`, meant, sure: true }
  const siblings = stepsOfModule(module)
  if (siblings.length > 0) {
    const like = nearest(
      last,
      siblings.map((sibling) => sibling.slice(dot + 1)),
    )
    const near = like === undefined ? meant : `${module}.${like}`
    const why = near === undefined ? `\`${shown(module)}\` of Prefect ${NEWEST} has` : `\`${shown(module)}\` has`
    return { why: `${why} no \`${shown(last)}\``, meant: near, sure: near !== undefined }
  }
  // Of the rest of Prefect's modules only a step at the wrong address is known.
  if (!name.startsWith('prefect.') || !isOwnStep(meant)) return undefined
  return { why: `\`${shown(name)}\` is not where Prefect has this step`, meant, sure: true }
}

/** Rules about the functions that steps name. */
export const STEP_FUNCTION_RULES: readonly FileRule[] = [stepUnknown]
