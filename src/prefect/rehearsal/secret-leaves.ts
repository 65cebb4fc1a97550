import { z } from 'zod'

const blockAnswer = z.looseObject({
  data: z.record(z.string(), z.unknown()),
  block_schema: z.looseObject({ fields: z.looseObject({ secret_fields: z.array(z.string()) }) }),
})
const withData = z.looseObject({ data: z.unknown() })

/** Characters that a value must have to be hidden: a shorter one would blacken half the log. */
const SHORTEST = 6

/**
 * The secret values in an answer that holds a block. Its schema names their fields by dotted paths, through the blocks and
 * models within and through lists as if they were not there; `*` stands for everything that is there (Prefect:
 * blocks/core.py, `schema_extra`). Where the schema tells nothing, every value counts.
 */
export function secretLeaves(text: string): readonly string[] {
  const answer = parsed(text)
  const block = blockAnswer.safeParse(answer)
  const found = block.success
    ? block.data.block_schema.fields.secret_fields.flatMap((field) => under(block.data.data, field.split('.')))
    : leaves(withData.safeParse(answer).data?.data)
  return [...new Set(found)].filter((value) => value.length >= SHORTEST)
}

function under(value: unknown, [key, ...rest]: readonly string[]): string[] {
  if (key === undefined || key === '*') return leaves(value)
  if (Array.isArray(value)) return value.flatMap((item: unknown) => under(item, [key, ...rest]))
  if (typeof value !== 'object' || value === null) return []
  const inside = Object.entries(value).find(([name]) => name === key)
  return inside === undefined ? [] : under(inside[1], rest)
}

/** A number is one too: the value of a `secret` block may be any JSON. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap((inside: unknown) => leaves(inside))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
