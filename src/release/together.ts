/**
 * Waits for all, whatever becomes of each, and then throws what the first of them threw: nothing goes on in the
 * background when the story has ended.
 */
export async function together(works: readonly Promise<void>[]): Promise<void> {
  const ended = await Promise.allSettled(works)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
