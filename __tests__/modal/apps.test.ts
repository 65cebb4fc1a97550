import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type DeployedApp, type LiveApp, readApps } from '../../src/modal/apps.ts'
import { type AppDeploy, deployApp } from '../../src/modal/deploy.ts'
import { chooseEnvironment, surveyModal } from '../../src/modal/survey.ts'
import { MARK } from '../../src/modal/survey-script.ts'
import { type ModalControlPlane, startModalControlPlane } from '../world/modal-control-plane.ts'
import { tools } from '../world/tools.ts'
import { type Conversation, converse, recordedTools } from './modal-tools.ts'
import { requestOf } from './recorded-apps.ts'

const FIXTURES = path.join(import.meta.dirname, '../world/fixtures/modal')

/** Deploys one of the fixtures under `name`; the commit is the letter, forty times. */
async function deploy(
  { tools: modal }: Conversation,
  name: string,
  letter: string,
  { file = 'hello.py', environment = 'main' } = {},
): Promise<AppDeploy> {
  return deployApp(modal, requestOf(file, { name }), { environment, commit: letter.repeat(40) })
}

const ID = expect.stringMatching(/^ap-\w{22}$/)
const live = (
  version: string,
  versionBefore: string | null,
  letter: string,
): Omit<LiveApp, 'id'> & { id: unknown } => ({
  id: ID,
  version,
  versionBefore,
  tag: letter.repeat(8),
  warnings: [],
})

describe('the real Modal', () => {
  let plane: ModalControlPlane
  const opened: Conversation[] = []
  let modal: Conversation
  let running: AppDeploy
  const talk = async (version?: string): Promise<Conversation> => {
    const conversation = await converse(plane, { cwd: FIXTURES, ...(version === undefined ? {} : { version }) })
    opened.push(conversation)
    return conversation
  }

  beforeAll(async () => {
    plane = await startModalControlPlane({
      python: (await tools()).modal,
      environments: [
        { name: 'main', webSuffix: '' },
        { name: 'staging', webSuffix: 'stg' },
      ],
    })
    modal = await talk()
    running = await deploy(modal, 'running', 'a')
  })
  afterAll(async () => {
    for (const { close } of opened) close()
    await plane.stop()
  })

  test('reads apps of several environments in one process, in their order', async () => {
    const first = await deploy(modal, 'shop', 'a')
    const elsewhere = await deploy(modal, 'shop', 'b', { environment: 'staging' })
    const again = await deploy(modal, 'shop', 'c', { environment: 'staging' })
    expect(again.state).toBe('no-op')
    expect(await readApps(modal.tools, [elsewhere, first])).toEqual([live('v1', null, 'b'), live('v1', null, 'a')])
    // The tag of what is live, not that of the deploy that changed nothing.
    expect(await readApps(modal.tools, [again])).toEqual([live('v1', 'v1', 'b')])
    const changed = await deploy(modal, 'shop', 'd', { file: 'servers.py' })
    // The first one is told that somebody deployed after it.
    expect(await readApps(modal.tools, [changed, elsewhere, first])).toEqual([
      live('v2', 'v1', 'd'),
      live('v1', null, 'b'),
      {
        ...live('v1', null, 'a'),
        warnings: ['shop: this run made v1, but v2 with the tag `dddddddd` was published after it.'],
      },
    ])
    expect(modal.groups.get('Reading the Modal apps back')).toContain(
      'modal app history --json --env=staging -- shop: exit status 0',
    )
    // So it is where a rollback followed.
    expect((await modal.run(['app', 'rollback', 'shop', 'v1'])).exitCode).toBe(0)
    const [found] = await readApps(modal.tools, [changed])
    expect(found).toMatchObject({ version: 'v2', versionBefore: 'v1', tag: 'dddddddd' })
    expect(found).toMatchObject({ warnings: [expect.stringContaining('this run made v2, but v3 with')] })
  })

  test('finds a stopped app, and the new one of the same name, and misses what is not there', async () => {
    const app = await deploy(modal, 'stopped', 'a')
    const ghost: DeployedApp = { name: 'ghost', environment: 'main', state: 'deployed', tag: 'aaaaaaaa' }
    expect((await modal.run(['app', 'stop', 'stopped', '-y'])).exitCode).toBe(0)
    expect(await readApps(modal.tools, [app, running, ghost])).toEqual([
      expect.objectContaining({
        kind: 'refusal',
        message: 'Modal does not list stopped as deployed in `main` after its deploy.',
        hint: expect.stringContaining('It is listed as stopped.'),
      }),
      live('v1', null, 'a'),
      expect.objectContaining({ kind: 'refusal', hint: expect.stringContaining('It is not listed at all.') }),
    ])
    const anew = await deploy(modal, 'stopped', 'b')
    const [found] = await readApps(modal.tools, [anew])
    expect(found).toMatchObject({ tag: 'bbbbbbbb', warnings: [] })
  })

  test('throws where Modal cannot be read at all', async () => {
    await plane.fault({ rpc: 'AppList', status: 'PERMISSION_DENIED', message: 'Permission denied' })
    await expect(readApps(modal.tools, [running])).rejects.toMatchObject({ kind: 'target' })
    await plane.fault({ rpc: 'AppDeploymentHistory', status: 'FAILED_PRECONDITION', message: 'Not now' })
    expect(await readApps(modal.tools, [running, running])).toEqual([
      expect.objectContaining({ kind: 'refusal', message: 'Reading the history of running: Not now' }),
      live('v1', null, 'a'),
    ])
  })

  test('1.4.3 goes the same way from the survey to the versions', async () => {
    const old = await talk('1.4.3')
    const environment = chooseEnvironment(await surveyModal(old.tools), { value: 'staging', from: 'the input' })
    const first = await deploy(old, 'old', 'a', { environment })
    expect(first).toMatchObject({
      state: 'deployed',
      endpoints: [{ function: 'health', url: 'https://acme-stg--old-health.modal.run' }],
    })
    expect(await readApps(old.tools, [first])).toEqual([live('v1', null, 'a')])
    const noOp = await deploy(old, 'old', 'b', { environment })
    expect(await readApps(old.tools, [noOp])).toEqual([live('v1', 'v1', 'a')])
    const second = await deploy(old, 'old', 'c', { environment, file: 'missing_secret.py' }).catch(() => undefined)
    expect(second).toBeUndefined()
    expect(await readApps(old.tools, [noOp])).toEqual([live('v1', 'v1', 'a')])
  })

  test('1.3.5 calls a deploy what changed nothing, which its tag tells', async () => {
    const old = await talk('1.3.5')
    await deploy(old, 'older', 'a')
    const second = await deploy(old, 'older', 'b')
    expect(second.state).toBe('deployed')
    expect(await readApps(old.tools, [second])).toEqual([
      { ...live('v1', 'v1', 'a'), warnings: [expect.stringContaining('Either nothing had changed')] },
    ])
  })
})

