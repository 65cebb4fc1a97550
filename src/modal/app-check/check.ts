import path from 'node:path'
import { byPlace, type Finding, type OwnComment } from '../../finding.ts'
import { ownPath } from '../../process/own-path.ts'
import type { AppRequest } from '../app-request.ts'
import { type Answers, type AppFile, type AppTools, askPython, partsOf } from './ask.ts'
import type { AppAnswer } from './facts.ts'
import { NOT_CHECKED, notChecked, refusal, UNREADABLE } from './reading.ts'
import { REFERENCE_RULE, referenceProblem } from './references.ts'
import { appFinding, type AppSurroundings, type CheckedApp } from './rule.ts'
import { READ_RULES } from './rules.ts'

/** `findings` are sorted by place; `comments` are those that speak to this action. */
export type CheckedApps = Readonly<{ findings: readonly Finding[]; comments: readonly OwnComment[] }>

/**
 * Reads the files of Modal apps with the project's own Python, without running them, and tells what is wrong with them.
 * `tools.env` needs no credential.
 *
 * @throws Fault `cancelled`, or `user` where Python could not be started; a file that cannot be checked is a finding
 */
export async function checkApps(
  tools: AppTools,
  requests: readonly AppRequest[],
  known: AppSurroundings,
): Promise<CheckedApps> {
  if (requests.length === 0) return { findings: [], comments: [] }
  return judgedApps(requests, await askPython(tools, appFiles(requests)), tools, known)
}

/** The files that the requests name, each once: one file may hold several of the apps. */
export function appFiles(requests: readonly AppRequest[]): readonly AppFile[] {
  const files = requests.map((request): [string, AppFile] => {
    const { file, module } = partsOf(request)
    return [keyOf({ file, module }), { file, module }]
  })
  return [...new Map(files).values()]
}

/** What is wrong with the apps, by what Python told of {@link appFiles}. */
export function judgedApps(
  requests: readonly AppRequest[],
  asked: Answers,
  tools: Surroundings,
  known: AppSurroundings,
): CheckedApps {
  const keys = appFiles(requests).map(keyOf)
  const findings = requests.flatMap((request) => {
    const answer = asked.answers[keys.indexOf(keyOf(partsOf(request)))]
    return findingsOf(request, answer, { tools, asked, known, count: requests.length })
  })
  return { findings: distinct(findings).sort(byPlace), comments: commentsOf(asked.answers, tools) }
}

function keyOf({ file, module }: AppFile): string {
  return `${module ? '-m ' : ''}${file}`
}

type Surroundings = Pick<AppTools, 'cwd' | 'checkout' | 'modalVersion'>
type Check = Readonly<{ tools: Surroundings; asked: Answers; known: AppSurroundings; count: number }>

function findingsOf(request: AppRequest, answer: AppAnswer | undefined, check: Check): Finding[] {
  const { tools, asked, known, count } = check
  const { file: target, module, object } = partsOf(request)
  const file = displayed(target, module, answer, tools)
  const wrong = referenceProblem(target, module, answer)
  const found = wrong === undefined ? [] : [appFinding(REFERENCE_RULE, file, wrong)]
  if (answer === undefined) return [...found, appFinding(NOT_CHECKED, file, notChecked('ended'))]
  switch (answer.state) {
    case 'absent':
    case 'unknown':
      return found
    case 'skipped':
      return [...found, appFinding(NOT_CHECKED, file, notChecked(answer.why))]
    case 'refused':
      return [...found, appFinding(UNREADABLE, file, refusal(answer))]
    case 'read': {
      const app: CheckedApp = {
        ...known,
        request,
        target,
        variable: object === '' ? 'app' : object,
        facts: answer.facts,
        version: tools.modalVersion,
        installed: asked.installed,
        count,
      }
      return [
        ...found,
        ...READ_RULES.flatMap((rule) => rule.find(app).map((problem) => appFinding(rule, file, problem))),
      ]
    }
  }
}

/** The file as an annotation names it; of a module that was not found, where it would be. */
function displayed(target: string, module: boolean, answer: AppAnswer | undefined, tools: Surroundings): string {
  if (answer !== undefined && 'file' in answer) return own(answer.file, tools) ?? target
  const file = module ? `${target.replace(/\.py$/, '').replaceAll('.', '/')}.py` : target
  return own(file, tools) ?? target
}

function own(file: string, { checkout, cwd }: Surroundings): string | undefined {
  return ownPath(checkout, path.resolve(cwd, file))
}

function commentsOf(answers: Answers['answers'], tools: Surroundings): OwnComment[] {
  return answers.flatMap((answer) => {
    if (answer?.state !== 'read') return []
    const file = own(answer.file, tools) ?? answer.file
    return answer.comments.map((comment) => ({ file, ...comment }))
  })
}

function distinct(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]
}
