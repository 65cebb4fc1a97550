import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { shownDifference, shownDifferences, shownValue } from '../../../src/prefect/plan/shown.ts'

const hide = (text: string): string => text.replaceAll('hunter2', '***')
const GITHUB = `ghp_${'aB3dE6gH9j'.repeat(4)}`

describe('a value', () => {
  test.each<[string, string, unknown, string]>([
    ['nothing', 'version', undefined, 'nothing'],
    ['null', 'parameters.a', null, 'null'],
    ['a text', 'version', 'one two', 'one two'],
    ['a number', 'parameters.n', 1.5, '1.5'],
    ['JSON', 'parameters.a', { b: [1, 'x'] }, '{"b":[1,"x"]}'],
    ['lines', 'pull[0].script', 'a\nb\tc', String.raw`a\nb\tc`],
    ['what a terminal obeys', 'version', '\u001b[31mred', '\ufffd[31mred'],
    ['a known secret', 'description', 'with hunter2 inside', 'with *** inside'],
    ['a known secret in JSON', 'parameters.a', ['hunter2'], '["***"]'],
    ['an address that signs in', 'pull[0].repository', 'https://me:pass@host/x', 'https://***@host/x'],
    ['a secret by its name', 'work_pool.job_variables.env.API_TOKEN', 'abc', '(hidden)'],
    ['a number by its name', 'parameters.db_password', 1234, '(hidden)'],
    ['a secret by a name above it', 'parameters.credentials.user', 'me', '(hidden)'],
    ['an authorization', 'work_pool.job_variables.headers.Authorization', 'Basic x', '(hidden)'],
    ['a place', 'work_pool.job_variables.env.TOKEN_URL', 'https://host/token', 'https://host/token'],
    ['a number of tokens', 'parameters.max_tokens', 100, '100'],
    ['a switch', 'parameters.use_token', true, 'true'],
    ['an empty secret', 'parameters.token', '', ''],
    ['a secret by its shape', 'parameters.a', `x ${GITHUB}`, '(hidden)'],
    [
      'a secret within',
      'work_pool.job_variables',
      { env: { KEY: 'a', API_KEY: 'b' } },
      '{"env":{"KEY":"a","API_KEY":"(hidden)"}}',
    ],
    [
      'a variable in a list',
      'work_pool.job_variables.env',
      [{ name: 'API_KEY', value: 'b' }],
      '[{"name":"API_KEY","value":"(hidden)"}]',
    ],
    ['a named variable', 'work_pool.job_variables.env[API_KEY].value', 'b', '(hidden)'],
    ['a schedule of that name', 'schedules[the.token.one].cron', '@daily', '@daily'],
    [
      'a reference',
      'pull[0].git_clone.access_token',
      '{{ prefect.blocks.secret.token }}',
      '{{ prefect.blocks.secret.token }}',
    ],
    ['a reference and more', 'pull[0].git_clone.access_token', 'x{{ a }}', '(hidden)'],
    ['a schema', 'parameter_openapi_schema.properties.token.type', 'string', 'string'],
    [
      'a default in a schema',
      'parameter_openapi_schema.properties.token',
      { default: 'abc', title: 'token' },
      '{"default":"(hidden)","title":"token"}',
    ],
    ['what is known later', 'work_pool.job_variables.image', 'repo:known after build', 'repo:known after build'],
    ['a long one', 'description', 'x'.repeat(300), `${'x'.repeat(200)}…`],
  ])('%s', (_, field, value, expected) => {
    expect(shownValue(field, value, hide)).toBe(expected)
  })
})

describe('a difference', () => {
  test.each<[string, string, unknown, unknown, readonly [string, string]]>([
    ['of texts', 'version', 'a', undefined, ['a', 'nothing']],
    ['of secrets', 'parameters.token', 'abc', 'abd', ['(hidden, changed)', '(hidden)']],
    ['of a secret and nothing', 'parameters.token', 'abc', undefined, ['(hidden)', 'nothing']],
    ['of nothing and a secret', 'parameters.token', undefined, 'abc', ['nothing', '(hidden)']],
    ['of a secret and null', 'parameters.token', 'abc', null, ['(hidden, changed)', 'null']],
    ['of a secret by its shape and what was none', 'parameters.a', GITHUB, 'abc', ['(hidden, changed)', '(hidden)']],
    [
      'where it is hidden',
      'parameters.a',
      { token: 'a' },
      { token: 'b' },
      ['{"token":"(hidden)"} (changed where it is hidden)', '{"token":"(hidden)"}'],
    ],
    [
      'late in long texts',
      'description',
      `${'x'.repeat(300)}a`,
      `${'x'.repeat(300)}b`,
      [`…${'x'.repeat(199)}a`, `…${'x'.repeat(199)}b`],
    ],
    ['early in long texts', 'description', `ab${'x'.repeat(300)}`, 'ac', [`ab${'x'.repeat(198)}…`, 'ac']],
  ])('%s', (_, field, wanted, found, [one, other]) => {
    expect(shownDifference({ field, wanted, found }, hide)).toEqual({ field, wanted: one, found: other })
  })

  test('hides a known secret in the name of a field', () => {
    expect(shownDifference({ field: 'parameters.hunter2', wanted: 1, found: 2 }, hide).field).toBe('parameters.***')
  })

  test('is short, and on one line, and holds no known secret, whatever it is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', minLength: 190, maxLength: 260 }),
      fc.constant('hunter2'),
      fc.jsonValue({ maxDepth: 2 }),
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text, text, (field, wanted, found) => {
        const shown = Object.values(shownDifference({ field: `parameters.${field}`, wanted, found }, hide))
        for (const one of shown) {
          expect(one.length).toBeLessThan(260)
          expect(one).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]|hunter2/u)
          expect(one.isWellFormed()).toBe(true)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('of very many is counted', () => {
    const many = Array.from({ length: 45 }, (_, at) => ({ field: `parameters.p${at}`, wanted: 1, found: 2 }))
    const shown = shownDifferences(many, hide)
    expect(shown).toHaveLength(41)
    expect(shown.at(-1)).toEqual({ field: '… and 5 more', wanted: '', found: '' })
    expect(shownDifferences(many.slice(0, 40), hide)).toHaveLength(40)
  })
})
