import type { ManifestFile } from './files.ts'
import type { Finding } from '../finding.ts'
import { type Manifest, manifestOf } from './model.ts'
import { NOT_A_MAPPING } from './rules/reading.ts'
import { findingOf, NOWHERE, type Surroundings } from './rules/rule.ts'
import { FILE_RULES, PROJECT_RULES } from './rules/rules.ts'
import { isNull, kindOf, type Value } from './value.ts'
import { readYaml } from './yaml.ts'

/** `manifests` has every file whose top level is a mapping, in the order of the files; `findings` are sorted by place. */
export type Checked = Readonly<{ manifests: readonly Manifest[]; findings: readonly Finding[] }>

type Read = Readonly<{ manifest: Manifest | undefined; findings: readonly Finding[] }>

/**
 * Reads and checks all files of a project; `known` is what holds outside of them. Never throws: everything that is wrong is
 * a finding.
 */
export function checkManifests(files: readonly ManifestFile[], known: Partial<Surroundings> = {}): Checked {
  const surroundings = { ...NOWHERE, ...known }
  const read = files.map((file) => readManifest(file))
  const manifests = read.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest]))
  const findings = [
    ...read.flatMap((one) => one.findings),
    ...manifests.flatMap((manifest) =>
      FILE_RULES.flatMap((rule) =>
        rule.find(manifest, surroundings).map((problem) => findingOf(rule, manifest.file, problem)),
      ),
    ),
    ...PROJECT_RULES.flatMap((rule) => rule.find(manifests).map((problem) => findingOf(rule, problem.file, problem))),
  ]
  return { manifests, findings: findings.sort(byPlace) }
}

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

function byPlace(one: Finding, other: Finding): number {
  const [a, b] = [one.position, other.position]
  if (a.file !== b.file) return a.file < b.file ? -1 : 1
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0) || (one.rule < other.rule ? -1 : 1)
}
