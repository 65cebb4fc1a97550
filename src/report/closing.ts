import { findingLines } from './findings.ts'
import { flat } from './markdown.ts'
import { changeTexts, differenceTexts, nameOf } from './deployments.ts'
import type { AppRow, DeploymentRow, OrphanRow, Report } from './shape.ts'

/** The lines of the log's last group: the verdict alone, the reason, and a table of every target. */
export function closingLines(report: Report): string[] {
  const rows = [
    ...report.apps.flatMap(appRows),
    ...report.deployments.flatMap(deploymentRows),
    ...report.orphans.map(orphanRow),
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

/** What is wrong, else what the plan changes, else where to find it; what is kept stands below. */
function deploymentRows(row: DeploymentRow): string[][] {
  const told = row.mismatches.length > 0 ? differenceTexts(row) : changeTexts(row)
  const state = row.action === undefined ? row.state : `${row.state} (${row.action})`
  return [
    ['deployment', nameOf(row), state, told.join('; ') || (row.url ?? '')],
    ...(row.kept ?? []).map(({ field, says }) => ['kept', nameOf(row), field, says]),
  ]
}

function orphanRow(row: OrphanRow): string[] {
  const why = row.file === undefined ? 'no file here names it' : `${row.file} named it before`
  return ['orphan', `${row.flow}/${row.name}`, row.state, why]
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
