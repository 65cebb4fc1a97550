import { describe, expect, test } from '@jest/globals'
import { intervalSeconds } from '../../../src/manifest/schedule/interval.ts'
import { readYaml } from '../../../src/manifest/yaml.ts'

/** The seconds of a scalar as it stands in a file. */
function secondsOf(source: string): number | undefined {
  const { value } = readYaml(Buffer.from(source))
  if (value === undefined) throw new Error(`not readable: ${source}`)
  return intervalSeconds(value)
}

// Each answer is that of pydantic 2.14.4's `timedelta`.
describe('intervals', () => {
  test.each([
    ['3600', 3600],
    ['1.5', 1.5],
    ['0', 0],
    ['-5', -5],
    ['5e-07', undefined],
    ['0.0000005', 0.000001],
    ['0.0000001', 0],
    ['true', 1],
    ['86399999999999', 86_399_999_999_999],
    ['86400000000000', undefined],
    ['-86399999913600', -86_399_999_913_600],
    ['-86399999913601', undefined],
    ['100000000000000000000000', undefined],
    ['.inf', undefined],
    ['.nan', undefined],
  ])('the number %s', (source, seconds) => {
    expect(secondsOf(source)).toBe(seconds)
  })

  test.each([
    ['PT1H', 3600],
    ['PT1H30M45S', 5445],
    ['P1DT1H', 90_000],
    ['P1W', 604_800],
    ['P1M', 2_592_000],
    ['P1Y', 31_536_000],
    ['PT1.5H', 5400],
    ['P1,5D', 129_600],
    ['PT1.S', 1],
    ['P1.5DT', 129_600],
    ['P1DT', 86_400],
    ['+P1D', 86_400],
    ['-P1D', -86_400],
    ['P', undefined],
    ['PT', undefined],
    ['P1', undefined],
    ['p1d', undefined],
    ['PT1h', undefined],
    ['P-1D', undefined],
    ['PTT1H', undefined],
    ['PT1.5H1M', undefined],
    ['P1DT1D', undefined],
    ['PT.5S', undefined],
    ['"PT1H "', undefined],
    ['PT4294967295S', 4_294_967_295],
    ['PT4294967296S', undefined],
    ['P999999999D', 86_399_999_913_600],
    ['P1000000000D', undefined],
    ['P99999999Y', undefined],
  ])('ISO 8601: %s', (source, seconds) => {
    expect(secondsOf(source)).toBe(seconds)
  })

  test.each([
    ['01:02:03', 3723],
    ['"1:02:03"', 3723],
    ['01:02', 3720],
    ['30:00:00', 108_000],
    ['"-01:02:03"', -3723],
    ['01:02:03.5', 3723.5],
    ['"01:02:03,1234567"', 3723.123456],
    ['"1:02"', undefined],
    ['01:60', undefined],
    ['01:02:60', undefined],
    ['01:02:03Z', undefined],
    ['"12:34:56."', undefined],
    ['1 day', 86_400],
    ['2d', 172_800],
    ['3 DAYS', 259_200],
    ['1 day, 01:02:03', 90_123],
    ['1 days 01:02', 90_120],
    ['1d01:02', 90_120],
    ['1 day, 24:00', undefined],
    ['1 day, 1:02', undefined],
    ['1  day', undefined],
    ['1 day ,01:02', undefined],
    ['-999999999 days, 00:00:01', undefined],
  ])('a clock, or days with one: %s', (source, seconds) => {
    expect(secondsOf(source)).toBe(seconds)
  })

  test.each(['"3600"', '"36000"', '5 minutes', 'hourly', '"{{ $I }}"', '""', '~', '2024-01-01', '[3600]', '{a: 1}'])(
    'no interval: %s',
    (source) => {
      expect(secondsOf(source)).toBeUndefined()
    },
  )

  test('bytes', () => {
    expect(secondsOf('!!binary UFQxSA==')).toBe(3600)
    expect(secondsOf('!!binary /w==')).toBeUndefined()
  })
})
