import type { Manifest } from '../model.ts'
import { placedTexts } from '../placed-texts.ts'
import { type Placeholder, placeholdersIn, withoutExpressions, withoutPlaceholders } from '../placeholders.ts'
import { blockOf } from '../references.ts'
import { isSecretName, secretIn } from '../../secret-shapes.ts'
import { hasPassword } from '../secrets.ts'
import { shown } from '../shown.ts'
import { type TemplateText, templateTexts } from '../template-texts.ts'
import { STEP_SECTIONS } from '../used-steps.ts'
import { entryOf } from '../value.ts'
import type { FileRule, Problem, Surroundings } from './rule.ts'

/** Types of blocks that hold no secret. */
const OPEN_BLOCKS = new Set(['string', 'json', 'date-time', 'local-file-system'])

const stored: FileRule = {
  id: 'credential-stored',
  severity: 'warning',
  about:
    'A block, or a variable of the environment with the name of a secret, is filled in when Prefect deploys, and stored with the deployment: whoever may see the deployment reads it in clear. Only blocks in `pull` are looked up by the run.',
  acceptedByPrefect: true,
  find: (manifest, known) => {
    const bySecret = new Map<string, TemplateText[]>()
    for (const text of templateTexts(manifest)) {
      for (const secret of secretsStored(text, known)) {
        const texts = bySecret.get(secret)
        if (texts === undefined) bySecret.set(secret, [text])
        else if (texts.at(-1) !== text) texts.push(text)
      }
    }
    return [...bySecret].flatMap(([secret, texts]) => storedAt(secret, texts))
  },
}

function secretsStored(text: TemplateText, { environment }: Surroundings): readonly string[] {
  if (text.section === 'build' || text.section === 'push') return []
  return placeholdersIn(withoutExpressions(text.text)).flatMap((placeholder) => {
    // In `pull` a block stays a reference, and a variable that is not set is left to the run.
    const left = placeholder.kind !== 'environment' || environment.get(placeholder.name) !== 'set'
    const secret = text.section === 'pull' && left ? undefined : secretOf(placeholder)
    return secret === undefined ? [] : [secret]
  })
}

/** One problem for a secret, at the first place that names it. */
function storedAt(secret: string, texts: readonly TemplateText[]): readonly Problem[] {
  const [first] = texts
  if (first === undefined) return []
  const more = texts.length > 1 ? `; so in ${texts.length} places of this file` : ''
  const hint =
    first.section === 'pull'
      ? 'Keep the secret in a block of the workspace, and name that:\naccess_token: "{{ prefect.blocks.secret.NAME }}"'
      : 'Let the flow read it when it runs, as with `Secret.load("…")`, or let the platform give it, as a secret of Modal does.'
  return [
    {
      message: `Prefect fills in ${secret} when it deploys and stores the value in clear with the deployment${more}.`,
      hint,
      at: first.at,
    },
  ]
}

function secretOf({ kind, name }: Placeholder): string | undefined {
  if (kind === 'environment') return isSecretName(name) ? `\`${shown(name)}\`` : undefined
  const block = kind === 'block' ? blockOf(name) : undefined
  if (block === undefined || OPEN_BLOCKS.has(block.type)) return undefined
  return `the block \`${shown(`${block.type}/${block.document}`)}\``
}

const inFile: FileRule = {
  id: 'credential-in-file',
  severity: 'error',
  about:
    'A secret stands in the file: a token or key whose shape is unmistakable, or a password in the address of a repository. Whoever may read the repository has it, in every old commit too, and Prefect stores it in clear.',
  depends: 'A warning for a password in another address.',
  acceptedByPrefect: true,
  find: (manifest) =>
    [...ownTexts(manifest)].flatMap(({ text, at, path }) => {
      const plain = withoutPlaceholders(text)
      const what = secretIn(plain)
      const leaks = what === undefined && hasPassword(text)
      if (what === undefined && !leaks) return []
      const problem: Problem = {
        message: `${what === undefined ? 'A password' : `${what.charAt(0).toUpperCase()}${what.slice(1)}`} stands in the file, for everybody who may read the repository.`,
        hint: 'Revoke it, as old commits keep it, and put the new one into a block of the workspace: `{{ prefect.blocks.secret.NAME }}`.',
        at,
        ...(leaks && path.at(-1) !== 'repository' ? { severity: 'warning' } : {}),
      }
      return [problem]
    }),
}

/** Every text under the keys that Prefect knows, whether it makes use of it or not. */
function* ownTexts({ root }: Manifest) {
  const seen = new Set<Parameters<typeof placedTexts>[0]>()
  for (const key of ['definitions', ...STEP_SECTIONS, 'deployments']) {
    const value = entryOf(root, key)?.value
    if (value !== undefined) yield* placedTexts(value, seen)
  }
}

/** Rules about credentials that a deployment would store in clear. */
export const CREDENTIAL_RULES: readonly FileRule[] = [stored, inFile]
