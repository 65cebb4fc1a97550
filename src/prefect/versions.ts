import { compare, valid } from '@renovatebot/pep440'
import { Fault } from '../faults.ts'

/** CLIs below cannot deploy schedules to a server of today: 3.0.11 sends fields that 3.9.1 refuses. */
const OLDEST = '3.1'
/** Versions from here on are tested. */
const TESTED_FROM = '3.4.0'
const TOO_NEW = '4'

/**
 * Whether the project's Prefect can deploy: `undefined`, or what to warn of.
 *
 * @throws Fault `user` for a version below 3.1, from 4 on, and for what is no version
 */
export function judgePrefectVersion(version: string): string | undefined {
  const hint = `This action works with Prefect ${TESTED_FROM} and later 3.x: change the requirement of the project, and its lock.`
  if (valid(version) === null)
    throw new Fault('user', `Prefect says that its version is \`${version.slice(0, 40)}\`.`, { hint })
  if (compare(version, OLDEST) < 0)
    throw new Fault('user', `The project has Prefect ${version}, which is too old.`, { hint })
  if (compare(version, `${TOO_NEW}.dev0`) >= 0)
    throw new Fault('user', `The project has Prefect ${version}, which this action does not know yet.`, { hint })
  if (compare(version, TESTED_FROM) >= 0) return undefined
  return `The project has Prefect ${version}. Versions below ${TESTED_FROM} are not tested with this action; they may work.`
}

/** The first version whose command was not rehearsed in the tests; what it asks of the API may be something else. */
const REHEARSED_BELOW = '3.10'

/** Why `prefect deploy` of this version cannot be rehearsed; `undefined` where it can. */
export function notRehearsable(version: string): string | undefined {
  const tested =
    valid(version) !== null && compare(version, TESTED_FROM) >= 0 && compare(version, `${REHEARSED_BELOW}.dev0`) < 0
  return tested
    ? undefined
    : `Prefect ${version.slice(0, 40)} was not tested with it; from ${TESTED_FROM} to below ${REHEARSED_BELOW} it works.`
}
