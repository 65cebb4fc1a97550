import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { z } from 'zod'
import { manifestOf } from '../../src/manifest/model.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { readYaml } from '../../src/manifest/yaml.ts'
import { liveFindings } from '../../src/prefect/live/rules.ts'
import { askedOf } from '../../src/release/live.ts'
import { tools } from '../world/tools.ts'

const SEED = 20_261_203
/** `SCHEMA_CASES` gives more of them. */
const CASES = Number(process.env['SCHEMA_CASES'] ?? 300)

type Case = Readonly<{ schema: unknown; text: string }>

/** YAML in which every type of a value, and what only looks like another one, is to be found. */
const VALUES = [
  '',
  'null',
  'Always',
  '"2"',
  '""',
  'true',
  'yes',
  '0',
  '2',
  '2.0',
  '2.5',
  '1e3',
  '1.0e+300',
  '.inf',
  '123456789012345678901234567890',
  '2026-01-01',
  '[]',
  '[x]',
  '{}',
  '{ a: 1 }',
  '{ a: x }',
  '{ a: null }',
  '{ a: true, b: 2.5 }',
  '{ b: { $ref: { block_document_id: x } } }',
]

/** Prefect writes dates as texts of its own, and what JSON cannot hold as null. */
const NOT_JUDGED = new Set(['.inf', '2026-01-01'])

const TYPES = ['string', 'integer', 'number', 'boolean', 'object', 'array', 'null'] as const
const type = fc.oneof(fc.constantFrom(...TYPES), fc.subarray([...TYPES], { minLength: 1 }))
const listed = fc.subarray(['Always', 'Never', '2', 1, 0, true, null, 2.5], { minLength: 1 })

/** What a schema may say of a value by itself. */
const OWN = {
  type,
  enum: listed,
  default: fc.constantFrom(null, 'x', 1),
  $ref: fc.constant('#/definitions/Thing'),
  minLength: fc.constant(3),
}
const optional = { requiredKeys: [] }
const simple = fc.record(OWN, optional)
const nested = (inner: fc.Arbitrary<object>): fc.Arbitrary<object> =>
  fc.record(
    {
      ...OWN,
      anyOf: fc.array(inner, { minLength: 1, maxLength: 3 }),
      allOf: fc.array(inner, { minLength: 1, maxLength: 2 }),
      properties: fc.record({ a: inner }, optional),
      additionalProperties: fc.oneof(fc.boolean(), inner),
      patternProperties: fc.record({ '^a$': inner }),
    },
    optional,
  )

/** Schemas as templates of work pools have them, simple ones and odd ones. */
const schema = fc.oneof(simple, nested(simple), nested(nested(simple)))

/** Whether Prefect takes each, by the installed one's own validator. */
async function taken(cases: readonly Case[]): Promise<readonly boolean[]> {
  const { prefect } = await tools()
  const input = cases.map((one) => `${JSON.stringify(one)}\n`).join('')
  const script = path.join(import.meta.dirname, 'job_variable.py')
  const { stdout, stderr, status } = spawnSync(prefect, [script], { input, encoding: 'utf8', maxBuffer: 1e8 })
  if (status !== 0) throw new Error(stderr)
  return z.array(z.boolean()).parse(JSON.parse(`[${stdout.trim().split('\n').join(',')}]`))
}

/** Whether the check refuses a deployment with this job variable. */
function refused({ schema: ofX, text }: Case): boolean {
  const file = `deployments:\n  - name: a\n    work_pool:\n      name: p\n      job_variables:\n        x: ${text}\n`
  const pool = { type: 'process', paused: false, variables: { properties: { x: ofX } } }
  const names = { queues: new Map(), blocks: new Map() }
  const live = { pools: new Map([['p', pool]]), queues: new Map(), blocks: new Map(), variables: new Map(), names }
  const { value } = readYaml(Buffer.from(file))
  if (value?.kind !== 'map') throw new Error(`not a mapping: ${file}`)
  const manifest = manifestOf({ path: 'prefect.yaml', display: 'prefect.yaml' }, value)
  const findings = liveFindings(live, askedOf(selectDeployments([manifest], 'all')))
  return findings.some(({ rule }) => rule === 'job-variable-type')
}

const PLAIN: readonly object[] = [
  { type: 'string', default: 'x' },
  { type: 'integer' },
  { type: 'number', title: 'CPU' },
  { type: 'boolean', default: false },
  { type: 'object' },
  { type: 'array', items: { type: 'string' } },
  { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
  { anyOf: [{ type: 'integer' }, { type: 'null' }], default: null },
  { anyOf: [{ enum: ['Always', 'Never'], type: 'string' }, { type: 'null' }] },
  { anyOf: [{ type: 'integer' }, { type: 'string' }, { type: 'null' }] },
  { type: ['string', 'integer', 'null'] },
  { type: 'string', anyOf: [{ type: 'integer' }] },
  { title: 'anything' },
]

/** Schemas that say more than is judged here. */
const ODD: readonly object[] = [
  { type: 'object', patternProperties: { '^a$': { type: 'string' } }, additionalProperties: { type: 'integer' } },
  { type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false },
  { enum: [1, 2] },
  { $ref: '#/definitions/Thing' },
  { allOf: [{ $ref: '#/definitions/Thing' }] },
  { type: 'string', minLength: 9 },
]

describe('a job variable against the schema of its pool', () => {
  it(`is refused only where Prefect refuses it (seed ${SEED}, ${CASES} cases)`, async () => {
    const cases = fc.sample(fc.record({ schema, text: fc.constantFrom(...VALUES) }), { seed: SEED, numRuns: CASES })
    const answers = await taken(cases)
    const judged = cases.map((one, index) => ({ ...one, taken: answers[index], refused: refused(one) }))
    expect(judged.filter((one) => one.refused && one.taken !== false)).toEqual([])
    expect(judged.filter((one) => one.refused).length).toBeGreaterThan(CASES / 10)
  })

  it('of the plain kinds is refused wherever Prefect refuses it, and nowhere else', async () => {
    const cases = PLAIN.flatMap((one) => VALUES.filter((text) => !NOT_JUDGED.has(text)).map(caseOf(one)))
    const answers = await taken(cases)
    expect(cases.filter((one, index) => answers[index] === refused(one))).toEqual([])
  })

  it('of another kind is refused nowhere else', async () => {
    const cases = ODD.flatMap((one) => VALUES.map(caseOf(one)))
    const answers = await taken(cases)
    expect(cases.filter((one, index) => answers[index] === true && refused(one))).toEqual([])
  })
})

function caseOf(ofX: object): (text: string) => Case {
  return (text) => ({ schema: ofX, text })
}
