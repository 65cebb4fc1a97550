import { describe, expect, test } from '@jest/globals'
import { selectDeployments } from '../../src/manifest/select.ts'
import type { JsonObject } from '../../src/prefect/json.ts'
import type { PlannedDeployment } from '../../src/prefect/plan/plan.ts'
import type { ProbeAnswer } from '../../src/python/probe/answer.ts'
import type { ProbeRequest } from '../../src/python/probe/request.ts'
import { flowQuestions } from '../../src/release/flow-request.ts'
import { type JudgedValues, judgedValues, NOT_JUDGED } from '../../src/release/judged-values.ts'
import { type RecordedQuestions, recordedQuestions, refusedValues } from '../../src/release/recorded-values.ts'
import { manifestFrom } from '../manifest/sample.ts'

const SCHEMA = {
  type: 'object',
  properties: { n: { type: 'integer' }, day: { type: 'string', format: 'date' }, s: { type: 'string' } },
}
const POOL = {
  type: 'object',
  required: ['image'],
  properties: {
    image: { type: 'string' },
    env: { type: 'object', additionalProperties: { type: 'string' } },
    cpu: { type: 'integer', default: 1 },
  },
}
const STAND_IN = 'known after build'

type Change = Readonly<{
  body?: JsonObject
  kind?: 'create' | 'update'
  writes?: Partial<PlannedDeployment['writes']>
  live?: Partial<NonNullable<PlannedDeployment['live']>>
  automations?: readonly JsonObject[]
}>

function planned({ body = {}, kind = 'create', writes = {}, live, automations = [] }: Change): PlannedDeployment {
  const whole = {
    work_pool_name: 'pool',
    enforce_parameter_schema: true,
    parameter_openapi_schema: SCHEMA,
    parameters: {},
    job_variables: {},
    ...body,
  }
  const known = { id: 'id', created: '', updated: '', name: 'daily', flow_id: 'flow', flow: 'orders' }
  return {
    flow: 'orders',
    name: 'daily',
    action: kind,
    recorded: {
      flow: 'orders',
      name: 'daily',
      id: 'id',
      write: { kind, body: whole },
      deletedSchedules: [],
      clearsAutomations: true,
      automations,
    },
    writes: { deployment: 'whole', automations: automations.length > 0, slas: false, ...writes },
    ...(live === undefined ? {} : { live: { ...known, ...live } }),
    liveAutomations: [],
    differences: [],
    kept: [],
  }
}

type More = Readonly<{ judged?: JudgedValues; cloud?: boolean }>

function questions(change: Change, { judged = NOT_JUDGED, cloud = false }: More = {}): RecordedQuestions | undefined {
  return recordedQuestions({
    planned: [planned(change)],
    pools: new Map([['pool', POOL]]),
    cloud,
    judged,
    isUnknown: (text) => text.includes(STAND_IN),
  })
}

type Told = Partial<Record<'parameters' | 'jobVariables' | 'templates', readonly unknown[]>>

/** What is asked, without the keys; nothing of the kinds that are not asked about. */
function asked(change: Change, more?: More): Told {
  const { parameters = [], jobVariables = [], templates = [] } = questions(change, more)?.request ?? {}
  const lists = {
    parameters: parameters.map(bare),
    jobVariables: jobVariables.map(bare),
    templates: templates.map(bare),
  }
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))
}

const bare = (item: Readonly<{ key: string }>): object => ({ ...item, key: undefined })

describe('nothing is asked', () => {
  test.each<[string, Change]>([
    ['where there is nothing', {}],
    ['of what surely fits', { body: { parameters: { n: 1, s: 'x', z: [] }, job_variables: { env: { A: 'x' } } } }],
    ['of what is not checked', { body: { parameters: { n: 'x' }, enforce_parameter_schema: false } }],
    [
      'of what is not written',
      { body: { parameters: { n: 'x' }, job_variables: { cpu: 'x' } }, writes: { deployment: 'nothing' } },
    ],
    [
      'of what is live and stays so',
      {
        kind: 'update',
        writes: { deployment: 'nothing' },
        live: { parameters: { n: 'x' }, parameter_openapi_schema: SCHEMA, enforce_parameter_schema: true },
      },
    ],
    ['without a schema', { body: { parameters: { n: 'x' }, parameter_openapi_schema: null } }],
    ['of a pool that is not known', { body: { job_variables: { cpu: 'x' }, work_pool_name: 'other' } }],
    [
      'of what is not known yet',
      { body: { parameters: { n: `a ${STAND_IN}` }, job_variables: { cpu: [{ a: STAND_IN }] } } },
    ],
    [
      'of a kind that a create stores, where nothing is checked',
      {
        body: { parameters: { n: { __prefect_kind: 'json' } }, enforce_parameter_schema: false },
      },
    ],
  ])('%s', (_, change) => {
    expect(questions(change)).toBeUndefined()
  })
})

