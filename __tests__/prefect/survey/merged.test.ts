import { describe, expect, it } from '@jest/globals'
import type { LiveAutomation, LiveDeployment, Survey } from '../../../src/prefect/survey/shapes.ts'
import { mergedSurveys } from '../../../src/prefect/survey/survey.ts'
import { live as sample } from '../orphans/sample.ts'

describe('two surveys as one', () => {
  const live = (id: string, name: string, version: string): LiveDeployment => sample('flow', name, { id, version })
  const fires = (name: string): LiveAutomation => ({ id: name, name, enabled: true, trigger: {}, actions: [] })
  const of = (deployments: readonly LiveDeployment[], rest: Partial<Survey> = {}): Survey => ({
    deployments: new Map(deployments.map((one) => [`flow/${one.name}`, one])),
    flows: new Map([['flow', 'f1']]),
    automations: new Map(),
    ...rest,
  })

  it('have what both met as the newer one met it', () => {
    const older = of([live('1', 'a', 'old'), live('2', 'b', 'old'), live('3', 'was', 'old')], {
      automations: new Map([
        ['1', [fires('gone')]],
        ['2', [fires('kept')]],
      ]),
      at: new Date(1000),
    })
    const newer = of([live('1', 'a', 'new'), live('3', 'is', 'new')], { at: new Date(9000) })
    const { deployments, automations, at } = mergedSurveys(older, newer)
    expect([...deployments].map(([key, { version }]) => [key, version])).toEqual([
      ['flow/b', 'old'],
      ['flow/a', 'new'],
      ['flow/is', 'new'],
    ])
    expect([...(automations ?? [])].map(([id]) => id)).toEqual(['2'])
    expect(at).toEqual(new Date(1000))
  })

  it('know no automations where one of them does not', () => {
    expect(mergedSurveys(of([]), of([], { automations: undefined })).automations).toBeUndefined()
    expect(mergedSurveys(of([], { automations: undefined }), of([])).automations).toBeUndefined()
  })
})
