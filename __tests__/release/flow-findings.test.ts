import { describe, expect, test } from '@jest/globals'
import type { Finding } from '../../src/finding.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import type { FailedFlow, ImportedFlow, ProbeAnswer } from '../../src/python/probe/answer.ts'
import { flowFindings } from '../../src/release/flow-findings.ts'
import { type FlowQuestions, flowQuestions } from '../../src/release/flow-request.ts'
import { manifestFrom } from '../manifest/sample.ts'

type Files = Readonly<Record<string, string>>
type Pools = ReadonlyMap<string, unknown>

function asked(files: Files, pools: Pools = new Map()) {
  const manifests = Object.entries(files).map(([name, text]) => manifestFrom(text, name))
  const selected = selectDeployments(manifests, 'all')
  const deployed = selected.flatMap(({ manifest, entries }) => entries.map((entry) => ({ manifest, entry })))
  return { deployed, questions: flowQuestions(selected, pools) }
}

function requestOf(text: string, pools?: Pools): FlowQuestions['request'] {
  return asked({ 'prefect.yaml': text }, pools).questions.request
}

function findings(files: Files | string, answer: Partial<ProbeAnswer>): Finding[] {
  const { deployed, questions } = asked(typeof files === 'string' ? { 'prefect.yaml': files } : files)
  return flowFindings(deployed, questions, {
    flows: {},
    schedules: {},
    parameters: {},
    jobVariables: {},
    templates: {},
    ...answer,
  })
}

/** `rule file:line:column message` of each. */
function told(found: readonly Finding[]): string[] {
  return found.map(({ rule, severity, message, position: { file, line, column } }) =>
    [rule, severity, [file, line, column].filter((part) => part !== undefined).join(':'), message].join(' '),
  )
}

/** A file with deployments of these names and entrypoints; `more` is put under each. */
function fileWith(entries: readonly (readonly [string, string])[], more = ''): string {
  const list = entries.map(
    ([name, entrypoint]) => `  - name: ${name}\n    entrypoint: ${entrypoint}\n    work_pool: {name: pool}\n${more}`,
  )
  return `pull: []\ndeployments:\n${list.join('')}`
}

const ONE = fileWith([['daily', 'flows/orders.py:orders']])

function imported(more: Partial<ImportedFlow> = {}): ImportedFlow {
  return { kind: 'imported', name: 'orders', description: '', schema: {}, parameters: null, ...more }
}

function raised(type: string, message: string, more: Partial<Extract<FailedFlow, { type: string }>> = {}) {
  return { kind: 'import-failed', type, message, eventLoop: false, ...more } as const
}

