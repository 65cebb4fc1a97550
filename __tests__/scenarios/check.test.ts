import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from '@jest/globals'
import type { GitHubEvent } from '../world/runner.ts'
import { expectRefused, expectUntouched } from './refusals.ts'
import { prefectYaml } from './small-project.ts'
import { openStage, type Played } from './stage.ts'

const stage = openStage()

const CHECK = { mode: 'check' }
const WITHOUT_SECRETS = { PREFECT_API_URL: '', MODAL_TOKEN_ID: '', MODAL_TOKEN_SECRET: '' }
const PULL_REQUEST: GitHubEvent = { name: 'pull_request', ref: 'refs/pull/7/merge', baseRef: 'main' }

/** Three warnings, one of them about a comment, and one more that a comment excuses. */
const DOUBTFUL = `pull:
  - prefect.deployments.steps.git_clone:
      repository: https://github.com/acme/flows.git
      # prefect-modal: ignore pull-branch-differs -- runs use the released code on purpose
      branch: stable
  - prefect.deployments.steps.run_shell_script:
      directory: "{{ clone.directory }}"
      script: pip install uv
deployments:
  - name: daily # prefect-modal: ignore cron-second
    entrypoint: flows/hello.py:hello
    work_pool: { name: some-pool }
    schedules:
      - cron: "0 0 6 * * 1"
        slug: weekly
`
const DOUBTS = ['pull-step-reference:7', 'ignore-comment:10', 'cron-seconds:14']

function placed({ report }: Played): unknown {
  return report?.findings.map(({ rule, position }) => `${rule}:${position.line}`)
}

function expectPlanned(played: Played): void {
  expect({ verdict: played.outputs['verdict'], exitCode: played.exitCode, log: played.log }).toMatchObject({
    verdict: 'planned',
    exitCode: 0,
  })
  expect(played.outputs['changed']).toBe('false')
  expectUntouched(played)
}

/** A folder of commands that leave a trace when somebody starts them. */
function openTraps(names: readonly string[]): { folder: string; sprung: () => readonly string[] } {
  const folder = mkdtempSync(path.join(tmpdir(), 'traps-'))
  for (const name of names) {
    writeFileSync(path.join(folder, name), '#!/bin/sh\n: > "$0.sprung"\nexit 1\n')
    chmodSync(path.join(folder, name), 0o755)
  }
  return { folder, sprung: () => names.filter((name) => existsSync(path.join(folder, `${name}.sprung`))) }
}

