import type { DeploymentEntry, Manifest } from '../model.ts'
import { type JudgedSchedule, judgedSchedule, scheduleItems } from '../schedule/judged.ts'
import type { MapValue, Place } from '../value.ts'
import type { Problem } from './rule.ts'

/** Problems of one rule that are told of one file. */
const MOST_PROBLEMS = 50

/** A schedule of a file, with the first deployment that has it. */
export type PlacedSchedule = Readonly<{ entry: DeploymentEntry; item: MapValue }>

/** The schedules of all deployments, each once, however many aliases name it. */
export function schedulesIn({ deployments }: Manifest): readonly PlacedSchedule[] {
  const seen = new Set<MapValue>()
  return deployments.flatMap((entry) =>
    scheduleItems(entry).flatMap((item) => {
      if (item.kind !== 'map' || seen.has(item)) return []
      seen.add(item)
      return [{ entry, item }]
    }),
  )
}

/**
 * What `look` finds in each schedule that can be judged as it stands, each place once and no more than one can read; `hint`
 * is sought for those alone, because it may take its time.
 */
export function judgedProblems(
  manifest: Manifest,
  look: (schedule: JudgedSchedule, placed: PlacedSchedule) => Problem | undefined,
  hint?: (schedule: JudgedSchedule) => string,
): Problem[] {
  const judged = new Map<Place, JudgedSchedule>()
  const problems = schedulesIn(manifest).flatMap((placed) => {
    const schedule = judgedSchedule(placed.item)
    const problem = schedule === undefined ? undefined : look(schedule, placed)
    if (schedule === undefined || problem === undefined) return []
    judged.set(problem.at, schedule)
    return [problem]
  })
  return problemsAt(problems).map((problem) => {
    const schedule = judged.get(problem.at)
    return hint === undefined || schedule === undefined ? problem : { ...problem, hint: hint(schedule) }
  })
}

/** Problems, each place once and no more than one can read. */
export function problemsAt(problems: readonly Problem[]): Problem[] {
  const places = new Map(problems.map((problem) => [`${problem.at.line}:${problem.at.column}`, problem]))
  const told = [...places.values()]
  const [last, more] = [told[MOST_PROBLEMS], told.length - MOST_PROBLEMS]
  if (last === undefined) return told
  const whose = more === 1 ? 'One more place has' : `${more} more places have`
  return [...told.slice(0, MOST_PROBLEMS), { ...last, message: `${whose} such a fault.` }]
}
