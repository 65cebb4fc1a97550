import { z } from 'zod'
import { Fault } from '../faults.ts'
import type { AppDeploy } from './deploy.ts'
import { oneLine } from '../process/one-line.ts'
import { type CommandAnswer, failedAnswer, jsonRows, type ModalCommand, readModal } from './reads.ts'
import type { ModalTools } from './tools.ts'

/** What Modal itself says of an app after its deploy. */
export type LiveApp = Readonly<{
  /** `ap-…` */
  id: string
  /** The version that this run made; after a no-op the one that was live already. */
  version: string
  /** The version before it; `null` after the first deploy. After a no-op the same as `version`. */
  versionBefore: string | null
  /** The tag that Modal keeps for `version`. */
  tag?: string
  /** What is otherwise than expected, but no fault. */
  warnings: readonly string[]
}>

/** What a deploy is read back by. */
export type DeployedApp = Pick<AppDeploy, 'name' | 'environment' | 'state' | 'tag'>

const appRow = z.object({ app_id: z.string(), description: z.string(), state: z.string() })
type AppRow = z.infer<typeof appRow>

const versionRow = z.object({ version: z.string(), tag: z.string().nullish() })
type VersionRow = z.infer<typeof versionRow>

/**
 * Reads the apps back, all in one process: `app list` of each environment and `app history` of each app. The answers
 * stand in the order of `apps`; a fault stands where an app is not as its deploy said. While they are still being deployed,
 * the process starts.
 *
 * @throws Fault where Modal cannot be read at all; what `apps` rejects with
 */
export async function readApps(
  tools: ModalTools,
  apps: readonly DeployedApp[] | Promise<readonly DeployedApp[]>,
): Promise<readonly (LiveApp | Fault)[]> {
  const doing = 'Reading the Modal apps back'
  const [deployed, answers] = await Promise.all([
    apps,
    readModal(tools, doing, Promise.resolve(apps).then(readingCommands)),
  ])
  const environments = environmentsOf(deployed)
  const rows = new Map(
    environments.map((environment, index) => [environment, rowsOf(answers[index], appRow, { tools, doing })]),
  )
  return deployed.map((app, index) => {
    try {
      const id = deployedId(app, rows.get(app.environment) ?? [])
      const answer = answers[environments.length + index]
      return liveApp(app, id, rowsOf(answer, versionRow, { tools, doing: `Reading the history of ${app.name}` }))
    } catch (thrown) {
      if (thrown instanceof Fault) return thrown
      throw thrown
    }
  })
}

/** The list of each environment, then the history of each app. */
function readingCommands(apps: readonly DeployedApp[]): readonly ModalCommand[] {
  const lists = environmentsOf(apps).map((environment) => ({
    args: ['app', 'list', '--json', `--env=${environment}`],
    optional: false,
  }))
  const histories = apps.map(({ environment, name }) => ({
    args: ['app', 'history', '--json', `--env=${environment}`, '--', name],
    optional: true,
  }))
  return [...lists, ...histories]
}

function environmentsOf(apps: readonly DeployedApp[]): readonly string[] {
  return [...new Set(apps.map(({ environment }) => environment))]
}

function rowsOf<T>(
  answer: CommandAnswer | undefined,
  row: z.ZodType<T>,
  { tools, doing }: Readonly<{ tools: ModalTools; doing: string }>,
): readonly T[] {
  if (answer !== undefined && answer.exit !== 0) throw failedAnswer(answer, tools, doing)
  const parsed = z.array(row).safeParse(jsonRows(answer?.stdout ?? ''))
  if (parsed.success) return parsed.data
  throw new Fault('remote', `${doing}: the answer has another shape than that of Modal 1.0 to 1.6.`, {
    hint: 'Run the step again. If it stays so, pin the version of modal that worked before.',
  })
}

/**
 * The id of a deployed app in what `app list` says.
 *
 * Several rows of the list may have its name: stopped ones and, of other kinds, running ones. The first is not
 * necessarily the newest (Modal 1.6.4 sorts by tasks).
 *
 * @throws Fault `refusal` where the app is not deployed
 */
function deployedId(app: DeployedApp, list: readonly AppRow[]): string {
  const rows = list.filter(({ description }) => description === app.name)
  const row = rows.find(({ state }) => state === 'deployed')
  if (row !== undefined) return row.app_id
  const states = [...new Set(rows.map(({ state }) => oneLine(state, 40)))].join(', ')
  throw new Fault(
    'refusal',
    `Modal does not list ${app.name} as deployed in \`${app.environment}\` after its deploy.`,
    {
      hint: `${states === '' ? 'It is not listed at all.' : `It is listed as ${states}.`} Somebody may have stopped it meanwhile: look at it in Modal's dashboard and deploy again.`,
    },
  )
}

/**
 * What `app history` (newest first) says of a deployed app.
 *
 * @throws Fault `refusal` where it has no version
 */
function liveApp(app: DeployedApp, id: string, history: readonly VersionRow[]): LiveApp {
  const own = ownVersion(app, history)
  const [newest] = history
  const current = history[own ?? 0]
  if (newest === undefined || current === undefined) {
    throw new Fault('refusal', `Modal has no version of ${app.name} in \`${app.environment}\` after its deploy.`, {
      hint: "Look at the app's history in Modal's dashboard and deploy again.",
    })
  }
  const { version, tag } = current
  return {
    id,
    version,
    versionBefore: own === undefined ? version : (history[own + 1]?.version ?? null),
    ...(tag === undefined || tag === null || tag === '' ? {} : { tag }),
    warnings: differences(app, { newest, current }),
  }
}

/**
 * The place of the version that this run made: the newest with our tag; without a tag the newest. `undefined` where it
 * made none: after a no-op, which Modal before 1.4.0 calls a deploy.
 */
function ownVersion(app: DeployedApp, history: readonly VersionRow[]): number | undefined {
  if (app.state === 'no-op') return undefined
  if (app.tag === '') return 0
  const own = history.findIndex(({ tag }) => tag === app.tag)
  return own < 0 ? undefined : own
}

function differences(
  app: DeployedApp,
  { newest, current }: Readonly<Record<'newest' | 'current', VersionRow>>,
): string[] {
  if (app.state === 'no-op' || app.tag === '') return []
  const tagOf = (row: VersionRow): string => (row.tag ? `the tag \`${row.tag}\`` : 'no tag')
  if (current.tag !== app.tag) {
    return [
      `${app.name}: its newest version ${newest.version} has ${tagOf(newest)}, not \`${app.tag}\` of this run. Either nothing had changed, or somebody deployed it meanwhile.`,
    ]
  }
  if (current.version === newest.version) return []
  return [
    `${app.name}: this run made ${current.version}, but ${newest.version} with ${tagOf(newest)} was published after it.`,
  ]
}
