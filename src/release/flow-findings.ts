import type { Finding } from '../finding.ts'
import { findingOf } from '../manifest/rules/rule.ts'
import { shown } from '../manifest/shown.ts'
import type { ProbeAnswer } from '../python/probe/answer.ts'
import { importFindings } from './flow-imports.ts'
import { type Deployed, entrypointOf, type FlowQuestions, nameOf } from './flow-request.ts'
import { parameterFindings, refusedValues, scheduleFindings } from './flow-values.ts'

/** Everything that the probe's answer says against the deployments, by kind and in the order of the files. */
export function flowFindings(deployed: readonly Deployed[], questions: FlowQuestions, answer: ProbeAnswer): Finding[] {
  return [
    ...importFindings(questions.entrypoints, answer.flows),
    ...scheduleFindings(questions.schedules, answer.schedules),
    ...refusedValues(questions, answer),
    ...parameterFindings(deployed, answer),
    ...twice(deployed, answer),
  ]
}

/** Deployments of one flow with one name, though their entrypoints differ; what is alike in the file the rules find. */
function twice(deployed: readonly Deployed[], { flows }: ProbeAnswer): Finding[] {
  const first = new Map<string, Deployed>()
  return deployed.flatMap((one) => {
    const entrypoint = entrypointOf(one.entry)
    const flow = entrypoint === undefined ? undefined : flows[entrypoint]
    const name = nameOf(one.entry)
    if (flow?.kind !== 'imported' || name === undefined) return []
    const key = JSON.stringify([flow.name, name])
    const known = first.get(key)
    if (known === undefined) first.set(key, one)
    if (known === undefined || plainPath(known) === plainPath(one)) return []
    const { line } = known.entry.at
    const where =
      known.manifest.file === one.manifest.file
        ? `in line ${line}`
        : `in \`${shown(known.manifest.file)}\`, line ${line}`
    return [
      findingOf({ id: 'deployment-twice', severity: 'error' }, one.manifest.file, {
        message: `The deployment \`${shown(name)}\` of the flow \`${shown(flow.name)}\` stands already ${where}, with another entrypoint; the later one overwrites it.`,
        hint: 'Give one of the two another `name`, or one of the flows: `@flow(name="…")`.',
        at: one.entry.name.at,
      }),
    ]
  })
}

function plainPath({ entry }: Deployed): string | undefined {
  return entry.entrypoint.text?.replace(/^(?:\.\/)+/, '')
}
