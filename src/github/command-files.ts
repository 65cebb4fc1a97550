import { appendFileSync } from 'node:fs'
import { setOutput } from '@actions/core'

/** Sets outputs of the step; of several values of one output the last counts. */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) setOutput(name, value)
}

/** Adds to the job summary in `file` (`GITHUB_STEP_SUMMARY`). */
export function appendSummary(file: string, markdown: string): void {
  appendFileSync(file, markdown)
}
