import { join } from 'node:path'
import { Fault } from '../faults.ts'
import type { Given } from './tools.ts'

/** An API token of a Modal workspace. */
export type ModalToken = Readonly<{ id: Given; secret: Given }>

export type ModalChild = Readonly<{
  token: ModalToken
  /** A folder of this step alone; nothing is written there. */
  folder: string
  /** Another control plane than Modal's (`MODAL_SERVER_URL`). */
  serverUrl?: string
}>

/**
 * Both halves of the token, or the reason why there is none.
 *
 * @throws Fault `target` where one is missing, where they are swapped, or where they are proxy tokens
 */
export function requireToken(id: Given | undefined, secret: Given | undefined): ModalToken {
  if (id === undefined || secret === undefined) {
    const missing = [id === undefined ? 'modal-token-id' : '', secret === undefined ? 'modal-token-secret' : '']
    const names = missing.filter((name) => name !== '')
    const inputs = names.map((name) => `\`${name}\``).join(' and ')
    const variables = names.map((name) => name.toUpperCase().replaceAll('-', '_')).join(' and ')
    throw new Fault('target', `No Modal token: ${inputs} ${names.length === 1 ? 'is' : 'are'} missing or empty.`, {
      hint: `Store the token as a secret of the repository and hand it to the step as ${inputs}, or as ${variables} in \`env:\`.`,
    })
  }
  if (id.value.startsWith('as-') && secret.value.startsWith('ak-')) {
    throw new Fault('target', `The Modal token is swapped: ${id.from} holds the secret, ${secret.from} the id.`, {
      hint: 'The id starts with `ak-`, the secret with `as-`.',
    })
  }
  if (id.value.startsWith('wk-') || secret.value.startsWith('ws-')) {
    throw new Fault('target', `${capital(id.from)} is a proxy token of Modal's, not an API token.`, {
      hint: 'An API token (`ak-…`, `as-…`) deploys; a proxy token (`wk-…`, `ws-…`) only opens endpoints, and goes into `health-headers`.',
    })
  }
  return { id, secret }
}

/** The two places that a token came from, in words. */
export function tokenFrom({ id, secret }: ModalToken): string {
  return `${id.from} and ${secret.from}`
}

/** What would make Modal's output other than plain lines, or point it at another account (Modal: config.py). */
const DROPPED = new Set([
  'FORCE_COLOR',
  'CLICOLOR_FORCE',
  'MODAL_PROFILE',
  'MODAL_ENVIRONMENT',
  'MODAL_TOKEN_ID',
  'MODAL_TOKEN_SECRET',
  'MODAL_SERVER_URL',
  'MODAL_CONFIG_PATH',
])

/**
 * The environment of a modal child: `base` with plain, wide output, this token, and no configuration of a person's.
 *
 * Without COLUMNS a URL is broken over two lines at column 80; in an ASCII locale `modal deploy` fails before it
 * publishes; a token beside MODAL_OAUTH_* is refused (Modal 1.0 to 1.6.4).
 */
export function modalEnvironment(
  base: Readonly<Record<string, string>>,
  child: ModalChild,
): Readonly<Record<string, string>> {
  const kept = Object.entries(base).filter(([name]) => !DROPPED.has(name) && !name.startsWith('MODAL_OAUTH_'))
  return Object.freeze({
    ...Object.fromEntries(kept),
    COLUMNS: '1000',
    PYTHONUTF8: '1',
    PYTHONIOENCODING: 'utf-8',
    NO_COLOR: '1',
    TERM: 'dumb',
    TTY_COMPATIBLE: '0',
    MODAL_TOKEN_ID: child.token.id.value,
    MODAL_TOKEN_SECRET: child.token.secret.value,
    // A file that is not there: the configuration of whoever owns the runner has no say.
    MODAL_CONFIG_PATH: join(child.folder, 'modal.toml'),
    ...(child.serverUrl === undefined ? {} : { MODAL_SERVER_URL: child.serverUrl }),
  })
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
