import { EXAMPLES } from '../../__tests__/manifest/rules/examples/examples.ts'
import type { RuleExample } from '../../__tests__/manifest/rules/examples/example.ts'
import type { Finding, RuleFacts } from '../../src/finding.ts'
import { checkManifests } from '../../src/manifest/check.ts'
import { RULES } from '../../src/manifest/rules/rules.ts'
import type { IgnorableRule } from '../../src/release/ignored.ts'

const INTRODUCTION = `# Rules of the check

Every finding names its rule. **error**: it cannot be deployed, or cannot work from CI; the step is \`refused\` before anything is written.
**warning**: it can be deployed, but surely not as it was meant. **notice**: nothing is wrong, but somebody should know. The input \`strict\`
makes errors of the warnings, and of the notices that say so here.

What is meant so is excused where it stands, with a reason; the report and the summary list it:

\`\`\`yaml
# prefect-modal: ignore pull-branch-differs -- this deployment runs the released code
branch: stable
\`\`\`

The comment stands at the end of the line that the finding names, or above it; several rules are parted by commas. What Prefect itself
refuses cannot be ignored. "Accepted by Prefect" says that \`prefect deploy\` reads such a file without a word against it.

This page is made from the code by \`npm run docs\`; each example is run by the tests, and what stands under it is what the check says of it.`

/** The page that explains every rule, made from the rules themselves and from their examples. */
export function rulesDocument(): string {
  const sections = [{ title: 'prefect.yaml', rules: RULES.map((rule) => ({ rule, shown: manifestExample(rule) })) }]
  return [
    INTRODUCTION,
    ...sections.map(
      ({ title, rules }) =>
        `## ${title}\n\n${indexOf(rules.map(({ rule }) => rule))}\n\n${rules.map(entry).join('\n\n')}`,
    ),
    '',
  ].join('\n\n')
}

type Shown = Readonly<{ language: 'yaml' | 'python'; bad: string; says: readonly Finding[]; good: string }>

function entry({ rule, shown }: Readonly<{ rule: IgnorableRule; shown: Shown | undefined }>): string {
  const strict = rule.underStrict === 'error' ? ', an error under `strict`' : ''
  const accepted =
    rule.acceptedByPrefect === undefined
      ? ''
      : rule.acceptedByPrefect
        ? ' · accepted by Prefect'
        : ' · refused by Prefect'
  return [
    `### \`${rule.id}\``,
    `**${rule.severity}**${strict}${accepted}`,
    [rule.about, rule.depends ?? ''].join(' ').trim(),
    ...(shown === undefined ? [] : example(shown)),
  ].join('\n\n')
}

function example({ language, bad, says, good }: Shown): string[] {
  return [
    fence(language, numbered(bad, says)),
    ...says.map(({ message, hint, position }) => {
      const [first = '', ...lines] = (hint ?? '').split('\n')
      const code = lines.length === 0 ? '' : `\n\n${fence(language, lines.join('\n'))}`
      return `> ${position.line}:${position.column ?? 1} ${message} ${first}`.trim() + code
    }),
    `<details><summary>without the fault</summary>\n\n${fence(language, good)}\n\n</details>`,
  ]
}

function indexOf(rules: readonly RuleFacts[]): string {
  const rows = rules.map(({ id, severity, about }) => `| [\`${id}\`](#${id}) | ${severity} | ${firstSentence(about)} |`)
  return ['| rule | | what it finds |', '| --- | --- | --- |', ...rows].join('\n')
}

function firstSentence(text: string): string {
  return (/^.*?\.(?=\s|$)/.exec(text)?.[0] ?? text).replaceAll('|', '\\|')
}

/** Lines of an example that are shown; the rest of a text that is only long says nothing. */
const MOST_LINES = 40
const LONGEST_LINE = 160

/** The text with a mark at each line that a finding names. */
function numbered(text: string, says: readonly Finding[]): string {
  const marked = new Set(says.map(({ position }) => position.line))
  const lines = text.replace(/\n$/, '').split('\n')
  const shown = lines.slice(0, MOST_LINES).map((line, index) => {
    const short = line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line
    return marked.has(index + 1) && short.trim() !== '' ? `${short}  # <--` : short
  })
  return [...shown, ...(lines.length > MOST_LINES ? ['…'] : [])].join('\n')
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.replace(/\n$/, '')}\n\`\`\``
}

function manifestExample({ id }: RuleFacts): Shown | undefined {
  const one: RuleExample | undefined = EXAMPLES[id]
  if (one === undefined) return undefined
  const bytes = typeof one.bad === 'string' ? Buffer.from(one.bad) : one.bad
  const { findings } = checkManifests([{ path: 'prefect.yaml', display: 'prefect.yaml', bytes }], one.known ?? {})
  return {
    language: 'yaml',
    bad: Buffer.from(bytes).toString(),
    says: findings.filter(({ rule }) => rule === id).slice(0, 3),
    good: one.good,
  }
}
