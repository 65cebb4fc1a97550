import type { Position } from '../faults.ts'
import type { FaultRow, Report } from './shape.ts'

export type Annotation = Readonly<{
  level: 'error' | 'warning'
  title: string
  message: string
  position?: Position
}>

/** GitHub shows ten of a kind and step and drops the rest without a word. */
const OF_A_KIND = 10

/** The annotations of a step, the worst first and within GitHub's limit; the rest is counted in the last one. */
export function annotationsOf(report: Report): Annotation[] {
  const errors = [...report.faults.map(ofFault), ...ofFindings(report, 'error')]
  // Warnings that are no findings went into the log as annotations when they came up; they share the limit.
  const room = Math.max(1, OF_A_KIND - report.warnings.length)
  // Notices are no faults: the summary and the report have them.
  return [...limited(errors, OF_A_KIND), ...limited(ofFindings(report, 'warning'), room)]
}

function ofFault(fault: FaultRow): Annotation {
  const parts = [
    fault.target === undefined ? fault.message : `${fault.target}: ${fault.message}`,
    fault.hint ?? '',
    ...fault.lines,
  ]
  return {
    level: 'error',
    title: TITLES[fault.kind],
    message: parts.filter((part) => part !== '').join('\n'),
    ...(fault.position === undefined ? {} : { position: fault.position }),
  }
}

const TITLES: Readonly<Record<FaultRow['kind'], string>> = {
  user: 'The project needs a change',
  target: 'Credentials or target',
  refusal: 'Refused by the remote side',
  remote: 'The remote side or the network',
  timeout: 'A deadline passed',
  cancelled: 'Cancelled',
  internal: 'Defect of this action',
}

function ofFindings(report: Report, severity: Annotation['level']): Annotation[] {
  return report.findings
    .filter((finding) => finding.severity === severity)
    .map((finding) => ({
      level: severity,
      title: finding.rule,
      message: [finding.message, finding.hint, finding.link].filter((part) => part !== undefined).join('\n'),
      position: finding.position,
    }))
}

function limited(annotations: readonly Annotation[], room: number): Annotation[] {
  if (annotations.length <= room) return [...annotations]
  const kept = annotations.slice(0, room)
  const last = kept.at(-1)
  if (last === undefined) return []
  const more = annotations.length - room
  const rest = `\n\n${more} more ${more === 1 ? 'is' : 'are'} in the job summary and the report.`
  return [...kept.slice(0, -1), { ...last, message: last.message + rest }]
}
