import { APP_EXAMPLES } from '../../__tests__/modal/app-check/examples.ts'
import { EXAMPLES } from '../../__tests__/manifest/rules/examples/examples.ts'
import { LIVE_EXAMPLES } from '../../__tests__/prefect/live-examples.ts'
import { FLOW_EXAMPLES } from '../../__tests__/release/flow-examples.ts'
import { checkManifests, readManifests } from '../../src/manifest/check.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import { liveFindings } from '../../src/prefect/live/rules.ts'
import { askedOf } from '../../src/release/live.ts'

/** What the check says of an example, and in which line; what only a Python can say is left out. */
export type Said = Readonly<{ line: number; message?: string; hint?: string }>

/** An example as the page shows it. */
export type Shown = Readonly<{ file: string; bad: string; says: readonly Said[]; good: string }>

/** Findings of one example that the page quotes. */
const MOST_QUOTED = 3

/** The example of a rule, whichever part of the check it is of; each is run by the tests. */
export function exampleOf(rule: string): Shown | undefined {
  return manifestExample(rule) ?? liveExample(rule) ?? flowExample(rule) ?? appExample(rule) ?? OWN[rule]
}

/** Examples of rules about comments, which are of no file of their own. */
const OWN: Readonly<Record<string, Shown>> = {
  'ignore-comment': {
    file: 'prefect.yaml',
    bad: '# prefect-modal: ignore pull-branch-difers -- runs use the released code on purpose\nbranch: stable\n',
    says: [
      {
        line: 1,
        message: 'There is no rule `pull-branch-difers` to ignore.',
        hint: 'Did you mean `pull-branch-differs`?',
      },
    ],
    good: '# prefect-modal: ignore pull-branch-differs -- runs use the released code on purpose\nbranch: stable\n',
  },
}

function fileOf(bytes: Uint8Array, name = 'prefect.yaml'): Parameters<typeof checkManifests>[0][number] {
  return { path: name, display: name, bytes }
}

function manifestExample(rule: string): Shown | undefined {
  const one = EXAMPLES[rule]
  if (one === undefined) return undefined
  const bytes = typeof one.bad === 'string' ? Buffer.from(one.bad) : one.bad
  const { findings } = checkManifests([fileOf(bytes, one.name)], one.known ?? {})
  return {
    file: one.name ?? 'prefect.yaml',
    bad: Buffer.from(bytes).toString(),
    says: quoted(findings, rule),
    good: one.good,
  }
}

function liveExample(rule: string): Shown | undefined {
  const one = LIVE_EXAMPLES[rule]
  if (one === undefined) return undefined
  const { manifests } = readManifests([fileOf(Buffer.from(one.bad))])
  const says = quoted(liveFindings(one.live, askedOf(selectDeployments(manifests, 'all'))), rule)
  return { file: 'prefect.yaml', bad: one.bad, says, good: one.good }
}

function flowExample(rule: string): Shown | undefined {
  const one = FLOW_EXAMPLES[rule]
  if (one === undefined) return undefined
  const [file = '', line = '1'] = one.at.split(':')
  const says = [{ line: file === one.of ? Number(line) : 0, message: one.message }]
  return { file: one.of, bad: one.bad, says, good: one.good }
}

function appExample(rule: string): Shown | undefined {
  const one = APP_EXAMPLES[rule]
  if (one === undefined) return undefined
  const says = [{ line: Number(one.at.split(':')[0]) }]
  return { file: one.reference ?? 'modal_app.py', bad: one.bad, says, good: one.good }
}

function quoted(findings: ReturnType<typeof checkManifests>['findings'], rule: string): Said[] {
  return findings
    .filter((finding) => finding.rule === rule)
    .slice(0, MOST_QUOTED)
    .map(({ message, hint, position }) => ({
      line: position.line ?? 0,
      message,
      ...(hint === undefined ? {} : { hint }),
    }))
}
