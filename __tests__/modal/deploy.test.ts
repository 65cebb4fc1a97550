import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type AppDeploy, deployApp } from '../../src/modal/deploy.ts'
import { type Checkout, layOut } from '../world/checkout.ts'
import { type ModalControlPlane, startModalControlPlane } from '../world/modal-control-plane.ts'
import { tools } from '../world/tools.ts'
import { type Conversation, converse, recordedTools } from './modal-tools.ts'
import { requestOf } from './recorded-apps.ts'

const FIXTURES = path.join(import.meta.dirname, '../world/fixtures/modal')
const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const MAIN = { environment: 'main', commit: COMMIT }

describe('the real Modal', () => {
  let plane: ModalControlPlane
  let modal: Conversation

  beforeAll(async () => {
    plane = await startModalControlPlane({
      python: (await tools()).modal,
      environments: [
        { name: 'main', webSuffix: '' },
        { name: 'staging', webSuffix: 'stg' },
      ],
      secrets: [{ name: 'settings', keys: ['API_KEY'] }],
    })
    modal = await converse(plane, { cwd: FIXTURES })
  })
  afterAll(async () => {
    modal.close()
    await plane.stop()
  })

  /** What the control plane itself published of an app, in the words of a deploy. */
  const published = async (app: string): Promise<unknown[]> =>
    (await plane.endpoints())
      .filter((endpoint) => endpoint.app === app)
      .map(({ function: of, url, customDomains, requiresProxyAuth }) => ({
        function: of,
        url,
        customDomains,
        requiresProxyAuth,
      }))
      .sort((a, b) => (a.function < b.function ? -1 : 1))

  const said = ({ endpoints }: AppDeploy): unknown[] => endpoints.map(({ kind: _kind, ...endpoint }) => endpoint)

  test('deploys several apps at once, and says of each what is published', async () => {
    const [hello, everything, servers] = await Promise.all(
      ['hello.py', 'everything.py::app', 'servers.py'].map((reference) =>
        deployApp(modal.tools, requestOf(reference), MAIN),
      ),
    )
    expect(hello).toMatchObject({ name: 'hello', state: 'deployed', tag: '01234567', environment: 'main' })
    expect(hello).toMatchObject({ functions: ['health'], warnings: [] })
    expect(hello?.dashboardUrl).toBe('https://modal.com/apps/acme/main/deployed/hello')
    expect(everything?.functions).toEqual(
      ['Model.*', 'nightly', 'infer', 'web', 'admin', 'raw_server', LONG_NAME].sort(),
    )
    for (const app of [hello, everything, servers]) {
      if (app === undefined) throw new Error('An app is missing.')
      expect(app.endpoints.length).toBeGreaterThan(0)
      expect(said(app)).toEqual(await published(app.name))
      expect(app).not.toHaveProperty('fault')
    }
    expect(modal.groups.get('Deploying `hello.py`')).toContain('✓ Created objects.')
  })

  test('says that nothing had changed, and the address is the same', async () => {
    const first = await deployApp(modal.tools, requestOf('hello.py', { name: 'twice' }), MAIN)
    const second = await deployApp(modal.tools, requestOf('hello.py', { name: 'twice' }), {
      ...MAIN,
      commit: 'f'.repeat(40),
    })
    expect(second).toEqual({ ...first, state: 'no-op', tag: 'ffffffff' })
  })

  test('deploys to the environment that is named, and under the name that is given', async () => {
    const request = requestOf('hello.py', { name: 'other' })
    const { name, endpoints } = await deployApp(modal.tools, request, { ...MAIN, environment: 'staging' })
    expect(name).toBe('other')
    expect(endpoints).toMatchObject([{ url: 'https://acme-stg--other-health.modal.run' }])
  })

  test('repeats what Modal warns of', async () => {
    await plane.warn({ function: 'health', message: 'This function\nis watched' })
    const { warnings } = await deployApp(modal.tools, requestOf('hello.py', { name: 'warned' }), MAIN)
    expect(warnings).toEqual(['This function is watched'])
  })

  test('one app that fails leaves the others alone', async () => {
    const [failed, done] = await Promise.allSettled(
      ['failing_image.py', 'hello.py'].map((reference) => deployApp(modal.tools, requestOf(reference), MAIN)),
    )
    expect(failed).toMatchObject({ status: 'rejected', reason: { kind: 'refusal' } })
    expect(done).toMatchObject({ status: 'fulfilled' })
  })

  describe('of a checkout', () => {
    let checkout: Checkout
    let inCheckout: Conversation
    beforeAll(async () => {
      checkout = await layOut({
        'shop/__init__.py': '',
        'shop/app.py':
          'import modal\n\nfrom .names import NAME\n\nweb = modal.App(NAME)\n\n\n@web.function()\ndef work():\n    pass\n',
        'shop/names.py': 'NAME = "from-module"\n',
        'shop/broken.py': 'from .names import NUMBER\n',
      })
      inCheckout = await converse(plane, { cwd: checkout.path })
    })
    afterAll(() => {
      inCheckout.close()
      checkout.remove()
    })

    test('deploys a module with the App under a name of its own', async () => {
      const request = requestOf('shop.app::web', { module: true })
      const target = { environment: 'main', commit: checkout.sha() }
      expect(await deployApp(inCheckout.tools, request, target)).toMatchObject({
        name: 'from-module',
        state: 'deployed',
      })
      const app = (await plane.apps()).find(({ name }) => name === 'from-module')
      expect(app?.versions).toMatchObject([{ tag: checkout.sha().slice(0, 8), commit: { commitHash: checkout.sha() } }])
      expect(checkout.status()).toBe('')
    })

    test('shows the place of a fault in a file of the checkout', async () => {
      const request = requestOf('shop.broken', { module: true })
      await expect(deployApp(inCheckout.tools, request, MAIN)).rejects.toMatchObject({
        kind: 'user',
        position: { file: 'shop/broken.py', line: 1 },
      })
    })
  })
})

