// Records real runs of `modal deploy` on the loopback control plane:
//   node scripts/run.mjs __tests__/modal/record.ts [VERSION...]
// Each run has a folder of its own, which stands as /checkout in what is recorded; the environment of Modal stands as
// /venv, the home folder as /home, and Python itself as /python. Boxes keep their width.
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { modalEnvironment } from '../../src/modal/child-env.ts'
import { deployArguments } from '../../src/modal/deploy-command.ts'
import { runChild } from '../../src/process/child.ts'
import { type ModalControlPlane, startModalControlPlane } from '../world/modal-control-plane.ts'
import { tools } from '../world/tools.ts'
import { modalPython } from './modal-tools.ts'
import { RECORDED, type RecordedRun } from './recorded.ts'
import { EVERY_KIND, FAILING_APPS, type FailingApp, requestOf } from './recorded-apps.ts'

const VERSIONS = ['1.0.5', '1.3.5', '1.4.3', '1.5.4', '1.6.4']
/** Of these all failures, too: one that draws boxes, and the newest. */
const WITH_FAILURES = new Set(['1.4.3', '1.6.4'])
/** Of this one a few: the titles of its boxes are its own. */
const WITH_SOME = new Map([
  ['1.0.5', new Set(['environment missing', 'secret missing', 'build fails', 'import missing', 'no app'])],
])

const home = mkdtempSync(path.join(tmpdir(), 'modal-home-'))
try {
  for (const version of process.argv.length > 2 ? process.argv.slice(2) : VERSIONS) {
    await write(version, 'deploys', await deploys(version))
    if (WITH_FAILURES.has(version) || WITH_SOME.has(version)) await write(version, 'failures', await failures(version))
  }
} finally {
  rmSync(home, { recursive: true })
}

async function write(version: string, kind: string, runs: Readonly<Record<string, RecordedRun>>): Promise<void> {
  mkdirSync(path.join(RECORDED, version), { recursive: true })
  writeFileSync(path.join(RECORDED, version, `${kind}.json`), `${JSON.stringify(runs, null, 1)}\n`)
}

/** The first deploy of an app, the second one that changes nothing, and the same in a narrow terminal. */
async function deploys(version: string): Promise<Record<string, RecordedRun>> {
  const app = appOf({ files: { 'modal_app.py': EVERY_KIND } })
  const folder = layOut(app.files)
  return onPlane(async (plane) => {
    await plane.warn({ function: 'warned', message: 'This function is watched' })
    const place = { version, plane, folder }
    return {
      first: await recordedRun(app, place),
      second: await recordedRun(app, place),
      narrow: await recordedRun({ ...app, env: { COLUMNS: '60' } }, place),
    }
  }).finally(() => rmSync(folder, { recursive: true }))
}

async function failures(version: string): Promise<Record<string, RecordedRun>> {
  const recorded: Record<string, RecordedRun> = {}
  for (const [name, app] of Object.entries(FAILING_APPS)) {
    if (app.versions?.includes(version) === false || WITH_SOME.get(version)?.has(name) === false) continue
    process.stderr.write(`${version} ${name}\n`)
    const folder = layOut(app.files)
    recorded[name] = await onPlane(async (plane) => {
      await app.prepare(plane)
      return recordedRun(app, { version, plane, folder })
    }).finally(() => rmSync(folder, { recursive: true }))
  }
  return recorded
}

function appOf(app: Pick<FailingApp, 'files'>): FailingApp {
  return { request: requestOf('modal_app.py'), environment: 'main', env: {}, prepare: async () => undefined, ...app }
}

async function onPlane<T>(work: (plane: ModalControlPlane) => Promise<T>): Promise<T> {
  const plane = await startModalControlPlane({
    python: (await tools()).modal,
    secrets: [{ name: 'settings', keys: ['API_KEY'] }],
  })
  try {
    return await work(plane)
  } finally {
    await plane.stop()
  }
}

/** A folder whose path is as long as /checkout: lines are broken where they would be there. */
function layOut(files: Readonly<Record<string, string>>): string {
  const folder = path.join('/tmp', randomBytes(2).toString('hex'))
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return folder
}

type Place = Readonly<{ version: string; plane: ModalControlPlane; folder: string }>

async function recordedRun(app: FailingApp, { version, plane, folder }: Place): Promise<RecordedRun> {
  const python = await modalPython(version)
  const { request, environment } = app
  const base = { PATH: process.env['PATH'] ?? '', HOME: home, PYTHONPYCACHEPREFIX: path.join(home, 'bytecode') }
  const token = { id: { value: plane.tokenId, from: '' }, secret: { value: plane.tokenSecret, from: '' } }
  const { exitCode, stdout, stderr } = await runChild({
    command: path.join(path.dirname(python), 'modal'),
    args: deployArguments({ request, environment, tag: 'recorded', version }),
    cwd: folder,
    env: { ...modalEnvironment(base, { token, folder: home, serverUrl: plane.url }), ...app.env },
    deadline: 120,
    signal: new AbortController().signal,
  })
  const venv = path.dirname(path.dirname(python))
  const library = execFileSync(python, ['-c', 'import sys; print(sys.base_prefix)'], { encoding: 'utf8' }).trim()
  const standIns = { [folder]: '/checkout', [venv]: '/venv', [home]: '/home', [library]: '/python' }
  const plain = (line: string): string => withStandIns(line, standIns)
  return { exitCode, stdout: stdout.map(plain), stderr: stderr.map(plain) }
}

function withStandIns(line: string, standIns: Readonly<Record<string, string>>): string {
  let text = line
  for (const [real, standIn] of Object.entries(standIns)) text = text.replaceAll(real, standIn)
  const lost = line.length - text.length
  return lost > 0 && /^│.*│$/.test(text) ? `${text.slice(0, -1)}${' '.repeat(lost)}│` : text
}
