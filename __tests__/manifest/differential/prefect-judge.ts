import { execFile } from 'node:child_process'
import path from 'node:path'
import * as z from 'zod'
import { tools } from '../../world/tools.ts'

/** One question to Prefect: a cron text, a cron text's next run, or a schedule as a deploy makes and sends it. */
export type Question = Readonly<{ judge: 'cron' | 'next' | 'schedule'; value: unknown }>

const answer = z.object({ accepted: z.boolean(), why: z.string().optional() })
export type Answer = z.infer<typeof answer>

/** Asks the installed Prefect, all in one process; the answers are in the order of the questions. */
export async function askPrefect(questions: readonly Question[]): Promise<readonly Answer[]> {
  const { prefect } = await tools()
  const script = path.join(import.meta.dirname, 'schedules.py')
  const printed = await new Promise<string>((resolve, reject) => {
    const child = execFile(prefect, ['-W', 'ignore', script], { maxBuffer: 1e9 }, (error, stdout) => {
      if (error === null) resolve(stdout)
      else reject(new Error(error.message))
    })
    child.stdin?.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''))
  })
  return printed
    .trim()
    .split('\n')
    .map((line) => answer.parse(JSON.parse(line)))
}
