/** Passwords that are none: of guides, and of databases on the developer's own machine. */
const NO_SECRET =
  /^(?:pass(?:word|wd)?|secret|changeme|token|user(?:name)?|postgres|prefect|admin|root|test|example|x+|\*+|<.*>|\$.*|…|\.{3})?$/i

/** Whether an address holds a password or token: `https://user:password@host`, `https://token@host`. */
export function hasPassword(address: string): boolean {
  const [, user = '', password] = /^[a-z][\w+.-]*:\/\/([^/@:\s]*)(?::([^/@\s]*))?@/i.exec(address) ?? []
  if (password !== undefined) return !NO_SECRET.test(password) && password !== user && password.length >= 6
  return /^https?:/i.test(address) && user.length >= 20
}
