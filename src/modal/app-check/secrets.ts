import { secretIn } from '../../secret-shapes.ts'
import { type AppRule, onePerPlace, quoted } from './rule.ts'

/** What people write where a secret will stand. */
const PLACEHOLDER =
  /example|placeholder|dummy|sample|changeme|change[-_]me|your|xxxx|test|fake|mock|redacted|0000|1234|abcd|not[-_]?(?:needed|required|used)/i

/** The end of a name that holds a secret, and not the name, path or number of one. */
const SECRET_NAME =
  /(?:^|_)(?:(?:API|ACCESS|SECRET|PRIVATE|AUTH|SERVICE|ENCRYPTION|SIGNING)_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD)$/i

const secretInCode: AppRule = {
  id: 'app-secret-in-code',
  severity: 'error',
  about:
    'A secret stands in the file: a token that is known by its shape, or a value that looks like one under the name of a secret in `Secret.from_dict` or `env`. Whoever can read the repository, or a container, can read it.',
  find: ({ facts }) => {
    const tokens = facts.literals.flatMap(({ word, line, column }) => {
      const whose = secretIn(word)
      return whose === undefined ? [] : [{ line, column, what: `What looks like ${whose} stands in the file` }]
    })
    const pairs = facts.pairs
      .filter(({ key, value }) => SECRET_NAME.test(key) && isRandom(value))
      .map(({ key, line, column }) => ({ line, column, what: `The value of ${quoted(key)} stands in the file` }))
    return onePerPlace([...tokens, ...pairs]).map(({ line, column, what }) => ({
      message: `${what}, where everybody sees it who may read the repository.`,
      hint: 'Withdraw it where it was issued, store a new one with `modal secret create my-secret NAME=…`, and use `secrets=[modal.Secret.from_name("my-secret")]`.',
      at: { line, column },
    }))
  },
}

/** Letters and digits in a mix that nobody writes by hand. */
function isRandom(value: string): boolean {
  const mixed =
    /^[A-Za-z0-9_+/=.~!@#%^&*-]{16,}$/.test(value) && /[A-Za-z]/.test(value) && (value.match(/\d/g)?.length ?? 0) >= 3
  const isPlace = /^[./~]|:\/\/|\.\w{2,4}$/.test(value)
  const words = value.split(/[^A-Za-z]+/).filter((word) => /^[A-Z]?[a-z]{3,}$/.test(word) && /[g-z]/.test(word))
  return mixed && !isPlace && words.length < 2 && !PLACEHOLDER.test(value) && new Set(value).size >= 10
}

/** Rules about secrets. */
export const SECRET_RULES: readonly AppRule[] = [secretInCode]
