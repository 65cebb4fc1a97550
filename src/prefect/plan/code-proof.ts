import { isJsonObject } from '../json.ts'
import { oneLine } from '../../process/one-line.ts'
import { quoted } from '../live/words.ts'
import { type CloneAddress, cloneAddress } from './clone-address.ts'
import { codePlace, type Clone } from './code-place.ts'

/** What is deployed, and from where. */
export type DeployedCode = Readonly<{
  /** In full; empty where it is not known. */
  commit: string
  /** `main`, `v1.2.0`. */
  refName: string
  isBranch: boolean
  /** `owner/name` */
  repository: string
  /** On a pull request the branch that it goes to: the commit is not in it yet. */
  baseRef?: string
  /** GitHub's own address; absent: `https://github.com`. */
  serverUrl?: string
  /** The commit at the head of a branch or tag of the repository right now, where somebody looked. */
  headOf?: (branch: string) => string | undefined
}>

/** Where a run gets its code from, as the live pull steps tell. */
export type CodeProof = Readonly<{
  /** `nowhere`: no run gets any, or only on the machine that deployed. `unknown`: the steps do not tell. */
  from: 'commit' | 'branch' | 'default-branch' | 'image' | 'nowhere' | 'unknown'
  /** `owner/name`, or what stands there */
  repository?: string
  branch?: string
  commit?: string
  /** Of a branch: whether it was so when this step deployed. `undefined`: nobody can tell. */
  isThisCommit: boolean | undefined
  /** One or two sentences. */
  says: string
}>

/** Which code a run loads that starts now, and whether that is the commit that was deployed. */
export function codeOf(pullSteps: readonly unknown[] | null | undefined, deployed: DeployedCode): CodeProof {
  const place = codePlace((pullSteps ?? []).filter(isJsonObject))
  switch (place.kind) {
    case 'image':
      return { from: 'image', isThisCommit: undefined, says: imageSays(place.folder) }
    case 'folder-of-runner':
      return {
        from: 'nowhere',
        isThisCommit: undefined,
        says: `A run looks for its code in the folder ${quoted(place.folder)} of the machine that deployed. On another machine there is none: add a \`git_clone\` step to \`pull\`.`,
      }
    case 'unknown':
      return { from: 'unknown', isThisCommit: undefined, says: place.says }
    case 'clone':
      return cloned(place.clone, deployed)
  }
}

function imageSays(folder: string | undefined): string {
  const where = folder === undefined ? '' : `, in the folder ${quoted(folder)}`
  return `A run finds its code in the image that it starts from${where}; which commit is in there cannot be seen from here.`
}

function cloned({ repository, branch, commit }: Clone, deployed: DeployedCode): CodeProof {
  const address = cloneAddress(repository)
  const whose = { ...ownership(address, deployed), name: address?.name ?? oneLine(repository, 80) }
  if (commit !== undefined && branch !== undefined) {
    const says = 'No run gets its code: `git_clone` takes `branch` or `commit_sha`, and has both.'
    return { from: 'nowhere', repository: whose.name, branch, commit, isThisCommit: false, says }
  }
  if (commit !== undefined) return ofCommit(commit, whose, deployed)
  return branch === undefined ? ofDefaultBranch(whose, deployed) : ofBranch(plainBranch(branch), whose, deployed)
}

type Whose = Readonly<{ is: 'this' | 'other' | 'perhaps'; name: string }>

/** A copy of the same name on another host may be a mirror; a host without a dot is a name of somebody's SSH configuration. */
function ownership(address: CloneAddress | undefined, deployed: DeployedCode): Pick<Whose, 'is'> {
  if (address === undefined) return { is: 'perhaps' }
  const host = new URL(deployed.serverUrl ?? 'https://github.com').hostname.toLowerCase()
  const isHere = address.host === host || !address.host.includes('.')
  const same = address.name === deployed.repository.toLowerCase()
  if (same && isHere) return { is: 'this' }
  const mirror = lastPart(address.name) === lastPart(deployed.repository.toLowerCase()) && !isHere
  return { is: mirror ? 'perhaps' : 'other' }
}

