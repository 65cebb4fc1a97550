import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { huge, PAGE } from '../world/wire-faults.ts'
import { expectRefused, expectTidy, expectVerdict } from './refusals.ts'
import { modalApp, prefectYaml, SMALL_PROJECT } from './small-project.ts'
import { openStage, type Played, type Scenario } from './stage.ts'

const stage = openStage()
/** Milliseconds: some of these have several steps one after another. */
const LONG = 300_000
const made = z.looseObject({ id: z.string() })

type Entry = Readonly<{ name: string; extra?: readonly string[] }>

/** A flow of a name of its own, and a file of deployments of it, without an app. */
function project(flow: string, entries: readonly Entry[], more = ''): Record<string, string | null> {
  return {
    ...SMALL_PROJECT,
    'modal_app.py': null,
    'flows/hello.py': `from prefect import flow\n${more}\n\n@flow(name=${JSON.stringify(flow)})\ndef hello(name: str = "you"):\n    pass\n`,
    'prefect.yaml': prefectYaml(entries),
  }
}

const ALONE: Scenario = { inputs: { 'modal-apps': '' } }

/** Action and state of each deployment, by its name. */
function told({ report }: Played): Record<string, unknown> {
  return Object.fromEntries((report?.deployments ?? []).map(({ name, action, state }) => [name, [action, state]]))
}

function messages({ report }: Played): readonly string[] {
  return (report?.faults ?? []).map(({ message, hint }) => `${message} ${hint ?? ''}`)
}

