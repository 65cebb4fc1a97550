import type { z } from 'zod'

/** What a route answers; an absent body is an empty one. */
export type Answer = Readonly<{ status: number; body?: unknown }>

export function said(body: unknown, status = 200): Answer {
  return { status, body }
}

export const NO_CONTENT: Answer = { status: 204 }

export function refused(status: number, detail: string): Answer {
  return { status, body: { detail } }
}

/** Whatever breaks a constraint of the database (Prefect: server/api/server.py, integrity_exception_handler). */
export const CONFLICT: Answer = refused(
  409,
  'Data integrity conflict. This usually means a unique or foreign key constraint was violated. See server logs for details.',
)

export const BROKEN: Answer = { status: 500, body: { exception_message: 'Internal Server Error' } }

/**
 * A body of the wrong shape (Prefect: server/api/server.py, validation_exception_handler). The texts of the commonest
 * issues are Pydantic's; `loc` names the field, but not the member of a union.
 */
export function invalid(error: z.ZodError, body: unknown): Answer {
  const exception_detail = error.issues.flatMap((issue) => {
    const loc = ['body', ...issue.path]
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        type: 'extra_forbidden',
        loc: [...loc, key],
        msg: 'Extra inputs are not permitted',
      }))
    }
    const minimum = issue.code === 'too_small' ? `Input should be greater than ${issue.minimum}` : undefined
    return [{ type: issue.code, loc, msg: minimum ?? issue.message }]
  })
  return { status: 422, body: { exception_message: 'Invalid request received.', exception_detail, request_body: body } }
}

/** What may be left out, or be null, which means the same. */
export function optional<S extends z.ZodType>(schema: S) {
  return schema.nullish().transform((value) => value ?? undefined)
}
