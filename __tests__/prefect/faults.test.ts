import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { State } from '../world/instant/state.ts'
import { play, workspaceThen } from './faults/case.ts'
import { BROKEN, LASTING, PASSING, type Struck } from './faults/kinds.ts'
import { type FarWorkspaces, startFarWorkspaces } from './faults/workspaces.ts'

let far: FarWorkspaces
let then: State
beforeAll(async () => {
  far = await startFarWorkspaces()
  then = await workspaceThen()
})
afterAll(() => far.stop())

/** Requests of the whole: both surveys, the apply and the read-back. */
const REQUESTS = 44
/** Every so many of them is struck; `FAULTS_EVERY=1` strikes each. */
const EVERY = Number(process.env['FAULTS_EVERY'] ?? 14)
const KINDS = Object.entries({ ...BROKEN, ...PASSING, ...LASTING })

test.each(KINDS)('%s at any request: what the table says is what the workspace holds', async (kind, trouble) => {
  const verdicts = new Map<string, number>()
  for (const who of ['one', 'all from', 'writes from'] as const) {
    for (let nth = 1; nth <= REQUESTS; nth += EVERY) {
      const struck: Struck = { kind, trouble, who, nth }
      const { verdict } = await play(then, struck, far.way)
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
    }
  }
  console.log(`${kind}: ${[...verdicts].map(([verdict, times]) => `${verdict} ${times}`).join(', ')}`)
  expect(verdicts.size).toBeGreaterThan(0)
})
