import type { Finding, OwnComment, RuleFacts } from '../finding.ts'
import { nearest } from '../nearest.ts'
import { oneLine } from '../process/one-line.ts'
import type { IgnoredRow } from '../report/shape.ts'

/** What a comment that speaks to this action can be wrong in. */
export const IGNORE_RULE: RuleFacts = {
  id: 'ignore-comment',
  severity: 'warning',
  about:
    'A comment `# prefect-modal: …` that cannot be followed: it is no `ignore rule-id -- reason`, names a rule that does not exist, or one that cannot be ignored because Prefect itself refuses the file.',
}

type Ignore = Readonly<{ comment: OwnComment; rules: readonly string[]; reason: string | undefined }>

/** A rule as far as it matters whether it may be ignored. */
export type IgnorableRule = RuleFacts & Readonly<{ acceptedByPrefect?: boolean }>

/** `ignored` are those that a comment excuses, with its reason. */
export type Sifted = Readonly<{ findings: readonly Finding[]; ignored: readonly IgnoredRow[] }>

/**
 * Takes out what the comments excuse: `# prefect-modal: ignore rule-a, rule-b -- reason`, at the end of the line that the
 * finding is about or in lines of its own above it.
 */
export function sift(
  findings: readonly Finding[],
  comments: readonly OwnComment[],
  known: readonly IgnorableRule[],
): Sifted {
  const ignores = comments.flatMap((comment) => ignoreOf(comment, known))
  const kept: Finding[] = []
  const ignored: IgnoredRow[] = []
  for (const finding of findings) {
    const by = ignores.find((ignore) => covers(ignore, finding))
    if (by === undefined) kept.push(finding)
    else ignored.push({ ...finding, ...(by.reason === undefined ? {} : { reason: by.reason }) })
  }
  return { findings: kept, ignored }
}

function covers({ comment, rules }: Ignore, { rule, position }: Finding): boolean {
  return (
    rules.includes(rule) &&
    position.file === comment.file &&
    (position.line === comment.about || position.line === comment.line)
  )
}

function ignoreOf(comment: OwnComment, known: readonly IgnorableRule[]): Ignore[] {
  const { rules, reason } = parsed(comment.text)
  const usable = rules.filter((id) => faultOf(id, known) === undefined)
  return usable.length === 0 ? [] : [{ comment, rules: usable, reason }]
}

/** What is wrong with the comments themselves. */
export function commentFindings(comments: readonly OwnComment[], known: readonly IgnorableRule[]): Finding[] {
  return comments.flatMap((comment) => {
    const { rules } = parsed(comment.text)
    const faults = rules.length === 0 ? [NOT_UNDERSTOOD] : rules.flatMap((id) => faultOf(id, known) ?? [])
    return faults.map(({ message, hint }) => ({
      rule: IGNORE_RULE.id,
      severity: IGNORE_RULE.severity,
      message,
      hint,
      position: { file: comment.file, line: comment.line },
    }))
  })
}

type CommentFault = Readonly<{ message: string; hint: string }>

const NOT_UNDERSTOOD: CommentFault = {
  message: 'This comment speaks to the action, and is not understood.',
  hint: 'Write `# prefect-modal: ignore rule-id -- reason`; several rules are parted by commas.',
}

function faultOf(id: string, known: readonly IgnorableRule[]): CommentFault | undefined {
  const rule = known.find((one) => one.id === id)
  const name = oneLine(id, 80)
  if (rule === undefined) {
    const near = nearest(
      id,
      known.map((one) => one.id),
    )
    return {
      message: `There is no rule \`${name}\` to ignore.`,
      hint: near === undefined ? 'The rule of a finding stands beside it in the summary.' : `Did you mean \`${near}\`?`,
    }
  }
  if (rule.acceptedByPrefect !== false) return undefined
  return {
    message: `\`${name}\` cannot be ignored: Prefect itself refuses such a file.`,
    hint: 'Mend the file at the place of that finding, and remove this comment.',
  }
}

/** `ignore rule-a, rule-b -- reason`; no rules where it is something else. */
function parsed(text: string): Readonly<{ rules: readonly string[]; reason: string | undefined }> {
  const [what = '', ...rest] = text.split(/\s--(?:\s|$)/)
  const names = /^ignore\s+(\S.*)$/s.exec(what.trim())?.[1]
  const reason = oneLine(rest.join(' -- ').trim(), 200)
  return {
    rules: names === undefined ? [] : names.split(/[\s,]+/).filter((name) => name !== ''),
    reason: reason === '' ? undefined : reason,
  }
}