describe('a flow that fails', () => {
  const entrypoint = 'flows/orders.py:orders'

  test.each<[string, FailedFlow, string]>([
    [
      'in the user’s own line',
      raised('ModuleNotFoundError', "No module named 'pandas'", { file: 'flows/rates.py', line: 3 }),
      "flow-import-failed error flows/rates.py:3 Importing the flow fails (deployment `daily`): the flow imports `pandas`, which is not in the project's environment.",
    ],
    [
      'in a library that no line of the user’s leads to',
      raised('OSError', 'no libgomp'),
      'flow-import-failed error prefect.yaml:4:17 Importing `flows/orders.py:orders` fails (deployment `daily`): OSError: no libgomp.',
    ],
    [
      'because it is not Python',
      raised('SyntaxError', 'invalid syntax', { file: 'flows/orders.py', line: 7 }),
      'flow-import-failed error flows/orders.py:7 Importing the flow fails (deployment `daily`): the flow file is not Python (invalid syntax).',
    ],
    [
      'without a word',
      raised('Mute', '', { file: 'flows/orders.py', line: 7 }),
      'flow-import-failed error flows/orders.py:7 Importing the flow fails (deployment `daily`): Mute.',
    ],
    [
      'in what Prefect makes of its parameters',
      { ...raised('PydanticUserError', 'not defined', { file: 'flows/orders.py', line: 4 }), kind: 'no-schema' },
      'flow-import-failed error flows/orders.py:4 Prefect cannot make out the parameters of `flows/orders.py:orders` (deployment `daily`): PydanticUserError: not defined.',
    ],
    [
      'in an event loop',
      raised('RuntimeError', 'asyncio.run() cannot be called from a running event loop', { eventLoop: true }),
      'flow-schema-guessed warning prefect.yaml:4:17 Importing `flows/orders.py:orders` fails inside of `prefect deploy` (deployment `daily`): RuntimeError: asyncio.run() cannot be called from a running event loop.',
    ],
    [
      'since its file is not there',
      { kind: 'not-found' },
      'flow-not-found error prefect.yaml:4:17 There is no file `flows/orders.py` (deployment `daily`).',
    ],
    [
      'since it is something else',
      { kind: 'not-a-flow' },
      'flow-not-a-flow error prefect.yaml:4:17 `orders` in `flows/orders.py` is no flow (deployment `daily`).',
    ],
    [
      'by a signal',
      { kind: 'died', how: 'signal', status: 11 },
      'flow-import-dies error prefect.yaml:4:17 Importing `flows/orders.py:orders` ends the process by signal 11 (deployment `daily`).',
    ],
    [
      'so that nothing is heard of it',
      { kind: 'died', how: 'lost' },
      'flow-import-dies error prefect.yaml:4:17 Importing `flows/orders.py:orders` ends the process or closes all of its files (deployment `daily`).',
    ],
  ])('%s', (_, flow, expected) => {
    expect(told(findings(ONE, { flows: { [entrypoint]: flow } }))).toEqual([expected])
  })

  test('is an error where Prefect stops in its event loop', () => {
    const flow = raised('TypeError', 'a coroutine', { eventLoop: true })
    const found = findings(fileWith([['daily', 'shop.flows:orders']]), { flows: { 'shop.flows:orders': flow } })
    expect(found).toMatchObject([{ rule: 'flow-schema-guessed', severity: 'error' }])
  })

  test.each([
    ['flows/orders.py:orders', 'RuntimeError', ' `prefect deploy` keeps silent about it.'],
    [
      'flows/orders.py:orders',
      'SystemExit',
      ' `prefect deploy` ends there, after it has written the deployments before this one.',
    ],
    ['shop.flows:orders', 'RuntimeError', ''],
  ])('in %s by %s: what the hint says of `prefect deploy`', (named, type, says) => {
    const flow = raised(type, 'no configuration', { file: 'flows/orders.py', line: 3 })
    const [found] = findings(fileWith([['daily', named]]), { flows: { [named]: flow } })
    expect(found?.hint).toBe(`Correct the line, or move what it does into the flow function.${says}`)
  })

  test.each<[FailedFlow, string, string]>([
    [
      raised('ImportError', "cannot import name 'B' from 'rates'", { file: 'flows/orders.py', line: 2 }),
      'flows/orders.py:2',
      "ImportError: cannot import name 'B' from 'rates'",
    ],
    [{ kind: 'not-found' }, 'prefect.yaml:4:17', 'another one has left the working folder'],
    [{ kind: 'died', how: 'exit', status: 1 }, 'prefect.yaml:4:17', 'it ends the process'],
  ])('behind others only: %j', (behind, at, why) => {
    expect(told(findings(ONE, { flows: { [entrypoint]: imported({ behind }) } }))).toEqual([
      `flow-schema-guessed warning ${at} \`${entrypoint}\` can be imported by itself, but not behind the flows before it (deployment \`daily\`): ${why}.`,
    ])
  })

  test('is told once for one line, with all deployments', () => {
    const names = ['a', 'b', 'c', 'd', 'e'].map((name) => [name, `flows/${name}.py:orders`] as const)
    const flow = raised('ZeroDivisionError', 'division by zero', { file: 'shared/rates.py', line: 2 })
    const flows = Object.fromEntries(names.map(([, one]) => [one, flow]))
    expect(told(findings(fileWith([...names, ['f', 'flows/a.py:orders']]), { flows }))).toEqual([
      'flow-import-failed error shared/rates.py:2 Importing the flow fails (deployments `a`, `f`, `b` and 3 more): ZeroDivisionError: division by zero.',
    ])
  })

  test.each<[string[], string]>([
    [['orders_daily', 'returns'], 'Did you mean'],
    [['returns', 'closing'], 'Its flows are `returns`, `closing`.'],
    [['returns'], 'Did you mean `returns`?'],
    [[], 'It has no flow.'],
  ])('for another name than %j', (names, hint) => {
    const [found] = findings(fileWith([['daily', 'flows/orders.py:orders_dayly']]), {
      flows: { 'flows/orders.py:orders_dayly': { kind: 'no-such-name', names } },
    })
    expect(found).toMatchObject({ rule: 'flow-not-found', hint: expect.stringContaining(hint) })
  })

  test('shows nothing as it came', () => {
    const flow = raised('Wrong\u001b[31m', `a\nb ${'x'.repeat(2000)}`)
    const [found] = findings(ONE, { flows: { [entrypoint]: flow } })
    expect(found?.message).not.toMatch(/\p{Cc}/u)
    expect(found?.message.length).toBeLessThan(500)
  })
})

