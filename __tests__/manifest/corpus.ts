import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import * as z from 'zod'

const FOLDER = path.resolve(import.meta.dirname, '../../../shared/corpus')

const oracleLine = z.object({
  file: z.string(),
  yaml_error: z.string().nullable(),
  not_mapping: z.boolean(),
  model_accepts: z.boolean(),
  n_deployments: z.number(),
  deployment_names: z.array(z.unknown()),
})

/** A real prefect.yaml, and what Prefect's own loader says of it. */
export type CorpusFile = Readonly<{
  name: string
  bytes: Uint8Array
  /** Prefect's reader refuses it as YAML. */
  refusedAsYaml: boolean
  /** Prefect's model takes it. */
  accepted: boolean
  deployments: number
}>

/** The corpus that lies beside the repository; empty, and said so, where it does not. */
export function corpus(): readonly CorpusFile[] {
  const oracle = path.join(FOLDER, 'oracle.jsonl')
  if (!existsSync(oracle)) {
    console.warn('SKIPPED: there is no corpus of prefect.yaml files beside this repository (../shared/corpus).')
    return []
  }
  return readFileSync(oracle, 'utf8')
    .trim()
    .split('\n')
    .map((line) => oracleLine.parse(JSON.parse(line)))
    .map((line) => ({
      name: line.file,
      bytes: readFileSync(path.join(FOLDER, 'prefect-yaml', line.file)),
      refusedAsYaml: line.yaml_error !== null,
      accepted: line.model_accepts,
      deployments: line.n_deployments,
    }))
}
