import type { Entry, ProjectFile } from '../model/project.ts'

const NOTHING = { runs: 'nothing', tags: [], parameters: {}, lines: [], triggers: [] } as const

const BASE = { ...NOTHING, flow: 'first' } as const

const PAUSED: Entry = {
  ...BASE,
  name: 'paused by hand',
  lines: [
    { slug: 'early', kind: 'cron', at: '0 5 * * *', parameters: {}, active: 'nothing' },
    { slug: 'often', kind: 'interval', at: 900, anchor: '2026-01-01T00:00:00Z', parameters: { n: 1 }, active: 'on' },
  ],
  triggers: [{ event: 'one', enabled: 'nothing' }],
}
const CHANGED: Entry = {
  ...BASE,
  name: 'changed',
  lines: [{ kind: 'cron', at: '0 6 * * *', timezone: 'Europe/Berlin', parameters: {}, active: 'nothing' }],
  triggers: [
    { event: 'one', enabled: 'nothing' },
    { event: 'two', enabled: 'off' },
  ],
}
const SAME: Entry = { ...BASE, name: 'same', version: '1.0', triggers: [{ event: 'three', enabled: 'on' }] }
const GONE: Entry = { ...BASE, name: 'gone', triggers: [{ event: 'one', enabled: 'on' }] }

/** What was deployed before. */
export const THEN: ProjectFile = [PAUSED, CHANGED, SAME, GONE]

/** Something of everything that is written: updates, automations, a new deployment, two of a new flow, an orphan. */
export const NOW: ProjectFile = [
  { ...PAUSED, tags: ['etl'], parameters: { n: 2 } },
  {
    ...CHANGED,
    lines: CHANGED.lines.map((line) => ({ ...line, at: '0 7 * * *' })),
    triggers: CHANGED.triggers.slice(1),
  },
  SAME,
  {
    ...BASE,
    name: 'new',
    triggers: [
      { event: 'one', enabled: 'nothing' },
      { event: 'two', enabled: 'nothing' },
    ],
  },
  { ...NOTHING, flow: 'second', name: 'new' },
  { ...NOTHING, flow: 'second', name: 'new too', lines: PAUSED.lines },
]

/** The same with as much that is to be written; from here to there and back. */
export const LATER: ProjectFile = [
  { ...PAUSED, parameters: { n: 3 } },
  { ...CHANGED, tags: ['later'] },
  SAME,
  GONE,
  { ...NOTHING, flow: 'second', name: 'new', parameters: { n: 4 } },
]
