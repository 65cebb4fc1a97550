import { hasExpression, withoutExpressions, withoutPlaceholders } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { type TemplateText, templateTexts } from '../template-texts.ts'
import { OUTPUT_RULES } from './outputs.ts'
import type { FileRule } from './rule.ts'
import { VARIABLE_RULES } from './variables.ts'
import { WORKSPACE_REFERENCE_RULES } from './workspace-references.ts'

/** Fields with texts of the user's own, which may hold the braces of another language. */
const FREE: ReadonlySet<string | number | undefined> = new Set(['parameters', 'description', 'script', 'env'])

const grammar: FileRule = {
  id: 'placeholder-grammar',
  severity: 'warning',
  about:
    '`{{ … }}` that Prefect does not know as a placeholder: a filter, a space, quotes, a default. It stays in the text as it stands. In scripts, parameters and other free texts only what names a variable or block of Prefect is told of.',
  acceptedByPrefect: true,
  find: (manifest) =>
    [...templateTexts(manifest)].flatMap((text) => {
      const odd = oddOne(text)
      if (odd === undefined) return []
      return [
        {
          message: `Prefect does not know \`${shown(odd.trim())}\` as a placeholder, and leaves it in the text as it stands.`,
          hint: 'Between the braces there is a name and nothing else: `{{ $NAME }}`, `{{ prefect.variables.name }}`, `{{ step-id.output }}`.',
          at: text.at,
        },
      ]
    }),
}

/** What is in braces and no placeholder, where it is surely meant for one. */
function oddOne({ text, path }: TemplateText): string | undefined {
  const rest = withoutPlaceholders(withoutExpressions(text))
  const all = rest.match(/\{\{[^{}]*\}\}/g) ?? []
  const free = path.some((key) => FREE.has(key)) || path.includes('job_variables')
  return all.find((odd) => !free || /^\{\{\s*(?:prefect\.(?:blocks|variables)\.|\$)/.test(odd))
}

const expression: FileRule = {
  id: 'github-expression',
  severity: 'warning',
  about:
    '`${{ secrets.NAME }}` is of GitHub’s workflow files; in a prefect.yaml nobody evaluates it, and Prefect makes a `$` of it.',
  acceptedByPrefect: true,
  find: (manifest) =>
    [...templateTexts(manifest)]
      .filter(({ text }) => hasExpression(text))
      .map(({ at }) => ({
        message: 'GitHub evaluates `${{ … }}` in workflow files only; here Prefect leaves no more than a `$` of it.',
        hint: 'Set a variable in the workflow (`env: NAME: ${{ … }}`) and write `{{ $NAME }}` here.',
        at,
      })),
}

/** Rules about `{{ … }}`. */
export const PLACEHOLDER_RULES: readonly FileRule[] = [
  grammar,
  expression,
  ...VARIABLE_RULES,
  ...WORKSPACE_REFERENCE_RULES,
  ...OUTPUT_RULES,
]
