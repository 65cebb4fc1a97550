import { randomUUID } from 'node:crypto'
import { Fault } from '../faults.ts'
import { mask } from '../github/step-commands.ts'
import { stepLog } from '../github/step-log.ts'
import { type Log, machineClock } from '../host.ts'
import { type Http, openHttp } from '../http/client.ts'
import { type InputsReading, readInputs } from '../inputs/inputs.ts'
import { ask } from '../process/ask.ts'
import { runChild } from '../process/child.ts'
import { stepRunner } from '../process/step.ts'
import { redactor } from '../report/redact.ts'
import { isRed } from '../report/shape.ts'
import { conclude, publishOutputs } from './conclude.ts'
import type { Host } from './host.ts'
import { type Ledger, openLedger } from './ledger.ts'
import { release } from './release.ts'
import { listen, type Stop } from './stop.ts'

/** The whole step, from its inputs to its exit status. Never throws: every fault is a verdict. */
export async function step(env: NodeJS.ProcessEnv, payload: unknown): Promise<number> {
  const stop = listen()
  const reading = readInputs(env, payload, `prefect-modal-deploy-${randomUUID().slice(0, 8)}`)
  const { credentials, headerValues } = reading.secrets
  mask([...credentials, ...headerValues])
  const hide = { inText: redactor([...credentials, ...headerValues]), inAddresses: redactor(credentials) }
  const log = stepLog(hide.inText)
  const ledger = openLedger(machineClock)
  for (const warning of reading.warnings) {
    log.warning(warning)
    ledger.warning(warning)
  }
  const opened: Http[] = []
  await told(reading, ledger, hostOf(reading, { log, stop, opened, publish: (report) => publishOutputs(report, hide) }))
  stop.release()
  // An idle connection would keep the process for seconds.
  await Promise.all(opened.map((http) => http.close()))
  const verdict = conclude(ledger.report(), {
    log,
    hide,
    machine: reading.machine,
    summary: reading.inputs?.summary ?? true,
  })
  return isRed(verdict) ? 1 : 0
}

async function told(reading: InputsReading, ledger: Ledger, host: Host): Promise<void> {
  try {
    const inputs = await ledger.stage('inputs', async () => usable(reading, ledger))
    await release(inputs, host, ledger)
  } catch {
    // Whatever is thrown here has been entered in the ledger by the stage that it came from.
  }
}

/** The inputs, or every fault that they have. */
function usable(reading: InputsReading, ledger: Ledger): NonNullable<InputsReading['inputs']> {
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

type HostParts = Readonly<{ log: Log; stop: Stop; opened: Http[]; publish: Host['publish'] }>

function hostOf(reading: InputsReading, { log, stop, opened, publish }: HostParts): Host {
  if (reading.inputs !== undefined) stop.within(reading.inputs.timeout)
  const clock = machineClock
  return {
    clock,
    log,
    signal: stop.signal,
    runStep: stepRunner({ run: runChild, log, clock, signal: stop.signal }),
    ask,
    random: Math.random,
    openHttp: (tls) => {
      const http = openHttp(reading.machine.proxies, tls)
      opened.push(http)
      return http
    },
    publish,
  }
}
