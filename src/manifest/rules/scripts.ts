import { isOwnStep } from '../known-steps.ts'
import { isBare, scriptLines, type ShellLine, shellLine } from '../script-lines.ts'
import { shown } from '../shown.ts'
import { isSingle, type StepSection, usedSteps } from '../used-steps.ts'
import { entryOf, isTruthy, type Place, textOf, type Value, valueAt } from '../value.ts'
import type { FileRule, Problem } from './rule.ts'
import { whenItFails } from './step-shape.ts'

/** Words that are no program but a shell's own; Python finds none of that name. */
const SHELL_OWN = new Set(
  'cd pushd popd export source . set unset alias eval exec shift trap local return if then elif else fi for while until do done case esac function { } ( [['.split(
    ' ',
  ),
)
const ASSIGNMENT = /^[A-Za-z_]\w*\+?=/
/** Words that only a shell understands, where they stand alone or at the start of a word: `2>/dev/null`. */
const OPERATOR = /^(?:&&|\|\|?|;|&|&>>?.*|\d?>>?(?![=>]).*|<<?<?(?![=]).*)$/
/** Programs whose own language has `$name`. */
const DOLLAR_IS_THEIRS = /^(?:\S*\/)?(?:[gmn]?awk|perl|jq|php|envsubst)$/
const SHELL = /^(?:\S*\/)?(?:(?:ba|da|z|k|c|fi)?sh|pwsh|powershell|cmd)(?:\.exe)?$/
/** The beginning of what a shell reads over several lines, and its end. */
const BLOCKS: ReadonlyMap<string, string> = new Map([
  ['if', 'fi'],
  ['for', 'done'],
  ['while', 'done'],
  ['until', 'done'],
  ['case', 'esac'],
])
const INNER = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', 'esac', '}'])
/** What a shell remembers, for the next command of the same shell. */
const STATEFUL = new Set(['cd', 'export', 'source', '.', 'unset', 'alias'])

const ONE_SHELL = 'Put it into a file of the project and run that: `script: bash scripts/setup.sh`.'
const USE_SHELL = 'Say `shell: true` (Prefect 3.6.23 and newer), or write `script: bash -c "…"`.'

type Script = Readonly<{
  section: StepSection
  lines: readonly ShellLine[]
  shell: boolean
  expands: boolean
  at: Place
}>
type Trouble = Pick<Problem, 'message' | 'hint'>

/** A rule about each script; it tells of the first of its lines where something is wrong. */
function scriptRule(
  facts: Omit<FileRule, 'find' | 'acceptedByPrefect'>,
  find: (script: Script) => Trouble | undefined,
): FileRule {
  return {
    ...facts,
    acceptedByPrefect: true,
    find: (manifest) =>
      scriptsIn(manifest).flatMap((script) => {
        const trouble = find(script)
        return trouble === undefined ? [] : [{ ...trouble, at: script.at }]
      }),
  }
}

function scriptsIn(manifest: Parameters<FileRule['find']>[0]): readonly Script[] {
  return usedSteps(manifest).flatMap(({ section, steps }) =>
    steps.flatMap((step) => {
      const script = entryOf(step.inputs, 'script')?.value
      const text = textOf(script)
      if (script === undefined || text === undefined) return []
      if (!isSingle(step) || !isOwnStep(step.function, 'run_shell_script')) return []
      const [shell, expands] = [valueAt(step.inputs, 'shell'), valueAt(step.inputs, 'expand_env_vars')]
      if (isTemplated(shell) || isTemplated(expands)) return []
      const lines = scriptLines(text.replace(/\{\{[^{}]*\}\}/g, '_'))
        .map(shellLine)
        .filter(({ words, open }) => words.length > 0 || open !== undefined)
      return [{ section, lines, shell: isTruthy(shell), expands: isTruthy(expands), at: script.at }]
    }),
  )
}

const isTemplated = (value: Value | undefined): boolean => textOf(value)?.includes('{{') === true
const commandOf = ({ words }: ShellLine): string => words[0]?.text ?? ''

const lineFails = scriptRule(
  {
    id: 'script-line-fails',
    severity: 'error',
    about:
      'A line of a script cannot be run. `run_shell_script` runs each line as a command of its own: quotes and conditions do not reach over several lines, a line does not go on behind a backslash, and without `shell: true` a line must begin with a program, not with `cd`, `export`, a variable or a comment.',
  },
  ({ section, lines, shell }) => {
    const why = lines.map((line) => whyItFails(line, shell)).find((reason) => reason !== undefined)
    if (why === undefined) return undefined
    return {
      message: `Each line of a script is run by itself, and ${why}, so ${whenItFails(section)}.`,
      hint: shell ? ONE_SHELL : `${USE_SHELL} ${ONE_SHELL}`,
    }
  },
)

