/** One public address of an app, as `modal deploy` names it. */
export type Endpoint = Readonly<{
  /** `web`; of a method `Model.api`. */
  function: string
  /** Modal's own address: `https://….modal.run` or `https://….modal.direct`. */
  url: string
  customDomains: readonly string[]
  /**
   * The key that Modal prints. Before 1.6.0 none is printed for methods (then `false`) and servers (then `true`, which
   * is Modal's default for them).
   */
  requiresProxyAuth: boolean
  kind: 'web function' | 'server' | 'method'
}>

/** What the output of `modal deploy` says. */
export type DeployOutput = Readonly<{
  /** Absent: no line says that anything was deployed. */
  state?: 'deployed' | 'no-op'
  /** All objects were made, so that a publish may be on its way. */
  created: boolean
  dashboardUrl?: string
  /** As they were registered; a class is `Model.*`. In alphabetical order: Modal's own differs from run to run. */
  functions: readonly string[]
  /** In alphabetical order of their functions. */
  endpoints: readonly Endpoint[]
  /** What Modal printed beside the rows of functions. */
  warnings: readonly string[]
}>

/** A row of the tree: its depth (1 or 2) and its text. */
type Row = Readonly<{ depth: number; text: string }>
type Found = { function: string; url: string; customDomains: string[]; auth: boolean; kind: Endpoint['kind'] }
type Tree = { functions: Set<string>; endpoints: Map<string, Found>; warnings: string[] }

/**
 * Reads standard output of `modal deploy` of Modal 1.0 to 1.6. Never throws, whatever the text: what is not known is
 * left out.
 *
 * Only what stands between the last `✓ Created objects.` and the verdict counts: before it come build logs and what the
 * user's own code prints. The link to the dashboard always answers and is never an endpoint.
 */
export function parseDeployOutput(printed: readonly string[]): DeployOutput {
  const lines = printed.map((line) => line.replaceAll(CONTROL, ''))
  const start = lines.findLastIndex(isPublishing)
  if (start < 0) return { created: false, functions: [], endpoints: [], warnings: [] }
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => verdictOf(line) !== undefined)
  const state = verdictOf(rest[end] ?? '')
  const dashboardUrl = state === undefined ? undefined : dashboardOf(rest.slice(end + 1))
  const tree = readTree(rowsOf(end < 0 ? rest : rest.slice(0, end)))
  return {
    ...(state === undefined ? {} : { state }),
    created: true,
    ...(dashboardUrl === undefined ? {} : { dashboardUrl }),
    functions: [...tree.functions].sort(),
    endpoints: [...tree.endpoints.values()]
      .filter((found) => URL.canParse(found.url))
      .map(endpointOf)
      .sort(byFunction),
    warnings: tree.warnings,
  }
}

/** Nothing that Modal prints holds one: whoever reads an address or a name on need not fear them. */
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/** Whether a line says that everything is made and a publish is on its way; before it nothing that is live is touched. */
export function isPublishing(line: string): boolean {
  return line.trimEnd() === '✓ Created objects.'
}

/** `--staged` prints the same line for a version that is not live; the action never passes it (Modal 1.6.4). */
function verdictOf(line: string): DeployOutput['state'] {
  if (line.startsWith('✓ App deployed in ')) return 'deployed'
  return line.startsWith('✓ Deployment skipped') ? 'no-op' : undefined
}

function dashboardOf(lines: readonly string[]): string | undefined {
  for (const [index, line] of lines.entries()) {
    const [said, url] = /^View Deployment:\s*(https?:\/\/\S+)?\s*$/.exec(line) ?? []
    // In a narrow terminal the address stands in the next line.
    if (said !== undefined) return url ?? /^https?:\/\/\S+/.exec(lines[index + 1] ?? '')?.[0]
  }
  return undefined
}

