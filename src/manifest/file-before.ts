import { type FileState, fileStateOf } from './file-state.ts'
import { type DeploymentEntry, isTemplate, type Manifest, manifestOf, type TextField } from './model.ts'
import { readYaml } from './yaml.ts'

/** What the file said of a deployment at the commit that is live, or why that is not known: a clause behind "because". */
export type Before = Readonly<
  { known: true /** Its first 8 digits. */; commit: string; state: FileState } | { known: false; why: string }
>

/** A prefect.yaml at another commit. */
export type OldFile = Readonly<{
  text: string
  /** The whole hash. */
  commit: string
  /** Relative to the checkout, as an annotation names it. */
  display: string
}>

/** What is known of a file at another commit. */
export type FileBefore = Readonly<{
  /** What it said of a deployment that a file names now. */
  before: (entry: DeploymentEntry) => Before
  /** The deployments that it named, without those whose names Prefect filled in. */
  named: readonly Readonly<{ file: string; name: string; entrypoint: string; commit: string }>[]
}>

/** Reads a file of another commit. Never throws, and nothing in it is a finding. */
export function fileBefore({ text, commit, display }: OldFile): FileBefore {
  const short = commit.slice(0, 8)
  const { value } = readYaml(Buffer.from(text, 'utf8'))
  if (value?.kind !== 'map') {
    return { before: () => unknown(`\`${display}\` cannot be read as it was at ${short}`), named: [] }
  }
  const old = manifestOf({ path: display, display }, value)
  const before = (entry: DeploymentEntry): Before => {
    if (entry.name.placeholders.length > 0) return unknown('its name is known only once Prefect has filled it in')
    const [only, ...others] = sameEntries(entry, old)
    if (only === undefined) return unknown(`\`${display}\` did not name it at ${short}`)
    if (others.length > 0) return unknown(`\`${display}\` named it several times at ${short}`)
    return { known: true, commit: short, state: fileStateOf(only) }
  }
  const named = old.deployments.flatMap((entry) => {
    const [name, entrypoint] = [certain(entry.name), certain(entry.entrypoint)]
    return name === undefined || entrypoint === undefined ? [] : [{ file: display, name, entrypoint, commit }]
  })
  return { before, named }
}

/**
 * The entries that are the same deployment: of one name, and where several have it, of one entrypoint. The name of the flow
 * is not in the file.
 */
function sameEntries(entry: DeploymentEntry, old: Manifest): readonly DeploymentEntry[] {
  if (entry.name.text === undefined) return []
  const named = old.deployments.filter((other) => !isTemplate(other) && other.name.text === entry.name.text)
  if (named.length < 2) return named
  const alike = named.filter((other) => other.entrypoint.text === entry.entrypoint.text)
  return alike.length === 0 ? named : alike
}

function certain({ text, placeholders }: TextField): string | undefined {
  return placeholders.length > 0 ? undefined : text
}

function unknown(why: string): Before {
  return { known: false, why }
}
