import { basename } from 'node:path'
import { satisfies, valid, validRange } from '@renovatebot/pep440'
import { Fault, type Position } from '../faults.ts'
import { positionOf, readPyproject, readUvToml, type TomlFile, type UvSettings } from './pyproject.ts'
import { TESTED_UV } from './tested.ts'

/** Where a wish for a version of uv comes from. */
type UvRangeSource =
  | Readonly<{ kind: 'required-version'; position: Position }>
  | Readonly<{ kind: 'input' }>
  | Readonly<{ kind: 'tested default' }>

/** The versions of uv that will do, and who says so. */
export type WantedUv = Readonly<{
  /** PEP 440 specifiers; empty: every release. */
  range: string
  source: UvRangeSource
  /** The input `uv-version` where a `required-version` of the project overrules it. */
  overruled?: string
}>

/** Any later patch of the tested minor version will do where it is already there. */
const TESTED_RANGE = `~=${TESTED_UV}`

/**
 * The wanted range of uv: `required-version` of the project, else the input, else the tested default.
 *
 * `configs` are the project's uv.toml and pyproject.toml files as uv would look through them: nearest first, and
 * uv.toml before the pyproject.toml beside it. As in uv the first that says anything to uv is the only one that counts
 * (uv docs: concepts/configuration-files).
 *
 * @throws Fault `user` where a file is no TOML or a range is malformed
 */
export function wantedUv(configs: readonly TomlFile[], input: string | undefined): WantedUv {
  const wish = input?.trim() ?? ''
  const required = requiredVersion(configs)
  if (required !== undefined) return wish === '' ? required : { ...required, overruled: wish }
  if (wish === '') return { range: TESTED_RANGE, source: { kind: 'tested default' } }
  const range = specifiers(wish)
  if (range === undefined) {
    throw new Fault(
      'user',
      `The input uv-version is ${JSON.stringify(wish)}, which is no version or range of versions.`,
      {
        hint: 'Give an exact version such as 0.13.8, or a PEP 440 range such as >=0.13,<0.14.',
      },
    )
  }
  return { range, source: { kind: 'input' } }
}

/** Whether `version` of uv will do. Pre-releases only do where the range names one (PEP 440). */
export function admits(wanted: WantedUv, version: string): boolean {
  return valid(version) !== null && satisfies(version, wanted.range)
}

/** The wanted range and its source, for a message. */
export function tellWanted({ range, source }: WantedUv): string {
  const versions = range === '' ? 'any version' : range
  switch (source.kind) {
    case 'required-version':
      return `${versions} (required-version in ${source.position.file})`
    case 'input':
      return `${versions} (input uv-version)`
    case 'tested default':
      return `${versions} (tested default)`
  }
}

function requiredVersion(configs: readonly TomlFile[]): WantedUv | undefined {
  for (const config of configs) {
    const settings = settingsIn(config)
    if (settings === undefined) continue
    if (settings.requiredVersion === undefined) return undefined
    const position = positionOf(config, 'required-version')
    return { range: requiredRange(settings.requiredVersion, position), source: { kind: 'required-version', position } }
  }
  return undefined
}

function settingsIn(config: TomlFile): UvSettings | undefined {
  return basename(config.file) === 'uv.toml' ? readUvToml(config) : readPyproject(config).uv
}

function requiredRange(value: unknown, position: Position): string {
  const range = typeof value === 'string' ? specifiers(value.trim()) : undefined
  if (range !== undefined) return range
  throw new Fault('user', `required-version in ${position.file} is ${JSON.stringify(value)}, which uv cannot read.`, {
    hint: 'Write an exact version such as "0.13.8", or a PEP 440 range such as ">=0.13,<0.14".',
    position,
  })
}

/** `text` as specifiers: a bare version is `==` (uv: RequiredVersion); `undefined` where it is neither. */
function specifiers(text: string): string | undefined {
  const exact = valid(text)
  if (exact !== null) return `==${exact}`
  return validRange(text) ? text : undefined
}
