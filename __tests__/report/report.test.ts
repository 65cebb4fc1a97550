import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { annotationsOf } from '../../src/report/annotations.ts'
import { closingLines } from '../../src/report/closing.ts'
import { code, escaped, link, prose } from '../../src/report/markdown.ts'
import { outputsOf } from '../../src/report/outputs.ts'
import { redacted, redactor } from '../../src/report/redact.ts'
import type { FindingRow } from '../../src/report/shape.ts'
import { summaryOf } from '../../src/report/summary.ts'
import { sampleApp, sampleDeployment, sampleEndpoint, sampleOrphan, sampleReport } from './sample.ts'

const HOSTILE = 'a|b`c` <img src=x onerror=1> [x](javascript:1) @everyone\n## heading\n::error::x ${{ y }} #1 *b* $(id)'

describe('Markdown', () => {
  test('nothing in a text becomes markup', () => {
    expect(escaped('<b> | `x` [l](u) @me #1')).toBe(
      '&lt;b&gt; &#124; &#96;x&#96; &#91;l&#93;&#40;u&#41; &#64;me &#35;1',
    )
    expect(escaped('a\nb\r\u2028c')).toBe('a b c')
    expect(code('')).toBe('')
  })

  test('only http addresses become links, and none breaks out of its own', () => {
    expect(link('x', 'javascript:alert(1)')).toBe('x')
    expect(link('x', 'https://a.b/c) [y](https://evil')).toBe('[x](https://a.b/c%29%20%5By%5D%28https://evil)')
  })

  test('a message has code between its backticks, and YAML in the lines after the first', () => {
    expect(prose('There is no `a|b`, so `c')).toBe('There is no <code>a&#124;b</code>, so &#96;c')
    expect(prose('Name the pool:\nwork_pool:\n  name: <x>')).toBe(
      'Name the pool&#58;<br><code>work&#95;pool&#58;</code><br><code>&nbsp;&nbsp;name&#58; &lt;x&gt;</code>',
    )
  })

  test('of a message nothing but its own tags becomes markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(prose(text).replaceAll(/<\/?code>|<br>/g, '')).not.toMatch(/[\n\r<>|`[\]*]/)
      }),
    )
  })

  test('any text stays on one line and free of markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escaped(text)).not.toMatch(/[\n\r<>|`[\]*]/)
      }),
    )
  })
})

