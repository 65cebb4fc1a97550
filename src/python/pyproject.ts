import { parse, TomlError } from 'smol-toml'
import { z } from 'zod'
import { Fault, type Position } from '../faults.ts'

/** A TOML file of the project: its path relative to the checkout, and what stands in it. */
export type TomlFile = Readonly<{ file: string; text: string }>

/** What a file says to uv: `[tool.uv]` of a pyproject.toml, or a whole uv.toml. */
export type UvSettings = Readonly<{
  requiredVersion: unknown
  managed: boolean | undefined
  workspace: Readonly<{ members: readonly string[]; exclude: readonly string[] }> | undefined
}>

/** As much of a pyproject.toml as decides how it is installed. */
export type Pyproject = Readonly<{
  /** It has a `[project]` table. */
  project: boolean
  /** It has a `[dependency-groups]` table (PEP 735). */
  groups: boolean
  uv: UvSettings | undefined
}>

// Of a shape that is wrong uv itself complains better than we could, so it only must not stop the discovery here.
const globs = z.array(z.string()).optional().catch(undefined)
const uvTable = z.object({
  'required-version': z.unknown().optional(),
  managed: z.boolean().optional().catch(undefined),
  workspace: z.object({ members: globs, exclude: globs }).optional().catch(undefined),
})
const pyprojectTable = z.object({
  project: z.record(z.string(), z.unknown()).optional().catch(undefined),
  'dependency-groups': z.record(z.string(), z.unknown()).optional().catch(undefined),
  tool: z
    .object({ uv: uvTable.optional().catch(undefined) })
    .optional()
    .catch(undefined),
})

/** Reads a pyproject.toml. @throws Fault `user`, at the place, where it is no TOML */
export function readPyproject(from: TomlFile): Pyproject {
  const table = pyprojectTable.parse(toml(from))
  const uv = table.tool?.uv
  return {
    project: table.project !== undefined,
    groups: table['dependency-groups'] !== undefined,
    uv: uv === undefined ? undefined : settings(uv),
  }
}

/** Reads a uv.toml. @throws Fault `user`, at the place, where it is no TOML */
export function readUvToml(from: TomlFile): UvSettings {
  return settings(uvTable.parse(toml(from)))
}

/** Where `key = …` stands in the file: its line, or the file alone where it is written in another way. */
export function positionOf(from: TomlFile, key: string): Position {
  const line = from.text.split('\n').findIndex((text) => text.trimStart().startsWith(key)) + 1
  return line === 0 ? { file: from.file } : { file: from.file, line }
}

function settings(table: z.infer<typeof uvTable>): UvSettings {
  const { workspace } = table
  return {
    requiredVersion: table['required-version'],
    managed: table.managed,
    workspace:
      workspace === undefined ? undefined : { members: workspace.members ?? [], exclude: workspace.exclude ?? [] },
  }
}

function toml({ file, text }: TomlFile): unknown {
  try {
    // uv accepts a byte order mark (seen in 0.13.8), smol-toml does not.
    return parse(text.replace(/^\uFEFF/, ''))
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown
    const why = (thrown.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '')
    throw new Fault('user', `${file} is not valid TOML: ${why}.`, {
      hint: `Correct ${file}: uv cannot read it either.`,
      position: { file, line: thrown.line, column: thrown.column },
      cause: thrown,
    })
  }
}