const lastPart = (name: string): string => name.slice(name.lastIndexOf('/') + 1)
const plainBranch = (branch: string): string => branch.replace(/^refs\/(?:heads|tags)\//, '')
const isOpen = (text: string): boolean => text.includes('{{')
/** Digits of a commit that a message shows; Prefect's own stamp has as many. */
const short = (commit: string): string => quoted(commit.slice(0, 8))

function ofCommit(sha: string, { is, name }: Whose, { commit }: DeployedCode): CodeProof {
  const proof = { from: 'commit', repository: name, commit: sha } as const
  if (isOpen(sha)) {
    const says = `A run loads the commit of ${quoted(name)} that ${quoted(sha)} stands for when it starts; which one that is cannot be seen from here.`
    return { ...proof, isThisCommit: undefined, says }
  }
  if (commit === '') {
    const says = `A run loads the commit ${short(sha)} of ${quoted(name)}; which commit was deployed is not known.`
    return { ...proof, isThisCommit: undefined, says }
  }
  // The same digits in full are the same code, whatever repository they come from.
  const same = is === 'other' ? sameCommit(sha, commit) : sha.length >= SHORTEST && startsAlike(commit, sha)
  const says = same
    ? `A run loads exactly the commit that was deployed, ${short(commit)} of ${quoted(name)}.`
    : `A run loads the commit ${short(sha)} of ${quoted(name)}, and not ${short(commit)}, which was deployed.`
  return { ...proof, isThisCommit: same, says }
}

/** Digits from which on git takes a short commit. */
const SHORTEST = 4
const startsAlike = (commit: string, start: string): boolean => commit.toLowerCase().startsWith(start.toLowerCase())
const sameCommit = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

function ofBranch(branch: string, whose: Whose, deployed: DeployedCode): CodeProof {
  const { commit, refName, isBranch, baseRef = '' } = deployed
  const proof = { from: 'branch', repository: whose.name, branch } as const
  const loads = `A run loads the head of ${quoted(branch)} of ${quoted(whose.name)} when it starts`
  if (isOpen(branch)) {
    return { ...proof, isThisCommit: undefined, says: `${loads}; which branch that is cannot be seen from here.` }
  }
  if (whose.is !== 'this') return { ...proof, ...elsewhere(loads, whose, deployed) }
  const isTag = !isBranch && branch === refName
  const later = isTag
    ? 'Whoever moves the tag changes what runs, without a deploy.'
    : `A push to ${quoted(branch)} changes what runs, without a deploy.`
  const told = (isThisCommit: boolean | undefined, what: string): CodeProof => ({
    ...proof,
    isThisCommit,
    says: `${loads}${what}. ${later}`,
  })
  const head = deployed.headOf?.(branch)
  if (head !== undefined && commit !== '') {
    return sameCommit(head, commit)
      ? told(true, `; that is ${short(commit)}, which was deployed`)
      : told(false, `; that is ${short(head)} by now, and not ${short(commit)}, which was deployed`)
  }
  if (baseRef !== '' && branch === baseRef) {
    return told(false, '; the commit of this pull request is not in it before it is merged')
  }
  if (branch !== (baseRef || refName)) {
    return told(undefined, `, which need not have what was deployed, ${named(commit)} of ${quoted(baseRef || refName)}`)
  }
  if (commit === '') return told(undefined, '; which commit was deployed is not known')
  return told(
    true,
    `; this step deployed ${short(commit)}, which ${isTag ? 'the tag named' : `was the head of ${quoted(branch)}`} then`,
  )
}

const named = (commit: string): string => (commit === '' ? 'a commit that is not known' : short(commit))

function ofDefaultBranch(whose: Whose, deployed: DeployedCode): CodeProof {
  const proof = { from: 'default-branch', repository: whose.name } as const
  const loads = `A run loads the head of the default branch of ${quoted(whose.name)} when it starts`
  if (whose.is !== 'this') return { ...proof, ...elsewhere(loads, whose, deployed) }
  const says = `${loads}; this step deployed ${named(deployed.commit)} of ${quoted(deployed.refName)}. A push to the default branch changes what runs, without a deploy.`
  return { ...proof, isThisCommit: undefined, says }
}

function elsewhere(loads: string, { is }: Whose, { repository }: DeployedCode) {
  return is === 'other'
    ? { isThisCommit: false, says: `${loads}, and not of ${quoted(repository)}, which was deployed.` }
    : {
        isThisCommit: undefined,
        says: `${loads}; whether ${quoted(repository)}, which was deployed, is in there cannot be seen from here.`,
      }
}
