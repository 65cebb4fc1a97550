import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { Fault } from '../../src/faults.ts'
import { type ChildSpec, runChild } from '../../src/process/child.ts'

const ENV = { PATH: process.env['PATH'] ?? '' }

function node(script: string, changes: Partial<ChildSpec> = {}): Promise<Awaited<ReturnType<typeof runChild>>> {
  return runChild({
    command: process.execPath,
    args: ['-e', script],
    cwd: tmpdir(),
    env: ENV,
    deadline: 60,
    signal: new AbortController().signal,
    ...changes,
  })
}

/** Aborts as soon as the child has printed `ready`. */
function whenReady(): { signal: AbortSignal; onLine: (line: string) => void } {
  const controller = new AbortController()
  return {
    signal: controller.signal,
    onLine: (line) => {
      if (line === 'ready') controller.abort(new Fault('cancelled', 'stop'))
    },
  }
}

/** Resolves once the process is gone; a test that waits in vain fails by its timeout. */
async function gone(pid: number): Promise<void> {
  expect(pid).toBeGreaterThan(1)
  // A zombie still has a pid, but no command line. The kernel takes a moment to end what was killed.
  const file = `/proc/${pid}/cmdline`
  while (existsSync(file) && readFileSync(file, 'utf8') !== '') await new Promise((resolve) => setImmediate(resolve))
}

describe('runChild', () => {
  test('keeps both streams, in order, and the exit status', async () => {
    const result = await node(`console.log('out'); console.error('err'); process.exitCode = 3`)
    expect(result).toMatchObject({ exitCode: 3, ended: 'itself', stdout: ['out'], stderr: ['err'], dropped: 0 })
    expect([...result.lines].sort()).toEqual(['err', 'out'])
  })

  test('arguments are never read by a shell', async () => {
    const result = await node('console.log(JSON.stringify(process.argv.slice(1)))', {
      args: ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '$(touch x)', '; rm', "'", '\n'],
    })
    expect(JSON.parse(result.stdout[0] ?? '')).toEqual(['$(touch x)', '; rm', "'", '\n'])
  })

  test('nothing is inherited from the environment of the action', async () => {
    const result = await node('console.log(Object.keys(process.env).sort().join())', { env: { ONLY: 'this' } })
    expect(result.stdout).toEqual(['ONLY'])
  })

  test('standard input is what it is given, else closed', async () => {
    const echo = `process.stdin.on('data', (d) => process.stdout.write(d)).on('end', () => console.log('end'))`
    expect((await node(echo, { input: 'hello\n' })).stdout).toEqual(['hello', 'end'])
    expect((await node(echo)).stdout).toEqual(['end'])
  })

  test('input that is still to come lets it start ahead', async () => {
    const echo = `console.log('ready'); process.stdin.on('data', (d) => process.stdout.write(d))`
    const given = Promise.withResolvers<string>()
    const onLine = (line: string): void => {
      if (line === 'ready') given.resolve('hello')
    }
    const result = await node(echo, { input: given.promise, onLine })
    expect(result).toMatchObject({ ended: 'itself', exitCode: 0, stdout: ['ready', 'hello'] })
  })

  test('one whose input never comes is ended, with the reason of that', async () => {
    const given = Promise.withResolvers<string>()
    let pid = 0
    const running = node(`console.log(process.pid); process.stdin.resume()`, {
      input: given.promise,
      onLine: (line) => {
        pid = Number(line)
        given.reject(new Fault('remote', 'no input'))
      },
    })
    await expect(running).rejects.toMatchObject({ message: 'no input' })
    await gone(pid)
  })

  test('one that ends before its input comes is not waited for', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    expect(await node('process.exitCode = 4', { input: promise })).toMatchObject({ exitCode: 4, ended: 'itself' })
    const waiting = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length
    const before = waiting()
    resolve('late')
    await promise
    expect(waiting()).toBe(before)
  })

  test('a command that does not exist is a fault of the user', async () => {
    await expect(node('', { command: 'no-such-command-here' })).rejects.toMatchObject({ kind: 'user' })
  })

  test('a flood is bounded: the first and the last lines stay', async () => {
    const result = await node(`for (let i = 0; i < 50000; i++) console.log('line ' + i)`)
    expect(result.stdout[0]).toBe('line 0')
    expect(result.stdout.at(-1)).toBe('line 49999')
    expect(result.stdout.length + result.dropped).toBe(50_000)
    expect(result.stdout.length).toBeLessThan(12_000)
  })

  test('a cancelled child gets SIGINT first', async () => {
    const result = await node(
      `process.on('SIGINT', () => { console.log('cleaning up'); process.exit(5) }); setInterval(() => 0, 1000); console.log('ready')`,
      whenReady(),
    )
    expect(result).toMatchObject({ exitCode: 5, ended: 'cancelled', stdout: ['ready', 'cleaning up'] })
  })

  test('one that ignores SIGINT and SIGTERM is gone too, with its grandchild', async () => {
    const stubborn = `process.on('SIGINT', () => 0); process.on('SIGTERM', () => 0); setInterval(() => 0, 1000)`
    const result = await node(
      `const c = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(`${stubborn}; console.log(process.pid)`)}], { stdio: 'inherit' });
       ${stubborn}; c.on('spawn', () => setTimeout(() => console.log('ready'), 300))`,
      whenReady(),
    )
    expect(result.ended).toBe('cancelled')
    expect(result.seconds).toBeLessThan(7)
    const grandchild = Number(result.stdout.find((line) => /^\d+$/.test(line)))
    await gone(grandchild)
  }, 20_000)

  test('a background process does not outlive a child that ended well', async () => {
    const result = await node(
      `const c = require('node:child_process').spawn('sleep', ['600'], { stdio: 'ignore' }); c.on('spawn', () => { console.log(c.pid); c.unref() })`,
    )
    expect(result.exitCode).toBe(0)
    await gone(Number(result.stdout[0]))
  })

  test('the deadline ends a child', async () => {
    const result = await node('setInterval(() => 0, 1000)', { deadline: 0.2 })
    expect(result).toMatchObject({ ended: 'deadline' })
  })

  test('a file that the child was about to write stays unwritten after a cancel', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'child-')), 'late')
    await node(
      `setTimeout(() => require('fs').writeFileSync(${JSON.stringify(file)}, ''), 60000); console.log('ready')`,
      whenReady(),
    )
    expect(existsSync(file)).toBe(false)
  })
})
