import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { AppRequest } from '../../src/modal/app-request.ts'
import { deployArguments, versionTag } from '../../src/modal/deploy-command.ts'
import type { ChildResult } from '../../src/process/child.ts'
import { type ModalControlPlane, startModalControlPlane } from '../world/modal-control-plane.ts'
import { tools } from '../world/tools.ts'
import { type Conversation, converse } from './modal-tools.ts'
import { requestOf } from './recorded-apps.ts'

const COMMIT = '0123456789abcdef0123456789abcdef01234567'
const command = (request: AppRequest, more: Readonly<Record<string, string>> = {}): string[] =>
  deployArguments({ request, environment: 'main', tag: '01234567', version: '1.6.4', ...more })

describe('the tag of a version', () => {
  test.each([
    ['a commit', COMMIT, '01234567'],
    ['a commit of SHA-256', COMMIT + '0'.repeat(24), '01234567'],
    ['a name', 'v1.2/beta é', 'v1.2-beta--'],
    ['a long name', 'x'.repeat(80), 'x'.repeat(50)],
    ['nothing', '', ''],
  ])('of %s', (_, commit, tag) => {
    expect(versionTag(commit)).toBe(tag)
  })

  test('is always one that Modal takes, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (commit) => {
        expect(versionTag(commit)).toMatch(/^[A-Za-z0-9._-]{0,50}$/)
      }),
    )
  })
})

describe('the arguments', () => {
  test('name everything that is asked for', () => {
    const request = requestOf('pkg.app', { module: true, name: 'forecasts', strategy: 'recreate' })
    expect(command(request)).toEqual([
      'deploy',
      '-m',
      '--env=main',
      '--tag=01234567',
      '--name=forecasts',
      '--strategy=recreate',
      '--',
      'pkg.app',
    ])
  })

  test('leave out what is not', () => {
    const old = { version: '1.3.5', tag: '' }
    expect(command(requestOf('modal_app.py'), old)).toEqual(['deploy', '--env=main', '--', 'modal_app.py'])
  })

  test('know no strategy but the default before 1.4.0', () => {
    const recreate = requestOf('modal_app.py', { strategy: 'recreate' })
    expect(() => command(recreate, { version: '1.3.5' })).toThrow(
      '`strategy: recreate` of modal_app.py needs Modal 1.4.0; the project has 1.3.5.',
    )
    expect(command(recreate, { version: '1.4.0' })).toContain('--strategy=recreate')
    expect(command(recreate, { version: '1.5.0.dev1' })).toContain('--strategy=recreate')
  })

  test('make no option of what is handed in', () => {
    const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(any, any, any, fc.boolean(), (reference, name, environment, module) => {
        const args = command(requestOf(reference, { module, name }), { environment })
        expect(args.slice(-2)).toEqual(['--', reference])
        const options = args.slice(1, -2).map((option) => option.replace(/=.*$/s, ''))
        expect(options).toEqual([...(module ? ['-m'] : []), '--env', '--tag', '--name', '--strategy'])
      }),
    )
  })
})

describe.each(['1.4.3', '1.6.4'])('Modal %s', (version) => {
  let plane: ModalControlPlane
  let conversation: Conversation
  beforeAll(async () => {
    plane = await startModalControlPlane({ python: (await tools()).modal })
    const cwd = `${import.meta.dirname}/../world/fixtures/modal`
    conversation = await converse(plane, { cwd, version })
  })
  afterAll(async () => {
    conversation.close()
    await plane.stop()
  })

  const deploy = (request: AppRequest): Promise<ChildResult> => conversation.run(command(request, { version }))

  test('takes every option, and a name that looks like one', async () => {
    const request = requestOf('hello.py::app', { name: 'all.options_-1', strategy: 'recreate' })
    const { exitCode, stderr } = await deploy(request)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: [] })
    expect((await deploy(requestOf('hello.py', { name: '--help' }))).exitCode).toBe(0)
    expect(await plane.apps()).toMatchObject([
      { name: 'all.options_-1', environment: 'main', state: 'deployed', versions: [{ tag: '01234567' }] },
      { name: '--help', state: 'deployed' },
    ])
  })

  test.each([
    ['the name of an option', requestOf('--help')],
    ['an option with a value', requestOf('--env=other')],
    ['a short option', requestOf('-m')],
    ['an option as a module', requestOf('--stream-logs', { module: true })],
    ['two dashes', requestOf('--')],
    ['a dash, which is standard input', requestOf('-')],
  ])('takes a value for nothing but a value: %s', async (_, request) => {
    const published = (await plane.calls()).filter(({ rpc }) => rpc === 'AppPublish').length
    const { exitCode, stdout, lines } = await deploy(request)
    expect(lines.join('\n')).not.toMatch(/No such option|Missing argument|--stream-logs  /)
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: [] })
    expect((await plane.calls()).filter(({ rpc }) => rpc === 'AppPublish')).toHaveLength(published)
  })
})
