import { test } from '@jest/globals'
import * as fc from 'fast-check'
import { COMMANDS, FILE } from './model/commands.ts'
import { type Counts, play } from './model/play.ts'

/** `npm run test:full` plays more of them; what has failed fails again with its seed. */
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_125)
const SEQUENCES = Number(process.env['MODEL_SEQUENCES'] ?? 60)

const counts: Counts = { sequences: 0, steps: 0, green: 0, red: 0, deeds: 0 }

test('what random edits, people and runs leave behind is what must be there', async () => {
  await fc.assert(
    fc.asyncProperty(FILE, COMMANDS, (file, commands) => play(file, commands, counts)),
    { seed: SEED, numRuns: SEQUENCES },
  )
  console.log(`seed ${SEED}: ${JSON.stringify(counts)}`)
}, 300_000)
