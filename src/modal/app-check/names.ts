import { type AppProblem, type AppRule, type CheckedApp, namedApp, quoted } from './rule.ts'

const KEBAB = /^[a-z0-9]+(?:-[a-z0-9]+)*$/
/** What Modal takes for the name of an app (Modal: _utils/name_utils.py, the same from 1.0 to 1.6.4). */
const TAKEN = /^(?!ap-[a-zA-Z0-9]{22}$)[a-zA-Z0-9\-_.]{1,64}$/

type Given = Readonly<{ text: string; by: 'file' | 'input'; at?: Readonly<{ line: number; column: number }> }>

/** The name under which the app is deployed, where it is known. */
function nameOf(app: CheckedApp): Given | undefined {
  const own = namedApp(app)
  if (app.request.name !== undefined) {
    return { text: app.request.name, by: 'input', ...(own === undefined ? {} : { at: own }) }
  }
  if (own === undefined || typeof own.name === 'string') return undefined
  return { text: own.name.text, by: 'file', at: own }
}

const nameMissing: AppRule = {
  id: 'app-name-missing',
  severity: 'error',
  about: 'The app has no name, and `modal-apps` gives it none: `modal deploy` refuses it.',
  find: (app) => {
    const own = namedApp(app)
    if (app.request.name !== undefined || own?.name !== 'absent') return []
    const suggested = app.repository === undefined ? 'my-app' : kebab(app.repository)
    return [
      {
        message: `The app ${quoted(app.variable)} has no name, and \`modal deploy\` refuses an app without one.`,
        hint: `Name it: \`${own.variable} = modal.App("${suggested}")\`.`,
        at: own,
      },
    ]
  },
}

const nameRefused: AppRule = {
  id: 'app-name-refused',
  severity: 'error',
  about:
    'Modal refuses the name of the app: it may hold letters, digits, `-`, `_` and `.`, at most 64, and must not look like the id of an app.',
  find: (app) => {
    const name = nameOf(app)
    if (name === undefined || name.by === 'input' || TAKEN.test(name.text)) return []
    const hint = `Letters, digits, \`-\`, \`_\` and \`.\` are allowed, at most 64 of them${suggestion(name.text)}.`
    return [problem(`Modal refuses the app's name ${quoted(name.text)}.`, hint, name)]
  },
}

const nameNotKebab: AppRule = {
  id: 'app-name-not-kebab-case',
  severity: 'notice',
  underStrict: 'error',
  about:
    "The app's name is not in kebab-case. It works, but in the host names of its endpoints Modal writes small letters, digits and `-` only, so that the name that is searched for and the address differ.",
  find: (app) => {
    const name = nameOf(app)
    if (name === undefined || KEBAB.test(name.text) || !TAKEN.test(name.text)) return []
    const hint = `The app under the old name stays deployed until it is stopped${suggestion(name.text)}.`
    return [problem(`${said(name)} ${quoted(name.text)} is not in kebab-case.`, hint, name)]
  },
}

const nameDiffers: AppRule = {
  id: 'app-name-differs',
  severity: 'notice',
  underStrict: 'error',
  about:
    'The one app of a repository is not named as the repository is, in kebab-case. Nothing breaks; whoever looks for the app of a repository has to know its name.',
  find: (app) => {
    const name = nameOf(app)
    if (name === undefined || app.repository === undefined || app.count > 1) return []
    const wanted = kebab(app.repository)
    if (wanted === '' || letters(name.text) === letters(wanted) || !TAKEN.test(name.text)) return []
    const where = name.by === 'input' ? '`name` in `modal-apps`' : `\`modal.App("${wanted}")\``
    const hint = `Where the two are meant to agree, write ${where}; the app under the old name stays deployed until it is stopped.`
    return [problem(`${said(name)} ${quoted(name.text)} is not the repository's, ${quoted(wanted)}.`, hint, name)]
  },
}

function said({ by }: Given): string {
  return by === 'input' ? 'The name that `modal-apps` gives the app,' : "The app's name"
}

function problem(message: string, hint: string, { at }: Given): AppProblem {
  return { message, hint, ...(at === undefined ? {} : { at }) }
}

function suggestion(name: string): string {
  const better = kebab(name)
  return better === '' || !TAKEN.test(better) ? '' : `; in kebab-case it is \`${better}\``
}

/** `My_App` and `myApp 2` as `my-app` and `my-app-2`. */
export function kebab(name: string): string {
  return name
    .slice(0, 200)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
}

/** `PolicyEngine` and `policyengine` are one name. */
function letters(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
}

/** Rules about the name of an app. */
export const NAME_RULES: readonly AppRule[] = [nameMissing, nameRefused, nameNotKebab, nameDiffers]