describe('the request', () => {
  test('has each entrypoint once, and none that is not known yet', () => {
    const { entrypoints } = requestOf(
      fileWith([
        ['a', 'flows/a.py:orders'],
        ['b', '"{{ $FLOW }}"'],
        ['c', 'flows/a.py:orders'],
        ['d', 'orders'],
        ['e', 'shop.flows.orders'],
        ['f', '[]'],
      ]),
    )
    expect(entrypoints.map(({ entrypoint }) => entrypoint)).toEqual(['flows/a.py:orders', 'shop.flows.orders'])
  })

  test.each([
    ['as they stand', 'parameters: {a: 1, b: [x]}', { a: 1, b: ['x'] }],
    ['without what is not known yet', 'parameters: {a: 1, b: "{{ $B }}", c: {d: "{{ e }}"}}', { a: 1 }],
    ['as enforced as Prefect reads it', 'parameters: {a: 1}\n    enforce_parameter_schema: "yes"', { a: 1 }],
    ['enforced by default', 'parameters: {a: 1}\n    enforce_parameter_schema:', { a: 1 }],
    ['not where they are not enforced', 'parameters: {a: 1}\n    enforce_parameter_schema: off', undefined],
    ['not where that is not known', 'parameters: {a: 1}\n    enforce_parameter_schema: "{{ $E }}"', undefined],
    ['not where the server makes them', 'parameters: {a: {__prefect_kind: json, value: "1"}}', undefined],
    ['not where there are none', 'parameters: {}', undefined],
    ['not where all are unknown', 'parameters: {a: "{{ $B }}"}', undefined],
  ])('has parameters %s', (_, text, values) => {
    const { parameters } = requestOf(`${ONE}    ${text}\n`)
    expect(parameters.map((one) => one.values)).toEqual(values === undefined ? [] : [values])
  })

  const schema = { type: 'object' }
  test.each([
    ['pool', 'cpu: 2', [{ values: { cpu: 2 }, schema }]],
    ['pool', 'cpu: 2, env: {A: "{{ prefect.blocks.secret.a }}"}', [{ values: { cpu: 2 }, schema }]],
    ['another', 'cpu: 2', []],
    ['odd', 'cpu: 2', []],
    ['"{{ $POOL }}"', 'cpu: 2', []],
    ['pool', '', []],
  ])('has job variables: pool %s, %s', (pool, variables, expected) => {
    const text = ONE.replace('{name: pool}', `{name: ${pool}, job_variables: {${variables}}}`)
    const pools = new Map<string, unknown>([
      ['pool', schema],
      ['odd', 'no schema'],
    ])
    const { jobVariables } = requestOf(text, pools)
    expect(jobVariables.map(({ values, schema: template }) => ({ values, schema: template }))).toEqual(expected)
  })

  test('has a schedule that aliases share once', () => {
    const text = fileWith([['a', 'flows/a.py:orders']], '    schedules: &s\n      - cron: "0 6 * * *"\n')
    const { schedules } = requestOf(`${text}  - name: b\n    entrypoint: flows/b.py:orders\n    schedules: *s\n`)
    expect(schedules).toMatchObject([{ kind: 'cron', value: '0 6 * * *' }])
  })
})

describe('what Prefect refuses', () => {
  const text = `${ONE}    schedules:
      - cron: "0 6 * * *"
        timezone: Europe/Berlin
      - interval: 60
`

  test.each([
    [0, 'cron', 'Invalid cron string', 'cron-invalid error prefect.yaml:7:15'],
    [0, 'timezone', 'Invalid timezone', 'time-zone-invalid error prefect.yaml:8:19'],
    [1, 'timezone', 'Invalid timezone', 'time-zone-invalid error prefect.yaml:9:19'],
    [1, 'rrule', 'Invalid RRule string', 'rrule-invalid error prefect.yaml:9:19'],
    [1, 'anchor_date', 'ParserError', 'anchor-date-invalid error prefect.yaml:9:19'],
    [1, 'interval', 'Input should be greater than 0 seconds', 'interval-not-positive error prefect.yaml:9:19'],
    [1, 'interval', 'Input should be a valid timedelta', undefined],
    [1, 'something', 'else', undefined],
  ])('of schedule %d: %s (%s)', (index, field, reason, expected) => {
    const key = requestOf(text).schedules[index]?.key ?? ''
    expect(told(findings(text, { schedules: { [key]: { field, reason } } }))).toEqual(
      expected === undefined ? [] : [`${expected} The project's own Prefect refuses this schedule: ${reason}.`],
    )
  })

  test.each<[(string | number)[], string, string]>([
    [['a', 'b', 1], '7:24', 'the parameter `a.b.1`'],
    [['a', 'c'], '7:14', 'the parameter `a.c`'],
    [['a', 'b', 7], '7:21', 'the parameter `a.b.7`'],
    [[], '7:7', 'the parameters'],
  ])('of parameters, at %j', (path, at, what) => {
    const file = `${ONE}    parameters:\n      a: {c: [], b: [1,2]}\n`
    const key = requestOf(file).parameters[0]?.key ?? ''
    expect(told(findings(file, { parameters: { [key]: { path, reason: 'no', demand: '' } } }))).toEqual([
      `parameters-refused error prefect.yaml:${at} Prefect refuses ${what} of the deployment \`daily\`: no.`,
    ])
  })
})

