import type { FaultKind, Position } from '../faults.ts'
import type { FailureText } from './failure-text.ts'

/** What a rule may say of the run beside Prefect's own words. */
export type FailureContext = Readonly<{
  /** What was tried, as the start of a sentence: "Deploying `daily`". */
  doing: string
  /** The checkout: a place in the user's files is named relative to it. Absolute. */
  checkout: string
  /** The working folder of the command. Absolute. */
  cwd: string
  /** Where the credential came from, in words. */
  keyFrom: string
  /** Version of the installed Prefect. */
  version: string
  /** Where the deployment that failed stands in the file; absent where it is not known which one. */
  at?: Position
}>

/** One kind of failure: what its text looks like, and what to do about it. */
export type FailureRule = Readonly<{
  text: RegExp
  kind: FaultKind
  hint: (match: RegExpExecArray, text: FailureText, context: FailureContext) => string
  /** Says it better than the text's own words; without a full stop. */
  what?: (match: RegExpExecArray, text: FailureText, context: FailureContext) => string
}>