/** The tree's rows, continuation lines (a narrow terminal) put back to the row that they belong to. */
function rowsOf(lines: readonly string[]): Row[] {
  const rows: Row[] = []
  for (const line of lines) {
    const match = /^((?:│ {3}| {4})*)([├└]── )?(.*?)\s*$/.exec(line)
    const [, guides = '', branch, text = ''] = match ?? []
    const last = rows.at(-1)
    if (branch !== undefined) rows.push({ depth: guides.length / 4 + 1, text })
    else if (guides !== '' && text !== '' && last !== undefined) {
      // Rich breaks at a blank where it can, else in the midst of the address. A warning may have several lines.
      const atBlank = last.text.startsWith('⚠') || /(?:=>|->|:)$/.test(last.text) || /^[🔑(]/u.test(text)
      const glue = atBlank ? ' ' : ''
      rows.splice(-1, 1, { ...last, text: last.text + glue + text })
    }
  }
  return rows
}

function readTree(rows: readonly Row[]): Tree {
  const tree: Tree = { functions: new Set(), endpoints: new Map(), warnings: [] }
  let block: Block | undefined
  for (const row of rows) {
    if (row.depth === 1) {
      block = blockOf(row.text)
      if (block !== undefined) tree.functions.add(block.name)
      else readOldRow(row.text, tree)
    } else if (row.text.startsWith('⚠')) {
      tree.warnings.push(row.text.slice(1).trim())
    } else if (block !== undefined) {
      readChild(row.text, block, tree)
    }
  }
  return tree
}

/** Rows of Modal 1.0 to 1.5: one line per object, custom domains as late rows of their own. */
const OLD_FUNCTION = /^🔨 Created function (.+?)\.?$/u
const OLD_DOMAIN = /^🔨 Custom domain for (.+?) => (https?:\/\/\S+)/u
const OLD_URLS: readonly Readonly<{ kind: Endpoint['kind']; row: RegExp }>[] = [
  { kind: 'web function', row: /^🔨 Created web function (.+?) => (https?:\/\/\S+)(.*)$/u },
  { kind: 'method', row: /^🔨 Created (?:web endpoint|Web Function URL) for (.+?) => (https?:\/\/\S+)(.*)$/u },
  {
    kind: 'server',
    row: /^🔨 Created (?:flash service endpoint|server endpoints) for (.+?) => (https?:\/\/\S+)(.*)$/u,
  },
]

function readOldRow(text: string, tree: Tree): void {
  const plain = OLD_FUNCTION.exec(text)?.[1]
  if (plain !== undefined) tree.functions.add(plain)
  const [, domainOf, domain] = OLD_DOMAIN.exec(text) ?? []
  if (domainOf !== undefined && domain !== undefined) entry(tree, domainOf).customDomains.push(domain)
  for (const { kind, row } of OLD_URLS) {
    const [, name, url, rest = ''] = row.exec(text) ?? []
    if (name === undefined || url === undefined) continue
    const auth = rest.includes('🔑') || kind === 'server'
    Object.assign(entry(tree, name), { url, auth, kind })
    if (kind !== 'method') tree.functions.add(name)
    noteLabel(name, rest, tree)
  }
}

/** A function or server of Modal 1.6, whose addresses are the rows below it. */
type Block = { name: string; kind: 'web function' | 'server'; method: string | undefined }

function blockOf(text: string): Block | undefined {
  const [, type, name] = /^✓ Created (Function|Server) (.+?)\.?$/.exec(text) ?? []
  if (name === undefined) return undefined
  return { name, kind: type === 'Server' ? 'server' : 'web function', method: undefined }
}

const CHILD = /^(?:(Custom domain:)|(\S+)? *->)? *(https?:\/\/\S+)(.*)$/

function readChild(text: string, block: Block, tree: Tree): void {
  const [, domain, method, url, rest = ''] = CHILD.exec(text) ?? []
  if (url === undefined) return
  if (domain !== undefined) entry(tree, block.name).customDomains.push(url)
  else if (method !== undefined) {
    block.method = method
    Object.assign(entry(tree, method), { url, auth: rest.includes('🔑'), kind: 'method' })
  } else if (/^ *->/.test(text)) {
    // An arrow without a name is a custom domain of the method above it.
    if (block.method !== undefined) entry(tree, block.method).customDomains.push(url)
  } else {
    Object.assign(entry(tree, block.name), { url, auth: rest.includes('🔑'), kind: block.kind })
  }
  noteLabel(method ?? block.name, rest, tree)
}

function entry(tree: Tree, name: string): Found {
  const found = tree.endpoints.get(name) ?? { function: name, url: '', customDomains: [], auth: false, kind: 'method' }
  tree.endpoints.set(name, found)
  return found
}

function noteLabel(name: string, rest: string, tree: Tree): void {
  if (rest.includes('(label stolen)')) {
    tree.warnings.push(`The address of ${name} belonged to another function before: both have the same label.`)
  }
}

function endpointOf({ auth, customDomains, ...found }: Found): Endpoint {
  const domains = customDomains.filter((domain) => URL.canParse(domain))
  return { ...found, customDomains: domains, requiresProxyAuth: auth }
}

function byFunction(a: Endpoint, b: Endpoint): number {
  if (a.function === b.function) return 0
  return a.function < b.function ? -1 : 1
}
