import type { Finding, RuleFacts, Severity } from '../../finding.ts'
import type { AppRequest } from '../app-request.ts'
import type { AppFacts, InstalledModal } from './facts.ts'

/** What holds outside of the app files and bears on them. */
export type AppSurroundings = Readonly<{
  /** The repository's name without its owner. */
  repository: string | undefined
  /** The input `health-path`; absent: `/health`. */
  healthPath?: string
}>

/** One app file that was read, and how `modal-apps` names it. */
export type CheckedApp = AppSurroundings &
  Readonly<{
    request: AppRequest
    /** The variable of the app: `app` where the reference names none. */
    variable: string
    /** Path from the working directory, of a module its name. */
    target: string
    facts: AppFacts
    /** Version of the installed Modal, PEP 440. */
    version: string
    installed: InstalledModal
    /** How many apps are deployed in all. */
    count: number
  }>

/** What a rule found in an app file; the registry adds the rule's id and the file. */
export type AppProblem = Readonly<{
  message: string
  hint?: string
  at?: Readonly<{ line: number; column: number }>
  severity?: Severity
}>

/** A rule about one app file that could be read. */
export type AppRule = RuleFacts & Readonly<{ find: (app: CheckedApp) => readonly AppProblem[] }>

/** A problem as a finding of `rule` in `file`. */
export function appFinding(rule: Pick<RuleFacts, 'id' | 'severity'>, file: string, problem: AppProblem): Finding {
  const { message, hint, at, severity = rule.severity } = problem
  const position = { file, ...(at === undefined ? {} : { line: at.line, column: at.column }) }
  return { rule: rule.id, severity, message, position, ...(hint === undefined ? {} : { hint }) }
}

/** A text of the user's file as a message may show it: on one line, without control characters and backticks. */
export function quoted(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}`]/gu, '\ufffd')
  return `\`${line.length <= 80 ? line : `${line.slice(0, 80).toWellFormed()}…`}\``
}

/** The one app that the request names, where the file makes it in plain sight. */
export function namedApp({ facts, variable }: CheckedApp): AppFacts['apps'][number] | undefined {
  const apps = facts.apps.filter((app) => app.variable === variable && !app.lazy)
  return apps.length === 1 && apps[0]?.certain === true ? apps[0] : undefined
}

/** The first mention of something; in a chain of calls each is told once. */
export function onePerPlace<T extends Readonly<{ line: number; column: number }>>(facts: readonly T[]): T[] {
  return [...new Map(facts.map((fact) => [`${fact.line}:${fact.column}`, fact])).values()]
}
