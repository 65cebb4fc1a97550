import { beforeAll, describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { readCron } from '../../../src/manifest/schedule/cron.ts'
import { neverComes } from '../../../src/manifest/schedule/cron-dates.ts'
import { cronTexts, dateTexts } from './cron-texts.ts'
import { type Answer, askPrefect } from './prefect-judge.ts'

const SEED = 20_261_125
const RANDOM = 6000

const TABLE = `* * * * *
0 0 * * *
*/5 * * * *
0 9 * * mon-fri
0 9 * * MON-FRI
0 0 1,15 * *
0 0 L * *
0 0 l * *
0 0 1,L * *
0 0 1-L * *
0 0 L-1 * *
0 0 L-3 * *
0 0 * * L
0 0 * * L5
0 0 * * l5
0 0 * * L1,L5
0 0 * * L7
0 0 * * L8
0 0 * * L1,5
0 0 * * 5L
0 0 * * fri#2
0 0 * * 5#2
0 0 * * 7#1
0 0 * * 8#1
0 0 * * fri#0
0 0 * * fri#6
0 0 * * fri#l
0 0 * * mon#1,wed#3
0 0 * * mon#1,wed
0 0 * * *,wed#1
0 0 1 * *,wed#1
0 0 1 * 0,1,2,3,4,5,6#1
0 0 1 * 0-6,mon#1
0 0 * * mon-fri#2
0 0 * * sun-sun#2
0 0 * * 1-5#2
0 0 * * *#2
0 0 * * jan#1
0 0 ? * *
0 0 * * ?
0 0 ? * ?
? 0 * * *
0 0 1,? * *
0 0 15W * *
0 0 LW * *
22-2 * * * *
0 22-2 * * *
0 22-2/5 * * *
0 0 * * 5-1
0 0 * * 7-1
0 0 * * 6-7
0 0 * * sun-sun
0 0 * oct-mar *
0 0 * apr-jan/3 *
*/61 * * * *
*/70 * * * *
*/0 * * * *
0/15 * * * *
5/15 * * * *
1-5/0 * * * *
5-5 * * * *
0 0 0-0 * *
0 0 0 * *
0 0 0-5 * *
0 0 5-0 * *
0 0 * 0 *
0 0 * 13 *
0 24 * * *
60 * * * *
-1 * * * *
+1 * * * *
1.5 * * * *
1,,3 * * * *
,1 * * * *
1, * * * *
1-2-3 * * * *
1/2/3 * * * *
*-5 * * * *
*5 * * * *
** * * * *
1_0 * * * *
R * * * *
r * * * *
H * * * *
h/5 * * * *
H(0-5) * * * *
R(0-5) * * * *
R(5-0) * * * *
R(3-3) * * * *
R(0-5)/2 * * * *
R/5 * * * *
R/0 * * * *
R(0-5),7 * * * *
0 0 R(1-28) * *
0 0 * * R(1-7)
0 0 31 2 *
0 0 30 2 *
0 0 0 * * *
0 0 * * 7 *
0 0 * 0 * *
*/30 * * * * *
0 0 12 * * ?
0 0 12 ? * MON *
0 0 1 1 * 0 2030
0 0 1 1 * 0 1969
0 0 1 1 * 0 2100
0 0 1 1 * 0 2099-1970
0 0 1 1 * 0 5-3/3000
0 0 1 1 * 0 */200
* * * *
* * * * * * * *
@yearly
@annually
@monthly
@weekly
@daily
@midnight
@hourly
@DAILY
@reboot
@every 5m
@daily\u0020
0 0 * * monday
0 0 * january *
every day
0 0 * * *\u000a
\u00a00\u30000 * * *
\uff10 \u0660 * * *
0\u00b2 * * * *
\u2460 * * * *
0 0 * * \u212a
constructor * * * *
0 0 * constructor *
0 0 * * __proto__`.split('\n')

const UNPRINTABLE = [
  '',
  ' ',
  '\n',
  '0 0 * * *\n',
  '\t0 0\t* * *',
  '0 0 * * *\u001c',
  `${'0'.repeat(4300)} * * * *`,
  `${'0'.repeat(4301)} * * * *`,
  `*/${'9'.repeat(4300)} * * * *`,
  `*/${'9'.repeat(4301)} * * * *`,
  '\ufeff0 0 * * *',
  '0 0 * * *\ufeff',
  'İ * * * *',
]

const SELDOM = [
  '0 0 31 2 *',
  '0 0 29 2 *',
  '0 0 30 2 mon',
  '0 0 1 * fri#2',
  '0 0 13 * fri#2',
  '0 0 29 2 * 0 2027',
  '0 0 29 2 * 0 2028,2029',
]
const TEXTS = [...TABLE, ...UNPRINTABLE, ...fc.sample(cronTexts(), { numRuns: RANDOM, seed: SEED })]
const DATES = [...new Set([...SELDOM, ...fc.sample(dateTexts(), { numRuns: 300, seed: SEED })])]

let answers: readonly (readonly Answer[])[] = []
beforeAll(async () => {
  answers = await askPrefect([
    TEXTS.map((value) => ({ judge: 'cron', value })),
    DATES.map((value) => ({ judge: 'next', value })),
  ])
})

describe('cron texts against Prefect', () => {
  test(`a table and ${RANDOM} random ones, seed ${SEED}`, () => {
    const [judged = []] = answers
    const accepted = judged.filter((answer) => answer.accepted).length
    expect(accepted).toBeGreaterThan(TEXTS.length / 5)
    expect(accepted).toBeLessThan((TEXTS.length * 4) / 5)
    const wrong = TEXTS.flatMap((text, index) => {
      const { fault } = readCron(text)
      const agreed = (fault === undefined) === judged[index]?.accepted || isByLot(text)
      return agreed
        ? []
        : [`${JSON.stringify(text)}: Prefect says ${judged[index]?.why ?? 'yes'}, we ${fault ?? 'yes'}`]
    })
    expect(wrong).toEqual([])
  })

  test('a text that never comes is one that croniter finds no next run for', () => {
    const [, judged = []] = answers
    expect(judged.filter(({ why }) => why === 'never').length).toBeGreaterThan(20)
    const wrong = DATES.filter((text, index) => {
      const reading = readCron(text)
      return reading.fault !== undefined || neverComes(reading.fields) !== (judged[index]?.why === 'never')
    })
    expect(wrong).toEqual([])
  })
})

/** Where croniter draws a number that may lie outside, its own answer changes from time to time. */
function isByLot(text: string): boolean {
  return / [rR][(/]|^[rR][(/]/.test(text.replace(/\s/gu, ' ')) && readCron(text).fault !== undefined
}