describe('parameters of the flow’s function', () => {
  const flows = { 'flows/orders.py:orders': imported({ parameters: { all: ['day', 'limit'], needed: ['day'] } }) }
  const scheduled = '    schedules:\n      - cron: "0 6 * * *"\n'

  test.each([
    ['parameters: {day: x, limit: 3}', []],
    ['parameters: {limits: 3}', ['parameter-unknown 6:18']],
    ['parameters: {"{{ $KEY }}": 3}', []],
    ['parameters: {1: 3}', []],
  ])('unknown: %s', (more, expected) => {
    const found = findings(`${ONE}    ${more}\n`, { flows })
    expect(found.map(({ rule, position }) => `${rule} ${position.line}:${position.column}`)).toEqual(expected)
  })

  test.each([
    ['scheduled without them', scheduled, true],
    ['given by the deployment', `    parameters: {day: x}\n${scheduled}`, false],
    ['given by a placeholder', `    parameters: {day: "{{ $DAY }}"}\n${scheduled}`, false],
    ['given by the schedule', scheduled.replace('"\n', '"\n        parameters: {day: x}\n'), false],
    ['switched off', scheduled.replace('"\n', '"\n        active: false\n'), false],
    ['switched by a variable', scheduled.replace('"\n', '"\n        active: "{{ $ACTIVE }}"\n'), false],
    ['paused', `    paused: true\n${scheduled}`, false],
    ['not paused', `    paused: false\n${scheduled}`, true],
    ['not scheduled', '', false],
  ])('missing where it is %s', (_, more, is) => {
    expect(findings(`${ONE}${more}`, { flows }).map(({ rule }) => rule)).toEqual(is ? ['parameter-missing'] : [])
  })

  test('are not known of a method', () => {
    const method = { 'flows/orders.py:orders': imported({ parameters: null }) }
    expect(findings(`${ONE}    parameters: {limits: 3}\n${scheduled}`, { flows: method })).toEqual([])
  })
})

describe('a deployment that stands twice', () => {
  const flows = {
    'flows/a.py:orders': imported(),
    'flows/b.py:orders': imported(),
    './flows/a.py:orders': imported(),
    'flows/c.py:returns': imported({ name: 'returns' }),
  }

  test('under two entrypoints of one flow', () => {
    const text = fileWith([
      ['daily', 'flows/a.py:orders'],
      ['weekly', 'flows/b.py:orders'],
      ['daily', 'flows/c.py:returns'],
      ['daily', 'flows/b.py:orders'],
    ])
    expect(told(findings(text, { flows }))).toEqual([
      'deployment-twice error prefect.yaml:12:11 The deployment `daily` of the flow `orders` stands already in line 3, with another entrypoint; the later one overwrites it.',
    ])
  })

  test('in two files', () => {
    const files = {
      'a.yaml': fileWith([['daily', 'flows/a.py:orders']]),
      'b.yaml': fileWith([['daily', 'flows/b.py:orders']]),
    }
    expect(told(findings(files, { flows }))).toEqual([
      expect.stringMatching(/^deployment-twice error b\.yaml:3:11 .* stands already in `a\.yaml`, line 3, /),
    ])
  })

  test('is left to the rules where the entrypoints are alike', () => {
    const text = fileWith([
      ['daily', 'flows/a.py:orders'],
      ['daily', './flows/a.py:orders'],
    ])
    expect(findings(text, { flows })).toEqual([])
  })
})
