import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { z } from 'zod'
import { expectTidy, expectUntouched } from './refusals.ts'
import { modalApp, prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()
const environments = z.array(z.record(z.string(), z.string()))

/** Says, and keeps, all that whoever imports it can see. */
const CURIOUS = `import json, os
from prefect import flow

print(dict(os.environ))
with open(os.environ["SEEN"], "a") as seen:
    seen.write(json.dumps(dict(os.environ)) + "\\n")


@flow(name="curious")
def hello(name: str = "you"):
    pass
`

/** All that a step said to anybody, but for what tells the runner what to hide. */
function spoken({ raw, rawSummary, rawReport, outputs }: Played): readonly string[] {
  return [raw.replaceAll(/^::add-mask::.*$/gm, ''), rawSummary, rawReport, JSON.stringify(outputs)]
}

describe('a secret', () => {
  it('is said to nobody, and reaches no code of the flows; what the file names arrives as it is', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'seen-'))
    const seen = path.join(folder, 'environments')
    const header = 'Bearer of-something-secret'
    const { MODAL_TOKEN_ID: id = '', MODAL_TOKEN_SECRET: secret = '' } = stage.world().env
    const auth = ['deployer:a-long-password', 'a-long-password', btoa('deployer:a-long-password')]
    const named = ['parameters: { name: "{{ $MODAL_TOKEN_ID }}" }', 'description: "with {{ $MODAL_TOKEN_SECRET }}"']
    const scenario = {
      inputs: { 'health-headers': `Authorization: ${header}\nAccept: application/json` },
      env: { PREFECT_API_AUTH_STRING: 'deployer:a-long-password', SEEN: seen },
    }
    const plan = await stage.run({
      ...scenario,
      files: {
        'flows/hello.py': CURIOUS,
        'prefect.yaml': prefectYaml([{ name: 'secretive', extra: named }]),
        'modal_app.py': modalApp('secretive'),
      },
      event: { name: 'pull_request', ref: 'refs/pull/7/merge', baseRef: 'main' },
    })
    expect({ verdict: plan.outputs['verdict'], log: plan.log }).toMatchObject({ verdict: 'planned' })
    expectUntouched(plan)
    // Somebody else's, of a flow of the same name.
    const { prefect } = stage.world()
    const flow = z.object({ id: z.string() }).parse(await prefect.call('POST', '/flows/', { name: 'curious' }))
    await prefect.call('POST', '/deployments/', { name: 'of-others', flow_id: flow.id })
    const deploy = await stage.again(plan, scenario)
    expect({ verdict: deploy.outputs['verdict'], log: deploy.log }).toMatchObject({ verdict: 'verified' })
    expect(await prefect.call('GET', '/deployments/name/curious/secretive')).toMatchObject({
      parameters: { name: id },
      description: `with ${secret}`,
    })
    // What stands there for a token is another one in every step, and no part of the plan.
    expect(deploy.outputs['plan-digest']).toBe(plan.outputs['plan-digest'])
    expect(deploy.report?.orphans).toMatchObject([{ name: 'of-others', act: 'report', state: 'left' }])
    const again = await stage.again(deploy, { ...scenario, inputs: { ...scenario.inputs, 'modal-apps': '' } })
    expect({ verdict: again.outputs['verdict'], log: again.log }).toMatchObject({ verdict: 'unchanged' })

    const children = environments.parse(
      readFileSync(seen, 'utf8')
        .trim()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    )
    expect(children.filter((env) => 'MODAL_TOKEN_ID' in env).length).toBeGreaterThanOrEqual(3)
    const segments = children.flatMap((env) => /:\d+\/([\w-]{24})\/api/.exec(env['PREFECT_API_URL'] ?? '')?.[1] ?? [])
    expect(new Set(segments).size).toBeGreaterThanOrEqual(3)
    const all = [id, secret, header, ...auth]
    for (const env of children) for (const hidden of all) expect(JSON.stringify(env)).not.toContain(hidden)
    for (const played of [plan, deploy, again]) {
      expect(played.log).toContain('PREFECT_API_URL')
      for (const text of spoken(played)) for (const hidden of [...all, ...segments]) expect(text).not.toContain(hidden)
      expect(played.masks).toEqual(expect.arrayContaining(all))
      expect(played.masks).not.toContain('application/json')
      expectTidy(played)
    }
    rmSync(folder, { recursive: true })
  })
})
