import { code, details, escaped, link, prose, table } from './markdown.ts'
import type { DeploymentRow, OrphanRow, Report } from './shape.ts'

/** Rows of a table, and lines of one cell, that are shown; the report holds all. */
const ROWS = 200
const LINES = 8

/** The deployments as Markdown: what becomes of each, what differs, what is kept, and which code runs. */
export function deploymentsSection({ deployments, mode }: Report): string {
  if (deployments.length === 0) return ''
  const told = deployments.some((row) => row.action !== undefined)
  // What needs somebody's eye comes first; what is as it was can wait.
  const rows = [...deployments].sort((one, other) => weight(one) - weight(other))
  const body = rows
    .slice(0, ROWS)
    .map((row) => [link(nameOf(row), row.url), ...(told ? [row.action ?? ''] : []), row.state, cell(row)])
  const head = ['Deployment', ...(told ? ['Plan'] : []), 'State', 'What differs']
  const title = mode === 'plan' ? 'Plan for the Prefect deployments' : 'Prefect deployments'
  const more = rows.length > ROWS ? `\n\n${rows.length - ROWS} more are in the report file.` : ''
  return [`### ${title}\n\n${table(head, body)}${more}`, keptSection(rows), codeSection(rows)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** The flow, where it is known, and the deployment. */
export function nameOf({ flow, name }: Pick<DeploymentRow, 'flow' | 'name'>): string {
  return flow === undefined ? name : `${flow}/${name}`
}

/** What the plan changes, a text each. */
export function changeTexts({ changes = [], action }: DeploymentRow): string[] {
  return changes.map(({ field, found, wanted }) =>
    action === 'create' ? `${field}: ${wanted}` : `${field}: ${found} → ${wanted}`,
  )
}

/** What is otherwise than wanted, a text each. */
export function differenceTexts({ mismatches }: DeploymentRow): string[] {
  return mismatches.map(({ field, found, wanted }) => `${field}: wanted ${wanted}, found ${found}`)
}

function weight({ state, action, mismatches }: DeploymentRow): number {
  if (state === 'failed' || state === 'missing' || state === 'unknown' || mismatches.length > 0) return 0
  return action === 'unchanged' ? 2 : 1
}

function cell(row: DeploymentRow): string {
  const lines = [
    ...row.mismatches.map(({ field, found, wanted }) => `${code(field)}: wanted ${code(wanted)}, found ${code(found)}`),
    ...(row.changes ?? []).map(({ field, found, wanted }) => {
      const before = row.action === 'create' ? '' : `${code(found)} → `
      return `${code(field)}: ${before}${code(wanted)}`
    }),
  ]
  const rest = lines.length - LINES
  return [...lines.slice(0, LINES), ...(rest > 0 ? [`and ${rest} more`] : [])].join('<br>')
}

function keptSection(rows: readonly DeploymentRow[]): string {
  const kept = rows.flatMap((row) => (row.kept ?? []).map((one) => ({ ...one, name: nameOf(row) })))
  if (kept.length === 0) return ''
  const items = kept.slice(0, ROWS).map(({ name, says }) => `- ${code(name)}: ${prose(says)}`)
  return `**Left as somebody set it in the workspace**\n\n${items.join('\n')}`
}

/** One line for each sentence, because most deployments of a project load their code in the same way. */
function codeSection(rows: readonly DeploymentRow[]): string {
  const byText = Map.groupBy(
    rows.filter(({ code: text }) => text !== undefined),
    ({ code: text }) => text ?? '',
  )
  if (byText.size === 0) return ''
  const items = [...byText]
    .slice(0, ROWS)
    .map(
      ([text, own]) =>
        `- ${own.length === 1 ? code(own.map(nameOf).join('')) : `${own.length} deployments`}: ${prose(text)}`,
    )
  return details('Which code a run loads', items.join('\n'))
}

/** What a plan says of an orphan, in words. */
const STATES: Readonly<Record<OrphanRow['act'], Partial<Record<OrphanRow['state'], string>>>> = {
  report: { left: 'left as it is' },
  pause: { planned: 'to be paused' },
  delete: { planned: 'to be deleted' },
}

/** Deployments that no file names any more, and what was done about them. */
export function orphansSection(rows: readonly OrphanRow[]): string {
  if (rows.length === 0) return ''
  const body = rows
    .slice(0, ROWS)
    .map((row) => [
      link(nameOf(row), row.url),
      STATES[row.act][row.state] ?? row.state,
      row.file === undefined
        ? escaped('no file here names it, and none is known to have done so')
        : `${code(row.file)} named it at the commit that is live`,
    ])
  const restore = rows
    .filter(({ restore: lines }) => lines.length > 0)
    .slice(0, ROWS)
    .map((row) => `- ${code(nameOf(row))}<br>${row.restore.map(escaped).join('<br>')}`)
  const how = restore.length === 0 ? '' : `\n\n${details('What would restore them', restore.join('\n'))}`
  return `### Orphans\n\n${table(['Deployment', 'State', 'Why'], body)}${how}`
}
