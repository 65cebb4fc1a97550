import { Fault } from '../../faults.ts'
import { nearest } from '../../nearest.ts'
import { oneLine } from '../../process/one-line.ts'
import { type HealthContract, referenceOf } from '../app-request.ts'
import type { AppDeploy } from '../deploy.ts'
import type { Endpoint } from '../deploy-output.ts'
import { joinUrl, webUrl } from './url.ts'

/** One web endpoint to ask, and what it must answer. */
export type HealthTarget = Readonly<{
  /** The deployment's name. */
  app: string
  /** The app as `modal-apps` names it (`modal_app.py`, `-m pkg.app`). */
  reference: string
  environment?: string
  /** As Modal names it (`web`, `Model.api`); where a contract names an address, its host and path. */
  function: string
  /** What a person opens: the custom domain where there is one. */
  url: string
  customDomains: readonly string[]
  /** Modal's proxy lets nothing through to it that brings no proxy token. */
  requiresProxyAuth: boolean
  /** The address that is asked. */
  asked: string
  method: HealthContract['method']
  body?: string
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>
  /** The one status that is right; absent: any 2xx. */
  status?: number
  /** Values that the JSON answer must hold; a dot in a key goes one level down. */
  json: HealthContract['json']
  /** Seconds until it must have answered well. */
  timeout: number
  /** A contract of `modal-apps` says all this; else it is what is asked of every endpoint. */
  declared: boolean
}>

/** What holds where no contract says otherwise: the inputs `health-path`, `health-timeout` (seconds), `health-headers`. */
export type HealthDefaults = Readonly<{ path: string; timeout: number; headers: Readonly<Record<string, string>> }>

export type HealthTargets = Readonly<{ targets: readonly HealthTarget[]; faults: readonly Fault[] }>

type Deployed = Pick<AppDeploy, 'request' | 'endpoints' | 'name'> & Partial<Pick<AppDeploy, 'environment'>>
type Place = Pick<HealthTarget, 'function' | 'url' | 'customDomains' | 'requiresProxyAuth'>

/**
 * What is asked of an app that is deployed: each contract of its own, or, where it has none, every endpoint that it
 * published. The faults are of kind `user` for a contract that can never hold, `remote` for an address that is none.
 */
export function healthTargets(deploy: Deployed, defaults: HealthDefaults): HealthTargets {
  const { health } = deploy.request
  const found =
    health.length > 0
      ? health.map((contract) => declaredTarget(contract, deploy, defaults))
      : deploy.endpoints.map((endpoint) => defaultTarget(endpoint, deploy, defaults))
  return {
    targets: found.filter((one): one is HealthTarget => !(one instanceof Fault)),
    faults: found.filter((one) => one instanceof Fault),
  }
}

function defaultTarget(endpoint: Endpoint, deploy: Deployed, defaults: HealthDefaults): HealthTarget | Fault {
  const place = placeOf(endpoint, deploy)
  if (place instanceof Fault) return place
  return {
    ...appOf(deploy),
    ...place,
    asked: joinUrl(place.url, pathOf(place.function, defaults)) ?? place.url,
    method: 'GET',
    headers: mergedHeaders(defaults.headers, {}),
    json: {},
    timeout: defaults.timeout,
    declared: false,
  }
}

function declaredTarget(contract: HealthContract, deploy: Deployed, defaults: HealthDefaults): HealthTarget | Fault {
  const place = contractPlace(contract, deploy)
  if (place instanceof Fault) return place
  if (contract.method === 'HEAD' && Object.keys(contract.json).length > 0) return headHasNoBody(place, deploy)
  const path = contract.path ?? (contract.target.kind === 'url' ? '' : pathOf(place.function, defaults))
  const { method, body, status, json } = contract
  const sort: Readonly<Record<string, string>> = isJson(body) ? { 'content-type': 'application/json' } : {}
  return {
    ...appOf(deploy),
    ...place,
    asked: joinUrl(place.url, path) ?? place.url,
    method,
    ...(body === undefined ? {} : { body }),
    headers: mergedHeaders(sort, defaults.headers, contract.headers),
    ...(status === undefined ? {} : { status }),
    json,
    timeout: contract.timeout ?? defaults.timeout,
    declared: true,
  }
}

function appOf({ name, request, environment }: Deployed): Pick<HealthTarget, 'app' | 'reference' | 'environment'> {
  return { app: name, reference: referenceOf(request), ...(environment === undefined ? {} : { environment }) }
}

/** A function that is called `health` is itself what is asked; it has no path of its own below it. */
function pathOf(name: string, defaults: HealthDefaults): string {
  return name.slice(name.lastIndexOf('.') + 1) === 'health' ? '' : defaults.path
}

function contractPlace({ target }: HealthContract, deploy: Deployed): Place | Fault {
  if (target.kind === 'url') return addressPlace(target.url, deploy)
  const endpoint = deploy.endpoints.find((one) => one.function === target.name)
  return endpoint === undefined ? noSuchEndpoint(target.name, deploy) : placeOf(endpoint, deploy)
}

function placeOf(endpoint: Endpoint, { name }: Deployed): Place | Fault {
  const { function: called, customDomains, requiresProxyAuth } = endpoint
  const url = [...customDomains, endpoint.url].find((address) => webUrl(address) !== undefined)
  if (url !== undefined) return { function: called, url, customDomains, requiresProxyAuth }
  return new Fault('remote', `${name}: Modal names \`${oneLine(endpoint.url, 100)}\` as the address of ${called}.`, {
    hint: 'That is no address that can be asked. Name the right one by `url:` under `health` in `modal-apps`.',
  })
}

function addressPlace(address: string, { name }: Deployed): Place | Fault {
  const url = webUrl(address)
  if (url === undefined || url.username !== '' || url.password !== '') {
    return new Fault(
      'user',
      `${name}: \`${oneLine(address, 100)}\` under \`health\` in \`modal-apps\` cannot be asked.`,
      {
        hint: 'An absolute http(s) address is wanted, without a user name or password in it: those go into `headers:`, as `Authorization`.',
      },
    )
  }
  const called = `${url.host}${url.pathname.replace(/\/+$/, '')}`
  return { function: called, url: url.href, customDomains: [], requiresProxyAuth: false }
}

function noSuchEndpoint(wanted: string, { name, endpoints }: Deployed): Fault {
  const there = endpoints.map((endpoint) => endpoint.function)
  const near = nearest(wanted, there)
  return new Fault(
    'user',
    `${name} has no web endpoint \`${oneLine(wanted, 80)}\`, which \`health\` in \`modal-apps\` names.`,
    {
      hint: [
        near === undefined ? '' : `Did you mean \`${near}\`?`,
        there.length === 0 ? 'It published none at all.' : `There are: ${oneLine(there.slice(0, 30).join(', '), 600)}.`,
        'A method is named with its class, as in `Model.api`.',
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
    },
  )
}

function headHasNoBody({ function: called }: Place, { name }: Deployed): Fault {
  return new Fault('user', `${name}: the contract of \`${oneLine(called, 80)}\` wants \`json\` of an answer to HEAD.`, {
    hint: 'An answer to HEAD has no body. Use `method: GET`, or leave `json` out.',
  })
}

/** Later ones win; names are the same in any case. */
function mergedHeaders(...headers: readonly Readonly<Record<string, string>>[]): Readonly<Record<string, string>> {
  const pairs = headers.flatMap((one) => Object.entries(one))
  return Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]))
}

function isJson(body: string | undefined): boolean {
  if (body === undefined || !/^\s*[[{]/.test(body)) return false
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}
