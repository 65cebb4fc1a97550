/**
 * Waits for all, whatever becomes of each, and then throws what the first of them threw: nothing goes on in the
 * background when the story has ended. What there is nothing to wait for gives `undefined`.
 */
export async function together<const T extends readonly unknown[]>(
  works: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const ended = await Promise.allSettled(works)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  return Promise.all(works)
}
