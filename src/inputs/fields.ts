import { z } from 'zod'
import { filterPattern } from '../github/ref-filter.ts'
import { type HeadersReading, readHeaderLines } from './headers.ts'
import { readList, readWords } from './list-input.ts'
import { type AppsReading, readModalApps } from './modal-apps.ts'
import type { InputName } from './names.ts'

/** What an empty input counts as; `action.yml` says the same, and a test holds the two against each other. */
export const DEFAULTS: Readonly<Partial<Record<InputName, string>>> = {
  'working-directory': '.',
  'prefect-file': 'prefect.yaml',
  deployments: 'all',
  mode: 'auto',
  'preserve-operator-state': 'true',
  orphans: 'report',
  engine: 'rehearsed',
  'health-path': '/health',
  'health-timeout': '600',
  parallel: '4',
  strict: 'false',
  timeout: '30',
  summary: 'true',
}

function choice<const T extends readonly [string, ...string[]]>(words: T): z.ZodEnum<z.core.util.ToEnum<T[number]>> {
  return z.enum(words, { error: `allowed: ${words.join(', ')}` })
}

function numberBetween(
  least: number,
  most: number,
  what: string,
): z.ZodPipe<z.ZodString, z.ZodTransform<number, string>> {
  return z.string().transform((value, context) => {
    const number = /^\d{1,9}(\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most && (what !== 'a whole number' || Number.isInteger(number))) return number
    context.addIssue({ code: 'custom', message: `allowed: ${what} from ${least} to ${most}` })
    return z.NEVER
  })
}

const words = z.string().transform((value, context) => {
  const { words: found, faults } = readWords(value)
  for (const fault of faults) context.addIssue({ code: 'custom', message: fault })
  return found
})

const argumentLines = z.string().transform((value, context) => {
  const { items, faults } = readList(value)
  for (const fault of faults) context.addIssue({ code: 'custom', message: fault })
  return items.flatMap((item) => item.words)
})

const headers = z.string().transform((value, context): HeadersReading['headers'] => {
  const reading = readHeaderLines(value)
  for (const fault of reading.faults) context.addIssue({ code: 'custom', message: fault })
  return reading.headers
})

const apps = z.string().transform((value, context): AppsReading['apps'] => {
  const reading = readModalApps(value)
  for (const fault of reading.faults) context.addIssue({ code: 'custom', message: fault })
  return reading.apps
})

const refs = words.superRefine((patterns, context) => {
  for (const pattern of patterns) {
    if (filterPattern(pattern.replace(/^!/, '')) === undefined) {
      context.addIssue({
        code: 'custom',
        message: `\`${pattern}\` is not a filter pattern as GitHub's \`branches:\` takes them`,
      })
    }
  }
  if (patterns.length > 0 && patterns.every((pattern) => pattern.startsWith('!'))) {
    context.addIssue({
      code: 'custom',
      message: 'a pattern with `!` only takes back what another one admits; name one that admits',
    })
  }
})

/** A word that may be handed to a command without being read as an option of it. */
const word = z.string().regex(/^[^-\s][^\s]*$/, 'one word that does not begin with `-` is wanted')
const optionalWord = z.union([z.literal(''), word], { error: 'one word that does not begin with `-` is wanted' })
const versionRange = z.string().regex(/^([0-9<>=!~].*)?$/, 'allowed: a version (`0.13.8`) or a range (`>=0.9,<1`)')

const yesOrNo = z
  .enum(['true', 'false', 'True', 'False', 'TRUE', 'FALSE'], { error: 'allowed: true, false' })
  .transform((value) => value.toLowerCase() === 'true')

/** Every input as a schema of its text, with {@link DEFAULTS} in the place of an empty one. */
export const fields = z.object({
  'working-directory': z.string(),
  'prefect-file': words.transform((files) => (files.length === 1 && files[0] === 'none' ? [] : files)),
  deployments: words.transform((names) => (names.length === 1 && names[0] === 'all' ? 'all' : names)),
  'modal-apps': apps,
  'prefect-workspace': z
    .string()
    .regex(
      /^([^\s/]+\/[^\s/]+)?$/,
      'allowed: `account-handle/workspace-handle`, as the address of the workspace shows them',
    ),
  'modal-environment': optionalWord,
  'modal-workspace': optionalWord,
  mode: choice(['auto', 'deploy', 'plan', 'check', 'verify']),
  'deploy-refs': refs,
  'preserve-operator-state': yesOrNo,
  orphans: choice(['report', 'pause', 'delete']),
  engine: choice(['rehearsed', 'direct']),
  'health-path': z.string().regex(/^\/[^\s]*$/, 'allowed: a path that begins with `/`'),
  'health-timeout': numberBetween(1, 86_400, 'seconds'),
  'health-headers': headers,
  'python-version': optionalWord,
  'uv-version': versionRange,
  'sync-args': argumentLines,
  parallel: numberBetween(1, 32, 'a whole number'),
  timeout: numberBetween(0.01, 4_320, 'minutes'),
  strict: yesOrNo,
  summary: yesOrNo,
})

export type Fields = z.output<typeof fields>
