import { nearest } from '../../nearest.ts'
import { shown } from '../shown.ts'
import { isTruthy } from '../value.ts'
import { brief, listed } from './corrected.ts'
import { grouped } from './key-kinds.ts'
import { KNOWN, type Level, MEANT } from './known-keys.ts'
import { MISPLACED_KEY_RULES } from './misplaced-keys.ts'
import type { FileRule, Problem } from './rule.ts'
import type { UnknownKey } from './unknown-keys.ts'

const keyUnknown: FileRule = {
  id: 'key-unknown',
  severity: 'warning',
  about:
    'A key that Prefect does not know; it drops it without a word. Keys that hold anchors for the rest of the file, and keys that begin with `x-`, `.` or `_`, are left alone.',
  depends: 'It is a notice where the key only says something to people, such as `version` at the top level.',
  acceptedByPrefect: true,
  find: (manifest) => [
    ...grouped(manifest, 'said').map((group) => saidToPeople(group)),
    ...grouped(manifest, 'unknown').flatMap((group) => group.flatMap((unknown) => unknownProblem(unknown))),
  ],
}

const IN_WORDS: Readonly<Record<Level, string>> = {
  file: 'at the top level',
  deployment: 'in a deployment',
  work_pool: 'in `work_pool`',
  concurrency_limit: 'in `concurrency_limit`',
  sla: 'in `sla`',
}

function saidToPeople(group: readonly [UnknownKey, ...UnknownKey[]]): Problem {
  const [{ level, entry }] = group
  const keys = group.map((unknown) => unknown.entry.key)
  const ofPool = level === 'work_pool' && keys.includes('type')
  return {
    severity: 'notice',
    message: `Prefect reads no ${listed(keys)} ${IN_WORDS[level]}; nothing depends on it.`,
    hint: `Remove it, or make a comment of it.${ofPool ? ' The pool has its type from `prefect work-pool create --type`.' : ''}`,
    at: entry.keyAt,
  }
}

const ANCHORS = ' Anchors for other parts of the file may stand under `definitions`.'
const namesOf = (level: Level): readonly string[] => KNOWN[level].filter((name) => name !== 'prefect_version')

function unknownProblem({ level, entry }: UnknownKey): Problem[] {
  const { key, keyType, keyAt: at } = entry
  if (keyType !== 'text') {
    const what = keyType === 'boolean' ? 'true or false' : keyType === 'null' ? 'empty' : 'no text'
    const message = `The key \`${shown(key)}\` ${IN_WORDS[level]} is ${what} to Prefect's YAML reader, and is dropped without a word.`
    return [{ message, hint: 'Quote the key if it is meant as a text; Prefect knows none of that name.', at }]
  }
  const meant = MEANT[level].get(key) ?? nearest(key.toLowerCase(), namesOf(level))
  // Where nothing is said nothing is lost, but for a `pull` that shall have no steps.
  if (!isTruthy(entry.value) && meant !== 'pull') return []
  const hint =
    meant === undefined
      ? `Known there: ${namesOf(level).join(', ')}.${level === 'file' ? ANCHORS : ''}`
      : `Did you mean \`${meant}\`? \`${meant}: ${brief(entry.value)}\``
  return [
    { message: `Prefect knows no key \`${shown(key)}\` ${IN_WORDS[level]}, and drops it without a word.`, hint, at },
  ]
}

/** Rules about keys that Prefect does not know, and drops without a word. */
export const KEY_RULES: readonly FileRule[] = [...MISPLACED_KEY_RULES, keyUnknown]
