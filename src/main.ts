import { step } from './release/step.ts'

process.exitCode = await step(process.env)
