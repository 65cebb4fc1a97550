import type { Finding } from '../finding.ts'
import { jobVariableFindings } from '../prefect/live/job-variables.ts'
import { poolTemplates } from '../prefect/live/live.ts'
import { openRecorder } from '../prefect/rehearsal/recorder.ts'
import { namedStandIns, rehearsedEnvironment } from '../prefect/rehearsal/rehearsed-env.ts'
import type { PrefectTools } from '../prefect/tools.ts'
import { enterFindings } from './findings.ts'
import { FLOW } from './flow-rules.ts'
import { type ProbedFlows, probedFlows } from './flows.ts'
import type { JudgedValues } from './judged-values.ts'
import { FLOWS_PART } from './left-out.ts'
import { askedOf } from './live.ts'
import { bringsZones, recorderTools } from './prefect/rehearse.ts'
import { prefectTools, type PrefectWork } from './prefect-work.ts'
import type { CheckedFiles } from './project.ts'
import { commentsAt } from './python-comments.ts'

/**
 * Enters what is wrong with the flows as the project's own Python and Prefect have them. They are imported as `prefect
 * deploy` will import them, and may ask the workspace then: by a recorder, without a credential, where the deploy is
 * rehearsed.
 *
 * Gives what was judged by then, so that it is not asked again.
 *
 * @throws Fault `timeout` where Python itself hangs
 */
export async function checkedFlows(
  work: PrefectWork,
  { taking }: CheckedFiles,
  reach: 'recorder' | 'workspace',
): Promise<JudgedValues> {
  const { selected, python, ledger, target } = work
  const named = selected.flatMap(({ manifest }) => manifest.environmentVariables)
  const tools = await prefectTools(work, named)
  const { runStep, cwd, checkout } = tools
  const probed = async (env: PrefectTools['env']): Promise<ProbedFlows> =>
    probedFlows({
      runStep,
      cwd,
      checkout,
      env,
      python: python.python,
      workspace: true,
      selected,
      pools: poolTemplates(target.live),
    })
  const { findings, unanswered, judged } =
    reach === 'workspace' ? await probed(tools.env) : await withRecorder(work, tools, probed)
  const before = templateFindings(work)
  const more = findings.filter((one) => one.rule !== FLOW.jobVariablesRefused.id || !before.has(placeOf(one)))
  // What stands in a file of Python is excused there.
  enterFindings('flows', { findings: more, comments: await commentsAt(more, checkout) }, taking, ledger)
  if (unanswered !== undefined) ledger.leftOut({ part: FLOWS_PART, why: unanswered })
  return judged
}

/** A recorder of its own: what a flow asks for while it is looked at is no part of the plan. */
async function withRecorder<T>(
  work: PrefectWork,
  tools: PrefectTools,
  use: (env: PrefectTools['env']) => Promise<T>,
): Promise<T> {
  const nothing = { deployments: new Map(), flows: new Map(), automations: new Map() }
  const recorder = await openRecorder(recorderTools(work, { survey: nothing, surveyed: [] }))
  const standIns = namedStandIns(
    tools,
    work.selected.map(({ manifest }) => manifest),
  )
  try {
    const ownZones = bringsZones(work.python, work.selected)
    return await use(rehearsedEnvironment(tools, standIns, { ...recorder, ownZones }))
  } finally {
    await recorder.close()
  }
}

const placeOf = ({ position: { file, line, column } }: Finding): string => `${file}:${line}:${column}`

/** The places where the pool's template says it already, in better words: those of every deployment, not only of the first. */
function templateFindings({ selected, target: { live } }: PrefectWork): ReadonlySet<string> {
  const alone = selected.flatMap((one) => one.entries.map((entry) => [{ ...one, entries: [entry] }]))
  return new Set(alone.flatMap((one) => jobVariableFindings(live, askedOf(one).jobVariables).map(placeOf)))
}
