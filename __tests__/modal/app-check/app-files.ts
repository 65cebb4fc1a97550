import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Finding } from '../../../src/finding.ts'
import { type Log, machineClock } from '../../../src/host.ts'
import type { AppRequest } from '../../../src/modal/app-request.ts'
import { type AppTools, askPython, partsOf } from '../../../src/modal/app-check/ask.ts'
import { appFiles, type CheckedApps, judgedApps } from '../../../src/modal/app-check/check.ts'
import type { AppSurroundings } from '../../../src/modal/app-check/rule.ts'
import { runChild } from '../../../src/process/child.ts'
import { stepRunner } from '../../../src/process/step.ts'
import { modalPython } from '../modal-tools.ts'
import { requestOf } from '../recorded-apps.ts'

export type Sources = Readonly<Record<string, string | Uint8Array>>

/** A checkout in a temporary folder. */
export type Checkout = Readonly<{ folder: string; remove: () => void }>

/** Writes files, each under its path. */
export function checkoutOf(sources: Sources): Checkout {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'app-check-')))
  for (const [name, text] of Object.entries(sources)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
    writeFileSync(path.join(folder, name), text)
  }
  return { folder, remove: () => rmSync(folder, { recursive: true }) }
}

/** The tools of a check with the real Python of one version of Modal, and what stands in the log. */
export async function appTools(
  folder: string,
  version = '1.6.4',
  given: Readonly<Record<string, string>> = {},
): Promise<AppTools & { shown: string[] }> {
  const python = await modalPython(version)
  const shown: string[] = []
  const log: Log = {
    info: () => undefined,
    debug: () => undefined,
    group: (title, lines) => shown.push(title, ...lines),
    warning: () => undefined,
  }
  const { signal } = new AbortController()
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder, PYTHONDONTWRITEBYTECODE: '1', ...given }
  const runStep = stepRunner({ run: runChild, log, clock: machineClock, signal })
  return { runStep, log, python, env, cwd: folder, checkout: folder, modalVersion: version, shown }
}

export function requested(reference: string, rest: Partial<AppRequest> = {}): AppRequest {
  return reference.startsWith('-m ')
    ? requestOf(reference.slice(3), { module: true, ...rest })
    : requestOf(reference, rest)
}

export type Judge = (request: AppRequest, known?: AppSurroundings) => CheckedApps

/** Reads all these files in one Python process; what is wrong with any of them can then be asked one at a time. */
export async function judgeOf(tools: AppTools, requests: readonly AppRequest[]): Promise<Judge> {
  const files = appFiles(requests)
  const asked = await askPython(tools, files)
  return (request, known = { repository: undefined }) => {
    const { file, module } = partsOf(request)
    const index = files.findIndex((one) => one.file === file && one.module === module)
    if (index < 0) throw new Error(`${request.reference} was not read`)
    return judgedApps([request], { ...asked, answers: [asked.answers[index]] }, tools, known)
  }
}

/** Findings as `rule line:column`, with `?` behind a warning and `i` behind a notice. */
export function places(findings: readonly Finding[]): string[] {
  const mark = { error: '', warning: ' ?', notice: ' i' }
  return findings.map(({ rule, severity, position }) => {
    return `${rule}${position.line === undefined ? '' : ` ${position.line}:${position.column}`}${mark[severity]}`
  })
}
