import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ProbeAnswer } from '../../src/python/probe/answer.ts'
import { tools } from '../world/tools.ts'
import { entrypoints, flowFile, probedProjects } from './probe-tools.ts'

const { laidOut, probed } = probedProjects()

/** Files relative to the checkout; the working folder is `etl`. */
const FILES: Readonly<Record<string, string>> = {
  'etl/flows/good.py': flowFile('', 'orders'),
  'etl/flows/named.py': `from prefect import flow


def plain():
    pass


VALUE = 3


@flow(name="Orders of the day", description="What it is for")
def orders(day: str, limit: "int | None" = None):
    pass


@flow
def returns():
    """Goods that came back."""


class Shop:
    @flow
    def closing(self, day: str):
        pass


@flow
def anything(a, *more, b=1, **other):
    pass
`,
  'etl/flows/not_python.py': 'def orders(:\n    pass\n',
  'etl/flows/uses_not_python.py': flowFile('import not_python'),
  'etl/flows/uses_shared.py': flowFile('import sys\nsys.path.append("../shared")\nimport rates\n'),
  'shared/rates.py': 'def rate():\n    return 1 / 0\n\n\nRATE = rate()\n',
  'etl/flows/uses_a_library.py': flowFile('import json\n\nSETTINGS = json.loads("{")'),
  'etl/flows/lacks_a_package.py': flowFile('import no_such_package'),
  'etl/flows/wraps.py': flowFile(
    'try:\n    {}["a"]\nexcept KeyError as error:\n    raise ValueError("no rates") from error',
  ),
  'etl/flows/wrong_flow.py': 'from prefect import flow\n\n\n@flow(retries="many", name=3)\ndef orders():\n    pass\n',
  'etl/flows/uses_installed.py': flowFile('import sys\nsys.path.append("env/site-packages")\nimport drivers'),
  'etl/env/site-packages/drivers.py': 'raise OSError("no driver")\n',
  'etl/shop/__init__.py': '',
  'etl/shop/whole/__init__.py': 'import shop.whole.flows\n',
  'etl/shop/flows.py': flowFile('from .prices import PRICE'),
  'etl/shop/prices.py': 'PRICE = 3\n',
  'etl/shop/broken.py': flowFile('from shop.no_such_prices import PRICE'),
  'etl/shop/raises.py': flowFile('raise AttributeError("prices")'),
  'etl/json.py': 'raise RuntimeError("the json of the project")\n',
  'etl/folder.py/readme.md': '',
}

/** What the probe says of an entrypoint of {@link FILES}. */
const CASES: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['flows/good.py:orders', { kind: 'imported', name: 'orders', description: 'Orders of the day.' }],
  ['./flows/good.py:orders', { kind: 'imported', name: 'orders', file: 'etl/flows/good.py', line: 5 }],
  ['flows/named.py:orders', { kind: 'imported', name: 'Orders of the day', description: 'What it is for', line: 11 }],
  ['flows/named.py:Shop.closing', { kind: 'imported', name: 'closing', line: 22, parameters: null }],
  ['flows/named.py:anything', { parameters: { all: ['a', 'more', 'b', 'other'], needed: ['a'] } }],
  ['flows/named.py:order', { kind: 'no-such-name', names: ['orders', 'returns', 'anything'] }],
  ['flows/named.py:Shop.opening', { kind: 'no-such-name' }],
  ['flows/named.py:plain', { kind: 'not-a-flow', file: 'etl/flows/named.py', line: 4 }],
  ['flows/named.py:VALUE', { kind: 'not-a-flow' }],
  ['flows/absent.py:orders', { kind: 'not-found' }],
  ['folder.py:orders', { kind: 'not-found' }],
  [
    'flows/not_python.py:orders',
    { kind: 'import-failed', type: 'SyntaxError', file: 'etl/flows/not_python.py', line: 1 },
  ],
  [
    'flows/uses_not_python.py:orders',
    { kind: 'import-failed', type: 'SyntaxError', file: 'etl/flows/not_python.py', line: 1 },
  ],
  [
    'flows/uses_shared.py:orders',
    { kind: 'import-failed', type: 'ZeroDivisionError', file: 'shared/rates.py', line: 2 },
  ],
  [
    'flows/uses_a_library.py:orders',
    { kind: 'import-failed', type: 'JSONDecodeError', file: 'etl/flows/uses_a_library.py', line: 3 },
  ],
  [
    'flows/lacks_a_package.py:orders',
    {
      kind: 'import-failed',
      type: 'ModuleNotFoundError',
      message: "No module named 'no_such_package'",
      file: 'etl/flows/lacks_a_package.py',
      line: 1,
    },
  ],
  ['flows/uses_installed.py:orders', { kind: 'import-failed', file: 'etl/flows/uses_installed.py', line: 3 }],
  ['shop.whole.flows:orders', { kind: 'import-failed', file: 'etl/shop/whole/__init__.py', line: 1 }],
  ['flows/wraps.py:orders', { kind: 'import-failed', type: 'ValueError', message: 'no rates', line: 4 }],
  [
    'flows/wrong_flow.py:orders',
    { kind: 'import-failed', type: 'TypeError', file: 'etl/flows/wrong_flow.py', line: 4 },
  ],
  ['shop.flows:orders', { kind: 'imported', file: 'etl/shop/flows.py', line: 5 }],
  ['shop.flows.orders', { kind: 'imported', file: 'etl/shop/flows.py', line: 5 }],
  ['shop.flows.order', { kind: 'no-such-name', names: ['orders'] }],
  ['shop.absent:orders', { kind: 'not-found' }],
  ['absent.flows:orders', { kind: 'not-found' }],
  ['shop.broken:orders', { kind: 'import-failed', type: 'ModuleNotFoundError', file: 'etl/shop/broken.py', line: 1 }],
  ['shop.raises:orders', { kind: 'import-failed', type: 'AttributeError', file: 'etl/shop/raises.py', line: 1 }],
]

