import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Fault } from '../../src/faults.ts'
import type { AppRequest } from '../../src/modal/app-request.ts'
import { jsonRows, surveyAnswers } from '../../src/modal/reads.ts'
import {
  checkWorkspace,
  chooseEnvironment,
  type ModalTarget,
  placeApps,
  readEnvironments,
  readWorkspace,
  surveyModal,
} from '../../src/modal/survey.ts'
import { MARK } from '../../src/modal/survey-script.ts'
import { type ModalControlPlane, startModalControlPlane } from '../world/modal-control-plane.ts'
import { tools } from '../world/tools.ts'
import { type Conversation, converse, recordedTools } from './modal-tools.ts'
import { requestOf } from './recorded-apps.ts'

const targetOf = (...names: readonly string[]): ModalTarget => ({
  workspace: { name: 'acme', id: 'ac-1' },
  environments: names.map((name) => ({ name, webSuffix: '' })),
})
const wanted = (value: string) => ({ value, from: 'the input `modal-environment`' })

function refusal(work: () => unknown): Fault {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
  }
  throw new Error('Nothing was refused.')
}

describe('the workspace', () => {
  test.each([
    [
      'of today',
      'Token: ak-1\nName: ci\nWorkspace: acme (ac-abc)\nUser: alice (us-1)\n',
      { name: 'acme', id: 'ac-abc' },
    ],
    ['without its id', 'Workspace: acme\n', { name: 'acme', id: '' }],
    ['in the name of a token', 'Name: Workspace: other (ac-1)\n', undefined],
    ['not there', '', undefined],
  ])('in the answer of `modal token info`, %s', (_, text, workspace) => {
    expect(readWorkspace(text)).toEqual(workspace)
  })

  test('is the wanted one, or none is wanted', () => {
    expect(() => checkWorkspace(targetOf('main'), 'acme')).not.toThrow()
    expect(() => checkWorkspace({ environments: [] }, undefined)).not.toThrow()
  })

  test('is refused where it is another one, or not known', () => {
    expect(refusal(() => checkWorkspace(targetOf('main'), 'other'))).toMatchObject({
      kind: 'target',
      message: 'The Modal token belongs to `acme`, not to `other`.',
    })
    expect(refusal(() => checkWorkspace({ environments: [] }, 'acme'))).toMatchObject({
      kind: 'target',
      hint: expect.stringContaining('Modal tells it since 1.3.1'),
    })
  })
})

describe('the environments', () => {
  test.each([
    [
      'since 1.5',
      [
        { name: 'main', web_suffix: '', active: 'True' },
        { name: 'dev', web_suffix: 'd' },
      ],
    ],
    [
      'before',
      [
        { name: 'main', 'web suffix': '', active: true },
        { Name: 'dev', 'Web suffix': 'd' },
      ],
    ],
  ])('in the answer of Modal %s', (_, rows) => {
    expect(readEnvironments(JSON.stringify(rows))).toEqual([
      { name: 'main', webSuffix: '' },
      { name: 'dev', webSuffix: 'd' },
    ])
  })

  test.each(['', 'no JSON', '{}', '[1]', '[{"name":""}]', '[{"title":"main"}]'])('not in %j', (text) => {
    expect(refusal(() => readEnvironments(text))).toMatchObject({ kind: 'remote' })
  })
})

describe('the environment that is meant', () => {
  test('is the named one, or the only one', () => {
    expect(chooseEnvironment(targetOf('main', 'dev'), wanted('dev'))).toBe('dev')
    expect(chooseEnvironment(targetOf('main'), undefined)).toBe('main')
  })

  test.each<readonly [string, ModalTarget, string | undefined, string, string]>([
    [
      'one that is not there',
      targetOf('main', 'staging'),
      'stagging',
      'no Modal environment `stagging`, which the input',
      'Did you mean `staging`? There are: `main`, `staging`.',
    ],
    [
      'one that is nothing like any',
      targetOf('main'),
      'production',
      'no Modal environment',
      'There are: `main`. A new one is made by',
    ],
    ['one where none can be seen', targetOf(), 'main', 'no Modal environment', 'This token may see none.'],
    [
      'none of several',
      targetOf('main', 'dev'),
      undefined,
      'has 2 environments, and none is chosen: `main`, `dev`.',
      'Set `modal-environment`',
    ],
    [
      'none where none can be seen',
      targetOf(),
      undefined,
      'has no environment that this token may see',
      'the role Contributor',
    ],
  ])('is refused: %s', (_, of, name, message, hint) => {
    const fault = refusal(() => chooseEnvironment(of, name === undefined ? undefined : wanted(name)))
    expect(fault.kind).toBe('target')
    expect(fault.message).toContain(message)
    expect(fault.hint).toContain(hint)
  })

  test('of hundreds only some are listed', () => {
    const names = Array.from({ length: 300 }, (_, index) => `env-${index}`)
    const fault = refusal(() => chooseEnvironment(targetOf(...names), undefined))
    expect(fault.message).toMatch(/`env-19` and 280 more\.$/)
  })
})

