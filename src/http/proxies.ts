/** Proxies as the environment names them; loopback is never sent through one. */
export type ProxySettings = Readonly<{ http?: string; https?: string; noProxy?: string }>

const LOOPBACK = 'localhost,127.0.0.1,::1'

/** The machine's `NO_PROXY` with loopback added, as the action's requests and its children get it. */
export function noProxy(proxies: ProxySettings): string {
  if (proxies.noProxy === undefined || proxies.noProxy === '') return LOOPBACK
  return proxies.noProxy.trim() === '*' ? '*' : `${proxies.noProxy},${LOOPBACK}`
}
