import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkApps } from '../../../src/modal/app-check/check.ts'
import { modalPython } from '../modal-tools.ts'
import { appTools, type Checkout, checkoutOf, places, requested } from './app-files.ts'
import { GOOD_APPS } from './good-apps.ts'
import { LOAD_APPS } from './load-apps.ts'

const CASES = Object.entries(GOOD_APPS)

describe('an app that Modal loads', () => {
  const checkouts = new Map<string, Checkout>()
  let loaded: Readonly<Record<string, string>>

  beforeAll(async () => {
    for (const [name, { files }] of CASES) checkouts.set(name, checkoutOf(files))
    const home = mkdtempSync(path.join(tmpdir(), 'app-check-home-'))
    const apps = CASES.map(([name, { reference }]) => ({ key: name, folder: checkouts.get(name)?.folder, reference }))
    const run = promisify(execFile)(await modalPython('1.6.4'), ['-c', LOAD_APPS, JSON.stringify(apps)], {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, PYTHONDONTWRITEBYTECODE: '1' },
    })
    const { stdout } = await run.finally(() => rmSync(home, { recursive: true }))
    loaded = JSON.parse(stdout.split('\n').at(-2) ?? '')
  })
  afterAll(() => {
    for (const { remove } of checkouts.values()) remove()
  })

  test.each(CASES)('%s: nothing is found', async (name, { reference }) => {
    expect(loaded[name]).toMatch(/^app /)
    const folder = checkouts.get(name)?.folder ?? ''
    const tools = await appTools(folder)
    const repository = loaded[name]?.slice('app '.length)
    const { findings } = await checkApps(tools, [requested(reference)], { repository })
    expect(places(findings)).toEqual([])
    expect(tools.shown.join('\n')).not.toContain('Traceback')
  })

  test('is one of twenty and more', () => {
    expect(CASES.length).toBeGreaterThan(20)
  })
})
