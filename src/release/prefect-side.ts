import type { Rehearsal } from '../prefect/rehearsal/rehearse.ts'
import type { Course } from './course.ts'
import { appliedDeployments, startedPrefectCommand, verifiedDeployments } from './deployments.ts'
import { checkedFlows } from './flow-check.ts'
import { deployedPlan } from './prefect/deploy.ts'
import { type Engine, engineAfter, rehearses } from './prefect/engine.ts'
import { readiedPlan, type ReadyPlan } from './prefect/ready.ts'
import { rehearsed, surveyNames } from './prefect/rehearse.ts'
import { enterLive } from './prefect/verify.ts'
import type { PrefectWork } from './prefect-work.ts'
import type { CheckedFiles } from './project.ts'
import { NOT_JUDGED } from './judged-values.ts'
import { together } from './together.ts'

/** The Prefect side of a step, one part after another. */
export type PrefectSide = Readonly<{
  /**
   * Imports the flows and rehearses the deploy; what is wrong with the flows are findings. Nothing is written.
   *
   * The import waits until `other` has ended in any way: three processes that start at once would each compile what a fresh
   * environment has no bytecode of, on fewer cores; the later one reads what the command has written by then.
   */
  look: (files: CheckedFiles, other: Promise<unknown> | undefined) => Promise<void>
  /** Makes the plan of what was rehearsed, once nothing is wrong. */
  plan: () => Promise<void>
  deploy: () => Promise<void>
}>

/** Opens the Prefect side with what is proved by then. */
export function openPrefectSide(work: PrefectWork, course: Course): PrefectSide {
  const { ledger } = work
  let rehearsal: Rehearsal | undefined
  let engine: Engine = 'direct'
  let ready: ReadyPlan | undefined
  let judged = NOT_JUDGED
  const rehearse = async (): Promise<void> => {
    // Python takes seconds to start: it does so while what is live is read.
    rehearsal = await ledger.stage('prefect-rehearsal', () =>
      rehearsed(work, work.selected, surveyNames(work), 'left-out'),
    )
  }
  return {
    look: async (files, other) => {
      const isRehearsed = rehearses(work, course)
      const reach = isRehearsed ? 'recorder' : 'workspace'
      const checked = async (): Promise<void> => {
        await Promise.allSettled([other])
        await ledger.stage('flow-check', async () => {
          judged = await checkedFlows(work, files, reach)
        })
      }
      await together([
        checked(),
        isRehearsed ? rehearse() : ledger.stage('prefect-command', () => startedPrefectCommand(work)),
      ])
    },
    plan: async () => {
      if (rehearsal === undefined) return
      const done = rehearsal
      await ledger.stage('prefect-plan', async () => {
        engine = engineAfter(work, course, done)
        if (engine === 'rehearsed') ready = await readiedPlan(work, done, judged)
        if (ready !== undefined && course.does === 'verify') enterLive(work, ready)
        ledger.know({ prefectRequests: work.target.api.requests() })
      })
    },
    deploy: async () => {
      try {
        if (ready === undefined) await deployedDirectly(work)
        else await deployedPlan(work, ready)
      } finally {
        ledger.know({ prefectRequests: work.target.api.requests() })
      }
    },
  }
}

/** Prefect's own command against the workspace, and the read-back of what the text of the command tells. */
async function deployedDirectly(work: PrefectWork): Promise<void> {
  const { host, ledger } = work
  const applied = await ledger.stage('prefect', () => appliedDeployments(work))
  host.publish(ledger.report())
  await ledger.stage('prefect-read-back', () => verifiedDeployments(applied, work))
}
