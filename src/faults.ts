/** A place in a file of the user's project, as an annotation wants it: path relative to the checkout, line and column from 1. */
export type Position = Readonly<{ file: string; line?: number; column?: number }>

/**
 * What kind of trouble a fault is; `release/verdict.ts` maps each kind to a verdict.
 *
 * - `user`: the project, a file or an input is wrong
 * - `target`: credentials, workspace or environment are wrong or missing
 * - `refusal`: the remote side understood and said no (4xx, a failed build)
 * - `remote`: the remote side or the network broke
 * - `timeout`: a deadline passed
 * - `cancelled`: a signal, or the step's own `timeout`
 * - `internal`: a defect of this action
 */
export type FaultKind = 'user' | 'target' | 'refusal' | 'remote' | 'timeout' | 'cancelled' | 'internal'

export type FaultDetail = Readonly<{
  /** What to do about it, one or two sentences for a tired person. */
  hint?: string
  position?: Position
  /** The last meaningful lines of the tool that failed. */
  lines?: readonly string[]
  cause?: unknown
  /** Whether what was tried took effect all the same; absent: it did not. */
  tookEffect?: 'yes' | 'perhaps'
}>

/** A fault with a name: what happened (`message`), and what to do about it (`hint`). */
export class Fault extends Error {
  readonly kind: FaultKind
  readonly hint: string | undefined
  readonly position: Position | undefined
  readonly lines: readonly string[]
  readonly tookEffect: FaultDetail['tookEffect']

  constructor(kind: FaultKind, what: string, detail: FaultDetail = {}) {
    super(what, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'Fault'
    this.kind = kind
    this.hint = detail.hint
    this.position = detail.position
    this.lines = detail.lines ?? []
    this.tookEffect = detail.tookEffect
  }
}

/** Any thrown value as a fault: a fault as it is, everything else as an internal one that keeps its cause. */
export function asFault(thrown: unknown): Fault {
  if (thrown instanceof Fault) return thrown
  const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown)
  return new Fault('internal', what, {
    hint: 'This is a defect of the action. Run again with debug logging and report what the log shows.',
    cause: thrown,
  })
}

/** Throws the cancelled fault if `signal` was aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw cancelled(signal)
}

/** The fault that a cancelled piece of work ends with: the signal's own reason where it is a fault. */
export function cancelled(signal: AbortSignal): Fault {
  return signal.reason instanceof Fault ? signal.reason : new Fault('cancelled', 'The step was cancelled.')
}

/** The `code` of an error of Node's (`ENOENT`, `ESRCH`), or of what was thrown instead: `undefined`. */
export function errorCode(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}
