import type { Inputs } from '../inputs/inputs.ts'
import { chooseCourse } from './course.ts'
import type { Host } from './host.ts'
import type { Ledger } from './ledger.ts'

export async function release(inputs: Inputs, host: Host, ledger: Ledger): Promise<void> {
  const course = await ledger.stage('check', async () => chooseCourse(inputs))
  host.log.info(`Mode: ${course.does} (${course.why})`)
}
