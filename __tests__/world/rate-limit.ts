import { tooMany, type WireAnswer } from './wire-faults.ts'

export type RateLimit = Readonly<{
  /** Requests that one minute admits. */
  perMinute: number
  /** Milliseconds of a minute here: a shorter one needs no test that waits. */
  minuteMs?: number
  /** Milliseconds of a clock; tests with a clock of their own hand it in. */
  now?: () => number
}>

export type RateLimiter = Readonly<{
  /** What a request is answered that comes when the minute is full. */
  refusal: () => WireAnswer | undefined
  refused: () => number
}>

/**
 * Counts requests in fixed minutes, and says in whole seconds when the next one begins. Cloud's own numbers are 625, 1,250,
 * 2,500 and 5,000 by plan, with `Retry-After` (Prefect docs: rate-limits); how its minutes are cut is not known.
 */
export function rateLimiter({ perMinute, minuteMs = 60_000, now = () => performance.now() }: RateLimit): RateLimiter {
  let began = now()
  let taken = 0
  let refused = 0
  return {
    refused: () => refused,
    refusal: () => {
      const minutes = Math.floor((now() - began) / minuteMs)
      if (minutes > 0) taken = 0
      began += minutes * minuteMs
      if (taken < perMinute) {
        taken += 1
        return undefined
      }
      refused += 1
      return tooMany(Math.max(1, Math.ceil((began + minuteMs - now()) / 1000)))
    },
  }
}
