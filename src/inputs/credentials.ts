import { type Environment, type InputName, inputValue } from './names.ts'

/** A value that remembers where it came from, so that a later message can say which one to mend. */
export type Sourced = Readonly<{ value: string; from: string }>

/** The inputs that may come as the tool's own environment variable; the input wins, an empty one counts as absent. */
const VARIABLES = {
  'prefect-api-url': 'PREFECT_API_URL',
  'prefect-api-key': 'PREFECT_API_KEY',
  'prefect-auth-string': 'PREFECT_API_AUTH_STRING',
  'modal-token-id': 'MODAL_TOKEN_ID',
  'modal-token-secret': 'MODAL_TOKEN_SECRET',
  'modal-environment': 'MODAL_ENVIRONMENT',
} as const satisfies Partial<Record<InputName, string>>

export type CredentialName = keyof typeof VARIABLES

/** The value of such an input, with the place that it came from. */
export function sourced(env: Environment, name: CredentialName): Sourced | undefined {
  const variable = VARIABLES[name]
  const input = inputValue(env, name)
  if (input !== '') return { value: input, from: `the input \`${name}\`` }
  const value = (env[variable] ?? '').trim()
  return value === '' ? undefined : { value, from: `the environment variable ${variable}` }
}

/**
 * Every text that must not be seen: the credentials, of `user:password` also the password and the base64 form that
 * travels in a header, and the lines of a credential that has several.
 */
export function credentialSecrets(env: Environment): string[] {
  const auth = sourced(env, 'prefect-auth-string')?.value
  const whole = [
    auth,
    sourced(env, 'prefect-api-key')?.value,
    sourced(env, 'modal-token-id')?.value,
    sourced(env, 'modal-token-secret')?.value,
    inputValue(env, 'github-token'),
    // What the environment holds reaches no child, but may be shown by one that reads it elsewhere.
    env['PREFECT_API_KEY'],
    env['PREFECT_API_AUTH_STRING'],
    env['MODAL_TOKEN_ID'],
    env['MODAL_TOKEN_SECRET'],
  ]
  const derived =
    auth === undefined ? [] : [auth.slice(auth.indexOf(':') + 1), Buffer.from(auth, 'utf8').toString('base64')]
  return byLine([...whole, ...derived])
}

/** The texts, each also line by line: GitHub masks line-wise. Longest first, so that no mask cuts another. */
export function byLine(texts: readonly (string | undefined)[]): string[] {
  const all = texts.flatMap((text) => (text === undefined ? [] : [text, ...text.split(/\r\n|\n|\r/)]))
  const trimmed = all.map((text) => text.trim()).filter((text) => text !== '')
  return [...new Set(trimmed)].sort((a, b) => b.length - a.length)
}
