import { appendFileSync } from 'node:fs'
import * as core from '@actions/core'
import type { Position } from '../faults.ts'

export type StepAnnotation = Readonly<{
  level: 'error' | 'warning'
  title?: string
  message: string
  position?: Position
}>

/** Hides texts in everything that the runner shows from now on. */
export function mask(secrets: readonly string[]): void {
  for (const secret of secrets) core.setSecret(secret)
}

/** Puts an annotation on the run, at its place in a file where it has one. */
export function annotate({ level, title, message, position }: StepAnnotation): void {
  const properties: core.AnnotationProperties = {
    ...(title === undefined ? {} : { title }),
    ...(position === undefined ? {} : { file: position.file }),
    ...(position?.line === undefined ? {} : { startLine: position.line }),
    ...(position?.line === undefined || position.column === undefined ? {} : { startColumn: position.column }),
  }
  switch (level) {
    case 'error':
      core.error(message, properties)
      break
    case 'warning':
      core.warning(message, properties)
      break
  }
}

/** Sets outputs of the step; of several values of one output the last counts. */
export function setOutputs(outputs: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
}

/** Adds to the job summary in `file` (`GITHUB_STEP_SUMMARY`). */
export function appendSummary(file: string, markdown: string): void {
  appendFileSync(file, markdown)
}
