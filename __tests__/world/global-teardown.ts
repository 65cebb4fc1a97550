import { stopShared } from './global-setup.ts'

/** Ends what `global-setup.ts` started; both run in one process. */
export default async function tearDown(): Promise<void> {
  await stopShared()
}
