import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const run = z.object({
  /** `null`: a signal ended it. */
  exitCode: z.int().nullable(),
  stdout: z.array(z.string()),
  stderr: z.array(z.string()),
})

/** One real run of `modal deploy` as `record.ts` kept it. */
export type RecordedRun = Readonly<z.infer<typeof run>>

/** Where the recordings of one version stand. */
export const RECORDED = path.join(import.meta.dirname, 'recorded')

/** The runs of one version by their names; `undefined` where none of this kind are recorded. */
export function recordedRuns(version: string, kind: 'deploys' | 'failures'): Readonly<Record<string, RecordedRun>> {
  const text = readFileSync(path.join(RECORDED, version, `${kind}.json`), 'utf8')
  return z.record(z.string(), run).parse(JSON.parse(text))
}

/** The versions of which there are recordings of this kind, as their folders are called. */
export function recordedVersions(kind: 'deploys' | 'failures'): readonly string[] {
  return readdirSync(RECORDED)
    .filter((version) => readdirSync(path.join(RECORDED, version)).includes(`${kind}.json`))
    .sort()
}
