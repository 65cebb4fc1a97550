import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../src/manifest/check.ts'
import { RULES } from '../../src/manifest/rules/rules.ts'
import { corpus } from './corpus.ts'
import { REVIEWED } from './corpus-errors.ts'
import { fileOf } from './sample.ts'

const files = corpus()
const checked = files.map((file) => ({ ...file, ...checkManifests([fileOf(file.bytes, file.name)]) }))
const inCorpus = files.length > 0 ? describe : describe.skip

inCorpus('real files', () => {
  test('no error on a file that Prefect accepts, but for those that were read by hand', () => {
    const errors = checked
      .filter((file) => file.accepted && !file.refusedAsYaml)
      .flatMap((file) => file.findings)
      .filter(({ severity }) => severity === 'error')
      .map(({ rule, position }) => `${rule} ${position.file}:${position.line}`)
    const reviewed = Object.entries(REVIEWED).flatMap(([rule, places]) => places.map((place) => `${rule} ${place}`))
    expect(errors.sort()).toEqual(reviewed.sort())
  })

  test('the rules that speak so say of themselves that Prefect accepts what they find', () => {
    const accepting = new Set(RULES.filter((rule) => rule.acceptedByPrefect).map((rule) => rule.id))
    expect(Object.keys(REVIEWED).filter((rule) => !accepting.has(rule))).toEqual([])
  })

  test('an error on every file that Prefect refuses', () => {
    const refused = checked.filter((file) => !file.accepted)
    expect(refused.length).toBeGreaterThan(5)
    for (const file of refused) expect(file.findings.map(({ severity }) => severity)).toContain('error')
  })

  test('an error on every file that Prefect refuses as YAML', () => {
    const refused = checked.filter((file) => file.refusedAsYaml)
    expect(refused.length).toBeGreaterThan(0)
    for (const file of refused) {
      expect(file.manifests).toEqual([])
      expect(file.findings.map(({ severity }) => severity)).toContain('error')
    }
  })

  test('every file that is a mapping is modelled, with all its deployments', () => {
    for (const file of checked.filter((one) => one.accepted && one.manifests.length > 0)) {
      expect([file.name, file.manifests[0]?.deployments.length]).toEqual([file.name, file.deployments])
    }
    expect(checked.filter((file) => file.manifests.length > 0).length).toBeGreaterThan(100)
  })

  test('each finding stands in the file', () => {
    for (const { bytes, findings } of checked) {
      const lines = Buffer.from(bytes).toString().split('\n')
      for (const { position } of findings) {
        const line = lines[(position.line ?? 0) - 1]
        expect(line).toBeDefined()
        expect(position.column).toBeLessThanOrEqual((line?.length ?? 0) + 1)
      }
    }
  })
})
