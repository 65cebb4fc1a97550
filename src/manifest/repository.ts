/** A repository on a host, both in lower case: `github.com`, `acme/flows`. */
export type RepositoryName = Readonly<{ host: string; name: string }>

/** Hosts that are one and the same. */
const SAME_HOST: ReadonlyMap<string, string> = new Map([
  ['www.github.com', 'github.com'],
  ['ssh.github.com', 'github.com'],
  ['altssh.gitlab.com', 'gitlab.com'],
])

const BY_URL = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^@/\s]*@)?([\w.-]+|\[[\d:a-f]+\])(?::\d*)?\/+(.+)$/i
/** As `scp` writes it: `git@github.com:acme/flows.git`. */
const BY_SCP = /^(?:[\w.-]+@)([\w.-]+):\/*(?!\/)(.+)$/

/**
 * The repository that an address names, whatever the way to it: with and without `.git`, a user, a port or a slash at the end.
 * `undefined` for a folder, and for an address without owner and name.
 */
export function repositoryOf(address: string): RepositoryName | undefined {
  const match = BY_URL.exec(address.trim()) ?? BY_SCP.exec(address.trim())
  const [, host, path] = match ?? []
  if (host === undefined || path === undefined) return undefined
  const name = path
    .replace(/[?#].*$/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .toLowerCase()
  if (!/^[^/\s]+(?:\/[^/\s]+)+$/.test(name)) return undefined
  const lower = host.toLowerCase()
  return { host: SAME_HOST.get(lower) ?? lower, name }
}

/** Whether both are the same repository. */
export function isSame(one: RepositoryName, other: RepositoryName): boolean {
  return one.host === other.host && one.name === other.name
}

const YOURS =
  /^(?:your|my)?-?_?(?:git-?_?hub)?-?_?(?:org|organi[sz]ation|owner|user|user-?_?name|account|company|name|handle)$/
const NAMELESS = /^(?:(?:your|my|the|some)?-?_?(?:git-?_?hub)?-?_?(?:repo|repository|project)(?:-?_?name)?)$/

/** Whether an address is one of a guide that somebody has yet to fill in: `https://github.com/your-org/your-repo`. */
export function isFromAGuide(address: string): boolean {
  if (/<[\w .-]*>|\.\.\.|…/.test(address)) return true
  const repository = repositoryOf(address)
  if (repository === undefined) return false
  if (/(?:^|\.)example\.(?:com|org|net)$/.test(repository.host)) return true
  const [owner = '', name = ''] = repository.name.split('/')
  if (owner.startsWith('your') && YOURS.test(owner)) return true
  if (name.startsWith('your') && NAMELESS.test(name)) return true
  return YOURS.test(owner) && NAMELESS.test(name)
}
