import { findingsSection } from './findings.ts'
import { deploymentsSection, orphansSection } from './deployments.ts'
import { block, code, details, escaped, link, prose, table } from './markdown.ts'
import type { AppRow, EndpointRow, FaultRow, Report } from './shape.ts'

/** GitHub takes 1 MiB a step and shows nothing of a longer summary. */
const LARGEST = 1_000_000
/** Rows of a table that are shown; the report holds all. */
const ROWS = 200

/** The job summary: the verdict first, then what is wrong, then what is live; the rest is folded. */
export function summaryOf(report: Report): string {
  const parts = [
    `## ${report.verdict}`,
    report.reason === report.faults[0]?.message ? '' : prose(report.reason),
    faults(report.faults),
    findingsSection(report),
    deploymentsSection(report),
    orphansSection(report.orphans),
    apps(report.apps),
    endpoints(report.apps),
    details('This run', run(report)),
  ].filter((part) => part !== '')
  const text = `${parts.join('\n\n')}\n`
  if (Buffer.byteLength(text) <= LARGEST) return text
  return `${[...parts.slice(0, 2), 'The rest is too long for a summary; the report file holds it.'].join('\n\n')}\n`
}

function faults(rows: readonly FaultRow[]): string {
  if (rows.length === 0) return ''
  return rows
    .slice(0, ROWS)
    .map((row) => {
      const where = row.target === undefined ? '' : `${code(row.target)}: `
      const hint = row.hint === undefined ? '' : `\n> ${prose(row.hint)}`
      const lines = row.lines.length === 0 ? '' : `\n\n${details('Last lines', block(row.lines))}`
      return `> [!CAUTION]\n> ${where}${prose(row.message)}${hint === '' ? '' : `\n>${hint}`}${lines}`
    })
    .join('\n\n')
}

function apps(rows: readonly AppRow[]): string {
  if (rows.length === 0) return ''
  const body = rows.slice(0, ROWS).map((row) => {
    const before = row.versionBefore === undefined ? '' : ` (before: ${escaped(row.versionBefore)})`
    const name = row.name === undefined ? code(row.reference) : link(row.name, row.dashboardUrl)
    return [
      name,
      row.state,
      escaped(row.environment),
      row.version === undefined ? '' : `${escaped(row.version)}${before}`,
    ]
  })
  return `### Modal apps\n\n${table(['App', 'State', 'Environment', 'Version'], body)}${more(rows.length)}`
}

function endpoints(rows: readonly AppRow[]): string {
  const all = rows.flatMap((app) => app.endpoints.map((endpoint) => ({ app, endpoint })))
  if (all.length === 0) return ''
  const body = all
    .slice(0, ROWS)
    .map(({ app, endpoint }) => [
      code(`${app.name ?? app.reference}.${endpoint.function}`),
      link(endpoint.url, endpoint.url),
      endpoint.state,
      escaped(answer(endpoint)),
    ])
  return `### Web endpoints\n\n${table(['Function', 'URL', 'State', 'Last answer'], body)}${more(all.length)}`
}

function answer(endpoint: EndpointRow): string {
  if (endpoint.attempts === 0) return endpoint.detail ?? ''
  const tries = endpoint.attempts === 1 ? '1 try' : `${endpoint.attempts} tries`
  return `${endpoint.detail ?? ''} (${tries}, ${endpoint.seconds} s)`
}

function run(report: Report): string {
  const rows: [string, string][] = [
    ['Commit', report.commit],
    ['Ref', report.ref],
    ['Mode', report.mode],
    ['Plan', report.planDigest ?? ''],
    ['Prefect workspace', report.prefectWorkspace ?? ''],
    ['Modal workspace and environment', [report.modalWorkspace, report.environment].filter(Boolean).join(' / ')],
    ...Object.entries(report.versions),
    ['Requests to Prefect', report.prefectRequests === 0 ? '' : String(report.prefectRequests)],
    ...report.stages.map((stage): [string, string] => [`Stage ${stage.stage}`, `${stage.state}, ${stage.seconds} s`]),
    ['All', `${report.seconds} s`],
  ]
  return table(
    ['', ''],
    rows.filter(([, value]) => value !== '').map(([name, value]) => [escaped(name), code(value)]),
  )
}

function more(total: number): string {
  return total > ROWS ? `\n\n${total - ROWS} more are in the report file.` : ''
}
