// How Python reads texts where JavaScript reads them otherwise.

/** White space to Python, and to Unicode none. */
const SEPARATORS = [0x1c, 0x1d, 0x1e, 0x1f].map((code) => String.fromCodePoint(code)).join('')
const SPACES = new RegExp(`[\\p{White_Space}${SEPARATORS}]+`, 'u')
/** Digits that Python's `int()` reads; it refuses more. */
const MOST_DIGITS = 4300

/** The words of a text, as Python's `str.split()` gives them. */
export function pythonWords(text: string): string[] {
  return text.split(SPACES).filter((word) => word !== '')
}

/** The number of a text of digits of any script, as Python's `int()` reads it; `undefined` of every other text. */
export function pythonDigits(text: string): number | undefined {
  if (/^\d+$/.test(text)) return text.length > MOST_DIGITS ? undefined : Number(text)
  if (!/^\p{Nd}+$/u.test(text)) return undefined
  const digits = Array.from(text, (digit) => valueOfDigit(digit.codePointAt(0) ?? 0))
  return digits.length > MOST_DIGITS ? undefined : Number(digits.join(''))
}

/** The decimal digits of a script stand in a row of ten, from zero on. */
function valueOfDigit(code: number): number {
  let first = code
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) first -= 1
  return (code - first) % 10
}

/** A whole number as Python's `int()` reads it of a text without white space: `-3`, `+1_000`. */
export function pythonInteger(text: string): bigint | undefined {
  const match = /^([+-]?)((?:\p{Nd}+_)*\p{Nd}+)$/u.exec(text)
  if (match === null) return undefined
  const digits = Array.from((match[2] ?? '').replaceAll('_', ''), (digit) => valueOfDigit(digit.codePointAt(0) ?? 0))
  if (digits.length > MOST_DIGITS) return undefined
  return match[1] === '-' ? -BigInt(digits.join('')) : BigInt(digits.join(''))
}
