import { placeholdersIn } from '../placeholders.ts'
import { laxText, isLaxBoolean } from '../schema/lax.ts'
import { booleanOf, scheduleItems } from '../schedule/judged.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven, isNull, isTruthy, type MapValue, type Value } from '../value.ts'
import { called } from './deployments.ts'
import type { FileRule, Problem } from './rule.ts'
import { problemsAt, schedulesIn } from './schedule-places.ts'

/** Since Prefect 3.9; whatever is in it, somebody has thought of it. */
const CLEARS = 'PREFECT_DEPLOYMENTS_CLEAR_SCHEDULES_ON_EMPTY'
const SELECTORS = ['cron', 'interval', 'rrule']

const scheduleAndSchedules: FileRule = {
  id: 'schedule-and-schedules',
  severity: 'error',
  about:
    'A deployment has both `schedule` and `schedules`. Prefect reads the file without a word, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    problemsAt(
      deployments.flatMap((entry) => {
        const legacy = entryOf(entry.value, 'schedule')
        // An empty `schedules:` counts for Prefect too: the key is there.
        if (legacy === undefined || !isTruthy(legacy.value) || entryOf(entry.value, 'schedules') === undefined)
          return []
        const message = `${called(entry)} has both \`schedule\` and \`schedules\`, and Prefect refuses it.`
        return [
          { message, hint: 'Move the schedule into the list `schedules`, and remove `schedule`.', at: legacy.keyAt },
        ]
      }),
    ),
}

const scheduleKind: FileRule = {
  id: 'schedule-kind',
  severity: 'error',
  about:
    'A schedule does not say when: it is empty, or its `cron` or `rrule` is. Prefect reads the file without a word, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: (manifest) =>
    problemsAt(
      schedulesIn(manifest).flatMap(({ entry, item }): Problem[] => {
        const hint = 'Say when it runs, `- cron: "0 6 * * *"`, or remove it.'
        const empty = SELECTORS.flatMap((key) => entryOf(item, key) ?? []).find(({ value }) => laxTextOf(value) === '')
        if (empty !== undefined) {
          const message = `The \`${empty.key}\` of this schedule is empty, and Prefect refuses to deploy it.`
          return [{ message, hint, at: empty.value.at }]
        }
        if (item.entries.some(({ keyType, value }) => keyType !== 'null' || !isNull(value))) return []
        return [
          { message: `A schedule of ${lowered(called(entry))} is empty, and Prefect refuses it.`, hint, at: item.at },
        ]
      }),
    ),
}

const schedulesEmpty: FileRule = {
  id: 'schedules-empty',
  severity: 'notice',
  about: `\`schedules: []\` does not take away the schedules that a deployment has from before: Prefect leaves them as they are, unless \`${CLEARS}\` is set, from 3.9 on. It is told once a file.`,
  acceptedByPrefect: true,
  find: ({ deployments }, { environment }) => {
    if (environment.get(CLEARS) === 'set') return []
    const [first, ...more] = deployments.flatMap(({ value }) => {
      const entry = entryOf(value, 'schedules')
      return entry?.value.kind === 'list' &&
        entry.value.items.length === 0 &&
        !isTruthy(entryOf(value, 'schedule')?.value)
        ? [entry]
        : []
    })
    if (first === undefined) return []
    const others = `${more.length} more ${more.length === 1 ? 'deployment' : 'deployments'}`
    const also = more.length === 0 ? '' : `, here and in ${others},`
    const message = `\`schedules: []\`${also} takes no schedule away that the deployment has from before.`
    const hint = `Where there may be some, switch them off by \`active: false\`, or set \`${CLEARS}: "true"\` with Prefect 3.9 or later.`
    return [{ message, hint, at: first.keyAt }]
  },
}

const scheduleFlag: FileRule = {
  id: 'schedule-flag',
  severity: 'error',
  about:
    'The `active` or `day_or` of a schedule is a text that is neither true nor false. Prefect reads the file without a word, because it may hold a placeholder, and fails when it deploys the entry, after the ones before it are written.',
  acceptedByPrefect: true,
  find: (manifest) =>
    problemsAt(
      schedulesIn(manifest).flatMap(({ item }) =>
        ['active', 'day_or'].flatMap((key) => {
          const value = entryOf(item, key)?.value
          const text = laxTextOf(value)
          if (value === undefined || text === undefined || placeholdersIn(text).length > 0 || isLaxBoolean(value))
            return []
          // Prefect looks at `day_or` of a cron only.
          if (key === 'day_or' && !isGiven(entryOf(item, 'cron')?.value)) return []
          const message = `\`${key}\` is \`${shown(text)}\`, which is neither true nor false to Prefect.`
          return [{ message, hint: `Write \`${key}: true\` or \`${key}: false\`.`, at: value.at }]
        }),
      ),
    ),
}

const scheduleKeyIgnored: FileRule = {
  id: 'schedule-key-ignored',
  severity: 'warning',
  about:
    'A schedule has a key that is of another kind of schedule: `anchor_date` is of an interval alone, `day_or` of a cron. Prefect passes over it.',
  acceptedByPrefect: true,
  find: (manifest) =>
    problemsAt(
      schedulesIn(manifest).flatMap(({ item }) => [
        ...ignored(item, 'anchor_date', 'interval'),
        ...ignored(item, 'day_or', 'cron'),
      ]),
    ),
}

function ignored(item: MapValue, key: string, kind: string): Problem[] {
  const entry = entryOf(item, key)
  const own = SELECTORS.find((selector) => isGiven(entryOf(item, selector)?.value))
  if (entry === undefined || !isGiven(entry.value) || own === undefined || own === kind) return []
  const message = `Prefect passes over \`${key}\` here: it is of schedules with \`${kind}\`, and this one has \`${own}\`.`
  return [{ message, hint: `Remove \`${key}\`.`, at: entry.keyAt }]
}

