import type { Finding } from '../finding.ts'
import { jobVariableFindings } from '../prefect/live/job-variables.ts'
import { poolTemplates } from '../prefect/live/live.ts'
import { enterFindings } from './findings.ts'
import { FLOW } from './flow-rules.ts'
import { probedFlows } from './flows.ts'
import { FLOWS_PART } from './left-out.ts'
import { askedOf } from './live.ts'
import { prefectTools, type PrefectWork } from './prefect-work.ts'
import type { CheckedFiles } from './project.ts'
import { commentsAt } from './python-comments.ts'

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
  const before = templateFindings(work)
  const more = findings.filter((one) => one.rule !== FLOW.jobVariablesRefused.id || !before.has(placeOf(one)))
  // What stands in a file of Python is excused there.
  enterFindings('flows', { findings: more, comments: await commentsAt(more, checkout) }, taking, ledger)
  if (unanswered !== undefined) ledger.leftOut({ part: FLOWS_PART, why: unanswered })
}

const placeOf = ({ position: { file, line, column } }: Finding): string => `${file}:${line}:${column}`

/** The places where the pool's template says it already, in better words: those of every deployment, not only of the first. */
function templateFindings({ selected, target: { live } }: PrefectWork): ReadonlySet<string> {
  const alone = selected.flatMap((one) => one.entries.map((entry) => [{ ...one, entries: [entry] }]))
  return new Set(alone.flatMap((one) => jobVariableFindings(live, askedOf(one).jobVariables).map(placeOf)))
}
