import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { NOT_JUDGED } from '../../../src/release/judged-values.ts'
import { type RefusedValue, recordedQuestions, refusedValues } from '../../../src/release/recorded-values.ts'
import { probedProject, type ProbedProject } from '../../python/probe-tools.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { SCHEMA, serverCases, type Written } from './server-cases.ts'

const POOL = 'refused-values'
const VARIABLES = {
  type: 'object',
  required: ['must'],
  properties: {
    env: { type: 'object', additionalProperties: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
    cpu: { type: 'integer', maximum: 8, default: 1 },
    must: { type: 'string' },
    image: { type: 'string' },
    day: { type: 'string', format: 'date' },
    region: { enum: ['eu', 'us'] },
    tag: { type: 'string', pattern: '^v' },
    pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }] },
  },
}

/** What is refused of a create, and of an update; `undefined` where the server takes it. */
type Case = readonly [string, JsonObject, create?: string | undefined, update?: string | undefined]

const of =
  (key: string, field: string) =>
  (title: string, values: JsonObject, create?: string, update?: string): Case => {
    const [ofCreate, ofUpdate] = [create, update].map((one) => (one === undefined ? undefined : `${field}${one}`))
    return [`${key}: ${title}`, { [key]: values }, ofCreate, ofUpdate]
  }
const variables = of('job_variables', 'work_pool.job_variables')
const parameters = of('parameters', 'parameters')
const jinja = (template: string): JsonObject => ({ __prefect_kind: 'jinja', template })
const json = (value: unknown): JsonObject => ({ __prefect_kind: 'json', value })
const withDefaultFactory = { ...SCHEMA, properties: { ...SCHEMA.properties, late: { type: 'integer' } } }

const OF_INTEGER = 'is not of type integer'
const CASES: readonly Case[] = [
  variables('that fit', { must: 'x', env: { A: '1', B: null }, cpu: 8, region: 'eu', pair: ['a', 1] }),
  variables('that nobody knows', { zone: 1, 'env.A': 2 }),
  variables('a null behind a default', { cpu: null }, undefined, `.cpu ${OF_INTEGER}`),
  variables('a null that may be', { image: null }),
  variables(
    'a null for what is required',
    { must: null },
    '.must is not of type string',
    '.must is not of type string',
  ),
  variables('a text for a number', { cpu: 'two' }, `.cpu ${OF_INTEGER}`, `.cpu ${OF_INTEGER}`),
  variables('a yes for a number', { cpu: true }, `.cpu ${OF_INTEGER}`, `.cpu ${OF_INTEGER}`),
  variables('too much', { cpu: 9 }, '.cpu is more than 8', '.cpu is more than 8'),
  variables('a number for a text', { env: { A: 1 } }, '.env.A is not of type string', '.env.A is not of type string'),
  variables('no date', { day: 'tomorrow' }, undefined, '.day is no valid date'),
  variables('a date', { day: '2026-01-31' }),
  variables('no choice', { region: 'mars' }, '.region is not eu or us', '.region is not eu or us'),
  variables('no such tag', { tag: '1' }, '.tag does not match ^v', '.tag does not match ^v'),
  variables('one of a pair', { pair: ['a', 'b'] }, `.pair[1] ${OF_INTEGER}`, `.pair[1] ${OF_INTEGER}`),
  parameters('that fit', { n: 1, k: 2, m: { a: 3, b: null }, o: null, s: '' }),
  parameters('none', {}),
  parameters('that the flow does not have', { z: 1 }),
  parameters('a text for a number', { n: 'many' }, `.n ${OF_INTEGER}`, `.n ${OF_INTEGER}`),
  parameters('deep', { m: { a: 'many' } }, `.m.a ${OF_INTEGER}`, `.m.a ${OF_INTEGER}`),
  parameters('a null behind a default', { k: null }, `.k ${OF_INTEGER}`, `.k ${OF_INTEGER}`),
  [
    'parameters: a null for what has its default in Python',
    { parameters: { late: null }, parameter_openapi_schema: withDefaultFactory },
    `parameters.late ${OF_INTEGER}`,
  ],
  ['parameters: that are not checked', { parameters: { n: 'many' }, enforce_parameter_schema: false }],
  [
    'parameters: with a schema that is none',
    { parameters: { n: 1 }, parameter_openapi_schema: { type: 'thing' } },
    'parameters has a schema that is not valid',
    'parameters has a schema that is not valid',
  ],
  parameters('a template for a number', { n: jinja('{{ 1 + 1 }}') }, `.n ${OF_INTEGER}`, `.n ${OF_INTEGER}`),
  parameters('a template for a text', { s: jinja('{{ 1 + 1 }}') }, '.s is not of type string'),
  parameters('a number as JSON', { n: json('3') }, `.n ${OF_INTEGER}`),
  parameters('a number as JSON of a template', { n: json(jinja('{{ 1 + 1 }}')) }, `.n ${OF_INTEGER}`),
  parameters('no JSON', { n: json('{') }, `.n ${OF_INTEGER}`, '.n is no valid JSON'),
  parameters('no template', { z: jinja('{{ a b }}') }, undefined, '.z is no valid Jinja template'),
  parameters('a kind without its value', { z: { __prefect_kind: 'jinja' } }, undefined, '.z lacks what its kind needs'),
  parameters('a kind that is none', { n: { __prefect_kind: 'x', value: 1 } }, `.n ${OF_INTEGER}`),
  [
    'parameters: no template, where they are not checked',
    { parameters: { z: [json('{')] }, enforce_parameter_schema: false },
    undefined,
    'parameters.z is no valid JSON',
  ],
]

