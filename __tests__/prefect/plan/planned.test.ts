import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { PlannedDeployment } from '../../../src/prefect/plan/plan.ts'
import { planned, sentBody } from '../../../src/prefect/plan/planned.ts'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import { LIVE, leftOver, recorded } from './compared.ts'
import { pair } from './pairs-of-states.ts'

const body = { version: 'abcdef12', version_info: { type: 'vcs:git' }, tags: ['a'], paused: false }
const live = { ...LIVE, version: 'abcdef12', tags: ['a'], paused: false }
const COMPUTED = { __prefect_kind: 'workspace_variable', variable_name: 'v' }
const trigger = { name: 'daily__automation_1', trigger: { expect: ['a'] }, actions: [] }

function plan(
  more: JsonObject = {},
  sent: Partial<RecordedDeployment> = {},
  found: Partial<Parameters<typeof planned>[0]> = {},
): PlannedDeployment {
  return planned({ recorded: recorded({ ...body, ...more }, sent), live, automations: [], kept: [], ...found })
}

type Said = Readonly<{ action: string; writes: PlannedDeployment['writes']; fields: readonly string[] }>
const said = ({ action, writes, differences }: PlannedDeployment): Said => ({
  action,
  writes,
  fields: differences.map(({ field }) => field),
})
const NONE = { deployment: 'nothing', automations: false, slas: false } as const

describe('what becomes of a deployment that is there', () => {
  test.each<[string, PlannedDeployment, Said]>([
    ['as it is', plan(), { action: 'unchanged', writes: NONE, fields: [] }],
    [
      'with another version',
      plan({ version: 'b' }),
      { action: 'update', writes: { ...NONE, deployment: 'version' }, fields: ['version'] },
    ],
    [
      'with another version and another tag',
      plan({ version: 'b', tags: [] }),
      { action: 'update', writes: { ...NONE, deployment: 'whole' }, fields: ['version', 'tags'] },
    ],
    [
      'with a schedule that was deleted',
      plan(
        {},
        { deletedSchedules: ['s'] },
        { live: { ...live, schedules: [{ id: 's', schedule: {}, active: true }] } },
      ),
      { action: 'update', writes: { ...NONE, deployment: 'whole' }, fields: ['schedules[schedule]'] },
    ],
    [
      'with a trigger that is new',
      plan({}, { automations: [trigger] }),
      { action: 'update', writes: { ...NONE, automations: true }, fields: ['triggers[daily__automation_1]'] },
    ],
    [
      'with a trigger that is gone',
      plan({ version: 'b' }, {}, { automations: [leftOver('daily__automation_1')] }),
      {
        action: 'update',
        writes: { deployment: 'version', automations: true, slas: false },
        fields: ['version', 'triggers[daily__automation_1]'],
      },
    ],
    [
      'with a trigger of a name of its own that is gone',
      plan({}, {}, { automations: [leftOver('on order'), leftOver('by hand')], dropped: ['on order'] }),
      { action: 'update', writes: { ...NONE, automations: true }, fields: ['triggers[on order]'] },
    ],
    [
      'whose triggers may not be read',
      plan({}, { automations: [trigger] }, { automations: undefined }),
      { action: 'update', writes: { ...NONE, automations: true }, fields: ['triggers[daily__automation_1]'] },
    ],
    [
      'that has none, and whose triggers may not be read',
      plan({}, {}, { automations: undefined }),
      { action: 'unchanged', writes: NONE, fields: [] },
    ],
    [
      'with service levels, which nobody can read',
      plan({}, { slas: [] }),
      { action: 'update', writes: { ...NONE, slas: true }, fields: ['sla'] },
    ],
    [
      'with a parameter that was not computed yet',
      plan({ parameters: { a: COMPUTED } }, {}, { live: { ...live, parameters: { a: COMPUTED } } }),
      { action: 'unchanged', writes: NONE, fields: [] },
    ],
    [
      'with a parameter that is computed with every deploy',
      plan(
        { parameters: { a: COMPUTED, b: [1, COMPUTED], c: 1 } },
        {},
        { live: { ...live, parameters: { a: 'x', b: [1, 'x'], c: 1 } } },
      ),
      { action: 'update', writes: { ...NONE, deployment: 'whole' }, fields: ['parameters.a', 'parameters.b'] },
    ],
    [
      'that somebody deleted meanwhile',
      plan({}, {}, { live: undefined }),
      { action: 'update', writes: { ...NONE, deployment: 'whole' }, fields: ['deployment'] },
    ],
  ])('%s', (_, found, expected) => {
    expect(said(found)).toEqual(expected)
  })

  test('it is unchanged whatever it is, if it is as it was sent', () => {
    fc.assert(
      fc.property(pair, (one) => {
        const found = planned({ ...one, kept: [] })
        expect(said(found)).toEqual({ action: 'unchanged', writes: NONE, fields: [] })
        expect(sentBody(found)).toEqual({})
      }),
    )
  })

  test('what is kept and what is live are handed on', () => {
    const kept = [{ field: 'paused', says: 'It stays paused.' }]
    expect(plan({}, {}, { kept })).toMatchObject({ flow: 'main', name: 'daily', kept, live, liveAutomations: [] })
  })
})

describe('what becomes of one that is not', () => {
  const made = (more: JsonObject, automations: readonly JsonObject[] = []): PlannedDeployment =>
    plan({}, { write: { kind: 'create', body: { ...body, ...more } }, automations }, { live: undefined })

  test('it is made whole', () => {
    expect(said(made({}))).toEqual({ action: 'create', writes: { ...NONE, deployment: 'whole' }, fields: [] })
    expect(made({}, [trigger]).writes.automations).toBe(true)
    expect(made({}).live).toBeUndefined()
  })

  test('without the description `None`', () => {
    expect(sentBody(made({ description: 'None' }))).toEqual(body)
    expect(sentBody(made({ description: 'Nothing' }))).toEqual({ ...body, description: 'Nothing' })
  })
})

describe('the body that is sent', () => {
  test('is the recorded one', () => {
    expect(sentBody(plan({ tags: [], description: 'None' }))).toEqual({ ...body, tags: [], description: 'None' })
  })

  test('is the version alone, where nothing else differs', () => {
    expect(sentBody(plan({ version: 'b' }))).toEqual({ version: 'b', version_info: { type: 'vcs:git' } })
  })
})
