import { shown } from '../shown.ts'
import type { MapEntry } from '../value.ts'
import { lines, listed, poolOf } from './corrected.ts'
import { grouped, type Kind } from './key-kinds.ts'
import { JOB_VARIABLE_MEANT, KNOWN, type Level, PAUSED_MEANT, POOL_MEANT } from './known-keys.ts'
import type { FileRule } from './rule.ts'
import type { UnknownKey } from './unknown-keys.ts'

const PLACES: Readonly<Record<Level, string>> = {
  file: 'at the top level of the file',
  deployment: 'on the deployment',
  work_pool: 'under `work_pool`',
  concurrency_limit: 'under `concurrency_limit`',
  sla: 'under `sla`',
}

/** A rule about keys that stand at a wrong level. `place` says where they belong, and `hint` writes those of one mapping there. */
function misplaced(
  kind: Kind,
  facts: Readonly<{ id: string; about: string }>,
  place: (first: UnknownKey) => string,
  hint: (entries: readonly MapEntry[], first: UnknownKey) => string,
): FileRule {
  return {
    ...facts,
    severity: 'warning',
    acceptedByPrefect: true,
    find: (manifest) =>
      grouped(manifest, kind).map((group) => {
        const [first] = group
        const entries = group.map(({ entry }) => entry)
        const keys = listed(entries.map(({ key }) => key))
        const [stands, it, belongs] =
          group.length === 1 ? ['stands', 'it', 'it belongs'] : ['stand', 'them', 'they belong']
        return {
          message: `${keys} ${stands} ${PLACES[first.level]}, where Prefect drops ${it} without a word; ${belongs} ${place(first)}.`,
          hint: hint(entries, first),
          at: first.entry.keyAt,
        }
      }),
  }
}

const jobVariablesMisplaced = misplaced(
  'job-variables',
  {
    id: 'job-variables-misplaced',
    about:
      '`job_variables`, or one of them such as `env` or `image`, does not stand in `work_pool.job_variables`. Prefect drops it, so the runs never get it.',
  },
  () => 'in `job_variables` of the `work_pool`',
  (entries, { deployment }) => {
    const whole = entries.filter(({ key }) => /^job_var|^variables$/.test(key))
    const single = entries.filter((entry) => !whole.includes(entry))
    const inner = whole.flatMap(({ value }) => (value.kind === 'map' ? value.entries : []))
    const written = lines([...inner, ...single], '    ', JOB_VARIABLE_MEANT)
    return `Write it so:\nwork_pool:\n  name: ${poolOf(deployment)}\n  job_variables:\n${written || '    …'}`
  },
)

const workPoolMisplaced = misplaced(
  'work-pool',
  {
    id: 'work-pool-misplaced',
    about:
      'The name of the work pool or of its queue does not stand in `work_pool`. Prefect drops it, so the runs go to the default queue, or the deployment has no pool.',
  },
  ({ entry: { key } }) => `in \`work_pool\`, as \`${POOL_MEANT.get(key) ?? 'name'}\``,
  (entries, { level, deployment }) => {
    const named = entries.some(({ key }) => POOL_MEANT.get(key) === 'name')
    const pool = named || level === 'work_pool' ? '' : `  name: ${poolOf(deployment)}\n`
    return `Write it so:\nwork_pool:\n${pool}${lines(entries, '  ', POOL_MEANT)}`
  },
)

const scheduleMisplaced = misplaced(
  'schedule',
  {
    id: 'schedule-misplaced',
    about:
      '`cron`, `interval`, `rrule` or what goes with them does not stand in an item of `schedules`. Prefect drops it, so the deployment never runs by itself.',
  },
  () => 'in an item of `schedules`',
  (entries) => `Write it so, on the deployment:\nschedules:\n${lines(entries, '    ').replace(/^ {4}/, '  - ')}`,
)

const pausedMisspelt: FileRule = {
  id: 'paused-misspelt',
  severity: 'warning',
  about:
    'A key such as `is_schedule_active` or `is_paused` shall pause the deployment; Prefect 3 knows `paused` alone, and drops the others.',
  depends: 'It is a notice where the deployment is to be active, which it is anyway.',
  acceptedByPrefect: true,
  find: (manifest) =>
    grouped(manifest, 'paused').flatMap((group) =>
      group.map(({ level, entry }) => ({
        severity: pausedBy(entry) === false ? 'notice' : 'warning',
        message: `Prefect 3 drops \`${shown(entry.key)}\` ${PLACES[level]} without a word; its name is \`paused\`.`,
        hint: pausedHint(entry),
        at: entry.keyAt,
      })),
    ),
}

/** What the key was to make of `paused`; a deployment that is to be active is so without it. */
function pausedBy({ key, value }: MapEntry): boolean | undefined {
  if (value.kind !== 'scalar' || value.type !== 'boolean') return undefined
  return value.value !== PAUSED_MEANT.get(key)
}

function pausedHint(entry: MapEntry): string {
  const paused = pausedBy(entry)
  const sense = PAUSED_MEANT.get(entry.key) === true ? '`paused` with the contrary value' : '`paused`'
  const written = paused === undefined ? sense : `\`paused: ${paused}\``
  return `Write ${written} on the deployment; a single schedule is switched off by \`active: false\` in its item of \`schedules\`.`
}

const keyMisplaced = misplaced(
  'field',
  {
    id: 'key-misplaced',
    about: 'A field that Prefect knows stands at a wrong level, where Prefect drops it without a word.',
  },
  ({ level, entry: { key } }) => {
    if (!KNOWN.deployment.includes(key)) return 'at the top level of the file'
    return level === 'file' ? 'on the deployments that are meant' : 'on the deployment'
  },
  (entries, { level, deployment }) => {
    const ofFile = entries.filter(({ key }) => !KNOWN.deployment.includes(key))
    if (ofFile.length > 0) return `Move ${listed(ofFile.map(({ key }) => key))} to the top level of the file.`
    const name = deployment?.name.text ? shown(deployment.name.text) : 'daily'
    const pool = entries.some(({ key }) => key === 'concurrency_limit') && level === 'work_pool' ? OF_THE_POOL : ''
    return `Write it so:\ndeployments:\n  - name: ${name}\n${lines(entries, '    ')}${pool}`
  },
)

const OF_THE_POOL =
  '\nTo limit the runs of all deployments of the pool: `prefect work-pool set-concurrency-limit`, once.'

/** Rules about keys that Prefect knows, at a level or under a name where it does not. */
export const MISPLACED_KEY_RULES: readonly FileRule[] = [
  jobVariablesMisplaced,
  workPoolMisplaced,
  scheduleMisplaced,
  pausedMisspelt,
  keyMisplaced,
]
