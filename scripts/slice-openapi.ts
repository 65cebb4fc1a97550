// Cuts GitHub's OpenAPI description down to the operations that the loopback GitHub of the tests answers:
// node scripts/run.mjs scripts/slice-openapi.ts PATH && npm run format
// PATH is generated/api.github.com.json of the npm package @octokit/openapi, unpacked outside this repository (385 MB).
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'

const OUT = path.resolve(import.meta.dirname, '../__tests__/world/github/openapi.json')

const OPERATIONS = [
  'issues/list-comments',
  'issues/create-comment',
  'issues/get-comment',
  'issues/update-comment',
  'issues/delete-comment',
  'pulls/get',
  'repos/list-pull-requests-associated-with-commit',
  'repos/create-deployment',
  'repos/list-deployments',
  'repos/get-deployment',
  'repos/create-deployment-status',
  'repos/list-deployment-statuses',
  'repos/get-deployment-status',
  'repos/get-commit',
  'repos/get-content',
]

/** Operations of which one form of the answer is served alone; the description of the others is left out. */
const SERVED_AS: Readonly<Record<string, string>> = { 'repos/get-commit': 'application/vnd.github.sha' }

/** What people read. A property of a body may have one of these names too: there it stays. */
const PROSE: ReadonlySet<string> = new Set(['description', 'summary', 'example', 'examples', 'externalDocs'])
/** Under these keys the next names are the subject's own, not the description's words. */
const NAMING: ReadonlySet<string> = new Set(['properties', 'headers', 'responses'])

type Tree = Record<string, unknown>
type Groups = Record<string, Tree>

const tree = z.record(z.string(), z.unknown())
const whole = z.object({
  openapi: z.string(),
  info: z.object({ version: z.string(), license: tree }),
  paths: z.record(z.string(), tree),
  components: z.record(z.string(), tree),
})
const identified = z.looseObject({ operationId: z.string() })
const answering = z.looseObject({ responses: z.looseObject({ '200': z.looseObject({ content: tree }) }) })
const taking = z.looseObject({
  requestBody: z.looseObject({ content: z.looseObject({ 'application/json': z.looseObject({ schema: tree }) }) }),
})

function withoutProse(value: unknown, named = false): unknown {
  if (Array.isArray(value)) return value.map((item) => withoutProse(item))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => named || !(PROSE.has(key) || key.startsWith('x-')))
  return Object.fromEntries(kept.map(([key, below]) => [key, withoutProse(below, !named && NAMING.has(key))]))
}

/** A misspelt property of a body must be seen, though GitHub itself passes over it. */
function strict(operation: unknown): unknown {
  const parsed = taking.safeParse(operation)
  if (!parsed.success) return operation
  const { requestBody } = parsed.data
  const json = requestBody.content['application/json']
  const schema = { ...json.schema, additionalProperties: false }
  return {
    ...parsed.data,
    requestBody: { ...requestBody, content: { ...requestBody.content, 'application/json': { ...json, schema } } },
  }
}

/** An operation with that form of its good answer alone. */
function servedAs(operation: Tree, form: string): Tree {
  const { responses } = answering.parse(operation)
  const { '200': good, ...others } = responses
  const content = { [form]: good.content[form] }
  return { ...operation, responses: { '200': { ...good, content }, ...others } }
}

/** The paths with the wanted operations alone. */
function chosen(paths: Readonly<Groups>): Groups {
  const wanted = new Set(OPERATIONS)
  const result: Groups = {}
  for (const [at, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const { operationId: id } = identified.parse(operation)
      if (!wanted.delete(id)) continue
      const form = SERVED_AS[id]
      const served = form === undefined ? operation : servedAs(tree.parse(operation), form)
      result[at] = { ...result[at], [method]: strict(withoutProse(served)) }
    }
  }
  if (wanted.size > 0) throw new Error(`The description has no operation ${[...wanted].join(', ')}`)
  return result
}

/** The components that `start` refers to, and those that these refer to. */
function reached(start: unknown, components: Readonly<Groups>): Groups {
  const result: Groups = {}
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, below] of Object.entries(value)) {
      if (key === '$ref' && typeof below === 'string') follow(below)
      else visit(below)
    }
  }
  const follow = (reference: string): void => {
    const [, , kind = '', name = ''] = reference.split('/')
    const component = components[kind]?.[name]
    if (component === undefined) throw new Error(`The description has no ${reference}`)
    const group = (result[kind] ??= {})
    if (name in group) return
    group[name] = withoutProse(component)
    visit(group[name])
  }
  visit(start)
  return result
}

const [file] = process.argv.slice(2)
if (file === undefined) throw new Error('Name the file of the whole description: generated/api.github.com.json')
const { openapi, info, paths, components } = whole.parse(JSON.parse(readFileSync(file, 'utf8')))
const kept = chosen(paths)
const sliced = {
  openapi,
  info: {
    title: 'GitHub REST API, the operations that this action uses',
    version: info.version,
    license: info.license,
    'x-source': `npm package @octokit/openapi ${info.version}, generated/api.github.com.json`,
    'x-changes': 'Cut by scripts/slice-openapi.ts: prose removed, bodies of requests take no unknown property',
  },
  paths: kept,
  components: reached(kept, components),
}
writeFileSync(OUT, `${JSON.stringify(sliced, null, 2)}\n`)
console.log(`${OPERATIONS.length} operations, ${Object.keys(sliced.components['schemas'] ?? {}).length} schemas`)
