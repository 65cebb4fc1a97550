import type { Finding } from '../../finding.ts'
import type { ManifestRuleFacts } from '../../manifest/rules/rule.ts'
import type { Asked } from './asked.ts'
import { BLOCK_RULES, blockFindings, unreadableFindings, variableFindings } from './blocks.ts'
import { JOB_VARIABLE_RULES, jobVariableFindings } from './job-variables.ts'
import type { Live } from './live.ts'
import { POOL_RULES, poolFindings, queueFindings } from './pools.ts'

/** The rules about what the workspace has, for the list of rules. */
export const LIVE_RULES: readonly ManifestRuleFacts[] = [...POOL_RULES, ...JOB_VARIABLE_RULES, ...BLOCK_RULES]

/** What the files want of the workspace that it has not, or not so, each at the first place that wants it. */
export function liveFindings(live: Live, asked: Asked): readonly Finding[] {
  return [
    ...poolFindings(live, asked),
    ...queueFindings(live, asked),
    ...jobVariableFindings(live, asked.jobVariables),
    ...blockFindings(live, asked),
    ...variableFindings(live, asked),
    ...unreadableFindings(live, asked),
  ]
}
