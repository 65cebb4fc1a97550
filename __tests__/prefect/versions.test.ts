import { describe, expect, test } from '@jest/globals'
import { judgePrefectVersion } from '../../src/prefect/versions.ts'

describe('judgePrefectVersion', () => {
  test.each(['3.4.0', '3.4.25', '3.8.8', '3.9.1', '3.10.0rc1', '3.9.2.dev4', '3.8.8+acme.1'])(
    '%s can deploy',
    (version) => {
      expect(judgePrefectVersion(version)).toBeUndefined()
    },
  )

  test.each(['3.1', '3.1.15', '3.3.7', '3.4.0rc2'])('%s is warned of', (version) => {
    expect(judgePrefectVersion(version)).toMatch(
      new RegExp(`^The project has Prefect ${version}\\..*3\\.4\\.0.* not tested`),
    )
  })

  test.each<[string, string]>([
    ['2.20.25', 'too old'],
    ['3.0.11', 'too old'],
    ['3.1.0rc1', 'too old'],
    ['4.0.0', 'does not know yet'],
    ['4.0.0.dev1', 'does not know yet'],
    ['', 'says that its version is'],
    ['unknown', 'says that its version is'],
  ])('%j is refused', (version, what) => {
    expect(() => judgePrefectVersion(version)).toThrow(
      expect.objectContaining({
        kind: 'user',
        message: expect.stringContaining(what),
        hint: expect.stringContaining('3.4.0'),
      }),
    )
  })
})
