import { describe, expect, test } from '@jest/globals'
import { keepOperatorState } from '../../../src/prefect/operator-state/keep.ts'
import {
  automation,
  COMMIT,
  kept,
  known,
  line,
  live,
  liveAutomation,
  liveDeployment,
  NOTHING,
  recordedOf,
  sent,
  told,
  UNKNOWN,
} from './sample.ts'

describe('paused', () => {
  const pausedIn = (one: Parameters<typeof kept>[0]): unknown => kept(one).recorded.write.body['paused']

  test('by somebody stays, and it is said how to go on', () => {
    const result = kept({ before: known({}), live: { paused: true } })
    expect(result.recorded.write.body).toEqual({ paused: true, tags: ['etl'] })
    expect(result.kept).toEqual([
      {
        field: 'paused',
        says: `\`paused\` stays true: somebody paused it in the workspace, and the file has not changed there since ${COMMIT}. Resume it in the UI, or write \`paused: false\` in the file.`,
      },
    ])
  })

  test('in the file and resumed by somebody stays resumed', () => {
    const result = kept({ before: known({ paused: true }), now: { paused: true } })
    expect(result.recorded.write.body['paused']).toBe(false)
    expect(result.kept[0]?.says).toContain('somebody resumed it')
    expect(result.kept[0]?.says).toMatch(/Pause it in the UI\.$/)
  })

  test('is as the file says where that changed', () => {
    expect(pausedIn({ before: known({ paused: true }), now: { paused: 'unsaid' }, live: { paused: true } })).toBe(false)
    expect(pausedIn({ before: known({}), now: { paused: false }, live: { paused: true } })).toBe(false)
    expect(pausedIn({ before: known({}), now: { paused: true } })).toBe(true)
  })

  test('stays where the file at the live commit is not to be had', () => {
    const result = kept({ before: UNKNOWN, now: { paused: false }, live: { paused: true } })
    expect(result.recorded.write.body['paused']).toBe(true)
    expect(result.kept[0]?.says).toBe(
      '`paused` stays true: what the file said when it was deployed is not known, because the commit abc12345 is not in this checkout. Resume it in the UI.',
    )
    expect(pausedIn({ before: UNKNOWN, now: { paused: true } })).toBe(true)
  })

  test('is never said of what is not there yet, nor without the input', () => {
    const write = recordedOf(NOTHING)
    const choice = { before: UNKNOWN, now: NOTHING, preserve: true, orphans: 'report' } as const
    expect(keepOperatorState(write, undefined, undefined, choice)).toEqual({
      recorded: write,
      kept: [],
      notes: [],
      dropped: [],
    })
    expect(pausedIn({ before: known({}), live: { paused: true }, preserve: false })).toBe(false)
  })
})

