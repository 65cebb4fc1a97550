// The main job on the embedded world: npm run demo [-- --keep]
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { layOut } from './checkout.ts'
import { runStep, type StepResult } from './runner.ts'
import { startWorld, type World } from './world.ts'

const POOL = 'modal-pool'

function heading(text: string): void {
  console.log(`\n━━━ ${text} ${'━'.repeat(Math.max(0, 90 - text.length))}\n`)
}

const EXAMPLE = readFileSync(path.resolve(import.meta.dirname, '../../examples/flows-on-modal/prefect.yaml'), 'utf8')

/** One more deployment at the end of the example's file. */
function oneMore(name: string): string {
  return `\n  - name: ${name}\n    entrypoint: flows_on_modal.flows.orders:refresh\n    work_pool: *pool\n`
}

type Checked = Awaited<ReturnType<typeof layOut>>

async function deploy(
  world: World,
  checkout: Checked,
  inputs: Readonly<Record<string, string>> = {},
): Promise<StepResult> {
  return runStep({
    workspace: checkout.path,
    inputs: { 'modal-apps': 'modal_app.py', 'modal-environment': 'main', ...inputs },
    env: world.env,
    event: { name: 'push', sha: checkout.sha(), payload: { repository: { default_branch: 'main' } } },
  })
}

/**
 * A day in the life of the example: somebody pauses a deployment in the UI, and a commit changes a schedule, takes one
 * deployment out and puts another one in.
 */
async function changed(world: World, checkout: Checked, first: StepResult): Promise<boolean> {
  heading('Somebody pauses `on-demand` in the UI; a commit changes a schedule, adds a deployment and drops another')
  const idOf = (name: string): string => first.report?.deployments.find((row) => row.name === name)?.id ?? ''
  await world.prefect.call('POST', `/deployments/${idOf('on-demand')}/pause_deployment`)
  checkout.commit({ 'prefect.yaml': `${EXAMPLE.replace('0 2 * * *', '30 3 * * *')}${oneMore('hourly')}` })

  const plan = await deploy(world, checkout, { mode: 'plan', orphans: 'delete' })
  console.log(plan.summary)
  heading('The same, deployed')
  const second = await deploy(world, checkout, { orphans: 'delete' })
  console.log(second.summary)
  heading('And looked at again: mode verify')
  const verify = await deploy(world, checkout, { mode: 'verify' })
  console.log(`verdict ${verify.outputs['verdict']}`)
  return (
    plan.outputs['verdict'] === 'planned' &&
    second.outputs['verdict'] === 'verified' &&
    second.outputs['plan-digest'] === plan.outputs['plan-digest'] &&
    verify.outputs['verdict'] === 'verified'
  )
}

/** What the servers themselves hold, asked behind the action's back. */
async function held(world: World): Promise<{ deployments: string[]; apps: string[] }> {
  const deployments = await world.prefect.deployments()
  const apps = await world.modal.apps()
  return {
    deployments: deployments.map(
      (one) => `${one.name} (${one.entrypoint ?? ''}, version ${one.version ?? ''}, ${one.id})`,
    ),
    apps: apps.map(
      (app) => `${app.name} (${app.id}, ${app.versions.length} version${app.versions.length === 1 ? '' : 's'})`,
    ),
  }
}

async function main(): Promise<boolean> {
  heading('The world')
  console.log('Starting a Prefect server, a Modal control plane and its web gateway on loopback')
  const world = await startWorld()
  try {
    await world.prefect.createPool(POOL)
    await world.prefect.ensureBlock('github-credentials', 'flows')
    const files = { 'prefect.yaml': `${EXAMPLE}${oneMore('weekly')}` }
    const checkout = await layOut('flows-on-modal', { lock: true, files })
    console.log(`A checkout of examples/flows-on-modal: ${checkout.path}`)

    heading('The log, as GitHub shows it')
    const first = await deploy(world, checkout)
    console.log(first.log)
    heading('The job summary')
    console.log(first.summary)
    heading('The outputs')
    for (const [name, value] of Object.entries(first.outputs)) console.log(`${name} = ${value}`)

    heading('What the servers hold')
    const { deployments, apps } = await held(world)
    console.log([...deployments, ...apps].join('\n'))
    console.log(`\nPrefect API: ${world.prefect.url}\nModal control plane: ${world.modal.url}`)

    heading('The same commit once more')
    const second = await deploy(world, checkout)
    const states = second.report?.apps.map((app) => `${app.name ?? app.reference}: ${app.state}`).join(', ')
    console.log(`verdict ${second.outputs['verdict']}, ${second.seconds.toFixed(1)} s; Modal: ${states}`)
    console.log(
      `\nFirst run ${first.seconds.toFixed(1)} s, peak memory of the action's own process ${first.peakRssMiB.toFixed(0)} MiB`,
    )

    const asPlanned = await changed(world, checkout, first)
    if (process.argv.includes('--keep')) await untilInterrupted()
    checkout.remove()
    return (
      first.exitCode === 0 &&
      first.outputs['verdict'] === 'verified' &&
      deployments.length === 3 &&
      apps.length === 1 &&
      second.outputs['verdict'] === 'unchanged' &&
      asPlanned
    )
  } finally {
    await world.stop()
  }
}

async function untilInterrupted(): Promise<void> {
  console.log('\nThe world stays up; Ctrl-C ends it.')
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()))
}

process.exitCode = (await main()) ? 0 : 1
