import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { surelyFits } from '../../src/prefect/live/fits.ts'
import { areSurelyTemplates } from '../../src/release/surely-templates.ts'
import { probedProjects } from './probe-tools.ts'

const { probed } = probedProjects()

const NAMES = ['a', 'b', 'must'] as const
const text = fc.constantFrom('', 'a', 'eu', '3')
const scalar = fc.oneof(text, fc.integer({ min: -3, max: 9 }), fc.constantFrom(1.5, true, false, null))

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 2 }),
    fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 3 }),
  ),
}))

const types = ['string', 'integer', 'number', 'boolean', 'null', 'array', 'object'] as const
const bound = fc.integer({ min: -2, max: 5 })
const said = fc.record(
  {
    type: fc.oneof(
      fc.constantFrom(...types),
      fc.uniqueArray(fc.constantFrom(...types), { minLength: 1, maxLength: 2 }),
    ),
    enum: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
    const: text,
    default: scalar,
    title: text,
    minimum: bound,
    maximum: bound,
    exclusiveMinimum: bound,
    exclusiveMaximum: bound,
    pattern: fc.constantFrom('^e', 'a'),
    format: fc.constantFrom('date', 'ipv4'),
    minLength: fc.constant(1),
  },
  { requiredKeys: [] },
)

type Schema = Readonly<Record<string, unknown>>

const { schema } = fc.letrec<{ schema: Schema }>((tie) => {
  const inner = tie('schema')
  const several = fc.array(inner, { minLength: 1, maxLength: 2 })
  const named = fc.record({
    properties: fc.dictionary(fc.constantFrom(...NAMES), inner, { maxKeys: 2 }),
    additionalProperties: fc.oneof(fc.boolean(), inner),
    required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 1 }),
  })
  return {
    schema: fc.oneof(
      { maxDepth: 3 },
      said,
      fc.constantFrom('Known', 'Itself', 'Absent').map((name) => ({ $ref: `#/definitions/${name}` })),
      named,
      several.map((anyOf) => ({ anyOf })),
      fc.tuple(said, several).map(([more, allOf]) => ({ ...more, allOf })),
      several.map((oneOf) => ({ oneOf })),
      inner.map((items) => ({ type: 'array', items })),
      inner.map((not) => ({ not })),
    ),
  }
})

/** As pools and flows have them: an object of named properties. */
const whole = fc
  .record({
    properties: fc.dictionary(fc.constantFrom(...NAMES), schema, { minKeys: 1, maxKeys: 3 }),
    required: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 1 }),
    Known: schema,
  })
  .map(({ Known, ...rest }) => ({
    type: 'object',
    ...rest,
    definitions: { Known, Itself: { properties: { a: { $ref: '#/definitions/Itself' } }, type: 'object' } },
  }))
const object = fc.dictionary(fc.constantFrom(...NAMES), value, { minKeys: 1, maxKeys: 3 })

const SEED = 20_261_125
const PAIRS = 500
/** Of those that fit and of those that do not: what is drawn must be worth it. */
const LEAST = 60

const TEMPLATES = fc
  .array(
    fc.constantFrom('{{', '}}', ' ', 'a', 'event.id', '.', '1b', 'not', 'if', 'x | upper', '{', '%}', '#', '[0]', '-'),
    {
      maxLength: 6,
    },
  )
  .map((pieces) => pieces.join(''))

