import type { Fault } from '../../../src/faults.ts'
import type { Run } from './applied.ts'
import type { Mishap, Refusal } from './fake-workspace.ts'
import type { Sketch } from './plans.ts'

/** So many new deployments, of one flow each. */
export function creates(count: number): Sketch[] {
  return Array.from({ length: count }, (_, index) => ({ name: `d${index}`, flow: `flow-${index}`, kind: 'create' }))
}

export function updates(count: number): Sketch[] {
  return Array.from({ length: count }, (_, index) => ({ name: `d${index}`, flow: 'flow', kind: 'update' }))
}

export function states({ outcomes }: Run): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { state } of outcomes) counts[state] = (counts[state] ?? 0) + 1
  return counts
}

export function faultOf({ outcomes }: Run, name: string): Fault | undefined {
  return outcomes.find(({ planned }) => planned.name === name)?.fault
}

/** Of the requests that match, so many from the first one on. */
export function first(count: number, happens: Mishap | Refusal, route = /./) {
  let left = count
  return (_: number, { method, path }: { method: string; path: string }) =>
    route.test(`${method} ${path}`) && left-- > 0 ? happens : undefined
}
