import { describe, expect, test } from '@jest/globals'
import type { FaultKind } from '../../src/faults.ts'
import { judge } from '../../src/release/verdict.ts'
import type { DeploymentRow, FaultRow, OrphanRow, StageName, StageRow } from '../../src/report/shape.ts'
import { sampleApp, sampleDeployment, sampleOrphan } from '../report/sample.ts'

type Known = Parameters<typeof judge>[0]

const NOTHING: Known = {
  mode: 'deploy',
  stages: [],
  apps: [],
  deployments: [],
  orphans: [],
  faults: [],
  findings: [],
  skipped: undefined,
}

/** Rows of deployments with a key each. */
function rows(...changes: readonly Partial<DeploymentRow>[]): DeploymentRow[] {
  return changes.map((one, index) => sampleDeployment({ key: `f#${index}`, ...one }))
}

const UNCHANGED = { action: 'unchanged', state: 'verified' } as const

function orphan(act: OrphanRow['act'], state: OrphanRow['state']): OrphanRow {
  return sampleOrphan({ act, state })
}

function fault(stage: StageName, kind: FaultKind = 'remote'): FaultRow {
  return { kind, stage, message: `${stage} broke.`, lines: [] }
}

/** The stages of a deploy up to one, which failed. */
function until(stage: StageName): StageRow[] {
  return [
    { stage: 'check', state: 'done', seconds: 1 },
    { stage, state: 'failed', seconds: 1 },
  ]
}

const FINDING = { rule: 'r', message: 'm', position: { file: 'f' } } as const
const APP = sampleApp({ state: 'never-tried' })

type Row = [name: string, known: Partial<Known>, verdict: string, changed?: boolean]

describe('the verdict of a plan', () => {
  const planned = (action: 'create' | 'update' | 'unchanged'): Partial<DeploymentRow> => ({ action, state: 'planned' })
  test.each<[string, Partial<Known>, string]>([
    ['nothing at all', {}, 'Plan: nothing to do; nothing was written.'],
    [
      'some of each',
      { deployments: rows(planned('create'), planned('create'), planned('update'), planned('unchanged')) },
      'Plan: 2 to create, 1 to update, 1 unchanged; nothing was written.',
    ],
    ['apps', { apps: [APP] }, 'Plan: 1 app to deploy; nothing was written.'],
    ['several apps', { apps: [APP, APP] }, 'Plan: 2 apps to deploy; nothing was written.'],
    ['an orphan to pause', { orphans: [orphan('pause', 'planned')] }, 'Plan: 1 to pause; nothing was written.'],
    [
      'orphans to delete beside one that is only told',
      { orphans: [orphan('report', 'left'), orphan('delete', 'planned'), orphan('delete', 'planned')] },
      'Plan: 2 to delete; nothing was written.',
    ],
    [
      'only orphans that are told',
      { orphans: [orphan('report', 'left')] },
      'Plan: nothing to do; nothing was written.',
    ],
  ])('of %s', (_name, known, reason) => {
    expect(judge({ ...NOTHING, mode: 'plan', ...known })).toEqual({ verdict: 'planned', reason, changed: false })
  })
})

