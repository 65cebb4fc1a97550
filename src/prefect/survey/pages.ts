import type { LimitFunction } from 'p-limit'
import { z } from 'zod'
import { Fault } from '../../faults.ts'
import type { HttpAnswer } from '../../http/client.ts'
import type { PrefectApi } from '../client.ts'
import type { JsonObject } from '../json.ts'

/** Rows that one answer holds at most (Prefect: server/api/dependencies.py, LimitBody). */
const PAGE = 200
/** Rows by which a page repeats the one before: what is deleted meanwhile moves the rest forward. */
const OVERLAP = 20
/** Pages asked for side by side at most; twice as many each time, because most lists end with the first one. */
const AHEAD = 4
/** Rows of one list; more is no workspace that a file describes. */
const MOST = 20_000
/** Parts that a page is asked for in where its answer is too long to be read whole. */
const PARTS = 4

export type PageTools = Readonly<{ api: PrefectApi; atOnce: LimitFunction }>

/** A list of the API's that comes in pages. */
export type Listing<Row extends Readonly<{ id: string }>> = Readonly<{
  /** What is tried, as the start of a sentence. */
  doing: string
  path: string
  filter: JsonObject
  row: z.ZodType<Row>
}>

export type Listed<Row> = Readonly<{
  /** Each once, the newest first. */
  rows: readonly Row[]
  /** The server's clock at the first page, to the second; absent where it sent no `Date`. */
  at?: Date
}>

/**
 * Reads all pages of a list. An answer that says no is given back as it came; its status is 300 or more.
 *
 * The pages are sorted by the time of creation: unlike names it is as good as unique, so the order is the same in every
 * page, and what is made meanwhile only moves rows back, into a page that is still to come.
 *
 * @throws Fault as `PrefectApi.ask`, and `remote` for a list without end, and for a row that is too long
 */
export async function listAll<Row extends Readonly<{ id: string }>>(
  tools: PageTools,
  listing: Listing<Row>,
): Promise<Listed<Row> | HttpAnswer> {
  const found = new Map<string, Row>()
  let at: Date | undefined
  let offset = 0
  for (let wave = 1; ; wave = Math.min(AHEAD, 2 * wave)) {
    const offsets = Array.from({ length: wave }, (_, index) => offset + index * (PAGE - OVERLAP))
    const pages = await Promise.all(offsets.map((start) => readPage(tools, listing, { offset: start, limit: PAGE })))
    const before = found.size
    for (const page of pages) {
      if ('status' in page) return page
      at ??= page.at
      for (const row of page.rows) found.set(row.id, row)
    }
    if (pages.some((page) => 'rows' in page && page.rows.length < PAGE)) {
      return { rows: [...found.values()], ...(at === undefined ? {} : { at }) }
    }
    if (found.size === before || found.size > MOST) throw endless(listing.doing, found.size)
    offset += wave * (PAGE - OVERLAP)
  }
}

type Part = Readonly<{ offset: number; limit: number }>

async function readPage<Row extends Readonly<{ id: string }>>(
  tools: PageTools,
  listing: Listing<Row>,
  part: Part,
): Promise<Listed<Row> | HttpAnswer> {
  const { doing, path, filter, row } = listing
  const body = { ...filter, sort: 'CREATED_DESC', ...part }
  const answer = await tools.atOnce(() => tools.api.pass({ doing, method: 'POST', path, body }))
  if (answer.status >= 300) return answer
  if (answer.cut) return readParts(tools, listing, part)
  const parsed = z.array(row).safeParse(json(answer.text))
  if (!parsed.success) throw tools.api.faultOf(answer, doing)
  const at = Date.parse(answer.headers['date'] ?? '')
  return { rows: parsed.data, ...(Number.isNaN(at) ? {} : { at: new Date(at) }) }
}

/** A page whose answer was cut off, in smaller ones: 200 deployments may hold large parameter schemas. */
async function readParts<Row extends Readonly<{ id: string }>>(
  tools: PageTools,
  listing: Listing<Row>,
  { offset, limit }: Part,
): Promise<Listed<Row> | HttpAnswer> {
  if (limit === 1) throw tooLong(listing.doing)
  const size = Math.ceil(limit / PARTS)
  const rows: Row[] = []
  let at: Date | undefined
  // One after another: together they are what was too much.
  for (let start = 0; start < limit; start += size) {
    const part = { offset: offset + start, limit: Math.min(size, limit - start) }
    const page = await readPage(tools, listing, part)
    if ('status' in page) return page
    at ??= page.at
    rows.push(...page.rows)
    if (page.rows.length < part.limit) break
  }
  return { rows, ...(at === undefined ? {} : { at }) }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function endless(doing: string, rows: number): Fault {
  const more = rows > MOST ? `more than ${MOST.toLocaleString('en')} rows` : 'the same page again and again'
  return new Fault('remote', `${doing}: Prefect answered ${more}, so they were not read to the end.`, {
    hint: 'Is it the right workspace? If it is, let names of deployments be less common, or ask the owner of the server.',
  })
}

function tooLong(doing: string): Fault {
  return new Fault('remote', `${doing}: the answer for a single one is longer than 8 MiB and was not read.`, {
    hint: 'Look in the Prefect UI for a deployment with a very large parameter schema or job variable, and make it smaller.',
  })
}
