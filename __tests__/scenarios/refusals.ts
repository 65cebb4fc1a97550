import { expect } from '@jest/globals'
import type { Played } from './stage.ts'

/** How it ended; the log is what is looked at where it ended otherwise. */
export function expectVerdict({ outputs, exitCode, log }: Played, verdict: unknown): void {
  expect({ verdict: outputs['verdict'], exitCode, log }).toMatchObject({ verdict })
}

/** What holds of every step that was stopped before its first write, whatever the reason. */
export function expectRefused(played: Played, message: RegExp): void {
  expect({ verdict: played.outputs['verdict'], exitCode: played.exitCode, log: played.log }).toMatchObject({
    verdict: 'refused',
    exitCode: 1,
  })
  expect(played.annotations.filter((one) => one.level === 'error').map((one) => one.message)).toEqual(
    expect.arrayContaining([expect.stringMatching(message)]),
  )
  expect(played.outputs['changed']).toBe('false')
  expectUntouched(played)
}

/** Nothing was written to either side, nothing lives on, and the checkout is as it was. */
export function expectUntouched(played: Played): void {
  expect(played.written).toEqual({ prefect: [], modal: [] })
  expectTidy(played)
}

/** No process lives on, the checkout is as it was committed, and the log holds no stack of Node's. */
export function expectTidy(played: Played): void {
  expect(played.leftBehind).toEqual([])
  expect(played.checkout.status()).toBe('')
  expect(played.log).not.toMatch(/^\s+at .+\(?(file:|node:)/m)
}
