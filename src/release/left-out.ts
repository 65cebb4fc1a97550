import type { Course } from './course.ts'
import type { Ledger } from './ledger.ts'
import type { Project } from './project.ts'

/** The part of the check that needs the project's Python environment. */
export const FLOWS_PART =
  "whether the flows import, and what the project's own Prefect says of their schedules and parameters"

/** Enters which parts of the check need more than the files, so that nobody takes them for done. */
export function tellLeftOut({ selected, apps }: Project, ledger: Ledger): void {
  if (selected.length > 0) {
    ledger.leftOut({
      part: 'whether the work pools, queues, blocks and variables exist, and what type the pools have',
      why: 'the workspace was not asked',
    })
    ledger.leftOut({ part: FLOWS_PART, why: 'no Python was run' })
  }
  if (apps.length > 0) {
    ledger.leftOut({ part: 'the files of the Modal apps', why: 'no Python was run' })
  }
}

/** Enters what a step that deploys nothing does not tell of the Modal side. */
export function tellModalLeftOut({ apps, selected }: Project, { does }: Course, ledger: Ledger): void {
  if (apps.length === 0) return
  if (does === 'verify' && selected.length === 0) {
    ledger.know({ skipped: '`mode: verify` compares Prefect deployments, and there are none here.' })
  }
  const part =
    does === 'verify'
      ? 'whether the Modal apps are live as the files describe, and answer'
      : 'what `modal deploy` would change, and whether the Modal token and environment are right'
  ledger.leftOut({ part, why: `\`mode: ${does}\` does not ask Modal yet` })
}
