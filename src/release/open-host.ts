import type { Log } from '../host.ts'
import { machineClock } from '../host.ts'
import { type Http, openHttp } from '../http/client.ts'
import type { ProxySettings } from '../http/proxies.ts'
import { ask } from '../process/ask.ts'
import { runChild } from '../process/child.ts'
import { stepRunner } from '../process/step.ts'
import type { Host } from './host.ts'

type HostParts = Readonly<{ log: Log; signal: AbortSignal; proxies: ProxySettings }> &
  Pick<Host, 'publish' | 'hide' | 'hidden'>

/** The real world around the story. `close` lets go of its connections: an idle one would keep the process for seconds. */
export function openHost(parts: HostParts): Readonly<{ host: Host; close: () => Promise<void> }> {
  const { log, signal, proxies, publish, hide, hidden } = parts
  const clock = machineClock
  const opened: Http[] = []
  const host: Host = {
    clock,
    log,
    signal,
    runStep: stepRunner({ run: runChild, log, clock, signal }),
    ask,
    random: Math.random,
    openHttp: (tls) => {
      const http = openHttp(proxies, tls)
      opened.push(http)
      return http
    },
    hide,
    hidden,
    publish,
  }
  return {
    host,
    close: async () => {
      await Promise.all(opened.map((http) => http.close()))
    },
  }
}
