import { type DeploymentEntry, isTemplate, isWithoutEntrypoint } from '../model.ts'
import { withoutPlaceholders } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven, isNull, type Place, textOf } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'

const EXAMPLE = `deployments:
  - name: daily
    entrypoint: flows/orders.py:orders
    work_pool:
      name: modal-pool`

const deploymentsMissing: FileRule = {
  id: 'deployments-missing',
  severity: 'error',
  about: 'The file has no `deployments`.',
  acceptedByPrefect: true,
  find: ({ root }) =>
    entryOf(root, 'deployments') === undefined
      ? [{ message: 'The file has no `deployments`: there is nothing to deploy.', hint: EXAMPLE, at: root.at }]
      : [],
}

const deploymentsEmpty: FileRule = {
  id: 'deployments-empty',
  severity: 'error',
  about: '`deployments` is empty.',
  acceptedByPrefect: true,
  find: ({ root }) => {
    const entry = entryOf(root, 'deployments')
    if (entry === undefined) return []
    const { value } = entry
    if (!isNull(value) && !(value.kind === 'list' && value.items.length === 0)) return []
    return [{ message: '`deployments` is empty: there is nothing to deploy.', hint: EXAMPLE, at: entry.keyAt }]
  },
}

const template: FileRule = {
  id: 'deployment-template',
  severity: 'error',
  about: 'A deployment has neither name nor entrypoint, as `prefect init` leaves one for the user to fill in.',
  depends: 'It is a warning where the file has other deployments: Prefect skips this one.',
  acceptedByPrefect: true,
  find: ({ deployments }) => {
    const others = deployments.some((entry) => !isTemplate(entry))
    return deployments.filter((entry) => isTemplate(entry)).map((entry) => templateProblem(entry, others))
  },
}

function templateProblem(entry: DeploymentEntry, others: boolean): Problem {
  const whole = 'This deployment has neither `name` nor `entrypoint`, as `prefect init` leaves one'
  const hint = `Fill it in, or remove it:\n${EXAMPLE}`
  if (!others) return { message: `${whole}: there is nothing to deploy.`, hint, at: entry.at }
  // Prefect 3.8 fills in the pool's defaults before it looks for a name. (cli/deploy/_config.py)
  const pool = entryOf(entry.value, 'work_pool')
  if (isNull(pool?.value)) {
    return { message: `${whole}, and its empty \`work_pool\` makes Prefect's command die.`, hint, at: entry.at }
  }
  return { message: `${whole}; Prefect skips it.`, hint, at: entry.at, severity: 'warning' }
}

const nameMissing: FileRule = {
  id: 'deployment-name-missing',
  severity: 'error',
  about: 'A deployment has no name.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments.flatMap((entry) => {
      const isUnnamed = !isGiven(entryOf(entry.value, 'name')?.value)
      if (!(isUnnamed || entry.name.text === '') || isTemplate(entry)) return []
      const of = entry.entrypoint.text ? ` of \`${shown(entry.entrypoint.text)}\`` : ''
      // Prefect: cli/deploy/_core.py, _run_multi_deploy; one alone, and an empty text, come to _run_single_deploy.
      const what = isUnnamed && deployments.length > 1 ? 'skips it without an error' : 'refuses it'
      const message = `This deployment${of} has no \`name\`; Prefect ${what}.`
      return [{ message, hint: 'Give it a name: `name: daily`.', at: entry.at }]
    }),
}

const nameInvalid: FileRule = {
  id: 'deployment-name-invalid',
  severity: 'error',
  about: 'The name of a deployment holds characters that Prefect or GitHub cannot carry.',
  depends: 'A warning for `?` and `#`: Prefect makes such a deployment, and does not find it again.',
  acceptedByPrefect: true,
  find: ({ deployments }) => deployments.flatMap((entry) => nameProblems(entry)),
}

