import type { Log } from '../host.ts'
import type { Host } from './host.ts'
import type { Ledger } from './ledger.ts'

/** Where a stage tells what it finds: the log for who watches, the ledger for the report. */
export type Told = Readonly<{ log: Log; ledger: Ledger }>

/** What a stage needs that also acts. */
export type Teller = Told & Readonly<{ host: Host }>

/** Says a warning in the log, and keeps it for the report. */
export function warn(text: string, { log, ledger }: Told): void {
  log.warning(text)
  ledger.warning(text)
}
