import { describe, expect, test } from '@jest/globals'
import { fileStateOf } from '../../../src/manifest/file-state.ts'
import { isJsonObject } from '../../../src/prefect/json.ts'
import { fileKeys, scheduleKey } from '../../../src/prefect/operator-state/schedule-identity.ts'
import { manifestFrom } from '../../manifest/sample.ts'
import { variedProject } from '../plan/varied-project.ts'
import { VARIED } from '../plan/varied.ts'

const entries = manifestFrom(variedProject()['prefect.yaml'] ?? '').deployments

describe('a file says what the real command writes of it', () => {
  test.each(entries.map((entry) => [entry.name.text ?? '', entry] as const))('%s', (name, entry) => {
    const { paused, schedules, triggers, ...open } = fileStateOf(entry)
    const recorded = VARIED.find((one) => one.name === name)
    if (recorded === undefined) throw new Error(`nothing was recorded of ${name}`)
    expect(open).toEqual({ hasOpenSchedules: false, hasOpenTriggers: false })
    expect(recorded.update['paused']).toBe(paused === true)
    const list = recorded.update['schedules']
    const sent = Array.isArray(list) ? list.filter(isJsonObject) : []
    expect(schedules.map((one) => [fileKeys(one).whole, one.slug, one.active])).toEqual(
      sent.map((one) => [scheduleKey(one), one['slug'], one['active'] ?? 'unsaid']),
    )
    expect(triggers.map((one) => [one.name, one.enabled !== false])).toEqual(
      recorded.automations.map((one) => [one['name'], one['enabled']]),
    )
  })
})
