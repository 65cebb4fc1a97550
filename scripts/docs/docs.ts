// Writes what is generated of the documentation: the README's tables, and the page of the rules. With `--check` it only compares.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readmeOf } from './readme.ts'
import { rulesDocument } from './rules.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

const stale: string[] = []
for (const [name, made] of [
  ['README.md', (before: string) => readmeOf(ROOT, before)],
  ['docs/rules.md', () => rulesDocument()],
] as const) {
  const file = path.join(ROOT, name)
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const after = made(before)
  if (after === before) continue
  stale.push(name)
  if (!process.argv.includes('--check')) writeFileSync(file, after)
}
if (stale.length > 0 && process.argv.includes('--check')) {
  throw new Error(`Not as the code says: ${stale.join(', ')}. Run: npm run docs`)
}
