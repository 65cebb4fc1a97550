import { KNOWN_AFTER_BUILD } from '../../manifest/without-steps.ts'
import { poolTemplates } from '../../prefect/live/live.ts'
import type { Refusal } from '../../prefect/plan/refusals.ts'
import { probeFlows, type ProbeTools } from '../../python/probe/probe.ts'
import type { JudgedValues } from '../judged-values.ts'
import { prefectTools, type PrefectWork } from '../prefect-work.ts'
import { recordedQuestions, refusedValues } from '../recorded-values.ts'
import type { PlannedEntry } from './plan.ts'

/** Something that the server would say no to, of one deployment. */
export type RefusedEntry = Readonly<{ one: PlannedEntry; refusal: Refusal }>

/**
 * Values that were recorded and that the server would refuse by the schema of the flow or of the work pool, as the project's
 * own Prefect judges them. Nothing is started where all were judged in the files.
 *
 * @throws Fault `timeout` where Python itself hangs
 */
export async function refusedEntries(
  work: PrefectWork,
  entries: readonly PlannedEntry[],
  judged: JudgedValues,
): Promise<readonly RefusedEntry[]> {
  const { target, inputs, ledger } = work
  const credentials = [inputs.prefect.apiKey, inputs.prefect.authString, inputs.modal.tokenId, inputs.modal.tokenSecret]
  const secrets = credentials.flatMap((given) => (given === undefined ? [] : [given.value]))
  const questions = recordedQuestions({
    planned: entries.map((one) => one.planned),
    pools: poolTemplates(target.live),
    cloud: target.api.url.kind === 'cloud',
    judged,
    // A credential is given to no child.
    isUnknown: (text) => text.includes(KNOWN_AFTER_BUILD) || secrets.some((secret) => text.includes(secret)),
  })
  if (questions === undefined) return []
  const { answer } = await probeFlows(await probeTools(work), questions.request)
  if (answer === undefined) {
    ledger.leftOut({ part: 'values that placeholders fill in, against their schemas', why: 'Prefect did not answer' })
    return []
  }
  return refusedValues(questions, answer).flatMap(({ flow, name, ...refusal }) => {
    const one = entries.find(({ planned }) => planned.flow === flow && planned.name === name)
    return one === undefined ? [] : [{ one, refusal }]
  })
}

/** It asks nobody, and is given nothing that would open a workspace. */
async function probeTools(work: PrefectWork): Promise<ProbeTools> {
  const { runStep, cwd, checkout, env } = await prefectTools(work, [])
  const { PREFECT_API_KEY: _, PREFECT_API_AUTH_STRING: __, ...rest } = env
  return { runStep, cwd, checkout, env: rest, python: work.python.python, workspace: false }
}
