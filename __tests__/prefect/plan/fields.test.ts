import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { differencesOf } from '../../../src/prefect/plan/differences.ts'
import { recorded, type Rows, rows, rowsOf } from './compared.ts'

describe('fields', () => {
  test.each<[string, JsonObject, JsonObject, Rows]>([
    ['`None` is no description', { description: 'None' }, { description: null }, {}],
    ['no description is `None`', { description: null }, { description: 'None' }, {}],
    ['an empty description is one', { description: '' }, { description: null }, { description: ['', undefined] }],
    ['no queue is the default one', { work_queue_name: '' }, { work_queue_name: 'default' }, {}],
    ['not paused', { paused: null }, { paused: false }, {}],
    ['a limit', { concurrency_limit: 3 }, { global_concurrency_limit: { limit: 3 } }, {}],
    [
      'a limit of one’s own',
      { concurrency_limit: null },
      { global_concurrency_limit: { limit: 3 } },
      { concurrency_limit: [undefined, 3] },
    ],
    [
      'options',
      { concurrency_options: { collision_strategy: 'ENQUEUE' } },
      { concurrency_options: { collision_strategy: 'ENQUEUE', grace_period_seconds: null } },
      {},
    ],
    ['labels', { labels: {} }, { labels: { 'prefect.flow.id': 'f' } }, {}],
    ['version info', { version_info: { type: 'vcs:git' } }, {}, {}],
    ['what is not sent', {}, { tags: ['a'], enforce_parameter_schema: false, job_variables: { a: 1 } }, {}],
    [
      'nothing that is sent for variables',
      { job_variables: null, parameters: null },
      { job_variables: { a: 1 }, parameters: { a: 1 } },
      {},
    ],
    [
      'variables that are taken away',
      { job_variables: {} },
      { job_variables: { env: {} } },
      { 'work_pool.job_variables.env': [undefined, {}] },
    ],
    ['null is not absent', { parameters: { a: null } }, { parameters: {} }, { 'parameters.a': [null, undefined] }],
    [
      'one list of plain values',
      { parameters: { a: [1, 2] } },
      { parameters: { a: [1, 2, 3] } },
      {
        'parameters.a': [
          [1, 2],
          [1, 2, 3],
        ],
      },
    ],
    ['no pull steps', { pull_steps: null }, { pull_steps: [] }, {}],
    [
      'the order of pull steps',
      { pull_steps: [{ a: {} }, { b: {} }] },
      { pull_steps: [{ b: {} }, { a: {} }] },
      {
        'pull[0].a': [{}, undefined],
        'pull[0].b': [undefined, {}],
        'pull[1].b': [{}, undefined],
        'pull[1].a': [undefined, {}],
      },
    ],
    [
      'variables in a list by their names',
      { job_variables: { env: [{ name: 'A', value: 1 }] } },
      { job_variables: { env: [{ name: 'A', value: 2 }] } },
      { 'work_pool.job_variables.env[A].value': [1, 2] },
    ],
    [
      'the order of keys',
      { parameter_openapi_schema: { a: 1, b: 2 } },
      { parameter_openapi_schema: { b: 2, a: 1 } },
      {},
    ],
    ['a key of a later version', { novelty: 1 }, { novelty: 2 }, { novelty: [1, 2] }],
    ['a key that no answer has', { novelty: 1 }, {}, {}],
    [
      'names of the language',
      { parameters: { constructor: 1 } },
      { parameters: {} },
      { 'parameters.constructor': [1, undefined] },
    ],
  ])('%s', (_, body, live, expected) => {
    expect(rows(body, live)).toEqual(expected)
  })

  test('a deployment that is not there', () => {
    expect(rowsOf(differencesOf(recorded({}), undefined, []))).toEqual({ deployment: ['main/daily', undefined] })
  })
})

const kind = (what: string, more: JsonObject = {}): JsonObject => ({ __prefect_kind: what, ...more })
const jinja = kind('jinja', { template: 'a {{ b }}' })
const variable = kind('workspace_variable', { variable_name: 'v' })

describe('parameters that the server computes', () => {
  test.each<[string, unknown, unknown, boolean]>([
    ['not yet', jinja, jinja, true],
    ['a template', jinja, 'a b', true],
    ['a template of which nothing is there', jinja, undefined, false],
    ['another template, that was never computed', jinja, kind('jinja', { template: 'a' }), true],
    ['a template without an expression', kind('jinja', { template: 'a' }), 'b', false],
    ['a variable', variable, { any: 1 }, true],
    ['a variable within a list', [1, variable], [1, 'x'], true],
    ['beside a variable within a list', [1, variable], [2, 'x'], false],
    ['JSON', kind('json', { value: '[1]' }), [1], true],
    ['other JSON', kind('json', { value: '[1]' }), [2], false],
    ['JSON, not yet', kind('json', { value: '[1]' }), kind('json', { value: '[1]' }), true],
    ['JSON around a value', kind('json', { value: { a: 1 } }), { a: 2 }, false],
    ['JSON around a variable', kind('json', { value: variable }), 'x', true],
    ['JSON that only Python reads', kind('json', { value: 'NaN' }), null, true],
    ['JSON that is none', kind('json', { value: [1] }), [1], true],
    ['no JSON', kind('json'), undefined, true],
    ['no JSON in a list', [kind('json'), 1], [1], true],
    ['a value', kind('none', { value: { a: 1 } }), { a: 1 }, true],
    ['a value around a variable', kind('none', { value: { a: variable, b: 1 } }), { a: 'x', b: 1 }, true],
    ['a value around another', kind('none', { value: { a: variable, b: 1 } }), { a: 'x', b: 2 }, false],
    ['a kind that is none', kind('other', { value: 1 }), 1, true],
    ['another value of a kind that is none', kind('other', { value: 1 }), 2, false],
  ])('%s', (_, wanted, found, same) => {
    const parameters = found === undefined ? {} : { p: found }
    expect(Object.keys(rows({ parameters: { p: wanted } }, { parameters })).length === 0).toBe(same)
  })
})
