import type { Finding, OwnComment, Severity } from '../finding.ts'
import { commentFindings, type IgnorableRule, sift } from './ignored.ts'
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

/** What one part of the check found, and the comments that it met; those of `taking` hold beside them. */
export type Found = Readonly<{ findings: readonly Finding[]; comments: readonly OwnComment[] }>

/**
 * Enters what one part of the check found, in the place of what it found before: without what the files excuse, and with
 * what is wrong in its comments.
 */
export function enterFindings(source: FindingSource, found: Found, taking: Taking, ledger: Ledger): void {
  const told = [...found.findings, ...commentFindings(found.comments, taking.rules)]
  const { findings, ignored } = sift(told, [...taking.comments, ...found.comments], taking.rules)
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
