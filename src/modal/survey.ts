import { z } from 'zod'
import { Fault } from '../faults.ts'
import { nearest } from '../nearest.ts'
import type { AppRequest } from './app-request.ts'
import { type CommandAnswer, failedAnswer, jsonRows, readModal } from './reads.ts'
import type { Given, ModalTools } from './tools.ts'

export type ModalEnvironmentRow = Readonly<{ name: string; webSuffix: string }>

/** What the token opens. */
export type ModalTarget = Readonly<{
  /** Absent where Modal is older than 1.3.1, which cannot tell it. */
  workspace?: Readonly<{ name: string; id: string }>
  environments: readonly ModalEnvironmentRow[]
}>

/** An app with the environment that it goes to. */
export type PlacedApp = Readonly<{ request: AppRequest; environment: string }>

/**
 * Asks Modal whose token this is and which environments there are. Reads only, in one process.
 *
 * @throws Fault `target` where Modal does not take the token, `remote` where Modal cannot be reached
 */
export async function surveyModal(tools: ModalTools): Promise<ModalTarget> {
  const doing = 'Reading the Modal workspace'
  const [token, environments] = await readModal(tools, doing, [
    { args: ['token', 'info'], optional: false },
    { args: ['environment', 'list', '--json'], optional: false },
  ])
  const failed = [token, environments].find((answer, index) => fails(answer, index === 0))
  if (failed !== undefined) throw failedAnswer(failed, tools, doing)
  const workspace = readWorkspace(token?.stdout ?? '')
  return {
    ...(workspace === undefined ? {} : { workspace }),
    environments: readEnvironments(environments?.stdout ?? ''),
  }
}

/** `token info` came with Modal 1.3.1: before, it is a usage error and no failure. */
function fails(answer: CommandAnswer | undefined, mayBeUnknown: boolean): boolean {
  if (answer === undefined) return false
  return answer.exit !== 0 && !(mayBeUnknown && answer.exit === 2)
}

/** The workspace as `modal token info` prints it: `Workspace: acme (ac-…)` (1.3.5 to 1.6.4); the id may be absent. */
export function readWorkspace(text: string): ModalTarget['workspace'] {
  const match = /^Workspace: (\S+)(?: \((\S+)\))?\s*$/m.exec(text)
  return match?.[1] === undefined ? undefined : { name: match[1], id: match[2] ?? '' }
}

const environmentRow = z
  .object({ name: z.string().min(1), web_suffix: z.string().nullish() })
  .transform((row) => ({ name: row.name, webSuffix: row.web_suffix ?? '' }))

/** @throws Fault `remote` where the answer is not the list that Modal 1.0 to 1.6 gives */
export function readEnvironments(text: string): readonly ModalEnvironmentRow[] {
  const parsed = z.array(environmentRow).safeParse(jsonRows(text))
  if (parsed.success) return parsed.data
  throw new Fault('remote', '`modal environment list --json` did not answer with a list of environments.', {
    hint: 'Run the step again. If it stays so, this version of Modal writes it in a new way: pin the one before.',
  })
}

/**
 * The one workspace that the input `modal-workspace` allows.
 *
 * @throws Fault `target` where the token belongs to another one, or Modal cannot tell
 */
export function checkWorkspace(target: ModalTarget, wanted: string | undefined): void {
  if (wanted === undefined || target.workspace?.name === wanted) return
  if (target.workspace === undefined) {
    throw new Fault('target', `\`modal-workspace\` is \`${wanted}\`, but the workspace of the token is not known.`, {
      hint: 'Modal tells it since 1.3.1: raise the version of modal in the project, or leave `modal-workspace` out.',
    })
  }
  throw new Fault('target', `The Modal token belongs to \`${target.workspace.name}\`, not to \`${wanted}\`.`, {
    hint: 'A token belongs to one workspace. Use a token of the wanted one, or correct `modal-workspace`.',
  })
}

/**
 * The environment that is meant: the one that is named, or the only one there is.
 *
 * @throws Fault `target` where there is no such environment, or several and none is named
 */
export function chooseEnvironment(target: ModalTarget, wanted: Given | undefined): string {
  const names = target.environments.map((environment) => environment.name)
  if (wanted !== undefined) return known(names, wanted)
  const [only, ...others] = names
  if (only !== undefined && others.length === 0) return only
  if (only === undefined) {
    throw new Fault('target', 'The Modal workspace has no environment that this token may see.', {
      hint: 'Give the owner of the token the role Contributor in an environment, or create one: `modal environment create NAME`.',
    })
  }
  throw new Fault(
    'target',
    `The Modal workspace has ${names.length} environments, and none is chosen: ${list(names)}.`,
    {
      hint: 'Set `modal-environment` to one of them.',
    },
  )
}

/**
 * Every app with its environment: its own, else the one for all.
 *
 * @throws Fault `target` as `chooseEnvironment`
 */
export function placeApps(
  target: ModalTarget,
  wanted: Given | undefined,
  apps: readonly AppRequest[],
): readonly PlacedApp[] {
  const names = target.environments.map((environment) => environment.name)
  const allOwn = apps.every((app) => app.environment !== undefined)
  const common = wanted === undefined && allOwn ? undefined : chooseEnvironment(target, wanted)
  return apps.map((request) => {
    const from = `\`environment\` of ${request.reference} in \`modal-apps\``
    const own = request.environment === undefined ? undefined : known(names, { value: request.environment, from })
    return { request, environment: own ?? common ?? '' }
  })
}

function known(names: readonly string[], wanted: Given): string {
  if (names.includes(wanted.value)) return wanted.value
  const near = nearest(wanted.value, names)
  throw new Fault('target', `There is no Modal environment \`${wanted.value}\`, which ${wanted.from} names.`, {
    hint: [
      near === undefined ? '' : `Did you mean \`${near}\`?`,
      names.length === 0 ? 'This token may see none.' : `There are: ${list(names)}.`,
      `A new one is made by \`modal environment create ${wanted.value}\`.`,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
  })
}

/** Names shown in one message; a workspace may have hundreds. */
const SHOWN = 20

function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map((name) => `\`${name}\``)
  return shown.join(', ') + (names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '')
}
