import path from 'node:path'
import type { Manifest } from '../../manifest/model.ts'
import { oneLine } from '../../process/one-line.ts'
import type { PrefectTools } from '../tools.ts'
import { rehearsalEnvironment, type RehearsedChild } from './child-env.ts'
import { type StandIns, standInsFor } from './stand-ins.ts'

/** Variables that hold a credential of this action's. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  'PREFECT_API_KEY',
  'PREFECT_API_AUTH_STRING',
  'MODAL_TOKEN_ID',
  'MODAL_TOKEN_SECRET',
])

/** Variables with the recorder's address, which is replaced in what is recorded. */
const ADDRESSES: ReadonlySet<string> = new Set(['PREFECT_API_URL', 'PREFECT_CLOUD_API_URL'])

/** Stand-ins for the credentials that the files themselves ask for. */
export function namedStandIns({ env }: PrefectTools, manifests: readonly Manifest[]): StandIns {
  const named = namesOf(manifests).filter((name) => CREDENTIALS.has(name))
  return standInsFor(
    Object.fromEntries(
      named.flatMap((name) => {
        const value = env[name]
        return value === undefined || value === '' ? [] : [[name, value]]
      }),
    ),
  )
}

/** The environment of a rehearsed command: that of a plain one, with the recorder for the workspace and no credential. */
export function rehearsedEnvironment(
  { env }: PrefectTools,
  standIns: StandIns,
  recorder: Pick<RehearsedChild, 'address' | 'certificateFile' | 'ownZones'>,
): Readonly<Record<string, string>> {
  const base = Object.fromEntries(Object.entries(env).filter(([name]) => !CREDENTIALS.has(name)))
  const venv = env['VIRTUAL_ENV'] ?? ''
  const own = `${path.join(venv, 'bin')}${path.delimiter}`
  // It would stand there twice.
  const inherited = env['PATH']?.startsWith(own) === true ? env['PATH'].slice(own.length) : env['PATH']
  return {
    ...rehearsalEnvironment({
      ...recorder,
      base: { ...base, ...(inherited === undefined ? {} : { PATH: inherited }) },
      venv,
      prefectHome: env['PREFECT_HOME'] ?? '',
    }),
    ...standIns.env,
  }
}

/**
 * Why the values of variables that the files ask for would be recorded otherwise than a plain command writes them, a
 * sentence each.
 */
export function changedVariables(
  { env }: PrefectTools,
  rehearsed: Readonly<Record<string, string>>,
  manifests: readonly Manifest[],
): readonly string[] {
  return namesOf(manifests)
    .filter((name) => !CREDENTIALS.has(name) && !ADDRESSES.has(name) && env[name] !== rehearsed[name])
    .map((name) => `The files ask for the variable \`${oneLine(name, 100)}\`, which has another value in a rehearsal.`)
}

function namesOf(manifests: readonly Manifest[]): readonly string[] {
  return [...new Set(manifests.flatMap(({ environmentVariables }) => environmentVariables))]
}
