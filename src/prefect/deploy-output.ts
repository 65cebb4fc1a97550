/** A deployment that `prefect deploy` says it wrote: created or updated, the text is the same. */
export type DeployedLine = Readonly<{
  flow: string
  /** As the panel shows it: Prefect lets rich read markup in it, which takes `[…]` and `:…:` out (3.4 to 3.9). */
  name: string
  /** Absent where the panel was cut and no address followed it. */
  id?: string
}>

/** What the output tells of the way of one `prefect deploy`, in its order. */
export type DeployEvent = Readonly<{ kind: 'begun'; name: string } | ({ kind: 'deployed' } & DeployedLine)>

/** Takes standard output line by line. Neither function throws. */
export type DeployOutputReader = Readonly<{ line: (line: string) => void; end: () => void }>

/** Rows of the longest panel that is read: a name of 390 characters has two at 400 columns. */
const MOST_ROWS = 200
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
// A flow's name holds no slash (Prefect: flows.py, raise_on_name_with_banned_characters).
const DEPLOYED = new RegExp(
  `^Deployment '([^/]*)/(.*)'\\s*successfully\\s*created\\s*with\\s*id\\s*'(${UUID})'\\.$`,
  's',
)
// What `wrap_lines = false` in a prefect.toml leaves of a long one (3.8.8).
const CUT = /^Deployment '([^/]*)\/(.*)'\s*successfully\s*created(?:\s*with(?:\s*id(?:\s*'[0-9a-f-]*)?)?)?$/s
const BEGUN = /^Deploying (.*)$/s
const ADDRESS = new RegExp(`^View Deployment in UI: \\S*/deployments/deployment/(${UUID})$`)

/**
 * Reads the panels that `prefect deploy` prints (cli/deploy/_core.py of 3.4 to 3.9): `Deploying <name>`, only where
 * several are deployed, and `Deployment '<flow>/<name>' successfully created with id '<id>'.` Only a whole panel
 * counts: what the project's own code prints while it is imported is passed over.
 */
export function deployOutputReader(tell: (event: DeployEvent) => void): DeployOutputReader {
  let panel: { inner: number; rows: string[] } | undefined
  let withoutId: DeployedLine | undefined
  const settle = (id?: string): void => {
    if (withoutId !== undefined) tell({ kind: 'deployed', ...withoutId, ...(id === undefined ? {} : { id }) })
    withoutId = undefined
  }
  const panelEnded = (text: string): void => {
    settle()
    const [, flow, name, id] = DEPLOYED.exec(text) ?? CUT.exec(text) ?? []
    const begun = BEGUN.exec(text)?.[1]
    if (flow !== undefined && name !== undefined) {
      withoutId = { flow, name }
      if (id !== undefined) settle(id)
    } else if (begun !== undefined) tell({ kind: 'begun', name: begun })
  }
  return {
    line: (printed) => {
      const line = printed.trimEnd()
      const top = /^╭(─+)╮$/.exec(line)?.[1]
      const row = /^│ (.*) │$/s.exec(line)?.[1]
      if (top !== undefined) panel = { inner: top.length - 2, rows: [] }
      else if (panel === undefined) settleByAddress(line, settle)
      else if (row !== undefined && panel.rows.length < MOST_ROWS) panel.rows.push(row)
      else {
        const { rows, inner } = panel
        panel = undefined
        if (line === `╰${'─'.repeat(inner + 2)}╯`) panelEnded(joined(rows, inner))
      }
    },
    end: () => settle(),
  }
}

/** The address of a deployment is never wrapped (since 3.0.11); it follows its panel where the UI's address is known. */
function settleByAddress(line: string, settle: (id: string) => void): void {
  const id = ADDRESS.exec(line)?.[1]
  if (id !== undefined) settle(id)
}

/**
 * The text of a panel. A row that is full goes on in the next one without a space: so does a word that is longer than a
 * row; where the row ends with a word, rich has dropped the space, and what compares names must not mind.
 */
function joined(rows: readonly string[], inner: number): string {
  return rows
    .map((row, index) => {
      const text = row.trimEnd()
      return index < rows.length - 1 && text.length < inner ? `${text} ` : text
    })
    .join('')
}

/** Every deployment that a whole output says was written. */
export function parseDeployOutput(lines: readonly string[]): readonly DeployedLine[] {
  const deployed: DeployedLine[] = []
  const reader = deployOutputReader((event) => {
    if (event.kind !== 'deployed') return
    const { flow, name, id } = event
    deployed.push({ flow, name, ...(id === undefined ? {} : { id }) })
  })
  for (const line of lines) reader.line(line)
  reader.end()
  return deployed
}

/** Columns from which on a line is one of a panel that fills the whole width, which is 400. */
const FRAMED = 300

/** What a log shows of a line: without the frame of a panel, which says nothing and is four hundred columns wide. */
export function withoutFrame(line: string): readonly string[] {
  if (line.length < FRAMED) return [line]
  if (/^[╭╰]─.*[╮╯]$/.test(line)) {
    const title = line.slice(1, -1).replaceAll('─', '').trim()
    return title === '' ? [] : [title]
  }
  return [line.startsWith('│ ') && line.endsWith(' │') ? line.slice(2, -1).trimEnd() : line]
}
