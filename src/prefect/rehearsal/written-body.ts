import { type Point, pointsIn } from '../points.ts'

/** What a body is, or why it cannot be recorded, as the end of a sentence. */
export type WrittenBody = Readonly<{ body: unknown; points: readonly Point[] } | { wrong: string }>

/**
 * The body of a write. Python writes whole numbers of any size; one that JavaScript would change on its way to the
 * workspace is not taken.
 */
export function writtenBody(text: string): WrittenBody {
  if (text === '') return { body: undefined, points: [] }
  let changed = false
  const compare = (_key: string, value: unknown, context?: Readonly<{ source?: string }>): unknown => {
    const source = context?.source ?? ''
    if (typeof value === 'number' && /^-?\d+$/.test(source) && String(value) !== source) changed = true
    return value
  }
  try {
    const body: unknown = /\d{16}/.test(text) ? JSON.parse(text, compare) : JSON.parse(text)
    return changed
      ? { wrong: 'came with a whole number so large that it would be sent as another' }
      : { body, points: pointsIn(text) }
  } catch {
    return { wrong: 'came with a body that is not JSON' }
  }
}
