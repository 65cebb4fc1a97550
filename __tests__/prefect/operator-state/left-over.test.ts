import { describe, expect, test } from '@jest/globals'
import { COMMIT, kept, known, line, live, liveAutomation, sent, told, UNKNOWN } from './sample.ts'

describe('an automation that no trigger of the file makes', () => {
  const trigger = (name: string) => ({ name, enabled: 'unsaid' as const })
  const left = (before: Parameters<typeof kept>[0]['before'], preserve = true): unknown => {
    const automations = ['on order', 'by hand', 'daily__automation_1'].map((name) => liveAutomation(name, true))
    const result = kept({ before, now: { triggers: [trigger('on stock')] }, automations, preserve })
    return { dropped: result.dropped, notes: told(result).notes }
  }

  test('goes where the file had its trigger, whatever is preserved', () => {
    const before = known({ triggers: [trigger('on order')] })
    expect(left(before)).toEqual({ dropped: ['on order'], notes: [] })
    expect(left(before, false)).toEqual({ dropped: ['on order'], notes: [] })
  })

  test('is told of where nobody knows', () => {
    const notes = ['automations[on order]', 'automations[by hand]']
    expect(left(UNKNOWN)).toEqual({ dropped: [], notes })
    expect(left(known({ hasOpenTriggers: true, triggers: [trigger('on order')] }))).toEqual({
      dropped: ['on order'],
      notes: ['automations[by hand]'],
    })
    const [note] = kept({ before: UNKNOWN, automations: [liveAutomation('by hand', true)] }).notes
    expect(note?.says).toBe(
      '`automations[by hand]` may stay: the file has no such trigger, and whether it ever had is not known, because the commit abc12345 is not in this checkout. Delete it in the UI if nobody wants it.',
    )
  })

  test('is left where the file makes one of its name', () => {
    const now = { triggers: [trigger('on order')] }
    expect(kept({ before: known(now), now, automations: [liveAutomation('on order', true, 'other')] }).dropped).toEqual(
      [],
    )
  })
})

describe('a schedule that lost its parameters when somebody switched it off', () => {
  const five = line('0 5 * * *', { parameters: { n: 1 } })
  const off = live('0 5 * * *', { active: false })

  test('stays off, and has them again', () => {
    const result = kept({
      before: known({ schedules: [five] }),
      now: { schedules: [five] },
      live: { schedules: [off] },
    })
    expect(sent(result)).toEqual(['0 5 * * * off'])
    expect(result.recorded.write.body['schedules']).toMatchObject([{ parameters: { n: 1 } }])
    expect(result.kept).toEqual([
      {
        field: 'schedules[cron 0 5 * * *].active',
        says: `\`schedules[cron 0 5 * * *].active\` stays false: somebody switched it off in the workspace, and the file has not changed there since ${COMMIT}. Switch it on in the UI, or write \`active: true\` in the file.`,
      },
    ])
  })

  test('goes with its line', () => {
    const six = line('0 6 * * *')
    const result = kept({ before: known({ schedules: [five] }), now: { schedules: [six] }, live: { schedules: [off] } })
    expect([sent(result), told(result).kept]).toEqual([['0 6 * * *'], []])
  })

  test.each([
    ['of two lines each is one', [off, { ...off, id: 'second' }], ['0 5 * * * off', '0 5 * * * off']],
    ['one that the file has without parameters is that one', [off], ['0 5 * * *', '0 5 * * *', '0 5 * * * off']],
    ['where the whole one is live, it is a person’s', [live('0 5 * * *', { parameters: { n: 1 } }), off], undefined],
    ['a second one is a person’s', [off, { ...off, id: 'second' }], undefined],
    ['one with parameters of its own is a person’s', [{ ...off, parameters: { n: 9 } }], undefined],
    ['one with a slug is a person’s', [{ ...off, slug: 'mine' }, live('0 9 * * *')], undefined],
  ])('%s', (what, schedules, expected) => {
    const second = line('0 5 * * *', { parameters: { n: 2 } })
    const lines =
      expected === undefined ? [five] : what.includes('without') ? [five, second, line('0 5 * * *')] : [five, second]
    const file = { schedules: lines }
    const result = kept({ before: known(file), now: file, live: { schedules } })
    if (expected === undefined)
      expect(told(result).kept).toContain(`schedules[${schedules.at(-2)?.slug ?? 'cron 0 5 * * *'}]`)
    else expect(sent(result)).toEqual(expected)
  })

  test('is known where the file is not', () => {
    const result = kept({ before: UNKNOWN, now: { schedules: [five] }, live: { schedules: [off] } })
    expect(sent(result)).toEqual(['0 5 * * * off'])
  })
})
