import * as fc from 'fast-check'

const split = (text: string): string[] => text.split(' ')
const FREQUENCIES = split('YEARLY MONTHLY WEEKLY DAILY HOURLY MINUTELY SECONDLY daily')
const NUMBERS = split('BYSETPOS BYMONTH BYMONTHDAY BYYEARDAY BYEASTER BYWEEKNO BYHOUR BYMINUTE BYSECOND')
const DATES = split(
  '20270101 20270101T090000 20270101T090000Z 20270101T250000 20270229 20280229T000000Z 20271301 2027-01-01 2027-13-01 20270101T096000 20270101T240000 20270101T235960',
)
const ODD_PARTS = split(
  'FOO=1 FREQ FREQ= =DAILY INTERVAL=2=3 INT=3 BYDAY= WKST=XX WKST=MO wkst=su UNTIL= FREQ=BAD COUNT=x INTERVAL=1.5',
)

const number = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 62 }).map(String), weight: 12 },
  { arbitrary: fc.constantFrom('-1', '+3', '366', '367', '-367', 'x', '', '1_0', '_1', '1__0', '٣', '0'), weight: 1 },
)
const day = fc.oneof(
  { arbitrary: fc.constantFrom(...split('MO TU WE TH FR SA SU mo +1MO -1FR 2TU MO(+1) SU(-1)')), weight: 12 },
  {
    arbitrary: fc.constantFrom(
      'XX',
      '',
      '0MO',
      '1',
      '+-1MO',
      'MO(1',
      'MO(',
      'MO(0)',
      'MO(12',
      'MONDAY',
      '1_0MO',
      'MO(1)(2)',
      '12',
    ),
    weight: 1,
  },
)
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(','))

function part(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      arbitrary: fc.tuple(fc.constantFrom(...NUMBERS), list(number)).map(([name, value]) => `${name}=${value}`),
      weight: 6,
    },
    {
      arbitrary: fc.tuple(fc.constantFrom('INTERVAL', 'COUNT'), number).map(([name, value]) => `${name}=${value}`),
      weight: 5,
    },
    {
      arbitrary: fc.tuple(fc.constantFrom('BYDAY', 'BYWEEKDAY'), list(day)).map(([name, value]) => `${name}=${value}`),
      weight: 3,
    },
    { arbitrary: fc.constantFrom(...DATES).map((date) => `UNTIL=${date}`), weight: 2 },
    { arbitrary: fc.constantFrom(...ODD_PARTS), weight: 1 },
  )
}

function rule(): fc.Arbitrary<string> {
  const frequency = fc.oneof(
    { arbitrary: fc.constantFrom(...FREQUENCIES).map((value) => [`FREQ=${value}`]), weight: 20 },
    { arbitrary: fc.constant([]), weight: 1 },
  )
  return fc.tuple(frequency, fc.array(part(), { maxLength: 3 })).map(([first, rest]) => [...first, ...rest].join(';'))
}

const parameters = fc.constantFrom(
  '',
  '',
  '',
  ';TZID=Europe/Berlin',
  ';TZID=UTC',
  ';VALUE=DATE-TIME',
  ';VALUE=DATE',
  ';VALUE=DATE;VALUE=DATE',
  ';tzid=Europe/Berlin',
  ';TZID=Europe/Berlin;VALUE=DATE-TIME',
  ';X=1',
  ';',
)
const date = fc.oneof(
  { arbitrary: fc.constantFrom(...DATES), weight: 12 },
  { arbitrary: fc.constantFrom('', '20270101,20270102', '20270101T090000,20270202T090000'), weight: 1 },
)

function line(): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: rule().map((text) => `RRULE:${text}`), weight: 6 },
    { arbitrary: rule(), weight: 2 },
    { arbitrary: fc.tuple(parameters, date).map(([some, value]) => `DTSTART${some}:${value}`), weight: 5 },
    {
      arbitrary: fc
        .tuple(fc.constantFrom('RDATE', 'EXDATE'), parameters, date)
        .map(([name, some, value]) => `${name}${some}:${value}`),
      weight: 2,
    },
    { arbitrary: rule().map((text) => `EXRULE:${text}`), weight: 1 },
    {
      arbitrary: fc.constantFrom(
        'DURATION:PT1H',
        'RRULE:RRULE:FREQ=DAILY',
        ':',
        'RRULE;X=1:FREQ=DAILY',
        'rrule:freq=daily',
        '',
      ),
      weight: 1,
    },
  )
}

/** Texts of rules as the standard and as people have them; about half are wrong. */
export function rruleTexts(): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: rule(), weight: 5 },
    { arbitrary: rule().map((text) => `RRULE:${text}`), weight: 2 },
    {
      arbitrary: fc
        .tuple(fc.array(line(), { minLength: 1, maxLength: 3 }), fc.constantFrom('\n', ' ', '\r\n'))
        .map(([lines, between]) => lines.join(between)),
      weight: 4,
    },
  )
}
