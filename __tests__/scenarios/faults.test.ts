import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isRed } from '../../src/report/shape.ts'
import { BROKEN, HARMLESS, LASTING, PASSING, type Struck } from '../prefect/faults/kinds.ts'
import { LATER, NOW, THEN } from '../prefect/faults/project.ts'
import { peopleAct, watched } from '../prefect/faults/watched.ts'
import { chanceOf } from '../prefect/model/chance.ts'
import type { Ground } from '../prefect/model/play.ts'
import type { ProjectFile } from '../prefect/model/project.ts'
import type { StepResult } from '../prefect/model/step.ts'
import { openRealGround, type RealGround } from './model/real-ground.ts'

// What `__tests__/prefect/faults.test.ts` plays on the stand-in, on the real server, by the real command and the committed bundle.

const SEED = Number(process.env['FAULTS_SEED'] ?? 20_261_125)
/** Steps that meet a trouble; `npm run test:full` lets every request meet each of them. */
const STEPS = Number(process.env['REAL_FAULTS'] ?? 2)
/** Milliseconds: a step takes its time, and some troubles take a second. */
const WITHIN = 120_000 + STEPS * 30_000

/** Whoever meets one of these once ends as if it had not been. */
const ONCE = { ...HARMLESS, ...BROKEN, ...PASSING }
const KINDS = { ...ONCE, ...LASTING }

let real: RealGround
beforeAll(async () => {
  real = await openRealGround()
}, WITHIN)
afterAll(() => real?.stop())

/** Every trouble at every request, in an order that chance made; those that pass and those that last take turns. */
function meetings(requests: number, chance: () => number): readonly Struck[] {
  const all = shuffled(requests, chance)
  const passing = all.filter(({ kind }) => kind in ONCE)
  const lasting = all.filter(({ kind }) => !(kind in ONCE))
  return [...passing.flatMap((one, at) => [one, ...lasting.slice(at, at + 1)]), ...lasting.slice(passing.length)]
}

function shuffled(requests: number, chance: () => number): readonly Struck[] {
  const rounds = Array.from({ length: requests }, (_, round) =>
    Object.entries(KINDS).map(([kind, trouble], place) => ({
      kind,
      trouble,
      who: 'one' as const,
      nth: 1 + ((round + place * 11) % requests),
      at: round + chance(),
    })),
  )
  return rounds.flat().toSorted((one, other) => one.at - other.at)
}

/** Deploys one file after another, each with the commits before it. */
function stepsOn(ground: Ground): (file: ProjectFile) => Promise<StepResult> {
  const history = new Map<string, ProjectFile>()
  return (file) => {
    const commit = ground.committed(file, history.size)
    history.set(commit, file)
    return watched(ground, { file, commit, history, random: Math.random })
  }
}

test(
  'a step that meets a trouble at any of its requests says what is so, and does what a second try mends',
  async () => {
    const ground = await real.emptied()
    const step = stepsOn(ground)
    expect((await step(THEN)).report).toMatchObject({ verdict: 'verified' })
    await peopleAct(ground.workspace)
    expect((await step(NOW)).report).toMatchObject({ verdict: 'verified' })
    const sent = real.requests()
    expect((await step(LATER)).report).toMatchObject({ verdict: 'verified' })
    const requests = real.requests() - sent
    const counts = { steps: 0, green: 0, red: 0 }
    const chance = chanceOf(SEED)
    const due = meetings(requests, chance).slice(0, STEPS)
    for (const [turn, struck] of due.entries()) {
      const met = `${struck.kind}, ${struck.nth} of ${requests}`
      real.strike(struck)
      const { report } = await step(turn % 2 === 0 ? NOW : LATER).catch((thrown: unknown) => {
        throw new Error(`${met}: ${String(thrown)}`, { cause: thrown })
      })
      if (struck.kind in ONCE) expect({ met, ...report }).toMatchObject({ met, verdict: 'verified', faults: [] })
      counts.steps += 1
      counts[isRed(report.verdict) ? 'red' : 'green'] += 1
    }
    console.log(`seed ${SEED}, ${requests} requests of a step: ${JSON.stringify(counts)}`)
    expect(counts.steps).toBe(Math.min(STEPS, requests * Object.keys(KINDS).length))
  },
  WITHIN,
)