/** A schema, with values that surely fit and values of which that is not certain. */
const TABLE: readonly (readonly [Schema, readonly unknown[], readonly unknown[]])[] = [
  [{ type: 'integer' }, [1, 0, -1], [1.5, '1', true, null, [], {}]],
  [{ type: 'number', title: 'N', default: 2 }, [1, 1.5], ['1', false]],
  [{ type: 'string' }, ['', '1'], [1, null]],
  [{ type: ['string', 'null'] }, ['', null], [0]],
  [{ type: 'boolean' }, [true, false], [0, 'true']],
  [{ type: 'thing' }, [], ['x']],
  [{ minimum: 1, maximum: 3 }, [1, 3, 'x'], [0, 4]],
  [{ exclusiveMinimum: 1, exclusiveMaximum: 3 }, [2], [1, 3]],
  [{ enum: ['a', 1] }, ['a'], ['b', 1]],
  [{ const: 'a' }, ['a'], ['b']],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, ['a', null], [1]],
  [{ allOf: [{ type: 'integer' }, { minimum: 2 }] }, [2], [1, 'x']],
  [{ items: { type: 'string' } }, [[], ['a'], 'x'], [[1]]],
  [{ items: [{ type: 'string' }] }, [], [['a']]],
  [{ properties: { a: { type: 'string' } } }, [{}, { a: '' }, { b: 1 }, 1], [{ a: 1 }]],
  [{ properties: { a: true }, additionalProperties: false }, [{ a: 1 }], [{ b: 1 }]],
  [{ additionalProperties: { type: 'string' } }, [{ a: '' }], [{ a: 1 }]],
  [{ properties: {}, additionalProperties: false }, [{}], [{ toString: 1 }]],
  [{ patternProperties: {} }, [], [{}]],
  [{ type: 'string', format: 'date' }, [], ['2026-01-31']],
  [{ type: 'string', pattern: '' }, [], ['']],
  [{ $ref: '#/definitions/A', definitions: { A: { type: 'string' } } }, ['x'], [1]],
  [{ $ref: '#/definitions/A' }, [], ['x']],
  [{ $ref: 'http://127.0.0.1:9/a.json' }, [], ['x']],
  [{ $ref: '#/definitions/A', definitions: { A: { $ref: '#/definitions/A' } } }, [], ['x']],
]

describe('a value', () => {
  test.each(TABLE)('of %j', (one, fitting, others) => {
    const judged = [...fitting, ...others].map((each) => surelyFits(one, each, { complete: false }))
    expect(judged).toEqual([...fitting.map(() => true), ...others.map(() => false)])
  })

  test('of what is required is asked for all of it only where it must be complete', () => {
    const one = { required: ['a'] }
    const judged = [false, true].map((complete) => [{}, { a: 1 }].map((each) => surelyFits(one, each, { complete })))
    expect(judged).toEqual([
      [true, true],
      [false, true],
    ])
  })

  test('of a schema that leads to itself in many ways is given up', () => {
    const itself = { $ref: '#/definitions/A' }
    const A = { anyOf: Array.from({ length: 8 }, () => ({ allOf: [itself, itself] })) }
    expect(surelyFits({ ...itself, definitions: { A } }, 'x', { complete: false })).toBe(false)
  })
})

describe('a template', () => {
  test.each([
    ['', true],
    ['a b', true],
    ['{{ event.payload.id }} of {{flow_run.name}}', true],
    ['{{ not }}', false],
    ['{{ a.and }}', false],
    ['{{ a.1b }}', false],
    ['{{ a', false],
    ['}}', false],
    ['{% for x in y %}', false],
    ['{# a', false],
    ['{{ a | upper }}', false],
  ])('%s: %s', (one, is) => {
    expect(areSurelyTemplates({ one, in: [{ a: 1, list: [one] }] })).toBe(is)
  })
})

describe('what surely fits', () => {
  test(`is nothing that Prefect refuses (${PAIRS} random ones, seed ${SEED})`, async () => {
    const pairs = fc.sample(fc.tuple(whole, object), { seed: SEED, numRuns: PAIRS })
    const fitting = pairs.filter(([one, values]) => surelyFits(one, values, { complete: false }))
    const complete = pairs.filter(([one, values]) => surelyFits(one, values, { complete: true }))
    expect(fitting.length).toBeGreaterThan(LEAST)
    expect(fitting.length).toBeLessThan(PAIRS - LEAST)
    const texts = fc.sample(TEMPLATES, { seed: SEED, numRuns: PAIRS }).filter((one) => areSurelyTemplates({ one }))
    const asked = (list: typeof pairs, write: 'create' | 'update' | 'trigger') =>
      list.map(([one, values], at) => ({ key: `${write} ${at}`, schema: one, values, write }))
    const answer = await probed(
      { files: {} },
      {
        jobVariables: [...asked(fitting, 'create'), ...asked(fitting, 'update'), ...asked(complete, 'trigger')],
        parameters: [
          ...fitting.map(([one, values], at) => ({
            key: `create ${at}`,
            schema: one,
            values,
            write: 'create' as const,
          })),
          ...fitting.map(([one, values], at) => ({
            key: `update ${at}`,
            schema: one,
            values,
            write: 'update' as const,
          })),
        ],
        templates: texts.map((one, at) => ({ key: String(at), values: { one } })),
      },
    )
    expect(answer).toMatchObject({ jobVariables: {}, parameters: {}, templates: {} })
    expect({ ...answer.jobVariables, ...answer.parameters, ...answer.templates }).toEqual({})
  })
})
