import { describe, expect, test } from '@jest/globals'
import { startModalControlPlane } from './modal-control-plane.ts'
import { type Ended, openModalCommand } from './modal-command.ts'

const { python, plane, start, modal, rows } = openModalCommand()

describe('deploy', () => {
  test('publishes a version once, and skips it the second time', async () => {
    const first = await modal(['deploy', 'hello.py', '--tag', 'one'])
    expect(first).toMatchObject({ code: 0, stderr: '' })
    expect(first.stdout).toMatch(/^Building image im-[0-9A-Za-z]{22}$/m)
    expect(first.stdout).toContain('    └── https://acme--hello-health.modal.run (unauthenticated)\n')
    expect(first.stdout).toMatch(/^✓ App deployed in /m)
    expect(first.stdout).toContain('View Deployment: https://modal.com/apps/acme/main/deployed/hello\n')

    const again = await modal(['deploy', 'hello.py', '--tag', 'two'])
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(again.stdout).not.toContain('Building image')
    expect(again.stdout).toContain('✓ Deployment skipped: no changes detected!')

    const history = await rows('app', 'history', 'hello')
    expect(history).toMatchObject([{ version: 'v1', client: '1.6.4', deployed_by: 'alice', tag: 'one' }])
    const listed = await rows('app', 'list')
    expect(listed).toMatchObject([{ description: 'hello', state: 'deployed', tasks: '0' }])
    expect((await plane().writes()).map(({ rpc }) => rpc)).toEqual(
      expect.arrayContaining(['AppCreate', 'FunctionCreate', 'MountPutFile', 'AppPublish']),
    )
  })

  test('knows every kind of function, their domains and labels', async () => {
    const { code, stdout } = await modal(['deploy', 'everything.py', '-e', 'staging'])
    expect(code).toBe(1)
    expect(stdout).not.toContain('deployed in')

    await plane().addSecret({ name: 'settings', environment: 'staging' })
    await plane().warn({ function: 'nightly', message: 'This function is watched' })
    const deployed = await modal(['deploy', 'everything.py', '-e', 'staging'])
    expect(deployed).toMatchObject({ code: 0, stderr: '' })
    expect(deployed.stdout).toContain('⚠ This function is watched')
    expect(deployed.stdout).toContain('Custom domain: https://api.example.com\n')
    expect(deployed.stdout).toContain('https://acme-stg--shop-api-infer.modal.run 🔑\n')
    const published = (await plane().endpoints()).filter(({ app }) => app === 'shop_api')
    for (const { url } of published) expect(deployed.stdout).toContain(url)
    expect(published.map(({ function: name, kind }) => `${name} ${kind}`).sort()).toEqual([
      'Model.api fastapi_endpoint',
      'Model.api2 fastapi_endpoint',
      'a_function_with_a_name_so_long_that_its_label_does_not_fit fastapi_endpoint',
      'admin wsgi_app',
      'infer fastapi_endpoint',
      'raw_server web_server',
      'web asgi_app',
    ])
    const labels = published.map(({ url }) => new URL(url).hostname.split('.')[0] ?? '')
    expect(Math.max(...labels.map(({ length }) => length))).toBe(63)
    expect(labels).toContain('acme-stg--shop-admin')
  })

  test('gives servers an address by region', async () => {
    const { code, stdout } = await modal(['deploy', 'servers.py'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/Created Server Srv\n.*https:\/\/acme--servers-srv\.us-east\.modal\.direct 🔑/)
    expect(stdout).toMatch(/Created Server Open\n.*https:\/\/acme--servers-open\.eu-west\.modal\.direct \(unauth/)
  })

  test.each([
    [
      'a secret that does not exist',
      ['missing_secret.py'],
      /^Error: Secret 'absent' not found in environment 'main'\. You can create/,
    ],
    ['a volume that does not exist', ['missing_volume.py'], /^Error: Volume 'absent' not found in environment 'main'/],
    ['an environment that does not exist', ['hello.py', '-e', 'nope'], /^Error: Environment 'nope' not found/],
    [
      'an image that cannot be built',
      ['failing_image.py'],
      /^Error: Image build for im-\w{22} failed\.\nView the build logs:/,
    ],
  ])('refuses %s', async (_, args, message) => {
    const { code, stdout, stderr } = await modal(['deploy', ...args])
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stdout).not.toContain('✓ App deployed')
    if (args[0] === 'failing_image.py') expect(stdout).toContain('=> Step 2: RUN exit 3')
    const published = (await plane().apps()).filter(({ name, state }) => name !== 'hello' && state === 'deployed')
    expect(published.map(({ name }) => name)).not.toContain(args[0]?.replace('_', '-').replace('.py', ''))
  })

  test.each([
    ['another secret', { MODAL_TOKEN_SECRET: 'as-wrong' }, 'Token not found'],
    ['a swapped id', { MODAL_TOKEN_ID: 'as-swapped' }, 'Token ID is malformed'],
  ])('refuses a token with %s', async (_, environment, message) => {
    const before = (await plane().writes()).length
    const { code, stderr } = await modal(['deploy', 'hello.py'], environment)
    expect({ code, said: stderr.split('\n', 1) }).toEqual({ code: 1, said: [`Error: ${message}`] })
    expect((await plane().writes()).length).toBe(before)
    expect((await plane().calls()).at(-1)).toMatchObject({ tokenOk: false, status: 'UNAUTHENTICATED' })
  })
})

describe('other commands', () => {
  test('tell who the token is', async () => {
    const { code, stdout } = await modal(['token', 'info'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^Workspace: acme \(ac-\w{22}\)$/m)
    expect(stdout).toMatch(/^User: alice \(us-\w{22}\)$/m)
  })

  test('list environments, secrets and rates', async () => {
    expect(await rows('environment', 'list')).toMatchObject([
      { name: 'main', web_suffix: '', active: 'True' },
      { name: 'staging', web_suffix: 'stg', active: 'False' },
    ])
    expect(await rows('secret', 'list')).toMatchObject([{ name: 'settings', created_by: 'alice' }])
    expect(JSON.parse((await modal(['billing', 'rates', '--json'])).stdout)).toEqual({ cpu_core_hour: '0.0473' })
  })

  test('roll back, read logs and stop', async () => {
    const world = await startModalControlPlane({ python: python() })
    const deploy = (name: string): Promise<Ended> => modal(['deploy', name, '--name', 'shop'], world.environment)
    expect((await deploy('hello.py')).code).toBe(0)
    expect((await modal(['app', 'rollback', 'shop'], world.environment)).stderr).toContain(
      'Error: Rollback request exceeds number of App deployments.',
    )
    expect((await deploy('servers.py')).code).toBe(0)
    expect((await modal(['app', 'rollback', 'shop', 'v1'], world.environment)).code).toBe(0)
    const [shop] = await world.apps()
    expect(shop).toMatchObject({ version: 3, functions: ['health'] })
    expect(shop?.versions.at(-1)).toMatchObject({ kind: 'rollback', rollbackVersion: 1 })

    await world.log({ app: 'shop' }, [{ text: 'boom', source: 'stderr' }, { text: 'hello' }])
    const logs = await modal(['app', 'logs', 'shop', '--since', '1h', '-n', '10'], world.environment)
    expect(logs.stdout).toBe('boom\nhello\n')

    expect((await modal(['app', 'stop', 'shop', '-y'], world.environment)).code).toBe(0)
    expect(await world.edge('acme--shop-health.modal.run')).toEqual({ state: 'stopped' })
    expect((await world.apps())[0]?.state).toBe('stopped')
    await world.stop()
  })
})

describe('faults', () => {
  test('a publish whose client is killed takes effect, or not, as the script says', async () => {
    const world = await startModalControlPlane({ python: python() })
    const phases = ['before', 'after'] as const
    for (const [done, phase] of phases.entries()) {
      await world.fault({ rpc: 'AppPublish', hold: true, phase })
      const deploy = start(['deploy', 'hello.py'], world.environment)
      await world.arrived('AppPublish', done + 1)
      expect((await world.calls()).at(-1)).toMatchObject({ rpc: 'AppPublish', status: 'PENDING' })
      deploy.kill()
      expect(await deploy.ended).toMatchObject({ signal: 'SIGTERM' })
      await world.release()
      const live = (await world.apps()).filter(({ state }) => state === 'deployed')
      expect(live).toHaveLength(phase === 'after' ? 1 : 0)
    }
    await world.stop()
  })

  test('a call can fail once, always, or late', async () => {
    const world = await startModalControlPlane({ python: python() })
    const deploy = (): Promise<Ended> => modal(['deploy', 'hello.py'], world.environment)
    const limit = 'App creation failed: workspace billing cycle spend limit reached'
    await world.fault({ rpc: 'AppCreate', status: 'RESOURCE_EXHAUSTED', message: limit })
    expect((await deploy()).stderr).toContain(`Error: ${limit}`)
    await world.fault({ rpc: 'AppPublish', status: 'UNAVAILABLE', delayMs: 1 })
    expect((await deploy()).code).toBe(0)
    expect((await world.calls()).filter(({ rpc }) => rpc === 'AppPublish').map(({ status }) => status)).toEqual([
      'UNAVAILABLE',
      'OK',
    ])
    const forever = await world.fault({ rpc: 'AppList', status: 'PERMISSION_DENIED', message: 'no', times: 'always' })
    expect((await modal(['app', 'list'], world.environment)).stderr).toContain('Error: no')
    expect((await modal(['app', 'list'], world.environment)).stderr).toContain('Error: no')
    await world.release(forever)
    expect((await modal(['app', 'list'], world.environment)).code).toBe(0)
    await world.stop()
  })

  test('a build can fail once with the words of the script', async () => {
    const world = await startModalControlPlane({ python: python() })
    await world.failBuild({ logs: ['E: no space left'], status: 'terminated' })
    const failed = await modal(['deploy', 'hello.py'], world.environment)
    expect(failed.code).toBe(1)
    expect(failed.stdout).toContain('E: no space left')
    expect(failed.stderr).toContain('terminated due to external shut-down. Please try again.')
    expect((await modal(['deploy', 'hello.py'], world.environment)).code).toBe(0)
    await world.stop()
  })

  test('a viewer may look and not deploy', async () => {
    const viewer = { id: 'ak-viewer', secret: 'as-viewer', role: 'viewer' as const }
    await plane().addToken(viewer)
    const environment = { MODAL_TOKEN_ID: viewer.id, MODAL_TOKEN_SECRET: viewer.secret }
    expect((await modal(['app', 'list'], environment)).code).toBe(0)
    expect((await modal(['deploy', 'servers.py', '--name', 'other'], environment)).stderr).toContain(
      'Permission denied',
    )
  })
})
