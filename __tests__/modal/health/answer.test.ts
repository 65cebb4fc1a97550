import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { Trouble, type TroubleKind } from '../../../src/http/trouble.ts'
import { type Judgement, judgeAnswer } from '../../../src/modal/health/answer.ts'
import type { HealthTarget } from '../../../src/modal/health/targets.ts'
import { judgeTrouble } from '../../../src/modal/health/trouble.ts'
import { MODAL_HTTP, type ModalHttpText } from '../../world/gateway-behaviour.ts'
import { answer, TARGET } from './sample.ts'

const HOST = 'acme--shop-web.modal.run'
const SERVER = 'acme--shop-srv.us-east.modal.direct'

function judged(status: number, text = '', changes: Partial<HealthTarget> = {}, hostname = HOST): Judgement {
  return judgeAnswer({ ...TARGET, ...changes }, answer(status, text), hostname)
}

/** The state, and of a wrong answer how long it may pass. */
function verdict(judgement: Judgement): string {
  return judgement.state === 'wrong' ? `${judgement.meaning.kind} after ${judgement.meaning.patience}` : judgement.state
}

function hint(judgement: Judgement): string {
  if (judgement.state !== 'wrong') throw new Error(judgement.state)
  return judgement.meaning.hint
}

describe("Modal's own answers", () => {
  const aboutToken = /Modal-Key: .*secrets.*Modal-Secret: .*secrets.*health-headers/
  const expected: readonly (readonly [ModalHttpText, string, RegExp])[] = [
    ['missing-credentials', 'target after 0', aboutToken],
    ['invalid-credentials', 'target after 0', aboutToken],
    ['not-scoped', 'target after 0', /allowed in the environment main/],
    ['invalid-function-call', 'refusal after 30', /modal app history shop --env main/],
    ['app-stopped', 'refusal after 0', /deployed anew/],
    ['workspace-disabled', 'refusal after 0', /billing/],
    ['spend-limit', 'refusal after 0', /spend limit/],
    ['bad-redirect-method', 'remote after Infinity', /status\.modal\.com/],
    ['missing-request', 'remote after Infinity', /lost the request/],
    ['terminated-by-signal', 'remote after Infinity', /`memory=`/],
    ['timed-out', 'remote after Infinity', /`timeout=`/],
    ['lost-input', 'remote after Infinity', /lost the request/],
    ['lost-input-short', 'remote after Infinity', /lost the request/],
    ['port-timeout', 'remote after Infinity', /0\.0\.0\.0/],
  ]

  test('each text that the gateway knows stands below', () => {
    expect(expected.map(([name]) => name)).toEqual(Object.keys(MODAL_HTTP))
  })

  test.each(expected)('%s', (name, wanted, about) => {
    const [status, words] = MODAL_HTTP[name]
    for (const declared of [false, true]) {
      const judgement = judged(status, `modal-http: ${words}\n`, { declared })
      expect(verdict(judgement)).toBe(wanted)
      expect(hint(judgement)).toMatch(about)
      expect(judgement.said.slice(0, 100)).toBe(`${status}: modal-http: ${words}`.slice(0, 100))
    }
  })

  test.each([
    [404, 'app not found', 'refusal after 30'],
    [429, 'Function web reached pending input queue limit (2000) for workspace acme', 'remote after Infinity'],
    [502, 'function call timed out', 'remote after Infinity'],
    [401, 'words that nobody has seen', 'target after 0'],
    [403, 'words that nobody has seen', 'target after 0'],
    [404, 'words that nobody has seen', 'remote after Infinity'],
    [500, 'words that nobody has seen', 'remote after Infinity'],
  ])('%i with %s', (status, words, wanted) => {
    expect(verdict(judged(status, `modal-http: ${words}`))).toBe(wanted)
  })

  test('a contract does not take them for the app', () => {
    expect(verdict(judged(404, 'modal-http: invalid function call', { status: 404, declared: true }))).toBe(
      'refusal after 30',
    )
  })

  test.each([[''], ['modal-http: no container is ready'], ['<html>']])('a server without a container: %j', (text) => {
    const judgement = judged(503, text, {}, SERVER)
    expect(verdict(judgement)).toBe('remote after Infinity')
    expect(hint(judgement)).toContain('No container of web became ready.')
  })

  test('a refusal without a token is the edge, whatever it says', () => {
    const behind = { requiresProxyAuth: true }
    expect(verdict(judged(401, 'no', behind, SERVER))).toBe('target after 0')
    expect(verdict(judged(403, 'no', behind, SERVER))).toBe('target after 0')
    expect(verdict(judged(404, 'no', behind, SERVER))).toBe('reachable')
    const token = { ...behind, headers: { 'modal-key': 'wk-1', 'modal-secret': 'ws-1' } }
    expect(verdict(judged(401, 'no', token, SERVER))).toBe('reachable')
    expect(verdict(judged(401, 'no', { ...behind, headers: { 'modal-key': 'wk-1' } }))).toBe('target after 0')
    expect(verdict(judged(401, 'no', { ...behind, headers: { authorization: 'Bearer wk-1.ws-1' } }))).toBe('reachable')
    expect(verdict(judged(401, 'no', { ...behind, status: 401, declared: true }))).toBe('healthy')
  })
})

