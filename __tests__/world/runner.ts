import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Report } from '../../src/report/shape.ts'
import { lineReader } from '../../src/process/lines.ts'
import { validReport } from './report-file.ts'
import { type LogAnnotation, readCommandFile, readLog } from './runner-files.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** What of the machine's own settings a package install needs; everything else a step gets is said by its test. */
const OF_THE_MACHINE = /^(PIP_.*|UV_.*|SSL_CERT_.*|REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NODE_EXTRA_CA_CERTS|LANG|LC_ALL)$/

const actionSchema = z.object({
  inputs: z.record(z.string(), z.object({ default: z.string().optional() })),
  outputs: z.record(z.string(), z.unknown()),
  runs: z.object({ using: z.literal('node24'), main: z.string(), post: z.string().optional() }),
})

export type GitHubEvent = Readonly<{
  name: string
  payload?: unknown
  sha?: string
  ref?: string
  headRef?: string
  baseRef?: string
}>

export type StepOptions = Readonly<{
  workspace: string
  inputs?: Readonly<Record<string, string>>
  env?: Readonly<Record<string, string>>
  event?: GitHubEvent
  /** Where tools outlive a job; absent: one for this step alone. */
  toolCache?: string
  /** Called at the start with what stops the step as the runner does. */
  onStart?: (cancel: () => void) => void
  /** What the runner sends first; absent: SIGINT. */
  cancelBy?: 'SIGINT' | 'SIGTERM'
  /** Another folder that holds `dist/`. */
  action?: string
}>

export type StepResult = Readonly<{
  exitCode: number | null
  signal: NodeJS.Signals | null
  outputs: Readonly<Record<string, string>>
  masks: readonly string[]
  annotations: readonly LogAnnotation[]
  groups: readonly string[]
  /** As GitHub shows it. */
  log: string
  /** As the step printed it. */
  raw: string
  /** As GitHub shows it. */
  summary: string
  /** As the step wrote it. */
  rawSummary: string
  report: Report | undefined
  rawReport: string
  seconds: number
  /** Seconds from the start to the first line that is no command. */
  firstLine: number
  /** Seconds from the cancel to the end. */
  afterCancel: number | undefined
  /** The step did not end within 7.5 s after its cancel, so that the runner went on to the next signal. */
  escalated: boolean
  peakRssMiB: number
  /** Processes of this step that still live. */
  leftBehind: readonly number[]
}>

