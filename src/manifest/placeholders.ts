import { textsIn, type Value } from './value.ts'

/** What a placeholder asks for. `output` is of a build, push or pull step, by `id.key` or by `key` alone. */
export type PlaceholderKind = 'block' | 'variable' | 'environment' | 'output'

/** `{{ name }}` in a text; `name` of an environment variable is without its `$`. */
export type Placeholder = Readonly<{ kind: PlaceholderKind; name: string; text: string }>

// Prefect: utilities/templating/__init__.py, PLACEHOLDER_CAPTURE_REGEX; Python's \w and \s know all letters and spaces.
const GRAMMAR = /\{\{\s*([\p{L}\p{N}_.\-[\]$]+)\s*\}\}/gu

/** The placeholders of a text, in order, as Prefect finds them. */
export function placeholdersIn(text: string): Placeholder[] {
  return [...text.matchAll(GRAMMAR)].map((match) => ({ ...sorted(match[1] ?? ''), text: match[0] }))
}

/** A text without its placeholders: what is certain of it before Prefect fills it in. */
export function withoutPlaceholders(text: string): string {
  return text.replace(GRAMMAR, '')
}

/** A text in which `fill` has replaced placeholders; those that it gives `undefined` for stay as they stand. */
export function filledIn(text: string, fill: (placeholder: Placeholder) => string | undefined): string {
  return text.replace(GRAMMAR, (whole, name: string) => fill({ ...sorted(name), text: whole }) ?? whole)
}

/** `${{ secrets.TOKEN }}`, as GitHub writes expressions in workflow files; nothing evaluates them in another file. */
const EXPRESSION =
  /\$\{\{\s*(?:(?:github|env|vars|secrets|inputs|matrix|jobs?|steps|runner|strategy|needs)\b|(?:format|hashFiles|toJSON|fromJSON|contains|join|startsWith|endsWith)\()[^{}]*\}\}/giu

/** Whether a text holds an expression of GitHub's workflow files. */
export function hasExpression(text: string): boolean {
  return text.search(EXPRESSION) >= 0
}

/** A text without GitHub's expressions, which Prefect would take for placeholders behind a `$`. */
export function withoutExpressions(text: string): string {
  return text.replace(EXPRESSION, '')
}

/** Prefect: utilities/templating/__init__.py, determine_placeholder_type */
function sorted(name: string): Pick<Placeholder, 'kind' | 'name'> {
  if (name.startsWith('prefect.blocks.')) return { kind: 'block', name }
  if (name.startsWith('prefect.variables.')) return { kind: 'variable', name }
  if (name.startsWith('$')) return { kind: 'environment', name: name.replace(/^\$+/, '') }
  return { kind: 'output', name }
}

/** The names of the environment variables that any text in a value asks for, sorted, each once. */
export function environmentVariablesIn(value: Value): readonly string[] {
  const names = new Set<string>()
  for (const text of textsIn(value)) {
    for (const { kind, name } of placeholdersIn(text)) if (kind === 'environment') names.add(name)
  }
  return [...names].sort()
}
