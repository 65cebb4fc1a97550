import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { z } from 'zod'
import { DEFAULTS } from '../../src/inputs/fields.ts'
import { type InputsReading, readInputs } from '../../src/inputs/inputs.ts'
import { INPUT_NAMES } from '../../src/inputs/names.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
let workspace: string

beforeAll(() => {
  workspace = mkdtempSync(path.join(tmpdir(), 'inputs-'))
  mkdirSync(path.join(workspace, 'flows'))
})

function read(inputs: Readonly<Record<string, string>>, env: Readonly<Record<string, string>> = {}): InputsReading {
  const given = Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  )
  return readInputs({ GITHUB_WORKSPACE: workspace, ...given, ...env }, 'step')
}

describe('readInputs', () => {
  test('without a word the defaults hold', () => {
    const { inputs, faults, warnings } = read({})
    expect(faults).toEqual([])
    expect(warnings).toEqual([])
    expect(inputs).toMatchObject({
      mode: 'auto',
      workingDirectory: workspace,
      prefectFiles: ['prefect.yaml'],
      deployments: 'all',
      apps: [],
      parallel: 4,
      timeout: 1800,
      summary: true,
      health: { path: '/health', timeout: 600, headers: {} },
    })
    expect(Object.isFrozen(inputs?.health)).toBe(true)
  })

  test('every fault of every input is told at once, with the value and what is allowed', () => {
    const { inputs, faults } = read({
      mode: 'deply',
      parallel: '0',
      timeout: 'soon',
      summary: 'maybe',
      'health-path': 'health',
      'working-directory': 'nowhere',
      'prefect-workspace': 'acme',
      'health-headers': 'X-Token secret-value',
    })
    expect(inputs).toBeUndefined()
    expect(faults.map((fault) => fault.replace(/^The input `([^`]*)`.*/s, '$1')).sort()).toEqual([
      'health-headers',
      'health-path',
      'mode',
      'parallel',
      'prefect-workspace',
      'summary',
      'timeout',
      'working-directory',
    ])
    expect(faults.join('\n')).toContain('The input `mode` is `deply`: allowed: auto, deploy, plan, check, verify.')
    expect(faults.join('\n')).not.toContain('secret-value')
  })

  test('a credential comes from the input, else from the variable, and an empty one is none', () => {
    const env = { PREFECT_API_KEY: 'from-env', MODAL_TOKEN_ID: '', MODAL_ENVIRONMENT: 'main' }
    const { inputs } = read({ 'prefect-api-key': 'from-input' }, env)
    expect(inputs?.prefect.apiKey).toEqual({ value: 'from-input', from: 'the input `prefect-api-key`' })
    expect(inputs?.modal.tokenId).toBeUndefined()
    expect(inputs?.modal.environment).toEqual({ value: 'main', from: 'the environment variable MODAL_ENVIRONMENT' })
  })

  test('every secret is known, also by line, by its parts and in base64', () => {
    const { secrets } = read(
      {
        'prefect-auth-string': 'admin:pass-word',
        'health-headers': 'X-Token: t0ken\nAccept: text/plain',
        'modal-apps': '- app: a.py\n  health:\n    - function: web\n      headers: { Modal-Key: wk-1 }',
      },
      { PREFECT_API_KEY: 'line-one\nline-two' },
    )
    for (const secret of ['admin:pass-word', 'pass-word', btoa('admin:pass-word'), 'line-one', 'line-two']) {
      expect(secrets.credentials).toContain(secret)
    }
    expect([...secrets.headerValues].sort()).toEqual(['t0ken', 'wk-1'])
  })

  test('no child gets an input, a file of the runner or a credential', () => {
    const { inputs } = read(
      {},
      {
        GITHUB_OUTPUT: '/o',
        GITHUB_STEP_SUMMARY: '/s',
        GITHUB_SHA: 'abc',
        ACTIONS_RUNTIME_TOKEN: 't',
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
        PREFECT_API_KEY: 'k',
        MODAL_TOKEN_SECRET: 's',
        MODAL_LOGLEVEL: 'INFO',
        NO_PROXY: 'example.com',
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'a.b',
        GIT_CONFIG_VALUE_0: 'c',
      },
    )
    const child = inputs?.machine.childEnv ?? {}
    expect(
      Object.keys(child).filter((name) => /^INPUT_|TOKEN|API_KEY|GITHUB_(OUTPUT|STEP_SUMMARY)/.test(name)),
    ).toEqual([])
    expect(child).toMatchObject({
      GITHUB_SHA: 'abc',
      MODAL_LOGLEVEL: 'INFO',
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_VALUE_1: workspace,
    })
    expect(child['NO_PROXY']).toContain('example.com')
    expect(child['no_proxy']).toContain('127.0.0.1')
  })

  test('a name that is no input is told with the nearest one', () => {
    expect(read({ 'modal-app': 'a.py' }).warnings).toEqual([
      'The input `modal-app` does not exist and is ignored. Is `modal-apps` meant?',
    ])
  })

  test('a folder outside of the checkout is refused', () => {
    expect(read({ 'working-directory': '../..' }).faults[0]).toContain('a folder of the checkout')
  })

  test('nothing to deploy is a fault', () => {
    expect(read({ 'prefect-file': 'none' }).faults[0]).toContain('Nothing to deploy')
    expect(read({ 'prefect-file': 'none', 'modal-apps': 'a.py' }).faults).toEqual([])
  })
})

/** Defaults that the runner fills in. */
const GIVEN_BY_RUNNER: Readonly<Record<string, string>> = { 'github-token': '${{ github.token }}' }

test('action.yml declares the inputs that the code reads, with the same defaults', () => {
  const action = z
    .object({ inputs: z.record(z.string(), z.object({ description: z.string().min(20), default: z.string() })) })
    .parse(parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')))
  expect(Object.keys(action.inputs)).toEqual([...INPUT_NAMES])
  for (const name of INPUT_NAMES)
    expect([name, action.inputs[name]?.default]).toEqual([name, GIVEN_BY_RUNNER[name] ?? DEFAULTS[name] ?? ''])
})
