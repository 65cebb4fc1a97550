import { loadavg } from 'node:os'
import { median, row, spread } from './figures.ts'
import { expectAlike, openPlace, type PlaceOptions } from './prefect-places.ts'
import { byHand, byStep, type StepTimes, type Synced, syncedProject } from './prefect-sides.ts'

/** What is measured, each by its word on the command line. */
export const PREFECT_PARTS = ['distant', 'sqlite', 'loopback', 'limited', 'memory'] as const
type Part = (typeof PREFECT_PARTS)[number]

const MANY = 100
const ROUND_TRIP_MS = 80
const COURSES = ['create', 'update', 'unchanged'] as const
type Course = (typeof COURSES)[number]

/** What is wished for: seconds of the step's Prefect side over those of the command, at most. */
const WISHED: Readonly<Record<'distant' | 'sqlite' | 'loopback', Readonly<Partial<Record<Course, number>>>>> = {
  distant: { create: 0.08, update: 0.08, unchanged: 0.07 },
  sqlite: { create: 0.25, update: 0.25 },
  loopback: { create: 0.5, update: 0.5 },
}

/** Tells every part that is wanted; hundred deployments by the command take minutes, so runs are few. */
export async function tellPrefect(wanted: readonly Part[], runs: number): Promise<void> {
  // Half of a rehearsal is computing: on a machine that others use, its ratio says little.
  row('load of the machine in the last minute', (loadavg()[0] ?? Number.NaN).toFixed(1), '')
  const project = await syncedProject(MANY)
  const tell = async (part: keyof typeof WISHED, what: string, place: PlaceOptions): Promise<void> => {
    if (wanted.includes(part)) await tellRace({ project, place, what, wished: WISHED[part] }, runs)
  }
  try {
    await tell('distant', '80 ms', { kind: 'instant', roundTripMs: ROUND_TRIP_MS })
    await tell('sqlite', '80 ms, SQLite', { kind: 'sqlite', roundTripMs: ROUND_TRIP_MS })
    await tell('loopback', 'loopback', { kind: 'instant', roundTripMs: 0 })
    await tell('loopback', 'loopback, SQLite', { kind: 'sqlite', roundTripMs: 0 })
    if (wanted.includes('limited')) await tellLimited(project)
  } finally {
    project.remove()
  }
  if (wanted.includes('memory')) await tellMemory()
}

type Race = Readonly<{
  project: Synced
  place: PlaceOptions
  what: string
  wished: Readonly<Partial<Record<Course, number>>>
}>

/** Both sides in turn, each in a place of its own: all new, all changed, nothing changed. */
async function tellRace({ project, place, what, wished }: Race, runs: number): Promise<void> {
  const courses = COURSES.filter((course) => wished[course] !== undefined)
  const step: Record<Course, StepTimes[]> = { create: [], update: [], unchanged: [] }
  const hand: Record<Course, number[]> = { create: [], update: [], unchanged: [] }
  for (let run = 0; run < runs; run++) {
    const places = [await openPlace(place), await openPlace(place)] as const
    try {
      for (const course of courses) {
        if (course !== 'unchanged') project.round(2 * run + (course === 'create' ? 1 : 2))
        step[course].push(await byStep(project, places[0].apiUrl))
        hand[course].push(await byHand(project, places[1].apiUrl))
        await expectAlike(...places)
      }
    } finally {
      for (const one of places) await one.stop()
    }
  }
  for (const course of courses)
    tellCourse(`${MANY} ${course}, ${what}`, { step: step[course], hand: hand[course] }, wished[course])
}

type Times = Readonly<{ step: readonly StepTimes[]; hand: readonly number[] }>

function tellCourse(what: string, { step, hand }: Times, wished = Number.NaN): void {
  const wholes = step.map(({ whole }) => whole)
  const own = step.flatMap(({ prefect }) => prefect ?? [])
  const ratio = (seconds: readonly number[]): string => `${(median(seconds) / median(hand)).toFixed(3)} ×`
  const detail = `${spread(own)} / ${spread(hand)}, wished ${wished}`
  row(
    `${what}: Prefect side / prefect deploy`,
    own.length === 0 ? '–' : ratio(own),
    own.length === 0 ? 'no stages' : detail,
  )
  row(`${what}: whole step / prefect deploy`, ratio(wholes), `${spread(wholes)} / ${spread(hand)}`)
  const names = Object.keys(step[0]?.stages ?? {})
  const parts = names.map((name) => `${name} ${median(step.flatMap(({ stages }) => stages[name] ?? [])).toFixed(1)} s`)
  row(`${what}: stages`, '', parts.join(', '))
}

/**
 * 625 requests a minute, the least that Cloud admits, cut into minutes of six seconds with a tenth of them: hundred
 * deployments are too few to fill a whole one.
 */
async function tellLimited(project: Synced): Promise<void> {
  const limit = { perMinute: 62, minuteMs: 6000 }
  const place = await openPlace({ kind: 'instant', roundTripMs: ROUND_TRIP_MS, limit })
  try {
    const { verdict, whole } = await byStep(project, place.apiUrl)
    row(`${MANY} create, 80 ms, 625 requests a minute`, verdict, `${whole.toFixed(1)} s, ${place.refused()} refused`)
  } finally {
    await place.stop()
  }
}

/** Peak memory of the action's own process, children apart. */
async function tellMemory(): Promise<void> {
  const project = await syncedProject(1000)
  const place = await openPlace({ kind: 'instant', roundTripMs: 0 })
  try {
    const { peakRssMiB, whole } = await byStep(project, place.apiUrl)
    row(
      '1,000 deployments: peak memory of the action',
      `${peakRssMiB.toFixed(0)} MiB`,
      `wished 200, ${whole.toFixed(1)} s`,
    )
  } finally {
    await place.stop()
    project.remove()
  }
}
