import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Installed } from './installed.ts'

/** The names that `tzdata`, the package of the IANA database, lists; empty where it is not installed. (PEP 615) */
export async function packagedZones({ library }: Installed): Promise<ReadonlySet<string>> {
  if (library === undefined) return new Set()
  const listed = await readFile(join(library.sitePackages, 'tzdata', 'zones'), 'utf8').catch(() => '')
  return new Set(listed.split('\n').filter((name) => name !== ''))
}
