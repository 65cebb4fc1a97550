import { existsSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Fault } from '../../../src/faults.ts'
import type { PrefectApi } from '../../../src/prefect/client.ts'
import type { JsonObject } from '../../../src/prefect/json.ts'
import type { Http } from '../../../src/http/client.ts'
import type { Checkout } from '../../world/checkout.ts'
import type { PrefectServer } from '../../world/prefect-server.ts'
import { sharedPrefect } from '../../world/shared-prefect.ts'
import { openApi } from '../api-tools.ts'
import { projectOf, type Rehearsed, rehearsed } from './rehearse-tools.ts'
import { surveyOf, upstream } from './stage.ts'

let server: PrefectServer
let api: PrefectApi
let http: Http
const checkouts: Checkout[] = []

beforeAll(async () => {
  server = sharedPrefect()
  await server.ensurePool('rehearse-pool')
  const opened = openApi(server.url)
  ;({ api, http } = opened)
})

afterAll(async () => {
  for (const checkout of checkouts) checkout.remove()
  await http.close()
})

async function project(files: Readonly<Record<string, string>>): ReturnType<typeof projectOf> {
  const made = await projectOf(files)
  checkouts.push(made.checkout)
  return made
}

const flowOf = (name: string, before = ''): string =>
  `${before}\nfrom prefect import flow\n\n\n@flow(name="${name}")\ndef main(n: int = 1):\n    pass\n`

const SHELL = 'prefect.deployments.steps.run_shell_script'
const POOL = 'work_pool: {name: rehearse-pool}'

/** The body of the write of each entry, by the name of its deployment. */
function bodies({ entries }: Pick<Rehearsed, 'entries'>): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(entries.map(({ recorded }) => [recorded.name, recorded.write.body]))
}

async function liveNames(): Promise<readonly string[]> {
  return (await server.deployments()).map(({ name }) => name).filter((name) => name.startsWith('rehearse-'))
}

const BUILDS = `
build:
  - ${SHELL}: {id: stamp, script: "sh -c 'echo made > made.txt; echo 1.2.3'", stream_output: false}
deployments:
  - name: rehearse-image
    entrypoint: flows.py:main
    version: "{{ stamp.stdout }}"
    tags: ["v{{ stamp.stdout }}", fixed]
    work_pool:
      name: rehearse-pool
      job_variables:
        env:
          BUILD: "{{ stdout }}"
          API: "{{ $PREFECT_API_URL }}"
          TOKEN: "id {{ $MODAL_TOKEN_ID }}"
  - {name: "rehearse-{{ stamp.stdout }}", entrypoint: "flows.py:main", ${POOL}}
  - name: rehearse-docker
    entrypoint: flows.py:main
    build: [{prefect_docker.deployments.steps.build_docker_image: {id: image, image_name: i, dockerfile: auto}}]
    ${POOL}
`
const PLAIN = `
pull: [{prefect.deployments.steps.git_clone: {id: clone, repository: "https://example.com/r.git"}}]
deployments:
  - {name: rehearse-plain, entrypoint: "flows.py:main", ${POOL}, schedules: [{cron: "0 0 * * *"}], triggers: [{expect: [a.b]}]}
`
const ENV = { MODAL_TOKEN_ID: 'ak-the-real-one', MODAL_TOKEN_SECRET: 'as-not-named', PREFECT_API_KEY: 'pnu_not_named' }

