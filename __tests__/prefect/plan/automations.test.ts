import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../src/prefect/json.ts'
import { differencesOf } from '../../../src/prefect/plan/differences.ts'
import type { LiveAutomation } from '../../../src/prefect/survey/shapes.ts'
import { LIVE, leftOver, recorded, type Rows, rowsOf } from './compared.ts'
import { LIVE_ID } from './pairs-of-states.ts'

const event = { type: 'event', expect: ['a'], posture: 'Reactive' }
const wanted = (more: JsonObject = {}): JsonObject => ({
  name: 'daily__automation_1',
  trigger: event,
  actions: [{ type: 'run-deployment', deployment_id: LIVE_ID }],
  ...more,
})
const there = (more: Partial<LiveAutomation> = {}): LiveAutomation => ({
  ...leftOver('daily__automation_1'),
  trigger: { ...event, id: 't', match: {}, match_related: {}, after: [], for_each: [], threshold: 1, within: 0 },
  ...more,
})
const other = { type: 'pause-deployment', source: 'selected', deployment_id: LIVE_ID }

describe('automations', () => {
  test.each<[string, readonly JsonObject[], readonly LiveAutomation[], Rows]>([
    ['the server’s defaults', [wanted()], [there()], {}],
    ['off', [wanted()], [there({ enabled: false })], { 'triggers[daily__automation_1].enabled': [true, false] }],
    [
      'two of one name',
      [wanted({ name: 'x' }), wanted({ name: 'x', enabled: false })],
      [there({ name: 'x', enabled: false }), there({ name: 'x' })],
      {},
    ],
    [
      'made twice',
      [wanted()],
      [there(), there()],
      { 'triggers[daily__automation_1]': [undefined, expect.any(Object)] },
    ],
    ['of a user', [], [leftOver('Mine'), leftOver('daily__automation_x'), leftOver('weekly__automation_1')], {}],
    [
      'without a time, of what does not come',
      [wanted({ trigger: { posture: 'Proactive', within: 0 } })],
      [there({ trigger: { type: 'event', posture: 'Proactive', within: 10 } })],
      {},
    ],
    [
      'with another event',
      [wanted({ trigger: { ...event, expect: ['a', 'b'] } })],
      [there()],
      { 'triggers[daily__automation_1].expect': [['a', 'b'], ['a']] },
    ],
    [
      'with parameters',
      [wanted({ actions: [{ type: 'run-deployment', deployment_id: LIVE_ID, parameters: { n: 1 } }] })],
      [there()],
      { 'triggers[daily__automation_1].parameters': [{ n: 1 }, undefined] },
    ],
    [
      'that does something else',
      [wanted()],
      [there({ actions: [other] })],
      {
        'triggers[daily__automation_1].schedule_after': [0, undefined],
        'triggers[daily__automation_1].actions': [undefined, [{ ...other, deployment_id: 'this deployment' }]],
      },
    ],
    [
      'that says more when it fires',
      [wanted()],
      [there({ actions_on_trigger: [{ type: 'do-nothing' }] })],
      { 'triggers[daily__automation_1].actions_on_trigger': [undefined, [{ type: 'do-nothing' }]] },
    ],
    [
      'in another order',
      [wanted({ trigger: { type: 'sequence', triggers: [event, { ...event, expect: ['b'] }] } })],
      [
        there({
          trigger: {
            type: 'sequence',
            id: 't',
            within: null,
            triggers: [
              { ...event, id: 'u', expect: ['b'] },
              { ...event, id: 'v' },
            ],
          },
        }),
      ],
      {
        'triggers[daily__automation_1].triggers[0].expect': [['a'], ['b']],
        'triggers[daily__automation_1].triggers[1].expect': [['b'], ['a']],
      },
    ],
    ['without a description', [wanted({ description: '' })], [there()], {}],
    [
      'that runs another deployment',
      [wanted()],
      [there({ actions: [{ type: 'run-deployment', deployment_id: 'other' }] })],
      {
        'triggers[daily__automation_1].schedule_after': [0, undefined],
        'triggers[daily__automation_1].actions': [undefined, [{ type: 'run-deployment', deployment_id: 'other' }]],
      },
    ],
  ])('%s', (_, automations, live, expected) => {
    expect(rowsOf(differencesOf(recorded({}, { automations }), LIVE, live))).toEqual(expected)
  })

  test('that may not be read are not compared', () => {
    expect(differencesOf(recorded({}, { automations: [wanted()] }), LIVE, undefined)).toEqual([])
  })
})
