/** A file as it was at a commit: there, certainly not there, or not to be had. `why` is a clause behind "because". */
export type OldFile = Readonly<
  { state: 'read'; text: string /** The whole hash. */; commit: string } | { state: 'absent' | 'unknown'; why: string }
>

/** Which file, at which commit. */
export type WantedFile = Readonly<{
  /** The checkout, or a folder in it, absolute. */
  folder: string
  /** Its hash, whole or the first 7 or more digits. */
  commit: string
  /** Relative to `folder`. */
  path: string
}>

/** Bytes of a file; a prefect.yaml may have no more. */
export const LARGEST_FILE = 1024 * 1024

export function notHad(why: string): OldFile {
  return { state: 'unknown', why }
}

/** `name` and the first digits of the commit. */
export function absentAt(name: string, commit: string): OldFile {
  return { state: 'absent', why: `\`${name}\` was not there at ${commit.slice(0, 8)}` }
}
