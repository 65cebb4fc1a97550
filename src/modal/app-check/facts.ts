import { z } from 'zod'

const place = { line: z.int(), column: z.int() }
/** `lazy`: only a call runs it. `certain`: no condition, loop, `with` or `try` stands around it. */
const state = { lazy: z.boolean(), certain: z.boolean() }

const keywordSchema = z.object({
  ...place,
  name: z.string(),
  /** Absent where it is no literal. */
  value: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
})
/** `path` as in {@link Use}, empty where it is not known; `open`: keywords come out of a mapping too. */
const decoratorSchema = z.object({ ...place, path: z.string(), open: z.boolean(), keywords: z.array(keywordSchema) })
const routeSchema = z.object({ path: z.string(), methods: z.array(z.string()) })
const endpointSchema = z.object({
  ...place,
  /** `web`, of a class `Model.web`. */
  name: z.string(),
  kind: z.enum(['fastapi_endpoint', 'web_endpoint', 'asgi_app', 'wsgi_app', 'web_server']),
  keywords: z.array(keywordSchema),
  /** `null` where they cannot be known. */
  routes: z.array(routeSchema).nullable(),
})

const factsSchema = z.object({
  apps: z.array(
    z.object({
      ...place,
      ...state,
      variable: z.string(),
      name: z.union([z.literal(['absent', 'computed']), z.object({ text: z.string() })]),
    }),
  ),
  functions: z.array(
    z.object({
      ...place,
      ...state,
      name: z.string(),
      kind: z.enum(['function', 'class']),
      decorators: z.array(decoratorSchema),
      /** Of a class: where its `__init__` stands. */
      init: z.object(place).nullable(),
      endpoints: z.array(endpointSchema),
      cuda: z.array(z.object(place)),
    }),
  ),
  uses: z.array(
    z.object({
      ...place,
      ...state,
      path: z.string(),
      called: z.boolean(),
      imported: z.boolean().default(false),
      keywords: z.array(keywordSchema),
    }),
  ),
  imports: z.array(
    z.object({
      ...place,
      ...state,
      name: z.string(),
      /** Dots of a relative import. */
      level: z.int(),
      place: z.enum(['project', 'environment', 'absent', 'unknown']),
      /** Before it, something may have changed where imports are found. */
      tampered: z.boolean(),
    }),
  ),
  literals: z.array(z.object({ ...place, word: z.string() })),
  pairs: z.array(z.object({ ...place, key: z.string(), value: z.string() })),
  /** Something asks for functions with other options than their decorators'. */
  variants: z.boolean(),
  names: z.array(z.string()),
  /** Of the names those that are a function or a class. */
  defined: z.array(z.string()),
  /** No other names can be bound. */
  complete: z.boolean(),
})

const commentSchema = z.object({ line: z.int(), about: z.int(), text: z.string() })

export const answerSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('read'), file: z.string(), facts: factsSchema, comments: z.array(commentSchema) }),
  z.object({
    state: z.literal('refused'),
    file: z.string(),
    message: z.string(),
    line: z.int().nullable(),
    column: z.int().nullable(),
  }),
  z.object({
    state: z.literal('skipped'),
    file: z.string(),
    why: z.enum(['outside', 'special', 'large', 'unread', 'deep', 'failed']),
  }),
  z.object({ state: z.literal('absent') }),
  z.object({ state: z.literal('unknown') }),
])

export const installedSchema = z
  .object({ names: z.array(z.string()), parameters: z.record(z.string(), z.array(z.string())) })
  .nullable()

/** What the app file says, as far as it can be known without running it. Lines and columns count from 1. */
export type AppFacts = Readonly<z.infer<typeof factsSchema>>
export type FunctionFacts = AppFacts['functions'][number]
export type Endpoint = FunctionFacts['endpoints'][number]
export type Keyword = z.infer<typeof keywordSchema>
/**
 * A place that names something of Modal's: `modal.App`, of what it makes `modal.App().function`; `?.function` where it is
 * not known what it is a function of.
 */
export type Use = AppFacts['uses'][number]
/** What became of one app file. */
export type AppAnswer = Readonly<z.infer<typeof answerSchema>>
/** Names and parameters of the installed Modal by its own stubs; `null` where they are not as in the known versions. */
export type InstalledModal = Readonly<z.infer<typeof installedSchema>>
