import { huge, PAGE, tooMany, UNAVAILABLE, type WireAnswer, type WireFault } from '../../world/wire-faults.ts'

/** What becomes of a request. */
export type Trouble = Omit<WireFault, 'path' | 'method' | 'times' | 'nth'>

/** Whom a trouble meets: the n-th request, every one from there on, or every write from the n-th on. */
export type Who = 'one' | 'all from' | 'writes from'

export type Struck = Readonly<{ kind: string; trouble: Trouble; who: Who; nth: number }>

const MEBIBYTE = 2 ** 20
const HTML = { 'content-type': 'text/html' }

function saying(status: number): Readonly<{ answer: WireAnswer }> {
  return { answer: { status, body: `{"detail":"Answer ${status}."}` } }
}

/** None: whoever meets it, as often as may be, ends as if it had not been. */
export const HARMLESS: Readonly<Record<string, Trouble>> = {
  'a late answer': { delayMs: 20 },
  'an answer in pieces': { drip: { pieces: 5, everyMs: 2 } },
  'a clock that is an hour ahead': { clockAhead: 3600 },
  'a clock that is an hour behind': { clockAhead: -3600 },
}

/** Passes by itself: whoever meets it once ends as if it had not been. */
export const BROKEN: Readonly<Record<string, Trouble>> = {
  'a reset before the server': { breaks: 'before' },
  'a reset behind the server': { breaks: 'after' },
  'half an answer before the server': { breaks: 'middle' },
  'half an answer behind the server': { breaks: 'half' },
}

/** Passes too, and takes the time of a whole try. */
export const SILENT: Readonly<Record<string, Trouble>> = {
  'no answer at all': { hold: true },
}

/** Answers that pass by themselves; like all those below they need no socket. */
export const PASSING: Readonly<Record<string, Trouble>> = {
  '408': saying(408),
  '429': saying(429),
  '429 and seconds to wait': { answer: tooMany(7) },
  '429 and a time to wait for, by a clock that is wrong': {
    answer: {
      ...saying(429).answer,
      headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' },
    },
  },
  '502 of a gateway': { answer: { status: 502, headers: HTML, body: '<h1>Bad Gateway</h1>' } },
  '503': { answer: UNAVAILABLE },
  '504': { answer: { status: 504, body: '' } },
}

/** Answers that no second try makes better. */
export const LASTING: Readonly<Record<string, Trouble>> = {
  'a login page': { answer: PAGE },
  'the way to a login page': { answer: { status: 302, headers: { location: 'https://login.example.com/' } } },
  '5 MB of something': { answer: huge(5 * MEBIBYTE) },
  'more than is read': { answer: huge(9 * MEBIBYTE) },
  'half of JSON': { answer: { status: 200, body: '[{"id":' } },
  '400': saying(400),
  '401': saying(401),
  '403': saying(403),
  '404': saying(404),
  '409': saying(409),
  '413': saying(413),
  '422': { answer: { status: 422, body: '{"exception_message":"Invalid request received.","exception_detail":[]}' } },
  '429 and longer to wait than anybody does': { answer: tooMany(3600) },
  '500': { answer: { status: 500, body: '{"exception_message":"Internal Server Error"}' } },
}

/** Says that a write was taken, as the server would; only what is read back tells otherwise. */
export const LIES: Readonly<Record<string, Trouble>> = {
  'nothing, and 200': { answer: { status: 200, body: '' } },
  'null, and 200': { answer: { status: 200, body: 'null' } },
}
