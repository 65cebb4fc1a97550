import { huge, PAGE, tooMany, UNAVAILABLE, type WireAnswer, type WireFault } from '../../world/wire-faults.ts'

/** What becomes of a request. */
export type Trouble = Omit<WireFault, 'path' | 'method' | 'times' | 'nth'>

/** One that is an answer of somebody else's, so that no socket is needed for it. */
export type AnswerTrouble = Readonly<{ answer: WireAnswer }>

/** Whom a trouble meets: the n-th request, every one from there on, or every write from the n-th on. */
export type Struck<T extends Trouble = Trouble> = Readonly<{
  kind: string
  trouble: T
  who: 'one' | 'all from' | 'writes from'
  nth: number
}>

const MEBIBYTE = 2 ** 20
const HTML = { 'content-type': 'text/html' }

function saying(status: number): AnswerTrouble {
  return { answer: { status, body: `{"detail":"Answer ${status}."}` } }
}

/** What passes by itself, or is none: a step that meets one of them ends as if it had not. */
export const BROKEN: Readonly<Record<string, Trouble>> = {
  'a late answer': { delayMs: 20 },
  'an answer in pieces': { drip: { pieces: 5, everyMs: 2 } },
  'a clock that is an hour ahead': { clockAhead: 3600 },
  'a clock that is an hour behind': { clockAhead: -3600 },
  'a reset before the server': { breaks: 'before' },
  'a reset behind the server': { breaks: 'after' },
  'half an answer before the server': { breaks: 'middle' },
  'half an answer behind the server': { breaks: 'half' },
  'no answer at all': { hold: true },
}

/** Of these too. */
export const PASSING: Readonly<Record<string, AnswerTrouble>> = {
  '408': saying(408),
  '429': saying(429),
  '429, and seconds to wait': { answer: tooMany(7) },
  '429, and a time to wait for': {
    answer: { ...saying(429).answer, headers: { 'retry-after': new Date(7000).toUTCString() } },
  },
  '502 of a gateway': { answer: { status: 502, headers: HTML, body: '<h1>Bad Gateway</h1>' } },
  '503': { answer: UNAVAILABLE },
  '504': { answer: { status: 504, body: '' } },
}

/** Answers that no second try makes better. */
export const LASTING: Readonly<Record<string, AnswerTrouble>> = {
  'a login page': { answer: PAGE },
  'a way to a login page': { answer: { status: 302, headers: { location: 'https://login.example.com/' } } },
  '5 MB of something': { answer: huge(5 * MEBIBYTE) },
  'more than is read': { answer: huge(9 * MEBIBYTE) },
  'half of JSON': { answer: { status: 200, body: '[{"id":' } },
  'nothing, and 200': { answer: { status: 200, body: '' } },
  'null, and 200': { answer: { status: 200, body: 'null' } },
  '400': saying(400),
  '401': saying(401),
  '403': saying(403),
  '404': saying(404),
  '409': saying(409),
  '413': saying(413),
  '422': { answer: { status: 422, body: '{"exception_message":"Invalid request received.","exception_detail":[]}' } },
  '429 for longer than anybody waits': { answer: tooMany(3600) },
  '500': { answer: { status: 500, body: '{"exception_message":"Internal Server Error"}' } },
}
