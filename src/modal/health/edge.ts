import type { FaultKind } from '../../faults.ts'
import type { HttpAnswer } from '../../http/client.ts'
import type { HealthTarget } from './targets.ts'
import { isServerHost } from './url.ts'

/** What an answer or a trouble that is not the wanted one means for the polling. */
export type Meaning = Readonly<{
  /** One word for what is the matter: as long as it stays the same, `patience` runs. */
  id: string
  /** Seconds after which it does not pass any more; 0: at once, Infinity: it may pass until the deadline. */
  patience: number
  kind: FaultKind
  hint: string
}>

/** One text of Modal's own proxy. */
type EdgeText = Readonly<{
  id: string
  text: RegExp
  patience: number
  kind: FaultKind
  hint: (target: HealthTarget) => string
}>

/** What the bodies of Modal's own proxy begin with (text/plain). */
const PREFIX = 'modal-http: '
/** Characters of a body in which a text is looked for. */
const LONGEST_TEXT = 2000
/** Seconds that the edge may need to learn the address of a function that was just deployed. */
const UNTIL_ROUTED = 30
const PASSING = Number.POSITIVE_INFINITY

/**
 * The texts of Modal's proxy behind `modal-http: `. Those about credentials stand in Modal's guide "Proxy Auth Tokens";
 * all others are as public logs and issues of 2025 and 2026 show them. What is not here is told by its status.
 */
const EDGE_TEXTS: readonly EdgeText[] = [
  {
    id: 'proxy-token',
    text: /(?:missing|invalid) credentials for proxy authorization/,
    patience: 0,
    kind: 'target',
    hint: proxyToken,
  },
  {
    id: 'app-stopped',
    text: /app for invoked web endpoint is stopped/,
    patience: 0,
    kind: 'refusal',
    hint: () =>
      'Somebody or something stopped the app after this deploy. Run the step again: a stopped app can only be deployed anew.',
  },
  {
    id: 'workspace-disabled',
    text: /workspace \S+ is disabled/,
    patience: 0,
    kind: 'refusal',
    hint: () =>
      "Modal disabled the workspace, mostly over its billing. Modal's settings under Usage and Billing say why.",
  },
  {
    id: 'spend-limit',
    text: /spend limit reached/,
    patience: 0,
    kind: 'refusal',
    hint: () => "Raise the spend limit in Modal's settings under Usage and Billing, or wait for the next cycle.",
  },
  {
    id: 'invalid-function-call',
    text: /invalid function call|app not found/,
    patience: UNTIL_ROUTED,
    kind: 'refusal',
    hint: (target) =>
      `Modal knows no function at this address. Another deploy may have taken it or stopped the app: \`modal app history ${target.app}${inEnvironment(target)}\` tells.`,
  },
  {
    id: 'queue-full',
    text: /pending input queue limit/,
    patience: PASSING,
    kind: 'remote',
    hint: (target) =>
      `Too many requests wait for ${target.function}. Raise its \`max_containers\`, or look why its containers do not start: ${logs(target)}.`,
  },
  {
    id: 'signal',
    text: /terminated by signal/,
    patience: PASSING,
    kind: 'remote',
    hint: (target) =>
      `The container was killed, mostly because it was short of memory: raise \`memory=\` of the function. Its last lines: ${logs(target)}.`,
  },
  {
    id: 'timed-out',
    text: /function (?:execution|call) timed out/,
    patience: PASSING,
    kind: 'remote',
    hint: (target) =>
      `The function ran into its own \`timeout=\` (300 s unless it says otherwise). Raise it, or ask something quicker by \`path:\`. Its log: ${logs(target)}.`,
  },
  {
    id: 'no-port',
    text: /Waited too long for port/,
    patience: PASSING,
    kind: 'remote',
    hint: (target) =>
      `The web server in the container must listen on 0.0.0.0, not on localhost, and on the port that \`@modal.web_server\` names; one that is slow to start needs a larger \`startup_timeout=\`. Its log: ${logs(target)}.`,
  },
  {
    id: 'lost-input',
    text: /lost track of input|Missing request/,
    patience: PASSING,
    kind: 'remote',
    hint: () => 'Modal lost the request. See https://status.modal.com, then run the step again.',
  },
]

/** What Modal's proxy means by its own answer; `undefined` where the app itself answered. */
export function edgeMeaning(target: HealthTarget, answer: HttpAnswer, hostname: string): Meaning | undefined {
  if (answer.status < 400) return undefined
  // A server's edge holds no request: it says 503 at once, and starts a container (Modal's guide "Servers").
  if (answer.status === 503 && isServerHost(hostname)) return noContainer(target)
  if (!answer.text.startsWith(PREFIX)) return undefined
  const said = answer.text.slice(0, LONGEST_TEXT)
  const known = EDGE_TEXTS.find(({ text }) => text.test(said))
  if (known !== undefined) {
    const { id, patience, kind, hint: tell } = known
    return { id, patience, kind, hint: tell(target) }
  }
  if (answer.status === 401 || answer.status === 403) return refusedToken(target)
  const hint = `Modal's own proxy answered, not the app. See https://status.modal.com and the log of the app: ${logs(target)}.`
  return { id: `edge-${answer.status}`, patience: PASSING, kind: 'remote', hint }
}

/** Whether an answer is that of Modal's proxy to a request without the token that it wants, whatever its words. */
export function refusedToken(target: HealthTarget): Meaning {
  return { id: 'proxy-token', patience: 0, kind: 'target', hint: proxyToken(target) }
}

/** A request with either form of a proxy token (Modal's guide "Proxy Auth Tokens"). */
export function bringsToken({ headers }: HealthTarget): boolean {
  const names = new Set(Object.keys(headers))
  return (names.has('modal-key') && names.has('modal-secret')) || names.has('authorization')
}

function noContainer(target: HealthTarget): Meaning {
  const hint = `No container of ${target.function} became ready. Its log says why: ${logs(target)}. One that is slow to start needs a larger \`startup_timeout=\` in the app, and a larger \`health-timeout\` here.`
  return { id: 'no-container', patience: PASSING, kind: 'remote', hint }
}

function proxyToken(target: HealthTarget): string {
  const how =
    'Put `Modal-Key: ${{ secrets.MODAL_PROXY_KEY }}` and `Modal-Secret: ${{ secrets.MODAL_PROXY_SECRET }}` into the input `health-headers`, one a line.'
  const what =
    "They hold a proxy token (`wk-…` and `ws-…`) of Modal's settings under Proxy Auth Tokens, not the token of the API"
  const where =
    target.environment === undefined ? '' : `, and it must be allowed in the environment ${target.environment}`
  return `${how} ${what}${where}.`
}

/** The command that shows the log of an app. */
export function logs(target: HealthTarget): string {
  return `\`modal app logs ${target.app}${inEnvironment(target)}\``
}

function inEnvironment({ environment }: HealthTarget): string {
  return environment === undefined || environment === '' ? '' : ` --env ${environment}`
}
