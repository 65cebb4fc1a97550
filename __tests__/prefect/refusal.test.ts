import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { withoutValues } from '../../src/prefect/refusal.ts'
import { RECORDED, recordedRuns } from './recorded.ts'
import { SECRET } from './failing-projects.ts'

/** A text as Python's `repr` writes it. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll(quote, `\\${quote}`)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`)
  return quote + escaped + quote
}

const STATUS = "PrefectHTTPStatusError: Client error '422 Unprocessable Entity' for url 'http://x/api/deployments/'"

describe('withoutValues', () => {
  test.each<[string, string]>([
    ['Deploying flows', 'Deploying flows'],
    [
      `${STATUS} - Response: {'detail': 'Work queue not found'} - For more`,
      `${STATUS} - Response: Work queue not found`,
    ],
    [`Response: {'detail': "it's gone"}`, "Response: it's gone"],
    [`${STATUS} - Response: {'exception_message': 'Unauthorized'}`, `${STATUS} - Response: Unauthorized`],
    [`${STATUS} - Response: {'request_body': {'detail': 'hidden'}}`, `${STATUS} - Response: …`],
    [`${STATUS} - Response: {'detail': {'a': 'hidden'}}`, `${STATUS} - Response: …`],
    [
      `Response: {'exception_message': 'Invalid request received.', 'exception_detail': [{'type': 'greater_than', 'loc': ['body', 'schedules', 0, 'interval'], 'msg': 'Input should be greater than 0', 'input': 'hidden'}]}`,
      'Response: schedules.0.interval: Input should be greater than 0',
    ],
    [
      `Response: {'detail': [{'loc': ['body', 'name'], 'msg': 'field required', 'type': 'missing'}]}`,
      'Response: name: field required',
    ],
    [`  Input should be 'A' or 'B' [type=enum, input_value='hidden', input_type=str]`, `  Input should be 'A' or 'B'`],
    [
      `Validation failed for field 'n'. Failure reason: 'hidden' is not of type 'integer'`,
      `Validation failed for field 'n'. Failure reason: a value is not of type 'integer'`,
    ],
    [`Failure reason: ['hidden'] is too long`, 'Failure reason: a value is too long'],
    [`Failure reason: Expected at most 1 item but found 1 extra: 'hidden'`, 'Failure reason: a value was refused'],
    [`Failure reason: 'env' is a required property`, `Failure reason: 'env' is a required property`],
    [
      `Failure reason: Additional properties are not allowed ('m' was unexpected)`,
      `Failure reason: Additional properties are not allowed ('m' was unexpected)`,
    ],
  ])('%s', (line, shown) => {
    expect(withoutValues(line)).toBe(shown)
  })

  const value = fc.string({ minLength: 1 }).map((text) => `SECRET${text}`)
  const key = fc.constantFrom('detail', 'msg', 'exception_message', 'loc', 'a')

  test('of the body of a request nothing is left, whatever it looks like', () => {
    fc.assert(
      fc.property(key, value, value, (name, one, other) => {
        const body = `{'parameters': {${repr(name)}: ${repr(one)}, 'x': [{'type': 'v', 'loc': [1], 'msg': ${repr(other)}}]}}`
        const answer = `{'exception_message': 'Invalid request received.', 'exception_detail': [{'type': 'v', 'loc': ['body', 'n'], 'msg': 'Input should be a number', 'input': ${repr(other)}}], 'request_body': ${body}}`
        expect(withoutValues(`${STATUS} - Response: ${answer}`)).toBe(
          `${STATUS} - Response: n: Input should be a number`,
        )
        expect(withoutValues(`${STATUS} - Response: ${body}`)).not.toContain('SECRET')
      }),
    )
  })

  test('of a refused value nothing is left, even if it reads like a reason', () => {
    const tricky = fc
      .tuple(
        value,
        fc.constantFrom(' is not of type ', ' is a required property', `"' is a required property`, '', "'", '">'),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(tricky, (refused) => {
        const reason = `${repr(refused)} is not of type 'integer'`
        expect(withoutValues(`Validation failed for field 'n'. Failure reason: ${reason}`)).not.toContain('SECRET')
        const inner = `Error creating deployment: <ValidationError: ${repr(reason)}>`
        expect(withoutValues(`${STATUS} - Response: {'detail': ${repr(inner)}}`)).not.toContain('SECRET')
      }),
    )
  })

  test.each(RECORDED)('of the output of Prefect %s no line keeps it', (version) => {
    const lines = Object.values(recordedRuns(version)).flatMap(({ stdout, stderr }) => [...stdout, ...stderr])
    expect(lines.filter((line) => line.includes(SECRET)).length).toBeGreaterThan(3)
    expect(lines.map(withoutValues).filter((line) => line.includes(SECRET))).toEqual([])
  })
})
