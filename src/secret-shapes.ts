/** A secret that can be told by its shape: what it is, and what it looks like. */
type SecretShape = Readonly<{ what: string; shape: RegExp }>

/** Shapes that nothing else has; each as its issuer documents it, or as a token of it looks. */
const SHAPES: readonly SecretShape[] = [
  { what: 'a token of GitHub', shape: /\bgh[pousr]_[A-Za-z0-9]{36,}\b/ },
  { what: 'a token of GitHub', shape: /\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{40,}\b/ },
  { what: 'a token of GitLab', shape: /\bglpat-[\w-]{20,}/ },
  { what: 'an API key of Prefect', shape: /\bpn[ubt]_[A-Za-z0-9]{30,}\b/ },
  { what: 'a token of Modal', shape: /\ba[ks]-(?=[A-Za-z]*\d)(?=[a-z\d]*[A-Z])[A-Za-z0-9]{22}\b/ },
  { what: 'an access key of AWS', shape: /\bA(?:KIA|SIA)[A-Z2-7]{16}\b/ },
  { what: 'an API key of Anthropic', shape: /\bsk-ant-[a-z]{2,10}\d{1,3}-[\w-]{40,}/ },
  {
    what: 'an API key of OpenAI',
    shape: /\bsk-(?:proj-|svcacct-|admin-)?(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[A-Z])[A-Za-z0-9_-]{40,}/,
  },
  { what: 'an API key of Google', shape: /\bAIza[\w-]{35}\b/ },
  { what: 'a live key of Stripe', shape: /\b[rs]k_live_[A-Za-z0-9]{24,}\b/ },
  { what: 'a token of Slack', shape: /\bxox[abprs]-\d{6,}-[\w-]{10,}/ },
  { what: 'a webhook of Slack', shape: /hooks\.slack\.com\/services\/T[A-Z0-9]{6,}\/B[A-Z0-9]{6,}\/[A-Za-z0-9]{20,}/ },
  { what: 'a token of Hugging Face', shape: /\bhf_[A-Za-z0-9]{34}\b/ },
  { what: 'a token of PyPI', shape: /\bpypi-AgE[\w-]{50,}/ },
  { what: 'a token of npm', shape: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { what: 'a private key', shape: /-----BEGIN (?:[A-Z]{2,12} ){0,3}PRIVATE KEY-----(?:\\n|\s)*[A-Za-z0-9+/]{40}/ },
]

/** What guides write where a token will stand: a word that says so, or one sign again and again. */
const PLACEHOLDER = /example|placeholder|dummy|changeme|your|xxxx|redacted/i
const FEWEST_DIFFERENT = 6

/** What secret a text holds, by its shape alone; `undefined` where there is none, or none that is unmistakable. */
export function secretIn(text: string): string | undefined {
  return SHAPES.find(({ shape }) => {
    const found = shape.exec(text)?.[0]
    return found !== undefined && !PLACEHOLDER.test(found) && new Set(found).size >= FEWEST_DIFFERENT
  })?.what
}

/** Ends of a name that speak of something about a secret, not of the secret: `TOKEN_URL`, `SECRET_NAME`. */
const ABOUT =
  /(?:^|_)(?:ID|NAME|PATH|FILE|DIR|ARN|TTL|SECONDS|MINUTES|EXPIRY|EXPIRATION|VERSION|TYPE|HEADER|COUNT|LIMIT|LENGTH|BLOCK|ENABLED|REGION|PREFIX|PROVIDER|POLICY)$/
const SECRET_WORD =
  /(?:^|_)(?:TOKEN|SECRET|SECRETS|PASSPHRASE|PASS|APIKEY|AUTHKEY|CREDENTIAL|CREDENTIALS|PAT|DSN)(?:_|$)|PASSW(?:OR)?D(?:_|$)|(?:API|ACCESS|AUTH|PRIVATE|SECRET|ACCOUNT|SIGNING|ENCRYPTION|MASTER|SERVICE)_KEY(?:_|$)|CONNECTION_?STRING|CONN_STR|(?:DATABASE|DB|POSTGRES|MONGO|MONGODB|REDIS)_UR[IL]$|WEBHOOK_URL$|_KEY_BASE64$/

/** Whether a variable's name says that its value is a secret. */
export function isSecretName(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toUpperCase()
  if (/(?:DATABASE|DB|POSTGRES|MONGO|MONGODB|REDIS|WEBHOOK)_UR[IL]$/.test(words)) return true
  return SECRET_WORD.test(words) && !ABOUT.test(words) && !/_UR[IL]$/.test(words)
}
