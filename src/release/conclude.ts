import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { appendSummary, setOutputs } from '../github/command-files.ts'
import { annotate } from '../github/workflow-commands.ts'
import type { Log } from '../host.ts'
import type { Machine } from '../inputs/machine.ts'
import { annotationsOf } from '../report/annotations.ts'
import { closingLines } from '../report/closing.ts'
import { outputsOf } from '../report/outputs.ts'
import { type Redact, redacted } from '../report/redact.ts'
import type { Report, Verdict } from '../report/shape.ts'
import { summaryOf } from '../report/summary.ts'

export type Hide = Readonly<{ inText: Redact; inAddresses: Redact }>

/** Sets what is known of the outputs; called again as more gets known. */
export function publishOutputs(report: Report, hide: Hide): void {
  const { verdict: _, ...known } = outputsOf(redacted(report, hide.inText, hide.inAddresses))
  setOutputs(known)
}

type Place = Readonly<{ log: Log; hide: Hide; machine: Machine; summary: boolean }>

/**
 * Tells how it ended, everywhere: report, outputs, summary, annotations and the last group of the log. What of that
 * fails is a warning; it never turns a good deploy red.
 */
export function conclude(raw: Report, place: Place): Verdict {
  const report = redacted(raw, place.hide.inText, place.hide.inAddresses)
  const file = path.join(place.machine.tempFolder, 'report.json')
  attempt(place.log, 'the report', () => {
    mkdirSync(place.machine.tempFolder, { recursive: true })
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
    setOutputs({ report: file })
  })
  attempt(place.log, 'the outputs', () => setOutputs(outputsOf(report)))
  const summaryFile = place.machine.summaryFile
  if (place.summary && summaryFile !== undefined) {
    attempt(place.log, 'the job summary', () => appendSummary(summaryFile, summaryOf(report)))
  }
  for (const annotation of annotationsOf(report)) annotate(annotation)
  place.log.group(`Verdict: ${report.verdict}`, closingLines(report))
  return report.verdict
}

function attempt(log: Log, what: string, work: () => void): void {
  try {
    work()
  } catch (thrown) {
    log.warning(`Writing ${what} failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  }
}
