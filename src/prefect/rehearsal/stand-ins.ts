import { randomBytes } from 'node:crypto'

/** What a rehearsed command is given in the place of credentials, and the way back from it. */
export type StandIns = Readonly<{
  /** Stand-ins by the names of the variables, for the environment of the command. */
  env: Readonly<Record<string, string>>
  /** A text with the real values in the place of their stand-ins: what is sent. */
  reveal: (text: string) => string
  /**
   * A text with stand-ins in the place of the real values, for comparing what is live. Real values of fewer than 8
   * characters stay: they may stand anywhere by chance.
   */
  conceal: (text: string) => string
  /** A text with a token in their place that is the same in every run, for a digest. */
  token: (text: string) => string
}>

/** Characters from which on a real value is looked for in a text. */
const SHORTEST_CONCEALED = 8
/** Random bytes: 32 characters, none of which a URL or a shell would change. */
const RANDOM_BYTES = 16

/**
 * How the real ones begin, so that code that looks at a token takes the stand-in. (Prefect docs: API keys; Modal docs:
 * token)
 */
const BEGINNINGS: Readonly<Record<string, string>> = {
  PREFECT_API_KEY: 'pnu_',
  PREFECT_API_AUTH_STRING: 'user:',
  MODAL_TOKEN_ID: 'ak-',
  MODAL_TOKEN_SECRET: 'as-',
}

/**
 * Stand-ins for credentials that a command must see, because the file asks for them, and must not have: 128 random bits
 * each, new in every run. `values` are the real ones by the names of their variables.
 */
export function standInsFor(values: Readonly<Record<string, string>>): StandIns {
  const all = Object.entries(values).map(([name, real]) => ({
    name,
    real,
    standIn: `${BEGINNINGS[name] ?? ''}${randomBytes(RANDOM_BYTES).toString('hex')}`,
  }))
  // The longest first: one may be a part of another.
  const findable = all
    .filter(({ real }) => real.length >= SHORTEST_CONCEALED)
    .sort((one, other) => other.real.length - one.real.length)
  return {
    env: Object.fromEntries(all.map(({ name, standIn }) => [name, standIn])),
    reveal: (text) => all.reduce((changed, { standIn, real }) => changed.replaceAll(standIn, () => real), text),
    conceal: (text) => findable.reduce((changed, { standIn, real }) => changed.replaceAll(real, () => standIn), text),
    token: (text) =>
      all.reduce((changed, { standIn, name }) => changed.replaceAll(standIn, () => `{{ $${name} }}`), text),
  }
}
