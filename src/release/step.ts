import { randomUUID } from 'node:crypto'
import { Fault } from '../faults.ts'
import { stepLog } from '../github/step-log.ts'
import { mask } from '../github/workflow-commands.ts'
import { machineClock } from '../host.ts'
import { byLine } from '../inputs/credentials.ts'
import { type InputsReading, readInputs } from '../inputs/inputs.ts'
import { ask } from '../process/ask.ts'
import { openSecrets } from '../report/redact.ts'
import { isRed } from '../report/shape.ts'
import { begun } from './course.ts'
import type { Hide } from './conclude.ts'
import { openLedger } from './ledger.ts'
import { listen, type Stop } from './stop.ts'
import { type Told, warn } from './told.ts'

/** Characters from which a secret that is learnt on the way is hidden. */
const SHORTEST_LINE = 6

/** The whole step, from its inputs to its exit status. Never throws: every fault is a verdict. */
export async function step(env: NodeJS.ProcessEnv): Promise<number> {
  const stop = listen()
  const reading = readInputs(env, `prefect-modal-deploy-${randomUUID().slice(0, 8)}`)
  const { credentials, headerValues } = reading.secrets
  mask([...credentials, ...headerValues])
  const texts = openSecrets([...credentials, ...headerValues])
  const addresses = openSecrets(credentials)
  const learn = (secrets: readonly string[]): void => {
    // A line of a key in JSON may be a bracket alone; hiding that would ruin every log.
    const lines = byLine(secrets).filter((line) => line.length >= SHORTEST_LINE)
    mask(lines)
    for (const one of [texts, addresses]) one.learn(lines)
  }
  const hide = { inText: texts.hide, inAddresses: addresses.hide }
  const told = { log: stepLog(hide.inText), ledger: openLedger(machineClock) }
  for (const warning of reading.warnings) warn(warning, told)
  try {
    await story(reading, { ...told, stop, hide, learn })
  } catch (thrown) {
    told.ledger.escaped(thrown)
  }
  stop.release()
  const { conclude } = await import(/* webpackMode: "eager" */ './conclude.ts')
  const { machine, inputs } = reading
  const verdict = conclude(told.ledger.report(), { log: told.log, hide, machine, summary: inputs?.summary ?? true })
  return isRed(verdict) ? 1 : 0
}

type StoryTeller = Told & Readonly<{ stop: Stop; hide: Hide; learn: (secrets: readonly string[]) => void }>

async function story(reading: InputsReading, teller: StoryTeller): Promise<void> {
  const { log, ledger, stop, hide, learn } = teller
  const inputs = await ledger.stage('inputs', async () => usable(reading, teller))
  stop.within(inputs.timeout)
  if (reading.machine.platform !== 'linux') warn('This action is tested on Linux runners only.', teller)
  const beginning = await ledger.stage('check', () => begun(inputs, { log, ledger, ask }))
  // Loaded behind the first line of the log, which says that the step is at work.
  const { release } = await import(/* webpackMode: "eager" */ './release.ts')
  const { openHost } = await import(/* webpackMode: "eager" */ './open-host.ts')
  const { publishOutputs } = await import(/* webpackMode: "eager" */ './conclude.ts')
  const { host, close } = openHost({
    log,
    signal: stop.signal,
    proxies: reading.machine.proxies,
    publish: (report) => publishOutputs(report, hide),
    hide: learn,
    hidden: hide.inText,
  })
  try {
    await release(inputs, beginning, { host, log, ledger })
  } finally {
    await close()
  }
}

/** The inputs, or every fault that they have. */
function usable(reading: InputsReading, { ledger }: Told): NonNullable<InputsReading['inputs']> {
  if (reading.machine.platform === 'win32') {
    throw new Fault('user', 'This action runs on Linux runners; this one runs Windows.', {
      hint: 'Use `runs-on: ubuntu-latest`.',
    })
  }
  const [first, ...rest] = reading.faults.map(
    (fault) => new Fault('user', fault, { hint: 'Mend the `with:` block of the step.' }),
  )
  for (const fault of rest) ledger.fault(fault, 'inputs')
  if (first !== undefined || reading.inputs === undefined) {
    throw first ?? new Fault('internal', 'The inputs could not be read.')
  }
  return reading.inputs
}