describe('a server that is none', () => {
  it.each([
    ['a page', PAGE, /what answers at .* is not Prefect's API \(status 200, text\/html\)/],
    ['5 MB', huge(5 * 2 ** 20), /what answers at .* is not Prefect's API/],
    ['404 to everything', { status: 404, body: '{"detail":"Not Found"}' }, /Prefect answered 404/],
  ])('(%s) is refused before anything is installed', async (_, answer, message) => {
    const { wire } = stage.world()
    wire.fault({ path: /^/, answer })
    const played = await stage.run({ ...ALONE, files: project('none', [{ name: 'none' }]) })
    wire.heal()
    expectRefused(played, message)
    expect(played.report?.stages.map((row) => row.stage)).not.toContain('environment')
  })
})

describe('a workspace that changes', () => {
  it('between the plan and the apply fails what lost its pool or was deleted, and nothing else', async () => {
    const { prefect, modal } = stage.world()
    await prefect.ensurePool('bad-input-lost')
    const { id: flow } = made.parse(await prefect.call('POST', '/flows/', { name: 'bad-input' }))
    const gone = made.parse(await prefect.call('POST', '/deployments/', { name: 'gone', flow_id: flow }))
    await modal.fault({ rpc: 'AppPublish', app: 'bad-input', hold: true, times: 'always' })
    const publishes = (await modal.calls()).filter(({ rpc }) => rpc === 'AppPublish').length
    const published = modal.arrived('AppPublish', publishes + 1)
    const played = await stage.run({
      files: {
        ...project('bad-input', [{ name: 'gone' }, { name: 'kept' }]),
        'other.yaml': prefectYaml([{ name: 'without-a-pool' }], { pool: 'bad-input-lost' }),
        'modal_app.py': modalApp('bad-input'),
      },
      inputs: { 'prefect-file': 'prefect.yaml\nother.yaml' },
      onStart: () =>
        void published
          .then(() => prefect.call('DELETE', '/work_pools/bad-input-lost'))
          .then(() => prefect.call('DELETE', `/deployments/${gone.id}`))
          .then(() => modal.release()),
    })
    expectVerdict(played, 'not-deployed')
    expect(told(played)).toEqual({
      gone: ['update', 'failed'],
      kept: ['create', 'verified'],
      'without-a-pool': ['create', 'failed'],
    })
    expect(messages(played)).toEqual([
      expect.stringMatching(/bad-input\/gone was deleted in the workspace while this step ran.*run the step again/),
      expect.stringMatching(/Making the deployment `bad-input\/without-a-pool`.*Create the work pool/),
    ])
    expect(played.report?.deployments.flatMap(({ name, wrote }) => (wrote === true ? [name] : []))).toEqual(['kept'])
    expectTidy(played)
  })
})

describe('a build step', () => {
  const STEP = 'prefect.deployments.steps.run_shell_script'

  it(
    'whose output is used is told as not known, and runs once in each deploy, beside odd names',
    async () => {
      const folder = mkdtempSync(path.join(tmpdir(), 'built-'))
      const counted = path.join(folder, 'times')
      const names = [
        `it's "quoted" and spaced `,
        '[red]no colour :smile: =*~^|',
        'a=b;e+f\\g',
        'Grüße 🚀 名前',
        '{curly} $HOME `tick`',
      ]
      const script = `- ${STEP}: { id: image, script: "sh -c 'echo built >> ${counted}; echo tag-7'" }`
      const built = { name: 'built', extra: ['description: "of {{ image.stdout }}"', 'build:', script] }
      const files = project('odd flow [bold]', [...names.map((name) => ({ name })), built])
      const times = (): number => readFileSync(counted, { encoding: 'utf8', flag: 'a+' }).split('\n').length - 1
      const all = (state: string): unknown =>
        Object.fromEntries([...names, 'built'].map((name) => [name, ['create', state]]))

      const plan = await stage.run({
        ...ALONE,
        files,
        event: { name: 'pull_request', ref: 'refs/pull/7/merge', baseRef: 'main' },
      })
      expectVerdict(plan, 'planned')
      expect(times()).toBe(0)
      expect(told(plan)).toEqual(all('planned'))
      const shown = plan.report?.deployments.at(-1)?.changes?.find(({ field }) => field === 'description')
      expect(shown?.wanted).toMatch(/known after build/)

      // By a clock that is an hour off.
      stage.world().wire.fault({ path: /^/, clockAhead: -3600 })
      const deploy = await stage.again(plan, ALONE)
      expectVerdict(deploy, 'verified')
      expect(times()).toBe(1)
      expect(told(deploy)).toEqual(all('verified'))
      const id = deploy.report?.deployments.at(-1)?.id
      expect(await stage.world().prefect.call('GET', `/deployments/${id}`)).toMatchObject({ description: 'of tag-7' })

      const next = await stage.again(deploy, ALONE)
      stage.world().wire.heal()
      expectVerdict(next, 'unchanged')
      expect(next.written.prefect).toEqual([])
      expect(times()).toBe(2)
      rmSync(folder, { recursive: true })
    },
    LONG,
  )

  it('that writes to the workspace ends the step, and what it wrote was not sent', async () => {
    const script = `- ${STEP}: { id: sets, script: "prefect variable set bad_input_built yes" }`
    const entries = [{ name: 'sets', extra: ['build:', script] }, { name: 'plain' }]
    const played = await stage.run({ ...ALONE, files: project('bad-input-sets', entries) })
    expectRefused(played, /The build and push steps ran, but .*POST \/variables\/.*\n.*`engine: direct`/)
    await expect(stage.world().prefect.call('GET', '/variables/name/bad_input_built')).rejects.toThrow()
  })
})

it('a name that Prefect takes for another one is refused before that one is written over', async () => {
  const entries = ['taken', 'taken#1', 'taken?x'].map((name) => ({ name }))
  const played = await stage.run({ ...ALONE, files: project('bad-input-taken', entries) })
  expectRefused(played, /Prefect takes `taken#1` for `bad-input-taken\/taken`, and would write over that one/)
  expectRefused(played, /Prefect takes `taken\?x` for `bad-input-taken\/taken`/)
})

describe('a flow file that opens the address of its workspace itself', () => {
  const WRITES = `import json, os, urllib.request

asked = urllib.request.Request(
    os.environ["PREFECT_API_URL"] + "/variables/",
    data=json.dumps({"name": "bad_input_imported", "value": "1"}).encode(),
    headers={"content-type": "application/json"},
)
try:
    urllib.request.urlopen(asked)
except OSError as refused:
    print(refused)
`

  it(
    'voids the rehearsal: the command itself deploys it, but nothing that somebody paused',
    async () => {
      const files = project('bad-input-imports', [{ name: 'imports' }], WRITES)
      const { prefect } = stage.world()
      const first = await stage.run({ ...ALONE, files })
      expectVerdict(first, 'verified')
      expect(first.report?.warnings).toEqual([
        expect.stringMatching(/The rehearsal is void, so `prefect deploy` runs against the workspace itself: /),
      ])
      const [row] = first.report?.deployments ?? []
      await prefect.call('POST', `/deployments/${row?.id}/pause_deployment`)
      const second = await stage.again(first, ALONE)
      expectRefused(second, /The rehearsal is void: .*\n.*`bad-input-imports\/imports`.*`engine: direct`/)
      expect(await prefect.call('GET', `/deployments/${row?.id}`)).toMatchObject({ paused: true })
      const plan = await stage.again(first, { inputs: { ...ALONE.inputs, mode: 'plan' } })
      expectVerdict(plan, 'skipped')
      expect(plan.written.prefect).toEqual([])
    },
    LONG,
  )
})
