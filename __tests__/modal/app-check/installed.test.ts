import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { askPython } from '../../../src/modal/app-check/ask.ts'
import type { InstalledModal } from '../../../src/modal/app-check/facts.ts'
import { appTools, type Checkout, checkoutOf } from './app-files.ts'

/** Python: the keywords that the real functions take; `null` for those that take every one. */
const INSPECT = String.raw`
import inspect, json, sys
import modal


def keywords(function):
    parameters = inspect.signature(function).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return None
    return sorted(one.name for one in parameters if one.kind in (one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY))


real = {}
for path in json.load(sys.stdin):
    found = modal
    for part in path.split("."):
        found = inspect.getattr_static(found, part) if inspect.isclass(found) else getattr(found, part)
    real[path] = keywords(getattr(found, "__func__", found)) if callable(found) or hasattr(found, "__func__") else None
print(json.dumps({"names": [name for name in dir(modal) if not name.startswith("_")], "keywords": real}))
`

const REAL = z.object({
  names: z.array(z.string()),
  keywords: z.record(z.string(), z.array(z.string()).nullable()),
})

describe.each(['1.0.5', '1.2.6', '1.4.3', '1.5.4', '1.6.4'])('what the stubs of Modal %s say', (version) => {
  let checkout: Checkout
  let stubs: Exclude<InstalledModal, null>
  let real: z.infer<typeof REAL>

  beforeAll(async () => {
    checkout = checkoutOf({})
    const tools = await appTools(checkout.folder, version)
    const { installed } = await askPython(tools, [])
    if (installed === null) throw new Error('the stubs were not read')
    stubs = installed
    const asked = promisify(execFile)(tools.python, ['-c', INSPECT], { env: tools.env })
    asked.child.stdin?.end(JSON.stringify(Object.keys(stubs.parameters).filter((name) => !name.includes('._'))))
    real = REAL.parse(JSON.parse((await asked).stdout))
  }, 300_000)
  afterAll(() => checkout.remove())

  test('is what the real functions take', () => {
    const said = Object.fromEntries(
      Object.keys(real.keywords).map((name) => [name, stubs.parameters[name]?.filter((one) => one !== 'cls')]),
    )
    expect(said).toEqual(real.keywords)
    expect(Object.keys(said)).toEqual(expect.arrayContaining(['App.function', 'App.cls', 'Image.debian_slim']))
  })

  test('holds every name that the module has', () => {
    expect(real.names.filter((name) => !stubs.names.includes(name))).toEqual([])
    expect(stubs.names).not.toContain('Stub')
  })
})