const slugDuplicate: FileRule = {
  id: 'schedule-slug-duplicate',
  severity: 'error',
  about:
    'Two schedules of a deployment have the same `slug`. The server refuses that, after the deployments before it are written; where the slug is known already, one of the two is lost.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    problemsAt(
      deployments.flatMap((entry) => {
        const seen = new Map<string, Value>()
        return scheduleItems(entry).flatMap((item) => {
          const value = entryOf(item, 'slug')?.value
          const slug = certainText(value)
          if (value === undefined || slug === undefined) return []
          const first = seen.get(slug)
          seen.set(slug, value)
          if (first === undefined) return []
          const message = `The slug \`${shown(slug)}\` stands in line ${first.at.line} already; each schedule of a deployment needs its own.`
          return [{ message, hint: 'Give each schedule a `slug` of its own.', at: value.at }]
        })
      }),
    ),
}

const slugPartial: FileRule = {
  id: 'schedule-slug-partial',
  severity: 'warning',
  about:
    'Some schedules of a deployment have a `slug` and others have none. Prefect keeps schedules by their slugs only where all have one; otherwise it makes all of them anew, and a deployment whose schedules had one each it refuses.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    problemsAt(
      deployments.flatMap((entry) => {
        const items = scheduleItems(entry).filter((item) => item.kind === 'map')
        const without = items.filter((item) => !isTruthy(entryOf(item, 'slug')?.value))
        const [first] = without
        if (first === undefined || without.length === items.length) return []
        const message = `${items.length - without.length} of the ${items.length} schedules of ${lowered(called(entry))} have a \`slug\`; Prefect looks at slugs only where every schedule has one.`
        return [{ message, hint: 'Give this schedule a `slug` too.', at: first.at }]
      }),
    ),
}

const slugMissing: FileRule = {
  id: 'schedule-slug-missing',
  severity: 'notice',
  about:
    'Schedules have no `slug`. One that somebody switches off in the UI is switched on again by the next plain `prefect deploy`, because Prefect makes schedules without a slug anew; this action keeps it off while its times stay as they are. It is told once a file.',
  acceptedByPrefect: true,
  find: ({ deployments }) => {
    const without = deployments.flatMap((entry) => {
      const items = scheduleItems(entry).filter((item) => item.kind === 'map' && item.entries.length > 0)
      const bare = items.filter((item) => !isTruthy(entryOf(item, 'slug')?.value))
      // Where some have one, `schedule-slug-partial` says more.
      return bare.length === items.length
        ? bare.filter((item) => booleanOf(entryOf(item, 'active')?.value) !== false)
        : []
    })
    const [first] = without
    if (first === undefined) return []
    const others = without.length - 1
    const whose = others === 0 ? 'This schedule has' : `This schedule and ${others} more in this file have`
    const message = `${whose} no \`slug\`: what somebody switches off in the UI, a plain \`prefect deploy\` switches on again.`
    return [{ message, hint: 'Give each schedule of a deployment a `slug` of its own: `slug: nightly`.', at: first.at }]
  },
}

const replacesStays: FileRule = {
  id: 'schedule-replaces',
  severity: 'warning',
  about:
    'A schedule has `replaces`, which renames it once. The next deploy with the same file is refused, because the new slug is there by then. It is an error where two schedules replace the same one.',
  depends: 'It is an error where two schedules of a deployment replace the same one.',
  acceptedByPrefect: true,
  find: ({ deployments }) => problemsAt(deployments.flatMap((entry) => replacing(scheduleItems(entry)))),
}

/** Prefect: server/api/deployments.py, update_deployment; seen in 3.8.8. */
function replacing(items: readonly Value[]): Problem[] {
  const replaced = new Map<string, Value>()
  const problems: Problem[] = []
  for (const item of items) {
    const value = entryOf(item, 'replaces')?.value
    const target = certainText(value)
    if (value === undefined || target === undefined) continue
    const first = replaced.get(target)
    if (first !== undefined) {
      const message = `Line ${first.at.line} replaces the schedule \`${shown(target)}\` already, and the server refuses two.`
      problems.push({ message, hint: 'Let one schedule replace it.', at: value.at, severity: 'error' })
    }
    replaced.set(target, value)
  }
  for (const item of items) {
    const value = entryOf(item, 'replaces')?.value
    const [target, slug] = [certainText(value), certainText(entryOf(item, 'slug')?.value)]
    if (value === undefined || target === undefined || slug === undefined || replaced.has(slug)) continue
    if (problems.some(({ at }) => at === value.at)) continue
    const message = `\`replaces: ${shown(target)}\` serves one deploy: once the schedule is called \`${shown(slug)}\`, the server refuses this file.`
    problems.push({ message, hint: 'Remove `replaces` after the deploy that renames it.', at: value.at })
  }
  return problems
}

/** A text that says something and has nothing that Prefect fills in. */
function certainText(value: Value | undefined): string | undefined {
  const text = laxTextOf(value)
  return text === undefined || text === '' || placeholdersIn(text).length > 0 ? undefined : text
}

function laxTextOf(value: Value | undefined): string | undefined {
  return value === undefined ? undefined : laxText(value)
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

/** Rules about what stands beside the time of a schedule, and about several of them. */
export const SCHEDULE_LIST_RULES: readonly FileRule[] = [
  scheduleAndSchedules,
  scheduleKind,
  schedulesEmpty,
  scheduleFlag,
  scheduleKeyIgnored,
  slugDuplicate,
  slugPartial,
  slugMissing,
  replacesStays,
]
