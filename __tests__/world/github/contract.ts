import { readFileSync } from 'node:fs'
import path from 'node:path'
import * as formats from 'ajv-formats'
import { type Document, OpenAPIBackend, type Request } from 'openapi-backend'
import { z } from 'zod'
import { type GitHubOperation, isOperation, OPERATIONS } from './operations.ts'

/** A request that has come to an operation; `trouble` says what GitHub's description has against it. */
export type Matched = Readonly<{
  operation: GitHubOperation
  params: Readonly<Record<string, string>>
  query: Readonly<Record<string, string>>
  trouble: readonly string[]
}>

/** GitHub's own description of its API, asked about requests and answers. */
export type Contract = Readonly<{
  /** @param request its path in the form of the description: one segment for each parameter */
  match: (request: Request) => Matched | undefined
  /** What the description has against an answer; errors that it does not describe are passed over. */
  troubleWith: (operation: GitHubOperation, status: number, body: unknown) => readonly string[]
}>

type Complaint = Readonly<{ instancePath: string; message?: string; params?: unknown }>

const DESCRIPTION = path.join(import.meta.dirname, 'openapi.json')

const texts = z.record(z.string(), z.string())
/** A query that names something twice is none of GitHub's; what is wrong with it stands in the trouble. */
const asTexts = z.object({ params: texts, query: texts.catch({}) })

let opened: Promise<Contract> | undefined

/** Opened once for all servers: a check is compiled when it is first needed, which takes a moment. */
export function openContract(): Promise<Contract> {
  opened ??= compiled()
  return opened
}

async function compiled(): Promise<Contract> {
  const definition: unknown = JSON.parse(readFileSync(DESCRIPTION, 'utf8'))
  if (!isDescription(definition)) throw new Error(`${DESCRIPTION} is no OpenAPI description`)
  const described = new OpenAPIBackend({
    definition,
    quick: true,
    ajvOpts: { strict: false, allErrors: true },
    customizeAjv: (ajv) => {
      formats.default.default(ajv)
      // GitHub writes '' where a status has no address, though its description says `uri`.
      ajv.addFormat('uri', (text: string) => text === '' || URL.canParse(text))
      return ajv
    },
  })
  await described.init()
  const ids = described.getOperations().map(({ operationId = '' }) => operationId)
  const missing = [...ids, ...Object.keys(OPERATIONS)].filter((id) => !ids.includes(id) || !isOperation(id))
  if (missing.length > 0) throw new Error(`The description and the operations differ in ${missing.join(', ')}`)
  return {
    match: (request) => {
      const found = described.matchOperation(request)
      if (found?.operationId === undefined || !isOperation(found.operationId)) return undefined
      const { params, query } = asTexts.parse(described.router.parseRequest(request, found))
      return {
        operation: found.operationId,
        params,
        query,
        trouble: complaints(described.validateRequest(request, found).errors),
      }
    },
    troubleWith: (operation, status, body) => {
      const responses = described.getOperation(operation)?.responses ?? {}
      if (status < 400 && !(String(status) in responses)) return [`${operation} never answers ${status}`]
      return complaints(described.validateResponse(body ?? null, operation, status).errors)
    },
  }
}

function complaints(errors: readonly Complaint[] | null | undefined): readonly string[] {
  return (errors ?? []).map(
    ({ instancePath, message = 'is wrong', params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
}

function isDescription(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && 'openapi' in value && 'paths' in value
}
