import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import * as z from 'zod'
import { checkManifests } from '../../../src/manifest/check.ts'
import { entrypointSources } from '../../../src/manifest/sources.ts'
import { tools } from '../../world/tools.ts'
import { fileOf, manifestFrom, soundFile } from '../sample.ts'

const FILES: Readonly<Record<string, string>> = {
  'flows/plain.py': 'from prefect import flow\n\ndef orders(): ...\n\n@flow\ndef stock(): ...\n',
  'flows/bound.py':
    'from prefect import flow\n\ndef orders(): ...\n\norders = flow(orders)\ndaily = flow(stock := lambda: None, name="x")\n',
  'flows/star.py': 'from flows.plain import *\n',
  'flows/named.py': 'from flows.plain import stock as orders\n',
  'flows/made.py': 'from flows.plain import stock\n\nglobals()["or" + "ders"] = stock\nvars()["st" + "ock2"] = stock\n',
  'flows/lazy.py': 'def __getattr__(name):\n    from flows.plain import stock\n    return stock\n',
  'flows/missing_import.py': 'import not_installed\nfrom prefect import flow\n\n@flow\ndef orders(): ...\n',
  'flows/class.py':
    'from prefect import flow\n\nclass Shop:\n    @flow\n    def orders(self): ...\n\nclass Other(Shop):\n    pass\n',
  'flows/decorated.py': 'from prefect import flow as job\n\n@job(\n    name="x",\n)\ndef orders(): ...\n',
  'flows/conditional.py': 'from prefect import flow\n\nif True:\n    @flow\n    def orders(): ...\n',
  'shop/__init__.py': '',
  'shop/jobs.py': 'from prefect import flow\n\n@flow\ndef orders(): ...\n',
}
/** What the check must tell, and what it must leave alone; of each Prefect is asked. */
const TOLD = [
  'flows/nowhere.py:orders',
  'flows/plain.py:order',
  'flows/plain.py:orders',
  'flows/class.py:Shops.orders',
  'flows/class.py:Shop.order',
  'flows/bound.py:nightly',
  'flows/missing_import.py:order',
  'shop.nowhere:orders',
  'shop.jobs:order',
  'shop.jobs.order',
]
const LEFT_ALONE = [
  'flows/plain.py:stock',
  './flows/plain.py:stock',
  'flows/bound.py:orders',
  'flows/bound.py:daily',
  'flows/star.py:stock',
  'flows/named.py:orders',
  'flows/made.py:orders',
  'flows/lazy.py:orders',
  'flows/missing_import.py:orders',
  'flows/class.py:Shop.orders',
  'flows/class.py:Other.orders',
  'flows/decorated.py:orders',
  'flows/conditional.py:orders',
  'flows.plain:stock',
  'shop.jobs:orders',
  'shop.jobs.orders',
]

let folder: string

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'entrypoints-'))
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
})

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

async function refusals(entrypoints: readonly string[]): Promise<readonly (string | null)[]> {
  const { prefect } = await tools()
  const script = path.join(import.meta.dirname, 'entrypoints.py')
  const env = { ...process.env, PREFECT_HOME: path.join(folder, 'home') }
  const printed = await new Promise<string>((resolve, reject) => {
    const child = execFile(prefect, ['-W', 'ignore', script], { cwd: folder, env }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(new Error(error.message))
    })
    child.stdin?.end(JSON.stringify(entrypoints))
  })
  return printed
    .trim()
    .split('\n')
    .map((line) => z.string().nullable().parse(JSON.parse(line)))
}

async function isTold(entrypoint: string): Promise<boolean> {
  const file = fileOf(soundFile([['daily', entrypoint]]))
  const manifest = manifestFrom(soundFile([['daily', entrypoint]]))
  const sources = await entrypointSources([manifest], { root: folder, workingDirectory: folder })
  return checkManifests([file], { sources }).findings.some(({ rule }) => rule.startsWith('entrypoint-'))
}

test('Prefect refuses what is told, and takes what is left alone', async () => {
  const entrypoints = [...TOLD, ...LEFT_ALONE]
  const said = await refusals(entrypoints)
  const both = await Promise.all(
    entrypoints.map(async (name, index) => [name, await isTold(name), (said[index] ?? null) !== null]),
  )
  expect(both).toEqual([...TOLD.map((name) => [name, true, true]), ...LEFT_ALONE.map((name) => [name, false, false])])
}, 60_000)
