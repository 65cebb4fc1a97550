import type { Position } from '../faults.ts'
import type { Severity } from '../finding.ts'
import { code, details, escaped, flat, link, prose, table } from './markdown.ts'
import type { FindingRow, IgnoredRow, LeftOutRow, Report } from './shape.ts'

/** Rows of a table that are shown; the report holds all. */
const ROWS = 200

/** What the check found, as Markdown: the worst first, then what the files excuse, then what was not looked at. */
export function findingsSection(report: Report): string {
  const faults = report.findings.filter(({ severity }) => severity !== 'notice')
  const notices = report.findings.filter(({ severity }) => severity === 'notice')
  return [found(faults), noticed(notices), excused(report.ignored), leftOut(report.leftOut)]
    .filter((part) => part !== '')
    .join('\n\n')
}

function found(rows: readonly FindingRow[]): string {
  return rows.length === 0 ? '' : `### Findings: ${counted(rows)}\n\n${tableOf(rows)}`
}

/** What is worth knowing stays folded: nothing is wrong. */
function noticed(rows: readonly FindingRow[]): string {
  return rows.length === 0 ? '' : details(counted(rows), tableOf(rows))
}

function tableOf(rows: readonly FindingRow[]): string {
  const body = rows
    .slice(0, ROWS)
    .map((row) => [
      row.severity,
      code(placeText(row.position)),
      [row.message, ...(row.hint === undefined ? [] : [row.hint])].map(prose).join('<br>'),
      link(row.rule, row.link),
    ])
  const more = rows.length > ROWS ? `\n\n${rows.length - ROWS} more are in the report file.` : ''
  return `${table(['', 'Where', 'What, and what to do', 'Rule'], body)}${more}`
}

function excused(rows: readonly IgnoredRow[]): string {
  if (rows.length === 0) return ''
  const body = rows
    .slice(0, ROWS)
    .map((row) => [code(placeText(row.position)), code(row.rule), escaped(row.reason ?? 'no reason given')])
  const title = `${rows.length} finding${rows.length === 1 ? ' is' : 's are'} ignored by comments in the files`
  return details(title, table(['Where', 'Rule', 'Reason'], body))
}

function leftOut(rows: readonly LeftOutRow[]): string {
  if (rows.length === 0) return ''
  return `Not checked:\n\n${rows.map(({ part, why }) => `- ${prose(part)} (${prose(why)})`).join('\n')}`
}

/** `2 errors, 1 warning`, in words and without what there is none of. */
function counted(rows: readonly FindingRow[]): string {
  const of = (severity: Severity): number => rows.filter((row) => row.severity === severity).length
  return (['error', 'warning', 'notice'] as const)
    .map((severity) => [of(severity), severity] as const)
    .filter(([number]) => number > 0)
    .map(([number, severity]) => `${number} ${severity}${number === 1 ? '' : 's'}`)
    .join(', ')
}

/** What the check found, as lines of a log. */
export function findingLines(report: Report): string[] {
  return [
    ...(report.findings.length === 0 ? [] : [`Findings: ${counted(report.findings)}`]),
    ...report.findings.flatMap((row) => [
      `${placeText(row.position)}  ${row.severity}  ${flat(row.message)} [${row.rule}]`,
      ...(row.hint ?? '').split('\n').filter(Boolean).map(indented),
    ]),
    ...report.ignored.map(
      (row) => `${placeText(row.position)}  ignored  ${row.rule}: ${flat(row.reason ?? 'no reason given')}`,
    ),
    ...report.leftOut.map(({ part, why }) => `Not checked: ${flat(part)} (${flat(why)})`),
  ]
}

/** A line of YAML keeps its own indentation. */
function indented(line: string): string {
  return `    ${/^ */.exec(line)?.[0] ?? ''}${flat(line)}`
}

function placeText({ file, line, column }: Position): string {
  return flat([file, line, column].filter((part) => part !== undefined).join(':'))
}
