/**
 * The address of `path` under `base`: one slash at the joint, the queries of both, no fragment, no user name or
 * password. An empty path is the base itself. `undefined` where the base is no absolute http(s) address.
 *
 * A path never leads to another host, whatever it begins with.
 */
export function joinUrl(base: string, path = ''): string | undefined {
  const url = webUrl(base)
  if (url === undefined) return undefined
  const [, own = '', query = ''] = /^([^?#]*)(?:\?([^#]*))?/.exec(path) ?? []
  if (own !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${own.replace(/^[/\\]+/, '')}`
  if (query !== '') url.search = [url.search.slice(1), query].filter((part) => part !== '').join('&')
  url.hash = ''
  url.username = ''
  url.password = ''
  return url.href
}

/** `text` as an absolute http(s) address, against `base` where it is a relative one. */
export function webUrl(text: string, base?: URL): URL | undefined {
  const url = URL.parse(text, base?.href)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined
}

/** Whether a host is under a domain that only Modal's own edge serves. */
export function isModalHost(hostname: string): boolean {
  return /\.modal\.(?:run|direct)$/.test(hostname)
}

/** Whether a host serves a server of Modal's (`@app.server`), which does not hold requests while nothing runs. */
export function isServerHost(hostname: string): boolean {
  return hostname.endsWith('.modal.direct')
}