describe('a schedule without a slug', () => {
  test('that somebody switched off stays off', () => {
    const result = kept({
      before: known({ schedules: [line('0 5 * * *'), line('0 6 * * *')] }),
      now: { schedules: [line('0 5 * * *'), line('0 6 * * *')] },
      live: { schedules: [live('0 6 * * *', { active: false }), live('0 5 * * *')] },
    })
    expect(sent(result)).toEqual(['0 5 * * *', '0 6 * * * off'])
    expect(result.kept).toEqual([
      {
        field: 'schedules[cron 0 6 * * *].active',
        says: `\`schedules[cron 0 6 * * *].active\` stays false: somebody switched it off in the workspace, and the file has not changed there since ${COMMIT}. Switch it on in the UI, or write \`active: true\` in the file.`,
      },
    ])
    expect(result.notes).toEqual([])
  })

  test('is told from others by its parameters, and known by its times when the file changes them', () => {
    const [small, large] = [line('0 5 * * *', { parameters: { n: 1 } }), line('0 5 * * *', { parameters: { n: 9 } })]
    const off = live('0 5 * * *', { parameters: { n: 9 }, active: false })
    const both = kept({
      before: known({ schedules: [small, large] }),
      now: { schedules: [small, large] },
      live: { schedules: [off, live('0 5 * * *', { parameters: { n: 1 } })] },
    })
    expect(sent(both)).toEqual(['0 5 * * *', '0 5 * * * off'])
    const changed = kept({
      before: known({ schedules: [large] }),
      now: { schedules: [line('0 5 * * *', { parameters: { n: 10 } })] },
      live: { schedules: [off] },
    })
    expect(sent(changed)).toEqual(['0 5 * * * off'])
  })

  test('is known by its times, with UTC or without a zone', () => {
    const zone = { time: { kind: 'cron', expression: '0 5 * * *', timezone: 'UTC' } } as const
    const result = kept({
      before: known({ schedules: [line('0 5 * * *')] }),
      now: { schedules: [{ ...line('0 5 * * *'), ...zone }] },
      live: { schedules: [live('0 5 * * *', { active: false })] },
    })
    expect([sent(result), told(result).notes]).toEqual([['0 5 * * * off'], []])
  })

  test('is not taken for one of the same times that has a slug', () => {
    const hourly = { ...line(''), time: { kind: 'interval', expression: 3600, timezone: undefined } } as const
    const schedule = { interval: 3600, anchor_date: '2026-01-02T03:04:05Z', timezone: 'UTC' }
    const result = kept({
      before: known({ schedules: [hourly, { ...hourly, slug: 'hour' }] }),
      now: { schedules: [hourly] },
      live: { schedules: [live('', { slug: 'hour', schedule }), live('', { schedule, active: false })] },
    })
    expect(result.recorded.write.body['schedules']).toEqual([{ schedule, active: false }])
  })

  test('goes when the file changes its times, and that it was off is told', () => {
    const change = { before: known({ schedules: [line('0 5 * * *')] }), now: { schedules: [line('0 6 * * *')] } }
    const on = kept({ ...change, live: { schedules: [live('0 5 * * *')] } })
    expect([sent(on), told(on)]).toEqual([['0 6 * * *'], { kept: [], notes: [] }])
    const off = kept({ ...change, live: { schedules: [live('0 5 * * *', { active: false })] } })
    expect([sent(off), told(off)]).toEqual([['0 6 * * *'], { kept: [], notes: ['schedules[cron 0 5 * * *]'] }])
  })

  test('that somebody added is kept as it is', () => {
    const added = live('0 9 * * 1', { parameters: { n: 3 }, active: false, max_scheduled_runs: 5 })
    const file = { schedules: [line('0 5 * * *')] }
    const result = kept({ before: known(file), now: file, live: { schedules: [added, live('0 5 * * *')] } })
    expect(result.recorded.write.body['schedules']).toEqual([
      { schedule: { cron: '0 5 * * *' } },
      { schedule: added.schedule, active: false, parameters: { n: 3 }, max_scheduled_runs: 5 },
    ])
    expect(result.kept[0]?.says).toContain('Its limit of 5 scheduled runs may be lost')
  })

  test('that may be of the file or of a person goes, as Prefect does, and is named', () => {
    const cases = [
      UNKNOWN,
      known({ hasOpenSchedules: true }),
      known({ schedules: [line('0 9 * * 1', { parameters: undefined })] }),
    ]
    for (const before of cases) {
      const result = kept({ before, now: { schedules: [line('0 5 * * *')] }, live: { schedules: [live('0 9 * * 1')] } })
      expect([sent(result), told(result)]).toEqual([['0 5 * * *'], { kept: [], notes: ['schedules[cron 0 9 * * 1]'] }])
      expect(result.notes[0]?.says).toContain('is not known, because')
    }
  })

  test('that somebody added goes without the input, and is named', () => {
    const file = { schedules: [line('0 5 * * *')] }
    const result = kept({ before: known(file), now: file, live: { schedules: [live('0 9 * * 1')] }, preserve: false })
    expect([sent(result), told(result).notes]).toEqual([['0 5 * * *'], ['schedules[cron 0 9 * * 1]']])
  })

  test('stays where the file says nothing of schedules, and goes off or away as `orphans` says', () => {
    const left = { before: known({ schedules: [line('0 5 * * *')] }) }
    const schedules = [live('0 5 * * *'), live('0 9 * * 1', { active: false })]
    const report = kept({ ...left, live: { schedules } })
    expect([sent(report), report.recorded.deletedSchedules]).toEqual([undefined, []])
    expect(told(report).notes).toEqual(['schedules[cron 0 5 * * *]', 'schedules[cron 0 9 * * 1]'])
    const pause = kept({ ...left, live: { schedules }, orphans: 'pause' })
    expect(sent(pause)).toEqual(['0 5 * * * off', '0 9 * * 1 off'])
    const remove = kept({ ...left, live: { schedules }, orphans: 'delete' })
    expect([sent(remove), remove.recorded.deletedSchedules]).toEqual([undefined, ['id of 0 5 * * *']])
  })

  test('that gets a slug in the file stays off', () => {
    const result = kept({
      before: known({ schedules: [line('0 5 * * *')] }),
      now: { schedules: [line('0 5 * * *', { slug: 'nightly' })] },
      live: { schedules: [live('0 5 * * *', { active: false })] },
    })
    expect(sent(result)).toEqual(['nightly off'])
  })
})

