import { describe, expect, test } from '@jest/globals'
import { Fault, type FaultKind } from '../../src/faults.ts'
import type { Clock } from '../../src/host.ts'
import { type Ledger, openLedger } from '../../src/release/ledger.ts'
import { sampleApp, sampleDeployment, sampleEndpoint } from '../report/sample.ts'

/** A clock that moves by one second whenever it is read. */
function tickingClock(): Clock {
  let seconds = 0
  return { now: () => new Date(0), seconds: () => seconds++, sleep: async () => undefined }
}

async function fails(ledger: Ledger, stage: 'check' | 'modal' | 'health' | 'prefect', kind: FaultKind): Promise<void> {
  await expect(
    ledger.stage(stage, async () => {
      throw new Fault(kind, `${stage} broke`)
    }),
  ).rejects.toThrow(`${stage} broke`)
}

describe('the ledger', () => {
  test('the newest row of a target is its state, and their order is that of the first ones', () => {
    const ledger = openLedger(tickingClock())
    ledger.deployment(sampleDeployment({ key: 'a', state: 'never-tried' }))
    ledger.deployment(sampleDeployment({ key: 'b', state: 'never-tried' }))
    ledger.deployment(sampleDeployment({ key: 'a', state: 'verified' }))
    expect(ledger.report().deployments.map((row) => [row.key, row.state])).toEqual([
      ['a', 'verified'],
      ['b', 'never-tried'],
    ])
  })

  test('what a plan wants is planned in a plan, and was never tried in a deploy that ended there', () => {
    const ledger = openLedger(tickingClock())
    ledger.know({ mode: 'plan' })
    ledger.deployment(sampleDeployment({ state: 'planned', action: 'update' }))
    expect(ledger.report().deployments).toMatchObject([{ state: 'planned', action: 'update' }])
    ledger.know({ mode: 'deploy' })
    expect(ledger.report().deployments).toMatchObject([{ state: 'never-tried', action: 'update' }])
  })

  test('an endpoint that is asked later replaces the row that its app brought', () => {
    const ledger = openLedger(tickingClock())
    const { asked: _, ...unasked } = sampleEndpoint()
    ledger.app(sampleApp({ endpoints: [{ ...unasked, state: 'unchecked' }] }))
    ledger.endpoint('0', sampleEndpoint({ state: 'healthy' }))
    expect(ledger.report().apps[0]?.endpoints.map((row) => row.state)).toEqual(['healthy'])
  })

  test('a fault that climbs through two stages is told once', async () => {
    const ledger = openLedger(tickingClock())
    await expect(
      ledger.stage('prefect-target', () =>
        fails(ledger, 'check', 'user').then(() => Promise.reject(new Fault('user', 'x'))),
      ),
    ).rejects.toThrow()
    const fault = new Fault('remote', 'once')
    ledger.fault(fault, 'modal')
    ledger.fault(fault, 'prefect')
    expect(ledger.report().faults.filter((row) => row.message === 'once')).toHaveLength(1)
  })

  test('a line of a tool is kept up to a bound, whatever is in it', () => {
    const ledger = openLedger(tickingClock())
    ledger.fault(new Fault('user', 'x', { lines: ['short', `${'v'.repeat(399)}🚀${'v'.repeat(99)}`] }), 'environment')
    const [short, long = ''] = ledger.report().faults[0]?.lines ?? []
    expect([short, long.length, long.isWellFormed()]).toEqual(['short', 401, true])
  })

  test('what escapes from the story is a fault of the stage that was begun last, once', async () => {
    const ledger = openLedger(tickingClock())
    await ledger.stage('check', async () => undefined)
    ledger.escaped(new TypeError('x is not a function'))
    expect(ledger.report()).toMatchObject({
      verdict: 'refused',
      faults: [{ kind: 'internal', stage: 'check', message: 'TypeError: x is not a function' }],
    })
    const known = new Fault('user', 'known')
    await expect(ledger.stage('modal', () => Promise.reject(known))).rejects.toThrow('known')
    ledger.escaped(known)
    expect(ledger.report().faults).toHaveLength(2)
  })

  test('a stage says how long it took and how it ended', async () => {
    const ledger = openLedger(tickingClock())
    await ledger.stage('check', async () => 1)
    await fails(ledger, 'modal', 'cancelled')
    expect(ledger.report().stages).toEqual([
      { stage: 'check', state: 'done', seconds: 1 },
      { stage: 'modal', state: 'cancelled', seconds: 1 },
    ])
  })
})

describe('the verdict', () => {
  test.each<[string, (ledger: Ledger) => Promise<void> | void, string]>([
    ['nothing wrong in a check', (ledger) => ledger.know({ mode: 'check' }), 'planned'],
    ['a part left out', (ledger) => ledger.know({ mode: 'check', skipped: 'no secrets' }), 'skipped'],
    ['a fault before the first write', (ledger) => fails(ledger, 'check', 'internal'), 'refused'],
    ['a failed deploy', (ledger) => fails(ledger, 'modal', 'refusal'), 'not-deployed'],
    ['a silent endpoint', (ledger) => silent(ledger), 'not-answering'],
    [
      'a failed deploy and a silent endpoint',
      (ledger) => silent(ledger).then(() => fails(ledger, 'prefect', 'refusal')),
      'not-deployed',
    ],
    [
      'cancelled, whatever else',
      (ledger) => fails(ledger, 'modal', 'refusal').then(() => fails(ledger, 'health', 'cancelled')),
      'cancelled',
    ],
    ['an app that changed', (ledger) => ledger.app(sampleApp()), 'verified'],
    ['apps that did not', (ledger) => ledger.app(sampleApp({ state: 'no-op' })), 'unchanged'],
    [
      'a deployment beside an app that did not change',
      (ledger) => {
        ledger.app(sampleApp({ state: 'no-op' }))
        ledger.deployment(sampleDeployment())
      },
      'verified',
    ],
  ])('%s', async (_name, happens, verdict) => {
    const ledger = openLedger(tickingClock())
    await happens(ledger)
    expect(ledger.report().verdict).toBe(verdict)
  })

  test('an error of the check refuses, a warning does not', () => {
    const finding = { rule: 'r', message: 'm', position: { file: 'f' } }
    const ledger = openLedger(tickingClock())
    ledger.know({ mode: 'check' })
    ledger.findings('files', [{ ...finding, severity: 'warning' }])
    expect(ledger.report().verdict).toBe('planned')
    ledger.findings('live', [{ ...finding, severity: 'error' }])
    expect(ledger.report().verdict).toBe('refused')
    // What a source finds takes the place of what it found before.
    ledger.findings('live', [])
    expect(ledger.report()).toMatchObject({ verdict: 'planned', findings: [{ severity: 'warning' }] })
  })

  test('changed is what went live, also in a step that failed', async () => {
    const ledger = openLedger(tickingClock())
    expect(ledger.report().changed).toBe(false)
    ledger.deployment(sampleDeployment({ state: 'applied' }))
    await fails(ledger, 'prefect', 'refusal')
    expect(ledger.report()).toMatchObject({ changed: true, verdict: 'not-deployed' })
  })
})

async function silent(ledger: Ledger): Promise<void> {
  await ledger.stage('modal', async () => undefined)
  await fails(ledger, 'health', 'remote')
}
