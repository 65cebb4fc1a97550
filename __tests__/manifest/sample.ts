import { checkManifests } from '../../src/manifest/check.ts'
import type { ManifestFile } from '../../src/manifest/files.ts'
import type { Finding } from '../../src/finding.ts'
import type { Manifest } from '../../src/manifest/model.ts'

/** A file that is not on disk; a text is UTF-8. */
export function fileOf(content: string | Uint8Array, name = 'prefect.yaml'): ManifestFile {
  return { path: name, display: name, bytes: typeof content === 'string' ? Buffer.from(content) : content }
}

/** What the check finds in one file, but for the notice that speaks of nearly every schedule. */
export function findingsOf(content: string | Uint8Array): readonly Finding[] {
  return checkManifests([fileOf(content)]).findings.filter(({ rule }) => rule !== 'schedule-slug-missing')
}

const MARKS = { error: '', warning: ' ?', notice: ' i' } as const

/** `rule line:column` of each finding; a warning ends in `?`, a notice in `i`. */
export function places(findings: readonly Finding[]): string[] {
  return findings.map(({ rule, severity, position }) => `${rule} ${position.line}:${position.column}${MARKS[severity]}`)
}

/** The model of a text that is a mapping. */
export function manifestFrom(content: string, name = 'prefect.yaml'): Manifest {
  const [manifest] = checkManifests([fileOf(content, name)]).manifests
  if (manifest === undefined) throw new Error(`not a mapping: ${content}`)
  return manifest
}

const SOUND_HEAD = `pull:
  - prefect.deployments.steps.git_clone:
      id: clone-step
      repository: https://github.com/acme/flows
      branch: main
`

/** A file that has nothing wrong, with the given deployments: names and entrypoints. */
export function soundFile(deployments: readonly (readonly [name: string, entrypoint: string])[]): string {
  const entries = deployments.map(
    ([name, entrypoint]) => `  - name: ${JSON.stringify(name)}
    entrypoint: ${JSON.stringify(entrypoint)}
    work_pool:
      name: modal-pool
`,
  )
  return `${SOUND_HEAD}deployments:\n${entries.join('')}`
}
