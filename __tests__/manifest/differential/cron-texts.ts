import * as fc from 'fast-check'

const names = {
  month: 'jan feb mar apr may jun jul aug sep oct nov dec JAN Dec'.split(' '),
  weekday: 'sun mon tue wed thu fri sat SUN Fri'.split(' '),
} as const

/** What stands where a number should, and is none: parted by spaces. */
const ODD =
  'l L ? * - / # h H r R r/5 H(1-5) x 5L 15W LW L-3 monday january 1.5 +1 -1 1_0 99 100 2030 1969 2099 2100 ٥ １２ 0 00 05 7 l5 L1 L7 r(0-5) R(1-3) r(5-1) R(0-5)/2 r(0-9)/0 @daily'.split(
    ' ',
  )

type Kind = Readonly<{ low: number; high: number; words: readonly string[] }>
const KINDS: readonly Kind[] = [
  { low: 0, high: 59, words: [] },
  { low: 0, high: 23, words: [] },
  { low: 1, high: 31, words: ['l', 'L'] },
  { low: 1, high: 12, words: names.month },
  { low: 0, high: 7, words: names.weekday },
  { low: 0, high: 59, words: [] },
  { low: 1970, high: 2099, words: [] },
]

/** A point of a field: mostly within its range, now and then just outside. */
function point({ low, high, words }: Kind): fc.Arbitrary<string> {
  const numbers = fc.integer({ min: Math.max(0, low - 1), max: high + 1 }).map(String)
  const options: fc.WeightedArbitrary<string>[] = [
    { arbitrary: numbers, weight: 12 },
    { arbitrary: fc.constantFrom(...ODD), weight: 1 },
  ]
  if (words.length > 0) options.push({ arbitrary: fc.constantFrom(...words), weight: 4 })
  return fc.oneof(...options)
}

function element(kind: Kind): fc.Arbitrary<string> {
  const one = point(kind)
  const step = fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 70 }).map(String), weight: 9 },
    { arbitrary: fc.constantFrom('', '-1', 'x', '٣', '3000', '99999999999999999999'), weight: 1 },
  )
  const nth = fc.oneof(
    { arbitrary: fc.integer({ min: 0, max: 6 }).map(String), weight: 9 },
    { arbitrary: fc.constantFrom('', 'l', '٢', 'x'), weight: 1 },
  )
  const range = fc.tuple(one, one).map(([from, to]) => `${from}-${to}`)
  return fc.oneof(
    { arbitrary: one, weight: 6 },
    { arbitrary: fc.constant('*'), weight: 3 },
    { arbitrary: range, weight: 4 },
    {
      arbitrary: fc.tuple(fc.oneof(fc.constant('*'), one, range), step).map(([from, by]) => `${from}/${by}`),
      weight: 4,
    },
    {
      arbitrary: fc.tuple(fc.oneof(one, range), nth).map(([day, week]) => `${day}#${week}`),
      weight: kind.high === 7 ? 4 : 0,
    },
    { arbitrary: fc.constantFrom('L5', 'l1', 'l7', 'l0'), weight: kind.high === 7 ? 2 : 0 },
    { arbitrary: fc.constantFrom('?', '', ...ODD), weight: 1 },
  )
}

function field(kind: Kind): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constant('*'), weight: 6 },
    { arbitrary: fc.array(element(kind), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(',')), weight: 4 },
  )
}

/** Cron texts of five to seven fields, a third of them wrong, with white space as people and editors leave it. */
export function cronTexts(): fc.Arbitrary<string> {
  const space = fc.oneof(
    { arbitrary: fc.constant(' '), weight: 12 },
    { arbitrary: fc.constantFrom('  ', '\t', '\u00a0', '\u3000', '\u001f', '\ufeff', '\u0085'), weight: 1 },
  )
  const count = fc.oneof(
    { arbitrary: fc.constant(5), weight: 8 },
    { arbitrary: fc.constantFrom(6, 7), weight: 4 },
    { arbitrary: fc.constantFrom(4, 8), weight: 1 },
  )
  return count.chain((length) => {
    const fields = Array.from({ length }, (_, index) => field(KINDS[index] ?? { low: 0, high: 9, words: [] }))
    return fc
      .tuple(fc.tuple(...fields), fc.array(space, { minLength: length, maxLength: length }))
      .map(([words, spaces]) =>
        words.map((word, index) => `${word}${index < length - 1 ? spaces[index] : ''}`).join(''),
      )
  })
}

/** Dates that seldom or never come: days, months and weeks. */
export function dateTexts(): fc.Arbitrary<string> {
  const day = fc.constantFrom('*', '1', '28', '29', '30', '31', 'L', '30,31', '29-31', '8-14', '15', '31-1', '1,L')
  const month = fc.constantFrom('*', '2', 'feb', '4', '2,4', '4,6,9,11', '2-3', '1', 'jun-apr/10', '12')
  const weekday = fc.constantFrom('*', 'mon', '5', 'fri#2', 'fri#5', 'L5', 'mon#1,fri#3', 'mon-fri#1', '?', 'sun#4')
  return fc.tuple(day, month, weekday).map(([one, two, three]) => `0 0 ${one} ${two} ${three}`)
}