describe('the summary', () => {
  test('says the verdict first and every target after it', () => {
    const summary = summaryOf(sampleReport())
    expect(summary.startsWith('## verified\n')).toBe(true)
    expect(summary).toContain('hello/daily')
    expect(summary).toContain('https://acme--shop-web.modal.run')
  })

  test('shows a plan with what changes, what is kept and what no file names', () => {
    const summary = summaryOf(
      sampleReport({
        verdict: 'planned',
        mode: 'plan',
        deployments: [
          sampleDeployment({ key: 'a', name: 'same', state: 'planned', action: 'unchanged' }),
          sampleDeployment({
            key: 'b',
            state: 'planned',
            action: 'update',
            changes: [{ field: 'parameters.n', found: '1', wanted: '2' }],
            kept: [{ field: 'paused', says: '`paused` stays true.' }],
            code: 'A run loads the commit `01234567`.',
          }),
        ],
        orphans: [sampleOrphan()],
        planDigest: 'c'.repeat(64),
      }),
    )
    expect(summary).toContain('### Plan for the Prefect deployments')
    expect(summary.indexOf('hello/daily')).toBeLessThan(summary.indexOf('hello/same'))
    expect(summary).toContain('<code>parameters.n</code>: <code>1</code> → <code>2</code>')
    expect(summary).toContain('- <code>hello/daily</code>: <code>paused</code> stays true.')
    expect(summary).toContain('<code>prefect.yaml</code> named it at the commit that is live')
    expect(summary).toContain('entrypoint&#58; flows/old.py&#58;old')
    expect(summary).toContain('c'.repeat(64))
  })

  test('hostile names stay text', () => {
    const summary = summaryOf(
      sampleReport({
        reason: HOSTILE,
        deployments: [sampleDeployment({ name: HOSTILE, flow: HOSTILE })],
        apps: [sampleApp({ name: HOSTILE, endpoints: [sampleEndpoint({ function: HOSTILE, detail: HOSTILE })] })],
      }),
    )
    expect(summary).not.toMatch(/<img|^::error|^## heading|@everyone|\]\(javascript/m)
  })

  test('ten thousand deployments stay within the size that GitHub takes', () => {
    const deployments = Array.from({ length: 10_000 }, (_, index) => sampleDeployment({ name: `d${index}`.repeat(20) }))
    expect(Buffer.byteLength(summaryOf(sampleReport({ deployments })))).toBeLessThan(1024 * 1024)
  })
})

describe('annotations', () => {
  const finding = (index: number, severity: 'error' | 'warning'): FindingRow => ({
    rule: 'pull-missing',
    severity,
    message: `finding ${index}`,
    position: { file: 'prefect.yaml', line: index + 1, column: 1 },
  })

  test('at most ten of a kind, and the last says how many more there are', () => {
    const findings = Array.from({ length: 25 }, (_, index) => finding(index, 'error'))
    const annotations = annotationsOf(sampleReport({ findings }))
    expect(annotations).toHaveLength(10)
    expect(annotations.at(-1)?.message).toBe('finding 9\n\n15 more are in the job summary and the report.')
    const eleven = annotationsOf(sampleReport({ findings: findings.slice(0, 11) }))
    expect(eleven.at(-1)?.message).toBe('finding 9\n\n1 more is in the job summary and the report.')
  })

  test('the fault of the step comes before the findings', () => {
    const annotations = annotationsOf(
      sampleReport({
        faults: [
          { kind: 'target', stage: 'prefect-target', message: 'wrong key', hint: 'mend it', lines: ['last line'] },
        ],
        findings: [finding(0, 'warning')],
      }),
    )
    expect(annotations[0]).toEqual({
      level: 'error',
      title: 'Credentials or target',
      message: 'wrong key\nmend it\nlast line',
    })
    expect(annotations[1]).toMatchObject({ level: 'warning', position: { file: 'prefect.yaml', line: 1 } })
  })
})

describe('outputs', () => {
  test('the custom domain, an app that stands twice, and the first healthy URL', () => {
    const report = sampleReport({
      apps: [
        sampleApp({ key: '0', endpoints: [sampleEndpoint({ state: 'reachable' })] }),
        sampleApp({
          key: '1',
          environment: 'dev',
          endpoints: [
            sampleEndpoint({ function: 'b', url: 'https://b' }),
            sampleEndpoint({ function: 'a', url: 'https://a' }),
            sampleEndpoint({ function: 'z', url: 'https://z', declared: true }),
          ],
        }),
      ],
    })
    const outputs = outputsOf(report)
    expect(outputs['url']).toBe('https://z')
    expect(JSON.parse(outputs['modal-urls'] ?? '')).toEqual({
      'shop@main': { web: 'https://acme--shop-web.modal.run' },
      'shop@dev': { a: 'https://a', b: 'https://b', z: 'https://z' },
    })
  })

  test('names of objects that JavaScript knows are names like others', () => {
    const outputs = outputsOf(sampleReport({ apps: [sampleApp({ name: '__proto__' })] }))
    expect(outputs['modal-urls']).toContain('"__proto__"')
  })

  test('every output is one line', () => {
    const outputs = outputsOf(sampleReport({ deployments: [sampleDeployment({ name: 'a\nb' })] }))
    for (const value of Object.values(outputs)) expect(value).not.toMatch(/[\r\n]/)
  })
})

describe('redaction', () => {
  test('the longest secret first, JSON forms too, short ones left to the runner', () => {
    const redact = redactor(['secret', 'secret-longer', 'say "hi"', 'no'])
    expect(redact('secret-longer secret no')).toBe('*** *** no')
    expect(redact(JSON.stringify({ a: 'say "hi"' }))).toBe('{"a":"***"}')
  })

  test('addresses lose credentials only', () => {
    const report = redacted(
      { url: 'https://shop--key', detail: 'shop key1' },
      redactor(['shop', 'key1']),
      redactor(['key1']),
    )
    expect(report).toEqual({ url: 'https://shop--key', detail: '*** ***' })
  })
})

test('the last group begins with the verdict alone', () => {
  const lines = closingLines(sampleReport({ reason: HOSTILE }))
  expect(lines[0]).toBe('verified')
  for (const line of lines) expect(line).not.toMatch(/[\r\n]/)
})

test('a report fits its schema', () => {
  const schema: unknown = JSON.parse(
    readFileSync(path.resolve(import.meta.dirname, '../../docs/report.schema.json'), 'utf8'),
  )
  const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(Object(schema))
  expect([validate(sampleReport()), validate.errors]).toEqual([true, null])
  expect(validate({ ...sampleReport(), verdict: 'fine' })).toBe(false)
})

describe('findings', () => {
  const report = sampleReport({
    findings: [
      {
        rule: 'work-pool-missing',
        severity: 'error',
        message: 'The deployment `daily` has no `work_pool`.',
        hint: 'Name the pool:\nwork_pool:\n  name: modal-pool',
        position: { file: 'prefect.yaml', line: 7, column: 5 },
        link: 'https://github.com/acme/action/blob/v1/docs/rules.md#work-pool-missing',
      },
      { rule: 'app-idle', severity: 'notice', message: HOSTILE, position: { file: HOSTILE, line: 1 } },
    ],
    ignored: [
      { rule: 'pull-missing', severity: 'warning', message: 'm', position: { file: 'f', line: 1 }, reason: HOSTILE },
    ],
    leftOut: [{ part: 'the flows', why: 'no Python was run' }],
  })

  test('stand in the summary with their place, what to do, and a link; nothing in them is markup', () => {
    const summary = summaryOf(report)
    expect(summary).toContain('### Findings: 1 error\n')
    expect(summary).toContain('<br><code>&nbsp;&nbsp;name&#58; modal&#45;pool</code>')
    expect(summary).toContain('(https://github.com/acme/action/blob/v1/docs/rules.md#work-pool-missing)')
    expect(summary).toContain('<summary>1 notice</summary>')
    expect(summary).toContain('1 finding is ignored')
    expect(summary).toContain('Not checked:')
    expect(summary).not.toMatch(/<img|^::error|^## heading|@everyone|\]\(javascript/m)
  })

  test('stand in the last group of the log', () => {
    const lines = closingLines(report)
    expect(lines).toEqual(
      expect.arrayContaining([
        'prefect.yaml:7:5  error  The deployment `daily` has no `work_pool`. [work-pool-missing]',
        '    Name the pool:',
        '      name: modal-pool',
        'Not checked: the flows (no Python was run)',
      ]),
    )
    for (const line of lines) expect(line).not.toMatch(/[\r\n]/)
  })

  test('are annotations, but for notices, which are not counted as findings either', () => {
    expect(annotationsOf(report).map(({ level }) => level)).toEqual(['error'])
    expect(outputsOf(report)['findings']).toBe('1')
  })

  test('fit the schema of the report', () => {
    const schema: unknown = JSON.parse(
      readFileSync(path.resolve(import.meta.dirname, '../../docs/report.schema.json'), 'utf8'),
    )
    const validate = new Ajv2020({ strict: true, formats: { 'date-time': true } }).compile(Object(schema))
    expect([validate(report), validate.errors]).toEqual([true, null])
  })
})