describe('the verdict', () => {
  test.each<Row>([
    ['of a plan that cannot be computed', { mode: 'plan', skipped: 'Void.' }, 'skipped'],
    ['of a plan with a fault', { mode: 'plan', faults: [fault('prefect-plan', 'user')] }, 'refused'],
    [
      'of a plan that somebody stopped',
      { mode: 'plan', faults: [fault('prefect-rehearsal', 'cancelled')] },
      'cancelled',
    ],
    [
      'of a comparison that finds all as it should be',
      { mode: 'verify', deployments: rows({}, UNCHANGED) },
      'verified',
    ],
    [
      'of a comparison that finds a difference',
      { mode: 'verify', deployments: rows({}, { state: 'drifted' }) },
      'drifted',
    ],
    ['of a comparison that finds one gone', { mode: 'verify', deployments: rows({ state: 'missing' }) }, 'drifted'],
    [
      'of a comparison that finds an orphan beside',
      { mode: 'verify', deployments: rows({}), orphans: [orphan('report', 'left')] },
      'verified',
    ],
    [
      'of a comparison that could not be made, whatever it found before',
      { mode: 'verify', deployments: rows({ state: 'drifted' }), faults: [fault('prefect-plan')] },
      'refused',
    ],
    [
      'of a comparison that found a difference and left a part out',
      { mode: 'verify', deployments: rows({ state: 'drifted' }), skipped: 'A part.' },
      'drifted',
    ],
    ['of a deploy with nothing to do', { deployments: rows(UNCHANGED, UNCHANGED) }, 'unchanged', false],
    [
      'of a deploy with nothing to do, an app included',
      { deployments: rows(UNCHANGED), apps: [sampleApp({ state: 'no-op' })] },
      'unchanged',
      false,
    ],
    ['of a deploy that writes one of two', { deployments: rows(UNCHANGED, { action: 'update' }) }, 'verified', true],
    [
      'of a deploy that writes an app alone',
      { deployments: rows(UNCHANGED), apps: [sampleApp({ state: 'deployed' })] },
      'verified',
      true,
    ],
    [
      'of a deploy that only pauses an orphan',
      { deployments: rows(UNCHANGED), orphans: [orphan('pause', 'paused')] },
      'verified',
      true,
    ],
    [
      'of a deploy that only deletes an orphan',
      { deployments: rows(UNCHANGED), orphans: [orphan('delete', 'deleted')] },
      'verified',
      true,
    ],
    [
      'of a deploy that leaves an orphan alone',
      { deployments: rows(UNCHANGED), orphans: [orphan('report', 'left')] },
      'unchanged',
      false,
    ],
    [
      'of a deploy that fails after its first write',
      {
        stages: until('prefect'),
        deployments: rows({ action: 'update', state: 'failed', wrote: true }, { state: 'never-tried' }),
        faults: [fault('prefect', 'refusal')],
      },
      'not-deployed',
      true,
    ],
    [
      'of a deploy that fails before any write came through',
      {
        stages: until('prefect'),
        deployments: rows({ action: 'update', state: 'failed' }),
        faults: [fault('prefect')],
      },
      'not-deployed',
      false,
    ],
    [
      'of a deploy that is live otherwise than wanted',
      {
        stages: until('prefect-read-back').with(0, { stage: 'prefect', state: 'done', seconds: 1 }),
        deployments: rows({ action: 'update', state: 'mismatch', wrote: true }),
        faults: [fault('prefect-read-back', 'refusal')],
      },
      'not-deployed',
      true,
    ],
    [
      'of a build step that fails before Modal or Prefect was written to',
      { stages: until('prefect-build'), faults: [fault('prefect-build', 'user')] },
      'refused',
      false,
    ],
    [
      'of a build step that fails behind Modal',
      {
        stages: until('prefect-build').with(0, { stage: 'modal', state: 'done', seconds: 1 }),
        apps: [sampleApp({ state: 'deployed' })],
        faults: [fault('prefect-build', 'user')],
      },
      'not-deployed',
      true,
    ],
    [
      'of a deploy that was stopped with a write on its way',
      {
        stages: until('prefect'),
        deployments: rows({ state: 'unknown', wrote: true }, { action: 'create', state: 'never-tried' }),
        faults: [fault('prefect', 'cancelled')],
      },
      'cancelled',
      true,
    ],
    [
      'of a deploy that was stopped, with one that is as it is anyway',
      { stages: until('prefect'), deployments: rows(UNCHANGED), faults: [fault('prefect', 'cancelled')] },
      'cancelled',
      false,
    ],
    [
      'of faults before the first write, of an endpoint too',
      { faults: [fault('health'), fault('credentials', 'target')] },
      'refused',
    ],
    [
      'of a silent endpoint behind a deploy that failed',
      { stages: until('prefect'), faults: [fault('health'), fault('prefect')] },
      'not-deployed',
    ],
    ['of a silent endpoint alone', { stages: until('modal'), faults: [fault('health')] }, 'not-answering'],
    ['of an error of the check, beside a fault', { findings: [{ ...FINDING, severity: 'error' }] }, 'refused'],
    ['of a warning of a plan', { mode: 'plan', findings: [{ ...FINDING, severity: 'warning' }] }, 'planned'],
  ])('%s', (_name, known, verdict, changed = false) => {
    expect(judge({ ...NOTHING, ...known })).toMatchObject({ verdict, changed })
  })

  test('names the first fault, and says where nothing was written', () => {
    const faults = [fault('prefect-plan', 'user'), fault('prefect-plan', 'user')]
    expect(judge({ ...NOTHING, faults }).reason).toBe('prefect-plan broke. Nothing was written.')
    expect(judge({ ...NOTHING, stages: until('prefect'), faults }).reason).toBe('prefect-plan broke.')
  })

  test.each<[string, Partial<Known>, string]>([
    ['one', { deployments: rows({}) }, '1 deployment is live as this commit describes.'],
    ['two', { deployments: rows({}, {}) }, '2 deployments are live as this commit describes.'],
    [
      'an app beside it',
      { deployments: rows({}), apps: [sampleApp()] },
      '1 deployment and 1 app are live as this commit describes.',
    ],
    ['nothing that changed', { deployments: rows(UNCHANGED) }, '1 deployment: nothing had to change.'],
    [
      'deployments compared, of which apps are none',
      { mode: 'verify', deployments: rows({}), apps: [APP] },
      '1 deployment is live as the files describe; nothing was written.',
    ],
    [
      'one that drifted',
      { mode: 'verify', deployments: rows({}, { state: 'drifted' }) },
      '1 deployment is live otherwise than the files say; nothing was written.',
    ],
    [
      'two that drifted',
      { mode: 'verify', deployments: rows({ state: 'missing' }, { state: 'drifted' }) },
      '2 deployments are live otherwise than the files say; nothing was written.',
    ],
  ])('counts %s', (_name, known, reason) => {
    expect(judge({ ...NOTHING, ...known }).reason).toBe(reason)
  })

  test.each<[DeploymentRow['state'], boolean]>([
    ['never-tried', false],
    ['planned', false],
    ['applied', true],
    ['verified', true],
    ['mismatch', true],
    ['missing', false],
    ['drifted', false],
    ['failed', false],
    ['unknown', false],
  ])('takes a deployment that is %s for changed: %s, and any of which a write came through', (state, changed) => {
    const of = (row: Partial<DeploymentRow>, mode: Known['mode'] = 'deploy'): boolean =>
      judge({ ...NOTHING, mode, deployments: rows({ state, ...row }) }).changed
    expect(of({ action: 'update' })).toBe(changed)
    expect(of({ action: 'unchanged' })).toBe(false)
    expect(of({ action: 'update', wrote: true })).toBe(true)
    for (const mode of ['plan', 'verify', 'check'] as const) expect(of({ wrote: true }, mode)).toBe(false)
  })
})