describe('an entrypoint', () => {
  let answer: ProbeAnswer

  beforeAll(async () => {
    answer = await probed({ files: FILES, folder: 'etl' }, { entrypoints: entrypoints(...CASES.map(([name]) => name)) })
  })

  test.each(CASES)('%s', (name, is) => {
    expect(answer.flows[name]).toMatchObject(is)
  })

  test('that is no function has no place', () => {
    expect(answer.flows['flows/named.py:VALUE']).toEqual({ kind: 'not-a-flow' })
  })
})

describe('the environment of the import', () => {
  test('is that of the command: its variables, its working folder, its search path', async () => {
    const files = {
      'flows/orders.py': flowFile(
        'import os, sys\nimport elsewhere\nassert os.environ["REGION"] == "eu"\nassert os.path.isfile("flows/orders.py")\nassert "" not in sys.path and sys.argv[1:3] == ["--no-prompt", "deploy"]',
      ),
      'src/elsewhere.py': '',
    }
    const answer = await probed(
      { files, env: { PYTHONPATH: 'src', REGION: 'eu' } },
      { entrypoints: entrypoints('flows/orders.py:orders') },
    )
    expect(answer.flows).toMatchObject({ 'flows/orders.py:orders': { kind: 'imported' } })
  })

  test('has Prefect imported once, and a file run once for all of its flows', async () => {
    const once = flowFile('import os\nos.mkdir("ran")')
    const answer = await probed(
      { files: { 'flows/a.py': once + flowFile('', 'returns') } },
      { entrypoints: entrypoints('flows/a.py:orders', './flows/a.py:returns', 'flows/a.py:orders') },
    )
    expect(Object.values(answer.flows).map(({ kind }) => kind)).toEqual(['imported', 'imported'])
  })

  test('is an event loop, as in the command', async () => {
    const files = {
      'flows/loads.py': flowFile('from prefect.blocks.system import Secret\nKEY = Secret.load("key").get()'),
      'flows/runs.py': flowFile('import asyncio\nasyncio.run(asyncio.sleep(0))'),
    }
    const answer = await probed(
      { files },
      { entrypoints: entrypoints('flows/loads.py:orders', 'flows/runs.py:orders') },
    )
    expect(answer.flows).toMatchObject({
      'flows/loads.py:orders': { kind: 'import-failed', type: 'AttributeError', eventLoop: true, line: 2 },
      'flows/runs.py:orders': { kind: 'import-failed', type: 'RuntimeError', eventLoop: true, line: 2 },
    })
  })

  test.each([
    [undefined, 'needs-workspace'],
    // Nothing listens there: what the workspace says is the flow's affair where the probe has one.
    ['http://127.0.0.1:9/api', 'import-failed'],
  ])('with the workspace %s', async (workspace, kind) => {
    const files = {
      'flows/loads.py': flowFile('from prefect.blocks.system import Secret\nKEY = Secret.load("key", _sync=True)\n'),
      'flows/good.py': flowFile(),
    }
    const answer = await probed(
      { files, ...(workspace === undefined ? {} : { workspace }) },
      { entrypoints: entrypoints('flows/loads.py:orders', 'flows/good.py:orders') },
    )
    expect(answer.flows).toMatchObject({
      'flows/loads.py:orders': { kind, eventLoop: false, file: 'flows/loads.py', line: 2 },
      'flows/good.py:orders': { kind: 'imported' },
    })
  })
})

