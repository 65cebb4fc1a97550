import type { ManifestFile } from './files.ts'
import { byPlace, type Finding, type OwnComment } from '../finding.ts'
import { ownComments } from './comments.ts'
import { type Manifest, manifestOf } from './model.ts'
import { NOT_A_MAPPING } from './rules/reading.ts'
import { findingOf, NOWHERE, type Surroundings } from './rules/rule.ts'
import { FILE_RULES, PROJECT_RULES } from './rules/rules.ts'
import { isNull, kindOf, type Value } from './value.ts'
import { readYaml } from './yaml.ts'

/** The files of a project as they were read, before anything is known of what holds outside of them. */
export type ReadManifests = Readonly<{
  /** Every file whose top level is a mapping, in the order of the files. */
  manifests: readonly Manifest[]
  /** What keeps a file from being read, or is read otherwise than it looks. */
  findings: readonly Finding[]
  comments: readonly OwnComment[]
}>

/** `findings` are sorted by place. */
export type Checked = Readonly<{ manifests: readonly Manifest[]; findings: readonly Finding[] }>

/** Reads all files of a project. Never throws: what cannot be read is a finding. */
export function readManifests(files: readonly ManifestFile[]): ReadManifests {
  const read = files.map((file) => readManifest(file))
  return {
    manifests: read.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest])),
    findings: read.flatMap((one) => one.findings),
    comments: files.flatMap(({ bytes, display }) => ownComments(bytes, display)),
  }
}

/**
 * Everything that is wrong with the files, sorted by place; `known` is what holds outside of them. May be asked again as
 * more of that gets known.
 */
export function manifestFindings(read: ReadManifests, known: Partial<Surroundings> = {}): readonly Finding[] {
  const surroundings = { ...NOWHERE, ...known }
  const findings = [
    ...read.findings,
    ...read.manifests.flatMap((manifest) =>
      FILE_RULES.flatMap((rule) =>
        rule.find(manifest, surroundings).map((problem) => findingOf(rule, manifest.file, problem)),
      ),
    ),
    ...PROJECT_RULES.flatMap((rule) =>
      rule.find(read.manifests).map((problem) => findingOf(rule, problem.file, problem)),
    ),
  ]
  return findings.sort(byPlace)
}

/** Reads and checks all files of a project in one go. */
export function checkManifests(files: readonly ManifestFile[], known: Partial<Surroundings> = {}): Checked {
  const read = readManifests(files)
  return { manifests: read.manifests, findings: manifestFindings(read, known) }
}

type Read = Readonly<{ manifest: Manifest | undefined; findings: readonly Finding[] }>

function readManifest(file: ManifestFile): Read {
  const { value, troubles } = readYaml(file.bytes)
  const findings = troubles.map(({ rule, severity, ...problem }) =>
    findingOf({ id: rule, severity }, file.display, problem),
  )
  if (value === undefined) return { manifest: undefined, findings }
  if (value.kind === 'map') return { manifest: manifestOf(file, value), findings }
  return { manifest: undefined, findings: [...findings, notAMapping(file, value)] }
}

function notAMapping(file: ManifestFile, value: Value): Finding {
  const message = isNull(value) ? 'The file is empty.' : `The file is ${kindOf(value)}; a prefect.yaml is a mapping.`
  const hint = 'It needs at least `pull` and `deployments` at its top level. Is it the right file?'
  return findingOf(NOT_A_MAPPING, file.display, { message, hint, at: value.at })
}
