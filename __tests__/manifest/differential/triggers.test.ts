import { spawn } from 'node:child_process'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as z from 'zod'
import { checkManifests } from '../../../src/manifest/check.ts'
import { tools } from '../../world/tools.ts'
import { fileOf, soundFile } from '../sample.ts'
import { byChance, type Chance } from './chance.ts'
import { VALUES } from './hostile-values.ts'
import { quoted, type Tree, type TreeEntry, written } from './tree.ts'

const SEED = Number(process.env['TRIGGER_SEED'] ?? 20_261_124)
const CASES = Number(process.env['TRIGGER_CASES'] ?? 300)

const answer = z.object({ client: z.boolean(), server: z.boolean(), why: z.string() })

/** Asks Prefect what it makes of each trigger, in one process. */
async function answers(triggers: readonly string[]): Promise<z.infer<typeof answer>[]> {
  const { prefect } = await tools()
  const script = path.join(import.meta.dirname, 'triggers.py')
  const env = { ...process.env, PREFECT_HOME: '/nonexistent', PREFECT_LOGGING_TO_API_ENABLED: 'false' }
  const child = spawn(prefect, ['-W', 'ignore', script], { env, stdio: ['pipe', 'pipe', 'inherit'] })
  const output: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  child.stdin.end(triggers.map((text) => `${Buffer.from(text).toString('base64')}\n`).join(''))
  expect(await ended).toBe(0)
  const lines = Buffer.concat(output).toString().trim().split('\n')
  return lines.map((line) => answer.parse(JSON.parse(line)))
}

/** Errors of the check about a trigger, on a server of one's own. */
function rulesOf(trigger: string): string[] {
  const file = fileOf(`${soundFile([['daily', 'a.py:f']])}    triggers: [${trigger}]\n`)
  const errors = checkManifests([file], { cloud: false }).findings.filter(({ severity }) => severity === 'error')
  return [...new Set(errors.map(({ rule }) => rule))].sort()
}

/** What Prefect takes, and what is told as an error all the same. */
const TAKEN_BUT_WRONG: ReadonlySet<string> = new Set(['trigger-key-unknown', 'trigger-matches-everything'])
/** What Prefect's command takes, and its own server refuses. */
const OF_THE_SERVER: ReadonlySet<string> = new Set(['trigger-feeds-itself', 'trigger-needs-cloud'])

const hostile = VALUES.filter((value) => !written(value).includes('{{'))
const events = [
  '[prefect.flow-run.Completed]',
  '["prefect.flow-run.*"]',
  '[a, b]',
  '[]',
  '["*"]',
  '[prefect.flow-run.Pending]',
]
const labels = [
  '{}',
  '{prefect.resource.id: "prefect.flow-run.*"}',
  '{prefect.resource.id: ["a", "prefect.flow-run.*"]}',
  '{a: [b, c], d: e}',
]
const seconds = ['0', '9.5', '10', '60', 'PT1M', '"00:01:00"', '300', '299', '-5', '""', 'true']

const GOOD: Readonly<Record<string, readonly string[]>> = {
  type: ['event', 'metric', 'compound', 'sequence'],
  name: ['x', '~'],
  description: ['x'],
  enabled: ['true', 'no', '"off"', '0'],
  parameters: ['{a: "x"}', '~'],
  job_variables: ['{image: x}'],
  schedule_after: seconds,
  match: labels,
  match_related: [...labels, '[{a: b}, {}]', '[]'],
  after: events,
  expect: events,
  for_each: events,
  posture: ['Reactive', 'Proactive', 'Metric', 'reactive'],
  threshold: ['1', '0', '"3"', '1.5'],
  within: seconds,
  require: ['all', 'any', '1', '2', '3', '0', '"2"', '"0"', 'true', '1.0'],
}

function query(chance: Chance): Tree {
  const pairs: TreeEntry[] = []
  const fields = {
    name: ['lateness', 'duration', 'x'],
    threshold: ['1', '"1.5"', '"1e3"', '.inf', '"a"', '"1_0"'],
    operator: ['"<"', '">="', '"=="'],
    range: seconds,
    firing_for: seconds,
  }
  for (const [key, values] of Object.entries(fields)) if (chance.says(0.8)) pairs.push([key, chance.oneOf(values)])
  if (chance.says(0.05)) pairs.push(['other', '1'])
  return { pairs }
}

