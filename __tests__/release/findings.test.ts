import { describe, expect, test } from '@jest/globals'
import type { Finding, OwnComment } from '../../src/finding.ts'
import { machineClock } from '../../src/host.ts'
import { enterFindings, type Taking } from '../../src/release/findings.ts'
import { commentFindings, sift } from '../../src/release/ignored.ts'
import { openLedger } from '../../src/release/ledger.ts'

const RULES = [
  { id: 'pull-missing', severity: 'warning', about: '', acceptedByPrefect: true },
  { id: 'field-type', severity: 'error', about: '', acceptedByPrefect: false },
  { id: 'app-name', severity: 'notice', about: '', underStrict: 'error' },
  { id: 'app-idle', severity: 'notice', about: '' },
] as const

function finding(rule: string, line: number, severity: Finding['severity'] = 'warning'): Finding {
  return { rule, severity, message: 'm', position: { file: 'f', line, column: 3 } }
}

function comment(text: string, about = 5): OwnComment {
  return { file: 'f', line: 4, about, text }
}

describe('a comment', () => {
  test.each<[string, string, string | undefined]>([
    ['excuses what it names', 'ignore pull-missing -- one worker', 'one worker'],
    ['may name several', 'ignore other-rule, pull-missing -- it is so', 'it is so'],
    ['needs no reason', 'ignore pull-missing', undefined],
    ['keeps dashes in its reason', 'ignore pull-missing -- a -- b', 'a -- b'],
  ])('%s', (_name, text, reason) => {
    const { findings, ignored } = sift([finding('pull-missing', 5)], [comment(text)], RULES)
    expect(findings).toEqual([])
    expect(ignored.map((row) => row.reason)).toEqual([reason])
  })

  test.each<[string, string, Finding]>([
    ['of another rule', 'ignore app-idle', finding('pull-missing', 5)],
    ['about another line', 'ignore pull-missing', finding('pull-missing', 6)],
    ['without the word', 'pull-missing', finding('pull-missing', 5)],
    ['about what Prefect refuses', 'ignore field-type -- no', finding('field-type', 5, 'error')],
    ['in another file', 'ignore pull-missing', { ...finding('pull-missing', 5), position: { file: 'g', line: 5 } }],
  ])('excuses nothing %s', (_name, text, one) => {
    expect(sift([one], [comment(text)], RULES)).toEqual({ findings: [one], ignored: [] })
  })

  test.each<[string, RegExp]>([
    ['ignore pull-mising -- x', /Did you mean `pull-missing`/],
    ['ignore field-type', /Mend the file/],
    ['ignored pull-missing', /ignore rule-id -- reason/],
    ['', /ignore rule-id -- reason/],
  ])('that cannot be followed is told: %s', (text, hint) => {
    const found = commentFindings([comment(text)], RULES)
    expect(found).toMatchObject([{ rule: 'ignore-comment', position: { file: 'f', line: 4 } }])
    expect(found[0]?.hint).toMatch(hint)
  })
})

describe('what is entered', () => {
  const taking: Taking = { strict: false, comments: [], rules: RULES, page: undefined }
  const entered = (changes: Partial<Taking>): string[] => {
    const ledger = openLedger(machineClock)
    const found = [finding('pull-missing', 5), finding('app-name', 6, 'notice'), finding('app-idle', 7, 'notice')]
    enterFindings('files', { findings: found, comments: [] }, { ...taking, ...changes }, ledger)
    return ledger.report().findings.map(({ rule, severity, link }) => `${rule} ${severity} ${link ?? ''}`.trim())
  }

  test('is as the rules say, and leads to what is written about them', () => {
    expect(entered({ page: 'https://a/rules.md' })).toEqual([
      'pull-missing warning https://a/rules.md#pull-missing',
      'app-name notice https://a/rules.md#app-name',
      'app-idle notice https://a/rules.md#app-idle',
    ])
  })

  test('is graver under `strict`: each warning, and the notices that say so', () => {
    expect(entered({ strict: true })).toEqual(['pull-missing error', 'app-name error', 'app-idle notice'])
  })
})
