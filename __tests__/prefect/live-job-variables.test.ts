import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import type { Http } from '../../src/http/client.ts'
import { selectDeployments } from '../../src/manifest/select.ts'
import type { Live } from '../../src/prefect/live/live.ts'
import { readLive } from '../../src/prefect/live/read.ts'
import { liveFindings } from '../../src/prefect/live/rules.ts'
import { askedOf } from '../../src/release/live.ts'
import { manifestFrom } from '../manifest/sample.ts'
import { fetchUnlocked } from '../world/prefect-server.ts'
import { sharedPrefect } from '../world/shared-prefect.ts'
import { openApi } from './api-tools.ts'

/** Schemas of job variables as the templates of work pools have them. */
const SCHEMAS = {
  text: { type: 'string', default: 'x' },
  whole: { type: 'integer' },
  list: { type: 'array', items: { type: 'string' } },
  texts: { type: 'object', additionalProperties: { type: 'string' } },
  policy: { enum: ['Always', 'Never'], type: 'string' },
}

let url: string
let http: Http
let flow: string
let live: Live

beforeAll(async () => {
  const server = sharedPrefect()
  const opened = openApi(server.url)
  url = server.url
  http = opened.http
  const template = (variables: object): object => ({
    job_configuration: { command: 'run' },
    variables,
  })
  const create = async (name: string, variables: object): Promise<unknown> =>
    server.call('POST', '/work_pools/', { name, type: 'process', base_job_template: template(variables) })
  const variables = { type: 'object', properties: SCHEMAS, required: ['whole'] }
  await create('vars-rich', variables)
  await create('vars-closed', { ...variables, additionalProperties: false })
  await create('vars-open', { ...variables, additionalProperties: true })
  await create('vars-none', { type: 'object', properties: {} })
  flow = z.object({ id: z.string() }).parse(await server.call('POST', '/flows/', { name: 'vars' })).id
  const pools = ['vars-rich', 'vars-closed', 'vars-open', 'vars-none']
  const named = pools.map((name) => ({ name, position: { file: 'prefect.yaml' }, deployments: 1 }))
  live = await readLive(opened.api, { pools: named, queues: [], blocks: [], variables: [], jobVariables: [] })
})
afterAll(() => http.close())

/** The finding of each job variable, in a file in which it is the only one of its deployment. */
function found(pool: string, variables: readonly string[]): string[] {
  const entries = variables.map(
    (text, at) => `  - name: d${at}\n    work_pool: { name: ${pool}, job_variables: { ${text} } }\n`,
  )
  const asked = askedOf(selectDeployments([manifestFrom(`pull: []\ndeployments:\n${entries.join('')}`)], 'all'))
  return liveFindings(live, asked).map(({ rule, severity, message, hint }) => `${rule} ${severity}: ${message} ${hint}`)
}

/** Whether the server takes a deployment with this job variable; `text` is `"key": value`. */
async function takes(pool: string, text: string): Promise<boolean> {
  const body = `{"name": "vars", "flow_id": "${flow}", "work_pool_name": "${pool}", "job_variables": {${text}}}`
  const headers = { 'content-type': 'application/json' }
  const answer = await fetchUnlocked(`${url}/deployments/`, { method: 'POST', headers, body })
  if (answer.status === 422) return false
  if (!answer.ok) throw new Error(`${text}: ${answer.status} ${await answer.text()}`)
  return true
}

describe('the type of a job variable', () => {
  it.each([
    ['whole', '"2"'],
    ['texts', '{"PORT": 8080}'],
    ['policy', '"Sometimes"'],
    ['list', '"x"'],
  ])('%s: %s is refused as the server refuses it', async (key, value) => {
    expect(await takes('vars-rich', `"${key}": ${value}`)).toBe(false)
    expect(found('vars-rich', [`${key}: ${value}`])).toHaveLength(1)
  })

  it('is told with what to write', async () => {
    expect(
      found('vars-rich', ['whole: "2"', 'text: 3.8', 'policy: Sometimes', 'texts: { PORT: 8080 }', 'text: {}']),
    ).toEqual([
      'job-variable-type error: The work pool `vars-rich` takes a whole number for the job variable `whole`, and not this text. Write a whole number.',
      'job-variable-type error: The work pool `vars-rich` takes a text for the job variable `text`, and not a number. Put it into quotes.',
      'job-variable-type error: The work pool `vars-rich` takes "Always" or "Never" for the job variable `policy`, and not this text. Write "Always" or "Never".',
      'job-variable-type error: The work pool `vars-rich` takes a text for the job variable `texts.PORT`, and not a whole number. Put it into quotes.',
      'job-variable-type error: The work pool `vars-rich` takes a text for the job variable `text`, and not a mapping. Write a text.',
    ])
  })

  it('that several deployments share is told once', async () => {
    const [finding = '', ...more] = found('vars-rich', ['whole: a', 'whole: b', 'whole: 1', 'whole: "{{ $X }}"'])
    expect(finding).toContain('and not this text; 2 deployments set it so.')
    expect(more).toEqual([])
  })
})

describe('a job variable that the template does not name', () => {
  it('is taken by the server without a word, and told', async () => {
    expect(await takes('vars-rich', '"texte": "x"')).toBe(true)
    expect(found('vars-rich', ['texte: x', 'texte: y'])).toEqual([
      expect.stringMatching(
        /^job-variable-unknown warning: The work pool `vars-rich` has no job variable `texte`, so no run ever sees it; 2 deployments set it so\. Did you mean `text`\? There are: /,
      ),
    ])
  })

  it.each(['env: { A: "1" }', 'env.A: "1"', 'texts.A: "1"'])('%s is used all the same', async (text) => {
    expect(found('vars-rich', [text])).toEqual([])
  })

  it('is refused where the template admits no others', async () => {
    expect(await takes('vars-closed', '"texte": "x"')).toBe(false)
    expect(found('vars-closed', ['texte: x'])).toEqual([
      expect.stringMatching(/^job-variable-unknown error: .* `texte`, and admits no others\. Did you mean `text`\?/),
    ])
  })

  it.each(['vars-open', 'vars-none'])('is not spoken of where %s says nothing of its variables', async (pool) => {
    expect(found(pool, ['texte: x', 'constructor: x', '1: x'])).toEqual([])
  })
})
