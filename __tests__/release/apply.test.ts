import { expect, test } from '@jest/globals'
import { Fault } from '../../src/faults.ts'
import { machineClock } from '../../src/host.ts'
import { openHttp } from '../../src/http/client.ts'
import { readInputs } from '../../src/inputs/inputs.ts'
import { parseApiUrl } from '../../src/prefect/api-url.ts'
import { openPrefectApi } from '../../src/prefect/client.ts'
import { openLedger } from '../../src/release/ledger.ts'
import { appliedEntries } from '../../src/release/prefect/apply.ts'
import type { PrefectWork } from '../../src/release/prefect-work.ts'
import { manifestFrom } from '../manifest/sample.ts'
import { plannedOf } from '../prefect/apply/plans.ts'
import { NO_PYTHON } from './no-python.ts'

const CANCELLED = new Fault('cancelled', 'The step was cancelled (SIGINT).')
const nothing = (): void => undefined

/** A step that was stopped already; nobody listens at its workspace. */
function stopped(): PrefectWork {
  const { inputs } = readInputs({ GITHUB_WORKSPACE: '.', INPUT_MODE: 'deploy' }, 'step')
  if (inputs === undefined) throw new Error('The inputs are wrong.')
  const http = openHttp({})
  const log = { info: nothing, debug: nothing, group: nothing, warning: nothing }
  const host: PrefectWork['host'] = {
    clock: machineClock,
    log,
    signal: AbortSignal.abort(CANCELLED),
    random: Math.random,
    openHttp: () => http,
    ask: () => Promise.resolve(undefined),
    runStep: () => Promise.reject(new Error('Nothing is run here.')),
    hide: nothing,
    hidden: (text) => text,
    publish: nothing,
  }
  const { url } = parseApiUrl('http://127.0.0.1:9/api', { cloudApiUrl: 'https://api.prefect.cloud/api' })
  const access = { url, from: 'no credential', headers: {} }
  const names = { queues: new Map(), blocks: new Map() }
  return {
    inputs,
    target: {
      api: openPrefectApi({ ...host, http }, access),
      access,
      workspace: {},
      live: { pools: new Map(), queues: new Map(), blocks: new Map(), variables: new Map(), names },
    },
    python: NO_PYTHON,
    selected: [],
    commit: '',
    host,
    log,
    ledger: openLedger(machineClock),
  }
}

test('a step that is stopped before its first write ends as stopped, though no write of it failed', async () => {
  const manifest = manifestFrom('deployments:\n  - name: daily\n')
  const [entry] = manifest.deployments
  if (entry === undefined) throw new Error('There is no deployment.')
  const planned = plannedOf({ flow: 'hello', name: 'daily', kind: 'create' })
  const work = stopped()
  await expect(appliedEntries(work, [{ manifest, entry, planned, notes: [] }])).rejects.toBe(CANCELLED)
  expect(work.ledger.report().deployments).toMatchObject([{ state: 'never-tried', action: 'create' }])
})
