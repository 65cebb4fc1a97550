import { describe, expect, test } from '@jest/globals'
import { checkManifests } from '../../../src/manifest/check.ts'
import type { Surroundings } from '../../../src/manifest/rules/rule.ts'
import { hasPassword } from '../../../src/manifest/secrets.ts'
import { isSecretName, secretIn } from '../../../src/secret-shapes.ts'
import { fileOf, places } from '../sample.ts'

const S = 'prefect.deployments.steps'

/** A file whose `access_token` stands in 2:100, and whose last field, in line 8, is given. */
function file(token: string, field = '    version: "1"'): string {
  return `pull:
  - ${S}.git_clone: {repository: https://github.com/acme/flows, access_token: ${token}}
deployments:
  - name: a
    entrypoint: f.py:f
    work_pool:
      name: p
${field}
`
}

const BLOCK = '"{{ prefect.blocks.secret.token }}"'

function found(text: string, known: Partial<Surroundings> = {}): string[] {
  return places(checkManifests([fileOf(text)], known).findings)
}

describe('credentials that would be stored', () => {
  test.each([
    [`      job_variables: {env: {T: ${BLOCK}}}`, ['credential-stored 8:32 ?']],
    ['      job_variables: {env: {T: "{{ $DB_PASSWORD }}"}}', ['credential-stored 8:32 ?']],
    ['    parameters: {url: "postgres://{{ $DB_USER }}:{{ $DB_PASSWORD }}@db/x"}', ['credential-stored 8:23 ?']],
    ['    parameters: {x: "{{ prefect.blocks.json.config.a }}"}', []],
    ['    parameters: {x: "{{ prefect.variables.token }}"}', []],
    ['    parameters: {x: "{{ $AWS_REGION }}"}', []],
    [`    nonsense: ${BLOCK}`, []],
  ])('%s', (field, expected) => {
    expect(found(file(BLOCK, field)).filter((place) => place.startsWith('credential-'))).toEqual(expected)
  })

  test('in `pull` a block stays a reference, and a variable is stored where it is set', () => {
    const text = file('"{{ $GIT_TOKEN }}"')
    expect(found(text)).toEqual([])
    expect(found(text, { environment: new Map([['GIT_TOKEN', 'set']]) })).toEqual(['credential-stored 2:100 ?'])
  })

  test('a secret is told once for a file, with the number of its places', () => {
    const field = `    parameters: {a: ${BLOCK}, b: ${BLOCK}, c: "{{ $API_KEY }}"}`
    const messages = checkManifests([fileOf(file(BLOCK, field))]).findings.map(({ message }) => message)
    expect(messages).toHaveLength(2)
    expect(messages[0]).toMatch(/the block `secret\/token`.*; so in 2 places of this file/)
  })
})

describe('the name of a secret', () => {
  test.each([
    'TOKEN',
    'GITHUB_TOKEN',
    'githubToken',
    'SECRET_KEY',
    'AWS_SECRET_ACCESS_KEY',
    'AZURE_STORAGE_ACCESS_KEY',
    'TS_AUTHKEY',
    'OPENAI_API_KEY',
    'DB_PASSWORD',
    'PGPASSWD',
    'DATABASE_URL',
    'SENTRY_DSN',
    'STORAGE_CONNECTION_STRING',
    'SLACK_WEBHOOK_URL',
    'GCP_CREDENTIALS',
    'GH_PAT',
  ])('%s', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  test.each([
    'AWS_ACCESS_KEY_ID',
    'MODAL_TOKEN_ID',
    'SECRET_NAME',
    'TOKEN_URL',
    'MAX_TOKENS',
    'TOKENIZER',
    'PWD',
    'PATH',
    'PASSENGERS',
    'GOOGLE_TOKEN_PATH',
    'PARTITION_KEY',
    'API_URL',
  ])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false)
  })
})

/** Made up, in the shape of each issuer; put together here, so that no scanner of secrets stumbles over this file. */
const SECRETS = [
  ['ghp', '_', 'aB3'.repeat(12)],
  ['github', '_pat_', 'aB3'.repeat(8).slice(2), '_', 'aB3'.repeat(20).slice(1)],
  ['glpat', '-', 'aB3'.repeat(7)],
  ['pnu', '_', 'aB3'.repeat(12)],
  ['pnb', '_', 'aB3'.repeat(12)],
  ['ak', '-', 'aB3'.repeat(7), 'x'],
  ['as', '-', 'aB3'.repeat(7), 'x'],
  ['AKIA', 'Q3EGUZ5PLM7XW2RT'],
  ['sk', '-ant-api03-', 'aB3'.repeat(20)],
  ['sk', '-proj-', 'aB3'.repeat(20)],
  ['AIza', 'aB3'.repeat(12).slice(1)],
  ['xoxb', '-123456789012-', 'aB3'.repeat(8)],
  ['hf', '_', 'aBc'.repeat(12).slice(2)],
  ['-----BEGIN RSA', ` PRIVATE KEY-----\n${'aB3'.repeat(20)}`],
].map((parts) => parts.join(''))

describe('secrets in the file', () => {
  test.each(SECRETS)('%s', (secret) => {
    expect(secretIn(`x ${secret} y`)).toBeDefined()
    const { findings } = checkManifests([fileOf(file(JSON.stringify(secret)))])
    expect(places(findings)).toEqual(['credential-in-file 2:100'])
    expect(JSON.stringify(findings)).not.toContain(secret.slice(0, 8))
  })

  test.each([
    'as-simple-as-that-in-one-word',
    'ak-abcdefghijklmnopqrstuv',
    'sk-learn-model-with-a-very-long-name-of-its-own-here',
    'AKIAIOSFODNN7EXAMPLE',
    'ghp_short',
    'a risk-averse-forecast-of-the-next-quarter-2024-with-Names',
    'hf_hub_download',
  ])('%s is none', (text) => {
    expect(secretIn(text)).toBeUndefined()
  })

  test.each([
    ['https://alice:hunter22@github.com/a/b', true],
    ['https://0123456789abcdef0123456789@github.com/a/b', true],
    ['postgresql://app:s3cr3t-w0rd@db.acme.io/x', true],
    ['postgresql://postgres:postgres@localhost/x', false],
    ['postgresql://app:{{ $DB_PASSWORD }}@db/x', false],
    ['https://GITHUB_TOKEN@github.com/a/b', false],
    ['https://alice:password@host/x', false],
    ['git@github.com:a/b', false],
    ['https://host/x?user:password@y', false],
  ])('%s: %s', (address, expected) => {
    expect(hasPassword(address)).toBe(expected)
  })

  test('a password is an error in the address of a repository, else a warning', () => {
    const text = file(BLOCK, '    parameters: {url: "postgresql://app:s3cr3t-w0rd@db.acme.io/x"}')
    expect(found(text)).toEqual(['credential-in-file 8:23 ?'])
    const address = text.replace('https://github.com', 'https://alice:hunter22@github.com').replace('s3cr3t-w0rd', 'x')
    const { findings } = checkManifests([fileOf(address)])
    expect(places(findings)).toEqual([
      `credential-in-file 2:${address.split('\n')[1]?.indexOf('https').toString() ?? ''}`.replace(/\d+$/, (at) =>
        String(Number(at) + 1),
      ),
    ])
    expect(JSON.stringify(findings)).not.toContain('hunter22')
  })
})
