import { test as property } from '@fast-check/jest'
import { describe, expect, test } from '@jest/globals'
import { integer, string, tuple } from 'fast-check'
import { Fault } from '../../src/faults.ts'
import { TESTED_UV } from '../../src/python/tested.ts'
import { admits, tellWanted, wantedUv } from '../../src/python/uv-range.ts'

const uvToml = (text: string, folder = ''): { file: string; text: string } => ({ file: `${folder}uv.toml`, text })
const pyproject = (text: string, folder = ''): { file: string; text: string } => ({
  file: `${folder}pyproject.toml`,
  text,
})

function faultIn(work: () => unknown): Fault {
  try {
    work()
  } catch (thrown) {
    if (thrown instanceof Fault) return thrown
    throw thrown
  }
  throw new Error('no fault')
}

describe('the wanted uv', () => {
  test.each([
    ['nothing', [], undefined, '~=0.13.8 (tested default)'],
    ['an empty input', [], '  ', '~=0.13.8 (tested default)'],
    ['an exact input', [], '0.12.3', '==0.12.3 (input uv-version)'],
    ['a range as input', [], '>=0.12, <1', '>=0.12, <1 (input uv-version)'],
    ['uv.toml', [uvToml('required-version = ">=0.9"')], undefined, '>=0.9 (required-version in uv.toml)'],
    [
      'pyproject.toml',
      [pyproject('[tool.uv]\nrequired-version = "0.12.3"')],
      undefined,
      '==0.12.3 (required-version in pyproject.toml)',
    ],
    [
      'uv.toml before the pyproject.toml beside it',
      [uvToml(''), pyproject('[tool.uv]\nrequired-version = "0.1"')],
      undefined,
      '~=0.13.8 (tested default)',
    ],
    [
      'a pyproject.toml without [tool.uv] is passed by',
      [pyproject('[project]\nname = "a"', 'a/'), pyproject('[tool.uv]\nrequired-version = ">=0.8"')],
      undefined,
      '>=0.8 (required-version in pyproject.toml)',
    ],
    [
      'the nearest that says anything is the only one',
      [pyproject('[tool.uv]\nmanaged = true', 'a/'), pyproject('[tool.uv]\nrequired-version = ">=0.8"')],
      '0.12.3',
      '==0.12.3 (input uv-version)',
    ],
    ['an empty required-version', [uvToml('required-version = ""')], '', 'any version (required-version in uv.toml)'],
    ['a byte order mark', [uvToml('\uFEFFrequired-version = ">=1"')], '', '>=1 (required-version in uv.toml)'],
  ])('%s', (_title, configs, input, told) => {
    expect(tellWanted(wantedUv(configs, input))).toBe(told)
  })

  test('the project overrules the input, and says so', () => {
    expect(wantedUv([uvToml('required-version = ">=0.9"')], ' 0.12.3 ')).toEqual({
      range: '>=0.9',
      source: { kind: 'required-version', position: { file: 'uv.toml', line: 1 } },
      overruled: '0.12.3',
    })
  })

  test.each(['latest', '0.13.x', '0.13.*', '=0.13.8', '~=1', '>=0.5,', '>=0.5 <1', '; rm', '0.13.8 @ https://x'])(
    'the input %j is refused',
    (input) => {
      const fault = faultIn(() => wantedUv([], input))
      expect(fault.kind).toBe('user')
      expect(fault.message).toContain(JSON.stringify(input))
      expect(fault.hint).toContain('PEP 440')
    },
  )

  test.each([
    ['"0.13.*"', 3],
    ['5', 3],
    ['["0.13.8"]', 3],
  ])('required-version = %s is refused at its line', (value, line) => {
    const fault = faultIn(() => wantedUv([pyproject(`[tool.uv]\n\nrequired-version = ${value}`, 'etl/')], undefined))
    expect([fault.kind, fault.position]).toEqual(['user', { file: 'etl/pyproject.toml', line }])
  })

  test('a file that is no TOML is refused at its line and column', () => {
    const fault = faultIn(() => wantedUv([pyproject('[tool.uv]\nrequired-version = 0.1.2')], '0.13.8'))
    expect(fault.kind).toBe('user')
    expect(fault.position).toMatchObject({ file: 'pyproject.toml', line: 2 })
    expect(fault.message).toMatch(/^pyproject\.toml is not valid TOML: [^\n]+\.$/)
  })
})

const part = integer({ min: 0, max: 99 })
const version = tuple(part, part, part)
const text = (parts: readonly number[]): string => parts.join('.')
const order = (a: readonly number[], b: readonly number[]): number =>
  a.map((value, index) => value - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0

describe('what a range admits', () => {
  property.prop([version, version])('an exact version admits itself alone', (wanted, other) => {
    expect(admits(wantedUv([], text(wanted)), text(other))).toBe(order(wanted, other) === 0)
    expect(admits(wantedUv([], text(wanted)), text(wanted))).toBe(true)
  })

  property.prop([version, version, version])('a range admits what lies between its ends', (low, high, other) => {
    const wanted = wantedUv([], `>=${text(low)}, <${text(high)}`)
    expect(admits(wanted, text(other))).toBe(order(low, other) <= 0 && order(other, high) < 0)
  })

  property.prop([part, part])('the default admits the tested minor from the tested patch on', (minor, patch) => {
    expect(admits(wantedUv([], undefined), `0.${minor}.${patch}`)).toBe(minor === 13 && patch >= 8)
  })

  property.prop([string(), string()])('any text gives a range or a fault of the user', (input, answer) => {
    try {
      admits(wantedUv([uvToml(`required-version = ${JSON.stringify(input)}`)], input), answer)
    } catch (thrown) {
      expect(thrown).toMatchObject({ kind: 'user' })
    }
  })

  test.each([
    [TESTED_UV, true],
    ['0.13.8rc1', false],
    ['0.14.0a1', false],
    ['not a version', false],
  ])('the default and %s: %s', (found, admitted) => {
    expect(admits(wantedUv([], undefined), found)).toBe(admitted)
  })
})
