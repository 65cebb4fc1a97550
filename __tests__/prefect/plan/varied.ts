import { readFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import type { RecordedDeployment } from '../../../src/prefect/rehearsal/recorded.ts'
import { VARIED_FLOW } from './varied-project.ts'

const json = z.record(z.string(), z.unknown())
const varied = z.object({ name: z.string(), create: json, update: json, automations: z.array(json) })
export type Varied = z.infer<typeof varied>

/** What Prefect 3.8.8 wrote for each deployment of the project, in its order. */
export const VARIED: readonly Varied[] = z
  .array(varied)
  .parse(JSON.parse(readFileSync(path.join(import.meta.dirname, 'recorded/3.8.8.json'), 'utf8')))

export function variedNamed(name: string): Varied {
  const found = VARIED.find((one) => one.name === name)
  if (found === undefined) throw new Error(`Nothing was recorded for ${name}.`)
  return found
}

/** Ids that stand in bodies. */
export type VariedIds = Readonly<{ deployment: string; flow: string }>

const VARIED_IDS: VariedIds = {
  deployment: '00000000-0000-4000-8000-00000000000d',
  flow: '00000000-0000-4000-8000-00000000000f',
}

/** The deployment as a rehearsal records it; `change` is for the JSON of each body. */
export function recordedAs(
  kind: 'create' | 'update',
  { name, automations, ...bodies }: Varied,
  ids: VariedIds = VARIED_IDS,
  change = (text: string): string => text,
): RecordedDeployment {
  const changed = (body: z.infer<typeof json>): z.infer<typeof json> => {
    const text = JSON.stringify(body).replaceAll('<deployment>', ids.deployment).replaceAll('<flow>', ids.flow)
    return json.parse(JSON.parse(change(text)))
  }
  return {
    flow: VARIED_FLOW,
    name,
    id: ids.deployment,
    write: { kind, body: changed(bodies[kind]) },
    deletedSchedules: [],
    clearsAutomations: true,
    automations: automations.map(changed),
  }
}
