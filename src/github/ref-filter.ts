/**
 * GitHub's filter patterns for branches and tags (GitHub docs: workflow-syntax, "Filter pattern cheat sheet"):
 * `*` matches anything but `/`, `**` anything, `?` and `+` repeat the character before them, `[…]` is a set, a leading
 * `!` takes back what earlier patterns admitted, and the last pattern that matches decides.
 *
 * A pattern that begins with `refs/` is held against the whole ref, every other one against the short name.
 */
export function admitsRef(patterns: readonly string[], ref: Readonly<{ ref: string; refName: string }>): boolean {
  if (patterns.length === 0) return true
  let admitted = false
  for (const raw of patterns) {
    const negated = raw.startsWith('!')
    const pattern = negated ? raw.slice(1) : raw
    const subject = pattern.startsWith('refs/') ? ref.ref : ref.refName
    if (filterPattern(pattern)?.test(subject) === true) admitted = !negated
  }
  return admitted
}

/** The pattern as a regular expression, or `undefined` where it is not one. */
export function filterPattern(pattern: string): RegExp | undefined {
  let source = ''
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at)
    if (char === '*') {
      const stars = /^\*+/.exec(pattern.slice(at))?.[0].length ?? 1
      source += stars === 1 ? '[^/]*' : '.*'
      at += stars - 1
    } else if (char === '?' || char === '+') {
      if (source === '' || /[*+?]$/.test(pattern.slice(0, at))) return undefined
      source += char
    } else if (char === '[') {
      const set = /^\[[A-Za-z0-9_.-]+\]/.exec(pattern.slice(at))?.[0]
      if (set === undefined) return undefined
      source += set
      at += set.length - 1
    } else if (char === '\\' && at + 1 < pattern.length) {
      at += 1
      source += literal(pattern.charAt(at))
    } else {
      source += literal(char)
    }
  }
  try {
    return new RegExp(`^${source}$`, 'su')
  } catch {
    return undefined
  }
}

function literal(char: string): string {
  return /[$()*+.?[\\\]^{|}/]/.test(char) ? `\\${char}` : char
}