describe('a schedule with a slug', () => {
  const nightly = (more = {}): ReturnType<typeof line> => line('0 5 * * *', { slug: 'nightly', ...more })
  const liveNightly = (more = {}): ReturnType<typeof live> => live('0 5 * * *', { slug: 'nightly', ...more })

  test('that is off is left to Prefect, unless the file says `active`', () => {
    const silent = kept({
      before: known({ schedules: [nightly()] }),
      now: { schedules: [nightly()] },
      live: { schedules: [liveNightly({ active: false })] },
    })
    expect([sent(silent), told(silent)]).toEqual([['nightly'], { kept: [], notes: ['schedules[nightly].active'] }])
    const said = kept({
      before: known({ schedules: [nightly({ active: true })] }),
      now: { schedules: [nightly({ active: true })] },
      live: { schedules: [liveNightly({ active: false })] },
    })
    expect([sent(said), told(said)]).toEqual([['nightly off'], { kept: ['schedules[nightly].active'], notes: [] }])
  })

  test('is switched on by `active: true` in the file, which is how to do it', () => {
    const result = kept({
      before: known({ schedules: [nightly()] }),
      now: { schedules: [nightly({ active: true })] },
      live: { schedules: [liveNightly({ active: false })] },
    })
    expect([sent(result), told(result)]).toEqual([['nightly on'], { kept: [], notes: [] }])
  })

  test('stays on where somebody switched it on, and off where nobody knows', () => {
    const off = { schedules: [nightly({ active: false })] }
    expect(sent(kept({ before: known(off), now: off, live: { schedules: [liveNightly()] } }))).toEqual(['nightly on'])
    const on = { schedules: [nightly({ active: true })] }
    const stopped = { schedules: [liveNightly({ active: false })] }
    expect(sent(kept({ before: UNKNOWN, now: on, live: stopped }))).toEqual(['nightly off'])
    expect(sent(kept({ before: UNKNOWN, now: off, live: { schedules: [liveNightly()] } }))).toEqual(['nightly off'])
  })

  test('that somebody made and the file now has is as the file says', () => {
    const now = { schedules: [nightly({ active: true })] }
    const stopped = { schedules: [liveNightly({ active: false })] }
    expect(sent(kept({ before: known({}), now, live: stopped }))).toEqual(['nightly on'])
  })

  test('keeps what it is under a new slug that replaces the old one', () => {
    const result = kept({
      before: known({ schedules: [nightly({ active: true })] }),
      live: { schedules: [liveNightly({ active: false })] },
      recorded: {
        write: {
          kind: 'update',
          body: {
            schedules: [{ schedule: { cron: '0 5 * * *' }, active: true, slug: 'night', replaces: 'nightly' }],
          },
        },
      },
    })
    expect(sent(result)).toEqual(['night off'])
  })

  test('that the file no longer has stays, goes off or goes away, as `orphans` says', () => {
    const left = {
      before: known({ schedules: [nightly(), line('0 6 * * *', { slug: 'early' })] }),
      now: { schedules: [line('0 6 * * *', { slug: 'early' })] },
      live: {
        schedules: [
          liveNightly({ parameters: { n: 1 } }),
          live('0 6 * * *', { slug: 'early' }),
          live('0 7 * * *', { slug: 'added' }),
        ],
      },
    }
    const report = kept(left)
    expect([sent(report), report.recorded.deletedSchedules]).toEqual([['early'], []])
    expect(told(report)).toEqual({ kept: [], notes: ['schedules[nightly]', 'schedules[added]'] })
    const pause = kept({ ...left, orphans: 'pause' })
    expect(pause.recorded.write.body['schedules']).toEqual([
      { schedule: { cron: '0 6 * * *' }, slug: 'early' },
      {
        schedule: { cron: '0 5 * * *', timezone: null, day_or: true },
        active: false,
        parameters: { n: 1 },
        slug: 'nightly',
      },
    ])
    const remove = kept({ ...left, orphans: 'delete' })
    expect([sent(remove), remove.recorded.deletedSchedules]).toEqual([['early'], ['id of nightly']])
    for (const orphans of ['pause', 'delete'] as const) {
      const unknown = kept({ ...left, before: UNKNOWN, orphans })
      expect([sent(unknown), unknown.recorded.deletedSchedules]).toEqual([['early'], []])
      expect(told(unknown).notes).toEqual(['schedules[nightly]', 'schedules[added]'])
    }
  })

  test('beside one that somebody added without a slug is written with all that it is', () => {
    const file = { schedules: [nightly()] }
    const result = kept({
      before: known(file),
      now: file,
      live: { schedules: [liveNightly({ active: false }), live('0 9 * * 1')] },
    })
    expect(sent(result)).toEqual(['nightly off', '0 9 * * 1 on'])
  })

  test('whose slug the file drops is left to the server, which refuses that', () => {
    const now = { schedules: [line('0 5 * * *')] }
    const result = kept({
      before: known({ schedules: [nightly()] }),
      now,
      live: { schedules: [liveNightly({ active: false })] },
    })
    expect([sent(result), told(result)]).toEqual([['0 5 * * *'], { kept: [], notes: [] }])
  })
})

