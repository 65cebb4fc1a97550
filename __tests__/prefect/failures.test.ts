import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { parseDeployOutput } from '../../src/prefect/deploy-output.ts'
import { type FailedRun, type FailureContext, prefectFailure, silentOmission } from '../../src/prefect/failures.ts'
import { DEPLOYED, ENTRY, EXPECTED, OTHERWISE } from './expected-failures.ts'
import { FAILING_PROJECTS, SECRET } from './failing-projects.ts'
import { RECORDED, recordedRuns } from './recorded.ts'

const AT = { file: 'prefect.yaml', line: 3, column: 5 }
const CONTEXT: FailureContext = {
  doing: 'Deploying `daily`',
  checkout: '/checkout',
  cwd: '/checkout',
  keyFrom: 'the input `prefect-api-key`',
  version: '3.8.8',
  at: AT,
}

function faultOf(run: FailedRun, changes: Partial<FailureContext> = {}): ReturnType<typeof prefectFailure> {
  const context = { ...CONTEXT, ...changes }
  return run.exitCode === 0 ? silentOmission(run, context) : prefectFailure(run, context)
}

describe.each(RECORDED)('the runs that Prefect %s printed', (version) => {
  const runs = recordedRuns(version)
  // What only later versions refuse.
  const ignored = version === '3.4.25' ? ['grace period short'] : []
  const failing = Object.keys(FAILING_PROJECTS).filter((name) => !DEPLOYED.has(name) && !ignored.includes(name))

  test.each(failing)('%s', (name) => {
    const [kind, what, hint, where] = OTHERWISE[version]?.[name] ?? EXPECTED[name] ?? ['internal', name, '']
    const run = runs[name]
    if (run === undefined) throw new Error(`${name} is not recorded`)
    const fault = faultOf(run, { version })
    expect(fault).toMatchObject({ kind, message: `Deploying \`daily\`: ${what.replace('<version>', version)}` })
    expect(fault.hint).toContain(hint)
    const position = fault.position === AT ? ENTRY : fault.position && `${fault.position.file}:${fault.position.line}`
    expect(position).toBe(where)
  })

  test('nothing of a request is ever shown, and nothing is long', () => {
    const printed = JSON.stringify(runs)
    expect(printed).toContain(SECRET)
    for (const run of Object.values(runs)) {
      const { message, hint, lines } = faultOf(run)
      expect(JSON.stringify([message, hint, lines])).not.toContain(SECRET)
      expect(message.length + (hint?.length ?? 0)).toBeLessThan(1500)
      expect(lines.length).toBeLessThanOrEqual(22)
      for (const line of lines) expect(line.length).toBeLessThan(310)
    }
  })

  test.each([...DEPLOYED, ...ignored])('%s: is deployed all the same', (name) => {
    const run = runs[name]
    expect(run?.exitCode).toBe(0)
    expect(parseDeployOutput(run?.stdout ?? [])).toEqual([
      { flow: 'orders', name: name === 'name empty' ? '' : 'daily', id: expect.stringMatching(/^[0-9a-f-]{36}$/) },
    ])
  })

  test('the lines of a failed step are the end of what it printed', () => {
    expect(faultOf(runs['build step fails'] ?? { exitCode: 1, stdout: [], stderr: [] }).lines).toEqual([
      'compiling',
      expect.stringContaining('error code 7: no space left'),
      expect.stringContaining('StepExecutionError'),
    ])
  })
})

const run = (changes: Partial<FailedRun>): FailedRun => ({ exitCode: 1, stdout: [], stderr: [], ...changes })
const ELSEWHERE = ['An exception occurred.']
const traceback = (...lines: string[]): string[] => ['Traceback (most recent call last):', ...lines]