function nameProblems({ value, name }: DeploymentEntry): Problem[] {
  const given = entryOf(value, 'name')?.value
  // What is no text is told by the model's rules.
  if (!isGiven(given) || name.text === undefined) return []
  const certain = withoutPlaceholders(name.text)
  // Prefect: client/schemas/actions.py, the pattern ^[^/%&><]*$
  const refused = /[/%&><]/.exec(certain)
  if (refused !== null) {
    const message = `The name \`${shown(name.text)}\` holds \`${refused[0]}\`; Prefect allows no \`/ % & > <\` in names of deployments.`
    return [{ message, hint: 'Name it with letters, digits, `-` and `_`.', at: given.at }]
  }
  if (!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(certain)) return lostName(certain, shown(name.text), given.at)
  const message = `The name \`${shown(name.text)}\` holds a line break or a control character.`
  return [{ message, hint: 'Name it with letters, digits, `-` and `_`, on one line.', at: given.at }]
}

/** Prefect puts the name as it is into the path under which it looks for the deployment; seen in 3.8.8. */
function lostName(certain: string, name: string, at: Place): Problem[] {
  const lost = /[?#]/.exec(certain)
  if (lost === null) return []
  const message = `The name \`${name}\` holds \`${lost[0]}\`: Prefect makes the deployment and does not find it again, so \`engine: rehearsed\` refuses the next deploy of it.`
  return [{ message, hint: 'Name it with letters, digits, `-` and `_`.', at, severity: 'warning' }]
}

const entrypointMissing: FileRule = {
  id: 'entrypoint-missing',
  severity: 'error',
  about: 'A deployment has no entrypoint.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments
      .filter((entry) => isWithoutEntrypoint(entry) && !isTemplate(entry))
      .map((entry) => ({
        message: `${called(entry)} has no \`entrypoint\`.`,
        hint: 'Say where its flow is: `entrypoint: path/to/file.py:function`.',
        at: entry.entrypoint.at,
      })),
}

const entrypointShape: FileRule = {
  id: 'entrypoint-shape',
  severity: 'error',
  about: 'An entrypoint is neither `path/to/file.py:function` nor `module.function`.',
  acceptedByPrefect: true,
  find: ({ deployments }) => deployments.flatMap((entry) => entrypointProblems(entry)),
}

const IDENTIFIERS = /^[\p{L}_][\p{L}\p{N}\p{M}_]*(?:\.[\p{L}_][\p{L}\p{N}\p{M}_]*)*$/u

function entrypointProblems({ value, entrypoint }: DeploymentEntry): Problem[] {
  const given = entryOf(value, 'entrypoint')?.value
  const text = textOf(given)
  if (given === undefined || !text || entrypoint.placeholders.length > 0 || isEntrypoint(text)) return []
  const hint = text.endsWith('.py')
    ? `Name the flow's function too: \`entrypoint: ${shown(text)}:function\`.`
    : 'Write `path/to/file.py:function`, `package.module:function` or `package.module.function`.'
  return [{ message: `The entrypoint is \`${shown(text)}\`, which names no flow.`, hint, at: given.at }]
}

/** Prefect: utilities/importtools.py, import_object: the last colon parts the file from the function, else the last dot. */
function isEntrypoint(text: string): boolean {
  const colon = text.lastIndexOf(':')
  if (colon > 0) return IDENTIFIERS.test(text.slice(colon + 1)) && text.slice(0, colon).trim() !== ''
  return text.includes('.') && !text.endsWith('.py') && IDENTIFIERS.test(text)
}

/** A deployment in the words of a message. */
export function called(entry: DeploymentEntry): string {
  return entry.name.text === undefined || entry.name.text === ''
    ? 'This unnamed deployment'
    : `The deployment \`${shown(entry.name.text)}\``
}

/** Rules about `deployments`, and about the name and entrypoint of each. */
export const DEPLOYMENT_RULES: readonly FileRule[] = [
  deploymentsMissing,
  deploymentsEmpty,
  template,
  nameMissing,
  nameInvalid,
  entrypointMissing,
  entrypointShape,
]
