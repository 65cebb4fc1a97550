import { describe, expect, test } from '@jest/globals'
import { BEHIND, failure, githubOfEachTest, HEAD, NEXT, octokitOf, REPO, STUCK } from './github-api-fixture.ts'

const READY = { auto_merge: false, required_contexts: [] }

const github = githubOfEachTest()
const octokit = (): ReturnType<typeof octokitOf> => octokitOf(github())

describe('deployments', () => {
  async function deployed(environment: string, more: object = {}): Promise<number> {
    const { data } = await octokit().rest.repos.createDeployment({
      ...REPO,
      ref: 'main',
      environment,
      ...READY,
      ...more,
    })
    if (!('id' in data)) throw new Error('no deployment')
    return data.id
  }

  async function status(deployment_id: number, state: 'success' | 'failure' | 'in_progress', more = {}): Promise<void> {
    await octokit().rest.repos.createDeploymentStatus({ ...REPO, deployment_id, state, ...more })
  }

  function states(): readonly (readonly string[])[] {
    return github()
      .repository()
      .deployments()
      .map(({ statuses }) => statuses.map(({ state }) => state))
  }

  test('come back with the commit, newest first, filtered as asked', async () => {
    const { rest } = octokit()
    const first = await deployed('staging', { description: 'of a run', payload: { run: 1 } })
    const second = await deployed('production', { ref: 'feature/one' })
    const list = async (filter: object): Promise<readonly number[]> =>
      (await rest.repos.listDeployments({ ...REPO, ...filter })).data.map(({ id }) => id)
    expect(await list({})).toEqual([second, first])
    expect(await list({ environment: 'staging' })).toEqual([first])
    expect(await list({ sha: NEXT })).toEqual([second])
    expect(await list({ ref: 'main', task: 'deploy' })).toEqual([first])
    expect(await list({ per_page: 1, page: 2 })).toEqual([first])
    expect((await rest.repos.getDeployment({ ...REPO, deployment_id: first })).data).toMatchObject({
      sha: HEAD,
      ref: 'main',
      environment: 'staging',
      description: 'of a run',
      payload: { run: 1 },
      transient_environment: false,
      production_environment: false,
    })
    const production = await rest.repos.getDeployment({ ...REPO, deployment_id: second })
    expect(production.data.production_environment).toBe(true)
  })

  test('have statuses, newest first', async () => {
    const { rest } = octokit()
    const deployment_id = await deployed('staging')
    const log_url = 'https://github.com/octo/flows/actions/runs/1'
    await status(deployment_id, 'in_progress', { log_url })
    const { data, headers } = await rest.repos.createDeploymentStatus({
      ...REPO,
      deployment_id,
      state: 'success',
      environment_url: 'https://octo--web.modal.run',
      description: 'verified',
    })
    expect(headers.location).toBe(data.url)
    expect((await octokit().request(`GET ${data.url}`)).data).toEqual(data)
    const listed = await rest.repos.listDeploymentStatuses({ ...REPO, deployment_id })
    expect(listed.data).toMatchObject([
      { state: 'success', log_url: '', environment_url: 'https://octo--web.modal.run', description: 'verified' },
      { state: 'in_progress', log_url, target_url: log_url, environment_url: '', environment: 'staging' },
    ])
  })

  test('of the same environment that had succeeded end with the success of a later one', async () => {
    const earlier = [
      await deployed('staging'),
      await deployed('staging', { transient_environment: true }),
      await deployed('staging', { production_environment: true }),
      await deployed('other'),
    ]
    for (const id of earlier) await status(id, 'success', { auto_inactive: false })
    await status(await deployed('staging'), 'failure')
    await status(await deployed('staging'), 'success')
    expect(states()).toEqual([['success', 'inactive'], ['success'], ['success'], ['success'], ['failure'], ['success']])
  })

  test('stay as they are without auto_inactive, and with any other state', async () => {
    await status(await deployed('staging'), 'success')
    await status(await deployed('staging'), 'success', { auto_inactive: false })
    await status(await deployed('staging'), 'failure')
    expect(states()).toEqual([['success'], ['success'], ['failure']])
  })

  test('are refused while a check of the commit is pending, unless none is required', async () => {
    const { rest } = octokit()
    const refused = await failure(rest.repos.createDeployment({ ...REPO, ref: 'main', auto_merge: false }))
    expect(refused.status).toBe(409)
    expect(refused.message).toContain('Conflict: Commit status checks failed for main.')
    const named = { ...REPO, ref: 'main', required_contexts: ['lint'] }
    expect(await failure(rest.repos.createDeployment(named))).toMatchObject({ status: 409 })
    github()
      .repository()
      .push('main', NEXT, { checks: { lint: 'success', deploy: 'pending' } })
    expect((await rest.repos.createDeployment(named)).status).toBe(201)
  })

  test('give way to a merge of the default branch, unless auto_merge is off', async () => {
    const { rest } = octokit()
    const merged = await rest.repos.createDeployment({ ...REPO, ref: BEHIND, required_contexts: [] })
    expect(merged).toMatchObject({ status: 202, data: { message: `Auto-merged main into ${BEHIND} on deployment.` } })
    const stuck = rest.repos.createDeployment({ ...REPO, ref: STUCK, required_contexts: [] })
    expect(await failure(stuck)).toMatchObject({ status: 409, message: expect.stringContaining('Conflict merging') })
    expect(github().repository().deployments()).toEqual([])
    expect((await rest.repos.createDeployment({ ...REPO, ref: STUCK, ...READY })).status).toBe(201)
  })

  test('need a ref that is there', async () => {
    const { rest } = octokit()
    const nowhere = rest.repos.createDeployment({ ...REPO, ref: 'nowhere', ...READY })
    expect(await failure(nowhere)).toMatchObject({
      status: 422,
      message: expect.stringContaining('No ref found for: nowhere'),
    })
    const deployment_id = 1
    expect(await failure(rest.repos.getDeployment({ ...REPO, deployment_id }))).toMatchObject({ status: 404 })
    const orphan = rest.repos.createDeploymentStatus({ ...REPO, deployment_id, state: 'success' })
    expect(await failure(orphan)).toMatchObject({ status: 404 })
  })

  test.each([
    [{ description: 'x'.repeat(141) }, 'description is too long (maximum is 140 characters)'],
    [{ environment_url: 'octo--web.modal.run' }, 'environment_url must use http(s) scheme'],
    [{ log_url: 'javascript:void' }, 'target_url must use http(s) scheme'],
  ])('take no status with %j', async (more, message) => {
    const deployment_id = await deployed('staging')
    const call = octokit().rest.repos.createDeploymentStatus({ ...REPO, deployment_id, state: 'success', ...more })
    expect(await failure(call)).toMatchObject({ status: 422, message: expect.stringContaining(message) })
    expect(states()).toEqual([[]])
  })

  test('that GitHub keeps for a job link to its run', async () => {
    const run = { ref: 'main', sha: HEAD, environment: 'production', runId: '4711' }
    const { id } = github().repository().deployForRun(run)
    const { data } = await octokit().rest.repos.listDeployments({ ...REPO, sha: HEAD, environment: 'production' })
    expect(data.map((deployment) => deployment.id)).toEqual([id])
    const statuses = await octokit().rest.repos.listDeploymentStatuses({ ...REPO, deployment_id: id })
    expect(statuses.data).toMatchObject([{ state: 'in_progress', log_url: expect.stringContaining('/runs/4711/job/') }])
  })
})
