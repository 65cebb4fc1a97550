import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { type Command, COMMANDS, FILE, SWITCHES } from '../prefect/model/commands.ts'
import { type Counts, play, WELL } from '../prefect/model/play.ts'
import { openRealGround, type RealGround } from './model/real-ground.ts'

// The model of `__tests__/prefect/model.test.ts` once more, on the real server, by the real command and the committed bundle.

/** `npm run test:full` plays more of them; what has failed fails again with its seed. */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_125)
const SEQUENCES = Number(process.env['REAL_SEQUENCES'] ?? 1)

/** Milliseconds: a sequence has up to a dozen steps. */
const WITHIN = 60_000 + SEQUENCES * 240_000

let real: RealGround

beforeAll(async () => {
  real = await openRealGround()
}, WITHIN)

afterAll(() => real?.stop())

/** Nobody works in the workspace between two requests, and the checkout is whole. */
function alone(command: Command): Command {
  return 'run' in command ? { run: { ...command.run, meanwhile: undefined, shallow: false } } : command
}

test(
  'what random edits, people and runs leave behind on a real server is what must be there',
  async () => {
    const counts: Counts = { sequences: 0, steps: 0, green: 0, red: 0, deeds: 0 }
    await fc.assert(
      fc.asyncProperty(FILE, SWITCHES, COMMANDS, async (file, switches, commands) =>
        // What is deployed at the beginning is what people switch off.
        play(file, [{ run: WELL }, ...switches, ...commands.map(alone)], { ground: await real.emptied(), counts }),
      ),
      // A smaller sequence than the one that fails is found by the other model, in less time.
      { seed: SEED, numRuns: SEQUENCES, endOnFailure: true },
    )
    console.log(`seed ${SEED}: ${JSON.stringify(counts)}`)
    expect(counts).toMatchObject({ sequences: SEQUENCES })
    expect(counts.green).toBeGreaterThanOrEqual(3 * SEQUENCES)
    expect(counts.deeds).toBeGreaterThanOrEqual(SEQUENCES)
  },
  WITHIN,
)
