import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { checkManifests } from '../../../src/manifest/check.ts'
import { refusalsOf } from '../../../src/manifest/schema/prefect-yaml.ts'
import { readYaml } from '../../../src/manifest/yaml.ts'
import { prefectVenv, tools } from '../../world/tools.ts'
import { corpus } from '../corpus.ts'
import { mutatedTexts } from '../mutation.ts'
import { fileOf, places, soundFile } from '../sample.ts'
import { grammaticalTrees } from './grammar.ts'
import { mutatedTrees } from './mutate.ts'
import { type Verdict, verdictsOf } from './oracle.ts'
import { shortened, type Tree, treeOf, written } from './tree.ts'

const VERSIONS = (process.env['MODEL_VERSIONS'] ?? '3.8.8,3.9.1').split(',')
const SEED = Number(process.env['MODEL_SEED'] ?? 20_261_124)
/** Generated files of each kind. */
const CASES = Number(process.env['MODEL_CASES'] ?? 400)
/** Items of each list of a real file that its mutations begin with: what follows is more of the same. */
const MOST_ITEMS = 2
/** Disagreements that a failure shows. */
const MOST_SHOWN = 3
/** Of so many files one is checked as a whole. */
const CHECKED = 8

const real = corpus().map((file) => file.bytes)
const sound = Buffer.from(soundFile([['daily', 'a.py:f']]))
const seeds = real.length > 0 ? real : [sound]

function trees(): Tree[] {
  const values = seeds.flatMap((bytes) => readYaml(bytes).value ?? [])
  return values.map((value) => shortened(treeOf(value), MOST_ITEMS))
}

function generated(): Uint8Array[] {
  const sample = { numRuns: CASES, seed: SEED }
  const texts = seeds.map((bytes) => Buffer.from(bytes).toString()).filter((text) => text.length < 6000)
  return [
    ...fc.sample(mutatedTrees(trees()), sample).map(written),
    ...fc.sample(grammaticalTrees, sample).map(written),
    ...fc.sample(mutatedTexts(texts), sample),
  ].map((text) => Buffer.from(text))
}

async function pythonWith(version: string): Promise<string> {
  return version === '3.8.8' ? (await tools()).prefect : prefectVenv(version)
}

type Side = Readonly<{ mapping: boolean; refused: readonly string[] }>

function ourSide(bytes: Uint8Array): Side {
  const { value } = readYaml(bytes)
  if (value?.kind !== 'map') return { mapping: false, refused: [] }
  return { mapping: true, refused: sorted([...refusalsOf(value)].map(({ path }) => path)) }
}

/** Prefect's side; where Python dies of a file there are no paths, and any of ours are right. */
function theirSide({ mapping, crash, refused, elsewhere }: Verdict, ours: Side): Side {
  if (crash !== null) return { mapping, refused: ours.refused.length > 0 ? ours.refused : [crash] }
  const others = sorted(elsewhere)
  return { mapping, refused: sorted(refused).filter((path) => !others.includes(path)) }
}

function sorted(paths: readonly (readonly (string | number)[])[]): string[] {
  return [...new Set(paths.map((path) => JSON.stringify(path)))].sort()
}

describe('what the model refuses, path by path', () => {
  const files = [...real, ...generated()]
  const ours = files.map(ourSide)
  const asked = Promise.all(VERSIONS.map(async (version) => verdictsOf(await pythonWith(version), files)))

  test.each(VERSIONS.map((version, index) => ({ version, index })))(
    'as Prefect $version does',
    async ({ version, index }) => {
      const verdicts = (await asked)[index] ?? []
      expect(verdicts).toHaveLength(files.length)
      const pairs = verdicts.map((verdict, at) => {
        const side = ours[at] ?? { mapping: false, refused: [] }
        return { at, ours: side, theirs: theirSide(verdict, side) }
      })
      const apart = pairs.filter((pair) => JSON.stringify(pair.ours) !== JSON.stringify(pair.theirs))
      const refused = pairs.filter(({ theirs }) => theirs.refused.length > 0).length
      const mappings = pairs.filter(({ theirs }) => theirs.mapping).length
      const counts = `${real.length} real files, ${files.length - real.length} generated ones (seed ${SEED})`
      console.log(
        `Prefect ${version}: ${counts}, ${mappings} mappings, ${refused} refused, ${apart.length} disagreements`,
      )
      const shown = apart.slice(0, MOST_SHOWN)
      expect(shown.map((pair) => ({ ...pair, file: Buffer.from(files[pair.at] ?? []).toString() }))).toEqual([])
    },
  )

  test('each refusal is an error that the check tells, at its place', () => {
    for (const bytes of files.filter((_, index) => index % CHECKED === 0)) {
      const { value } = readYaml(bytes)
      if (value?.kind !== 'map') continue
      const told = places(checkManifests([fileOf(bytes)]).findings)
      const refusals = [...refusalsOf(value)].filter(({ rule }) => rule !== 'deployments-empty')
      expect(told).toEqual(expect.arrayContaining(refusals.map(({ rule, at }) => `${rule} ${at.line}:${at.column}`)))
    }
  })
})
