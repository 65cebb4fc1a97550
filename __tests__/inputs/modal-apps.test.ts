import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { readModalApps } from '../../src/inputs/modal-apps.ts'

describe('the lines of modal-apps', () => {
  test.each([
    ['modal_app.py', { reference: 'modal_app.py', module: false }],
    ['app.py::web', { reference: 'app.py::web', module: false }],
    ['-m pkg.app', { reference: 'pkg.app', module: true }],
    ['"my app.py"', { reference: 'my app.py', module: false }],
  ])('%s', (line, expected) => {
    const { apps, faults } = readModalApps(`# apps\n\n${line}\n`)
    expect(faults).toEqual([])
    expect(apps).toEqual([{ ...expected, strategy: 'rolling', functions: [], health: [] }])
  })

  test.each([
    ['pkg.app', 'line 1: `pkg.app` is neither a Python file nor, with `-m` before it, a module'],
    ['--help', 'line 1: `--help` is an option of modal, not an app reference'],
    ['a.py b.py', 'line 1: one app a line'],
    ['-m', 'line 1: an app reference is missing after `-m`'],
    ["'open", 'line 1: unclosed quote'],
    ['a.py\na.py', '`a.py` stands twice'],
  ])('%j is refused', (text, fault) => {
    expect(readModalApps(text).faults.join('\n')).toContain(fault)
  })
})

describe('the YAML list of modal-apps', () => {
  test('everything that it may say', () => {
    const { apps, faults } = readModalApps(`
- app: modal_app.py
  name: forecasts
  environment: staging
  strategy: recreate
  functions: [train, score]
  health:
    - function: web
      path: /ready
      method: post
      body: { ping: 1 }
      status: 201
      headers: { X-Probe: deploy }
      json: { status: ok, "model.loaded": true }
      timeout: 900
    - url: https://api.example.com/health
- app: -m pkg.app
`)
    expect(faults).toEqual([])
    expect(apps).toEqual([
      {
        reference: 'modal_app.py',
        module: false,
        name: 'forecasts',
        environment: 'staging',
        strategy: 'recreate',
        functions: ['train', 'score'],
        health: [
          {
            target: { kind: 'function', name: 'web' },
            path: '/ready',
            method: 'POST',
            body: '{"ping":1}',
            status: 201,
            headers: { 'x-probe': 'deploy' },
            json: { status: 'ok', 'model.loaded': true },
            timeout: 900,
          },
          { target: { kind: 'url', url: 'https://api.example.com/health' }, method: 'GET', headers: {}, json: {} },
        ],
      },
      { reference: 'pkg.app', module: true, strategy: 'rolling', functions: [], health: [] },
    ])
  })

  test('every fault has its line and its place', () => {
    const { faults } = readModalApps(`- app: modal_app.py
  helth: x
- name: lonely
- app: b.py
  strategy: slow
  health:
    - path: health
`)
    const text = faults.join('\n')
    expect(text).toMatch(/line 1: `0`: .*helth/)
    expect(text).toMatch(/line 3: `1/)
    expect(text).toContain('line 5: `2.strategy`: allowed: rolling, recreate')
    expect(text).toContain('a path starts with `/`')
  })

  test.each([
    ['- app: [', 'not valid YAML'],
    ['- &a [*a]', ''],
    ['- *nowhere', ''],
    ['- app: a.py\n  health: { headers: { "X Y": 1 }, function: web }', '`X Y` is not a header name'],
  ])('%j is refused', (text, fault) => {
    const reading = readModalApps(text)
    expect(reading.faults.length).toBeGreaterThan(0)
    expect(reading.faults.join('\n')).toContain(fault)
  })
})

test('any text is apps or faults, never an exception', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `- app: ${text}`),
      ),
      (text) => {
        expect(Array.isArray(readModalApps(text).apps)).toBe(true)
      },
    ),
  )
})
