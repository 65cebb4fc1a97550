import { isJsonObject, type JsonObject } from '../json.ts'
import { quoted } from '../live/words.ts'
import type { PlannedDeployment } from './plan.ts'
import type { Refusal } from './refusals.ts'

type Sent = Readonly<{ slug: string | undefined; replaces: string | undefined }>

/**
 * What the server refuses of the slugs of schedules. Where all that are live and all that are sent have one, those that are
 * named are changed or renamed; else all are made anew. (Prefect: server/api/deployments.py, update_deployment)
 */
export function refusedSchedules({ recorded, live }: PlannedDeployment, body: JsonObject): readonly Refusal[] {
  const sent = sentSchedules(body)
  if (sent.length === 0) return []
  if (recorded.write.kind === 'create') return twice(sent)
  if (live === undefined) return []
  const current = (live.schedules ?? []).map(({ slug }) => slug ?? undefined)
  const named = current.filter((slug) => slug !== undefined)
  if (named.length === 0 || named.length < current.length) return twice(sent)
  const bare = sent.filter(({ slug }) => slug === undefined)
  if (bare.length > 0) return [withoutSlug(bare.length, sent.length, named)]
  return bySlug(sent, new Set(named))
}

function sentSchedules({ schedules }: JsonObject): readonly Sent[] {
  if (!Array.isArray(schedules)) return []
  return schedules.filter(isJsonObject).map(({ slug, replaces }) => ({
    slug: typeof slug === 'string' ? slug : undefined,
    replaces: typeof replaces === 'string' && replaces !== '' ? replaces : undefined,
  }))
}

function twice(sent: readonly Sent[]): Refusal[] {
  const slugs = sent.flatMap(({ slug }) => (slug === undefined ? [] : [slug]))
  return duplicates(slugs).map(conflict)
}

function withoutSlug(bare: number, all: number, live: readonly string[]): Refusal {
  const which = bare < all ? `${bare} of its ${all} schedules have` : `Its schedule${all === 1 ? ' has' : 's have'}`
  const listed = live.slice(0, LISTED).map(quoted).join(', ')
  const more = live.length > LISTED ? ' and more' : ''
  return {
    field: 'schedules',
    says: `${which} no \`slug\`, and those that are live all have one (${listed}${more}): the server refuses to mix them.`,
    hint: 'Give every schedule of this deployment a `slug`, the same as before for the same schedule. To do without slugs, delete its schedules in the Prefect UI first.',
  }
}

/** Slugs that a message lists. */
const LISTED = 5

/** As the server goes about it: slugs that are replaced become free, what is known is changed, and the rest is made. */
function bySlug(sent: readonly Sent[], current: ReadonlySet<string>): readonly Refusal[] {
  const targets = sent.flatMap(({ replaces }) => (replaces === undefined ? [] : [replaces]))
  const shared = duplicates(targets).map((target) => ({
    field: `schedules[${target}]`,
    says: `Two schedules have \`replaces: ${bare(target)}\`, and the server takes one.`,
    hint: 'Let one schedule replace it.',
  }))
  if (shared.length > 0) return shared
  const replaced = new Set(targets)
  const taken = sent.filter(
    ({ slug, replaces }) => replaces !== undefined && slug && current.has(slug) && !replaced.has(slug),
  )
  if (taken.length > 0) return taken.map(renamedOntoAnother)
  const known = (one: Sent): boolean => current.has(one.replaces ?? one.slug ?? '')
  const slugs = new Set([...current].filter((slug) => !replaced.has(slug)))
  const clashing: string[] = []
  for (const one of [...sent.filter(known), ...sent.filter((each) => !known(each))]) {
    // One that is changed in its place keeps its slug.
    if (known(one) && one.replaces === undefined) continue
    if (slugs.has(one.slug ?? '')) clashing.push(one.slug ?? '')
    slugs.add(one.slug ?? '')
  }
  return [...new Set(clashing)].map(conflict)
}

function renamedOntoAnother({ slug = '', replaces = '' }: Sent): Refusal {
  return {
    field: `schedules[${slug}].replaces`,
    says: `The schedule ${quoted(slug)} is live already, so ${quoted(replaces)} cannot be renamed to it.`,
    hint: 'Remove `replaces`: it serves one deploy, the one that renames the schedule.',
  }
}

function conflict(slug: string): Refusal {
  return {
    field: `schedules[${slug}].slug`,
    says: `Two schedules have the slug ${quoted(slug)}, and the server takes one of a name.`,
    hint: 'Give each schedule of the deployment a `slug` of its own.',
  }
}

function duplicates(texts: readonly string[]): readonly string[] {
  return [...new Set(texts.filter((text, index) => texts.indexOf(text) < index))]
}

const bare = (text: string): string => quoted(text).slice(1, -1)
