// Runs a TypeScript file of this repository with Node 24, after installing what is missing:
// node scripts/run.mjs FILE [ARGUMENT...]
import { spawn } from 'node:child_process'
import path from 'node:path'
import { node24, setUp } from './setup.mjs'

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')

setUp()
const [file = '', ...args] = process.argv.slice(2)
const node = node24()
const child = spawn(node, [path.join(ROOT, file), ...args], {
  cwd: ROOT,
  stdio: 'inherit',
  env: { ...process.env, PATH: `${path.dirname(node)}:${path.join(ROOT, 'node_modules/.bin')}:${process.env.PATH}` },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
})
