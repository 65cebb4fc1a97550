import { z } from 'zod'
import { ensured } from './ensured.ts'

type Call = (method: string, route: string, body?: unknown) => Promise<unknown>

const rowSchema = z.object({ id: z.string() })

/** A block type of any integration: a token that nobody may read. */
const FIELDS = {
  type: 'object',
  properties: { token: { type: 'string', format: 'password' } },
  secret_fields: ['token'],
  block_schema_references: {},
}

/**
 * Makes a block document, and the type and schema that it needs: a server of one's own has no types of integrations until
 * somebody registers them. `type` is a slug, as in `{{ prefect.blocks.type.name }}`.
 */
export async function ensureBlock(call: Call, type: string, name: string): Promise<void> {
  const idOf = async (method: string, route: string, body?: unknown): Promise<string> =>
    rowSchema.parse(await call(method, route, body)).id
  const ofType = `/block_types/slug/${type}`
  const block_type_id = await ensured(
    () => idOf('GET', ofType),
    () => idOf('POST', '/block_types/', { name: type, slug: type }),
  )
  const ofDocument = `${ofType}/block_documents/name/${name}`
  await ensured(
    () => idOf('GET', ofDocument),
    async () => {
      const schema = { block_type_id, fields: { ...FIELDS, title: type }, capabilities: [] }
      // The server answers with the schema that is there already; two that make it at once meet in its database.
      const made = (): Promise<string> => idOf('POST', '/block_schemas/', schema)
      const block_schema_id = await made().catch(made)
      return idOf('POST', '/block_documents/', { name, block_type_id, block_schema_id, data: { token: 'a-token' } })
    },
  )
}
