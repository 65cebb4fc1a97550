import type { Finding, OwnComment, Severity } from '../finding.ts'
import { type IgnorableRule, sift } from './ignored.ts'
import type { FindingSource, Ledger } from './ledger.ts'

/** How what is found is taken. */
export type Taking = Readonly<{
  /** The input `strict`. */
  strict: boolean
  comments: readonly OwnComment[]
  /** Every rule that there is. */
  rules: readonly IgnorableRule[]
  /** The page that explains the rules, where there is one to open. */
  page: string | undefined
}>

/** Enters what one part of the check found, in the place of what it found before, without what the files excuse. */
export function enterFindings(source: FindingSource, found: readonly Finding[], taking: Taking, ledger: Ledger): void {
  const { findings, ignored } = sift(found, taking.comments, taking.rules)
  const strict = new Set(taking.rules.filter((rule) => rule.underStrict === 'error').map((rule) => rule.id))
  const rows = findings.map((finding) => ({
    ...finding,
    severity: taking.strict ? stricter(finding, strict) : finding.severity,
    ...(taking.page === undefined ? {} : { link: `${taking.page}#${finding.rule}` }),
  }))
  ledger.findings(source, rows, ignored)
}

function stricter({ rule, severity }: Finding, strict: ReadonlySet<string>): Severity {
  return severity === 'warning' || strict.has(rule) ? 'error' : severity
}
