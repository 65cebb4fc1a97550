import { canonical, type JsonObject } from '../prefect/json.ts'
import type { ProbeAnswer } from '../python/probe/answer.ts'
import type { FlowQuestions } from './flow-request.ts'

/** Which values were judged against which schemas in the check of the files. */
export type JudgedValues = Readonly<{
  parameters: (values: JsonObject, schema: JsonObject) => boolean
  jobVariables: (values: JsonObject, schema: JsonObject) => boolean
}>

/** Nothing was judged: the probe did not answer, or was not asked. */
export const NOT_JUDGED: JudgedValues = { parameters: () => false, jobVariables: () => false }

/** What the probe was asked of the files and answered; by values, so that it does not matter which deployment they are of. */
export function judgedValues({ request }: FlowQuestions, { flows }: ProbeAnswer): JudgedValues {
  const parameters = request.parameters.flatMap((one) => {
    const flow = 'entrypointKey' in one ? flows[one.entrypointKey] : undefined
    return flow?.kind === 'imported' && flow.schema !== null ? [keyOf(one.values, flow.schema)] : []
  })
  const asked = {
    parameters: new Set(parameters),
    jobVariables: new Set(request.jobVariables.map(({ values, schema }) => keyOf(values, schema))),
  }
  return {
    parameters: (values, schema) => asked.parameters.has(keyOf(values, schema)),
    jobVariables: (values, schema) => asked.jobVariables.has(keyOf(values, schema)),
  }
}

function keyOf(values: JsonObject, schema: JsonObject): string {
  return canonical([values, schema])
}
