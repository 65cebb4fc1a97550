import type { Endpoint } from './facts.ts'
import { type AppRule, type CheckedApp, quoted } from './rule.ts'

const healthRouteMissing: AppRule = {
  id: 'app-health-route-missing',
  severity: 'notice',
  about:
    'The app has web endpoints, and none of them answers `GET /health` (or the `health-path`): after the deploy it can be said that they are reachable, not that they are healthy. Said only of a file that shows all its routes, and of an app without a `health` contract in `modal-apps`.',
  find: (app) => {
    const { facts, request } = app
    const endpoints = facts.functions.flatMap((one) => one.endpoints)
    const [first] = endpoints
    if (first === undefined || request.health.length > 0 || !isWhole(app)) return []
    const wanted = app.healthPath ?? '/health'
    if (endpoints.some((endpoint) => mayAnswer(endpoint, nameOf(endpoint, app), wanted))) return []
    const which = endpoints.length === 1 ? quoted(first.name) : `None of the ${endpoints.length} web endpoints`
    return [
      {
        message: `${which} ${endpoints.length === 1 ? 'does not answer' : 'answers'} \`GET ${flat(wanted)}\`, so that a deploy can tell that it is reachable, but not that it is healthy.`,
        hint: `Add a route that says \`{"status": "ok"}\`, or declare in \`modal-apps\`, under \`health\`, what a healthy answer is.`,
        at: first,
      },
    ]
  },
}

/** Whether every endpoint of the app can be seen in this file. */
function isWhole({ facts }: CheckedApp): boolean {
  const elsewhere = facts.imports.some(({ place }) => place === 'project' || place === 'unknown')
  const unknown = facts.functions.some(({ lazy, certain, decorators }) => {
    return lazy || !certain || decorators.some(({ path }) => path.startsWith('?.') || path.endsWith('.server'))
  })
  const including = facts.uses.some(({ path }) => path === 'modal.App().include')
  return facts.complete && facts.apps.length === 1 && !elsewhere && !unknown && !including
}

/** The name that Modal shows for an endpoint: that of its function, unless `name` gives another. */
function nameOf(endpoint: Endpoint, { facts }: CheckedApp): string | undefined {
  const owner = facts.functions.find(({ endpoints }) => endpoints.includes(endpoint))
  const given = owner?.decorators.flatMap(({ keywords }) => keywords).find(({ name }) => name === 'name')
  if (given === undefined) return endpoint.name
  return typeof given.value === 'string' ? given.value : undefined
}

/** Whether `GET` of the path may be answered well; a yes where that is not known. */
function mayAnswer(endpoint: Endpoint, name: string | undefined, wanted: string): boolean {
  // A function called health is asked at its own address.
  if (name === undefined || name === 'health' || name.endsWith('.health')) return true
  switch (endpoint.kind) {
    case 'fastapi_endpoint':
    case 'web_endpoint':
      return wanted === '/' && isGet(endpoint)
    case 'web_server':
      return true
    case 'asgi_app':
    case 'wsgi_app':
      return (
        endpoint.routes === null ||
        endpoint.routes.some(({ path, methods }) => methods.includes('get') && fits(path, wanted))
      )
  }
}

function isGet({ keywords }: Endpoint): boolean {
  const method = keywords.find(({ name }) => name === 'method')
  return method === undefined || typeof method.value !== 'string' || method.value.toUpperCase() === 'GET'
}

/** Whether a route of FastAPI (`/{rest:path}`) or Flask (`/<path:rest>`) may take the path. */
function fits(route: string, wanted: string): boolean {
  const parts = route.split('/').filter((part) => part !== '')
  const asked = (wanted.split('?')[0] ?? '').split('/').filter((part) => part !== '')
  if (parts.some((part) => /[{<][^}>]*path/.test(part))) return true
  return parts.length === asked.length && parts.every((part, index) => /[{<]/.test(part) || part === asked[index])
}

function flat(text: string): string {
  return quoted(text).slice(1, -1)
}

/** Rules about the health of web endpoints. */
export const HEALTH_RULES: readonly AppRule[] = [healthRouteMissing]