describe('a check', () => {
  it('of good files has nothing to say; it asks nobody, starts nothing, and tells what it left out', async () => {
    const traps = openTraps(['python', 'python3', 'pip', 'uv', 'prefect', 'modal'])
    const [prefect, modal] = [stage.world().wire.requests().length, (await stage.world().modal.calls()).length]
    // The folder is the whole PATH, so that there is no git either, and no uv that an earlier step has left.
    const own = { UV_PROJECT_ENVIRONMENT: '' }
    const bare = { toolCache: traps.folder, env: { ...WITHOUT_SECRETS, ...own, PATH: traps.folder } }
    const alone = await stage.run({ inputs: CHECK, ...bare })
    const among = await stage.again(alone, { inputs: CHECK, env: own })
    expect(traps.sprung()).toEqual([])
    expect(existsSync(path.join(alone.checkout.path, '.venv'))).toBe(false)
    expect(stage.world().wire.requests()).toHaveLength(prefect)
    expect(await stage.world().modal.calls()).toHaveLength(modal)
    for (const played of [alone, among]) {
      expectPlanned(played)
      expect(played.groups).toEqual(['Verdict: planned'])
      expect(played.outputs['findings']).toBe('0')
      expect(played.report?.findings).toEqual([])
      expect(played.annotations).toEqual([])
      expect(played.report?.reason).toBe('The check found nothing wrong; nothing was written.')
      expect(played.report?.leftOut).toEqual([
        expect.objectContaining({
          part: expect.stringContaining('work pools, queues, blocks'),
          why: 'the workspace was not asked',
        }),
        expect.objectContaining({
          part: expect.stringContaining('whether the flows import'),
          why: 'no Python was run',
        }),
        { part: 'the files of the Modal apps', why: 'no Python was run' },
      ])
      expect(played.summary).toContain('Not checked:')
      expect(played.summary).toContain('- the files of the Modal apps (no Python was run)')
      expect(played.log).toContain('Not checked: the files of the Modal apps (no Python was run)')
    }
    rmSync(traps.folder, { recursive: true })
  })

  it('tells warnings and goes on, `strict` makes errors of them; a comment excuses one in both cases', async () => {
    const files = { 'prefect.yaml': DOUBTFUL }
    const lax = await stage.run({ inputs: CHECK, files })
    expectPlanned(lax)
    expect(lax.report?.reason).toBe('The check found no error and 3 warnings; nothing was written.')
    expect(lax.summary).toContain('### Findings: 3 warnings')
    const strict = await stage.again(lax, { inputs: { ...CHECK, strict: 'true' } })
    expectRefused(strict, /There is no rule `cron-second` to ignore\.\nDid you mean `cron-seconds`\?/)
    expect(strict.report?.reason).toBe("3 faults in the project's files; nothing was written.")
    for (const [played, level] of [
      [lax, 'warning'],
      [strict, 'error'],
    ] as const) {
      expect(placed(played)).toEqual(DOUBTS)
      expect(played.outputs['findings']).toBe('3')
      expect(played.annotations.map((one) => `${one.level} ${one.file} ${one.title}:${one.line}`)).toEqual(
        DOUBTS.map((doubt) => `${level} prefect.yaml ${doubt}`),
      )
      const reason = 'runs use the released code on purpose'
      expect(played.report?.ignored).toEqual([
        expect.objectContaining({
          rule: 'pull-branch-differs',
          position: expect.objectContaining({ line: 5 }),
          reason,
        }),
      ])
      expect(played.log).toContain(`prefect.yaml:5:15  ignored  pull-branch-differs: ${reason}`)
      expect(played.summary).toContain('1 finding is ignored by comments in the files')
      expect(played.summary).toMatch(/pull&#45;branch&#45;differs.* runs use the released code on purpose \|/)
    }
  })

  it('of more than GitHub shows has ten annotations of a kind, the worst first, the last of which counts the rest', async () => {
    const twelve = (cron: (at: number) => string): Parameters<typeof prefectYaml>[0] & object =>
      Array.from({ length: 12 }, (_, at) => ({
        name: cron(at),
        extra: ['schedules:', `  - { slug: daily, cron: "${cron(at)}" }`],
      }))
    const [doubtful, bad] = [twelve((at) => `0 0 ${at} * * *`), twelve((at) => `0 ${24 + at} * * *`)]
    const files = { 'prefect.yaml': prefectYaml([...doubtful, ...bad]) }
    const played = await stage.run({ inputs: CHECK, files })
    expectRefused(played, /the hour `24` is not within 0 to 23/)
    expect(played.annotations.map((one) => `${one.level} ${one.title}`)).toEqual([
      ...Array.from({ length: 10 }, () => 'error cron-invalid'),
      ...Array.from({ length: 10 }, () => 'warning cron-seconds'),
    ])
    expect(played.annotations[8]?.message).not.toContain('more are in')
    for (const last of [9, 19]) {
      expect(played.annotations[last]?.message).toMatch(/\n\n2 more are in the job summary and the report\.$/)
    }
    expect(played.report?.findings.map(({ severity }) => severity)).toEqual([
      ...Array.from({ length: 12 }, () => 'error'),
      ...Array.from({ length: 12 }, () => 'warning'),
    ])
    expect(played.outputs['findings']).toBe('24')
    expect(played.summary).toContain('### Findings: 12 errors, 12 warnings')
    expect(played.summary).toContain('the hour <code>35</code>')
  })
})

describe('a step that does not deploy', () => {
  it('is skipped work where a pull request of a fork has no secrets, and tells what it found all the same', async () => {
    const played = await stage.run({
      event: PULL_REQUEST,
      env: WITHOUT_SECRETS,
      files: { 'prefect.yaml': DOUBTFUL },
    })
    expect({ ...played.outputs, code: played.exitCode }).toMatchObject({ verdict: 'skipped', findings: '3', code: 0 })
    expect(played.report?.reason).toMatch(/^The files were checked; .* has no Prefect credentials\.$/)
    expect(placed(played)).toEqual(DOUBTS)
    expect(played.annotations).toHaveLength(3)
    expect(played.report?.leftOut).toHaveLength(3)
    expectUntouched(played)
    played.checkout.commit({ 'prefect.yaml': DOUBTFUL.replace('0 0 6 * * 1', '0 24 * * 1') })
    const again = await stage.again(played, { event: PULL_REQUEST, env: WITHOUT_SECRETS })
    expectRefused(again, /the hour `24` is not within 0 to 23/)
  })

  it('is what a ref gets that may not deploy; a deploy that is asked for there is refused', async () => {
    const inputs = { 'deploy-refs': 'release/*', 'prefect-file': 'none' }
    const auto = await stage.run({ inputs })
    expectPlanned(auto)
    expect(auto.log).toContain('Mode: plan (push on main; `deploy-refs` does not admit it)')
    const forced = await stage.again(auto, { inputs: { ...inputs, mode: 'deploy' } })
    expectRefused(forced, /`mode: deploy` on main, which `deploy-refs` does not admit/)
  })

  it('never meets code of a pull request where the secrets are', async () => {
    const event = {
      name: 'pull_request_target',
      sha: 'f'.repeat(40),
      payload: { pull_request: { base: { ref: 'main', sha: 'e'.repeat(40) } } },
    }
    expectRefused(
      await stage.run({ event }),
      /On `pull_request_target` this checkout is not the base or default branch/,
    )
  })
})
