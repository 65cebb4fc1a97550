import { placeholdersIn } from '../placeholders.ts'
import { blockOf } from '../references.ts'
import { shown } from '../shown.ts'
import { type TemplateText, templateTexts } from '../template-texts.ts'
import type { FileRule, Problem } from './rule.ts'

const incomplete: FileRule = {
  id: 'reference-incomplete',
  severity: 'error',
  about:
    '`{{ prefect.blocks.… }}` without the type or the name of the block: Prefect refuses it when it comes to it. Or a variable’s name with a dot, which no variable has: Prefect puts an empty text there.',
  depends: 'A warning for a variable.',
  acceptedByPrefect: true,
  find: (manifest) => [...templateTexts(manifest)].flatMap(faultsIn),
}

function faultsIn({ text, at, section }: TemplateText): readonly Problem[] {
  return placeholdersIn(text).flatMap(({ kind, name }): Problem[] => {
    if (kind === 'block' && blockOf(name) === undefined)
      return [
        {
          message: `\`${shown(name)}\` names no block, so ${section === 'deployment' ? '`prefect deploy`' : 'the step'} fails at it.`,
          hint: 'Name its type and its own name: `{{ prefect.blocks.github-credentials.my-block }}`.',
          at,
        },
      ]
    const variable = name.slice('prefect.variables.'.length)
    if (kind === 'variable' && !/^[^.[\]]+$/.test(variable))
      return [
        {
          message: `No variable can be called \`${shown(variable)}\`: Prefect looks for nothing inside of a variable, and puts an empty text there.`,
          hint: 'Name the variable alone: `{{ prefect.variables.my_variable }}`.',
          at,
          severity: 'warning',
        },
      ]
    return []
  })
}

const misspelt: FileRule = {
  id: 'reference-misspelt',
  severity: 'warning',
  about:
    '`{{ prefect.block.… }}` or the like: only `prefect.blocks.` and `prefect.variables.` are known, and of the rest Prefect makes an empty text.',
  acceptedByPrefect: true,
  find: (manifest) =>
    [...templateTexts(manifest)].flatMap(({ text, at }) =>
      placeholdersIn(text).flatMap(({ kind, name }) => {
        const [, second = '', ...rest] = name.split('.')
        if (kind !== 'output' || !name.startsWith('prefect.')) return []
        const meant = second.startsWith('b') || second.startsWith('s') ? 'blocks' : 'variables'
        return [
          {
            message: `Prefect knows no \`${shown(name)}\`, and puts an empty text there.`,
            hint: `Did you mean \`{{ prefect.${meant}.${shown(rest.join('.'))} }}\`?`,
            at,
          },
        ]
      }),
    ),
}

/** Rules about `{{ prefect.… }}`. */
export const WORKSPACE_REFERENCE_RULES: readonly FileRule[] = [incomplete, misspelt]