describe('what a rehearsal records', () => {
  test('a file with build steps, planned without running them, and then with what they give', async () => {
    const { checkout, manifests } = await project({
      'flows.py': flowOf('rehearse-f'),
      'builds.yaml': BUILDS,
      'plain.yaml': PLAIN,
    })
    // The copy of the file lies elsewhere; it must be the same to the oldest version, the newest and the one in between.
    const planned = await rehearsed({ api, checkout, manifests, env: ENV, version: '3.9.1' })
    const pull = [{ 'prefect.deployments.steps.set_working_directory': { directory: checkout.path } }]
    const inImage = [
      {
        'prefect.deployments.steps.set_working_directory': {
          directory: `/opt/prefect/${path.basename(checkout.path)}`,
        },
      },
    ]
    expect([planned.unsound, planned.faults, planned.left, planned.processes]).toEqual([[], [], [], 2])
    expect(existsSync(path.join(checkout.path, 'made.txt'))).toBe(false)
    const token = planned.standIns.env['MODAL_TOKEN_ID'] ?? ''
    expect(bodies(planned)).toMatchObject({
      'rehearse-image': {
        version: 'known after build',
        tags: ['vknown after build', 'fixed'],
        job_variables: { env: { BUILD: 'known after build', API: server.url, TOKEN: `id ${token}` } },
        pull_steps: pull,
      },
      'rehearse-docker': { pull_steps: inImage },
      'rehearse-plain': { schedules: [{ schedule: { cron: '0 0 * * *' } }] },
    })
    expect(
      planned.entries.map(({ manifest, entry, recorded }) => [
        manifest.file,
        entry.name.text,
        recorded.automations.length,
      ]),
    ).toEqual([
      ['builds.yaml', 'rehearse-image', 0],
      ['builds.yaml', 'rehearse-docker', 0],
      ['plain.yaml', 'rehearse-plain', 1],
    ])
    expect(planned.entries[0]?.entry.builds).toBe(true)
    expect(planned.needsBuild.map(({ fault }) => fault.message)).toEqual([
      '`rehearse-{{ stamp.stdout }}` cannot be planned before its build steps run: its `name` asks for `{{ stamp.stdout }}`.',
    ])
    expect(planned.log).toContain("Deployment 'rehearse-f/rehearse-plain' computed; nothing is written yet")
    expect(planned.log).not.toMatch(/successfully created|deployment run|View Deployment|ak-the-real-one/)

    const built = await rehearsed({
      api,
      checkout,
      manifests,
      env: ENV,
      steps: 'run',
      wanted: ['rehearse-image', 'rehearse-{*'],
    })
    expect([built.unsound, built.faults, built.needsBuild, built.left]).toEqual([[], [], [], []])
    expect(existsSync(path.join(checkout.path, 'made.txt'))).toBe(true)
    expect(bodies(built)).toMatchObject({
      'rehearse-image': {
        version: '1.2.3',
        tags: ['v1.2.3', 'fixed'],
        job_variables: { env: { BUILD: '1.2.3' } },
        pull_steps: pull,
      },
      'rehearse-1.2.3': { pull_steps: pull },
    })
    expect(await liveNames()).toEqual([])
  })
})

/** Posts to the API when it is imported, past Prefect's own client. */
const posting = (calls: string): string => `import os, httpx\n\napi = os.environ["PREFECT_API_URL"]\n${calls}`

const CREATES = `flow = httpx.post(api + "/flows/", json={"name": "rehearse-beside"}).json()["id"]
httpx.post(api + "/deployments/", json={"name": "rehearse-other", "flow_id": flow})
`