describe('a flow that fails behind others', () => {
  const behind = 'flows/b/orders.py:orders'

  test.each([
    [
      'for a file of the same name',
      {
        'flows/a/orders.py': flowFile('from rates import A'),
        'flows/a/rates.py': 'A = 1\n',
        'flows/b/orders.py': flowFile('from rates import B'),
        'flows/b/rates.py': 'B = 1\n',
      },
      { kind: 'import-failed', type: 'ImportError', file: 'flows/b/orders.py', line: 1 },
    ],
    [
      'for another folder',
      { 'flows/a/orders.py': flowFile('import os\nos.chdir("flows")'), 'flows/b/orders.py': flowFile() },
      { kind: 'not-found' },
    ],
    [
      'for another search path',
      {
        'flows/a/orders.py': flowFile('import sys\nsys.path.clear()'),
        'flows/b/orders.py': flowFile('import this_and_that'),
        'flows/b/this_and_that.py': 'import wave\n',
      },
      { kind: 'import-failed', type: 'ModuleNotFoundError', file: 'flows/b/this_and_that.py', line: 1 },
    ],
  ])('is tried by itself: %s', async (_, files, reason) => {
    const answer = await probed({ files }, { entrypoints: entrypoints('flows/a/orders.py:orders', behind) })
    expect(answer.flows[behind]).toMatchObject({ kind: 'imported', file: 'flows/b/orders.py', behind: reason })
  })

  test('and by itself is told by what it says then', async () => {
    const files = {
      'flows/a/orders.py': flowFile('from rates import A'),
      'flows/a/rates.py': 'A = 1\n',
      'flows/b/orders.py': flowFile('from rates import B\nimport no_such_package'),
      'flows/b/rates.py': 'B = 1\n',
    }
    const answer = await probed({ files }, { entrypoints: entrypoints('flows/a/orders.py:orders', behind) })
    expect(answer.flows[behind]).toMatchObject({ kind: 'import-failed', type: 'ModuleNotFoundError', line: 2 })
  })
})

describe('the probe', () => {
  // Beside the others: it waits, and does nothing.
  test.concurrent('tells what it has when its time is over', async () => {
    const files = {
      'flows/good.py': flowFile(),
      'flows/slow.py': flowFile('import time\ntime.sleep(600)'),
      'flows/behind.py': flowFile(),
    }
    const list = entrypoints('flows/good.py:orders', 'flows/slow.py:orders', 'flows/behind.py:orders')
    const answer = await probed({ files }, { entrypoints: list }, { each: 600, within: 20 })
    expect(Object.values(answer.flows).map(({ kind }) => kind)).toEqual(['imported', 'timed-out', 'timed-out'])
  })

  test('has no answer where there is no Prefect', async () => {
    const made = await laidOut({ files: { 'flows/a.py': flowFile() }, python: (await tools()).modal })
    const { answer, run } = await made.probe({ entrypoints: entrypoints('flows/a.py:orders') })
    expect(answer).toBeUndefined()
    expect(run).toMatchObject({ exitCode: 1, ended: 'itself' })
    expect(run.stderr.at(-1)).toBe("ModuleNotFoundError: No module named 'prefect'")
  })

  test('shows no more of its answer in the log than its size', async () => {
    const made = await laidOut({ files: { 'flows/a.py': flowFile() } })
    await made.probe({ entrypoints: entrypoints('flows/a.py:orders') })
    expect(made.groups.get('Importing the flows')).toEqual([expect.stringMatching(/^\(answer, \d+ characters\)$/)])
  })
})
