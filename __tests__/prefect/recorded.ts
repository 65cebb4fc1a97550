import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const runs = z.record(
  z.string(),
  z.object({ exitCode: z.number().nullable(), stdout: z.array(z.string()), stderr: z.array(z.string()) }),
)

/** Versions of Prefect whose runs of the failing projects are recorded; the server was 3.8.8. */
export const RECORDED = ['3.4.25', '3.8.8', '3.9.1'] as const

/** What `prefect deploy` of one version printed, by the name of the failing project. Written by record.ts. */
export function recordedRuns(version: (typeof RECORDED)[number]): z.output<typeof runs> {
  return runs.parse(JSON.parse(readFileSync(path.join(import.meta.dirname, `recorded/${version}.json`), 'utf8')))
}
