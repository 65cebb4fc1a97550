import { expect, test } from '@jest/globals'
import { fc, test as property } from '@fast-check/jest'
import { isNoDate } from '../../../src/manifest/schedule/anchor-date.ts'
import { adviceOnCron } from '../../../src/manifest/schedule/cron-advice.ts'
import { neverComes } from '../../../src/manifest/schedule/cron-dates.ts'
import { readCron } from '../../../src/manifest/schedule/cron.ts'
import { readRrule, rruleTextOf } from '../../../src/manifest/schedule/rrule.ts'
import { isZoneToPrefect, nearestZone } from '../../../src/manifest/schedule/time-zone.ts'

/** Every reader of a schedule's texts, on one text. */
function readAll(text: string): void {
  const cron = readCron(text)
  if (cron.fault === undefined) neverComes(cron.fields)
  else adviceOnCron(text)
  const rrule = rruleTextOf(text)
  if (typeof rrule !== 'string') readRrule(rrule.rrule)
  isZoneToPrefect(text, 'cron')
  nearestZone(text)
  isNoDate(text)
}

property.prop([fc.string({ unit: 'binary', maxLength: 60 })])('no text makes a reader throw', (text) => {
  readAll(text)
})

const SIGNS = [...Array.from('0123456789*/-,#?lLrRhH() ;:=TZ@'), 'FREQ=', 'TZID=', 'BYDAY=', '\u0660', '\ufeff']
property.prop([fc.array(fc.constantFrom(...SIGNS), { maxLength: 60 })])(
  'nor one of the signs that they know',
  (signs) => {
    readAll(signs.join(''))
  },
)

/** Texts of 100 kB that a reader which looks back would not come through in the time of a test. */
const LONG: readonly string[] = [
  '0',
  '*',
  '*/',
  '-',
  '1-',
  '0-59,',
  '1970-2099,',
  '1/2/',
  'mon#',
  '#',
  '?',
  '(',
  'r(0-',
  ' ',
  '* ',
  '@',
  'TZID=',
  'TZID=A:',
  'FREQ=DAILY;',
  'DTSTART:20260101,',
  '[',
  '{"a":',
  '\u0660',
  'İ',
  '+',
  'Europe/',
].map((bit) => bit.repeat(Math.ceil(100_000 / bit.length)))

test('texts of 100 kB', () => {
  for (const text of LONG) {
    readAll(text)
    readAll(`${text} * * * *`)
    readAll(`* * * * ${text}`)
    readAll(`* * * * * * ${text.slice(0, -1)}`)
    readAll(`RRULE:${text}`)
  }
  expect(LONG).toHaveLength(26)
})
