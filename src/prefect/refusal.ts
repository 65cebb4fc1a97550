/** Characters of one line that are looked at: a refused request is repeated in one line, however large it is. */
const READ = 20_000

// In a line of its own in 3.4.25, behind the status in 3.8.8.
const ANSWER = /(^| - )Response: \{/
// How pydantic ends a line: with the value that it refused.
const PYDANTIC = / \[type=\w+, input_value=.*$/s
const SCHEMA = /^(.*?(?:Failure reason: |<ValidationError: ['"]))(.*)$/s

/**
 * A line as it may be shown. Prefect repeats the body of a request that was refused, values of blocks among them
 * (client/base.py, PrefectHTTPStatusError; 3.4 to 3.9), and a refused value in the sentence: both are left out.
 */
export function withoutValues(line: string): string {
  const text = line.slice(0, READ)
  const answer = ANSWER.exec(text)
  if (answer === null) return withoutInstance(text.replace(PYDANTIC, ''))
  const [start, joint = ''] = answer
  const said = refusalOf(text.slice(answer.index + start.length - 1))
  return `${text.slice(0, answer.index)}${joint}Response: ${said || '…'}`
}

/**
 * The sentence of an answer that refuses, as Python writes a dict: `detail`, or the first refused field with the reason.
 * Only the answer's head is read, because behind it stands the request, which may hold any text. Empty where there is none.
 */
function refusalOf(answer: string): string {
  const [, list] = /^\{(?:'exception_message': '[^'\\]*', 'exception_detail'|'detail'): (\[)?/.exec(answer) ?? []
  if (list !== undefined) return fieldOf(answer) ?? 'a field'
  return withoutInstance(literalAfter(answer, /^\{'(?:detail|exception_message)': /) ?? '')
}

/** The first refused field and why (fastapi: RequestValidationError). */
function fieldOf(answer: string): string | undefined {
  const head = /^[^[]*\[\{(?:'type': '[\w.]*', )?'loc': \[([^\]]*)\], 'msg': /
  const [, loc = ''] = head.exec(answer) ?? []
  const message = literalAfter(answer, head)?.replace(/^Value error, /, '')
  if (message === undefined) return undefined
  const place = loc.replaceAll(/['"]/g, '').split(', ').slice(1).join('.')
  return `${place === '' ? '' : `${place}: `}${withoutInstance(message)}`
}

function literalAfter(text: string, head: RegExp): string | undefined {
  const found = head.exec(text)
  return found === null ? undefined : literal(text.slice(found.index + found[0].length))
}

/** A string as Python's `repr` writes one, at the start of `text`. */
function literal(text: string): string | undefined {
  const [, single, double] = /^(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/s.exec(text) ?? []
  return (single ?? double)?.replaceAll(/\\(.)/gs, (_, sign: string) => (/[ntr]/.test(sign) ? ' ' : sign))
}

/** Messages of jsonschema that hold names of properties and nothing else of the request. */
const OF_NAMES = /^(?:'[^'\\]*' is a required property|Additional properties are not allowed \([^()]*\))(?:['"]>)?$/
/** What follows the value in the others: the last of them counts, since the value may hold any text. */
const REASON =
  /^.* ((?:is not (?:of type|valid under|one of|a multiple of|a )|is (?:too|less|greater) |is valid under each of |does not (?:match|have enough) |has (?:non-unique|too many) |should (?:be|not) ).*)$/s

/** What a schema refused, without the value. */
function withoutInstance(sentence: string): string {
  const [, before, message] = SCHEMA.exec(sentence) ?? []
  if (before === undefined || message === undefined || OF_NAMES.test(message)) return sentence
  return `${before}a value ${REASON.exec(message)?.[1] ?? 'was refused'}`
}
