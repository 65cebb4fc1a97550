import { get } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { openContract } from '../world/github/contract.ts'
import type { GitHubTrouble } from '../world/github/faults.ts'
import { failure, githubOfEachTest, JOB, octokitOf, PULL, READER, REPO } from './github-api-fixture.ts'

const github = githubOfEachTest()
const octokit = (): ReturnType<typeof octokitOf> => octokitOf(github())

/** Sends what Octokit's types would not let through. */
function send(method: string, path: string, body: string): Promise<Response> {
  return fetch(`${github().url}${path}`, { method, body, headers: { authorization: `token ${JOB}` } })
}

describe('access', () => {
  test('needs a good token', async () => {
    const refused = await failure(octokitOf(github(), 'ghs_other').rest.issues.listComments(PULL))
    expect(refused).toMatchObject({ status: 401, message: expect.stringContaining('Bad credentials') })
    const nobody = await fetch(`${github().url}/repos/octo/flows/issues/7/comments`)
    expect([nobody.status, await nobody.json()]).toMatchObject([401, { message: 'Requires authentication' }])
    const bearer = { authorization: `Bearer ${JOB}` }
    expect((await fetch(`${github().url}/repos/octo/flows/issues/7/comments`, { headers: bearer })).status).toBe(200)
  })

  test('needs the permission of the operation, and the refusal names it', async () => {
    const { rest } = octokitOf(github(), READER)
    expect((await rest.issues.listComments(PULL)).status).toBe(200)
    const comment = await failure(rest.issues.createComment({ ...PULL, body: 'x' }))
    expect(comment).toMatchObject({
      status: 403,
      message: expect.stringMatching(
        /^Resource not accessible by integration - https:\/\/docs.github.com\/rest\/issues/,
      ),
      headers: { 'x-accepted-github-permissions': 'issues=write; pull_requests=write' },
    })
    const deployment = await failure(rest.repos.listDeployments(REPO))
    expect(deployment).toMatchObject({ status: 403, headers: { 'x-accepted-github-permissions': 'deployments=read' } })
    expect(github().repository().comments(7)).toEqual([])
  })

  test('knows its repositories, in any case', async () => {
    const { rest } = octokit()
    expect(await failure(rest.issues.listComments({ ...PULL, repo: 'other' }))).toMatchObject({ status: 404 })
    expect((await rest.issues.listComments({ ...PULL, owner: 'Octo' })).status).toBe(200)
  })

  test('needs a User-Agent', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { authorization: `token ${JOB}` }
      get(`${github().url}/repos/octo/flows/deployments`, { headers }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      }).on('error', reject)
    })
    expect(status).toBe(403)
  })
})

describe('the description', () => {
  const comments = '/repos/octo/flows/issues/7/comments'
  const deployments = '/repos/octo/flows/deployments'

  test.each([
    ['POST', comments, '{}', "/requestBody must have required property 'body'"],
    ['POST', comments, '', "must have required property 'requestBody'"],
    ['POST', comments, '{"body":7}', '/requestBody/body must be string'],
    ['POST', comments, '{"body":"x","bdoy":"y"}', '/requestBody must NOT have additional properties'],
    ['POST', deployments, '{"ref":"main","required_contexts":"none"}', '/requestBody/required_contexts must be array'],
    ['POST', `${deployments}/1/statuses`, '{"state":"done"}', '/requestBody/state must be equal to one of the allowed'],
    ['PATCH', '/repos/octo/flows/issues/comments/x', '{"body":"x"}', '/path/comment_id must be integer'],
  ])('refuses %s %s %s', async (method, path, body, why) => {
    const answer = await send(method, path, body)
    expect([answer.status, await answer.json()]).toMatchObject([422, { message: expect.stringContaining(why) }])
    expect(github().requests()).toMatchObject([
      { method, path, status: 422, trouble: expect.arrayContaining([expect.stringContaining(why)]) },
    ])
    expect([github().repository().comments(7), github().repository().deployments()]).toEqual([[], []])
  })

  test('refuses an unknown parameter of a list', async () => {
    const { request } = octokit()
    const list = { ...REPO, enviroment: 'staging' }
    const refused = await failure(request('GET /repos/{owner}/{repo}/deployments', list))
    expect(refused).toMatchObject({
      status: 422,
      message: expect.stringContaining('"additionalProperty":"enviroment"'),
    })
  })

  test('knows no other operation', async () => {
    const { rest } = octokit()
    expect(await failure(rest.repos.listBranches(REPO))).toMatchObject({ status: 404 })
    expect(github().requests()).toMatchObject([
      { operation: undefined, trouble: ['no operation of the description is GET /repos/octo/flows/branches'] },
    ])
  })

  test('is not served in every media type', async () => {
    const diff = octokit().rest.pulls.get({ ...REPO, pull_number: 7, mediaType: { format: 'diff' } })
    expect(await failure(diff)).toMatchObject({ status: 415 })
    expect(github().requests()).toMatchObject([{ trouble: ['.diff is not served here'] }])
  })

  test('wants JSON', async () => {
    const answer = await send('POST', comments, '{"body":')
    expect([answer.status, await answer.json()]).toMatchObject([400, { message: 'Problems parsing JSON' }])
  })

  test('holds for answers too', async () => {
    const contract = await openContract()
    const { data } = await octokit().rest.issues.createComment({ ...PULL, body: 'x' })
    expect(contract.troubleWith('issues/create-comment', 201, data)).toEqual([])
    expect(contract.troubleWith('issues/create-comment', 200, data)).toEqual([
      'issues/create-comment never answers 200',
    ])
    const { user: _, ...nobody } = data
    expect(contract.troubleWith('issues/create-comment', 201, { ...nobody, id: 'x' })).toEqual([
      expect.stringContaining("must have required property 'user'"),
      expect.stringContaining('/id must be integer'),
    ])
  })

  test('is told about by a record of every request', async () => {
    await octokit().rest.issues.createComment({ ...PULL, body: 'x' })
    await octokit().rest.issues.listComments({ ...PULL, per_page: 5 })
    expect(github().requests()).toEqual([
      {
        method: 'POST',
        path: comments,
        operation: 'issues/create-comment',
        body: { body: 'x' },
        status: 201,
        trouble: [],
      },
      {
        method: 'GET',
        path: `${comments}?per_page=5`,
        operation: 'issues/list-comments',
        body: undefined,
        status: 200,
        trouble: [],
      },
    ])
  })
})

