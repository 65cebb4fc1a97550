import type { HttpAnswer } from '../http/client.ts'
import { isJsonObject, type JsonObject } from './json.ts'

/** What Prefect answers to a write that it took: an object, null, or nothing. */
export type Told = Readonly<{ body: JsonObject | null | undefined }>

/** What an answer to a write tells; `undefined` where it is no answer of Prefect's, but a page of somebody in between. */
export function toldOfWrite({ text, cut }: HttpAnswer): Told | undefined {
  if (cut) return undefined
  if (text === '') return { body: undefined }
  try {
    const body: unknown = JSON.parse(text)
    return body === null || isJsonObject(body) ? { body } : undefined
  } catch {
    return undefined
  }
}