describe('every app has its environment', () => {
  const web = requestOf('web.py')
  const inStaging: AppRequest = requestOf('batch.py', { environment: 'staging' })
  const placed = (of: ModalTarget, name: string | undefined, apps: readonly AppRequest[]): string[] =>
    placeApps(of, name === undefined ? undefined : wanted(name), apps).map(({ environment }) => environment)

  test('its own, else the one for all', () => {
    const both = targetOf('main', 'staging')
    expect(placed(both, 'main', [web, inStaging])).toEqual(['main', 'staging'])
    expect(placed(both, undefined, [inStaging])).toEqual(['staging'])
    expect(placed(targetOf('staging'), undefined, [web, inStaging])).toEqual(['staging', 'staging'])
  })

  test('and each one that does not exist is refused', () => {
    const of = targetOf('main')
    expect(refusal(() => placed(of, 'main', [inStaging])).message).toContain(
      'no Modal environment `staging`, which `environment` of batch.py in `modal-apps` names',
    )
    expect(refusal(() => placed(targetOf('main', 'staging'), undefined, [web, inStaging])).message).toContain(
      'none is chosen',
    )
    expect(refusal(() => placed(targetOf('staging'), 'main', [inStaging])).message).toContain('`main`, which the input')
  })
})

describe('answers of several commands', () => {
  test('are put together from their pieces, whatever else is printed', () => {
    const text = JSON.stringify([{ exit: 0, stdout: 'out', stderr: '' }])
    const stdout = ['words', `${MARK}${text.slice(0, 10)}`, 'more', `${MARK}${text.slice(10)}`]
    expect(surveyAnswers({ stdout })).toEqual([{ exit: 0, stdout: 'out', stderr: '' }])
  })

  test.each([[[]], [['[]']], [[`${MARK}[`]], [[`${MARK}{}`]], [[`${MARK}[{"exit":0}]`]]])(
    'are none in %j',
    (stdout) => {
      expect(surveyAnswers({ stdout })).toBeUndefined()
    },
  )

  test('keep no row that is no object', () => {
    expect(jsonRows('[{"App ID":"ap-1","Time deployed":null}]')).toEqual([{ app_id: 'ap-1', time_deployed: null }])
    for (const text of ['null', '[[]]', '[null]', '"x"']) expect(jsonRows(text)).toBeUndefined()
  })

  test('that never came are a fault of Modal', async () => {
    const silent = recordedTools('1.6.4', { exitCode: 0, stdout: [], stderr: [] })
    await expect(surveyModal(silent)).rejects.toMatchObject({ kind: 'remote', hint: 'Run the step again.' })
  })
})

describe('the real Modal', () => {
  let plane: ModalControlPlane
  const opened: Conversation[] = []
  const environments = [
    { name: 'main', webSuffix: '' },
    { name: 'staging', webSuffix: 'stg' },
  ]
  const talk = async (options: Omit<Parameters<typeof converse>[1], 'cwd'> = {}): Promise<Conversation> => {
    const conversation = await converse(plane, { cwd: import.meta.dirname, ...options })
    opened.push(conversation)
    return conversation
  }

  beforeAll(async () => {
    plane = await startModalControlPlane({ python: (await tools()).modal, environments })
  })
  afterAll(async () => {
    for (const { close } of opened) close()
    await plane.stop()
  })

  test.each([
    ['1.0.5', undefined],
    ['1.4.3', { name: 'acme', id: expect.stringMatching(/^ac-\w{22}$/) }],
    ['1.6.4', { name: 'acme', id: expect.stringMatching(/^ac-\w{22}$/) }],
  ])('%s tells workspace and environments', async (version, workspace) => {
    const { tools: modal, groups } = await talk({ version })
    const found = await surveyModal(modal)
    expect(found).toEqual({ ...(workspace === undefined ? {} : { workspace }), environments })
    expect(placeApps(found, wanted('staging'), [requestOf('web.py')])).toMatchObject([{ environment: 'staging' }])
    const shown = groups.get('Reading the Modal workspace') ?? []
    expect(shown).toContain('modal environment list --json: exit status 0')
    expect(shown.join('\n')).not.toContain('stg')
  })

  test.each(['1.4.3', '1.6.4'])('%s does not take a wrong token', async (version) => {
    const { tools: modal } = await talk({ version, token: { id: plane.tokenId, secret: 'as-wrong' } })
    const before = (await plane.calls()).length
    await expect(surveyModal(modal)).rejects.toMatchObject({
      kind: 'target',
      message: 'Reading the Modal workspace: Token not found',
      hint: expect.stringContaining('the input `modal-token-id`'),
    })
    expect((await plane.calls()).slice(before).map(({ rpc }) => rpc)).toEqual(['TokenInfoGet'])
  })

  test('asks nothing of the files in the working folder', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'modal-shadowed-'))
    for (const library of ['json', 'click', 'modal'])
      writeFileSync(path.join(folder, `${library}.py`), 'raise SystemExit(9)\n')
    const { tools: modal } = await talk()
    const target = await surveyModal({ ...modal, cwd: folder }).finally(() => rmSync(folder, { recursive: true }))
    expect(target.workspace?.name).toBe('acme')
  })
})
