import type { Trouble } from '../../http/trouble.ts'
import type { Judgement } from './answer.ts'
import { logs, type Meaning } from './edge.ts'
import type { HealthTarget } from './targets.ts'
import { isModalHost, webUrl } from './url.ts'
import { excerpt } from './words.ts'

/** Seconds that a fresh custom domain may need: its name to spread, its certificate to be issued (Modal: 1 to 2 s). */
const UNTIL_DOMAIN = 60
const PASSING = Number.POSITIVE_INFINITY

/** Judges a try that got no whole answer. */
export function judgeTrouble(target: HealthTarget, trouble: Trouble): Judgement {
  return { state: 'wrong', said: excerpt(target, trouble.message), meaning: meaningOf(target, trouble) }
}

function meaningOf(target: HealthTarget, trouble: Trouble): Meaning {
  const id = trouble.kind
  switch (trouble.kind) {
    case 'refused':
      return { id, patience: PASSING, kind: 'remote', hint: `Nobody listens there. ${REACH}` }
    case 'dns':
      return { id, patience: UNTIL_DOMAIN, kind: 'remote', hint: unknownHost(target) }
    case 'tls':
      return {
        id,
        patience: UNTIL_DOMAIN,
        kind: 'remote',
        hint: 'Of a custom domain Modal shows in its settings whether the certificate is issued. Where a proxy of the company breaks TLS open, name its authority by NODE_EXTRA_CA_CERTS.',
      }
    case 'reset':
      return {
        id,
        patience: PASSING,
        kind: 'remote',
        hint: `The connection broke before the answer was whole. If the app ends in the midst of it, its log says why: ${logs(target)}.`,
      }
    case 'timeout':
      return {
        id,
        patience: PASSING,
        kind: 'timeout',
        hint: `A request is held while a container starts. If the start needs longer, raise \`health-timeout\`, or \`timeout:\` under \`health\` in \`modal-apps\`; if it hangs, the log of the app says where: ${logs(target)}.`,
      }
    case 'proxy':
      // A proxy resolves the name itself: where it says 5xx it failed, where it says 4xx it will not.
      return {
        id,
        patience: /\(5\d\d\)/.test(trouble.message) ? UNTIL_DOMAIN : 0,
        kind: 'remote',
        hint: 'The proxy of the runner (HTTPS_PROXY) does not let the request through. Allow the host there, or name it in NO_PROXY.',
      }
    case 'other':
      return { id, patience: PASSING, kind: 'remote', hint: `What came was no answer of a web server. ${REACH}` }
  }
}

const REACH = 'Check that the runner reaches the address, and https://status.modal.com.'

function unknownHost({ asked }: HealthTarget): string {
  return isModalHost(webUrl(asked)?.hostname ?? '')
    ? 'The runner cannot resolve the name of an address of Modal: check its DNS, or set HTTPS_PROXY where only a proxy reaches the internet.'
    : 'The name of the custom domain does not resolve. Its DNS record must lead to Modal, as Modal shows it in its settings under Domains.'
}