describe('answers', () => {
  const app: DeployedApp = { name: 'shop', environment: 'main', state: 'deployed', tag: 'aaaaaaaa' }
  const listed = [{ app_id: 'ap-1', description: 'shop', state: 'deployed' }]
  const answered = (...answers: readonly unknown[]): ReturnType<typeof recordedTools> => {
    const answer = answers.map((rows) => ({ exit: 0, stdout: JSON.stringify(rows), stderr: '' }))
    return recordedTools('1.6.4', { exitCode: 0, stdout: [`${MARK}${JSON.stringify(answer)}`], stderr: [] })
  }

  test('of Modal before 1.5 have the titles of the columns as keys', async () => {
    const list = [
      { 'App ID': 'ap-0', Description: 'shop', State: 'stopped' },
      { 'App ID': 'ap-1', Description: 'shop', State: 'deployed' },
    ]
    const history = [
      { Version: 'v3', Tag: 'aaaaaaaa' },
      { Version: 'v1', Tag: '' },
    ]
    expect(await readApps(answered(list, history), [app])).toEqual([{ ...live('v3', 'v1', 'a'), id: 'ap-1' }])
  })

  test('without tags are taken as they come', async () => {
    const untagged = { ...app, tag: '' }
    const [found] = await readApps(answered(listed, [{ version: 'v2' }, { version: 'v1' }]), [untagged])
    expect(found).toEqual({ id: 'ap-1', version: 'v2', versionBefore: 'v1', warnings: [] })
  })

  test('without a version are a fault of that app', async () => {
    expect(await readApps(answered(listed, []), [app])).toEqual([
      expect.objectContaining({ kind: 'refusal', message: expect.stringContaining('Modal has no version of shop') }),
    ])
  })

  test('in another shape are a fault, of the app or of all', async () => {
    const shapeless = expect.objectContaining({ kind: 'remote', message: expect.stringContaining('another shape') })
    expect(await readApps(answered(listed, [{ number: 1 }]), [app])).toEqual([shapeless])
    await expect(readApps(answered([{ name: 'shop' }], []), [app])).rejects.toEqual(shapeless)
    await expect(readApps(answered(), [app])).rejects.toEqual(shapeless)
  })
})
