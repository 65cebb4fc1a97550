// Builds dist/ from src/. With `--check` it builds beside it and fails unless every byte is the same.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { transformSync } from 'esbuild'

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
  const bundle = path.join(ROOT, out, 'index.js')
  writeFileSync(bundle, printedAnew(readFileSync(bundle, 'utf8')))
}

/** Where webpack ends its table of the CommonJS modules, all of which are packages of others. */
const END_OF_PACKAGES = `\n/${'*'.repeat(72)}/\n`

/**
 * The bundle without comments, and without the blanks of the packages in its first half: a quarter less to download and to
 * read at each start. Every name stays, and this project's own code stays as it was written.
 */
function printedAnew(bundle: string): string {
  const end = bundle.indexOf(END_OF_PACKAGES)
  if (end < 0) throw new Error("webpack's table of modules has no end: is the bundle laid out otherwise?")
  const options = { format: 'esm', target: 'es2024', legalComments: 'none' } as const
  const packages = transformSync(bundle.slice(0, end), { ...options, minifyWhitespace: true, lineLimit: 160 })
  return packages.code + transformSync(bundle.slice(end), options).code
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
