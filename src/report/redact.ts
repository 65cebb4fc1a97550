/** Takes secrets out of a text. */
export type Redact = (text: string) => string

/** A value that short would blacken every second word; GitHub's own mask still hides it in the log. */
const SHORTEST = 4

/** Replaces each of `secrets` by `***`; longer ones first, so that none is left in half. */
export function redactor(secrets: readonly string[]): Redact {
  const wanted = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST).sort((a, b) => b.length - a.length)
  // JSON escapes quotes and backslashes; a secret that holds some must not slip through in that form.
  const forms = [...new Set(wanted.flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]))]
  return (text) => forms.reduce((left, secret) => left.replaceAll(secret, '***'), text)
}

/** A redactor that learns: what it is told later is taken out from then on. */
export type Secrets = Readonly<{ hide: Redact; learn: (secrets: readonly string[]) => void }>

export function openSecrets(known: readonly string[]): Secrets {
  let all = [...known]
  let hide = redactor(all)
  return {
    hide: (text) => hide(text),
    learn: (secrets) => {
      all = [...new Set([...all, ...secrets])]
      hide = redactor(all)
    },
  }
}

/** Public addresses: a header's value may be part of one by chance, and taking it out would break it. */
const ADDRESSES: ReadonlySet<string> = new Set(['url', 'asked', 'dashboardUrl', 'customDomains'])

/** A copy of any plain value with every text redacted; addresses only with `inAddresses`. */
export function redacted<T>(value: T, inText: Redact, inAddresses: Redact): T
export function redacted(value: unknown, inText: Redact, inAddresses: Redact): unknown {
  if (typeof value === 'string') return inText(value)
  if (Array.isArray(value)) return value.map((item: unknown) => redacted(item, inText, inAddresses))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      redacted(inner, ADDRESSES.has(key) ? inAddresses : inText, inAddresses),
    ]),
  )
}
