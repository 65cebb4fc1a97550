import type { Clock } from '../../host.ts'

/** Whether it makes sense to begin with another deployment. */
export type Health = Readonly<{
  /** The server took a write, or refused it with a word of its own. */
  answered: () => void
  /** Whether there was no such answer in the last `seconds`. */
  silentFor: (seconds: number) => boolean
  /** A write was answered 2xx: whoever sends it may write. */
  allowed: () => void
  /** A write was answered 401 or 403. Gives whether that ends the whole, which it says once. */
  denied: (status: number) => boolean
  /** Nothing new is begun. Gives whether this was the first time. */
  halt: () => boolean
  halted: () => boolean
}>

/** Deployments in a row that were answered 403, until that is the credential's fault: Cloud has rights to single objects. */
const DENIED_IN_A_ROW = 2

export function openHealth({ seconds }: Pick<Clock, 'seconds'>): Health {
  let lastAnswer = Number.NEGATIVE_INFINITY
  let denials = 0
  let halted = false
  const halt = (): boolean => {
    const first = !halted
    halted = true
    return first
  }
  return {
    answered: () => {
      lastAnswer = seconds()
    },
    silentFor: (span) => seconds() - lastAnswer >= span,
    allowed: () => {
      denials = 0
    },
    denied: (status) => {
      denials += 1
      return (status === 401 || denials >= DENIED_IN_A_ROW) && halt()
    },
    halt,
    halted: () => halted,
  }
}
