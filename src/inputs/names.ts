import { nearest } from '../nearest.ts'

/** Every input of `action.yml`; a test holds the two against each other. */
export const INPUT_NAMES = [
  'working-directory',
  'prefect-file',
  'deployments',
  'modal-apps',
  'prefect-api-url',
  'prefect-api-key',
  'prefect-auth-string',
  'prefect-workspace',
  'modal-token-id',
  'modal-token-secret',
  'modal-environment',
  'modal-workspace',
  'mode',
  'deploy-refs',
  'preserve-operator-state',
  'orphans',
  'strict',
  'health-path',
  'health-timeout',
  'health-headers',
  'python-version',
  'uv-version',
  'sync-args',
  'engine',
  'parallel',
  'timeout',
  'summary',
  'github-token',
] as const

export type InputName = (typeof INPUT_NAMES)[number]
export type Environment = Readonly<Record<string, string | undefined>>

/** The value of an input, trimmed; empty where it is absent. The runner hands it over as `INPUT_<NAME>`, hyphens kept. */
export function inputValue(env: Environment, name: InputName): string {
  return (env[`INPUT_${name.toUpperCase()}`] ?? '').trim()
}

/** One warning for each `INPUT_*` of the environment that is no input of this action, with the nearest that is. */
export function unknownInputs(env: Environment): string[] {
  const known: ReadonlySet<string> = new Set(INPUT_NAMES.map((name) => name.toUpperCase()))
  return Object.keys(env)
    .filter((name) => name.startsWith('INPUT_') && !known.has(name.slice('INPUT_'.length)))
    .map((name) => {
      const wrong = name.slice('INPUT_'.length).toLowerCase()
      const near = nearest(wrong, INPUT_NAMES)
      const meant = near === undefined ? '' : ` Is \`${near}\` meant?`
      return `The input \`${wrong}\` does not exist and is ignored.${meant}`
    })
}
