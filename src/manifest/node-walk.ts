import type { Node } from 'yaml'
import type { Place, Scalar, Value } from './value.ts'
import type { YamlRule, YamlTrouble } from './yaml.ts'

/** Troubles of each severity that are told of one file. */
const MOST_TROUBLES = 50

/** What a list or mapping holds with every alias written out: values, and levels of them. */
export type Weight = Readonly<{ size: number; levels: number }>

/** One walk over the nodes of a text. */
export type NodeWalk = {
  readonly text: string
  readonly place: (offset: number) => Place
  /** The length of a text whose last line is not ended. */
  readonly openEnd: number | undefined
  readonly troubles: YamlTrouble[]
  /** What each anchor names so far; an alias means the one before it. */
  readonly anchors: Map<string, Node>
  readonly done: Map<Node, Value>
  readonly open: Set<Node>
  /** Nodes and levels of each finished list and mapping with every alias written out. */
  readonly weights: Map<Value, Weight>
  merged: number
}

/** Notes an error, once for each rule and place, and gives what stands for a value that cannot be read. */
export function trouble(walk: NodeWalk, rule: YamlRule, message: string, at: Place, hint?: string): Scalar {
  const errors = walk.troubles.filter((one) => one.severity === 'error')
  const known = errors.some((one) => one.rule === rule && one.at.line === at.line && one.at.column === at.column)
  if (!known && errors.length < MOST_TROUBLES) {
    walk.troubles.push({ rule, severity: 'error', message, at, ...(hint === undefined ? {} : { hint }) })
  }
  return nothing(at)
}

/** Notes something that is read otherwise than it looks. */
export function warning(walk: NodeWalk, rule: YamlRule, message: string, at: Place, hint: string): void {
  const warnings = walk.troubles.filter((one) => one.severity === 'warning')
  if (warnings.length < MOST_TROUBLES) walk.troubles.push({ rule, severity: 'warning', message, at, hint })
}

/** The empty scalar at a place. */
export function nothing(at: Place): Scalar {
  return { kind: 'scalar', type: 'null', value: null, source: '', at }
}

/** Where a node begins. */
export function placeOf(node: Node | null, walk: NodeWalk): Place {
  const start = node?.range?.[0]
  return walk.place(start ?? 0)
}

/** The name of a tag of YAML's own, `str` for `!!str`; another tag as it stands. */
export function tagOf(node: Node): string | undefined {
  const tag = 'tag' in node && typeof node.tag === 'string' ? node.tag : undefined
  return tag?.replace(/^tag:yaml\.org,2002:/, '')
}
