import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { z } from 'zod'
import { checkApps } from '../../../src/modal/app-check/check.ts'
import { NAME_RULES } from '../../../src/modal/app-check/names.ts'
import type { CheckedApp } from '../../../src/modal/app-check/rule.ts'
import { APP_SCRIPT } from '../../../src/modal/app-check/script.ts'
import { appTools, type Checkout, checkoutOf, places, requested } from './app-files.ts'
import { loadApps } from './load-apps.ts'

const APP = 'import modal\napp = modal.App("orders")\n'

/** References, the file that a finding names, and the finding; what the real Modal says of each is asked too. */
const REFERENCES: readonly (readonly [reference: string, found: string])[] = [
  ['shop/modal_app.py', ''],
  ['./shop/modal_app.py', ''],
  ['-m shop.modal_app', ''],
  ['-m shop.modal_app::app', ''],
  ['-m shop', ''],
  ['-m spread.modal_app', ''],
  ['-m shop.missing', 'web/shop/missing.py: app-reference'],
  ['-m nowhere.modal_app', 'web/nowhere/modal_app.py: app-reference'],
  ['-m shop/modal_app', 'web/shop/modal_app.py: app-reference'],
  ['-m shop/modal_app.py', 'web/shop/modal_app.py: app-reference'],
  ['-m loose.py', 'web/loose.py: app-reference'],
  ['-m shop.modal_app:app', 'web/shop/modal_app:app.py: app-reference'],
  ['-m shop.modal_app::other', 'web/shop/modal_app.py: app-object-missing 2:17'],
  ['shop/relative.py', 'web/shop/relative.py: app-reference 1:1'],
  ['-m shop.relative', ''],
  ['loose.v2.py', 'web/loose.v2.py: app-reference'],
  ['loose.py::app', ''],
  ['loose.py::app.work', 'web/loose.py: app-object-missing'],
]

describe('a reference', () => {
  let checkout: Checkout
  let loaded: Readonly<Record<string, string>>
  const folder = (): string => `${checkout.folder}/web`

  beforeAll(async () => {
    checkout = checkoutOf({
      'web/shop/__init__.py': APP,
      'web/shop/modal_app.py': APP,
      'web/shop/relative.py': `from . import modal_app\n${APP}`,
      'web/spread/modal_app.py': APP,
      'web/loose.py': APP,
      'web/loose.v2.py': APP,
    })
    const apps = REFERENCES.map(([reference]) => ({ key: reference, folder: folder(), reference }))
    loaded = await loadApps(await appTools(folder()), apps)
  })
  afterAll(() => checkout.remove())

  test.each(REFERENCES)('%s', async (reference, found) => {
    const tools = { ...(await appTools(folder())), checkout: checkout.folder }
    const { findings } = await checkApps(tools, [requested(reference)], { repository: undefined })
    const said = findings.map((finding) => `${finding.position.file}: ${places([finding])[0]}`)
    expect(said).toEqual(found === '' ? [] : [found])
    expect(loaded[reference]).toMatch(found === '' ? /^app orders$/ : /^refused /)
  })

  test('to a module in PYTHONPATH, or in the environment, is none to a missing one', async () => {
    const env = { PYTHONPATH: 'shop' }
    const tools = { ...(await appTools(folder(), '1.6.4', env)), checkout: checkout.folder }
    const requests = [requested('-m modal_app'), requested('-m modal.app'), requested('-m modal.nothing')]
    const { findings } = await checkApps(tools, requests, { repository: undefined })
    expect(places(findings)).toEqual(['app-not-checked i'])
  })

  test('to the same file in several ways says everything once', async () => {
    const requests = ['loose.py::one', 'loose.py::one', 'loose.py::two'].map((reference) => requested(reference))
    const { findings } = await checkApps(await appTools(folder()), requests, { repository: 'elsewhere' })
    expect(findings.map(({ message }) => message)).toEqual([
      'The file has no `one`, which `modal deploy` looks for.',
      'The file has no `two`, which `modal deploy` looks for.',
    ])
  })
})

describe('comments that speak to this action', () => {
  test('are those of the file, with the line that they are about', async () => {
    const source = `# prefect-modal: ignore app-name-differs -- it is old
import modal

##  prefect-modal:  ignore one,
# another comment

# prefect-modal: ignore two

app = modal.App(  # prefect-modal: ignore three
    "orders",
)
TEXT = "# prefect-modal: ignore four"
MORE = """
# prefect-modal: ignore five
"""  # prefect-modal: ignore six
# prefect-modal: last
`
    const checkout = checkoutOf({ 'modal_app.py': source })
    const requests = [requested('modal_app.py'), requested('modal_app.py::app')]
    const { comments } = await checkApps(await appTools(checkout.folder), requests, { repository: undefined })
    expect(comments.map(({ file, line, about, text }) => [file, line, about, text])).toEqual([
      ['modal_app.py', 1, 2, 'ignore app-name-differs -- it is old'],
      ['modal_app.py', 4, 9, 'ignore one,'],
      ['modal_app.py', 7, 9, 'ignore two'],
      ['modal_app.py', 9, 9, 'ignore three'],
      ['modal_app.py', 15, 15, 'ignore six'],
      ['modal_app.py', 16, 16, 'last'],
    ])
    checkout.remove()
  })
})

test('names are refused as the real Modal refuses them', async () => {
  const name = fc.oneof(
    fc.string({ minLength: 1, maxLength: 70 }),
    fc.stringMatching(/^[a-zA-Z0-9\-_.]{1,70}$/),
    fc.stringMatching(/^ap-[a-zA-Z0-9]{21,23}$/),
  )
  const named = [...fc.sample(name, 400), 'a'.repeat(64), 'a'.repeat(65), `ap-${'a'.repeat(22)}`]
  const script = `import json, sys; from modal._utils.name_utils import is_valid_object_name as ok; print(json.dumps([ok(one) for one in json.load(sys.stdin)]))`
  const { python, env } = await appTools('/')
  const asked = promisify(execFile)(python, ['-c', script], { env })
  asked.child.stdin?.end(JSON.stringify(named))
  const refused = NAME_RULES.find(({ id }) => id === 'app-name-refused')
  const own = named.map((text) => refused?.find(appNamed(text)).length === 0)
  expect(named.map((text, index) => [text, own[index]])).toEqual(
    z
      .array(z.boolean())
      .parse(JSON.parse((await asked).stdout))
      .map((ok, index) => [named[index], ok]),
  )
})

function appNamed(text: string): CheckedApp {
  const app = { variable: 'app', name: { text }, line: 1, column: 1, lazy: false, certain: true }
  const lists = { functions: [], uses: [], imports: [], literals: [], pairs: [], names: [], defined: [] }
  return {
    repository: undefined,
    request: requested('app.py'),
    variable: 'app',
    target: 'app.py',
    facts: { ...lists, apps: [app], variants: false, complete: true },
    version: '1.6.4',
    installed: null,
    count: 1,
  }
}

test('the script is one that Python 3.9 can read', async () => {
  const check = 'import ast, sys; ast.parse(sys.stdin.read(), feature_version=(3, 9))'
  const { python, env } = await appTools('/')
  const asked = promisify(execFile)(python, ['-c', check], { env })
  asked.child.stdin?.end(APP_SCRIPT)
  await expect(asked).resolves.toMatchObject({ stderr: '' })
})
