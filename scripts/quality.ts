// Everything that can be said of the code without running it: types, lint, format, unused code, the generated parts
// of the documentation and the bytes of dist/. Each check runs although another one failed.
import { spawnSync } from 'node:child_process'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '..')
const CODE = ['src', '__tests__', 'bench', 'scripts']

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings', ...CODE]],
  ['format', ['biome', 'format', ...CODE]],
  ['unused code', ['knip']],
  ['documentation', ['node', 'scripts/docs/docs.ts', '--check']],
  ['dist', ['node', 'scripts/build.ts', '--check']],
]

const failed: string[] = []
for (const [name, [tool = '', ...args]] of CHECKS) {
  const command = tool === 'node' ? process.execPath : path.join(ROOT, 'node_modules/.bin', tool)
  const result = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' })
  console.log(`${name}: ${result.status === 0 ? 'clean' : 'FAILED'}`)
  if (result.status !== 0) {
    failed.push(name)
    process.stdout.write(`${result.stdout}${result.stderr}`)
  }
}
if (failed.length > 0) {
  console.error(`not clean: ${failed.join(', ')}`)
  process.exitCode = 1
}
