import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { AppRequest } from '../modal/app-request.ts'
import { headerEntries } from './headers.ts'
import { isYamlList, readList } from './list-input.ts'

export type AppsReading = Readonly<{ apps: readonly AppRequest[]; faults: readonly string[] }>

/** The input `modal-apps`: one app reference a line, or a YAML list with `app` and what is wanted of it. */
export function readModalApps(text: string): AppsReading {
  const reading = isYamlList(text) ? fromYaml(text) : fromLines(text)
  return { ...reading, faults: [...reading.faults, ...duplicates(reading.apps)] }
}

function fromLines(text: string): AppsReading {
  const { items, faults } = readList(text)
  const apps: AppRequest[] = []
  const wrong = [...faults]
  for (const item of items) {
    const reference = readReference(item.words)
    if (typeof reference === 'string') wrong.push(`line ${item.line}: ${reference}`)
    else apps.push({ ...reference, strategy: 'rolling', functions: [], health: [] })
  }
  return { apps, faults: wrong }
}

/** `modal_app.py`, `app.py::web` or `-m pkg.app`, as words; a sentence where it is none of them. */
function readReference(words: readonly string[]): Pick<AppRequest, 'reference' | 'module'> | string {
  const module = words[0] === '-m'
  const rest = module ? words.slice(1) : words
  const [reference] = rest
  if (reference === undefined || reference === '') return 'an app reference is missing after `-m`'
  if (rest.length > 1)
    return 'one app a line: `modal_app.py`, `app.py::web` or `-m package.module`; more is said in the YAML form'
  if (reference.startsWith('-')) return `\`${reference}\` is an option of modal, not an app reference`
  if (!module && !/\.py(::.+)?$/.test(reference)) {
    return `\`${reference}\` is neither a Python file nor, with \`-m\` before it, a module`
  }
  return { reference, module }
}

const text = z
  .string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'a text is wanted') })
  .trim()
  .min(1, 'is empty')
const headers = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .superRefine((record, context) => {
    for (const fault of headerEntries(Object.entries(record)).faults)
      context.addIssue({ code: 'custom', message: fault })
  })
  .transform((record) => headerEntries(Object.entries(record)).headers)
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

const healthSchema = z
  .strictObject({
    function: text.optional(),
    url: z.url({ protocol: /^https?$/, error: 'an absolute http(s) URL is wanted' }).optional(),
    path: z.string().startsWith('/', 'a path starts with `/`').optional(),
    method: z
      .string()
      .transform((word) => word.toUpperCase())
      .pipe(z.enum(['GET', 'HEAD', 'POST', 'PUT'], { error: 'allowed: GET, HEAD, POST, PUT' }))
      .default('GET'),
    body: z.union([z.string(), z.record(z.string(), z.unknown()), z.array(z.unknown())]).optional(),
    status: z.int().min(100).max(599).optional(),
    json: z.record(z.string(), scalar).default({}),
    headers: headers.default({}),
    timeout: z.number().positive().max(86_400).optional(),
  })
  .refine((health) => (health.function === undefined) !== (health.url === undefined), {
    error: 'either `function` or `url` says which endpoint is meant',
  })
  .refine((health) => health.body === undefined || health.method === 'POST' || health.method === 'PUT', {
    error: '`body` goes with `method: POST` or `PUT`',
  })
  .transform(({ function: name, url, body, path, status, timeout, ...rest }) => ({
    ...rest,
    target: url === undefined ? ({ kind: 'function', name: name ?? '' } as const) : ({ kind: 'url', url } as const),
    ...(path === undefined ? {} : { path }),
    ...(status === undefined ? {} : { status }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  }))

const appSchema = z
  .strictObject({
    app: text,
    name: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, 'letters, digits, `.`, `_` and `-`, at most 64')
      .optional(),
    environment: text.optional(),
    strategy: z.enum(['rolling', 'recreate'], { error: 'allowed: rolling, recreate' }).default('rolling'),
    functions: z.array(text).default([]),
    health: z.union([z.array(healthSchema), healthSchema.transform((one) => [one])]).default([]),
  })
  .transform(({ app, name, environment, ...rest }, context): AppRequest => {
    const { items, faults } = readList(app)
    const reference = faults[0] ?? readReference(items.flatMap((item) => item.words))
    if (typeof reference === 'string') {
      context.addIssue({ code: 'custom', path: ['app'], message: reference })
      return z.NEVER
    }
    return {
      ...rest,
      ...reference,
      ...(name === undefined ? {} : { name }),
      ...(environment === undefined ? {} : { environment }),
    }
  })

/** Aliases in this input have no use; a bomb of them would have. */
const NO_ALIASES = 0

function fromYaml(source: string): AppsReading {
  const lines = new LineCounter()
  const document = parseDocument(source, { lineCounter: lines })
  const [error] = document.errors
  if (error !== undefined) {
    return {
      apps: [],
      faults: [`line ${lines.linePos(error.pos[0]).line}: not valid YAML: ${firstLine(error.message)}`],
    }
  }
  const parsed = z.array(appSchema).safeParse(plainValue(() => document.toJS({ maxAliasCount: NO_ALIASES })))
  if (parsed.success) return { apps: parsed.data, faults: [] }
  return {
    apps: [],
    faults: parsed.error.issues.flatMap(flattened).map((issue) => {
      return `${where(document, issue.path, lines)}${issue.path.length === 0 ? '' : `\`${issue.path.join('.')}\`: `}${issue.message}`
    }),
  }
}

function plainValue(read: () => unknown): unknown {
  try {
    return read()
  } catch {
    // An alias (none is allowed) or one that leads nowhere; the schema then says that a list is wanted.
    return undefined
  }
}

type Issue = z.core.$ZodIssue

/** An issue of a union is that of its most forthcoming branch: the one that got furthest. */
function flattened(issue: Issue): { path: (string | number)[]; message: string }[] {
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    const furthest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0] ?? []
    return furthest.flatMap(flattened).map((inner) => ({ ...inner, path: [...keys(issue.path), ...inner.path] }))
  }
  return [{ path: keys(issue.path), message: issue.message }]
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map((issue) => issue.path.length))
}

function keys(path: readonly PropertyKey[]): (string | number)[] {
  return path.map((key) => (typeof key === 'number' ? key : String(key)))
}

/** The line of the value at `path`, or of what holds it where there is none. */
function where(document: Document, path: readonly (string | number)[], lines: LineCounter): string {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `line ${lines.linePos(node.range[0]).line}: `
  }
  return ''
}

function firstLine(message: string): string {
  return message.split('\n')[0] ?? message
}

function duplicates(apps: readonly AppRequest[]): string[] {
  const seen = new Set<string>()
  const faults: string[] = []
  for (const app of apps) {
    const key = JSON.stringify([app.module, app.reference, app.name ?? '', app.environment ?? ''])
    if (seen.has(key)) faults.push(`\`${app.reference}\` stands twice; give one of them another name or environment`)
    seen.add(key)
  }
  return faults
}
