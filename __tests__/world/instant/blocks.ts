import { z } from 'zod'
import { type Answer, invalid, refused, said } from './answers.ts'
import { newRow, type State } from './state.ts'

const json = z.record(z.string(), z.unknown())
const typeBody = z.looseObject({ name: z.string(), slug: z.string() })
const schemaBody = z.looseObject({ block_type_id: z.uuid(), fields: json })
const documentBody = z.looseObject({ name: z.string(), block_type_id: z.uuid(), data: json })
const variableBody = z.looseObject({ name: z.string(), value: z.unknown(), tags: z.array(z.string()).default([]) })

export function createBlockType(state: State, body: unknown): Answer {
  const parsed = typeBody.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const { slug, name } = parsed.data
  if (state.blockTypes.has(slug)) return refused(409, `Block type with name "${name}" already exists`)
  const row = { ...newRow(state), name, slug }
  state.blockTypes.set(slug, row)
  return said(row, 201)
}

export function readBlockType(state: State, slug: string): Answer {
  const row = state.blockTypes.get(slug)
  return row === undefined ? refused(404, 'Block type not found') : said(row)
}

export function createBlockSchema(state: State, body: unknown): Answer {
  const parsed = schemaBody.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const row = { ...newRow(state), ...parsed.data }
  state.blockSchemas.set(row.id, row)
  return said(row, 201)
}

export function createBlock(state: State, body: unknown): Answer {
  const parsed = documentBody.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const { name, block_type_id } = parsed.data
  const type = [...state.blockTypes.values()].find(({ id }) => id === block_type_id)
  if (type === undefined) return refused(404, 'Block type not found')
  const block_schema = state.blockSchemas.get(String(parsed.data['block_schema_id'])) ?? null
  const kinds = { block_schema, block_type: type, block_type_name: type['name'] }
  const row = { ...newRow(state), ...parsed.data, ...kinds, block_document_references: {}, is_anonymous: false }
  state.blocks.set(`${String(type['slug'])}/${name}`, row)
  return said(row, 201)
}

const secretsOf = z.object({
  block_schema: z.object({ fields: z.object({ secret_fields: z.array(z.string()) }) }),
  data: json,
})

/** Secret fields are covered where they are not asked for; those of nested blocks are not known here. */
export function readBlock(
  state: State,
  { type, name }: Readonly<{ type: string; name: string }>,
  include: 'with secrets' | 'covered',
): Answer {
  const row = state.blocks.get(`${type}/${name}`)
  if (row === undefined) return refused(404, 'Block document not found')
  const known = secretsOf.safeParse(row)
  if (include === 'with secrets' || !known.success) return said(row)
  const covered: Record<string, unknown> = { ...known.data.data }
  for (const key of known.data.block_schema.fields.secret_fields) if (key in covered) covered[key] = '********'
  return said({ ...row, data: covered })
}

export function createVariable(state: State, body: unknown): Answer {
  const parsed = variableBody.safeParse(body)
  if (!parsed.success) return invalid(parsed.error, body)
  const { name, value, tags } = parsed.data
  if (state.variables.has(name)) return refused(409, `A variable with the name '${name}' already exists.`)
  const row = { ...newRow(state), name, value, tags }
  state.variables.set(name, row)
  return said(row, 201)
}

export function readVariable(state: State, name: string): Answer {
  const row = state.variables.get(name)
  return row === undefined ? refused(404, 'Variable not found.') : said(row)
}
