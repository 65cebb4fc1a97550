import { nearest } from '../../nearest.ts'
import type { DeploymentEntry } from '../model.ts'
import { placeholdersIn } from '../placeholders.ts'
import { isLaxInteger, laxText } from '../schema/lax.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven, kindOf, textOf, type Value, valueAt } from '../value.ts'
import { called } from './deployments.ts'
import type { FileRule, Problem } from './rule.ts'

const MAPPING = `concurrency_limit:
  limit: 1
  collision_strategy: ENQUEUE`
const STRATEGIES = ['ENQUEUE', 'CANCEL_NEW']
const LEAST_GRACE = 60
const MOST_GRACE = 86_400

const limitRefused: FileRule = {
  id: 'concurrency-limit-refused',
  severity: 'error',
  about:
    '`concurrency_limit` is less than 1, has no `collision_strategy` in its long form, or holds a value out of range. Prefect reads the file, and refuses the deployment while it deploys, after the ones before it are written.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap(({ value }) => {
      const limit = entryOf(value, 'concurrency_limit')
      if (limit === undefined || !isGiven(limit.value)) return []
      if (limit.value.kind !== 'map') return numberProblems(limit.value)
      return [
        ...numberProblems(valueAt(limit.value, 'limit')),
        ...strategyProblems(limit.value, limit.keyAt),
        ...graceProblems(valueAt(limit.value, 'grace_period_seconds')),
      ]
    }),
}

/** Prefect: server/schemas/actions.py, `concurrency_limit` is a PositiveInteger. */
function numberProblems(value: Value | undefined): Problem[] {
  const limit = integerOf(value)
  if (value === undefined || limit === undefined || limit >= 1) return []
  const message = `A concurrency limit of ${limit} is refused by Prefect's server, which takes 1 or more.`
  const hint = 'Remove it for no limit; `paused: true` keeps the deployment from running.'
  return [{ message, hint, at: value.at }]
}

/** Prefect: cli/deploy/_core.py hands on what stands there, and client/schemas/objects.py, ConcurrencyOptions, asks for it. */
function strategyProblems(limit: Value, at: Value['at']): Problem[] {
  const entry = entryOf(limit, 'collision_strategy')
  if (!isGiven(entry?.value)) {
    const message = 'This `concurrency_limit` has no `collision_strategy`, and Prefect refuses the deployment.'
    const hint = `Say whether further runs wait (\`ENQUEUE\`) or are dropped (\`CANCEL_NEW\`):\n${MAPPING}`
    return [{ message, hint, at: entry?.keyAt ?? at }]
  }
  const text = textOf(entry.value)
  if (text === undefined || STRATEGIES.includes(text) || placeholdersIn(text).length > 0) return []
  const near = nearest(text.trim().toUpperCase().replaceAll(/[- ]/g, '_'), STRATEGIES) ?? STRATEGIES[0]
  const message = `\`${shown(text)}\` is no \`collision_strategy\`; Prefect knows \`ENQUEUE\` and \`CANCEL_NEW\`.`
  return [{ message, hint: `Write \`collision_strategy: ${near}\`.`, at: entry.value.at }]
}

function graceProblems(value: Value | undefined): Problem[] {
  const grace = integerOf(value)
  if (value === undefined || grace === undefined || (grace >= LEAST_GRACE && grace <= MOST_GRACE)) return []
  const message = `A \`grace_period_seconds\` of ${grace} is refused by Prefect, which takes ${LEAST_GRACE} to ${MOST_GRACE}.`
  const hint = `Write \`grace_period_seconds: ${grace < LEAST_GRACE ? LEAST_GRACE : MOST_GRACE}\`, or leave it to the server.`
  return [{ message, hint, at: value.at }]
}

/** The number of a value that Prefect's model takes for an integer. */
function integerOf(value: Value | undefined): number | undefined {
  if (value?.kind !== 'scalar' || !isLaxInteger(value)) return undefined
  return Number((laxText(value) ?? String(Number(value.value))).trim().replaceAll('_', ''))
}

const limitWithoutNumber: FileRule = {
  id: 'concurrency-limit-without-number',
  severity: 'warning',
  about: '`concurrency_limit` in its long form has no `limit`: Prefect takes it, and limits nothing.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap(({ value }) => {
      const limit = entryOf(value, 'concurrency_limit')
      if (limit?.value.kind !== 'map' || isGiven(valueAt(limit.value, 'limit'))) return []
      const message = 'This `concurrency_limit` has no `limit`, so it limits nothing.'
      return [{ message, hint: `Say how many runs there may be at once:\n${MAPPING}`, at: limit.keyAt }]
    }),
}

const slaNeedsCloud: FileRule = {
  id: 'sla-needs-cloud',
  severity: 'error',
  about:
    'A deployment has an `sla`, and the server is self-hosted: Prefect writes the deployment, and then fails, because only Prefect Cloud has them.',
  acceptedByPrefect: true,
  find: ({ deployments }, { cloud }) =>
    deployments.flatMap((entry) => {
      const sla = entryOf(entry.value, 'sla')
      // An empty list asks the server to remove them, which it knows nothing of either.
      if (cloud !== false || sla === undefined || !isGiven(sla.value)) return []
      const message = `${called(entry)} has an \`sla\`, which only Prefect Cloud knows; Prefect would fail after it wrote the deployment.`
      return [{ message, hint: 'Remove `sla`, or deploy to Prefect Cloud.', at: sla.keyAt }]
    }),
}

