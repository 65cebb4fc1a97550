import type { ChildResult } from '../../process/child.ts'
import type { RunStep } from '../../process/step.ts'
import { type ProbeAnswer, probeAnswer } from './answer.ts'
import type { ProbeLimits, ProbeRequest } from './request.ts'
import { MARK, PROBE_SCRIPT } from './script.ts'

/** What the probe needs to run. Paths are absolute. */
export type ProbeTools = Readonly<{
  runStep: RunStep
  /** `bin/python` of the project's environment. */
  python: string
  /** The working folder: entrypoints are relative to it. */
  cwd: string
  /** The checkout: places in the answer are relative to it, and only what lies in it is the user's own code. */
  checkout: string
  /** The environment of `prefect deploy`'s own child. */
  env: Readonly<Record<string, string>>
  /** Whether that environment opens a workspace: flows may ask one when they are imported. */
  workspace: boolean
}>

/** A flow that takes longer than a minute to import is as good as one that hangs: no deploy should wait for it. */
const LIMITS: ProbeLimits = { each: 60, within: 300 }
/** Seconds that the probe has beyond its own bound, for a machine that is slow to end it. */
const GRACE = 30

export type ProbeResult = Readonly<{
  /** `undefined` where the probe did not come to its end: its Prefect does not start, or is one that it does not know. */
  answer: ProbeAnswer | undefined
  run: ChildResult
}>

/**
 * Imports flows in the project's environment as `prefect deploy` does, and asks its Prefect about values.
 *
 * @throws Fault `timeout` where Python itself hangs; `user` where it does not exist
 */
export async function probeFlows(
  tools: ProbeTools,
  request: ProbeRequest,
  limits: ProbeLimits = LIMITS,
): Promise<ProbeResult> {
  const { checkout: root, workspace } = tools
  const run = await tools.runStep(
    request.entrypoints.length > 0 ? 'Importing the flows' : 'Asking Prefect about values',
    {
      command: tools.python,
      args: ['-c', PROBE_SCRIPT],
      cwd: tools.cwd,
      env: tools.env,
      deadline: limits.within + GRACE,
      aside: true,
      input: JSON.stringify({ templates: [], ...request, ...limits, root, workspace }),
      show: () => (line) => [line.startsWith(MARK) ? `(answer, ${line.length - MARK.length} characters)` : line],
    },
  )
  return { answer: answerOf(run), run }
}

function answerOf({ stdout }: ChildResult): ProbeAnswer | undefined {
  const pieces = stdout.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length))
  const parsed = probeAnswer.safeParse(json(pieces.join('')))
  return parsed.success ? parsed.data : undefined
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