describe('asked is', () => {
  test('what may not fit, by how it is written', () => {
    const body = { parameters: { n: 'x' }, job_variables: { cpu: 'x' } }
    for (const kind of ['create', 'update'] as const) {
      expect(asked({ body, kind })).toEqual({
        parameters: [{ schema: SCHEMA, write: kind, values: body.parameters }],
        jobVariables: [{ schema: POOL, write: kind, values: body.job_variables }],
      })
    }
  })

  test('nothing of the entries that are not known yet', () => {
    const body = {
      parameters: { n: 'x', s: STAND_IN },
      job_variables: { env: { A: STAND_IN }, [STAND_IN]: 1, cpu: 'x' },
    }
    const write = 'create'
    expect(asked({ body })).toEqual({
      parameters: [{ schema: SCHEMA, write, values: { n: 'x' } }],
      jobVariables: [{ schema: POOL, write, values: { cpu: 'x' } }],
    })
  })

  test('an update of a pool of Prefect Cloud as a create', () => {
    const change: Change = { body: { job_variables: { cpu: null } }, kind: 'update' }
    expect(asked(change, { cloud: true })).toMatchObject({ jobVariables: [{ write: 'create' }] })
    expect(asked(change)).toMatchObject({ jobVariables: [{ write: 'update' }] })
  })

  test('what is live, where an update does not send it', () => {
    const live = { parameters: { n: 'x' }, parameter_openapi_schema: SCHEMA, enforce_parameter_schema: true }
    expect(asked({ kind: 'update', writes: { deployment: 'version' }, live })).toEqual({
      parameters: [{ schema: SCHEMA, write: 'update', values: { n: 'x' } }],
    })
    const body = { parameter_openapi_schema: {}, enforce_parameter_schema: null, parameters: { n: 'y' } }
    expect(asked({ kind: 'update', body, live })).toMatchObject({
      parameters: [{ schema: SCHEMA, values: { n: 'y' } }],
    })
  })

  test('what an update computes, though nothing is checked', () => {
    const parameters = { n: [{ __prefect_kind: 'json', value: '{' }] }
    expect(asked({ kind: 'update', body: { parameters, enforce_parameter_schema: false } })).toEqual({
      parameters: [{ schema: {}, write: 'update', values: parameters }],
    })
  })
})

describe('triggers', () => {
  const automation = (action: JsonObject): JsonObject => ({
    name: 'daily__automation_1',
    actions: [
      { type: 'do-nothing', job_variables: { cpu: 'x' } },
      { type: 'run-deployment', ...action },
    ],
  })
  const of = (action: JsonObject): Told => asked({ automations: [automation(action)] })

  test.each<[string, JsonObject, Told]>([
    ['nothing', { job_variables: null, parameters: null }, {}],
    ['all that is required', { job_variables: { image: 'x' } }, {}],
    [
      'not all',
      { job_variables: { cpu: 2 } },
      { jobVariables: [{ schema: POOL, values: { cpu: 2 }, write: 'trigger' }] },
    ],
    [
      'something that is not known yet, which may be what is required',
      { job_variables: { image: STAND_IN, cpu: 'x' } },
      { jobVariables: [{ schema: POOL, values: { cpu: 'x' }, write: 'create' }] },
    ],
    ['plain templates', { parameters: { a: '{{ event.id }}: {{ flow_run.name }}', b: [1, { c: 'x' }] } }, {}],
    ['other templates', { parameters: { a: '{{ a | b }}' } }, { templates: [{ values: { a: '{{ a | b }}' } }] }],
    [
      'kinds',
      { parameters: { a: [{ __prefect_kind: 'x' }] } },
      { templates: [{ values: { a: [{ __prefect_kind: 'x' }] } }] },
    ],
  ])('with %s', (_, action, told) => {
    expect(of(action)).toEqual(told)
  })

  test('that are not written', () => {
    const automations = [automation({ job_variables: { cpu: 'x' } })]
    expect(asked({ automations, writes: { automations: false } })).toEqual({})
  })

  test('of a deployment that is written without its pool', () => {
    const change: Change = {
      kind: 'update',
      body: { work_pool_name: undefined },
      live: { work_pool_name: 'pool' },
      automations: [automation({ job_variables: { image: 1 } })],
    }
    expect(asked(change)).toMatchObject({ jobVariables: [{ values: { image: 1 } }] })
  })
})

