import { Fault } from '../faults.ts'
import { checkedOutCommit, isBaseCheckout } from '../github/checkout.ts'
import { admitsRef } from '../github/ref-filter.ts'
import { deploysOn, isPrivileged, isPullRequest } from '../github/run-context.ts'
import type { Inputs } from '../inputs/inputs.ts'
import type { Ask } from '../process/ask.ts'
import { type Told, warn } from './told.ts'

/** What this step does, and why. */
export type Course = Readonly<{
  does: 'deploy' | 'plan' | 'check' | 'verify'
  why: string
  /** The part that is left out for want of secrets; makes a green step `skipped`. */
  skipped?: string
}>

export type Beginning = Readonly<{
  course: Course
  /** In full; empty where neither git nor the event tells it. */
  commit: string
}>

/**
 * What this step does, and with which commit; both are entered in the ledger and said in the first line.
 *
 * @throws Fault `target` as `chooseCourse`, and for a checkout of a pull request where the secrets are
 */
export async function begun(inputs: Inputs, told: Told & Readonly<{ ask: Ask }>): Promise<Beginning> {
  const { context, machine } = inputs
  const course = chooseCourse(inputs)
  told.log.info(`Mode: ${course.does} (${course.why})`)
  const { ref, repository } = context
  told.ledger.know({
    mode: course.does,
    ref,
    repository,
    ...(course.skipped === undefined ? {} : { skipped: course.skipped }),
  })
  const git = { ask: told.ask, env: machine.childEnv }
  const head = await checkedOutCommit(git, inputs.workingDirectory)
  if (mustProveCheckout(inputs) && !(await isBaseCheckout(git, context, head))) throw foreignCheckout(context.eventName)
  const commit = head ?? context.sha
  told.ledger.know({ commit })
  if (head === undefined && course.does === 'deploy') {
    warn('The commit of the checkout cannot be read by git: the one that the event names is taken.', told)
  } else if (head !== undefined && context.sha !== '' && head !== context.sha) {
    warn(`The checkout is at ${head}, the event names ${context.sha}: the checkout is what counts.`, told)
  }
  return { course, commit }
}

function foreignCheckout(eventName: string): Fault {
  return new Fault('target', `On \`${eventName}\` this checkout is not the base or default branch.`, {
    hint: 'This event has the secrets of the repository, and code of a pull request must never run where they are. Check out the base, or use `pull_request`.',
  })
}

/**
 * Decides by `mode`, the event and the ref (README: "What runs on which event").
 *
 * @throws Fault `target` where `mode: deploy` meets a ref that `deploy-refs` does not admit
 */
function chooseCourse(inputs: Inputs): Course {
  const { eventName, ref, refName } = inputs.context
  const at = `${eventName || 'no event'} on ${refName || ref || 'no ref'}`
  switch (inputs.mode) {
    case 'check':
    case 'plan':
    case 'verify':
      return { does: inputs.mode, why: `the input \`mode\` says so; ${at}` }
    case 'deploy':
      if (!admitsRef(inputs.deployRefs, inputs.context)) {
        throw new Fault('target', `\`mode: deploy\` on ${refName || ref}, which \`deploy-refs\` does not admit.`, {
          hint: 'Use `mode: auto`, which only plans on such a ref, or add the ref to `deploy-refs`.',
        })
      }
      return { does: 'deploy', why: `the input \`mode\` says so; ${at}` }
    case 'auto':
      return automatic(inputs, at)
  }
}

function automatic(inputs: Inputs, at: string): Course {
  if (isPullRequest(inputs.context.eventName)) {
    const without = sidesWithoutSecrets(inputs)
    if (without !== undefined) {
      return {
        does: 'check',
        why: `${at}, without ${without}`,
        skipped: `The files were checked; the remote part was left out, because this pull request has no ${without}.`,
      }
    }
    return { does: 'plan', why: `${at}; a pull request is not deployed` }
  }
  if (!deploysOn(inputs.context.eventName)) return { does: 'plan', why: `${at}; this event does not deploy` }
  if (!admitsRef(inputs.deployRefs, inputs.context))
    return { does: 'plan', why: `${at}; \`deploy-refs\` does not admit it` }
  return { does: 'deploy', why: at }
}

/** The side of which every credential is empty, as on pull requests of forks and of Dependabot. */
function sidesWithoutSecrets(inputs: Inputs): string | undefined {
  if (inputs.prefectFiles.length > 0 && lacksPrefect(inputs.prefect)) return 'Prefect credentials'
  const { tokenId, tokenSecret } = inputs.modal
  if (inputs.apps.length > 0 && tokenId === undefined && tokenSecret === undefined) return 'Modal credentials'
  return undefined
}

/** An address is no credential, and may come from a variable; but a server of one's own may want nothing else. */
function lacksPrefect({ apiUrl, apiKey, authString, settings }: Inputs['prefect']): boolean {
  if (apiKey !== undefined || authString !== undefined) return false
  return apiUrl === undefined || apiUrl.value.startsWith(settings.cloudApiUrl)
}

/** Events whose secrets a checkout of a pull request must never meet, whatever `mode` wants; a check runs no code. */
function mustProveCheckout(inputs: Inputs): boolean {
  return isPrivileged(inputs.context.eventName) && inputs.mode !== 'check'
}
