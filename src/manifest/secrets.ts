/** Passwords that are none: of guides, and of databases on the developer's own machine. */
const NO_SECRET =
  /^(?:pass(?:word|wd)?|secret|changeme|token|user(?:name)?|postgres|prefect|admin|root|test|example|x+|\*+|<.*>|\$.*|…|\.{3})?$/i

/** Whether an address holds a password or token: `https://user:password@host`, `https://token@host`. */
export function hasPassword(address: string): boolean {
  const [, user = '', password] = /^[a-z][\w+.-]*:\/\/([^/@:\s]*)(?::([^/@\s]*))?@/i.exec(address) ?? []
  if (password !== undefined) return !NO_SECRET.test(password) && password !== user && password.length >= 6
  return /^https?:/i.test(address) && user.length >= 20
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
