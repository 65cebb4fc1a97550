import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Checkout, layOut } from '../world/checkout.ts'
import { runStep, type StepResult } from '../world/runner.ts'

/** `line rule` of each, in the order in which they are told. */
const FAULTS = [
  '7 error pull-placeholder-repository',
  '15 error entrypoint-function-missing',
  '21 error cron-invalid',
  '22 error time-zone-invalid',
  '32 error concurrency-limit-refused',
  '45 error trigger-key-unknown',
  '10 warning pull-step-reference',
  '11 warning script-needs-shell',
  '16 warning job-variables-misplaced',
  '31 warning credential-stored',
]

describe('the example with ten faults, checked', () => {
  let checkout: Checkout
  let step: StepResult

  beforeAll(async () => {
    checkout = await layOut('ten-faults')
    step = await runStep({ workspace: checkout.path, inputs: { mode: 'check' } })
  })
  afterAll(() => checkout.remove())

  it('is refused for all ten, told at their lines', () => {
    const found = step.report?.findings.map(({ rule, severity, position }) => `${position.line} ${severity} ${rule}`)
    expect(found).toEqual(FAULTS)
    expect(step.outputs).toMatchObject({ verdict: 'refused', findings: '10', changed: 'false' })
    expect(step.exitCode).toBe(1)
  })

  it('has an annotation for each, the errors first', () => {
    expect(step.annotations.map(({ line, level, title }) => `${line} ${level} ${title}`)).toEqual(FAULTS)
    expect(new Set(step.annotations.map(({ file }) => file))).toEqual(new Set(['prefect.yaml']))
  })

  it('shows them in the summary and in the log, with what to do', () => {
    for (const text of [step.summary, step.log]) {
      expect(text).toMatch(/Europe(?:\/|&#47;)Berlin/)
      expect(text).toContain('6 errors, 4 warnings')
    }
    expect(step.log).toContain('prefect.yaml:15:17  error  There is no `order` in `flows/orders.py`')
  })

  it('says what it did not look at', () => {
    expect(step.report?.leftOut.map(({ why }) => why)).toEqual(['the workspace was not asked', 'no Python was run'])
    expect(step.summary).toContain('Not checked:')
  })
})
