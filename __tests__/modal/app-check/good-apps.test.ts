import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { checkApps } from '../../../src/modal/app-check/check.ts'
import { appTools, type Checkout, checkoutOf, places, requested } from './app-files.ts'
import { GOOD_APPS } from './good-apps.ts'
import { loadApps } from './load-apps.ts'

const CASES = Object.entries(GOOD_APPS)

describe('an app that Modal loads', () => {
  const checkouts = new Map<string, Checkout>()
  const folderOf = (name: string): string => checkouts.get(name)?.folder ?? ''
  let loaded: Readonly<Record<string, string>>

  beforeAll(async () => {
    for (const [name, { files }] of CASES) checkouts.set(name, checkoutOf(files))
    const apps = CASES.map(([name, { reference }]) => ({ key: name, folder: folderOf(name), reference }))
    loaded = await loadApps(await appTools(tmpdir()), apps)
  })
  afterAll(() => {
    for (const { remove } of checkouts.values()) remove()
  })

  test.each(CASES)('%s: nothing is found', async (name, { reference }) => {
    expect(loaded[name]).toMatch(/^app /)
    const tools = await appTools(folderOf(name))
    const repository = loaded[name]?.slice('app '.length)
    const { findings } = await checkApps(tools, [requested(reference)], { repository })
    expect(places(findings)).toEqual([])
    expect(tools.shown.join('\n')).not.toContain('Traceback')
  })

  test('is one of twenty and more', () => {
    expect(CASES.length).toBeGreaterThan(20)
  })
})