const LONG_NAME = 'a_function_with_a_name_so_long_that_its_label_does_not_fit'

const deployed = (verdict: string, ...after: readonly string[]): string[] => [
  '✓ Created objects.',
  '├── ✓ Created Function work.',
  '└── ✓ Created Function Model.*.',
  '    └── Model.api -> https://acme--shop-model-api.modal.run 🔑',
  verdict,
  '',
  ...after,
]
const NAMED = deployed('✓ App deployed in 1s! 🎉', 'View Deployment: https://modal.com/apps/acme/main/deployed/shop')
const deploy = (stdout: readonly string[], functions: readonly string[] = [], name?: string): Promise<AppDeploy> => {
  const run = { exitCode: 0, stdout: [...stdout], stderr: [] }
  const request = requestOf('modal_app.py', { functions, ...(name === undefined ? {} : { name }) })
  return deployApp(recordedTools('1.6.4', run), request, MAIN)
}

describe('the declared functions', () => {
  test('are there: a function, a class by either name, a method with an address', async () => {
    expect(await deploy(NAMED, ['work', 'Model', 'Model.*', 'Model.api'])).toMatchObject({ warnings: [] })
    expect(await deploy(NAMED, ['work', 'Model', 'Model.*', 'Model.api'])).not.toHaveProperty('fault')
  })

  test('of a class may be there: Modal does not list methods', async () => {
    const app = await deploy(NAMED, ['Model.predict'])
    expect(app).not.toHaveProperty('fault')
    expect(app.warnings).toEqual([expect.stringContaining('`Model.predict` of `functions`: its class is registered')])
  })

  test('that are missing are a fault, though the app is deployed', async () => {
    const { state, fault } = await deploy(NAMED, ['train', 'work', 'Other.run'])
    expect(state).toBe('deployed')
    expect(fault?.kind).toBe('user')
    expect(fault?.message).toBe(
      'shop is deployed without `train`, `Other.run`, which `functions` in `modal-apps` declares.',
    )
    expect(fault?.hint).toContain('Registered are: Model.*, work.')
  })
})

describe('the name of the deployment', () => {
  test.each([
    ['https://modal.com/apps/acme/main/deployed/shop', 'shop'],
    ['https://modal.com/apps/acme/main/deployed/shop/?tab=logs#x', 'shop'],
    ['https://modal.com/apps/acme/main/deployed/a%20b', 'a b'],
    ['https://modal.com/apps/acme/main/deployed/a%zz', 'a%zz'],
  ])('is the last part of %s', async (url, name) => {
    const lines = deployed('✓ App deployed in 1s! 🎉', `View Deployment: ${url}`)
    expect((await deploy(lines)).name).toBe(name)
    expect((await deploy(lines, [], 'given')).name).toBe('given')
  })

  test.each([
    ['there is no address', []],
    ['the address is another', ['View Deployment: https://modal.com/apps/acme/main/shop']],
  ])('is not known where %s', async (_, after) => {
    const lines = deployed('✓ App deployed in 1s! 🎉', ...after)
    await expect(deploy(lines)).rejects.toMatchObject({ kind: 'remote', hint: expect.stringContaining('Set `name:`') })
    expect((await deploy(lines, [], 'given')).name).toBe('given')
  })
})