describe('what was judged in the files', () => {
  const FILE = `pull: []
deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    parameters: {n: x}
    work_pool: {name: pool, job_variables: {cpu: x}}
`
  const flow = { kind: 'imported', name: 'orders', description: '', schema: SCHEMA, parameters: null } as const
  const questionsOfFile = flowQuestions(selectDeployments([manifestFrom(FILE)], 'all'), new Map([['pool', POOL]]))
  const empty = { schedules: {}, parameters: {}, jobVariables: {}, templates: {} }
  const judged = judgedValues(questionsOfFile, { flows: { 'flows/orders.py:orders': flow }, ...empty })
  const everything: JudgedValues = { parameters: () => true, jobVariables: () => true }

  test('is not asked again', () => {
    expect(asked({ body: { parameters: { n: 'x' }, job_variables: { cpu: 'x' } } }, { judged })).toEqual({})
  })

  test('is asked where it has become something else', () => {
    const body = { parameters: { n: 'y' }, job_variables: { cpu: 'y' } }
    expect(Object.keys(asked({ body }, { judged }))).toEqual(['parameters', 'jobVariables'])
    const other = { parameters: { n: 'x' }, parameter_openapi_schema: { ...SCHEMA, title: 'Parameters' } }
    expect(Object.keys(asked({ body: other }, { judged }))).toEqual(['parameters'])
  })

  test.each<[string, Change, Told | undefined]>([
    ['a null of a create', { body: { parameters: { n: null } } }, { parameters: [{ write: 'create' }] }],
    ['a null of an update', { body: { parameters: { n: null } }, kind: 'update' }, undefined],
    ['a kind', { body: { parameters: { n: { __prefect_kind: 'json' } } } }, { parameters: [{ write: 'create' }] }],
    ['a null of a pool', { body: { job_variables: { cpu: null } } }, undefined],
    [
      'a null of a pool that is updated',
      { body: { job_variables: { cpu: null } }, kind: 'update' },
      { jobVariables: [{ write: 'update' }] },
    ],
  ])('does not count for %s where the server judges otherwise', (_, change, told) => {
    const found = asked(change, { judged: everything })
    if (told === undefined) expect(found).toEqual({})
    else expect(found).toMatchObject(told)
  })
})

describe('a refusal', () => {
  const key = (request: ProbeRequest, kind: 'parameters' | 'jobVariables' | 'templates'): string =>
    request[kind]?.[0]?.key ?? ''

  test('names the place and what is demanded, and no value', () => {
    const found = questions({
      body: { parameters: { n: 'secret' }, job_variables: { env: { A: 5 } } },
      automations: [{ name: 'a', actions: [{ type: 'run-deployment', parameters: { x: '{{ secret' } }] }],
    })
    if (found === undefined) throw new Error('Nothing is asked.')
    const refused = (path: (string | number)[], demand: string) => ({ path, demand, reason: 'secret' })
    const answer: ProbeAnswer = {
      flows: {},
      schedules: {},
      parameters: { [key(found.request, 'parameters')]: refused(['n', 3, 'a'], 'is not of type integer') },
      jobVariables: { [key(found.request, 'jobVariables')]: refused(['env', 'A'], 'is not of type string') },
      templates: { [key(found.request, 'templates')]: refused(['x'], 'holds what is no valid template') },
    }
    const told = refusedValues(found, answer)
    expect(told.map(({ flow, name, field, says }) => `${flow}/${name} ${field} ${says}`)).toEqual([
      'orders/daily parameters.n[3].a The value of `parameters.n[3].a` is not of type integer: the server refuses it.',
      'orders/daily work_pool.job_variables.env.A The value of `work_pool.job_variables.env.A` is not of type string: the server refuses it.',
      'orders/daily triggers[a].parameters.x The value of `triggers[a].parameters.x` holds what is no valid template: the server refuses it.',
    ])
    expect(JSON.stringify(told)).not.toContain('secret')
    expect(told.map(({ hint }) => hint.split('.')[0])).toEqual([
      'Where a placeholder fills it in, look at what it is filled with',
      'Where a placeholder fills it in, look at what it is filled with',
      'The server reads texts in them as Jinja templates: `{{ event',
    ])
  })
})
