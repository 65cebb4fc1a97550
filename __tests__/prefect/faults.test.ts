import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Report } from '../../src/report/shape.ts'
import type { State } from '../world/instant/state.ts'
import { play, requestsOf, workspaceThen } from './faults/case.ts'
import { BROKEN, HARMLESS, LASTING, LIES, PASSING, SILENT, type Trouble, type Who } from './faults/kinds.ts'
import { type FarWorkspaces, nearWorkspace, startFarWorkspaces, type Way } from './faults/workspaces.ts'
import { chanceOf } from './model/chance.ts'

/** One of so many requests meets a trouble; with `FAULTS_EVERY=1` each of them does. */
const EVERY = Number(process.env['FAULTS_EVERY'] ?? 14)
const SEED = Number(process.env['FAULTS_SEED'] ?? 20_261_125)

let far: FarWorkspaces
let then: State
let requests = 0
const chance = chanceOf(SEED)
beforeAll(async () => {
  far = await startFarWorkspaces()
  then = await workspaceThen()
  requests = await requestsOf(then)
})
afterAll(() => far.stop())

type Meeting = Readonly<{ who: Who; way: Way; every?: number }>

/** What becomes of a step that meets a trouble here and there. */
async function met(kind: string, trouble: Trouble, { who, way, every = EVERY }: Meeting): Promise<readonly Report[]> {
  const reports: Report[] = []
  for (let from = 0; from < requests; from += every) {
    const nth = 1 + from + Math.floor(chance() * Math.min(every, requests - from))
    try {
      reports.push(await play(way(then, { kind, trouble, who, nth }), way))
    } catch (thrown) {
      throw new Error(`${kind}, ${who}, ${nth} of ${requests}: ${String(thrown)}`, { cause: thrown })
    }
  }
  return reports
}

const verdicts = (reports: readonly Report[]): readonly string[] => [...new Set(reports.map(({ verdict }) => verdict))]
const farWay: Way = (...given) => far.way(...given)
/** Milliseconds. */
const LONG = 60_000 + 600_000 / EVERY

describe(`a step, seed ${SEED},`, () => {
  test.each(Object.entries(HARMLESS))(
    'that meets %s all the time does not mind',
    async (kind, trouble) => {
      expect(verdicts(await met(kind, trouble, { who: 'all from', way: farWay, every: 2 * EVERY }))).toEqual([
        'verified',
      ])
    },
    LONG,
  )

  test.each([
    ...Object.entries({ ...BROKEN, ...SILENT }).map((one) => [...one, farWay] as const),
    ...Object.entries(PASSING).map((one) => [...one, nearWorkspace] as const),
  ])(
    'that meets %s once does it again',
    async (kind, trouble, way) => {
      expect(verdicts(await met(kind, trouble, { who: 'one', way }))).toEqual(['verified'])
    },
    LONG,
  )

  test.each([
    ...Object.entries(BROKEN).map((one) => [...one, farWay] as const),
    ...Object.entries(PASSING).map((one) => [...one, nearWorkspace] as const),
  ])(
    'that meets %s from then on ends, and says what is so',
    async (kind, trouble, way) => {
      await met(kind, trouble, { who: 'all from', way })
      await met(kind, trouble, { who: 'writes from', way })
    },
    LONG,
  )

  test.each(Object.entries(LASTING))(
    'that meets %s ends, and says what is so',
    async (kind, trouble) => {
      for (const who of ['one', 'all from', 'writes from'] as const) {
        await met(kind, trouble, { who, way: nearWorkspace })
      }
    },
    LONG,
  )

  test.each(Object.entries(LIES))(
    'that is answered %s believes what it reads',
    async (kind, trouble) => {
      for (const who of ['one', 'writes from'] as const) await met(kind, trouble, { who, way: nearWorkspace })
    },
    LONG,
  )
})
