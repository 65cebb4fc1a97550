import { createServer } from 'node:http'
import { z } from 'zod'
import { portOf } from '../world/free-port.ts'

export type Row = Readonly<{ id: string }> & Readonly<Record<string, unknown>>

/** One question for a page, as it came. */
export type Asked = Readonly<{ path: string; offset: number; limit: number; body: Readonly<Record<string, unknown>> }>

export type ListingServer = Readonly<{
  url: string
  /** In the order of arrival. */
  asked: () => readonly Asked[]
  stop: () => Promise<void>
}>

/** Rows of a list, or the answer in their place. */
type List = (asked: Asked, nth: number) => readonly Row[] | Readonly<{ status: number; body: string }>

const question = z.looseObject({ offset: z.number(), limit: z.number().max(200) })

/**
 * Answers `POST …/filter` in pages as Prefect does, from lists in memory: for what no server can be brought to do at will,
 * as change between two pages. `nth` counts the questions for a list, from 0.
 */
export async function startListing(lists: Readonly<Record<string, List>>): Promise<ListingServer> {
  const all: Asked[] = []
  const server = createServer((incoming, outgoing) => {
    let text = ''
    incoming.setEncoding('utf8').on('data', (piece: string) => {
      text += piece
    })
    incoming.on('end', () => {
      const path = (incoming.url ?? '').replace('/api', '')
      const body = question.parse(JSON.parse(text))
      const asked = { path, offset: body.offset, limit: body.limit, body }
      const nth = all.filter((one) => one.path === path).length
      all.push(asked)
      const answer = lists[path]?.(asked, nth) ?? []
      if ('status' in answer) outgoing.writeHead(answer.status).end(answer.body)
      else outgoing.end(JSON.stringify(answer.slice(body.offset, body.offset + body.limit)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${portOf(server.address())}/api`,
    asked: () => [...all],
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