type Triggered = readonly [string, Readonly<{ parameters?: unknown; job_variables?: unknown }>, refused?: string]

const AUTOMATIONS: readonly Triggered[] = [
  ['nothing', {}],
  ['nothing in either', { parameters: {}, job_variables: {} }],
  ['all that is required', { job_variables: { must: 'x', cpu: 2 } }],
  [
    'not what is required',
    { job_variables: { cpu: 2 } },
    "job_variables lacks what is required: 'must' is a required property",
  ],
  ['a null behind a default', { job_variables: { must: 'x', cpu: null } }],
  ['a text for a number', { job_variables: { must: 'x', cpu: 'two' } }, `job_variables.cpu ${OF_INTEGER}`],
  ['parameters of a wrong type, and others', { parameters: { n: 'many', z: [1] } }],
  ['templates', { parameters: { n: '{{ event.id }}', m: { a: '{{ flow_run.name | upper }} {{ event.a[0] }}' } } }],
  ['an open template', { parameters: { n: '{{ event.id }' } }, 'parameters.n holds what is no valid template'],
  ['a name that is none', { parameters: { n: '{{ a.1b }}' } }, 'parameters.n holds what is no valid template'],
  ['a word of Jinja', { parameters: { n: '{{ not }}' } }, 'parameters.n holds what is no valid template'],
  ['another word of Jinja', { parameters: { n: '{{ if }}' } }],
  ['a comment that does not end', { parameters: { n: '{# x' } }],
  ['an open template in a list, which nobody looks at', { parameters: { n: ['{{ a b }}'] } }],
  ['no JSON', { parameters: { n: json('{') } }, 'parameters.n holds what is no valid template'],
]

const automation = ({ parameters: given = null, job_variables = null }: Triggered[1]): JsonObject => ({
  name: 'refused-values__automation_1',
  trigger: { type: 'event', expect: ['x'], posture: 'Reactive', threshold: 1, within: 0 },
  actions: [
    {
      type: 'run-deployment',
      source: 'selected',
      deployment_id: '{{ id }}',
      parameters: given,
      job_variables,
      schedule_after: 0,
    },
  ],
})

let project: ProbedProject
let close: () => Promise<void> = async () => undefined
let written: readonly (Written & Readonly<{ title: string; refused: string | undefined }>)[] = []
let found: readonly RefusedValue[] = []

/** Everything is written one after the other, and then judged by one process. */
beforeAll(async () => {
  const names = Object.keys(VARIABLES.properties)
  const job_configuration = Object.fromEntries(names.map((name) => [name, `{{ ${name} }}`]))
  const template = { job_configuration, variables: VARIABLES }
  await sharedPrefect().call('POST', '/work_pools/', { name: POOL, type: 'modal:push', base_job_template: template })
  const cases = await serverCases(POOL, 'refused-values-orders')
  close = cases.close
  const all = []
  for (const [title, change, ofCreate, ofUpdate] of CASES) {
    all.push({ ...(await cases.create(change)), title: `${title}, created`, refused: ofCreate })
    all.push({ ...(await cases.update(change)), title: `${title}, updated`, refused: ofUpdate })
  }
  for (const [title, action, refused] of AUTOMATIONS) {
    const field = refused === undefined ? undefined : `triggers[refused-values__automation_1].${refused}`
    all.push({ ...(await cases.automation(automation(action))), title: `a trigger with ${title}`, refused: field })
  }
  written = all
  const questions = recordedQuestions({
    planned: all.map(({ planned }) => planned),
    pools: new Map([[POOL, VARIABLES]]),
    cloud: false,
    judged: NOT_JUDGED,
    isUnknown: () => false,
  })
  project = await probedProject({ files: {} })
  const { answer, run } = await project.probe(questions?.request ?? {})
  if (questions === undefined || answer === undefined)
    throw new Error(`The probe did not answer:\n${run.lines.join('\n')}`)
  found = refusedValues(questions, answer)
})
afterAll(async () => {
  project.remove()
  await close()
})

describe('what is refused of values is what the server refuses', () => {
  const titles = [
    ...CASES.flatMap(([title]) => [`${title}, created`, `${title}, updated`]),
    ...AUTOMATIONS.map(([title]) => `a trigger with ${title}`),
  ]

  test.each(titles.map((title, at) => [title, at] as const))('%s', (title, at) => {
    const one = written[at]
    expect(one?.title).toBe(title)
    expect((one?.status ?? 0) >= 400).toBe(one?.refused !== undefined)
    const said = found.filter(({ name }) => name === one?.planned.name).map(({ says }) => says)
    expect(said).toEqual(one?.refused === undefined ? [] : [sentence(one.refused)])
  })
})

function sentence(refused: string): string {
  const [field, ...demand] = refused.split(' ')
  return `The value of \`${field}\` ${demand.join(' ')}: the server refuses it.`
}
