import { quoted } from '../live/words.ts'
import { isJsonObject, type JsonObject } from '../json.ts'

/** A `git_clone` step, as it is stored: placeholders of blocks, variables and steps are filled in when a run starts. */
export type Clone = Readonly<{
  id: string | undefined
  repository: string
  branch: string | undefined
  commit: string | undefined
}>

/** Where a run that has done its pull steps looks for its code. */
export type CodePlace =
  | Readonly<{ kind: 'clone'; clone: Clone }>
  | Readonly<{ kind: 'image'; folder: string | undefined }>
  /** A folder that only the machine which deployed is sure to have. */
  | Readonly<{ kind: 'folder-of-runner'; folder: string }>
  | Readonly<{ kind: 'unknown'; says: string }>

/**
 * A run works in the folder that the last step gives which gives one. (Prefect: deployments/steps/core.py, run_steps;
 * flows.py, load_flow_from_flow_run; 3.4 to 3.9)
 */
export function codePlace(steps: readonly JsonObject[]): CodePlace {
  const clones: Clone[] = []
  let place: CodePlace = { kind: 'image', folder: undefined }
  for (const step of steps) {
    const [[name, inputs] = ['', undefined]] = Object.entries(step)
    const given = isJsonObject(inputs) ? inputs : {}
    const own = ownStep(name)
    if (own === 'git_clone') {
      const clone = cloneOf(given)
      clones.push(clone)
      place = { kind: 'clone', clone }
    } else if (own === 'set_working_directory') {
      place = enteredFrom(place, textOf(given, 'directory') ?? '', clones)
    } else if (own === 'run_shell_script') {
      if (RUNS_GIT.test(textOf(given, 'script') ?? '')) place = byItself
    } else if (own !== 'pip_install_requirements' && (own !== undefined || clones.length === 0)) {
      place = { kind: 'unknown', says: downloadSays(name) }
    }
  }
  return place
}

/** Names that Prefect's own steps have and had. (Prefect: deployments/steps/pull.py; `git_clone_project` up to 2.10) */
const OWN = /^prefect\.(?:deployments|projects)\.steps(?:\.(?:pull|utility|core))?\.(\w+)$/

function ownStep(name: string): string | undefined {
  const [, last] = OWN.exec(name) ?? []
  return last === 'git_clone_project' || last === 'agit_clone' ? 'git_clone' : last
}

function cloneOf(inputs: JsonObject): Clone {
  return {
    id: textOf(inputs, 'id'),
    repository: textOf(inputs, 'repository') ?? '',
    branch: textOf(inputs, 'branch'),
    commit: textOf(inputs, 'commit_sha'),
  }
}

/** A text that says something; Prefect takes an empty one for none. */
function textOf(inputs: JsonObject, key: string): string | undefined {
  const text = inputs[key]
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined
}

/** `checkout` and the like change what a clone has brought; a question to git, as for the commit, does not. */
const RUNS_GIT = /\bgit\s+(?:-\S+\s+\S+\s+)*(?:clone|checkout|switch|pull|reset|merge|rebase|fetch|apply|am)\b/

const byItself: CodePlace = {
  kind: 'unknown',
  says: 'A script among the pull steps runs git by itself, so which code a run loads cannot be seen from here.',
}

function enteredFrom(place: CodePlace, directory: string, clones: readonly Clone[]): CodePlace {
  const [, id] = /^\{\{\s*([^{}\s]+?)\.directory\s*\}\}/.exec(directory) ?? []
  const named = clones.findLast((clone) => clone.id === id && id !== undefined)
  if (named !== undefined) return { kind: 'clone', clone: named }
  const isAbsolute = directory.startsWith('/')
  // A folder of what was cloned, or of the image.
  if (!isAbsolute && !directory.includes('{{')) return place
  if (clones.length > 0 || !isAbsolute) {
    return {
      kind: 'unknown',
      says: `A run works in the folder ${quoted(directory)}, and what is in there cannot be seen from here.`,
    }
  }
  return OF_RUNNER.test(directory)
    ? { kind: 'folder-of-runner', folder: directory }
    : { kind: 'image', folder: directory }
}

/** Where GitHub's runners check out: in `_work` or `work`, under the repository's name twice. */
const OF_RUNNER = /^\/(?:home\/runner\/work|__w|github\/workspace)(?:\/|$)|\/_work\//

function downloadSays(name: string): string {
  return `A run gets its code by the step ${quoted(name)}; which commit that brings cannot be seen from here.`
}
