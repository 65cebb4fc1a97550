import { z } from 'zod'
import { Fault } from '../../faults.ts'
import type { HttpAnswer } from '../../http/client.ts'
import { oneLine } from '../../process/one-line.ts'
import type { PlainCall, PrefectApi } from '../client.ts'
import { isJsonObject } from '../json.ts'
import { withoutValues } from '../refusal.ts'

/** What a write is about. */
export type WriteTo = 'flow' | 'new deployment' | 'deployment' | 'schedule' | 'automations' | 'automation' | 'slas'

type RefusedCall = PlainCall & Readonly<{ to: WriteTo }>

/** Characters of a reason, and fields, that are shown; characters of a sentence that are looked at. */
const REASON = 400
const FIELDS = 3
const READ = 20_000
/** Shorter texts of a body are words like any other. */
const LONG_ENOUGH = 6

/** What an answer to a write means that is neither 2xx nor passing trouble. Of the body that was sent nothing is said. */
export function refusedFault(answer: HttpAnswer, call: RefusedCall, api: Pick<PrefectApi, 'faultOf'>): Fault {
  const { status } = answer
  if (status < 400 || status >= 500 || status === 401 || status === 403) return api.faultOf(answer, call.doing)
  if (status === 413) return tooLarge(call)
  const reason = reasonOf(answer, call.body)
  if (status === 404 && call.to === 'deployment' && (reason === '' || /deployment/i.test(reason))) return gone(call)
  if (status === 404 && call.to === 'automations') return noAutomations(call)
  const what = `${call.doing}: Prefect refused it with ${status}${reason === '' ? '' : ` (${reason})`}.`
  return new Fault('refusal', what, { hint: hintFor(reason) })
}

/** Prefect: server/api/server.py, integrity_exception_handler. */
export function isIntegrityConflict(answer: HttpAnswer): boolean {
  return answer.status === 409 && /data integrity conflict/i.test(reasonOf(answer, undefined))
}

function gone({ doing }: PlainCall): Fault {
  return new Fault('refusal', `${doing}: it is not there any more (404).`, {
    hint: 'Somebody deleted it while this step ran. Run again: it will be made anew.',
  })
}

function noAutomations({ doing }: PlainCall): Fault {
  return new Fault('refusal', `${doing}: the server knows no automations (404).`, {
    hint: 'Remove `triggers` from the deployment, or deploy it to a server that has automations.',
  })
}

function tooLarge({ doing, body }: PlainCall): Fault {
  const fields = isJsonObject(body) ? Object.entries(body) : []
  const [largest] = fields
    .map(([key, value]) => ({ key, size: sizeOf(value) }))
    .sort((one, other) => other.size - one.size)
  const share = largest === undefined ? '' : `; ${mebibytes(largest.size)} of it are \`${oneLine(largest.key, 60)}\``
  return new Fault('refusal', `${doing}: it is too large for the server (413): ${mebibytes(sizeOf(body))}${share}.`, {
    hint: 'Prefect Cloud takes 5 MiB; before a server of your own a proxy may take less. Make the deployment smaller: keep large values in a file or a block, not in `parameters` or `job_variables`.',
  })
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? '')
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`
}

const fieldSchema = z.object({ loc: z.array(z.union([z.string(), z.number()])).catch([]), msg: z.string() })
const bodySchema = z.union([
  z.object({ detail: z.string() }).transform(({ detail }) => [detail]),
  z.object({ exception_detail: z.array(fieldSchema) }).transform((body) => body.exception_detail),
  z.object({ detail: z.array(z.union([fieldSchema, z.string()])) }).transform(({ detail }) => detail),
  z.object({ exception_message: z.string() }).transform((body) => [body.exception_message]),
])

/**
 * Why the server refused a write: its sentence, or the fields with a reason each, without the values that it repeats.
 * Empty where it said nothing of a known shape.
 */
function reasonOf({ text, cut }: HttpAnswer, sent: unknown): string {
  const given = cut ? undefined : bodySchema.safeParse(parsed(text)).data
  if (given === undefined) return ''
  const hidden = [...new Set(textsUnder(sent, false))].sort((one, other) => other.length - one.length)
  const sentence = (said: string): string => shown(said, hidden)
  const reasons = given.slice(0, FIELDS).map((one) => (typeof one === 'string' ? sentence(one) : field(one, sentence)))
  if (given.length > FIELDS) reasons.push(`and ${given.length - FIELDS} more`)
  return oneLine(reasons.join('; '), REASON).replace(/\.$/, '')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

/** The first part of a place is always `body`. */
function field({ loc, msg }: z.infer<typeof fieldSchema>, sentence: (text: string) => string): string {
  const place = loc.slice(1).join('.')
  return `${place === '' ? '' : `${place}: `}${sentence(msg)}`
}

/** Without the hidden texts first: cut off or in another line they would not be known again. */
function shown(text: string, hidden: readonly string[]): string {
  let told = text.slice(0, READ)
  for (const one of hidden) {
    for (const form of [one, JSON.stringify(one).slice(1, -1)]) told = told.replaceAll(form, '…')
  }
  // Behind its first line a message of jsonschema shows the schema and the value.
  return withoutValues(told.split('\n')[0] ?? '').replace(/^Value error, /, '')
}

/** Where secrets may stand in a body. */
const SECRET: ReadonlySet<string> = new Set(['parameters', 'job_variables', 'description'])

/** Texts of what was sent that nobody else needs to see, for a sentence that repeats them in a way that is not known. */
function textsUnder(value: unknown, counts: boolean): string[] {
  if (typeof value === 'string') return counts && value.length >= LONG_ENOUGH ? [value] : []
  if (Array.isArray(value)) return value.flatMap((item: unknown) => textsUnder(item, counts))
  if (!isJsonObject(value)) return []
  return Object.entries(value).flatMap(([key, inner]) => textsUnder(inner, counts || SECRET.has(key)))
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /provide a slug for each schedule/,
    'The schedules that are live have slugs, and those of the file have none: give every schedule of this deployment a `slug`.',
  ],
  [
    /Data integrity conflict/,
    'Most often two schedules of one deployment have the same `slug`. Else the log of the server says more.',
  ],
  [
    /Validation failed for field|ValidationError/,
    'Correct it under `parameters`, where the signature of the flow counts, or under `work_pool.job_variables`, where the template of the work pool does.',
  ],
  [/[Ww]ork pool .* not found/, 'Create the work pool in the Prefect UI, or correct `work_pool.name`.'],
  [
    /Extra inputs are not permitted/,
    'Server and project have versions of Prefect that do not fit. Raise the older one.',
  ],
]

function hintFor(reason: string): string {
  const found = HINTS.find(([text]) => text.test(reason))
  return found?.[1] ?? 'Correct the deployment in the file. Prefect said no more than this.'
}
