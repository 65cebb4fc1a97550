import { spawnSync } from 'node:child_process'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import * as z from 'zod'
import { scriptLines, shellLine } from '../../src/manifest/script-lines.ts'

const SEED = 20_261_125
const CASES = 3000
/** Prints for each script its lines, and for each line its words or the error of `shlex`. */
const SPLIT = `
import json, shlex, sys
def split(line):
    try:
        return shlex.split(line)
    except ValueError as error:
        return str(error)
json.dump([[split(line) for line in script.splitlines()] for script in json.load(sys.stdin)], sys.stdout)
`
const OPEN = { quote: 'No closing quotation', backslash: 'No escaped character' }

function ofPython(scripts: readonly string[]): (string | string[])[][] {
  const { stdout, stderr, status } = spawnSync('python3', ['-c', SPLIT], {
    input: JSON.stringify(scripts),
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  if (status !== 0) throw new Error(stderr)
  return z.array(z.array(z.union([z.string(), z.array(z.string())]))).parse(JSON.parse(stdout))
}

/** The same in our words; Python knows no line behind a last line break. */
function ours(script: string): (string | string[])[] {
  const lines = scriptLines(script)
  const kept = lines.at(-1) === '' ? lines.slice(0, -1) : lines
  return kept.map((line) => {
    const { words, open } = shellLine(line)
    return open === undefined ? words.map(({ text }) => text) : OPEN[open]
  })
}

describe('the lines and words of a script', () => {
  test('are those of Python', () => {
    const unit = fc.constantFrom(...'ab \'"\\\n\t;|&>$#\r\v\f\u001c\u0085\u2028é😀'.split(/(?:)/u))
    const scripts = fc.sample(fc.string({ unit, maxLength: 30 }), { seed: SEED, numRuns: CASES })
    const theirs = ofPython(scripts)
    for (const [index, script] of scripts.entries()) expect([script, ours(script)]).toEqual([script, theirs[index]])
  })

  test('say of each sign how it was quoted', () => {
    const { words } = shellLine(`a'b'"c"\\d "\\"" ''`)
    expect(words).toEqual([
      { text: 'abcd', quotes: ` '"\\` },
      { text: '"', quotes: '\\' },
      { text: '', quotes: '' },
    ])
  })
})
