import type { Finding } from '../finding.ts'
import type { Selected } from '../manifest/select.ts'
import { oneLine } from '../process/one-line.ts'
import type { ImportedFlow, ProbeAnswer } from '../python/probe/answer.ts'
import { probeFlows, type ProbeTools } from '../python/probe/probe.ts'
import { flowFindings } from './flow-findings.ts'
import { flowQuestions } from './flow-request.ts'
import { type JudgedValues, judgedValues, NOT_JUDGED } from './judged-values.ts'

/** A flow as the project's own Python has it. */
export type KnownFlow = Pick<ImportedFlow, 'name' | 'description' | 'schema' | 'file' | 'line'>

export type FlowWork = ProbeTools &
  Readonly<{
    selected: readonly Selected[]
    /** JSON Schemas of the pools' job variables, by the pool's name; none where the workspace was not asked. */
    pools: ReadonlyMap<string, unknown>
  }>

export type ProbedFlows = Readonly<{
  findings: readonly Finding[]
  /** The flows that were imported, by their entrypoint as the file has it. */
  flows: ReadonlyMap<string, KnownFlow>
  /** Values of the files that were judged, so that none is judged twice. */
  judged: JudgedValues
  /** Why nothing is known, where that is so: the last words of the probe. */
  unanswered?: string
}>

/**
 * Imports the flows of the selected deployments in the project's environment, and asks its Prefect about schedules,
 * parameters and job variables. Nothing is started where there is nothing to ask.
 *
 * @throws Fault as `probeFlows`
 */
export async function probedFlows(work: FlowWork): Promise<ProbedFlows> {
  const { selected, pools, ...tools } = work
  const questions = flowQuestions(selected, pools)
  const nothing = { findings: [], flows: new Map(), judged: NOT_JUDGED }
  if (Object.values(questions.request).every((asked) => asked.length === 0)) return nothing
  const { answer, run } = await probeFlows(tools, questions.request)
  if (answer === undefined) {
    const last = run.stderr.findLast((line) => line.trim() !== '') ?? ''
    const unanswered = last === '' ? `exit status ${run.exitCode ?? 'of a signal'}` : oneLine(last)
    return { ...nothing, unanswered }
  }
  const deployed = selected.flatMap(({ manifest, entries }) => entries.map((entry) => ({ manifest, entry })))
  return {
    findings: flowFindings(deployed, questions, answer),
    flows: known(answer),
    judged: judgedValues(questions, answer),
  }
}

function known({ flows }: ProbeAnswer): ReadonlyMap<string, KnownFlow> {
  return new Map(
    Object.entries(flows).flatMap(([entrypoint, flow]) => {
      if (flow.kind !== 'imported') return []
      const { name, description, schema, file, line } = flow
      return [[entrypoint, { name, description, schema, file, line }]]
    }),
  )
}
