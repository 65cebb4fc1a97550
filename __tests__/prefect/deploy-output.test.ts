import { execFileSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { z } from 'zod'
import {
  type DeployEvent,
  deployOutputReader,
  parseDeployOutput,
  withoutFrame,
} from '../../src/prefect/deploy-output.ts'
import { prefectVenv, tools } from '../world/tools.ts'

const ID = '7e5f5a5e-0c3b-4a43-9c3e-2b2f6f1d9c01'
const OTHER = '0a0a0a0a-1111-4222-8333-444444444444'

/** A panel as rich draws it for text without wide characters, 400 columns (Prefect 3.8.8). */
function panel(text: string, columns = 400): string[] {
  const inner = columns - 4
  const rows = text.match(new RegExp(`.{1,${inner}}`, 'gsu')) ?? ['']
  const edge = '─'.repeat(columns - 2)
  return [`╭${edge}╮`, ...rows.map((row) => `│ ${row.padEnd(inner)} │`), `╰${edge}╯`]
}

function eventsOf(lines: readonly string[]): readonly DeployEvent[] {
  const events: DeployEvent[] = []
  const reader = deployOutputReader((event) => events.push(event))
  for (const line of lines) reader.line(line)
  reader.end()
  return events
}

const created = (name: string, id = ID): string => `Deployment 'main/${name}' successfully created with id '${id}'.`

describe('deployOutputReader', () => {
  test('tells what is begun and what is deployed, in their order', () => {
    const events = eventsOf([
      'Deploying all flows with an existing deployment configuration...',
      ...panel('Deploying one'),
      ...panel(created('one')),
      '',
      `View Deployment in UI: http://127.0.0.1:4200/deployments/deployment/${ID}`,
      ...panel('Deploying two'),
    ])
    expect(events).toEqual([
      { kind: 'begun', name: 'one' },
      { kind: 'deployed', flow: 'main', name: 'one', id: ID },
      { kind: 'begun', name: 'two' },
    ])
  })

  test('an id that the panel lost is taken from the address behind it, and from no other', () => {
    const cut = panel(created('one').slice(0, -20))
    const address = `View Deployment in UI: https://app.prefect.cloud/account/a/workspace/w/deployments/deployment/${ID}`
    expect(parseDeployOutput([...cut, '', address])).toEqual([{ flow: 'main', name: 'one', id: ID }])
    expect(parseDeployOutput([address, ...cut])).toEqual([{ flow: 'main', name: 'one' }])
    expect(parseDeployOutput([...cut, ...panel(created('two', OTHER)), address])).toEqual([
      { flow: 'main', name: 'one' },
      { flow: 'main', name: 'two', id: OTHER },
    ])
  })

  test.each<[string, readonly string[]]>([
    ['a sentence without a panel', [created('one')]],
    ['a row without its edges', [`│ ${created('one')} │`]],
    ['a panel that is never closed', panel(created('one')).slice(0, 2)],
    ['a panel with another edge', [...panel(created('one')).slice(0, 2), '╰──╯']],
    ['a panel with a line in between', [...panel(created('one')).slice(0, 2), 'loading', ...panel('').slice(2)]],
    ['something in front of the sentence', panel(`Note: ${created('one')}`)],
    ['something behind it', panel(`${created('one')} Or not.`)],
    ['an id that is none', panel(created('one', 'none')).map((line) => line.replace('created', 'made'))],
    ['no flow', panel(`Deployment 'one' successfully created with id '${ID}'.`)],
  ])('%s is none of Prefect’s', (_, lines) => {
    expect(parseDeployOutput(lines)).toEqual([])
  })

  test('a name that holds the whole sentence is one name', () => {
    const name = `x' successfully created with id '${OTHER}'. Deployment 'main/y`
    expect(parseDeployOutput(panel(created(name)))).toEqual([{ flow: 'main', name, id: ID }])
  })

  test('never throws, and finds nothing where no panel is', () => {
    const piece = fc.constantFrom(
      '╭',
      '╮',
      '╰',
      '╯',
      '│',
      '─',
      ' ',
      "'",
      '/',
      ID,
      'Deployment ',
      'successfully created',
      '\u2028',
    )
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece).map((some) => some.join('')),
    )
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        expect(Array.isArray(parseDeployOutput(lines))).toBe(true)
        expect(parseDeployOutput(lines.filter((one) => !one.startsWith('╭')))).toEqual([])
      }),
    )
  })
})

