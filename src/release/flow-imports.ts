import type { Position } from '../faults.ts'
import type { Finding } from '../finding.ts'
import { shown } from '../manifest/shown.ts'
import { nearest } from '../nearest.ts'
import { FLOW_FAILURES } from '../prefect/project-rules.ts'
import { oneLine } from '../process/one-line.ts'
import type { FailedFlow, ImportedFlow, ProbeAnswer } from '../python/probe/answer.ts'
import { type Deployed, nameOf } from './flow-request.ts'
import { FLOW } from './flow-rules.ts'

/** An entrypoint that has something to be told, with the deployments that name it. */
type Case = Readonly<{ entrypoint: string; deployed: readonly Deployed[]; at: Position }>

/** A finding of one entrypoint's, before it is told that it is others' too. */
type Alone = Omit<Finding, 'message'> & Readonly<{ says: (concerned: string) => string }>

/** What became of the import of each flow, in the order of the files; one reason of several entrypoints is told once. */
export function importFindings(
  entrypoints: ReadonlyMap<string, readonly Deployed[]>,
  flows: ProbeAnswer['flows'],
): Finding[] {
  const alike = new Map<string, { found: Alone; deployed: Deployed[] }>()
  for (const [entrypoint, deployed] of entrypoints) {
    const flow = flows[entrypoint]
    const [first] = deployed
    if (flow === undefined || first === undefined) continue
    const { line, column } = first.entry.entrypoint.at
    const found = findingOf({ entrypoint, deployed, at: { file: first.manifest.file, line, column } }, flow)
    if (found === undefined) continue
    const key = JSON.stringify([found.rule, found.position, found.says('')])
    const known = alike.get(key) ?? { found, deployed: [] }
    alike.set(key, { ...known, deployed: [...known.deployed, ...deployed] })
  }
  return [...alike.values()].map(({ found: { says, ...found }, deployed }) => ({
    ...found,
    message: says(concerned(deployed)),
  }))
}

function findingOf(one: Case, flow: ImportedFlow | FailedFlow): Alone | undefined {
  if (flow.kind === 'imported') return flow.behind === undefined ? losesName(one, flow) : failsBehind(one, flow.behind)
  switch (flow.kind) {
    case 'import-failed':
      return flow.eventLoop ? failsInLoop(one, flow) : failed(one, flow)
    case 'no-schema':
      return withoutSchema(one, flow)
    case 'needs-workspace':
      return notJudged(one, flow)
    case 'not-found':
      return notFound(one)
    case 'no-such-name':
      return noSuchName(one, flow.names)
    case 'not-a-flow':
      return notAFlow(one, flow)
    case 'timed-out':
      return slow(one)
    case 'died':
      return dies(one, flow)
  }
}

type Raised = Extract<FailedFlow, { type: string }>

function failed(one: Case, raised: Raised): Alone {
  const { what, hint = `${OUTSIDE}${unnoticed(one, raised)}` } = wordsOf(raised)
  return {
    rule: FLOW.importFailed.id,
    severity: FLOW.importFailed.severity,
    says: (deployed) => `${importing(one, raised)} fails${deployed}: ${what}.`,
    hint,
    position: placeOf(raised) ?? one.at,
  }
}

/** How Prefect's own failure of the same kind is told. */
function wordsOf(raised: Raised): Readonly<{ what: string; hint?: string }> {
  const place = placeOf(raised)
  const said = saidBy(raised)
  const text = {
    message: [said],
    ...(place === undefined ? {} : { place: { file: place.file, line: place.line ?? 1 } }),
  }
  const context = { doing: '', checkout: '', cwd: '', keyFrom: '', version: '' }
  for (const rule of FLOW_FAILURES) {
    const match = rule.text.exec(said)
    if (match !== null)
      return { what: oneLine(rule.what?.(match, text, context) ?? said), hint: rule.hint(match, text, context) }
  }
  return { what: oneLine(said) }
}

const OUTSIDE = 'Correct the line, or move what it does into the flow function.'

