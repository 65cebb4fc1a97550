import { gte } from '@renovatebot/pep440'
import type { Severity } from '../../finding.ts'
import { nearest } from '../../nearest.ts'
import type { Keyword, Use } from './facts.ts'
import { REMOVED, type Removed, SINCE, UNMISTAKABLE } from './removed.ts'
import { type AppProblem, type AppRule, type CheckedApp, onePerPlace, quoted } from './rule.ts'

const removedApi: AppRule = {
  id: 'app-removed-api',
  severity: 'error',
  depends: 'A warning where the installed Modal still takes it, and where only a call of the function would meet it.',
  about:
    'The file uses a name or a parameter that Modal has taken out or renamed, judged by the version that the project has installed. Where the installed one refuses it, `modal deploy` dies on the import of the file.',
  find: (app) => {
    if (!gte(app.version, SINCE)) return []
    const imported = new Set(app.facts.uses.filter((use) => isNews(use, app.version)).map(({ path }) => path))
    const uses = app.facts.uses.filter((use) => use.imported || !imported.has(use.path))
    return [...uses.flatMap((use) => removedUse(use, app.version)), ...constructors(app)]
  },
}

/** An import that says it already, so that the uses of the name need not. */
function isNews(use: Use, version: string): boolean {
  return use.imported && removedUse(use, version).length > 0
}

function removedUse(use: Use, version: string): AppProblem[] {
  return REMOVED.flatMap((row): AppProblem[] => {
    if (row.keyword === undefined)
      return isOf(use, row) ? problem(row, quoted(shortPath(use, row)), use, use, version) : []
    return use.keywords
      .filter(({ name }) => name === row.keyword && takes(use.path, row))
      .flatMap((keyword) => problem(row, `the parameter ${quoted(keyword.name)}`, use, keyword, version))
  })
}

/** A chain like `modal.gpu.A100()` uses `modal.gpu`. */
function isOf({ path }: Use, { use }: Removed): boolean {
  return path === use || path.startsWith(`${use}.`)
}

function takes(path: string, { use, keyword = '' }: Removed): boolean {
  return path === use || (UNMISTAKABLE.has(keyword) && path === use.replace('modal.App()', '?'))
}

function shortPath({ path }: Use, { use }: Removed): string {
  return path.startsWith('modal.gpu.') ? path : use.replace('modal.Image().', 'image.').replace('modal.App().', 'app.')
}

type State = 'refused' | 'warns' | 'later'

function problem(row: Removed, what: string, use: Use, at: Use | Keyword, version: string): AppProblem[] {
  const state = stateOf(row, use, version)
  return state === undefined ? [] : [told(row, what, state, at)]
}

/** `later`: it is refused, but only when the function runs. */
function stateOf(row: Removed, use: Use, version: string): State | undefined {
  // A condition around it may be the very one that asks for the version.
  if (!use.certain || (row.called === true && !use.called)) return undefined
  if (row.refused !== undefined && gte(version, row.refused)) return use.lazy ? 'later' : 'refused'
  if (use.lazy || row.warns === undefined || !gte(version, row.warns)) return undefined
  return row.keyword !== undefined || use.called ? 'warns' : undefined
}

const SEVERITIES: Readonly<Record<State, Severity>> = { refused: 'error', warns: 'warning', later: 'warning' }

function told({ instead, refused }: Removed, what: string, state: State, at: AppProblem['at'] & object): AppProblem {
  return {
    message: MESSAGES[state](what, refused),
    hint: instead.startsWith('nothing') ? `Write ${instead}.` : `Write ${instead} instead.`,
    at: { line: at.line, column: at.column },
    severity: SEVERITIES[state],
  }
}

const MESSAGES: Readonly<Record<State, (what: string, refused: string | undefined) => string>> = {
  refused: (what, refused = '') => `Modal refuses ${what} since ${refused}.`,
  later: (what, refused = '') => `Modal refuses ${what} since ${refused}: this line fails when the function runs.`,
  warns: (what, refused) =>
    `Modal warns of ${what}, and ${refused === undefined ? 'will refuse it in a later version' : `refuses it from ${refused} on`}.`,
}

function constructors({ facts, version }: CheckedApp): AppProblem[] {
  const row = REMOVED.find(({ use }) => use === 'constructor')
  if (row === undefined) return []
  return facts.functions.flatMap(({ kind, name, lazy, certain, init, decorators }) => {
    const isModal = decorators.some(({ path }) => path === 'modal.App().cls')
    if (kind !== 'class' || init === null || lazy || !certain || !isModal) return []
    const refused = row.refused !== undefined && gte(version, row.refused)
    const what = `a constructor of its own in the class ${quoted(name)}`
    return [told(row, what, refused ? 'refused' : 'warns', init)]
  })
}

const unknownApi: AppRule = {
  id: 'app-unknown-api',
  severity: 'error',
  about:
    'The file asks Modal for a name, or gives a decorator or a method a parameter, that the installed version does not have: `modal deploy` dies on the import of the file.',
  find: ({ facts, installed, version }) => {
    if (installed === null) return []
    const uses = facts.uses.filter(({ lazy, certain }) => !lazy && certain)
    return [
      ...onePerPlace(uses.filter((use) => isUnknownName(use, installed.names))).map((use) =>
        unknownName(use, installed.names, version),
      ),
      ...uses.flatMap((use) => unknownParameters(use, installed.parameters, version)),
    ]
  },
}

function topName({ path }: Use): string {
  return /^modal\.(\w+)(?:\.|$)/.exec(path)?.[1] ?? ''
}

function isUnknownName(use: Use, names: readonly string[]): boolean {
  const name = topName(use)
  if (name === '' || name.startsWith('__') || names.includes(name)) return false
  return !REMOVED.some((row) => row.keyword === undefined && isOf(use, row))
}

function unknownName(use: Use, names: readonly string[], version: string): AppProblem {
  const name = topName(use)
  const near = nearest(name, names)
  return {
    message: `Modal ${version} has no ${quoted(`modal.${name}`)}.`,
    hint:
      near === undefined
        ? 'It may need another version of Modal than the project has.'
        : `Did you mean \`modal.${near}\`?`,
    at: use,
  }
}

function unknownParameters(
  use: Use,
  parameters: Readonly<Record<string, readonly string[]>>,
  version: string,
): AppProblem[] {
  const known = parameters[stubOf(use.path)]
  if (!use.called || known === undefined) return []
  const unknown = use.keywords.filter(({ name }) => !known.includes(name))
  return unknown
    .filter(({ name }) => !REMOVED.some((row) => row.keyword === name && takes(use.path, row)))
    .map((keyword) => {
      const near = nearest(
        keyword.name,
        known.filter((name) => name !== 'self'),
      )
      return {
        message: `${quoted(shown(use.path))} of Modal ${version} has no parameter ${quoted(keyword.name)}.`,
        hint:
          near === undefined
            ? 'It may need another version of Modal than the project has.'
            : `Did you mean \`${near}\`?`,
        at: keyword,
      }
    })
}

/** `modal.App().function` as the stubs name it: `App.function`. */
function stubOf(path: string): string {
  return path === 'modal.App' ? 'App.__init__' : path.replace(/^modal\./, '').replace('()', '')
}

function shown(path: string): string {
  return path.replace('modal.App().', 'app.').replace('modal.Image().', 'image.')
}

/** Rules about what Modal has and has not. */
export const API_RULES: readonly AppRule[] = [removedApi, unknownApi]
