// Checks the prefect.yaml of any folder with the built action, as a step with `mode: check` does:
// npm run check -- PATH [input=value ...]. PATH is a file or a folder; the exit status is the step's.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const DIST = path.resolve(import.meta.dirname, '../dist/index.js')

const given = process.argv.slice(2)
const place = path.resolve(process.env['INIT_CWD'] ?? '.', given.find((one) => !/^[\w-]+=/.test(one)) ?? '.')
const inputs = given.filter((one) => /^[\w-]+=/.test(one)).map((one) => one.split(/=(.*)/s))
const isFolder = statSync(place).isDirectory()
const folder = isFolder ? place : path.dirname(place)
const temporary = mkdtempSync(path.join(tmpdir(), 'check-'))

const output = path.join(temporary, 'output')
writeFileSync(output, '')
const result = spawnSync(process.execPath, [DIST], {
  encoding: 'utf8',
  cwd: folder,
  env: {
    ...process.env,
    RUNNER_TEMP: temporary,
    GITHUB_WORKSPACE: folder,
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: '',
    INPUT_MODE: 'check',
    'INPUT_PREFECT-FILE': isFolder ? 'prefect.yaml' : path.basename(place),
    ...Object.fromEntries(inputs.map(([name = '', value = '']) => [`INPUT_${name.toUpperCase()}`, value])),
  },
})
rmSync(temporary, { recursive: true, force: true })
// What begins with `::` is for the runner.
for (const line of `${result.stdout}${result.stderr}`.split('\n')) if (!line.startsWith('::')) console.log(line)
process.exitCode = result.status ?? 1
