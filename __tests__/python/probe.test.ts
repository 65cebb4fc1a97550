import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { ProbeAnswer } from '../../src/python/probe/answer.ts'
import { DAEMON, HOSTILE_FLOWS, OPENED } from './hostile-flows.ts'
import { entrypoints, flowFile, probedProjects } from './probe-tools.ts'

const { projects, probed } = probedProjects()

describe('a flow file that does something to the process', () => {
  const names = Object.keys(HOSTILE_FLOWS)
  let answer: ProbeAnswer

  beforeAll(async () => {
    const files = Object.fromEntries(
      Object.entries(HOSTILE_FLOWS).flatMap(([name, { text }]) => [
        [`flows/${name}.py`, text],
        [`flows/behind_${name}.py`, flowFile()],
      ]),
    )
    const list = names.flatMap((name) => [`flows/${name}.py:orders`, `flows/behind_${name}.py:orders`])
    answer = await probed({ files }, { entrypoints: entrypoints(...list) }, { each: 3 })
  })

  test.each(Object.entries(HOSTILE_FLOWS))('%s', (name, { is }) => {
    expect(answer.flows[`flows/${name}.py:orders`]).toMatchObject(is)
  })

  test.each(names)('harms nobody behind it: %s', (name) => {
    const behind = answer.flows[`flows/behind_${name}.py:orders`]
    expect(behind).toMatchObject({ kind: 'imported', name: 'orders', file: `flows/behind_${name}.py`, line: 5 })
    expect(behind).not.toHaveProperty('behind')
  })

  test('leaves nothing running', () => {
    const running = readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(DAEMON))
    expect(running).toEqual([])
  })

  test('gets nothing written into its own files', () => {
    expect(readFileSync(path.join(projects[0]?.path ?? '', OPENED), 'utf8')).toBe('')
  })

  test('says no more than a line', () => {
    const flow = answer.flows['flows/raises_a_megabyte.py:orders']
    const message = flow !== undefined && 'message' in flow ? flow.message : ''
    expect(message.length).toBe(500)
    expect(message).not.toContain('\n')
  })
})

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}