function generated(chance: Chance, depth: number): Tree {
  const odd = chance.oneOf([0, 0.03, 0.15])
  const pairs: TreeEntry[] = []
  for (const [key, values] of Object.entries(GOOD)) {
    if (chance.says(key === 'type' ? 0.4 : 0.2))
      pairs.push([key, chance.says(odd) ? chance.oneOf(hostile) : chance.oneOf(values)])
  }
  if (chance.says(0.2)) pairs.push(['metric', chance.says(odd) ? chance.oneOf(hostile) : query(chance)])
  if (depth > 0 && chance.says(0.35)) {
    const parts = Array.from({ length: chance.upTo(3) }, () => generated(chance, depth - 1))
    pairs.push(['triggers', chance.says(odd) ? chance.oneOf(hostile) : parts])
  }
  if (chance.says(odd))
    pairs.push([chance.oneOf(['id', 'matches', 'on', 'expects', quoted('a b')]), chance.oneOf(hostile)])
  return { pairs }
}

const TABLE = `{}
{expect: [a]}
{expect: a}
{match: {a: b}, posture: Proactive}
{match: {a: b}, posture: Proactive, within: 9}
{match: {a: b}, posture: Proactive, within: "00:01:00"}
{match: {a: b}, posture: Proactive, within: ""}
{match: {a: b}, within: ""}
{match: {a: b}, within: ~}
{match: {a: 2024-01-01}}
{match: {a: 1}}
{match: {1: b}}
{expect: [2024-01-01]}
{expect: ["prefect.flow-run.*"]}
{expect: ["prefect.flow-run.*"], enabled: false}
{expect: ["prefect.flow-run.*"], posture: Proactive}
{expect: ["prefect.flow-run.*"], match_related: {prefect.resource.name: a}}
{posture: Metric, metric: {name: lateness, threshold: 1, operator: ">"}}
{type: metric, metric: {name: lateness, threshold: 1, operator: "=>"}}
{type: event, posture: Metric}
{triggers: [{expect: [a]}], require: all}
{triggers: [{expect: [a]}], require: 2}
{triggers: [{expect: [a]}]}
{triggers: []}
{type: compound, triggers: [{expect: [a]}]}
{type: compound, triggers: [{type: sequence, triggers: [{expect: [a]}, {posture: Metric, metric: {}}]}], require: any}
{type: [a], expect: [b]}
{type: ~, expect: [b]}
{expect: [a], parameters: {a: {b: [1]}}}
{expect: [a], name: 5}
{expect: [a], job_variables: .inf}
{posture: Metric, metric: {name: lateness, threshold: .nan, operator: ">"}}`.split('\n')

describe('triggers', () => {
  test('what Prefect refuses is an error, and what it takes is none but for what is always one', async () => {
    const made = fc.sample(
      byChance((chance) => generated(chance, 2)),
      { numRuns: CASES, seed: SEED },
    )
    const texts = [...TABLE, ...made.map(written)]
    const said = await answers(texts)
    expect(said).toHaveLength(texts.length)
    const wrong: unknown[] = []
    const counts = { client: 0, server: 0, taken: 0 }
    for (const [index, text] of texts.entries()) {
      const { client, server, why } = said[index] ?? { client: false, server: false, why: 'no answer' }
      const rules = rulesOf(text)
      const refusing = rules.filter((rule) => !TAKEN_BUT_WRONG.has(rule) && !OF_THE_SERVER.has(rule))
      const ofServer = rules.filter((rule) => OF_THE_SERVER.has(rule))
      counts[!client ? 'client' : !server ? 'server' : 'taken'] += 1
      // An own server's rule may speak of what the client refuses already, and of a loop that the server overlooks.
      const agrees = client === (refusing.length === 0) && (server || !client || ofServer.length > 0)
      const overdone = server && ofServer.length > 0 && !/match_related: \[[^a]*\]/.test(text)
      if (!agrees || overdone) wrong.push({ text, rules, client, server, why })
    }
    expect(wrong.slice(0, 10)).toEqual([])
    for (const count of Object.values(counts)) expect(count).toBeGreaterThan(CASES / 100)
  }, 120_000)
})