/** Runs the committed `dist/` as the runner runs a step: inputs, command files, masks, signals. */
export async function runStep(options: StepOptions): Promise<StepResult> {
  const folder = options.action ?? ROOT
  const action = actionSchema.parse(parse(readFileSync(path.join(folder, 'action.yml'), 'utf8')))
  const place = layOutRunner(options)
  const tracking = `runner_${randomUUID()}`
  const env = {
    ...stepEnvironment(options, place, inputsOf(action.inputs, options.inputs ?? {})),
    RUNNER_TRACKING_ID: tracking,
  }
  const started = performance.now()
  const child = spawn(process.execPath, [path.join(folder, action.runs.main)], {
    cwd: options.workspace,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const watched = watch(child, options, started)
  const [exitCode, signal] = await watched.closed
  const seconds = (performance.now() - started) / 1000
  const { raw, firstLine, cancelledAt, escalated, peakRssMiB } = watched.seen()
  const log = readLog(raw)
  if (log.unknown.length > 0) throw new Error(`commands that the runner does not know: ${log.unknown.join('\n')}`)
  const outputs = Object.fromEntries(readCommandFile(readFileSync(place.files.OUTPUT, 'utf8')))
  for (const name of Object.keys(outputs)) if (!(name in action.outputs)) throw new Error(`undeclared output ${name}`)
  const rawSummary = readFileSync(place.files.STEP_SUMMARY, 'utf8')
  if (Buffer.byteLength(rawSummary) > 1024 * 1024) throw new Error('the summary is over 1 MiB')
  const masked = (text: string): string => log.masks.reduce((left, one) => left.replaceAll(one, '***'), text)
  const rawReport =
    outputs['report'] !== undefined && existsSync(outputs['report']) ? readFileSync(outputs['report'], 'utf8') : ''
  return {
    exitCode,
    signal,
    outputs,
    masks: log.masks,
    annotations: log.annotations,
    groups: log.groups,
    log: masked(log.lines.join('\n')),
    raw,
    summary: masked(rawSummary),
    rawSummary,
    rawReport,
    report: rawReport === '' ? undefined : validReport(rawReport),
    seconds,
    firstLine,
    afterCancel: cancelledAt === undefined ? undefined : seconds - cancelledAt,
    escalated,
    peakRssMiB,
    leftBehind: processesOf(tracking),
  }
}

type Place = Readonly<{
  temp: string
  tools: string
  home: string
  event: string
  files: Readonly<Record<'OUTPUT' | 'ENV' | 'PATH' | 'STATE' | 'STEP_SUMMARY', string>>
}>

function layOutRunner(options: StepOptions): Place {
  const root = mkdtempSync(path.join(tmpdir(), 'runner-'))
  const at = (name: string): string => path.join(root, name)
  for (const name of ['temp', 'tools', 'home']) mkdirSync(at(name))
  const files = {
    OUTPUT: at('output'),
    ENV: at('env'),
    PATH: at('path'),
    STATE: at('state'),
    STEP_SUMMARY: at('summary'),
  }
  for (const file of Object.values(files)) writeFileSync(file, '')
  writeFileSync(at('event.json'), JSON.stringify(options.event?.payload ?? {}))
  return { temp: at('temp'), tools: options.toolCache ?? at('tools'), home: at('home'), event: at('event.json'), files }
}

function inputsOf(
  declared: Readonly<Record<string, { default?: string | undefined }>>,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const name of Object.keys(given)) if (!(name in declared)) throw new Error(`unknown input ${name}`)
  return Object.fromEntries(
    Object.entries(declared).map(([name, input]) => [
      `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
      given[name] ?? input.default ?? '',
    ]),
  )
}

/** What of this machine's environment reaches a step: PATH, and how packages are fetched here. */
export function machineSettings(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => name === 'PATH' || OF_THE_MACHINE.test(name))
  return Object.fromEntries(own.map(([name, value]) => [name, value ?? '']))
}

function stepEnvironment(
  options: StepOptions,
  place: Place,
  inputs: Readonly<Record<string, string>>,
): Record<string, string> {
  const event = options.event ?? { name: 'push' }
  const ref = event.ref ?? 'refs/heads/main'
  return {
    ...machineSettings(),
    HOME: place.home,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: event.name,
    GITHUB_EVENT_PATH: place.event,
    GITHUB_SHA: event.sha ?? '',
    GITHUB_REF: ref,
    GITHUB_REF_NAME: ref.replace(/^refs\/(heads|tags|pull)\//, ''),
    GITHUB_REF_TYPE: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
    GITHUB_HEAD_REF: event.headRef ?? '',
    GITHUB_BASE_REF: event.baseRef ?? '',
    GITHUB_REPOSITORY: 'acme/flows',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_RUN_ID: '4242',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_ACTOR: 'developer',
    GITHUB_JOB: 'deploy',
    GITHUB_ACTION: '__self',
    GITHUB_WORKFLOW: 'deploy',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_API_URL: 'http://127.0.0.1:9',
    GITHUB_WORKSPACE: options.workspace,
    RUNNER_TEMP: place.temp,
    RUNNER_TOOL_CACHE: place.tools,
    RUNNER_OS: 'Linux',
    RUNNER_ARCH: 'X64',
    RUNNER_NAME: 'runner',
    ...Object.fromEntries(Object.entries(place.files).map(([name, file]) => [`GITHUB_${name}`, file])),
    ...inputs,
    ...options.env,
  }
}

type Seen = Readonly<{
  raw: string
  firstLine: number
  cancelledAt: number | undefined
  escalated: boolean
  peakRssMiB: number
}>

function watch(
  child: ChildProcess,
  options: StepOptions,
  started: number,
): { closed: Promise<[number | null, NodeJS.Signals | null]>; seen: () => Seen } {
  let raw = ''
  let firstLine = 0
  let cancelledAt: number | undefined
  let escalated = false
  let peakRssMiB = 0
  const timers: NodeJS.Timeout[] = []
  const now = (): number => (performance.now() - started) / 1000
  // SIGINT, 7.5 s, SIGTERM, 2.5 s, the end (actions/runner: ProcessInvoker).
  const cancel = (): void => {
    if (cancelledAt !== undefined) return
    cancelledAt = now()
    child.kill(options.cancelBy ?? 'SIGINT')
    timers.push(
      setTimeout(() => {
        escalated = true
        child.kill('SIGTERM')
      }, 7_500),
    )
    timers.push(setTimeout(() => child.kill('SIGKILL'), 10_000))
  }
  const reader = lineReader((line) => {
    if (firstLine === 0 && !line.startsWith('::')) firstLine = now()
  })
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    raw += text
    reader.write(text)
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    raw += text
  })
  const sampling = setInterval(() => {
    peakRssMiB = Math.max(peakRssMiB, peakRss(child.pid))
  }, 250)
  options.onStart?.(cancel)
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearInterval(sampling)
      for (const timer of timers) clearTimeout(timer)
      resolve([code, signal])
    })
  })
  return { closed, seen: () => ({ raw, firstLine, cancelledAt, escalated, peakRssMiB }) }
}

function peakRss(pid: number | undefined): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(line?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Processes whose environment holds the id that the runner gives to each step's processes. */
function processesOf(tracking: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(tracking)
      } catch {
        return false
      }
    })
    .map(Number)
}
