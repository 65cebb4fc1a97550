import { context } from '@actions/github'
import { step } from './release/step.ts'

process.exitCode = await step(process.env, context.payload)