/** What becomes of it in `prefect deploy`, where nobody would think so (Prefect: flows.py, load_flow_from_entrypoint). */
function unnoticed({ entrypoint }: Case, { type }: Raised): string {
  if (type === 'SystemExit')
    return ' `prefect deploy` ends there, after it has written the deployments before this one.'
  return entrypoint.includes('.py:') ? ' `prefect deploy` keeps silent about it.' : ''
}

function saidBy({ type, message }: Raised): string {
  const told = message.replace(/ ?For further information visit \S+$/, '')
  return told === '' ? type : `${type}: ${told}`
}

function failsInLoop(one: Case, raised: Raised): Alone {
  const stops = !one.entrypoint.includes('.py:')
  return {
    rule: FLOW.schemaGuessed.id,
    severity: stops ? 'error' : FLOW.schemaGuessed.severity,
    says: (deployed) =>
      `${importing(one, raised)} fails inside of \`prefect deploy\`${deployed}: ${oneLine(saidBy(raised))}.`,
    hint: 'Prefect imports flows inside of an event loop, where `Secret.load`, `Variable.get` and others give coroutines, and `asyncio.run` fails. Do it in the flow function.',
    position: placeOf(raised) ?? one.at,
  }
}

function failsBehind(one: Case, behind: FailedFlow): Alone {
  const place = 'file' in behind ? placeOf(behind) : undefined
  const why = 'type' in behind ? oneLine(saidBy(behind)) : (OTHERWISE[behind.kind] ?? 'it ends the process')
  return {
    rule: FLOW.schemaGuessed.id,
    severity: FLOW.schemaGuessed.severity,
    says: (deployed) =>
      `\`${shown(one.entrypoint)}\` can be imported by itself, but not behind the flows before it${deployed}: ${why}.`,
    hint: 'Prefect imports all flows of a file in one process. Most often two files have one name there: rename one of them, or make packages of their folders.',
    position: place ?? one.at,
  }
}

const OTHERWISE: Partial<Record<FailedFlow['kind'], string>> = {
  'not-found': 'another one has left the working folder',
  'no-such-name': 'another module has its name',
  'not-a-flow': 'another module has its name',
}

