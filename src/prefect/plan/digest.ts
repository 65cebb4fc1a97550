import { createHash } from 'node:crypto'
import { withTexts } from '../apply/ids.ts'
import { canonical, isJsonObject, type JsonObject } from '../json.ts'
import { deploymentKey } from '../survey/shapes.ts'
import { automationMeaning } from './automation-meaning.ts'
import { wantedFields } from './fields.ts'
import { listOf } from './forms.ts'
import type { PlannedDeployment } from './plan.ts'
import { scheduleMeaning } from './schedules.ts'
import { type Hide, veiled } from './veil.ts'

/** What is another on another machine and in another run, and is not of the plan. */
export type RunTokens = Readonly<{
  /** All 40 digits; absent where it is not known. */
  commit?: string
  /**
   * Names of the ref of this run, short and in full, and of the branch that it is to be merged into: a file that names
   * `main` and one that names the ref of a push to `main` cannot be told apart.
   */
  refs: readonly string[]
  /** Folders of the machine in which commands ran. */
  folders: readonly string[]
  /** Takes known secrets out of a text. */
  hide: Hide
}>

/** A deployment that is not in the file any more, and what becomes of it. */
type PlannedOrphan = Readonly<{ flow: string; name: string; act: string }>

/**
 * The sha256 of what is planned, in hexadecimal digits: the same for a pull request and for the push that merges it, for
 * any order and any machine; another for any other value that is not secret. Secrets do not enter it.
 */
export function digestOf(
  plans: readonly PlannedDeployment[],
  tokens: RunTokens,
  orphans: readonly PlannedOrphan[],
): string {
  const plain = plainText(tokens)
  const content = {
    deployments: plans.map((plan) => withTexts(contentOf(plan, tokens.hide), plain)).toSorted(byText),
    orphans: orphans.map(({ flow, name, act }) => ({ flow, name, act })).toSorted(byText),
  }
  return createHash('sha256').update(canonical(content)).digest('hex')
}

function contentOf({ flow, name, action, recorded, differences }: PlannedDeployment, hide: Hide): JsonObject {
  const key = deploymentKey(flow, name)
  if (action !== 'create') {
    const rows = differences.map(({ field, wanted, found }) => ({
      field,
      wanted: seen(field, wanted, hide),
      found: seen(field, found, hide),
    }))
    return { key, action, differences: rows.toSorted(byText) }
  }
  const { body } = recorded.write
  const whole = {
    ...wantedFields(body),
    schedules: listOf(body['schedules'])
      .filter((one) => isJsonObject(one))
      .map((one) => scheduleMeaning(one))
      .toSorted(byText),
    triggers: recorded.automations.map((one) => automationMeaning(one, recorded.id)).toSorted(byText),
    sla: recorded.slas,
  }
  return {
    key,
    action,
    body: Object.fromEntries(
      Object.entries(whole).map(([field, value]) => [
        field,
        seen(field, JSON.parse(canonical(value).replaceAll(recorded.id, '<deployment>')), hide),
      ]),
    ),
  }
}

/** The value of a field without secrets and without moments that only tell when a command ran. */
function seen(field: string, value: unknown, hide: Hide): unknown {
  const isAnchor = field.endsWith('.anchor_date')
  return withoutMadeAnchors(isAnchor ? { anchor_date: value } : veiled(field, value, hide))
}

/** A moment with a fraction of a second is one that Prefect took, not one that somebody wrote. */
function withoutMadeAnchors(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutMadeAnchors(item))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const isMade = key === 'anchor_date' && typeof inner === 'string' && /:\d\d\.\d/.test(inner)
      return [key, isMade ? '<anchor>' : withoutMadeAnchors(inner)]
    }),
  )
}

function byText(one: unknown, other: unknown): number {
  const [left, right] = [canonical(one), canonical(other)]
  if (left === right) return 0
  return left < right ? -1 : 1
}

/** Fewest digits by which a commit is named. */
const FEWEST_DIGITS = 7

function plainText({ commit = '', folders, refs }: RunTokens): Hide {
  const tokens = [
    ...longestFirst(folders).map((folder) => [new RegExp(`${escaped(folder)}(?![\\w.-])`, 'g'), '<folder>'] as const),
    ...longestFirst(refs).map((ref) => [new RegExp(`(?<!\\w)${escaped(ref)}(?!\\w)`, 'g'), '<ref>'] as const),
  ]
  const digits = new RegExp(`(?<![0-9a-zA-Z])${commit.slice(0, FEWEST_DIGITS)}[0-9a-f]*(?![0-9a-zA-Z])`, 'g')
  return (text) => {
    const plain = commit.length < FEWEST_DIGITS ? text : text.replaceAll(digits, (found) => named(found, commit))
    return tokens.reduce((left, [pattern, token]) => left.replaceAll(pattern, token), plain)
  }
}

function named(found: string, commit: string): string {
  return commit.startsWith(found) ? `<commit:${found.length}>` : found
}

function longestFirst(texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text !== '').toSorted((one, other) => other.length - one.length)
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
}
