import { isNeededAtOnce } from '../deployment-texts.ts'
import { placeholdersIn, withoutExpressions } from '../placeholders.ts'
import { shown } from '../shown.ts'
import { type TemplateText, templateTexts } from '../template-texts.ts'
import { entryOf, type Place } from '../value.ts'
import type { Manifest } from '../model.ts'
import type { FileRule, Problem, Surroundings } from './rule.ts'

const unset: FileRule = {
  id: 'variable-unset',
  severity: 'warning',
  about:
    '`{{ $NAME }}` of a variable that is not set, or empty, where Prefect deploys: it puts an empty text there, with no more than a line in the log. Judged only where this step deploys, as another’s variables are not known.',
  depends:
    'An error in a deployment’s name, its entrypoint and the name of its work pool. A notice in `pull`, where a variable that is not set is left for the environment of the run, unless `job_variables` set it.',
  acceptedByPrefect: true,
  find: (manifest, known) => {
    if (!known.deploys) return []
    const found = new Map<string, Missing & { places: number }>()
    for (const missing of missingIn(manifest, known)) {
      const key = `${missing.where} ${missing.name}`
      const before = found.get(key)
      if (before === undefined) found.set(key, { ...missing, places: 1 })
      else before.places += 1
    }
    return [...found.values()].map(problemOf)
  },
}

/** A variable that is not set or empty, where a text asks for it; `needed` is what cannot be deployed without it. */
type Missing = Readonly<{ name: string; empty: boolean; where: 'needed' | 'run' | 'text'; at: Place; field: string }>

function* missingIn(manifest: Manifest, { environment }: Surroundings): Generator<Missing> {
  for (const text of templateTexts(manifest)) {
    for (const { kind, name } of placeholdersIn(withoutExpressions(text.text))) {
      const state = environment.get(name)
      if (kind !== 'environment' || state === 'set') continue
      const left = text.section === 'pull' && state === undefined
      if (left && (name.startsWith('PREFECT') || isSetForRuns(manifest, name))) continue
      const where = left ? 'run' : isNeeded(text) ? 'needed' : 'text'
      yield { name, empty: state === 'empty', where, at: text.at, field: String(text.path[0]) }
    }
  }
}

function isNeeded(text: TemplateText): boolean {
  return text.section === 'deployment' && (isNeededAtOnce(text) || text.path.join() === 'name')
}

/** One problem for a variable, at the first place that asks for it. */
function problemOf({ name, empty, where, at, field, places }: Missing & { places: number }): Problem {
  const variable = `\`${shown(name)}\``
  const what = empty ? 'is set to nothing' : 'is not set'
  const more = places > 1 ? `; so in ${places} places of this file` : ''
  const hint = `Set it in the workflow: \`env: ${shown(name)}: …\`.`
  switch (where) {
    case 'run':
      return {
        message: `${variable} ${what} where Prefect deploys; it is left for the environment of the run${more}.`,
        hint: `If it is to be filled in now, set it in the workflow: \`env: ${shown(name)}: …\`.`,
        at,
        severity: 'notice',
      }
    case 'needed': {
      const whose = { name: 'the name', entrypoint: 'the entrypoint' }[field] ?? 'the work pool’s name'
      const message = `The variable ${variable} ${what} here, so ${whose} is not what it should be${more}.`
      return { message, hint, at, severity: 'error' }
    }
    case 'text':
      return { message: `The variable ${variable} ${what} here, so Prefect puts an empty text there${more}.`, hint, at }
  }
}

/** Whether any deployment gives its runs a variable of that name. */
function isSetForRuns({ deployments }: Manifest, name: string): boolean {
  return deployments.some(({ value }) => {
    const variables = entryOf(entryOf(value, 'work_pool')?.value, 'job_variables')?.value
    return entryOf(entryOf(variables, 'env')?.value, name) !== undefined
  })
}

/** Fields in which `$NAME` cannot be meant as it stands. */
const PLAIN = new Set([
  'name',
  'entrypoint',
  'version',
  'work_pool,name',
  'work_pool,work_queue_name',
  'work_pool,job_variables,image',
])
const PLAIN_INPUTS = new Set(['repository', 'branch', 'commit_sha', 'directory', 'access_token', 'image_name', 'tag'])

const bare: FileRule = {
  id: 'variable-without-braces',
  severity: 'warning',
  about: 'A field is `$NAME` or `${NAME}`, as in a shell; Prefect fills in `{{ $NAME }}` only.',
  acceptedByPrefect: true,
  find: (manifest) =>
    [...templateTexts(manifest)].flatMap(({ text, path, section, at }) => {
      const where = path.join()
      if (!(section === 'deployment' ? PLAIN : PLAIN_INPUTS).has(where)) return []
      const match = /^\$([A-Za-z_]\w*)$|\$\{([A-Za-z_]\w*)[^{}]*\}/.exec(text)
      const name = match?.[1] ?? match?.[2]
      if (match === null || name === undefined) return []
      return [
        {
          message: `\`${shown(match[0])}\` stays as it stands: Prefect fills in variables in double braces only.`,
          hint: `Write \`"{{ $${shown(name)} }}"\`, with quotes.`,
          at,
        },
      ]
    }),
}

/** Rules about variables of the environment. */
export const VARIABLE_RULES: readonly FileRule[] = [unset, bare]