function whyItFails(line: ShellLine, shell: boolean): string | undefined {
  const command = commandOf(line)
  // For a shell a quote in a comment opens nothing.
  if (shell && line.words.some((word) => word.text.startsWith('#') && word.quotes.startsWith(' '))) return undefined
  if (line.open === 'quote') return 'here one has a quote without its end'
  if (line.open === 'backslash') return 'here one ends in a backslash'
  if (shell) return brokenBlock(line)
  if (command.startsWith('#')) return 'here one is a comment, which only a shell knows'
  if (SHELL_OWN.has(command) || ASSIGNMENT.test(command))
    return `here one begins with \`${shown(command.replace(/=[^]*/, '=…'))}\`, which only a shell knows`
  return undefined
}

function brokenBlock(line: ShellLine): string | undefined {
  const command = commandOf(line).replace(/;$/, '')
  const end = BLOCKS.get(command)
  const words = line.words.map(({ text }) => text.replace(/;+$/, ''))
  if (end !== undefined && !words.includes(end)) return `here \`${command}\` is without its \`${end}\``
  if (INNER.has(command)) return `here one begins with \`${command}\``
  if (line.words.some((word) => /^\d?<<-?['"\\]?\w/.test(word.text) && word.quotes.startsWith('  ')))
    return 'here one begins a here-document'
  return undefined
}

const needsShell = scriptRule(
  {
    id: 'script-needs-shell',
    severity: 'warning',
    about:
      'A script uses what only a shell knows (`&&`, `|`, `>`, `$(…)`) without `shell: true`: the program gets it as plain arguments.',
  },
  ({ lines, shell }) => {
    if (shell) return undefined
    const operator = lines.map(operatorIn).find((found) => found !== undefined)
    return operator === undefined
      ? undefined
      : {
          message: `The script uses \`${shown(operator)}\`, which only a shell knows; without \`shell: true\` the program gets it as an argument.`,
          hint: USE_SHELL,
        }
  },
)

function operatorIn(line: ShellLine): string | undefined {
  // Such a line fails before any operator of it counts.
  if (whyItFails(line, false) !== undefined) return undefined
  const inner = runsAShell(line)
  for (const word of line.words.slice(1)) {
    const bare = isBare(word)
    if (bare && OPERATOR.test(word.text)) return /^[\d&]?[^\w\s./~-]+/.exec(word.text)?.[0] ?? word.text
    const last = word.quotes.endsWith(' ') ? word.text.at(-1) : undefined
    if (word.text.length > 1 && (last === ';' || last === '|')) return last
    if (bare && word.text.startsWith('~/')) return '~'
    if (!inner && unquoted(word.text, word.quotes, /\$\(|`/g)) return word.text.includes('$(') ? '$(…)' : 'backticks'
  }
  return commandOf(line).endsWith(';') ? ';' : undefined
}

const runsAShell = ({ words }: ShellLine): boolean => words.some(({ text }) => SHELL.test(text))

/** The first match that a shell would act upon: bare or in double quotes. */
function unquoted(text: string, quotes: string, pattern: RegExp): string | undefined {
  for (const match of text.matchAll(pattern)) if (/[ "]/.test(quotes.charAt(match.index))) return match[0]
  return undefined
}

const variableUnexpanded = scriptRule(
  {
    id: 'script-variable',
    severity: 'warning',
    about:
      'A script names a variable as a shell does, with neither `shell: true` nor `expand_env_vars: true`: the program gets the name, not the value.',
  },
  ({ lines, shell, expands }) => {
    if (shell || expands) return undefined
    for (const line of lines) {
      if (runsAShell(line) || DOLLAR_IS_THEIRS.test(commandOf(line)) || whyItFails(line, false) !== undefined) continue
      for (const word of line.words) {
        const name = unquoted(word.text, word.quotes, /\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})/g)
        if (name !== undefined)
          return {
            message: `The script names \`${shown(name)}\`, but nothing puts the value of the variable there.`,
            hint: 'Say `expand_env_vars: true` beside the script.',
          }
      }
    }
    return undefined
  },
)

const lineState = scriptRule(
  {
    id: 'script-line-state',
    severity: 'warning',
    about:
      'A line of a script with `shell: true` only changes its shell (`cd`, `export`, `source`): each line has a shell of its own, so the next line does not see it.',
  },
  ({ lines, shell }) => {
    if (!shell) return undefined
    const line = lines.slice(0, -1).find(changesOnlyItsShell)
    return line === undefined
      ? undefined
      : {
          message: `Each line of a script has a shell of its own, so \`${shown(commandOf(line).replace(/=[^]*/, '=…'))}\` has no effect on the next line.`,
          hint: 'Join them with `&&` in one line, or use the inputs `directory` and `env`.',
        }
  },
)

function changesOnlyItsShell(line: ShellLine): boolean {
  if (line.words.some((word) => isBare(word) && (/^(?:&&|\|\|?)$/.test(word.text) || word.text.endsWith(';'))))
    return false
  const command = commandOf(line)
  return STATEFUL.has(command) || (ASSIGNMENT.test(command) && line.words.every(({ text }) => ASSIGNMENT.test(text)))
}

/** Rules about the scripts of `run_shell_script`. (Prefect: deployments/steps/utility.py) */
export const SCRIPT_RULES: readonly FileRule[] = [lineFails, needsShell, variableUnexpanded, lineState]
