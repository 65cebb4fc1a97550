import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

const described = z.object({ description: z.string().min(1) })
const actionFile = z.object({
  inputs: z.record(z.string(), described.extend({ default: z.string() })),
  outputs: z.record(z.string(), described),
})

/** The README with its tables of inputs and outputs made anew from action.yml. */
export function readmeOf(root: string, before: string): string {
  const action = actionFile.parse(parse(readFileSync(path.join(root, 'action.yml'), 'utf8')))
  const inputs = Object.entries(action.inputs).map(
    ([name, input]) =>
      `| \`${name}\` | ${input.default === '' ? '' : `\`${input.default}\``} | ${cell(input.description)} |`,
  )
  const outputs = Object.entries(action.outputs).map(
    ([name, output]) => `| \`${name}\` | ${cell(output.description)} |`,
  )
  const sections = {
    inputs: ['| input | default | meaning |', '| --- | --- | --- |', ...inputs].join('\n'),
    outputs: ['| output | content |', '| --- | --- |', ...outputs].join('\n'),
  }
  return Object.entries(sections).reduce((text, [name, section]) => {
    const marked = new RegExp(`(<!-- begin ${name} -->)[\\s\\S]*?(<!-- end ${name} -->)`)
    if (!marked.test(text)) throw new Error(`README.md has no place for the ${name}`)
    return text.replace(marked, (_whole, begin: string, end: string) => `${begin}\n${section}\n${end}`)
  }, before)
}

const cell = (text: string): string => text.replaceAll('|', '\\|')
