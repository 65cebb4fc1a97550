import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import { type ModalControlPlane, type ModalControlPlaneOptions, startModalControlPlane } from './modal-control-plane.ts'
import { type PrefectServer, startPrefectServer } from './prefect-server.ts'
import { tools } from './tools.ts'
import { startWebGateway, type WebGateway } from './web-gateway.ts'
import { startWire, type Wire } from './wire.ts'
import { type Distance, startDistance } from './distance.ts'

/** Everything that a step talks to, on loopback. */
export type World = Readonly<{
  prefect: PrefectServer
  /** What goes to Prefect goes over this wire, which keeps the record of it. */
  wire: Wire
  modal: ModalControlPlane
  gateway: WebGateway
  /** What a workflow would put into the step's `env`. */
  env: Readonly<Record<string, string>>
  stop: () => Promise<void>
}>

export type WorldOptions = Readonly<{
  /** A server that other tests use too and that is not stopped with this world. */
  prefect?: PrefectServer
  modal?: Omit<ModalControlPlaneOptions, 'python'>
  /** Milliseconds of a round trip to each server; absent: as long as loopback takes. */
  roundTripMs?: number
}>

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { modal: python } = await tools()
  const [prefect, modal] = await Promise.all([
    options.prefect ?? startPrefectServer(),
    startModalControlPlane({ ...options.modal, python }),
  ])
  const gateway = await startWebGateway({ controlPlane: modal })
  const wire = await startWire(prefect.url)
  const distances: Distance[] = []
  const far = async (url: string): Promise<string> => {
    if (options.roundTripMs === undefined) return url
    const distance = await startDistance(Number(new URL(url).port), options.roundTripMs)
    distances.push(distance)
    return url.replace(/:\d+/, `:${distance.port}`)
  }
  return {
    prefect,
    wire,
    modal,
    gateway,
    env: {
      ...modal.environment,
      PREFECT_API_URL: await far(wire.url),
      MODAL_SERVER_URL: await far(modal.url),
      HTTPS_PROXY: await far(gateway.proxyUrl),
      // Package indexes are reached as the machine reaches them; only the web addresses of apps go to the gateway.
      NO_PROXY: (await packageHosts()).join(','),
      NODE_EXTRA_CA_CERTS: bundleOf(gateway.caFile),
    },
    stop: async () => {
      await Promise.all(distances.map((distance) => distance.stop()))
      await wire.stop()
      await gateway.stop()
      await modal.stop()
      if (options.prefect === undefined) await prefect.stop()
    },
  }
}

/** Hosts of the package indexes that pip and uv are set up for: pip's own defaults, and what the environment says. */
async function packageHosts(): Promise<string[]> {
  const { python } = await tools()
  const ask = 'from pip._internal.models.index import PyPI; print(PyPI.netloc, PyPI.file_storage_domain)'
  const defaults = (await promisify(execFile)(python, ['-c', ask])).stdout.trim().split(' ')
  const named = ['PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'UV_INDEX']
  const urls = named.flatMap((name) => (process.env[name] ?? '').split(/\s+/).filter((url) => URL.canParse(url)))
  return [...defaults, ...urls.map((url) => new URL(url).hostname)]
}

/** The gateway's authority beside those that the machine already trusts for its package index. */
function bundleOf(caFile: string): string {
  const own = process.env['NODE_EXTRA_CA_CERTS']
  if (own === undefined) return caFile
  const file = path.join(path.dirname(caFile), 'bundle.pem')
  writeFileSync(file, `${readFileSync(caFile, 'utf8')}\n${readFileSync(own, 'utf8')}`)
  return file
}