// Prefect: _internal/versioning.py, VersionType
const VERSION_TYPES = ['prefect:simple', 'vcs:github', 'vcs:gitlab', 'vcs:bitbucket', 'vcs:azuredevops', 'vcs:git']

const versionType: FileRule = {
  id: 'version-type',
  severity: 'error',
  about: '`version_type` is none that Prefect knows; it reads the file, and refuses the deployment while it deploys.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap(({ value }) => {
      const given = valueAt(value, 'version_type')
      const text = textOf(given)
      if (given === undefined || text === undefined) return []
      if (VERSION_TYPES.includes(text) || placeholdersIn(text).length > 0) return []
      const message = `\`${shown(text)}\` is no \`version_type\`, and Prefect refuses the deployment.`
      return [{ message, hint: versionHint(text), at: given.at }]
    }),
}

function versionHint(text: string): string {
  const wanted = text.toLowerCase().trim()
  const near = VERSION_TYPES.find((type) => type.endsWith(`:${wanted}`)) ?? nearest(wanted, VERSION_TYPES)
  if (near !== undefined) return `Write \`version_type: "${near}"\`.`
  return `Prefect knows ${VERSION_TYPES.map((type) => `\`${type}\``).join(', ')}. Without one it finds out by itself.`
}

const tagsEmpty: FileRule = {
  id: 'tags-empty',
  severity: 'error',
  about:
    '`tags:` is there with nothing behind it: Prefect reads the file, and its command then dies with a `TypeError`.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap(({ value }) => {
      const tags = entryOf(value, 'tags')
      if (tags === undefined || isGiven(tags.value)) return []
      const message = "`tags` is empty, and Prefect's command dies of it while it deploys."
      return [{ message, hint: 'Write `tags: []`, or remove the line.', at: tags.keyAt }]
    }),
}

const tagsText: FileRule = {
  id: 'tags-text',
  severity: 'warning',
  about: '`tags` is a text: Prefect makes a tag of each of its letters.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap((entry) => {
      const tags = valueAt(entry.value, 'tags')
      const text = textOf(tags)
      if (tags === undefined || text === undefined || text.trim().length < 2 || mayBecomeList(text)) return []
      const message = `The \`tags\` of ${lowered(called(entry))} are a text; Prefect makes a tag of each letter.`
      const items = text.split(/[,\s]+/).filter((item) => item !== '')
      const list = items.map((item) => JSON.stringify(shown(item))).join(', ')
      return [
        {
          message,
          hint: placeholdersIn(text).length > 0 ? 'Write a list of them.' : `Write a list: \`tags: [${list}]\`.`,
          at: tags.at,
        },
      ]
    }),
}

/** A whole placeholder takes the type of what it is filled with; an environment variable is always a text. */
function mayBecomeList(text: string): boolean {
  const [only] = placeholdersIn(text)
  return only !== undefined && only.text === text.trim() && only.kind !== 'environment'
}

const tagChanged: FileRule = {
  id: 'tag-changed',
  severity: 'warning',
  about:
    "A tag is no text, and becomes what Python makes of it: `yes` the tag `True`, `1.10` the tag `1.1`, a list the tag `['a', 'b']`.",
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap(({ value }) => {
      const tags = valueAt(value, 'tags')
      return tags?.kind === 'list' ? tags.items.flatMap((item) => tagProblems(item)) : []
    }),
}

function tagProblems(tag: DeploymentEntry['value'] | Value): Problem[] {
  if (tag.kind !== 'scalar') {
    const message = `A tag is ${kindOf(tag)}; Prefect makes one tag of how Python writes it.`
    const hint = 'A tag is a text. Is this line indented too far?'
    return [{ message, hint, at: tag.at }]
  }
  if (tag.type === 'text' || tag.type === 'date' || tag.type === 'binary') return []
  const becomes = inPython(tag)
  if (becomes === tag.source) return []
  const source = tag.source === '' ? 'nothing' : `\`${shown(tag.source)}\``
  const message = `The tag ${source} is no text; Prefect makes the tag \`${becomes}\` of it.`
  return [{ message, hint: tag.source === '' ? 'Remove it.' : `Quote it: \`"${shown(tag.source)}"\`.`, at: tag.at }]
}

/** How Python writes a scalar, as far as that is like the source or surely is not. */
function inPython(tag: Extract<Value, { kind: 'scalar' }>): string {
  if (tag.type === 'boolean') return tag.value ? 'True' : 'False'
  if (tag.type === 'null') return 'None'
  if (tag.type === 'float' && Number.isInteger(tag.value) && Math.abs(tag.value) < 1e16) return tag.value.toFixed(1)
  return String(tag.value)
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

/** Rules about the fields that Prefect reads as they are, and refuses or changes while it deploys. */
export const LIMIT_RULES: readonly FileRule[] = [
  limitRefused,
  limitWithoutNumber,
  slaNeedsCloud,
  versionType,
  tagsEmpty,
  tagsText,
  tagChanged,
]
