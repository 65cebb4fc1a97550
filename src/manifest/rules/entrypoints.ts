import path from 'node:path'
import { nearest } from '../../nearest.ts'
import { sourceOf } from '../entrypoint.ts'
import type { DeploymentEntry, Manifest } from '../model.ts'
import { functionsIn, surelyLacks, surelyPlainFunction } from '../python-text.ts'
import { shown } from '../shown.ts'
import { listed } from './corrected.ts'
import { called } from './deployments.ts'
import type { EntrypointSource, FileRule, Problem, Surroundings } from './rule.ts'

/** An entrypoint that was looked up. */
type LookedUp<State extends EntrypointSource['state']> = Readonly<{
  entry: DeploymentEntry
  /** What names the file or module, and what stands behind it, with the mark between them. */
  source: string
  mark: ':' | '.'
  function: string
  found: Extract<EntrypointSource, { state: State }>
}>

function lookedUp<State extends EntrypointSource['state']>(
  { deployments }: Manifest,
  { sources }: Surroundings,
  state: State,
): LookedUp<State>[] {
  return deployments.flatMap((entry) => {
    const { text = '', placeholders } = entry.entrypoint
    const source = sources === undefined || placeholders.length > 0 ? undefined : sourceOf(text)
    const found = source === undefined ? undefined : sources?.get(source)
    if (source === undefined || !isIn(found, state)) return []
    const mark = text.includes(':') ? ':' : '.'
    return [{ entry, source, mark, function: text.slice(source.length + 1), found }]
  })
}

function isIn<State extends EntrypointSource['state']>(
  source: EntrypointSource | undefined,
  state: State,
): source is Extract<EntrypointSource, { state: State }> {
  return source?.state === state
}

const fileMissing: FileRule = {
  id: 'entrypoint-file-missing',
  severity: 'error',
  about:
    'The file or module of an entrypoint is not there. Paths are relative to the working directory, wherever the prefect.yaml is.',
  acceptedByPrefect: true,
  find: (manifest, surroundings) =>
    lookedUp(manifest, surroundings, 'absent').map((one) => {
      const { source, entry } = one
      const what = source.endsWith('.py') ? `file \`${shown(source)}\`` : `module \`${shown(source)}\``
      const message = `There is no ${what}, which the entrypoint of ${lowered(called(entry))} names.`
      return { message, hint: missingHint(one, manifest.path), at: entry.entrypoint.at }
    }),
}

function missingHint({ source, mark, function: name, found: { near } }: LookedUp<'absent'>, file: string): string {
  const relative = 'Entrypoints are relative to the working directory'
  if (near === undefined) return `${relative}; name a file that is there: \`entrypoint: path/to/file.py:function\`.`
  const written = `Write \`entrypoint: ${shown(`${near}${mark}${name}`)}\``
  return near === path.join(path.dirname(file), source)
    ? `${relative}, not to the prefect.yaml. ${written}.`
    : `${written}, if that is meant.`
}

const functionMissing: FileRule = {
  id: 'entrypoint-function-missing',
  severity: 'error',
  about:
    'The file of an entrypoint has no such function. Only what is certain without Python is told: the name stands nowhere in the file.',
  acceptedByPrefect: true,
  find: (manifest, surroundings) =>
    lookedUp(manifest, surroundings, 'file').flatMap((one) => {
      const { entry, function: name, found } = one
      if (!surelyLacks(found.text, name)) return []
      const message = `There is no \`${shown(name)}\` in \`${shown(found.file)}\`, which the entrypoint of ${lowered(called(entry))} names.`
      return [{ message, hint: functionHint(one), at: entry.entrypoint.at }]
    }),
}

/** Flows that one hint lists. */
const MOST_NAMED = 3

function functionHint({ source, mark, function: name, found }: LookedUp<'file'>): string {
  const { all, flows } = functionsIn(found.text)
  const [only, ...others] = flows
  const near = nearest(name, flows) ?? nearest(name, all) ?? (others.length === 0 ? only : undefined)
  if (near !== undefined) return `Write \`entrypoint: ${shown(`${source}${mark}${near}`)}\`, if that is meant.`
  if (flows.length === 0) return 'Define it there with `@flow` above it, or name another file.'
  return `Its flows are ${listed(flows.slice(0, MOST_NAMED))}${flows.length > MOST_NAMED ? ` and ${flows.length - MOST_NAMED} more` : ''}.`
}

const notAFlow: FileRule = {
  id: 'entrypoint-not-a-flow',
  severity: 'error',
  about: 'The function of an entrypoint has no decorator, and nothing makes a flow of it: Prefect refuses it.',
  acceptedByPrefect: true,
  find: (manifest, surroundings) =>
    lookedUp(manifest, surroundings, 'file').flatMap(({ entry, function: name, found }): Problem[] => {
      if (!surelyPlainFunction(found.text, name)) return []
      const message = `\`${shown(name)}\` in \`${shown(found.file)}\` is a plain function; the entrypoint of ${lowered(called(entry))} must name a flow.`
      return [{ message, hint: `Put \`@flow\` above it:\n@flow\ndef ${shown(name)}(…):`, at: entry.entrypoint.at }]
    }),
}

const fileEnding: FileRule = {
  id: 'file-ending',
  severity: 'notice',
  about:
    "The file is called `prefect.yml`. This action reads it, but Prefect's own commands look for `prefect.yaml` alone unless they are told its name.",
  acceptedByPrefect: true,
  find: ({ path: file, root }) =>
    path.basename(file) === 'prefect.yml'
      ? [
          {
            message: "Prefect's own commands look for `prefect.yaml`, not for `prefect.yml`.",
            hint: 'Rename it to `prefect.yaml`, or use `prefect deploy --prefect-file prefect.yml`.',
            at: root.at,
          },
        ]
      : [],
}

const lowered = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1)

/** Rules about the Python files that entrypoints name, and about the name of the file itself. */
export const ENTRYPOINT_RULES: readonly FileRule[] = [fileMissing, functionMissing, notAFlow, fileEnding]
