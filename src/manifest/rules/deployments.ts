import type { DeploymentEntry } from '../model.ts'
import { withoutPlaceholders } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { entryOf, isGiven, isNull, kindOf, textOf } from '../value.ts'
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

const deploymentsNotAList: FileRule = {
  id: 'deployments-not-a-list',
  severity: 'error',
  about: '`deployments` is not a list.',
  acceptedByPrefect: false,
  find: ({ root }) => {
    const value = entryOf(root, 'deployments')?.value
    if (!isGiven(value) || value.kind === 'list') return []
    const message = `\`deployments\` is ${kindOf(value)}; it must be a list. Prefect drops the whole file.`
    return [{ message, hint: `Begin each deployment with \`- \`:\n${EXAMPLE}`, at: value.at }]
  },
}

const deploymentNotAMapping: FileRule = {
  id: 'deployment-not-a-mapping',
  severity: 'error',
  about: 'An item of `deployments` is not a mapping.',
  acceptedByPrefect: false,
  find: ({ root }) => {
    const list = entryOf(root, 'deployments')?.value
    if (list?.kind !== 'list') return []
    return list.items
      .filter((item) => item.kind !== 'map')
      .map((item) => ({
        message: `This deployment is ${kindOf(item)}; it must be a mapping. Prefect's own command crashes on it.`,
        hint: EXAMPLE,
        at: item.at,
      }))
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
  about: 'The name of a deployment is no text, or holds characters that Prefect or GitHub cannot carry.',
  acceptedByPrefect: true,
  find: ({ deployments }) => deployments.flatMap((entry) => nameProblems(entry)),
}

function nameProblems({ value, name }: DeploymentEntry): Problem[] {
  const given = entryOf(value, 'name')?.value
  if (!isGiven(given)) return []
  if (name.text === undefined) {
    const hint = given.kind === 'scalar' ? `Quote it: \`name: "${shown(given.source)}"\`.` : 'Write a text there.'
    return [{ message: `The name of a deployment is ${kindOf(given)}; it must be a text.`, hint, at: given.at }]
  }
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
  if (!isGiven(given) || entrypoint.text === '' || entrypoint.placeholders.length > 0) return []
  const text = textOf(given)
  if (text !== undefined && isEntrypoint(text)) return []
  const what = text === undefined ? kindOf(given) : `\`${shown(text)}\``
  const hint =
    text !== undefined && text.endsWith('.py')
      ? `Name the flow's function too: \`entrypoint: ${shown(text)}:function\`.`
      : 'Write `path/to/file.py:function`, `package.module:function` or `package.module.function`.'
  return [{ message: `The entrypoint is ${what}, which names no flow.`, hint, at: given.at }]
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
  deploymentsNotAList,
  deploymentNotAMapping,
  nameMissing,
  nameInvalid,
  entrypointMissing,
  entrypointShape,
]
