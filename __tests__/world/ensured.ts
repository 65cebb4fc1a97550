/** What `find` finds, or `make` makes where it finds nothing: another process may make it at the same moment. */
export async function ensured<T>(find: () => Promise<T>, make: () => Promise<T>): Promise<T> {
  try {
    return await find()
  } catch {
    return make().catch((thrown: unknown) =>
      find().catch(() => {
        throw thrown
      }),
    )
  }
}
