import { describe, expect, test } from '@jest/globals'
import { failure, FILES, FORKED, githubOfEachTest, HEAD, MERGED, NEXT, octokitOf, REPO } from './github-api-fixture.ts'

const github = githubOfEachTest()
const octokit = (): ReturnType<typeof octokitOf> => octokitOf(github())

describe('contents', () => {
  test('of a file are base64 in short lines, or as they are', async () => {
    const { rest } = octokit()
    const file = await rest.repos.getContent({ ...REPO, path: 'prefect.yaml', ref: HEAD })
    if (!('content' in file.data) || file.data.content === undefined) throw new Error('no file')
    expect(file.data.content.split('\n')[0]).toHaveLength(60)
    expect(Buffer.from(file.data.content, 'base64').toString()).toBe(FILES['prefect.yaml'])
    const raw = await rest.repos.getContent({ ...REPO, path: 'flows/etl.py', mediaType: { format: 'raw' } })
    expect(raw.data).toBe(FILES['flows/etl.py'])
  })

  test('of a large file are left out', async () => {
    const { data } = await octokit().rest.repos.getContent({ ...REPO, path: 'weights.bin' })
    expect(data).toMatchObject({ size: 1024 * 1024 + 1, content: '', encoding: 'none' })
  })

  test('of a folder are its entries', async () => {
    const entries = async (path: string): Promise<unknown> => {
      const { data } = await octokit().rest.repos.getContent({ ...REPO, path })
      return Array.isArray(data) ? data.map(({ type, path: at }) => `${type} ${at}`) : data
    }
    expect(await entries('')).toEqual(['dir flows', 'file prefect.yaml', 'file weights.bin'])
    expect(await entries('flows')).toEqual(['dir flows/deep', 'file flows/etl.py'])
  })

  test.each([
    [{ path: 'nothing.py' }, 'Not Found'],
    [{ path: 'constructor' }, 'Not Found'],
    [{ path: 'prefect.yaml', ref: 'feature/one' }, 'Not Found'],
    [{ path: 'prefect.yaml', ref: 'nowhere' }, 'No commit found for the ref nowhere'],
  ])('that are not there: %j', async (where, message) => {
    const call = octokit().rest.repos.getContent({ ...REPO, ...where })
    expect(await failure(call)).toMatchObject({ status: 404, message: expect.stringContaining(message) })
  })

  test('follow a push', async () => {
    github()
      .repository()
      .push('main', NEXT, { files: { 'prefect.yaml': 'new' } })
    const where = { ...REPO, path: 'prefect.yaml', mediaType: { format: 'raw' } }
    expect((await octokit().rest.repos.getContent(where)).data).toBe('new')
  })
})

describe('a commit', () => {
  const hashOf = async (ref: string): Promise<unknown> =>
    (await octokit().rest.repos.getCommit({ ...REPO, ref, mediaType: { format: 'sha' } })).data

  test('is named by its hash, by the beginning of that, and by what points to it', async () => {
    expect(await Promise.all([HEAD, 'aaaaaaaa', 'main', 'v1.0.0'].map(hashOf))).toEqual([HEAD, HEAD, HEAD, MERGED])
  })

  test.each(['aaa', '0123456789', 'nowhere'])('that is not there: %s', async (ref) => {
    expect(await failure(hashOf(ref))).toMatchObject({
      status: 422,
      message: expect.stringContaining(`No commit found for SHA: ${ref}`),
    })
  })
})

describe('pull requests', () => {
  test('say where they come from and how they stand', async () => {
    const { rest } = octokit()
    github().repository().comment(7, 'octocat', 'one')
    const own = await rest.pulls.get({ ...REPO, pull_number: 7 })
    expect(own.data).toMatchObject({
      state: 'open',
      comments: 1,
      head: { label: 'octo:feature/one', sha: NEXT, repo: { full_name: 'octo/flows', fork: false } },
      base: { ref: 'main', sha: HEAD },
    })
    const fork = await rest.pulls.get({ ...REPO, pull_number: 8 })
    expect(fork.data).toMatchObject({ head: { repo: { full_name: 'someone/flows', fork: true } } })
    const merged = await rest.pulls.get({ ...REPO, pull_number: 9 })
    expect(merged.data).toMatchObject({ state: 'closed', merged: true, merge_commit_sha: MERGED })
    expect(await failure(rest.pulls.get({ ...REPO, pull_number: 1 }))).toMatchObject({ status: 404 })
  })

  test('of a commit are the merged one, else those that are open', async () => {
    const of = async (commit_sha: string): Promise<readonly number[]> => {
      const { data } = await octokit().rest.repos.listPullRequestsAssociatedWithCommit({ ...REPO, commit_sha })
      return data.map(({ number }) => number)
    }
    expect(await of(MERGED)).toEqual([9])
    expect(await of(FORKED)).toEqual([8])
    expect(await of('main')).toEqual([])
    github()
      .repository()
      .pull({ number: 8, head: { ref: 'patch', sha: FORKED }, state: 'closed' })
    expect(await of(FORKED)).toEqual([])
    expect(await failure(of('9'.repeat(40)))).toMatchObject({ status: 422 })
  })
})
