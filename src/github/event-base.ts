import { z } from 'zod'

/** The base of an event: its branch, and that branch's head where the payload tells it. Empty texts where it does not. */
export type EventBase = Readonly<{ branch: string; sha: string }>

const text = z.string().catch('')
const base = z.object({ ref: text, sha: text }).partial()

/** The parts of an event's payload that are used; whatever else or wrong it holds is left aside. */
const payloadSchema = z
  .object({
    pull_request: z.object({ base }).partial().optional().catch(undefined),
    repository: z.object({ default_branch: text }).partial().optional().catch(undefined),
  })
  .catch({})

/** The base of this run's event: of a pull request its base branch, else the default branch. */
export async function eventBase(): Promise<EventBase> {
  // Octokit comes with it; only the events that need the payload wait for that.
  const { context } = await import(/* webpackMode: "eager" */ '@actions/github')
  return baseOf(context.payload)
}

/** The base as any payload tells it. */
export function baseOf(payload: unknown): EventBase {
  const event = payloadSchema.parse(payload)
  const pull = event.pull_request?.base
  return { branch: pull?.ref || event.repository?.default_branch || '', sha: pull?.sha ?? '' }
}
