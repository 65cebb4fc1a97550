import { describe, expect, it } from '@jest/globals'
import { type CloudWorkspace, startPrefectCloud } from '../world/prefect-cloud.ts'
import { startWire } from '../world/wire.ts'
import { expectRefused } from './refusals.ts'
import { prefectYaml } from './small-project.ts'
import { openStage } from './stage.ts'

const stage = openStage({
  modal: {
    environments: [
      { name: 'main', webSuffix: '' },
      { name: 'staging', webSuffix: 'staging' },
    ],
  },
})
const A = '11111111-1111-4111-8111-111111111111'
const W = '22222222-2222-4222-8222-222222222222'
const RIGHT = `https://api.prefect.cloud/api/accounts/${A}/workspaces/${W}`

describe('the Prefect target', () => {
  it.each([
    ['the console’s address', `https://app.prefect.cloud/account/${A}/workspace/${W}`],
    ['`/account/`', RIGHT.replace('/accounts/', '/account/')],
    ['`/workspace/`', RIGHT.replace('/workspaces/', '/workspace/')],
    ['no `/api`', RIGHT.replace('/api/', '/')],
    ['quotes', `"${RIGHT}"`],
    ['no scheme', RIGHT.replace('https://', '')],
    ['the host of the console', RIGHT.replace('//api.', '//app.')],
  ])('with %s is refused, and the right one spelt out', async (_, url) => {
    const played = await stage.run({ env: { PREFECT_API_URL: url, PREFECT_API_KEY: 'pnu_secret_of_mine' } })
    expectRefused(played, /^The environment variable PREFECT_API_URL /)
    expect(played.annotations[0]?.message).toContain(`It should be: ${RIGHT}`)
    expect(played.groups.filter((title) => title.startsWith('uv'))).toEqual([])
  })

  it('with a wrong UUID is refused', async () => {
    const played = await stage.run({
      env: { PREFECT_API_URL: RIGHT.replace(W, 'sales'), PREFECT_API_KEY: 'pnu_secret' },
    })
    expectRefused(played, /names the workspace `sales`, which is not an id/)
  })

  it('without credentials is refused on a push, both sides at once', async () => {
    const played = await stage.run({ env: { PREFECT_API_URL: '', MODAL_TOKEN_SECRET: '' } })
    expectRefused(played, /No Prefect API URL/)
    expectRefused(played, /No Modal token: `modal-token-secret` is missing or empty/)
  })

  it('that nobody answers at is refused', async () => {
    const gone = await startWire(stage.world().prefect.url)
    await gone.stop()
    expectRefused(await stage.run({ env: { PREFECT_API_URL: gone.url } }), /gave no answer.*\n.*Nobody listens there/)
  })

  it('whose pool does not exist is refused at the line that names it', async () => {
    const files = { 'prefect.yaml': prefectYaml([{ name: 'daily' }], { pool: 'no-such-pool' }) }
    const played = await stage.run({ files })
    expectRefused(played, /There is no work pool `no-such-pool`/)
    expect(played.annotations).toEqual([expect.objectContaining({ file: 'prefect.yaml', line: 9 })])
  })

  it('whose pool is a push pool makes an error of a `pull` section that is missing', async () => {
    const files = { 'prefect.yaml': prefectYaml([{ name: 'daily' }], { pull: '' }) }
    const unasked = await stage.run({ files, inputs: { mode: 'check' } })
    const found = { file: 'prefect.yaml', line: 1, col: 1, title: 'pull-missing' }
    expect(unasked.outputs).toMatchObject({ verdict: 'planned', findings: '1' })
    expect(unasked.annotations).toEqual([expect.objectContaining({ ...found, level: 'warning' })])
    const asked = await stage.again(unasked)
    expectRefused(asked, /There is no `pull` section, .* a pool of type `modal:push` has nothing of it/)
    expect(asked.annotations).toEqual([expect.objectContaining({ ...found, level: 'error' })])
  })

  it('of Prefect Cloud with a wrong key, or of another workspace than the wanted one, is refused', async () => {
    const workspace: CloudWorkspace = { accountId: A, accountHandle: 'acme', workspaceId: W, workspaceHandle: 'sales' }
    const keys = [{ key: 'pnu_right_key_of_acme' }]
    const cloud = await startPrefectCloud({ server: stage.world().wire.url, workspaces: [workspace], keys })
    const env = { PREFECT_CLOUD_API_URL: cloud.apiUrl, PREFECT_API_URL: cloud.urlOf(workspace) }
    const wrong = await stage.run({ env: { ...env, PREFECT_API_KEY: 'pnu_wrong_key_of_acme' } })
    expectRefused(wrong, /Prefect answered 401/)
    expect(wrong.raw.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('pnu_wrong_key_of_acme')
    const other = await stage.run({
      inputs: { 'prefect-workspace': 'acme/marketing' },
      env: { ...env, PREFECT_API_KEY: 'pnu_right_key_of_acme' },
    })
    expectRefused(other, /that of the workspace `acme\/sales`/)
    await cloud.stop()
  })
})

describe('the Modal target', () => {
  const prefectless = { 'prefect-file': 'none' }

  it('with a token that Modal does not know is refused', async () => {
    const env = { MODAL_TOKEN_SECRET: 'as-not-the-secret-of-this-token' }
    const played = await stage.run({ inputs: prefectless, env })
    expectRefused(played, /environment variable MODAL_TOKEN_ID and the environment variable MODAL_TOKEN_SECRET/)
  })

  it('in another workspace than the wanted one is refused', async () => {
    const played = await stage.run({ inputs: { ...prefectless, 'modal-workspace': 'other' } })
    expectRefused(played, /The Modal token belongs to `acme`, not to `other`/)
  })

  it('with an unknown environment is refused, and the nearest named', async () => {
    const played = await stage.run({ inputs: { ...prefectless, 'modal-environment': 'stagin' } })
    expectRefused(played, /There is no Modal environment `stagin`.*\n.*Did you mean `staging`/)
  })

  it('with two environments and none chosen is refused', async () => {
    const played = await stage.run({ inputs: { ...prefectless, 'modal-environment': '' } })
    expectRefused(played, /has 2 environments, and none is chosen: `main`, `staging`/)
  })
})