// A flow's name holds no slash, and neither holds a control character: the check refuses them.
const text = (refused: RegExp): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 60 })
    .filter((name) => !refused.test(name) && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name))
const named = fc.record({ flow: text(/[/%&><]/), name: text(/[/%&><]/) })
/** Rich reads markup and emoji codes in a name, so that it does not show these as they are. */
const isShownAsItIs = (name: string): boolean => !/[[\\:]/.test(name)

test('what a panel of narrow characters says comes back', () => {
  const plain = fc.string({ minLength: 1, maxLength: 1000 }).filter((name) => !/[/\s]/.test(name))
  fc.assert(
    fc.property(plain, plain, (flow, name) => {
      const lines = panel(`Deployment '${flow}/${name}' successfully created with id '${ID}'.`)
      expect(parseDeployOutput(['import of flows', ...lines, 'done'])).toEqual([{ flow, name, id: ID }])
    }),
  )
})

/** Draws each text of standard input as `prefect deploy` does (cli/deploy/_core.py), with the rich of that environment. */
const DRAW = `
import json, sys
from rich.console import Console
from rich.panel import Panel
console = Console(highlight=False, color_system=None, width=400)
drawn = []
for text in json.load(sys.stdin):
    with console.capture() as capture:
        console.print(Panel(text), style="green")
    drawn.append(capture.get())
print(json.dumps(drawn))
`

function drawn(python: string, texts: readonly string[]): readonly string[] {
  const said = execFileSync(python, ['-c', DRAW], {
    encoding: 'utf8',
    input: JSON.stringify(texts),
    maxBuffer: 64 * 1024 * 1024,
    env: { PYTHONUTF8: '1' },
  })
  return z.array(z.string()).parse(JSON.parse(said))
}

describe('what rich itself draws comes back', () => {
  test.each(['3.8.8', '3.4.25'])('rich of Prefect %s', async (version) => {
    const python = version === '3.8.8' ? (await tools()).prefect : await prefectVenv(version)
    const sample = fc.sample(named, 400)
    const hostile = [
      "it's",
      '"',
      `' successfully created with id '${OTHER}'.`,
      '漢字'.repeat(150),
      `${'long '.repeat(200)}end`,
      'é\u0301👩‍👩‍👧',
      '│ ╮',
      '-n',
      '--all',
    ]
    const all = [...sample, ...hostile.map((name) => ({ flow: 'main', name }))]
    const panels = drawn(
      python,
      all.map(({ flow, name }) => `Deployment '${flow}/${name}' successfully created with id '${ID}'.`),
    )
    const squeezed = (one: string): string => one.replaceAll(/\s+/g, '')
    for (const [index, { flow, name }] of all.entries()) {
      const found = parseDeployOutput(panels[index]?.split('\n') ?? [])
      expect(found).toHaveLength(1)
      expect(found[0]?.id).toBe(ID)
      if (!isShownAsItIs(flow) || !isShownAsItIs(name)) continue
      expect(squeezed(found[0]?.flow ?? '')).toBe(squeezed(flow))
      expect(squeezed(found[0]?.name ?? '')).toBe(squeezed(name))
      if (name.length < 100) expect(found[0]?.name).toBe(name)
    }
  })
})

describe('what the log shows of a panel', () => {
  test('is its text, and the title of one that tells of an error', () => {
    expect(panel('Deploying one').flatMap(withoutFrame)).toEqual(['Deploying one'])
    expect(panel('x'.repeat(500)).flatMap(withoutFrame)).toEqual(['x'.repeat(396), 'x'.repeat(104)])
    expect(withoutFrame(`╭─ Error ${'─'.repeat(389)}╮`)).toEqual(['Error'])
  })

  test.each([
    ['a short one of the project’s own', '╭────╮'],
    ['a row of a short one', '│ row │'],
    ['what is long and no panel', `│ ${'x'.repeat(400)}`],
    ['a table', `${'a │ '.repeat(100)}b`],
  ])('leaves %s as it is', (_, line) => {
    expect(withoutFrame(line)).toEqual([line])
  })
})
