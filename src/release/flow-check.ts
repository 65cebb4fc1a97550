import type { Finding } from '../finding.ts'
import { poolTemplates } from '../prefect/live/live.ts'
import { enterFindings } from './findings.ts'
import { FLOW } from './flow-rules.ts'
import { probedFlows } from './flows.ts'
import { FLOWS_PART } from './left-out.ts'
import { prefectTools, type PrefectWork } from './prefect-work.ts'
import type { CheckedFiles } from './project.ts'

const TOLD_BEFORE = 'job-variable-type'
const placeOf = ({ position: { file, line, column } }: Finding): string => `${file}:${line}:${column}`

/**
 * Enters what is wrong with the flows as the project's own Python and Prefect have them. The flows get what they will get
 * from `prefect deploy`, the credentials too: they may ask the workspace when they are imported.
 *
 * @throws Fault `timeout` where Python itself hangs
 */
export async function checkedFlows(work: PrefectWork, { taking }: CheckedFiles): Promise<void> {
  const { selected, python, ledger, target } = work
  const named = selected.flatMap(({ manifest }) => manifest.environmentVariables)
  const { runStep, cwd, checkout, env } = await prefectTools(work, named)
  const { findings, unanswered } = await probedFlows({
    runStep,
    cwd,
    checkout,
    env,
    python: python.python,
    workspace: true,
    selected,
    pools: poolTemplates(target.live),
  })
  // What the workspace's own template says of a job variable was told with more words.
  const told = new Set(
    ledger
      .report()
      .findings.filter(({ rule }) => rule === TOLD_BEFORE)
      .map(placeOf),
  )
  const more = findings.filter((one) => one.rule !== FLOW.jobVariablesRefused.id || !told.has(placeOf(one)))
  enterFindings('flows', more, taking, ledger)
  if (unanswered !== undefined) ledger.leftOut({ part: FLOWS_PART, why: unanswered })
}
