import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../src/manifest/check.ts'
import { RULES } from '../../src/manifest/rules/rules.ts'
import { corpus } from './corpus.ts'
import { fileOf } from './sample.ts'

/** Rules that may speak on a file that Prefect accepts, because such a file cannot be deployed, or not run, from CI. */
const ACCEPTED_BUT_CANNOT_WORK = [
  'deployment-template', // nothing else in the file to deploy
  'deployments-empty', // `--all` ends with "An entrypoint must be provided"
  'deployments-missing', // the same
  'entrypoint-missing', // the same
  'not-a-mapping', // the same: Prefect goes on with an empty file
  'output-unknown', // an entrypoint that nothing fills in
  'pull-placeholder-folder', // the template's own text in the place of a folder
  'pull-step-reference', // nothing to clone
  'schedule-slug-duplicate', // the server answers 409
  'step-input-missing', // Python refuses the call of the step
  'step-keys', // Prefect refuses the step when it comes to it
  'step-unknown', // a module of Prefect 2, or a slip in a name
  'work-pool-missing', // "A work pool is required to deploy this flow"
]

const files = corpus()
const checked = files.map((file) => ({ ...file, ...checkManifests([fileOf(file.bytes, file.name)]) }))
const inCorpus = files.length > 0 ? describe : describe.skip

inCorpus('real files', () => {
  test('no error on a file that Prefect accepts, but for the listed rules', () => {
    const wrong = checked
      .filter((file) => file.accepted && !file.refusedAsYaml)
      .flatMap((file) => file.findings)
      .filter(({ rule, severity }) => severity === 'error' && !ACCEPTED_BUT_CANNOT_WORK.includes(rule))
    expect(wrong).toEqual([])
  })

  test('the listed rules say of themselves that Prefect accepts what they find, and each is needed', () => {
    const accepting = RULES.filter((rule) => rule.acceptedByPrefect).map((rule) => rule.id)
    expect(accepting).toEqual(expect.arrayContaining(ACCEPTED_BUT_CANNOT_WORK))
    const spoken = new Set(
      checked.filter((file) => file.accepted).flatMap((file) => file.findings.map(({ rule }) => rule)),
    )
    expect(ACCEPTED_BUT_CANNOT_WORK.filter((rule) => !spoken.has(rule))).toEqual([])
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
