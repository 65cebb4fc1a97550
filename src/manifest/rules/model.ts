import type { Manifest } from '../model.ts'
import { refusalsOf } from '../schema/prefect-yaml.ts'
import { onceEach, type RefusalRule } from '../schema/shape.ts'
import type { MapValue } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'

/** Problems of one rule that are told of one file; one more says how many there are. */
export const MOST_PROBLEMS = 50

/** Of each rule what it finds. Every one of them makes Prefect drop the whole file, without a word of the reason. */
const ABOUT: Readonly<Record<Exclude<RefusalRule, 'deployments-empty'>, string>> = {
  'deployments-not-a-list': '`deployments` is not a list.',
  'deployment-not-a-mapping': "An item of `deployments` is not a mapping. Prefect's own command crashes on it.",
  'field-missing': 'An SLA has no name, or promises nothing.',
  'field-type':
    'A field has a type that Prefect refuses, as a number in `version` or nothing in `parameters`. Prefect drops the whole file, and names neither the reason nor the place.',
  'key-not-a-text':
    'A key is no text to YAML, as `on`, `yes` or a number, where Prefect wants texts. Prefect drops the whole file.',
  'schedule-interval':
    'The `interval` of a schedule is neither seconds nor a duration. A number in quotes is none, and placeholders are filled in too late. Prefect drops the whole file.',
  'schedule-key-unknown':
    'A schedule has a key that Prefect does not know. Elsewhere it passes over such keys; in a schedule it drops the whole file.',
  'schedule-nested':
    "A schedule is written as Prefect's API has it, with its keys inside of `schedule`. `prefect deploy` refuses that, some of it only when it deploys.",
  'schedule-selector':
    'A schedule has none of `cron`, `interval` and `rrule`, or more than one. Prefect drops the whole file.',
  'steps-not-a-list': 'A `build`, `push` or `pull` section is not a list of steps.',
  'value-not-allowed': 'The severity of an SLA is none that Prefect knows. Prefect drops the whole file.',
  'work-pool-name-invalid': 'The name of a work pool is no text.',
  'work-pool-not-a-mapping': '`work_pool` is not a mapping.',
}

/** Rules about what Prefect's model of the file refuses; all of it comes from one walk. */
export const MODEL_RULES: readonly FileRule[] = Object.entries(ABOUT).map(([id, about]) => ({
  id,
  severity: 'error',
  about,
  // The form of the API passes the model where all is well in it; the deploy refuses it all the same.
  acceptedByPrefect: id === 'schedule-nested',
  find: ({ root }: Manifest) => problemsIn(root).get(id) ?? [],
}))

const walked = new WeakMap<MapValue, ReadonlyMap<string, readonly Problem[]>>()

function problemsIn(root: MapValue): ReadonlyMap<string, readonly Problem[]> {
  const known = walked.get(root)
  if (known !== undefined) return known
  const problems = bounded(root)
  walked.set(root, problems)
  return problems
}

/** The problems of each rule, each place once however many aliases lead there, and no more than one can read. */
function bounded(root: MapValue): ReadonlyMap<string, readonly Problem[]> {
  const told = new Map<string, Problem[]>()
  const left = new Map<string, number>()
  const places = new Set<string>()
  for (const { rule, at, message, hint } of refusalsOf(root, onceEach())) {
    const place = `${rule} ${at.line}:${at.column}`
    if (places.has(place)) continue
    places.add(place)
    const problems = told.get(rule) ?? []
    told.set(rule, problems)
    if (problems.length < MOST_PROBLEMS) problems.push({ message, hint, at })
    else left.set(rule, (left.get(rule) ?? 0) + 1)
  }
  for (const [rule, count] of left) {
    const problems = told.get(rule)
    const last = problems?.at(-1)
    if (last !== undefined) problems?.push(more(count, last))
  }
  return told
}

function more(count: number, { at, hint }: Problem): Problem {
  const places = count === 1 ? 'One more place has' : `${count} more places have`
  return {
    message: `${places} the same fault as the ${MOST_PROBLEMS} above.`,
    at,
    ...(hint === undefined ? {} : { hint }),
  }
}
