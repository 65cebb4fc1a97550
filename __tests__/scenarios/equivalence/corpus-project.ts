import path from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { corpus } from '../../manifest/corpus.ts'

/** Real files, told by their repositories, that deploy once there are flows at their entrypoints: none builds an image. */
const CHOSEN = [
  'rondondaniel__prefect-modal',
  'genomehubs__data',
  'SwissOpenEM__ScopeMArchiver',
  '9MRTAE__ingest-aws-s3',
  'using_state_hooks',
  'limaofeng__quantx',
  'ech09527__quant-factors',
]
/** Deployments of one file, the last ones: the others are much the same. */
const OF_EACH = 2

const item = z.looseObject({ parameters: z.record(z.string(), z.unknown()).nullish() })
const entry = item.extend({
  entrypoint: z.string(),
  work_pool: z.looseObject({ name: z.string() }),
  schedules: z.array(item).nullish(),
  triggers: z.array(item).nullish(),
})
type Entry = z.infer<typeof entry>
const file = z.looseObject({ pull: z.unknown().optional(), deployments: z.array(entry) })

/** Deployments of real files, with what they need. */
export type CorpusProject = Readonly<{
  /** The deployments at two commits, with the pull steps of their files: each as an item of YAML. */
  before: readonly string[]
  after: readonly string[]
  /** Flows at their entrypoints that take the parameters which the files give. */
  flows: Readonly<Record<string, string>>
  pools: readonly string[]
  variables: readonly string[]
  blocks: readonly Readonly<{ type: string; name: string }>[]
  env: Readonly<Record<string, string>>
}>

/** Nothing where there is no corpus, and said so. */
export function corpusProject(): CorpusProject {
  const all = corpus()
  const texts =
    all.length === 0
      ? []
      : CHOSEN.map((name) =>
          textOf(
            all.find((one) => one.name.includes(name)),
            name,
          ),
        )
  const entries = texts.flatMap(entriesOf)
  const everything = JSON.stringify(entries)
  return {
    before: entries.map((one) => JSON.stringify(one)),
    after: entries.map(changed),
    flows: stubs(entries),
    pools: unique(entries.map(({ work_pool: pool }) => pool.name)),
    variables: found(everything, /\{\{\s*prefect\.variables\.(\w+)/g),
    blocks: found(everything, /\{\{\s*prefect\.blocks\.([\w-]+\.[\w-]+)/g).map((place) => {
      const [type = '', name = ''] = place.split('.')
      return { type, name }
    }),
    env: Object.fromEntries(found(everything, /\{\{\s*\$(\w+)/g).map((name) => [name, `value-of-${name}`])),
  }
}

function textOf(one: ReturnType<typeof corpus>[number] | undefined, name: string): string {
  if (one === undefined) throw new Error(`There is no ${name} in the corpus.`)
  return Buffer.from(one.bytes).toString()
}

/** Read as Prefect reads YAML; each entry with its file's pull steps, so that one command deploys them all. */
function entriesOf(text: string): readonly Entry[] {
  const { pull, deployments } = file.parse(parse(text, { version: '1.1', merge: true }))
  return deployments.slice(-OF_EACH).map((one) => ({ ...(pull ? { pull } : {}), ...one }))
}

/** The entry as somebody may have changed it. */
function changed({ schedules, triggers, work_pool: pool, ...rest }: Entry): string {
  const later = (text: unknown): unknown => (typeof text === 'string' ? text.replace(/^\S+/, '47') : text)
  return JSON.stringify({
    ...rest,
    description: 'What it does now',
    tags: ['changed', '{{ $TEAM }}'],
    schedules: schedules?.map((one) => ({ ...one, cron: later(one['cron']) })),
    triggers: triggers?.map((one) => ({ ...one, enabled: false })),
    work_pool: { ...pool, work_queue_name: 'of-real-files' },
  }).replaceAll('"branch":"main"', '"branch":"release"')
}

function stubs(entries: readonly Entry[]): Record<string, string> {
  const files = new Map<string, Map<string, Set<string>>>()
  for (const { entrypoint, parameters, schedules, triggers } of entries) {
    const [place = '', name = ''] = entrypoint.split(':')
    const functions = files.get(path.normalize(place)) ?? new Map<string, Set<string>>()
    files.set(path.normalize(place), functions)
    const given = [{ parameters }, ...(schedules ?? []), ...(triggers ?? [])]
    const names = given.flatMap((one) => Object.keys(one.parameters ?? {}))
    functions.set(name, new Set([...(functions.get(name) ?? []), ...names]))
  }
  return Object.fromEntries([...files].map(([place, functions]) => [place, stub(functions)]))
}

function stub(functions: ReadonlyMap<string, ReadonlySet<string>>): string {
  const lines = [...functions].flatMap(([name, parameters]) => [
    '',
    '',
    '@flow',
    `def ${name}(${[...parameters].map((one) => `${one}: Any = None`).join(', ')}):`,
    '    pass',
  ])
  return ['from typing import Any', '', 'from prefect import flow', ...lines, ''].join('\n')
}

function found(text: string, pattern: RegExp): readonly string[] {
  return unique([...text.matchAll(pattern)].map(([, name = '']) => name))
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)]
}
