import { createServer } from 'node:http'
import { z } from 'zod'
import type { PrefectApi } from '../../../src/prefect/client.ts'
import { portOf } from '../../world/free-port.ts'
import { openApi } from '../api-tools.ts'

export type Row = Readonly<{ id: string }> & Readonly<Record<string, unknown>>

/** One question for a page, as it came. */
type Asked = Readonly<{ path: string; offset: number; limit: number; body: Readonly<Record<string, unknown>> }>

export type Listing = Readonly<{
  /** The client under test, before the lists. */
  api: PrefectApi
  /** In the order of arrival. */
  asked: () => readonly Asked[]
  stop: () => Promise<void>
}>

/** Rows of a list, or the answer in their place; `nth` counts the questions for it, from 0. */
export type List = (asked: Asked, nth: number) => readonly Row[] | Readonly<{ status: number; body: string }>

const question = z.looseObject({ offset: z.number(), limit: z.number().max(200) })

/**
 * Answers `POST …/filter` in pages as Prefect does, from lists in memory: for what no server can be brought to do at will,
 * as change between two pages.
 */
export async function openListing(lists: Readonly<Record<string, List>>): Promise<Listing> {
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
  const { api, http } = openApi(`http://127.0.0.1:${portOf(server.address())}/api`)
  return {
    api,
    asked: () => [...all],
    stop: async () => {
      await http.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** A row of a list of deployments. */
export function row(number: number, more: object = {}): Row {
  const time = '2026-01-01T00:00:00Z'
  return { id: `d${number}`, name: `n${number}`, flow_id: 'f1', created: time, updated: time, ...more }
}

export function rows(many: number, more: object = {}): readonly Row[] {
  return Array.from({ length: many }, (_, index) => row(index, more))
}

/** The flow of all of them. */
export const FLOW: readonly Row[] = [{ id: 'f1', name: 'flow' }]