/** Prefect: client/orchestration, read_deployment_by_name; seen in 3.8.8. */
function losesName(one: Case, flow: ImportedFlow): Alone | undefined {
  if (!/[?#]|^\.{1,2}$/.test(flow.name)) return undefined
  return {
    rule: FLOW.nameLost.id,
    severity: FLOW.nameLost.severity,
    says: (deployed) =>
      `Prefect makes the deployments of a flow named \`${shown(flow.name)}\` and does not find them again${deployed}, so \`engine: rehearsed\` refuses their next deploy.`,
    hint: 'Name it with letters, digits, `-` and `_`: `@flow(name="…")`.',
    position: placeOf(flow) ?? one.at,
  }
}

function withoutSchema(one: Case, raised: Raised): Alone {
  return {
    rule: FLOW.importFailed.id,
    severity: FLOW.importFailed.severity,
    says: (deployed) =>
      `Prefect cannot make out the parameters of \`${shown(one.entrypoint)}\`${deployed}: ${oneLine(saidBy(raised))}.`,
    hint: 'Correct the annotations and defaults of the flow function.',
    position: placeOf(raised) ?? one.at,
  }
}

function notJudged(one: Case, raised: Raised): Alone {
  const { file, line } = placeOf(raised) ?? {}
  const where = file === undefined ? '' : ` in \`${shown(file)}\`, line ${line}`
  return {
    rule: FLOW.notJudged.id,
    severity: FLOW.notJudged.severity,
    says: () =>
      `\`${shown(one.entrypoint)}\` asks the Prefect workspace when it is imported${where}; without credentials it is not judged.`,
    position: one.at,
  }
}

function notFound(one: Case): Alone {
  const { entrypoint } = one
  const isFile = entrypoint.includes('.py:')
  const name = entrypoint.slice(0, entrypoint.lastIndexOf(entrypoint.includes(':') ? ':' : '.'))
  return {
    rule: FLOW.notFound.id,
    severity: FLOW.notFound.severity,
    says: (deployed) => `There is no ${isFile ? 'file' : 'module'} \`${shown(name)}\`${deployed}.`,
    hint: isFile
      ? 'Paths in `entrypoint` are relative to `working-directory`, wherever the prefect.yaml lies.'
      : 'The module of an `entrypoint` is found from `working-directory` on, or as an installed package of the project.',
    position: one.at,
  }
}

function noSuchName(one: Case, names: readonly string[]): Alone {
  const { source, name } = partsOf(one.entrypoint)
  const near = nearest(name, names) ?? (names.length === 1 ? names[0] : undefined)
  const listed = names.slice(0, MOST_NAMED).map((flow) => `\`${shown(flow)}\``)
  return {
    rule: FLOW.notFound.id,
    severity: FLOW.notFound.severity,
    says: (deployed) => `There is no \`${shown(name)}\` in \`${shown(source)}\`${deployed}.`,
    hint:
      near === undefined
        ? `${listed.length === 0 ? 'It has no flow.' : `Its flows are ${listed.join(', ')}.`} Behind the colon stands the name of the function, not that of the flow.`
        : `Did you mean \`${shown(near)}\`? Behind the colon stands the name of the function, not that of the flow.`,
    position: one.at,
  }
}

function notAFlow(one: Case, found: Readonly<{ file?: string | undefined; line?: number | undefined }>): Alone {
  const { source, name } = partsOf(one.entrypoint)
  const { file, line } = placeOf(found) ?? {}
  const where = file === undefined ? `in \`${shown(source)}\`` : `(\`${shown(file)}\`, line ${line})`
  return {
    rule: FLOW.notAFlow.id,
    severity: FLOW.notAFlow.severity,
    says: (deployed) => `\`${shown(name)}\` ${where} is no flow${deployed}.`,
    hint: 'Decorate it with `@flow`, as the outermost decorator, or name the function that is a flow.',
    position: one.at,
  }
}

function slow(one: Case): Alone {
  return {
    rule: FLOW.importSlow.id,
    severity: FLOW.importSlow.severity,
    says: (deployed) =>
      `The import of \`${shown(one.entrypoint)}\` did not come to its end in time${deployed}; it is not judged.`,
    hint: 'Look for what runs outside of functions: a download, a connection, `time.sleep`, a flow that is called. `prefect deploy` waits for it without an end.',
    position: one.at,
  }
}

function dies(one: Case, { how, status }: Extract<FailedFlow, { kind: 'died' }>): Alone {
  const ending = {
    exit: `with exit status ${status}`,
    signal: `by signal ${status}`,
    lost: 'or closes all of its files',
  }[how]
  return {
    rule: FLOW.importDies.id,
    severity: FLOW.importDies.severity,
    says: (deployed) => `Importing \`${shown(one.entrypoint)}\` ends the process ${ending}${deployed}.`,
    hint:
      how === 'signal'
        ? 'A library crashed, or the runner was short of memory. Import it where it is used, or take a larger runner.'
        : 'Look for `os._exit` and the like outside of functions.',
    position: one.at,
  }
}

function importing({ entrypoint }: Case, raised: Raised): string {
  // Several entrypoints may fail at one line, which is what counts then.
  return raised.file === undefined ? `Importing \`${shown(entrypoint)}\`` : 'Importing the flow'
}

function partsOf(entrypoint: string): Readonly<{ source: string; name: string }> {
  const at = entrypoint.lastIndexOf(entrypoint.includes(':') ? ':' : '.')
  return { source: entrypoint.slice(0, at), name: entrypoint.slice(at + 1) }
}

function placeOf({
  file,
  line,
}: Readonly<{ file?: string | undefined; line?: number | undefined }>): Position | undefined {
  return file === undefined || line === undefined ? undefined : { file, line }
}

/** Names that one message lists. */
const MOST_NAMED = 3

/** The deployments in words, each once: ` (deployments \`a\`, \`b\` and 2 more)`. */
function concerned(deployed: readonly Deployed[]): string {
  const names = [...new Set(deployed.map(({ entry }) => nameOf(entry) ?? 'without a name'))]
  const listed = names.slice(0, MOST_NAMED).map((name) => `\`${shown(name)}\``)
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return ` (deployment${names.length === 1 ? '' : 's'} ${listed.join(', ')}${more})`
}
