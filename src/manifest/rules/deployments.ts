import type { DeploymentEntry } from '../model.ts'
import { withoutPlaceholders } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven, isNull, textOf } from '../value.ts'
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

const nameMissing: FileRule = {
  id: 'deployment-name-missing',
  severity: 'error',
  about: 'A deployment has no name.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments
      .filter((entry) => isUnnamed(entry))
      .map(({ at, entrypoint }) => ({
        message: `This deployment${entrypoint.text === undefined ? '' : ` of \`${shown(entrypoint.text)}\``} has no \`name\`; Prefect skips it without an error.`,
        hint: 'Give it a `name`, or remove it if it is left over from `prefect init`.',
        at,
      })),
}

function isUnnamed({ value, name }: DeploymentEntry): boolean {
  const given = entryOf(value, 'name')?.value
  return !isGiven(given) || name.text === ''
}

const nameInvalid: FileRule = {
  id: 'deployment-name-invalid',
  severity: 'error',
  about: 'The name of a deployment holds characters that Prefect or GitHub cannot carry.',
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
  if (!/[\p{Cc}\p{Zl}\p{Zp}]/u.test(certain)) return []
  const message = `The name \`${shown(name.text)}\` holds a line break or a control character.`
  return [{ message, hint: 'Name it with letters, digits, `-` and `_`, on one line.', at: given.at }]
}

const entrypointMissing: FileRule = {
  id: 'entrypoint-missing',
  severity: 'error',
  about: 'A deployment has no entrypoint.',
  acceptedByPrefect: true,
  find: ({ deployments }) =>
    deployments
      .filter(({ value, entrypoint }) => !isGiven(entryOf(value, 'entrypoint')?.value) || entrypoint.text === '')
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
  nameMissing,
  nameInvalid,
  entrypointMissing,
  entrypointShape,
]