describe('an empty list of schedules that clears', () => {
  const cleared = { write: { kind: 'update', body: { schedules: [] } } } as const

  test('spares what somebody added', () => {
    const slugged = kept({
      before: known({ schedules: [line('0 5 * * *', { slug: 'nightly' })] }),
      live: { schedules: [live('0 5 * * *', { slug: 'nightly' }), live('0 7 * * *', { slug: 'added' })] },
      recorded: { ...cleared, deletedSchedules: ['id of nightly', 'id of added'] },
    })
    expect(slugged.recorded.deletedSchedules).toEqual(['id of nightly'])
    expect(told(slugged)).toEqual({ kept: ['schedules[added]'], notes: [] })
    const plain = kept({
      before: known({ schedules: [line('0 5 * * *')] }),
      live: { schedules: [live('0 5 * * *'), live('0 7 * * *')] },
      recorded: cleared,
    })
    expect(sent(plain)).toEqual(['0 7 * * * on'])
  })
})

describe('an interval without an anchor', () => {
  const anchor = '2026-01-02T03:04:05Z'
  const hourly = (more = {}): ReturnType<typeof live> =>
    live('', { id: 'hourly', schedule: { interval: 3600, anchor_date: anchor, timezone: 'UTC' }, ...more })
  const body = (schedule: object): unknown => {
    const write = { kind: 'update', body: { schedules: [{ schedule }] } } as const
    const result = kept({ before: UNKNOWN, live: { schedules: [hourly()] }, recorded: { write }, preserve: false })
    expect(result.kept).toEqual([])
    return result.recorded.write.body['schedules']
  }

  test('keeps its phase, with the input and without', () => {
    expect(body({ interval: 3600, timezone: 'UTC' })).toEqual([
      { schedule: { interval: 3600, timezone: 'UTC', anchor_date: anchor } },
    ])
  })

  test('starts anew with another interval, and where the file says when', () => {
    expect(body({ interval: 60, timezone: 'UTC' })).toEqual([{ schedule: { interval: 60, timezone: 'UTC' } }])
    const own = { interval: 3600, timezone: 'UTC', anchor_date: '2020-01-01T00:00:00Z' }
    expect(body(own)).toEqual([{ schedule: own }])
  })

  test('of two with anchors each is its own', () => {
    const half = { interval: 3600, anchor_date: '2026-01-02T03:34:05+00:00', timezone: 'UTC' }
    const schedules = [
      { schedule: { interval: 3600, anchor_date: anchor, timezone: 'UTC' } },
      { schedule: { ...half, anchor_date: '2026-01-02T04:34:05+01:00' } },
    ]
    const time = { kind: 'interval', expression: 3600, timezone: undefined } as const
    const said = { slug: undefined, time, parameters: {}, active: 'unsaid' } as const
    const result = kept({
      before: known({ schedules: [said] }),
      live: { schedules: [hourly({ id: 'half', schedule: half, active: false }), hourly()] },
      recorded: { write: { kind: 'update', body: { schedules } } },
    })
    expect(result.recorded.write.body['schedules']).toEqual([schedules[0], { ...schedules[1], active: false }])
  })
})

