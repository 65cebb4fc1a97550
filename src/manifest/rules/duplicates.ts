import type { DeploymentEntry, Manifest } from '../model.ts'
import { shown } from '../shown.ts'
import type { PlacedProblem, ProjectRule } from './rule.ts'

/**
 * Flow and name are one deployment to Prefect's server. The flow's name is known only once it is imported; the same
 * entrypoint is the same flow, whichever file names it, because entrypoints are relative to the working directory.
 */
const deploymentTwice: ProjectRule = {
  id: 'deployment-twice',
  severity: 'error',
  about: 'Two deployments have the same entrypoint and name: the second overwrites the first.',
  acceptedByPrefect: true,
  find: (manifests) => {
    const first = new Map<string, { file: string; line: number }>()
    const problems: PlacedProblem[] = []
    for (const manifest of manifests) {
      for (const entry of manifest.deployments) {
        const key = identityOf(entry)
        if (key === undefined) continue
        const known = first.get(key)
        if (known === undefined) first.set(key, { file: manifest.file, line: entry.at.line })
        else problems.push(problemOf(manifest, entry, known))
      }
    }
    return problems
  },
}

function identityOf({ name, entrypoint }: DeploymentEntry): string | undefined {
  if (!name.text || !entrypoint.text) return undefined
  return `${name.text}\n${entrypoint.text.replace(/^(?:\.\/)+/, '')}`
}

function problemOf(
  manifest: Manifest,
  entry: DeploymentEntry,
  known: Readonly<{ file: string; line: number }>,
): PlacedProblem {
  const where =
    known.file === manifest.file ? `in line ${known.line}` : `in \`${shown(known.file)}\`, line ${known.line}`
  return {
    file: manifest.file,
    message: `The deployment \`${shown(entry.name.text ?? '')}\` of this flow stands already ${where}; the later one overwrites it.`,
    hint: 'Give one of the two another `name`, or remove it.',
    at: entry.name.at,
  }
}

/** Rules about all files together. */
export const PROJECT_RULES: readonly ProjectRule[] = [deploymentTwice]