describe('prefectFailure', () => {
  test('Prefect that cannot be imported is told from a flow that cannot', () => {
    // Prefect 3.4.25 without importlib-metadata, which it needs and does not ask for.
    const stderr = traceback(
      '  File "/venv/bin/prefect", line 4, in <module>',
      '    from prefect.cli import app',
      '  File "/venv/lib/python3.11/site-packages/prefect/workers/base.py", line 26, in <module>',
      '    from importlib_metadata import (',
      "ModuleNotFoundError: No module named 'importlib_metadata'",
    )
    const fault = faultOf(run({ stderr }), { version: '3.4.25' })
    expect(fault.kind).toBe('user')
    expect(fault.message).toBe(
      "Deploying `daily`: Prefect 3.4.25 does not start: ModuleNotFoundError: No module named 'importlib_metadata'.",
    )
    expect(fault.position).toBeUndefined()
  })

  test('a text that is not known is shown as it is, behind what was tried', () => {
    expect(faultOf(run({ stdout: ['loading flows', 'The moon is in the wrong phase'] }))).toMatchObject({
      kind: 'refusal',
      message: 'Deploying `daily`: The moon is in the wrong phase.',
      hint: expect.stringContaining('no more than this'),
      lines: ['loading flows', 'The moon is in the wrong phase'],
    })
  })

  test('what a flow prints before does not hide the reason', () => {
    const printed = Array.from({ length: 200 }, (_, index) => `loaded table ${index}`)
    const fault = faultOf(run({ stdout: [...printed, ...(recordedRuns('3.8.8')['pool absent']?.stdout ?? [])] }))
    expect(fault.message).toBe('Deploying `daily`: it has no work pool.')
    expect(fault.lines.at(-1)).toMatch(/^A work pool is required/)
  })

  test('what the flow itself logs as a traceback is not the reason', () => {
    const stderr = traceback('  File "/checkout/flows/orders.py", line 3, in load', 'ValueError: only logged')
    const stdout = recordedRuns('3.8.8')['cron invalid']?.stdout ?? []
    expect(faultOf(run({ stdout, stderr }))).toMatchObject({
      message: 'Deploying `daily`: `every day` is no cron schedule.',
      position: AT,
    })
  })

  test('an earlier traceback is no part of the last one', () => {
    const stderr = [
      ...traceback('  File "/checkout/flows/orders.py", line 3, in load', 'ValueError: only logged'),
      ...traceback('  File "/venv/lib/python3.11/site-packages/x.py", line 1, in y', 'acme.errors.QuotaError: used up'),
    ]
    expect(faultOf(run({ stdout: ELSEWHERE, stderr }))).toMatchObject({
      message: 'Deploying `daily`: QuotaError: used up.',
      position: AT,
    })
  })

  test.each<[string, string | undefined]>([
    ['/checkout/flows/orders.py', 'flows/orders.py:7'],
    ['flows/orders.py', 'shop/flows/orders.py:7'],
    ['../common.py', 'common.py:7'],
    ['/checkout/.venv/lib/python3.11/site-packages/acme.py', undefined],
    ['/elsewhere/orders.py', undefined],
    ['<unknown>', undefined],
  ])('a traceback that ends in %s', (file, where) => {
    const stderr = traceback(`  File "${file}", line 7, in <module>`, 'ZeroDivisionError: division by zero')
    const { position } = faultOf(run({ stdout: ELSEWHERE, stderr }), { cwd: '/checkout/shop' })
    expect(position === AT ? undefined : `${position?.file}:${position?.line}`).toBe(where)
  })

  test('an exit status that is none of Prefect’s is the flow’s own, whatever was printed', () => {
    for (const exitCode of [3, 137]) {
      expect(faultOf(run({ exitCode, stdout: ['A work pool is required to deploy this flow'] }))).toMatchObject({
        message: `Deploying \`daily\`: the command ended with exit status ${exitCode} and gave no reason.`,
      })
    }
  })

  test('any output makes a fault that can be shown in one line', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...Object.values(recordedRuns('3.8.8')).flatMap(({ stdout, stderr }) => [...stdout, ...stderr])),
    )
    fc.assert(
      fc.property(fc.array(line), fc.array(line), fc.constantFrom(0, 1, 2, 3, null), (stdout, stderr, exitCode) => {
        const { message, hint, lines } = faultOf({ stdout, stderr, exitCode })
        for (const text of [message, hint ?? '', ...lines]) {
          expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
          expect(text.length).toBeLessThan(1000)
        }
      }),
    )
  })
})
