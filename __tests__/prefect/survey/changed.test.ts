import { describe, expect, test } from '@jest/globals'
import { wasChanged, wereChanged } from '../../../src/prefect/survey/changed.ts'
import { liveAutomation, liveDeployment } from '../operator-state/sample.ts'

const THEN = liveDeployment({ schedules: [{ id: 'one', schedule: { cron: '0 5 * * *' }, active: true }] })

describe('whether somebody worked on a deployment', () => {
  test.each([
    ['nobody did', {}, false],
    ['switched a schedule off', { schedules: [{ id: 'one', schedule: { cron: '0 5 * * *' }, active: false }] }, true],
    ['wrote what was there', { updated: '2026-11-02T00:00:00Z' }, true],
    ['a worker polled', { updated: '2026-11-02T00:00:00Z', last_polled: '2026-11-02T00:00:00Z' }, false],
  ])('%s', (_, more, changed) => {
    expect(wasChanged(THEN, { ...THEN, ...more })).toBe(changed)
  })
})

describe('whether somebody worked on its automations', () => {
  const [one, other] = [liveAutomation('one', true), liveAutomation('other', true)]

  test.each([
    ['nobody did', [other, one], false],
    ['disabled one', [{ ...one, enabled: false }, other], true],
    ['it has fired', [{ ...one, last_triggered: '2026-11-02T00:00:00Z' }, other], false],
    ['deleted one', [other], true],
    ['made another one', [one, other, liveAutomation('third', true)], false],
  ])('%s', (_, now, changed) => {
    expect(wereChanged([one, other], now)).toBe(changed)
  })
})
