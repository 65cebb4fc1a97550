import { Fault } from '../faults.ts'
import type { AppRequest } from './app-request.ts'
import { deployArguments, versionTag } from './deploy-command.ts'
import { type DeployOutput, type Endpoint, isPublishing, parseDeployOutput } from './deploy-output.ts'
import { modalFailure } from './failures.ts'
import { oneLine } from '../process/one-line.ts'
import type { ModalTools } from './tools.ts'

/** An app as `modal deploy` says that it deployed it; nothing has been read back yet. */
export type AppDeploy = Readonly<{
  request: AppRequest
  environment: string
  /** The deployment's name. */
  name: string
  state: 'deployed' | 'no-op'
  /** The tag that was asked for; a no-op keeps that of the version that is live. */
  tag: string
  dashboardUrl?: string
  /** As they were registered; a class is `Model.*`. */
  functions: readonly string[]
  endpoints: readonly Endpoint[]
  warnings: readonly string[]
  /** It is deployed, but not what `modal-apps` says: a declared function is missing. */
  fault?: Fault
}>

export type DeployTarget = Readonly<{
  environment: string
  /** The commit that is deployed, in full. */
  commit: string
  /** Hears when a publish is on its way: from then on a command that is ended may have taken effect. */
  onPublishing?: () => void
}>

/**
 * Deploys one app by `modal deploy`. It counts as deployed only by exit status 0 together with the line that says so:
 * user code can end the process with status 0, and the rows with addresses come before the publish.
 *
 * @throws Fault as `modalFailure`; `user` where the strategy needs a newer Modal
 */
export async function deployApp(tools: ModalTools, request: AppRequest, target: DeployTarget): Promise<AppDeploy> {
  const tag = versionTag(target.commit)
  const doing = `Deploying \`${oneLine(request.reference, 100)}\``
  const args = deployArguments({ request, environment: target.environment, tag, version: tools.version })
  const result = await tools.runStep(doing, {
    command: tools.command,
    args,
    cwd: tools.cwd,
    env: tools.env,
    onLine: (line) => {
      if (isPublishing(line)) target.onPublishing?.()
    },
  })
  const output = parseDeployOutput(result.stdout)
  if (result.exitCode !== 0 || output.state === undefined) {
    const { checkout, tokenFrom, version } = tools
    const module = request.module ? { module: request.reference.split('::')[0] ?? request.reference } : {}
    const deploy = { environment: target.environment, ...module }
    const context = { doing, checkout, tokenFrom, version, deploy }
    throw doubted(modalFailure(result, context), output)
  }
  const name = nameOf(request, output)
  if (name === undefined) {
    throw new Fault('remote', `${doing}: it is deployed, but Modal did not say under which name.`, {
      hint: 'Set `name:` for this app in `modal-apps`, so that its version and its addresses can be read back.',
    })
  }
  const { state, functions, endpoints, dashboardUrl } = output
  const { missing, unknown } = declaredFunctions(request.functions, output)
  return {
    request,
    environment: target.environment,
    name,
    state,
    tag,
    ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
    functions,
    endpoints,
    warnings: [...output.warnings.map((warning) => oneLine(warning)), ...unknown.map(methodsAreNotListed)],
    ...(missing.length === 0 ? {} : { fault: functionsMissing(name, missing, functions) }),
  }
}

/**
 * From the tree on a publish is on its way, and whether it arrived is known only from the verdict's line (Modal 1.6.4: a
 * publish that was broken off can still take effect).
 */
function doubted(fault: Fault, { created, state }: DeployOutput): Fault {
  if (!created) return fault
  const { kind, message, hint, lines, position } = fault
  const published =
    state === undefined ? 'Whether the new version was published is not known.' : 'It was published before.'
  return new Fault(kind, `${sentence(message)} ${published}`, {
    hint: `${sentence(hint ?? '')} \`modal app history\` shows whether it is there.`.trim(),
    lines,
    tookEffect: state === undefined ? 'perhaps' : 'yes',
    ...(position === undefined ? {} : { position }),
  })
}

function sentence(text: string): string {
  return text === '' || /[.…]$/.test(text) ? text : `${text}.`
}

/** `--name`, else the last part of the dashboard's address: `…/apps/<workspace>/<environment>/deployed/<name>`. */
function nameOf(request: AppRequest, { dashboardUrl }: DeployOutput): string | undefined {
  if (request.name !== undefined) return request.name
  const last = /\/deployed\/([^/?#]+)\/?(?:[?#].*)?$/.exec(dashboardUrl ?? '')?.[1]
  if (last === undefined) return undefined
  try {
    return decodeURIComponent(last)
  } catch {
    return last
  }
}

/** Of the declared functions those that are not there, and the methods of classes that are: Modal does not list them. */
function declaredFunctions(
  declared: readonly string[],
  { functions, endpoints }: DeployOutput,
): { missing: string[]; unknown: string[] } {
  const there = new Set([...functions, ...endpoints.map((endpoint) => endpoint.function)])
  const absent = declared.filter((name) => !there.has(name) && !there.has(`${name}.*`))
  const isMethod = (name: string): boolean => name.includes('.') && there.has(`${name.slice(0, name.indexOf('.'))}.*`)
  return { missing: absent.filter((name) => !isMethod(name)), unknown: absent.filter(isMethod) }
}

function methodsAreNotListed(method: string): string {
  return `\`${oneLine(method, 80)}\` of \`functions\`: its class is registered; whether the method is, Modal does not say.`
}

function functionsMissing(app: string, missing: readonly string[], functions: readonly string[]): Fault {
  const names = missing.map((name) => `\`${oneLine(name, 80)}\``).join(', ')
  return new Fault('user', `${app} is deployed without ${names}, which \`functions\` in \`modal-apps\` declares.`, {
    hint: `Registered are: ${functions.length === 0 ? 'none' : oneLine(functions.slice(0, 30).join(', '), 600)}. Correct the app, or \`functions\`.`,
  })
}
