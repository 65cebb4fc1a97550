import type { Struck } from '../../prefect/faults/kinds.ts'
import { faultsOf } from '../../prefect/faults/workspaces.ts'
import { listIn, rowIn, type Row, type Rows } from '../../prefect/model/rows.ts'
import type { Ground } from '../../prefect/model/play.ts'
import { FLOWS, POOL, type ProjectFile, textOf } from '../../prefect/model/project.ts'
import { ownerOf } from '../../prefect/model/seen.ts'
import type { StepOptions, StepResult } from '../../prefect/model/step.ts'
import type { Mishap } from '../../prefect/model/workspace.ts'
import { layOut } from '../../world/checkout.ts'
import { type PrefectServer, startPrefectServer } from '../../world/prefect-server.ts'
import { runStep } from '../../world/runner.ts'
import { startWire, type Wire } from '../../world/wire.ts'
import { UNAVAILABLE } from '../../world/wire-faults.ts'
import { SMALL_PROJECT } from '../small-project.ts'
import { UV_CACHE } from '../../world/tools.ts'
import { keptEnvironment, TOOLS } from '../stage.ts'

/** Prefect's own server, its own command and this action, for one sequence after the other. */
export type RealGround = Readonly<{
  /** What the sequence before has left is gone. */
  emptied: () => Promise<Ground>
  /** Lets a trouble meet the next step. */
  strike: (struck: Struck) => void
  /** Requests of all steps so far. */
  requests: () => number
  stop: () => Promise<void>
}>

const PACKAGES = SMALL_PROJECT['pyproject.toml'] ?? ''

/** The flow that the bodies of the model were recorded of. */
const flowFile = (name: string): string => `from typing import Optional

from prefect import flow


@flow(name=${JSON.stringify(name)})
def ${name}(n: int = 1, name: str = "x", config: Optional[dict] = None):
    """Varies.

    Args:
        n: How many.
    """
`

/** Opens one, with a server of its own. */
export async function openRealGround(): Promise<RealGround> {
  const [server, checkout] = await Promise.all([
    startPrefectServer(),
    layOut(
      {
        '.gitignore': SMALL_PROJECT['.gitignore'] ?? '',
        'pyproject.toml': PACKAGES,
        ...Object.fromEntries(FLOWS.map((name) => [`flows/${name}.py`, flowFile(name)])),
      },
      { lock: true },
    ),
  ])
  const wire = await startWire(server.url)
  await server.createPool(POOL)
  let commits = 0
  const ground: Ground = {
    workspace: { rows: () => rowsOn(server), person: server.call },
    committed: (file) => {
      commits += 1
      return checkout.commit({ 'prefect.yaml': textOf(file), 'notes.txt': `${commits}\n` })
    },
    deployed: (options) => stepOn({ server, wire, folder: checkout.path }, options),
  }
  return {
    emptied: async () => {
      const { flows, automations } = await rowsOn(server)
      for (const { row } of automations) await server.call('DELETE', `/automations/${row.id}`)
      for (const { id } of flows) await server.call('DELETE', `/flows/${id}`)
      return ground
    },
    strike: (struck) => {
      for (const fault of faultsOf(struck)) wire.fault(fault)
    },
    requests: () => wire.requests().length,
    stop: async () => {
      await wire.stop()
      await server.stop()
      checkout.remove()
    },
  }
}

/** The most that the API gives at once, and more than a sequence makes. */
const PAGE = 200

async function rowsOn({ call }: PrefectServer): Promise<Rows> {
  const [flows = [], deployments = [], automations = []] = await Promise.all(
    ['flows', 'deployments', 'automations'].map(async (kind) => {
      const page = await call('POST', `/${kind}/filter`, { limit: PAGE })
      if (!Array.isArray(page) || page.length === PAGE) throw new Error(`/${kind}/filter: ${JSON.stringify(page)}`)
      return page.map(rowIn).toSorted((one, other) => (one.id < other.id ? -1 : 1))
    }),
  )
  return { flows, deployments, automations: automations.map((row) => ({ row, owner: ownerIn(row) })) }
}

/** What the model's people make of their own is called so; all else starts runs of the deployment that it belongs to. */
function ownerIn(row: Row): string | undefined {
  const id = listIn(row, 'actions')[0]?.['deployment_id']
  return row.name.startsWith('by hand') || typeof id !== 'string' ? undefined : ownerOf(id)
}

type Place = Readonly<{ server: PrefectServer; wire: Wire; folder: string }>

async function stepOn({ server, wire, folder }: Place, options: StepOptions): Promise<StepResult> {
  const { commit, preserve, orphans, mishap } = options
  const sent = wire.writes().length
  const stopped = new AbortController()
  if (mishap !== undefined) {
    await befall({ server, wire }, { mishap, file: options.file, stop: () => stopped.abort() })
  }
  const { report, log } = await runStep({
    workspace: folder,
    toolCache: TOOLS,
    event: { name: 'push', sha: commit },
    inputs: { 'modal-apps': '', 'preserve-operator-state': String(preserve), orphans },
    env: {
      ...keptEnvironment(PACKAGES),
      UV_CACHE_DIR: UV_CACHE,
      PREFECT_API_URL: wire.url,
      SWITCHED_ON: 'true',
      SWITCHED_OFF: 'false',
    },
    onStart: (cancel) => stopped.signal.addEventListener('abort', cancel),
  })
  wire.heal()
  if (report === undefined) throw new Error(`no report: ${log}`)
  return { report, writes: wire.writes().slice(sent) }
}

const ANY = /^/
/** Where a step writes, and looks at one thing. */
const ONE_THING = { path: /\/(?:flows|deployments|automations)\/(?:[0-9a-f-]{36})?$/ }
const NEW_ONE = { method: 'POST', path: /\/deployments\/$/ }
const DENIED = { status: 401, body: '{"detail":"Unauthorized"}' }
const REFUSED = { status: 422, body: '{"detail":"Validation failed for field"}' }

/** Lets it happen on the wire; `stop` is called when the step is to be stopped. */
async function befall(
  { server, wire }: Pick<Place, 'server' | 'wire'>,
  { mishap, file, stop }: Readonly<{ mishap: Mishap; file: ProjectFile; stop: () => void }>,
): Promise<void> {
  switch (mishap.kind) {
    case 'reset':
      return wire.fault({ path: ANY, nth: mishap.nth + 1, times: 1, breaks: mishap.when })
    case '503':
    case 'down':
      return wire.fault({ path: ANY, nth: mishap.nth + 1, times: 1, answer: UNAVAILABLE })
    case 'denied':
      wire.fault({ path: ANY, times: mishap.nth, delayMs: 0 })
      return wire.fault({ path: ANY, answer: DENIED })
    case 'refused': {
      const name = file[mishap.place % file.length]?.name
      const ids = (await rowsOn(server)).deployments.flatMap((row) => (row.name === name ? [row.id] : []))
      const writes = ids.length === 0 ? NEW_ONE : { method: 'PATCH', path: new RegExp(`/(?:${ids.join('|')})$`) }
      return wire.fault({ ...writes, answer: REFUSED })
    }
    case 'refused automations':
      return wire.fault({ method: 'POST', path: /\/automations\/$/, answer: REFUSED })
    case 'stop': {
      const come = mishap.when === 'before' ? wire.reached : wire.answered
      void come(ONE_THING, mishap.nth + 1).then(stop)
    }
  }
}