describe('faults', () => {
  const comment = (): Promise<unknown> => octokit().rest.issues.createComment({ ...PULL, body: 'x' })

  test.each<[GitHubTrouble, number, string, object]>([
    [{ kind: 'forbidden' }, 403, 'Resource not accessible by integration', {}],
    [{ kind: 'rate-limit', resetSeconds: 60 }, 403, 'API rate limit exceeded', { 'x-ratelimit-remaining': '0' }],
    [
      { kind: 'secondary-rate-limit', status: 429, retryAfterSeconds: 30 },
      429,
      'secondary rate limit',
      { 'retry-after': '30' },
    ],
    [{ kind: 'secondary-rate-limit', status: 403 }, 403, 'secondary rate limit', {}],
    [{ kind: 'server-error' }, 500, 'Server Error', {}],
    [{ kind: 'bad-gateway' }, 502, '502 Bad Gateway', { 'content-type': 'text/html' }],
  ])('%j', async (trouble, status, message, headers) => {
    github().fault({ operation: 'issues/create-comment', trouble })
    expect(await failure(comment())).toMatchObject({
      status,
      message: expect.stringContaining(message),
      headers: expect.objectContaining(headers),
    })
    expect(github().repository().comments(7)).toEqual([])
    await comment()
    expect(
      github()
        .requests()
        .map((request) => request.status),
    ).toEqual([status, 201])
  })

  test('a connection that breaks', async () => {
    github().fault({ trouble: { kind: 'reset' } })
    expect(await failure(comment())).toMatchObject({ headers: undefined })
    expect(github().requests()).toMatchObject([{ operation: 'issues/create-comment', status: 0 }])
  })

  test('strike the requests that they are set for', async () => {
    github().fault({ operation: 'issues/create-comment', nth: 2, times: 2, trouble: { kind: 'server-error' } })
    for (let call = 1; call <= 4; call += 1) {
      await comment().catch(() => undefined)
      await octokit().rest.issues.listComments(PULL)
    }
    const statuses = github()
      .requests()
      .map(({ status }) => status)
    expect(statuses).toEqual([201, 200, 500, 200, 500, 200, 201, 200])
  })

  test('may lose the answer alone', async () => {
    github().fault({ trouble: { kind: 'bad-gateway' }, applied: true })
    expect(await failure(comment())).toMatchObject({ status: 502 })
    expect(github().repository().comments(7)).toMatchObject([{ body: 'x' }])
  })

  test('may hold a request until the end', async () => {
    github().fault({ operation: 'issues/create-comment', trouble: { kind: 'hold' } })
    const held = failure(comment())
    await github().held()
    expect((await octokit().rest.issues.listComments(PULL)).data).toEqual([])
    await github().stop()
    expect(await held).toMatchObject({ headers: undefined })
  })
})
