import type { RuleFacts } from '../../src/finding.ts'
import { RULES as MANIFEST_RULES } from '../../src/manifest/rules/rules.ts'
import { APP_RULES } from '../../src/modal/app-check/rules.ts'
import { LIVE_RULES } from '../../src/prefect/live/rules.ts'
import { FLOW_RULES } from '../../src/release/flow-rules.ts'
import { IGNORE_RULE, type IgnorableRule } from '../../src/release/ignored.ts'
import { exampleOf, type Said, type Shown } from './examples.ts'

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

const SECTIONS: readonly Readonly<{ title: string; about: string; rules: readonly IgnorableRule[] }>[] = [
  {
    title: 'prefect.yaml',
    about:
      'These need nothing but the files. What stands outside of them, as the branch that is deployed, counts where it is known.',
    rules: MANIFEST_RULES,
  },
  {
    title: 'The Prefect workspace',
    about: 'These ask the workspace, and only read. The value of a secret is never asked for.',
    rules: LIVE_RULES,
  },
  {
    title: 'The flows',
    about: "These import the flows in the project's own environment, in one process, as `prefect deploy` imports them.",
    rules: FLOW_RULES,
  },
  {
    title: 'Modal app files',
    about:
      "These read the files with the project's own Python, without running them. What cannot be known that way is not guessed.",
    rules: APP_RULES,
  },
  { title: 'Comments', about: 'What can be wrong with a comment that excuses a finding.', rules: [IGNORE_RULE] },
]

/** The page that explains every rule, made from the rules themselves and from their examples. */
export function rulesDocument(): string {
  return [
    INTRODUCTION,
    ...SECTIONS.map(
      ({ title, about, rules }) => `## ${title}\n\n${about}\n\n${indexOf(rules)}\n\n${rules.map(entry).join('\n\n')}`,
    ),
    '',
  ].join('\n\n')
}

function entry(rule: IgnorableRule): string {
  const strict = rule.underStrict === 'error' ? ', an error under `strict`' : ''
  const accepted =
    rule.acceptedByPrefect === undefined
      ? ''
      : rule.acceptedByPrefect
        ? ' · accepted by Prefect'
        : ' · refused by Prefect'
  const shown = exampleOf(rule.id)
  if (shown === undefined) throw new Error(`the rule ${rule.id} has no example`)
  return [
    `### \`${rule.id}\``,
    `**${rule.severity}**${strict}${accepted}`,
    [rule.about, rule.depends ?? ''].join(' ').trim(),
    ...example(shown),
  ].join('\n\n')
}

function example({ file, bad, says, good }: Shown): string[] {
  const language = file.endsWith('.py') || !/\.ya?ml$/.test(file) ? 'python' : 'yaml'
  return [
    fence(language, marked(bad, says)),
    ...says.flatMap(({ message, hint, line }) => {
      if (message === undefined) return []
      const [first = '', ...lines] = (hint ?? '').split('\n')
      const where = line === 0 ? '' : `Line ${line}: `
      return [
        `> ${where}${message} ${first}`.trim() + (lines.length === 0 ? '' : `\n\n${fence('yaml', lines.join('\n'))}`),
      ]
    }),
    `<details><summary>without the fault</summary>\n\n${fence(language, shortened(good))}\n\n</details>`,
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
function marked(text: string, says: readonly Said[]): string {
  const lines = new Set(says.map(({ line }) => line))
  return shortened(text)
    .split('\n')
    .map((line, index) => (lines.has(index + 1) && line.trim() !== '' ? `${line}  # <--` : line))
    .join('\n')
}

function shortened(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n')
  const shown = lines
    .slice(0, MOST_LINES)
    .map((line) => (line.length > LONGEST_LINE ? `${line.slice(0, LONGEST_LINE)}…` : line))
  return [...shown, ...(lines.length > MOST_LINES ? ['…'] : [])].join('\n')
}

function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.replace(/\n$/, '')}\n\`\`\``
}
