// What is certain of a Python file without Python. All of it is on the side of silence.

/** By these a module may get names that do not stand in its text. */
const DYNAMIC =
  /\b(?:globals|locals|vars|setattr|exec|eval|__getattr__|__dict__)\b|\bimport\s*\*|\bsys\s*\.\s*modules\b/

/** The text without lines that are comments; such a line within a text in quotes is lost too. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*#.*$/gm, '')
}

const isPlain = (name: string): boolean => /^[A-Za-z_]\w*$/.test(name)

const word = (name: string): RegExp => new RegExp(`(?<![\\w])${name}(?![\\w])`, 'g')

/**
 * Whether the module surely has nothing of that name, `orders` or `Orders.load`: the name stands nowhere in the text, and
 * nothing in it could make it up.
 */
export function surelyLacks(text: string, name: string): boolean {
  const code = withoutComments(text)
  const [first = '', ...rest] = name.split('.')
  // Python folds letters such as `ﬁ`; others than these are left alone.
  if (![first, ...rest].every((part) => isPlain(part)) || DYNAMIC.test(code)) return false
  if (!word(first).test(code)) return true
  const [method] = rest
  if (rest.length !== 1 || method === undefined) return false
  const isOwn = new RegExp(`^class ${first}\\s*(?:\\(\\s*(?:object)?\\s*\\))?\\s*:`, 'm').test(code)
  return isOwn && !word(method).test(code)
}

const HEADER = /^(?:async\s+def|def|class)\s/gm

/**
 * Whether a name is surely a plain function: it stands at the left margin without a decorator, and is otherwise only
 * called.
 */
export function surelyPlainFunction(text: string, name: string): boolean {
  const code = withoutComments(text)
  if (!isPlain(name) || DYNAMIC.test(code)) return false
  const uses = [...code.matchAll(word(name))]
  const isDefinition = (at: number): boolean =>
    /(?:^|\n)(?:async[ \t]+)?def[ \t]+$/.test(code.slice(Math.max(0, at - 40), at))
  const isCall = (at: number): boolean =>
    /^[ \t]*\(/.test(code.slice(at + name.length, at + name.length + 20)) &&
    !/(?:def|class)[ \t]+$/.test(code.slice(Math.max(0, at - 20), at))
  const definition = uses.find(({ index }) => isDefinition(index))
  if (definition === undefined) return false
  if (uses.some((use) => use !== definition && !isCall(use.index))) return false
  return !isDecorated(code, code.lastIndexOf('\n', definition.index) + 1)
}

/** Whether a decorator at the left margin stands between the definition and the one before it. */
function isDecorated(code: string, at: number): boolean {
  const before = code.slice(0, at)
  const last = [...before.matchAll(HEADER)].at(-1)?.index ?? 0
  return /^@/m.test(before.slice(last))
}

/** Names of functions at the left margin, and which of them a decorator with `flow` in it stands above. */
export function functionsIn(text: string): Readonly<{ all: readonly string[]; flows: readonly string[] }> {
  const code = withoutComments(text)
  const all = [...code.matchAll(/^(?:async[ \t]+)?def[ \t]+([A-Za-z_]\w*)/gm)].map(([, name = '']) => name)
  const flows = [...code.matchAll(/^@(?:\w+\.)?flow\b[^@]*?^(?:async[ \t]+)?def[ \t]+([A-Za-z_]\w*)/gm)].map(
    ([, name = '']) => name,
  )
  return { all, flows }
}
