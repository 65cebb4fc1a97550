import path from 'node:path'
import type { RuleFacts } from '../../finding.ts'
import type { AppAnswer } from './facts.ts'
import { type AppProblem, type AppRule, type CheckedApp, quoted } from './rule.ts'

/** What a reference is wrong in before anything is known of its file. */
export const REFERENCE_RULE: RuleFacts = {
  id: 'app-reference',
  severity: 'error',
  about:
    '`modal deploy` cannot load what the reference in `modal-apps` names: there is no such module, a path is given as a module, or a file as a script that can only be imported as a part of its package.',
}

/** Why a reference cannot be loaded, whatever its file says; `undefined` where nothing speaks against it. */
export function referenceProblem(
  target: string,
  module: boolean,
  answer: AppAnswer | undefined,
): AppProblem | undefined {
  if (!module) return scriptProblem(target)
  if (/^[^:]{2,}:/.test(target)) {
    return {
      message: `The reference \`-m ${flat(target)}\` holds one colon; Modal parts a module from its app by two.`,
      hint: `Write \`-m ${flat(target).replace(':', '::')}\`.`,
    }
  }
  if (answer?.state !== 'absent') return undefined
  if (!/[/\\]|\.py$|^\./.test(target)) {
    return {
      message: `There is no module ${quoted(target)}, which \`-m\` in \`modal-apps\` names: Python finds it neither in \`working-directory\` nor in the project's environment.`,
      hint: 'A module is found below `working-directory`, or where the project itself is installed. A file is named without `-m`: `modal_app.py`.',
    }
  }
  const parts = target.replace(/\.py$/, '').split(/[/\\]+/)
  const name = parts.filter((part) => part !== '' && part !== '.').join('.')
  return {
    message: `The reference \`-m ${flat(target)}\` gives a path where \`-m\` wants the name of a module.`,
    hint: `Write \`-m ${flat(name)}\`, or the path of the file without \`-m\`.`,
  }
}

/** A file name with more periods is refused (Modal: cli/import_refs.py, from 1.0 to 1.6.4). */
function scriptProblem(target: string): AppProblem | undefined {
  const name = path.basename(target)
  if (!name.replace(/\.py$/, '').includes('.')) return undefined
  return {
    message: `Modal refuses the file name ${quoted(name)}: it holds more than the one period in front of \`py\`.`,
    hint: 'Rename the file.',
  }
}

const relativeImport: AppRule = {
  ...REFERENCE_RULE,
  find: ({ facts, request, target }) => {
    const relative = facts.imports.find(({ level, lazy, certain }) => level > 0 && !lazy && certain)
    if (request.module || relative === undefined) return []
    const name = target
      .replace(/^(?:\.\/)+/, '')
      .replace(/\.py$/, '')
      .replaceAll('/', '.')
    return [
      {
        message:
          'The file is a part of a package (it imports relative to it), but `modal-apps` names it as a script, in which such an import fails.',
        hint: `Name it as a module, for instance \`-m ${flat(name)}\`.`,
        at: relative,
      },
    ]
  },
}

const objectMissing: AppRule = {
  id: 'app-object-missing',
  severity: 'error',
  about:
    'The file has no app under the name that the reference gives, or none called `app` where it gives none: Modal looks for no other.',
  find: (app) => {
    const { facts, variable } = app
    if (variable.includes('.')) return [dotted(app)]
    if (facts.defined.includes(variable)) return [noApp(app)]
    if (!facts.complete || facts.names.includes(variable)) return []
    const others = facts.apps.filter(({ lazy }) => !lazy)
    const [first] = others
    const message = `The file has no ${quoted(variable)}, which \`modal deploy\` looks for${app.request.reference.includes('::') ? '' : ' where the reference names no other'}.`
    if (first === undefined)
      return [{ message, hint: 'Make the app at the top level of the file: `app = modal.App("my-app")`.' }]
    return [{ message, hint: instead(app, others), at: first }]
  },
}

/** The other names that an app of the file has. */
function instead(app: CheckedApp, others: CheckedApp['facts']['apps']): string {
  const prefix = app.request.module ? '-m ' : ''
  const references = others.slice(0, 3).map((one) => `\`${prefix}${flat(app.target)}::${flat(one.variable)}\``)
  return references.length === 1
    ? `Name it in \`modal-apps\`: ${references[0]}.`
    : `Name the one that is meant in \`modal-apps\`: ${references.join(', ')}.`
}

function dotted({ variable }: CheckedApp): AppProblem {
  return {
    message: `${quoted(variable)} in the reference is no app: \`modal deploy\` takes the name of an app and deploys all that belongs to it.`,
    hint: `Name the app alone: \`::${flat(variable.split('.')[0] ?? variable)}\`.`,
  }
}

function noApp({ variable, facts }: CheckedApp): AppProblem {
  const at = facts.functions.find(({ name }) => name === variable)
  return {
    message: `${quoted(variable)}, which \`modal deploy\` takes for the app, is a function or a class of the file.`,
    hint: 'Give it another name, or name the app behind `::` in `modal-apps`.',
    ...(at === undefined ? {} : { at }),
  }
}

function flat(text: string): string {
  return quoted(text).slice(1, -1)
}

/** Rules about a reference and the file that it names. */
export const REFERENCE_RULES: readonly AppRule[] = [relativeImport, objectMissing]
