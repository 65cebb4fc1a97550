// What the README says of speed and size: npm run bench [-- --runs N]. Ratios of medians, side by side in one run; the
// machine's own speed drops out of them. Nothing here passes or fails. `npm run bench -- prefect [PART...]` tells only how a
// deploy of many compares with `prefect deploy`; its runs are minutes long, and one is what it does unless told otherwise.
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { type Checks, checkRaces } from './check.ts'
import { median, row, spread } from './figures.ts'
import { PREFECT_PARTS, tellPrefect } from './prefect.ts'
import { probeRaces } from './probe.ts'
import { openRaces, type Race } from './races.ts'
import { startTimes } from './start.ts'

const DIST = path.resolve(import.meta.dirname, '../dist')
const asked = Number(process.argv[process.argv.indexOf('--runs') + 1])
const RUNS = asked || 5
const PREFECT_RUNS = asked || 1

const parts = PREFECT_PARTS.filter((part) => process.argv.includes(part))
if (!process.argv.includes('prefect')) await tellRest()
await tellPrefect(parts.length === 0 ? PREFECT_PARTS : parts, PREFECT_RUNS)

function told(race: Race): void {
  const ratio = median(race.step) / median(race.byHand)
  row(`${race.name}: step / by hand`, `${ratio.toFixed(2)} ×`, `${spread(race.step)} / ${spread(race.byHand)}`)
}

async function tellRest(): Promise<void> {
  const bytes = readdirSync(DIST).reduce((sum, name) => sum + statSync(path.join(DIST, name)).size, 0)
  row('dist/', `${(bytes / 1e6).toFixed(2)} MB`, `${bytes} bytes`)

  const { bare, firstLine } = await startTimes(15)
  row(
    'start to the first line of the log / `node -e 0`',
    `${(median(firstLine) / median(bare)).toFixed(1)} ×`,
    `${spread(firstLine, 3)} / ${spread(bare, 3)}`,
  )

  const checks = await checkRaces(RUNS)
  const small = median(checks.tenLines.seconds)
  function toldCheck(what: string, { seconds, peakRssMiB }: Checks): void {
    const figure = `${(median(seconds) / small).toFixed(1)} ×`
    row(`check: ${what} / ten lines`, figure, `${spread(seconds, 2)}, ${Math.max(...peakRssMiB).toFixed(0)} MiB`)
  }
  row(
    'check: ten lines',
    '',
    `${spread(checks.tenLines.seconds, 2)}, ${Math.max(...checks.tenLines.peakRssMiB).toFixed(0)} MiB`,
  )
  toldCheck('250 kB, 60 deployments', checks.large)
  for (const [name, one] of Object.entries(checks.hostile)) toldCheck(`1 MiB, ${name}`, one)
  for (const { name, step, loader } of checks.corpus) {
    const figure = `${(median(step.seconds) / median(loader)).toFixed(2)} ×`
    row(
      `check / Prefect's own loader: ${name.slice(0, 30)}`,
      figure,
      `${spread(step.seconds, 2)} / ${spread(loader, 2)}`,
    )
  }

  for (const { flows, probe, byHand } of await probeRaces(RUNS)) {
    const what = `import of ${flows} flow${flows === 1 ? '' : 's'}: probe / bare Python`
    row(what, `${(median(probe) / median(byHand)).toFixed(2)} ×`, `${spread(probe)} / ${spread(byHand)}`)
  }

  const races = await openRaces()
  try {
    const lone = await races.run({ name: '1 app, 1 deployment, 80 ms', apps: 1, deployments: 1 }, RUNS)
    told(lone)
    const large = await races.run({ name: '4 apps, 10 deployments, 80 ms', apps: 4, deployments: 10 }, RUNS)
    told(large)
    const peak = Math.max(...lone.peakRssMiB, ...large.peakRssMiB)
    row("peak memory of the action's own process", `${peak.toFixed(0)} MiB`, `largest of ${2 * RUNS} steps`)
  } finally {
    await races.stop()
  }
}
