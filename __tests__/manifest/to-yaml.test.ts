import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as z from 'zod'
import { yamlOf } from '../../src/manifest/to-yaml.ts'
import { readYaml } from '../../src/manifest/yaml.ts'
import { corpus } from './corpus.ts'
import { mutatedTexts } from './mutation.ts'
import { hasPyYaml, pyYaml, type PyYamlAnswer } from './pyyaml.ts'
import { soundFile } from './sample.ts'

const SEED = 20_261_124
const CASES = 1500

/** Everything that PyYAML reads otherwise than it looks, and what only a careful writer gets right. */
const ODD = `
booleans: [yes, off, "yes", !!bool on, y]
numbers: [010, "010", 0x1F, 0b101, 1_000, 1:30, 1e3, 1.5e+3, .5, -.inf, .nan, 1:30.5, !!float 3, !!int "7", 123456789012345678901234567890]
dates: [2024-01-01, 2024-01-01T10:00:00Z, "2024-01-01"]
nulls: [~, null, "", !!null x, ]
texts: ["a\\tb\\n\\x00\\x85\\u2028\\uFEFF", 'it''s', "\\U0001F600", 😀, é, "{{ $X }}", "- a", "# no", "%", "&a", "*a", "<<", "="]
block: |
  one

    two
folded: >-
  one
  two
`

const ALIASES = `
common: &common {a: &list [1, 2], b: "${'long '.repeat(40)}"}
again: *common
lists: [*list, *list, *common]
merged: {<<: *common, a: 3}
merges: {<<: [*common, {z: 1}]}
texts: [&text "${'word '.repeat(40)}", *text, *text]
empty: [{}, []]
1: integer
true: boolean
~: nothing
2024-01-01: date
"${'k'.repeat(2000)}": long
`

const inPython = hasPyYaml('the writer') ? describe : describe.skip

inPython('what PyYAML reads from a text that was written', () => {
  test('is what it reads from the first one: odd scalars, aliases, the corpus, wounded files', () => {
    const files = corpus().map(({ bytes }) => Buffer.from(bytes).toString())
    const seeds = [ODD, ALIASES, soundFile([['daily', 'a.py:f']]), ...files.filter((text) => text.length < 6000)]
    const wounded = fc.sample(mutatedTexts(seeds), { numRuns: CASES, seed: SEED })
    const texts: string[] = []
    const copies: string[] = []
    for (const text of [ODD, ALIASES, ...files, ...wounded]) {
      const { value } = readYaml(Buffer.from(text))
      if (value?.kind !== 'map' || /!!(?:set|omap|pairs|binary)/.test(text)) continue
      texts.push(text)
      copies.push(yamlOf(value))
    }
    const originals = pyYaml(texts)
    const read = pyYaml(copies)
    expect(originals.slice(0, 2).every((one) => 'value' in one)).toBe(true)
    for (const [index, one] of originals.entries())
      expect({ text: texts[index], read: unordered(read[index]) }).toEqual({ text: texts[index], read: unordered(one) })
  })
})

/** An answer in which the order of keys does not count, and of keys that stand twice the last does. */
function unordered(answer: PyYamlAnswer | undefined): unknown {
  return answer !== undefined && 'value' in answer ? unorderedValue(answer.value) : answer
}

function unorderedValue(value: unknown): unknown {
  const [kind, content] = z.array(z.unknown()).parse(value)
  if (kind === 'list') return ['list', z.array(z.unknown()).parse(content).map(unorderedValue)]
  if (kind !== 'map') return value
  const pairs = z.array(z.tuple([z.unknown(), z.unknown()])).parse(content)
  return ['map', Object.fromEntries(pairs.map(([key, item]) => [JSON.stringify(key), unorderedValue(item)]))]
}

test('a part that stands often is written once', () => {
  const text = `a: &a {t: &t "${'x'.repeat(1000)}"}\nb: [${Array.from({ length: 500 }, () => '*a').join(', ')}]\nc: [${Array.from({ length: 500 }, () => '*t').join(', ')}]\n`
  const { value } = readYaml(Buffer.from(text))
  if (value === undefined) throw new Error('not read')
  expect(yamlOf(value).length).toBeLessThan(10_000)
})
