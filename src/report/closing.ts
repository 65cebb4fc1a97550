import { findingLines } from './findings.ts'
import { flat } from './markdown.ts'
import type { AppRow, DeploymentRow, Report } from './shape.ts'

/** The lines of the log's last group: the verdict alone, the reason, and a table of every target. */
export function closingLines(report: Report): string[] {
  const rows = [
    ...report.apps.flatMap(appRows),
    ...report.deployments.map(deploymentRow),
    ...report.stages.map((stage) => ['stage', stage.stage, stage.state, `${stage.seconds} s`]),
  ]
  return [
    report.verdict,
    flat(report.reason),
    ...report.faults.flatMap((fault) => (fault.hint === undefined ? [] : [`What to do: ${flat(fault.hint)}`])),
    '',
    ...spaced(findingLines(report)),
    ...aligned(rows.map((row) => row.map(flat))),
  ]
}

function spaced(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [...lines, '']
}

function appRows(app: AppRow): string[][] {
  const version =
    app.version === undefined
      ? ''
      : `${app.version}${app.versionBefore === undefined ? '' : `, before ${app.versionBefore}`}`
  return [
    ['app', app.name ?? app.reference, app.state, version],
    ...app.endpoints.map((endpoint) => ['endpoint', endpoint.url, endpoint.state, endpoint.detail ?? '']),
  ]
}

function deploymentRow(row: DeploymentRow): string[] {
  const wrong = row.mismatches.map((one) => `${one.field}: wanted ${one.wanted}, found ${one.found}`).join('; ')
  return [
    'deployment',
    row.flow === undefined ? row.name : `${row.flow}/${row.name}`,
    row.state,
    wrong || (row.url ?? ''),
  ]
}

/** Columns under each other; the last one runs free. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) => Math.max(0, ...rows.map((row) => Math.min(60, (row[column] ?? '').length))))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