describe("the app's answers", () => {
  test.each([
    [200, '', 'healthy'],
    [204, '', 'healthy'],
    [200, 'fine', 'healthy'],
    [200, '{"status":"ok"}', 'healthy'],
    [200, '{"status":" Healthy "}', 'healthy'],
    [200, '{"status":"PASS"}', 'healthy'],
    [200, '{"status":"up","more":{"status":"down"}}', 'healthy'],
    [200, '{"detail":{"status":"down"}}', 'healthy'],
    [200, '["status"]', 'healthy'],
    [200, '"down"', 'healthy'],
    [200, 'null', 'healthy'],
    [200, '{"status":"down"}', 'remote after Infinity'],
    [200, '{"status":"starting"}', 'remote after Infinity'],
    [200, '{"status":null}', 'remote after Infinity'],
    [200, '{"status":true}', 'remote after Infinity'],
    [200, 'modal-http: invalid function call', 'healthy'],
    [301, '', 'remote after Infinity'],
    [400, '', 'remote after Infinity'],
    [422, '', 'remote after Infinity'],
    [429, '', 'remote after Infinity'],
    [500, 'Internal Server Error', 'remote after Infinity'],
    [503, '', 'remote after Infinity'],
  ])('%i %s is %s, declared or not', (status, text, wanted) => {
    expect(verdict(judged(status, text))).toBe(wanted)
    expect(verdict(judged(status, text, { declared: true }))).toBe(wanted)
  })

  test.each([401, 403, 404, 405])('%i is an app that is up, unless a contract wants more', (status) => {
    expect(verdict(judged(status, '{"detail":"no"}'))).toBe('reachable')
    expect(verdict(judged(status, 'not modal-http: at the start'))).toBe('reachable')
    expect(verdict(judged(status, '{"detail":"no"}', { declared: true }))).toBe('remote after Infinity')
    expect(verdict(judged(status, '{"detail":"no"}', { declared: true, status }))).toBe('healthy')
  })

  test('one status may be the right one', () => {
    expect(verdict(judged(201, '', { status: 201, declared: true }))).toBe('healthy')
    expect(hint(judged(200, '', { status: 201, declared: true }))).toContain('If 200 is right, correct it.')
    expect(verdict(judged(503, '{"status":"down"}', { status: 503, declared: true }))).toBe('healthy')
  })

  test.each([
    ['{"a":{"b":1},"c":"x"}', { 'a.b': 1, c: 'x' }, undefined],
    ['{"status":"down"}', { status: 'down' }, undefined],
    ['{"status":"down","a":1}', { a: 1 }, undefined],
    ['{"a":{"b":2}}', { 'a.b': 1 }, '200, but `a.b` is 2, wanted 1'],
    ['{"a":"1"}', { a: 1 }, '200, but `a` is "1", wanted 1'],
    ['{"a":{}}', { 'a.b': null }, '200, but `a.b` is missing'],
    ['{"a":{"b":{"c":1}}}', { 'a.b': true }, '200, but `a.b` is {"c":1}, wanted true'],
    ['ok', { a: 1 }, '200, but the answer is not JSON'],
  ])('%s with %j', (text, json, said) => {
    const judgement = judged(200, text, { json, declared: true })
    expect(judgement.said).toBe(said ?? '200')
    expect(verdict(judgement)).toBe(said === undefined ? 'healthy' : 'remote after Infinity')
  })

  test('JSON that is too long is said to be so', () => {
    const long = { ...answer(200, '{"a":1'), cut: true }
    expect(judgeAnswer({ ...TARGET, json: { a: 1 }, declared: true }, long, HOST).said).toBe(
      '200, but the answer is too long to be read as JSON',
    )
  })

  test.each([
    [
      { status: 307, location: '/health/?token=abc' },
      '307: to https://acme--shop-web.modal.run/health/',
      'health-path',
    ],
    [{ status: 302, location: 'https://login.example/x?t=1' }, '302: to https://login.example/x', 'health-path'],
    [{ status: 404, location: undefined }, '404', '`path:`'],
    [{ status: 401, location: undefined }, '401', '`headers:`'],
    [{ status: 422, location: undefined }, '422', '`body:`'],
    [{ status: 500, location: undefined }, '500', '`modal app logs shop --env main`'],
  ])('the hint for %j', ({ status, location }, said, about) => {
    const headers = location === undefined ? {} : { location }
    const judgement = judgeAnswer({ ...TARGET, declared: true }, answer(status, '', headers), HOST)
    expect(judgement.said).toBe(said)
    expect(hint(judgement)).toContain(about)
  })

  test('what the app echoes of the headers is not shown', () => {
    const headers = {
      authorization: 'Bearer very"secret',
      'modal-key': 'wk-secret',
      accept: 'text/plain',
      'x-short': 'abc',
    }
    const echo = `${JSON.stringify(headers)} very"secret`
    const said = [
      judged(500, echo, { headers }).said,
      judged(500, `${'x'.repeat(190)}Bearer very"secret`, { headers }).said,
      judged(200, JSON.stringify({ status: echo }), { headers }).said,
      judged(200, JSON.stringify({ a: headers.authorization }), { headers, json: { a: 1 } }).said,
    ]
    for (const line of said) expect(line).not.toMatch(/very|secret/)
    expect(said[0]).toContain('text/plain')
  })

  test('a value within a longer one leaves nothing of that', () => {
    const headers = { 'x-a': 'abcd', 'x-b': 'abcdefgh', 'x-c': 'xabcdefgh' }
    expect(judged(500, 'abcd abcdefgh xabcdefgh', { headers }).said).toBe('500: *** *** ***')
    expect(judged(500, 'no banana', { headers: { 'x-a': 'a' } }).said).toBe('500: no banana')
  })

  test('texts are flattened and cut', () => {
    const { said } = judged(500, `a\r\n::error::b\u001b[31m\u202e ${'y'.repeat(1000)}`)
    expect(said).toMatch(/^500: a ::error::b \[31m y+…$/)
    expect(said.length).toBeLessThan(210)
  })
})

describe('troubles', () => {
  test.each<readonly [TroubleKind, string, string, RegExp]>([
    ['refused', 'connect ECONNREFUSED', 'remote after Infinity', /status\.modal\.com/],
    ['dns', 'getaddrinfo ENOTFOUND', 'remote after 60', /DNS/],
    ['tls', 'self-signed certificate', 'remote after 60', /NODE_EXTRA_CA_CERTS/],
    ['reset', 'other side closed', 'remote after Infinity', /modal app logs/],
    ['timeout', 'no answer within 155 s', 'timeout after Infinity', /health-timeout/],
    ['proxy', 'Proxy response (403) !== 200 when HTTP Tunneling', 'remote after 0', /NO_PROXY/],
    ['proxy', 'Proxy response (503) !== 200 when HTTP Tunneling', 'remote after 60', /NO_PROXY/],
    ['other', 'Expected HTTP/', 'remote after Infinity', /no answer of a web server/],
  ])('%s: %s', (kind, message, wanted, about) => {
    const judgement = judgeTrouble(TARGET, new Trouble(kind, message))
    expect(verdict(judgement)).toBe(wanted)
    expect(hint(judgement)).toMatch(about)
    expect(judgement.said).toBe(message)
  })

  test('the name of a custom domain is its owner’s to set', () => {
    const custom = { ...TARGET, asked: 'https://api.example.com/health' }
    expect(hint(judgeTrouble(custom, new Trouble('dns', 'x')))).toContain('custom domain')
    expect(hint(judgeTrouble(TARGET, new Trouble('dns', 'x')))).toContain('an address of Modal')
  })
})

test('no answer makes it throw, and what is said is one short line', () => {
  const targets = fc.record({
    json: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
    headers: fc.dictionary(fc.string(), fc.string()),
    declared: fc.boolean(),
    requiresProxyAuth: fc.boolean(),
    function: fc.string(),
    reference: fc.string(),
    app: fc.string(),
  })
  const answers = fc.record({
    status: fc.integer({ min: 100, max: 599 }),
    headers: fc.dictionary(fc.constantFrom('location', 'retry-after', 'content-type'), fc.string()),
    text: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.string().map((words) => `modal-http: ${words}`),
    ),
    cut: fc.boolean(),
  })
  const kinds = fc.constantFrom<TroubleKind>('refused', 'dns', 'tls', 'reset', 'timeout', 'proxy', 'other')
  fc.assert(
    fc.property(
      targets,
      answers,
      fc.constantFrom(HOST, SERVER, 'api.example.com'),
      kinds,
      (changes, one, host, kind) => {
        const target = { ...TARGET, ...changes }
        for (const { said } of [judgeAnswer(target, one, host), judgeTrouble(target, new Trouble(kind, one.text))]) {
          expect(said).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
          expect(said.length).toBeLessThan(400)
        }
      },
    ),
  )
})