describe('a rehearsal that is not sound says why', () => {
  test('a build step that writes and hides that it failed, requests of a flow file', async () => {
    const { checkout, manifests } = await project({
      'flows.py': flowOf('rehearse-g'),
      'posts.py': flowOf('rehearse-h', posting('httpx.post(api + "/block_types/", json={})')),
      'creates.py': flowOf('rehearse-i', posting(CREATES)),
      'step.yaml': `
build: [{${SHELL}: {script: "sh -c 'prefect variable set rehearse_x y || true'"}}]
deployments: [{name: rehearse-step, entrypoint: "flows.py:main", ${POOL}}]`,
      'posts.yaml': `deployments: [{name: rehearse-posts, entrypoint: "posts.py:main", ${POOL}}]`,
      'creates.yaml': `deployments: [{name: rehearse-creates, entrypoint: "creates.py:main", ${POOL}}]`,
    })
    const { unsound, faults, log } = await rehearsed({ api, checkout, manifests, steps: 'run' })
    expect(faults).toEqual([])
    expect(unsound).toEqual([
      expect.stringContaining('`POST /variables/` would write something else'),
      expect.stringContaining('`POST /block_types/` would write something else'),
      expect.stringContaining('`rehearse-beside/rehearse-other` was written beside the deployments of the files'),
    ])
    expect(log).not.toMatch(/127\.0\.0\.1:\d+\/[\w-]{24}/)
    expect(await liveNames()).toEqual([])
  })

  test('a version that is not known, of which nothing is run', async () => {
    const { checkout, manifests } = await project({ 'flows.py': flowOf('rehearse-g'), 'plain.yaml': PLAIN })
    for (const said of ['3.3.7', '3.10.0']) {
      const { unsound, entries, processes } = await rehearsed({ api, checkout, manifests, met: surveyOf(), said })
      expect([unsound, entries, processes]).toEqual([
        [expect.stringContaining(`Prefect ${said} was not tested`)],
        [],
        0,
      ])
    }
  })
})

describe('a rehearsal that does not come to its end', () => {
  test('a flow file that ends the process well, of a file whose steps are left out', async () => {
    const { checkout, manifests } = await project({
      'flows.py': flowOf('rehearse-g'),
      'ends.py': `import sys\nsys.exit(0)\n${flowOf('rehearse-j')}`,
      'ends.yaml': `
build: [{${SHELL}: {id: stamp, script: "false"}}]
deployments:
  - {name: rehearse-k, entrypoint: "flows.py:main", ${POOL}, version: "{{ stamp.stdout }}"}
  - {name: rehearse-ends, entrypoint: "ends.py:main", ${POOL}}`,
    })
    const { faults, entries, unsound } = await rehearsed({ api, checkout, manifests, version: '3.4.25' })
    expect(bodies({ entries })).toEqual({
      'rehearse-k': expect.objectContaining({
        version: 'known after build',
        pull_steps: [{ 'prefect.deployments.steps.set_working_directory': { directory: checkout.path } }],
      }),
    })
    expect(faults).toEqual([
      {
        manifest: manifests[0],
        entry: manifests[0]?.deployments[1],
        fault: expect.objectContaining({ kind: 'user', hint: expect.stringContaining('sys.exit') }),
      },
    ])
    expect(unsound).toEqual([])
  })

  test('what the workspace refused comes before what the command made of it', async () => {
    const { checkout, manifests } = await project({ 'flows.py': flowOf('rehearse-g'), 'plain.yaml': PLAIN })
    const { api: refusing } = upstream({ 'GET /work_pools/rehearse-pool': [403, { detail: 'Forbidden' }] })
    const { faults, unsound, log } = await rehearsed({ api: refusing, checkout, manifests, met: surveyOf() })
    expect(faults.map(({ fault }) => [fault.kind, fault.message.slice(0, 30)])).toEqual([
      ['target', expect.stringContaining('Reading the work pool')],
      [expect.any(String), expect.stringContaining('Rehearsing `rehearse-plain`')],
    ])
    expect(unsound).toEqual([])
    expect(log).toContain('https://prefect.example/api/work_pools/rehearse-pool')
    expect(log).not.toContain('127.0.0.1')
  })

  test('a cancelled step says so, and no other command is begun', async () => {
    const { checkout, manifests } = await project({
      'flows.py': flowOf('rehearse-g'),
      'a.yaml': PLAIN,
      'b.yaml': PLAIN,
      'c.yaml': PLAIN,
    })
    const signal = AbortSignal.abort(new Fault('cancelled', 'The step was cancelled.'))
    const { faults, processes, left } = await rehearsed({ api, checkout, manifests, met: surveyOf(), signal })
    expect(faults.map(({ fault }) => fault.kind)).toEqual(['cancelled', 'cancelled', 'cancelled'])
    expect(processes).toBeLessThanOrEqual(2)
    expect(left).toEqual([])
  })
})
