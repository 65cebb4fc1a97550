import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import * as z from 'zod'
import { tools } from '../../world/tools.ts'

/**
 * One question to Prefect: a cron text, a cron text's next run, a schedule as a deploy makes and sends it, the names of its
 * time zones, an anchor date, or the next runs of a schedule.
 */
export type Question = Readonly<{
  judge: 'cron' | 'next' | 'schedule' | 'zones' | 'anchor' | 'runs'
  value: unknown
}>

const answer = z.object({ accepted: z.boolean(), why: z.string().optional(), told: z.unknown().optional() })
export type Answer = z.infer<typeof answer>

/** Asks the installed Prefect, all in one process; the answers are in the order of the questions of each list. */
export async function askPrefect(lists: readonly (readonly Question[])[]): Promise<readonly (readonly Answer[])[]> {
  const { prefect } = await tools()
  const script = path.join(import.meta.dirname, 'schedules.py')
  const lines = lists.flat().map((question) => `${JSON.stringify(question)}\n`)
  const home = mkdtempSync(path.join(tmpdir(), 'prefect-judge-'))
  const env = { ...process.env, PREFECT_HOME: home, PREFECT_LOGGING_LEVEL: 'CRITICAL', DO_NOT_TRACK: '1' }
  const printed = await new Promise<string>((resolve, reject) => {
    const child = execFile(prefect, ['-W', 'ignore', script], { env, maxBuffer: 1e9 }, (error, stdout) => {
      rmSync(home, { recursive: true, force: true })
      if (error === null) resolve(stdout)
      else reject(new Error(error.message))
    })
    child.stdin?.end(lines.join(''))
  })
  const answers = printed
    .trim()
    .split('\n')
    .map((line) => answer.parse(JSON.parse(line)))
  let read = 0
  return lists.map((list) => answers.slice(read, (read += list.length)))
}

const zones = z.object({ cron: z.array(z.string()), rrule: z.array(z.string()) })

/** The names that Prefect takes for the time zone of a cron or interval schedule, and of an rrule: its answer to `zones`. */
export function zonesIn(answers: readonly Answer[] | undefined): z.infer<typeof zones> {
  return zones.parse(answers?.[0]?.told)
}