describe('an automation', () => {
  const trigger = (name: string, enabled: true | false | 'unsaid' = 'unsaid') => ({ name, enabled })
  const enabledOf = (result: ReturnType<typeof kept>): unknown =>
    result.recorded.automations.map(({ name, enabled }) => [name, enabled])

  test('that somebody disabled stays so', () => {
    const file = { triggers: [trigger('on order'), trigger('on stock')] }
    const result = kept({
      before: known(file),
      now: file,
      automations: [liveAutomation('on stock', false), liveAutomation('on order', true)],
    })
    expect(enabledOf(result)).toEqual([
      ['on order', true],
      ['on stock', false],
    ])
    expect(result.kept).toEqual([
      {
        field: 'automations[on stock].enabled',
        says: `\`automations[on stock].enabled\` stays false: somebody disabled it in the workspace, and the file has not changed there since ${COMMIT}. Enable it in the UI, or write \`enabled: true\` in the file.`,
      },
    ])
  })

  test('is as the file says where that changed or is new, and stays enabled where somebody enabled it', () => {
    const one = (before: Parameters<typeof known>[0], now: 'unsaid' | boolean, isLive: boolean): unknown =>
      enabledOf(
        kept({
          before: known(before),
          now: { triggers: [trigger('t', now)] },
          automations: [liveAutomation('t', isLive)],
        }),
      )
    expect(one({ triggers: [trigger('t', false)] }, 'unsaid', false)).toEqual([['t', true]])
    expect(one({ triggers: [trigger('t')] }, true, false)).toEqual([['t', true]])
    expect(one({}, 'unsaid', false)).toEqual([['t', true]])
    expect(one({ triggers: [trigger('t', false)] }, false, true)).toEqual([['t', true]])
    expect(one({ hasOpenTriggers: true }, 'unsaid', false)).toEqual([['t', false]])
  })

  test('is known by what it does where another was put before it', () => {
    const result = kept({
      before: known({ triggers: [trigger('daily__automation_1')] }),
      now: { triggers: [trigger('daily__automation_1'), trigger('daily__automation_2')] },
      automations: [liveAutomation('daily__automation_1', false, 'old')],
      recorded: {
        automations: [automation('daily__automation_1', true, 'new'), automation('daily__automation_2', true, 'old')],
      },
    })
    expect(enabledOf(result)).toEqual([
      ['daily__automation_1', true],
      ['daily__automation_2', false],
    ])
    expect(told(result).kept).toEqual(['automations[daily__automation_2].enabled'])
  })

  test('that may not be read is told of, and one that is off stays so where nobody knows why', () => {
    const now = { triggers: [trigger('t')] }
    const blind = kept({ before: known(now), now, automations: undefined })
    expect([enabledOf(blind), told(blind)]).toEqual([[['t', true]], { kept: [], notes: ['automations'] }])
    const unknown = kept({ before: UNKNOWN, now, automations: [liveAutomation('t', false)] })
    expect(enabledOf(unknown)).toEqual([['t', false]])
    const plain = kept({ before: known(now), now, automations: [liveAutomation('t', false)], preserve: false })
    expect([enabledOf(plain), told(plain)]).toEqual([[['t', true]], { kept: [], notes: [] }])
  })
})

test('names from outside cannot break a message', () => {
  const slug = 'a`b\u001b[31m\n::error::x'
  const file = { schedules: [line('0 5 * * *', { slug, active: true })] }
  const result = kept({
    before: known(file),
    now: file,
    live: { schedules: [live('0 5 * * *', { slug, active: false })] },
  })
  expect(result.kept[0]?.says).toMatch(/^`schedules\[a'b \[31m ::error::x\]\.active` stays false: /)
  expect(liveDeployment().name).toBe('daily')
})
