import { describe, expect, test } from '@jest/globals'
import { failure, githubOfEachTest, octokitOf, PULL, REPO } from './github-api-fixture.ts'

const github = githubOfEachTest()
const octokit = (): ReturnType<typeof octokitOf> => octokitOf(github())

describe('comments', () => {
  test('come back in the order of their creation, beside those of others', async () => {
    const { rest } = octokit()
    github().repository().comment(7, 'octocat', 'Looks good')
    const created = await rest.issues.createComment({ ...PULL, body: 'first' })
    await rest.issues.createComment({ ...PULL, body: 'second' })
    await rest.issues.createComment({ ...PULL, issue_number: 8, body: 'elsewhere' })

    const { data } = await rest.issues.listComments(PULL)
    expect(data.map(({ body, user }) => [user?.login, user?.type, body])).toEqual([
      ['octocat', 'User', 'Looks good'],
      ['github-actions[bot]', 'Bot', 'first'],
      ['github-actions[bot]', 'Bot', 'second'],
    ])
    expect(created.status).toBe(201)
    expect(created.data).toEqual(data[1])
    expect(created.data.html_url).toBe(`https://github.com/octo/flows/pull/7#issuecomment-${created.data.id}`)
    expect(created.data.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    expect(created.headers.location).toBe(created.data.url)
    expect((await octokit().request(`GET ${created.data.url}`)).data).toEqual(created.data)
  })

  test('are edited in place and deleted', async () => {
    const { rest } = octokit()
    const { data: first } = await rest.issues.createComment({ ...PULL, body: 'first' })
    const { data: second } = await rest.issues.createComment({ ...PULL, body: 'second' })
    const edited = await rest.issues.updateComment({ ...REPO, comment_id: first.id, body: 'edited' })
    expect(edited.data).toMatchObject({ id: first.id, body: 'edited', created_at: first.created_at })
    expect((await rest.issues.deleteComment({ ...REPO, comment_id: second.id })).status).toBe(204)
    expect(github().repository().comments(7)).toMatchObject([{ id: first.id, body: 'edited' }])
    const gone = { ...REPO, comment_id: second.id }
    expect(await failure(rest.issues.getComment(gone))).toMatchObject({ status: 404 })
    expect(await failure(rest.issues.updateComment({ ...gone, body: 'x' }))).toMatchObject({ status: 404 })
    expect(await failure(rest.issues.deleteComment(gone))).toMatchObject({ status: 404 })
  })

  test('come in pages that link to one another', async () => {
    for (let number = 1; number <= 103; number += 1) github().repository().comment(7, 'octocat', `comment ${number}`)
    const { rest, paginate } = octokit()
    const link = async (page: number): Promise<string | undefined> =>
      (await rest.issues.listComments({ ...PULL, per_page: 50, page })).headers.link
    const list = `${github().url}/repositories/\\d+/issues/7/comments\\?per_page=50&page=`
    expect(await link(1)).toMatch(new RegExp(`^<${list}2>; rel="next", <${list}3>; rel="last"$`))
    expect(await link(2)).toMatch(
      new RegExp(`^<${list}1>; rel="prev", <${list}3>; rel="next", <${list}3>; rel="last", <${list}1>; rel="first"$`),
    )
    expect(await link(3)).toMatch(new RegExp(`^<${list}2>; rel="prev", <${list}1>; rel="first"$`))
    expect((await rest.issues.listComments(PULL)).data).toHaveLength(30)
    expect((await rest.issues.listComments({ ...PULL, per_page: 500 })).data).toHaveLength(100)
    const all = await paginate(rest.issues.listComments, { ...PULL, per_page: 10 })
    expect(all.map(({ body }) => body)).toEqual(
      github()
        .repository()
        .comments(7)
        .map(({ body }) => body),
    )
  })

  test('since a time are those that were changed after it', async () => {
    github().repository().comment(7, 'octocat', 'one')
    const count = async (since: string): Promise<number> =>
      (await octokit().rest.issues.listComments({ ...PULL, since })).data.length
    expect([await count('2020-01-01T00:00:00Z'), await count('2100-01-01T00:00:00Z')]).toEqual([1, 0])
  })

  test.each([
    [' \n', "Body can't be blank"],
    ['x'.repeat(65_537), 'Body is too long (maximum is 65536 characters)'],
  ])('of unfit length are refused', async (body, message) => {
    const { rest } = octokit()
    expect(await failure(rest.issues.createComment({ ...PULL, body }))).toMatchObject({
      status: 422,
      message: expect.stringContaining(message),
    })
    const { data } = await rest.issues.createComment({ ...PULL, body: 'x'.repeat(65_536) })
    const edit = rest.issues.updateComment({ ...REPO, comment_id: data.id, body })
    expect(await failure(edit)).toMatchObject({ status: 422, message: expect.stringContaining(message) })
  })

  test('need a pull request', async () => {
    const nowhere = { ...PULL, issue_number: 70 }
    const { rest } = octokit()
    expect(await failure(rest.issues.listComments(nowhere))).toMatchObject({ status: 404 })
    expect(await failure(rest.issues.createComment({ ...nowhere, body: 'x' }))).toMatchObject({ status: 404 })
  })
})
