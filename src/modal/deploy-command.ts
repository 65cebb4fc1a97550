import { gte } from '@renovatebot/pep440'
import { Fault } from '../faults.ts'
import type { AppRequest } from './app-request.ts'

/** The first version with `--strategy` (Modal changelog). */
const STRATEGY_SINCE = '1.4.0'
/** Longest version tag (Modal 1.6.4: "must be 50 characters or less"). */
const LONGEST_TAG = 50
/** Digits of a commit in the tag; Prefect stamps a version with as many. */
const COMMIT_DIGITS = 8

/** The tag of a version: the commit's first digits. Empty where `commit` holds nothing that a tag may hold. */
export function versionTag(commit: string): string {
  const short = /^[0-9a-f]{40,64}$/.test(commit) ? commit.slice(0, COMMIT_DIGITS) : commit
  return short.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, LONGEST_TAG)
}

export type DeployCommand = Readonly<{
  request: AppRequest
  environment: string
  /** From `versionTag`; an empty one is left out. */
  tag: string
  /** Version of the installed Modal. */
  version: string
}>

/**
 * The arguments of `modal`. Values are joined to their options and the reference stands behind `--`, so that nothing
 * that is handed in becomes an option.
 *
 * @throws Fault `user` where the strategy is one that this version of Modal does not have
 */
export function deployArguments({ request, environment, tag, version }: DeployCommand): string[] {
  return [
    'deploy',
    ...(request.module ? ['-m'] : []),
    `--env=${environment}`,
    ...(tag === '' ? [] : [`--tag=${tag}`]),
    ...(request.name === undefined ? [] : [`--name=${request.name}`]),
    ...strategy(request, version),
    '--',
    request.reference,
  ]
}

function strategy(request: AppRequest, version: string): string[] {
  if (gte(version, STRATEGY_SINCE)) return [`--strategy=${request.strategy}`]
  if (request.strategy === 'rolling') return []
  throw new Fault(
    'user',
    `\`strategy: ${request.strategy}\` of ${request.reference} needs Modal ${STRATEGY_SINCE}; the project has ${version}.`,
    {
      hint: 'Raise modal in the project, for instance `uv lock --upgrade-package modal`, or leave `strategy` out.',
    },
  )
}
