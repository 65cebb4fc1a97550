import { type Answer, refused, said } from './answers.ts'
import {
  createAutomation,
  deleteAutomation,
  deleteOwned,
  readAutomation,
  relatedTo,
  updateAutomation,
} from './automations.ts'
import {
  createBlock,
  createBlockSchema,
  createBlockType,
  createVariable,
  readBlock,
  readBlockType,
  readVariable,
} from './blocks.ts'
import {
  createFlow,
  createSchedules,
  deleteDeployment,
  deleteSchedule,
  pauseDeployment,
  readByName,
  readById,
  readFlow,
  readSchedules,
  updateSchedule,
} from './deployment-routes.ts'
import { createDeployment, updateDeployment } from './deployments.ts'
import { filterAutomations, filterDeployments, filterFlows } from './filters.ts'
import { createPool, readPool, readQueue, readWorkers, updatePool } from './pools.ts'
import type { State } from './state.ts'

/** A request below `/api`, its path decoded and without what stands behind `?`. */
export type Asked = Readonly<{ method: string; path: string; query: URLSearchParams; body: unknown }>

type Handler = (state: State, asked: Asked, parts: readonly string[]) => Answer

/** Method and path, with `:id` for a UUID and `*` for a segment. */
const ROUTES: readonly (readonly [string, Handler])[] = [
  ['GET /health', () => said(true)],
  ['GET /ready', () => said({ message: 'OK' })],
  ['GET /version', () => said('0.8.4')],
  ['GET /admin/version', () => said('3.8.8')],
  ['GET /csrf-token', () => refused(422, 'CSRF protection is disabled.')],
  ['POST /flows/', (state, { body }) => createFlow(state, body)],
  ['POST /flows/filter', (state, { body }) => filterFlows(state, body, 'rows')],
  ['POST /flows/count', (state, { body }) => filterFlows(state, body, 'count')],
  ['GET /flows/name/*', (state, _, [name = '']) => readFlow(state, { name })],
  ['GET /flows/:id', (state, _, [id = '']) => readFlow(state, { id })],
  ['POST /deployments/', (state, { body }) => createDeployment(state, body)],
  ['POST /deployments/filter', (state, { body }) => filterDeployments(state, body, 'rows')],
  ['POST /deployments/count', (state, { body }) => filterDeployments(state, body, 'count')],
  ['GET /deployments/name/*/*', (state, _, [flow = '', name = '']) => readByName(state, flow, name)],
  ['GET /deployments/:id', (state, _, [id = '']) => readById(state, id)],
  ['PATCH /deployments/:id', (state, { body }, [id = '']) => updateDeployment(state, id, body)],
  ['DELETE /deployments/:id', (state, _, [id = '']) => deleteDeployment(state, id)],
  ['POST /deployments/:id/pause_deployment', (state, _, [id = '']) => pauseDeployment(state, id, true)],
  ['POST /deployments/:id/resume_deployment', (state, _, [id = '']) => pauseDeployment(state, id, false)],
  ['GET /deployments/:id/schedules', (state, _, [id = '']) => readSchedules(state, id)],
  ['POST /deployments/:id/schedules', (state, { body }, [id = '']) => createSchedules(state, id, body)],
  [
    'PATCH /deployments/:id/schedules/:id',
    (state, { body }, [id = '', schedule = '']) => updateSchedule(state, { id, schedule }, body),
  ],
  [
    'DELETE /deployments/:id/schedules/:id',
    (state, _, [id = '', schedule = '']) => deleteSchedule(state, { id, schedule }),
  ],
  ['POST /automations/', (state, { body }) => createAutomation(state, body)],
  ['POST /automations/filter', (state, { body }) => filterAutomations(state, body, 'rows')],
  ['POST /automations/count', (state, { body }) => filterAutomations(state, body, 'count')],
  ['GET /automations/related-to/*', (state, _, [resource = '']) => relatedTo(state, resource)],
  ['DELETE /automations/owned-by/*', (state, _, [resource = '']) => deleteOwned(state, resource)],
  ['GET /automations/:id', (state, _, [id = '']) => readAutomation(state, id)],
  ['PUT /automations/:id', (state, asked, [id = '']) => updateAutomation(state, id, asked)],
  ['PATCH /automations/:id', (state, asked, [id = '']) => updateAutomation(state, id, asked)],
  ['DELETE /automations/:id', (state, _, [id = '']) => deleteAutomation(state, id)],
  ['POST /work_pools/', (state, { body }) => createPool(state, body)],
  ['GET /work_pools/*', (state, _, [name = '']) => readPool(state, name)],
  ['PATCH /work_pools/*', (state, { body }, [name = '']) => updatePool(state, name, body)],
  ['GET /work_pools/*/queues/*', (state, _, [pool = '', name = '']) => readQueue(state, pool, name)],
  ['POST /work_pools/*/workers/filter', (state, _, [name = '']) => readWorkers(state, name)],
  ['POST /block_types/', (state, { body }) => createBlockType(state, body)],
  ['GET /block_types/slug/*', (state, _, [slug = '']) => readBlockType(state, slug)],
  ['POST /block_schemas/', (state, { body }) => createBlockSchema(state, body)],
  ['POST /block_documents/', (state, { body }) => createBlock(state, body)],
  [
    'GET /block_types/slug/*/block_documents/name/*',
    (state, { query }, [type = '', name = '']) =>
      readBlock(state, { type, name }, query.get('include_secrets') === 'true' ? 'with secrets' : 'covered'),
  ],
  ['POST /variables/', (state, { body }) => createVariable(state, body)],
  ['GET /variables/name/*', (state, _, [name = '']) => readVariable(state, name)],
]

const UUID = '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})'

const COMPILED = ROUTES.map(([route, handler]) => {
  const [method = '', path = ''] = route.split(' ')
  const pattern = new RegExp(`^${path.replaceAll(':id', UUID).replaceAll('*', '([^/]+)')}$`)
  return { method, pattern, handler }
})

/** Answers one request as the server would, and changes the state. */
export function answered(state: State, asked: Asked): Answer {
  const matching = COMPILED.filter(({ pattern }) => pattern.test(asked.path))
  if (matching.length === 0) return refused(404, 'Not Found')
  const route = matching.find(({ method }) => method === asked.method)
  if (route === undefined) return refused(405, 'Method Not Allowed')
  return route.handler(state, asked, route.pattern.exec(asked.path)?.slice(1) ?? [])
}
