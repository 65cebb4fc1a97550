// Builds dist/ from src/. With `--check` it builds beside it and fails unless every byte is the same.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname, '..')
/** Bytes that the whole of dist/ may have: a step downloads it each time. */
const LARGEST = 3_000_000

function run(tool: string, ...args: string[]): void {
  const result = spawnSync(path.join(ROOT, 'node_modules/.bin', tool), args, { cwd: ROOT, encoding: 'utf8' })
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}`)
    throw new Error(`${tool} failed with exit status ${result.status ?? 'of a signal'}`)
  }
}

function build(out: string): void {
  for (const folder of ['build', out]) rmSync(path.join(ROOT, folder), { recursive: true, force: true })
  run('tsc', '-p', 'tsconfig.build.json')
  run('ncc', 'build', 'build/main.js', '-o', out, '--license', 'licenses.txt')
  // Prints the bundle anew without comments and with the shorter of two equal statements, a sixth of it; names and lines
  // stay, so that a stack and a diff can be read.
  const bundle = path.join(out, 'index.js')
  run(
    'esbuild',
    bundle,
    '--format=esm',
    '--target=es2024',
    '--legal-comments=none',
    '--minify-syntax',
    '--allow-overwrite',
    `--outfile=${bundle}`,
  )
}

function filesOf(folder: string): Map<string, Buffer> {
  const names = readdirSync(path.join(ROOT, folder)).sort()
  return new Map(names.map((name) => [name, readFileSync(path.join(ROOT, folder, name))]))
}

/** What a bundle must never hold: ncc exits 0 on a package that it did not find, and dies at start. */
function prove(out: string): void {
  const bundle = readFileSync(path.join(ROOT, out, 'index.js'), 'utf8')
  for (const sign of ['eval("require")', 'webpackMissingModule', ROOT]) {
    if (bundle.includes(sign)) throw new Error(`${out}/index.js holds \`${sign}\``)
  }
  if (bundle.split('class EnvHttpProxyAgent').length !== 2) throw new Error(`${out}/index.js holds not just one undici`)
  const size = readdirSync(path.join(ROOT, out)).reduce(
    (sum, name) => sum + statSync(path.join(ROOT, out, name)).size,
    0,
  )
  if (size > LARGEST) throw new Error(`${out}/ has ${size} bytes; ${LARGEST} are allowed`)
  console.log(`${out}/: ${size} bytes in ${readdirSync(path.join(ROOT, out)).join(', ')}`)
}

if (process.argv.includes('--check')) {
  const out = '.cache/dist-check'
  build(out)
  prove(out)
  const [fresh, committed] = [filesOf(out), filesOf('dist')]
  const names = new Set([...fresh.keys(), ...committed.keys()])
  const wrong = [...names].filter((name) => fresh.get(name)?.equals(committed.get(name) ?? Buffer.alloc(0)) !== true)
  if (wrong.length > 0) throw new Error(`dist/ is not what src/ builds: ${wrong.join(', ')}. Run: npm run build`)
  console.log('dist/ is what src/ builds')
} else {
  build('dist')
  prove('dist')
}
