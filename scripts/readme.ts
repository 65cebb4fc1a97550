// Writes the tables of inputs and outputs into the README from action.yml. With `--check` it only compares.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const ROOT = path.resolve(import.meta.dirname, '..')
const README = path.join(ROOT, 'README.md')

const described = z.object({ description: z.string().min(1) })
const action = z
  .object({
    inputs: z.record(z.string(), described.extend({ default: z.string() })),
    outputs: z.record(z.string(), described),
  })
  .parse(parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')))

const cell = (text: string): string => text.replaceAll('|', '\\|')
const inputs = Object.entries(action.inputs).map(
  ([name, input]) =>
    `| \`${name}\` | ${input.default === '' ? '' : `\`${input.default}\``} | ${cell(input.description)} |`,
)
const outputs = Object.entries(action.outputs).map(([name, output]) => `| \`${name}\` | ${cell(output.description)} |`)

const SECTIONS: Readonly<Record<string, string>> = {
  inputs: ['| input | default | meaning |', '| --- | --- | --- |', ...inputs].join('\n'),
  outputs: ['| output | content |', '| --- | --- |', ...outputs].join('\n'),
}

const before = readFileSync(README, 'utf8')
let after = before
for (const [name, text] of Object.entries(SECTIONS)) {
  const marked = new RegExp(`(<!-- begin ${name} -->)[\\s\\S]*?(<!-- end ${name} -->)`)
  if (!marked.test(after)) throw new Error(`README.md has no place for the ${name}`)
  after = after.replace(marked, (_whole, begin: string, end: string) => `${begin}\n${text}\n${end}`)
}
if (process.argv.includes('--check')) {
  if (after !== before) throw new Error('The tables of README.md are stale. Run: npm run docs')
} else {
  writeFileSync(README, after)
}
