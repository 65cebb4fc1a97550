import { spawnSync } from 'node:child_process'
import path from 'node:path'
import * as z from 'zod'

const answer = z.union([z.object({ value: z.array(z.unknown()) }), z.object({ error: z.string() })])
export type PyYamlAnswer = z.infer<typeof answer>

/** Whether this machine's Python has PyYAML; says so where it has not. */
export function hasPyYaml(what: string): boolean {
  const has = spawnSync('python3', ['-c', 'import yaml']).status === 0
  if (!has) console.warn(`SKIPPED: python3 cannot import yaml, so ${what} is not held against PyYAML.`)
  return has
}

/** What PyYAML reads from each text, in one process; see pyyaml.py. */
export function pyYaml(texts: readonly string[]): readonly PyYamlAnswer[] {
  const input = texts.map((text) => `${Buffer.from(text).toString('base64')}\n`).join('')
  const script = path.join(import.meta.dirname, 'pyyaml.py')
  const { stdout, stderr, status } = spawnSync('python3', [script], { input, maxBuffer: 1e9, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout
    .trim()
    .split('\n')
    .map((line) => answer.parse(JSON.parse(line)))
}
