import { isJsonObject, type JsonObject } from '../prefect/json.ts'

/** Texts, and in them names with dots: `{{ event.payload.id }}`. Anything else in braces is for Jinja to judge. */
const PLAIN = /^(?:[^{}]|\{\{ *[a-z_]\w*(?:\.[a-z_]\w*)* *\}\})*$/i
/** Words that Jinja takes for more than names. (jinja2: lexer.py, parser.py, 3.1) */
const JINJA =
  /\{[^}]*\b(?:and|or|not|in|is|if|elif|else|for|block|extends|print|macro|include|from|import|set|with|call|filter)\b/

/** Whether the server surely takes the parameters of a trigger: their texts are plain, or templates of the simplest kind. */
export function areSurelyTemplates(values: JsonObject): boolean {
  return Object.values(values).every(isPlain)
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return PLAIN.test(value) && !JINJA.test(value)
  if (Array.isArray(value)) return value.every(isPlain)
  if (!isJsonObject(value)) return true
  return !Object.hasOwn(value, '__prefect_kind') && Object.values(value).every(isPlain)
}
