import type { Finding } from '../../finding.ts'
import type { ManifestRuleFacts } from '../../manifest/rules/rule.ts'
import type { Position } from '../../faults.ts'
import type { JobScalar, JobVariable } from './asked.ts'
import type { Live, LivePool } from './live.ts'
import { propertiesOf, saysOfOthers, schemaIn, TEXT, wantedInstead, wordFor } from './schema.ts'
import { others, quoted, shared } from './words.ts'

const UNKNOWN = {
  id: 'job-variable-unknown',
  severity: 'warning',
  about:
    'The template of the work pool has no job variable of this name. Prefect stores it without a word, and no run ever sees it.',
  depends: 'An error where the template admits no others (`additionalProperties: false`): the deploy fails then.',
  acceptedByPrefect: true,
} as const satisfies ManifestRuleFacts

const TYPE = {
  id: 'job-variable-type',
  severity: 'error',
  about: 'A job variable is not of the type that the template of the work pool wants; Prefect refuses the deployment.',
  acceptedByPrefect: false,
} as const satisfies ManifestRuleFacts

export const JOB_VARIABLE_RULES: readonly ManifestRuleFacts[] = [UNKNOWN, TYPE]

/** A finding of one deployment's, before it is told that others have it too. */
type Alone = Pick<Finding, 'rule' | 'severity' | 'message' | 'position'> &
  Readonly<{ hint: readonly string[]; deployments: number }>

/** What the templates of the pools say against the job variables; the same of several deployments is told at the first. */
export function jobVariableFindings({ pools }: Live, variables: readonly JobVariable[]): Finding[] {
  const alike = new Map<string, Alone>()
  for (const variable of variables) {
    const pool = pools.get(variable.pool)
    for (const found of pool === undefined ? [] : judged(variable, pool)) {
      const deployments = (alike.get(found.message)?.deployments ?? 0) + found.deployments
      alike.set(found.message, { ...found, ...alike.get(found.message), deployments })
    }
  }
  return [...alike.values()].map(({ deployments, message, hint, ...found }) => ({
    ...found,
    message: `${message}${shared(deployments, 'set it so')}.`,
    hint: hint.join(' '),
  }))
}

function judged(variable: JobVariable, pool: LivePool): Alone[] {
  const known = propertiesOf(pool.variables)
  return known.includes(variable.key) ? wrongType(variable, pool) : unknown(variable, pool, known)
}

function unknown(
  { pool: name, key, keyAt, deployments }: JobVariable,
  pool: LivePool,
  known: readonly string[],
): Alone[] {
  const says = saysOfOthers(pool.variables)
  // A template without any names says nothing of its variables. `env.HOME` sets a part of `env` (Prefect: workers/base.py).
  const [first = key] = key.split('.')
  if (known.length === 0 || says === 'allowed' || first === 'env') return []
  const hint = others(key, known, '')
  const found = { rule: UNKNOWN.id, position: keyAt, deployments, hint }
  const what = `The work pool ${quoted(name)} has no job variable ${quoted(key)}`
  if (says === 'refused') return [{ ...found, severity: 'error', message: `${what}, and admits no others` }]
  if (known.includes(first)) return []
  return [{ ...found, severity: UNKNOWN.severity, message: `${what}, so no run ever sees it` }]
}

function wrongType({ pool, key, value, position, deployments }: JobVariable, { variables }: LivePool): Alone[] {
  const schema = schemaIn(variables, key)
  const wrong = (name: string, found: JobScalar, wanted: string, where: Position): Alone => ({
    rule: TYPE.id,
    severity: TYPE.severity,
    message: `The work pool ${quoted(pool)} takes ${wanted} for the job variable ${quoted(name)}, and not ${wordFor(found)}`,
    hint: [mend(found, wanted)],
    position: where,
    deployments,
  })
  const wanted = wantedInstead(schema, value)
  if (wanted !== undefined) return [wrong(key, value, wanted, position)]
  return (value.entries ?? []).flatMap((entry) => {
    const inside = wantedInstead(schemaIn(schema, entry.key), entry.value)
    return inside === undefined ? [] : [wrong(`${key}.${entry.key}`, entry.value, inside, entry.position)]
  })
}

function mend({ is }: JobScalar, wanted: string): string {
  return wanted === TEXT && is !== 'object' && is !== 'array' ? 'Put it into quotes.' : `Write ${wanted}.`
}
