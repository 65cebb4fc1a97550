import { type ChildProcess, spawn } from 'node:child_process'
import { setPriority } from 'node:os'
import { errorCode, Fault } from '../faults.ts'
import { lineReader } from './lines.ts'

/** One child process to run to its end. */
export type ChildSpec = Readonly<{
  command: string
  args: readonly string[]
  cwd: string
  /** The whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>
  /** Seconds from when it has its input until the child is ended. */
  deadline: number
  signal: AbortSignal
  /**
   * Written to the child's standard input, which is otherwise closed. What is not known yet lets a child start ahead; one
   * that waits for it in vain, as it rejects, is ended.
   */
  input?: string | Promise<string>
  /** Nothing waits for it alone: where cores are few, it gives way to what runs beside it. */
  aside?: boolean
  /** Each line as it comes, without its line end, and the stream it came on. */
  onLine?: (line: string, stream: Stream) => void
}>

export type Stream = 'stdout' | 'stderr'

export type ChildResult = Readonly<{
  /** `null` where a signal ended the child. */
  exitCode: number | null
  /** How it ended: by itself, because the step was cancelled, or because its deadline passed. */
  ended: 'itself' | 'cancelled' | 'deadline'
  stdout: readonly string[]
  stderr: readonly string[]
  /** Both streams in the order of arrival. */
  lines: readonly string[]
  /** Lines beyond the bound that were dropped from the middle. */
  dropped: number
  /** Seconds that it took from when it had its input. */
  seconds: number
}>

export type RunChild = (spec: ChildSpec) => Promise<ChildResult>

/** Seconds from SIGINT to SIGTERM, and to SIGKILL: the runner grants 7.5 s in all (actions/runner: ProcessInvoker). */
const TERM_AFTER = 2.5
const KILL_AFTER = 4
/** Seconds that a pipe held open by a stray grandchild is waited for after the leader's end. */
const DRAIN = 2
const DRAIN_CANCELLED = 0.2

/**
 * Runs one child in a process group of its own, and leaves nothing of the group behind.
 *
 * `@actions/exec` knows no deadline, forwards no signal and leaves grandchildren behind, so the long commands
 * (uv sync, modal deploy, prefect deploy, probes) run here.
 *
 * @throws Fault `user` when the command does not exist or may not be run; what `input` rejects with
 */
export const runChild: RunChild = async (spec) => {
  let started = performance.now()
  const child = spawn(spec.command, [...spec.args], {
    cwd: spec.cwd,
    env: { ...spec.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  child.stdin.on('error', () => undefined)
  if (spec.aside === true) giveWay(child)
  const captured = capture(child, spec.onLine)
  let ended: ChildResult['ended'] = 'itself'
  const timers: NodeJS.Timeout[] = []
  const end = (why: 'cancelled' | 'deadline'): void => {
    if (ended !== 'itself') return
    ended = why
    signalGroup(child, 'SIGINT')
    timers.push(setTimeout(() => signalGroup(child, 'SIGTERM'), TERM_AFTER * 1000))
    timers.push(setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER * 1000))
  }
  const onAbort = (): void => end('cancelled')
  let isOver = false
  const onInput = (input: string): void => {
    if (isOver) return
    started = performance.now()
    child.stdin.end(input)
    timers.push(setTimeout(() => end('deadline'), spec.deadline * 1000))
  }
  let withdrawn: Readonly<{ why: unknown }> | undefined
  const onNoInput = (why: unknown): void => {
    if (isOver) return
    withdrawn = { why }
    signalGroup(child, 'SIGKILL')
  }
  Promise.resolve(spec.input ?? '').then(onInput, onNoInput)
  if (spec.signal.aborted) onAbort()
  else spec.signal.addEventListener('abort', onAbort, { once: true })
  try {
    const exitCode = await exitOf(child, spec.command, () => (ended === 'itself' ? DRAIN : DRAIN_CANCELLED))
    if (withdrawn !== undefined) throw withdrawn.why
    return { exitCode, ended, ...captured(), seconds: (performance.now() - started) / 1000 }
  } finally {
    isOver = true
    for (const timer of timers) clearTimeout(timer)
    spec.signal.removeEventListener('abort', onAbort)
  }
}

function exitOf(child: ChildProcess, command: string, drain: () => number): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      const code = errorCode(cause)
      const why = code === 'ENOENT' ? 'it was not found' : (code ?? cause.message)
      reject(new Fault('user', `${command} could not be started: ${why}.`, { cause }))
    })
    child.once('exit', (code) => {
      // Whatever is left of the group goes with its leader: no background process outlives its step.
      signalGroup(child, 'SIGKILL')
      const timer = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
        resolve(code)
      }, drain() * 1000)
      child.once('close', () => {
        clearTimeout(timer)
        resolve(code)
      })
    })
  })
}

/** Of 19, which leaves a thirtieth of a core beside what is busy; 5 leaves a quarter. (sched(7)) */
const NICE = 5

function giveWay({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, NICE)
  } catch {
    // Only time is lost: it may not be allowed, or the child has ended.
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    process.kill(-child.pid, signal)
  } catch (thrown) {
    // ESRCH: the group is gone, which is what was wanted. EPERM: only zombies are left of it (macOS).
    const code = errorCode(thrown)
    if (code !== 'ESRCH' && code !== 'EPERM') throw thrown
  }
}

type Captured = Pick<ChildResult, 'stdout' | 'stderr' | 'lines' | 'dropped'>

function capture(child: ChildProcess, onLine: ChildSpec['onLine']): () => Captured {
  const stdout = boundedLines()
  const stderr = boundedLines()
  const lines = boundedLines()
  for (const [stream, own] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    const reader = lineReader((line) => {
      own.push(line)
      lines.push(line)
      onLine?.(line, stream)
    })
    child[stream]?.setEncoding('utf8')
    child[stream]?.on('data', reader.write)
    child[stream]?.on('close', reader.end)
  }
  return () => ({ stdout: stdout.list(), stderr: stderr.list(), lines: lines.list(), dropped: lines.dropped() })
}

/** Lines kept from the start and from the end of one stream; what lies between is dropped and counted. */
const KEPT_HEAD = 2_000
const KEPT_TAIL = 4_000

function boundedLines(): { push: (line: string) => void; list: () => string[]; dropped: () => number } {
  const head: string[] = []
  let tail: string[] = []
  let dropped = 0
  return {
    push: (line) => {
      if (head.length < KEPT_HEAD) head.push(line)
      else tail.push(line)
      if (tail.length > 2 * KEPT_TAIL) {
        dropped += tail.length - KEPT_TAIL
        tail = tail.slice(-KEPT_TAIL)
      }
    },
    list: () => [...head, ...tail],
    dropped: () => dropped,
  }
}
