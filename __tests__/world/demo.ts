// The main job on the embedded world: npm run demo [-- --keep]
import { layOut } from './checkout.ts'
import { runStep, type StepResult } from './runner.ts'
import { startWorld, type World } from './world.ts'

const POOL = 'modal-pool'

function heading(text: string): void {
  console.log(`\n━━━ ${text} ${'━'.repeat(Math.max(0, 90 - text.length))}\n`)
}

async function deploy(
  world: World,
  checkout: Awaited<ReturnType<typeof layOut>>,
  toolCache?: string,
): Promise<StepResult> {
  return runStep({
    workspace: checkout.path,
    inputs: { 'modal-apps': 'modal_app.py', 'modal-environment': 'main' },
    env: world.env,
    event: { name: 'push', sha: checkout.sha(), payload: { repository: { default_branch: 'main' } } },
    ...(toolCache === undefined ? {} : { toolCache }),
  })
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
    const checkout = await layOut('flows-on-modal', { lock: true })
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

    if (process.argv.includes('--keep')) await untilInterrupted()
    checkout.remove()
    return (
      first.exitCode === 0 &&
      first.outputs['verdict'] === 'verified' &&
      deployments.length === 2 &&
      apps.length === 1 &&
      second.report?.apps.every((app) => app.state === 'no-op') === true
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
