import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as z from 'zod'
import type { MapEntry, Value } from '../../src/manifest/value.ts'
import { readYaml } from '../../src/manifest/yaml.ts'
import { corpus } from './corpus.ts'
import { mutatedTexts } from './mutation.ts'
import { hasPyYaml, pyYaml, type PyYamlAnswer } from './pyyaml.ts'
import { soundFile } from './sample.ts'

const SEED = 20_261_124
const CASES = 3000

/** A value in the words of pyyaml.py; a float by its first ten digits, a key that is no text by its type. */
function plain(value: Value): unknown {
  if (value.kind === 'list') return ['list', value.items.map(plain)]
  if (value.kind === 'map') return ['map', lastOfEach(value.entries.map((entry) => [keyOf(entry), plain(entry.value)]))]
  if (value.type === 'null' || value.type === 'date') return [value.type]
  if (value.type === 'integer') return ['integer', String(value.value)]
  return value.type === 'float' ? ['float', value.value.toPrecision(10)] : [value.type, value.value]
}

function keyOf({ key, keyType }: MapEntry): string {
  return keyType === 'text' ? `text ${key}` : keyType
}

function lastOfEach(pairs: readonly [string, unknown][]): unknown[] {
  return [...new Map(pairs)].sort(([one], [other]) => (one < other ? -1 : 1))
}

/** PyYAML's answer in the same words. */
function levelled(value: unknown): unknown {
  if (!Array.isArray(value)) return value
  const [kind, content] = z.array(z.unknown()).parse(value)
  if (kind === 'float') return ['float', python(String(content)).toPrecision(10)]
  if (kind === 'list' && Array.isArray(content)) return ['list', content.map(levelled)]
  if (kind !== 'map' || !Array.isArray(content)) return value
  const pairs = z.array(z.tuple([z.array(z.unknown()), z.unknown()])).parse(content)
  return [
    'map',
    lastOfEach(
      pairs.map(([[type, key], item]) => [type === 'text' ? `text ${String(key)}` : String(type), levelled(item)]),
    ),
  ]
}

function python(float: string): number {
  return float.endsWith('inf') ? Number(float.replace('inf', 'Infinity')) : Number(float)
}

const inPython = hasPyYaml('the reader') ? describe : describe.skip

inPython('the reader against PyYAML', () => {
  const files = corpus().map((file) => Buffer.from(file.bytes).toString())

  test('every file of the corpus', () => {
    const answers = pyYaml(files)
    for (const [index, text] of files.entries()) hold(text, answers[index])
  })

  test(`${CASES} wounded files, seed ${SEED}`, () => {
    const short = files.filter((text) => text.length < 6000)
    const seeds =
      short.length > 0
        ? short
        : [
            soundFile([
              ['daily', 'a.py:f'],
              ['hourly', 'b.py:f'],
            ]),
          ]
    const texts = fc.sample(mutatedTexts(seeds), { numRuns: CASES, seed: SEED })
    const answers = pyYaml(texts)
    for (const [index, text] of texts.entries()) hold(text, answers[index])
  })
})

/** Both refuse the text, or both read the same; a text whose root is no mapping is refused by the check either way. */
function hold(text: string, theirs: PyYamlAnswer | undefined): void {
  const ours = readYaml(Buffer.from(text))
  const theirValue =
    theirs !== undefined && 'value' in theirs && theirs.value[0] === 'map' ? levelled(theirs.value) : undefined
  const ourValue = ours.value?.kind === 'map' ? plain(ours.value) : undefined
  expect({
    text,
    value: ourValue,
    troubles: ours.troubles.filter(({ severity }) => severity === 'error' && theirValue !== undefined),
  }).toEqual({
    text,
    value: theirValue,
    troubles: [],
  })
}
