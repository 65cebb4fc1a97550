import { describe, expect, test } from '@jest/globals'
import type { ApiUrl } from '../../../src/prefect/api-url.ts'
import { addressHider, rehearsedLines } from '../../../src/prefect/rehearsal/shown-lines.ts'
import { RECORDED, recordedRuns } from '../recorded.ts'

const ID = '7e5f5a5e-0c3b-4a43-9c3e-2b2f6f1d9c01'

function shown(lines: readonly string[]): readonly string[] {
  const view = rehearsedLines()
  return lines.flatMap((line) => view(line))
}

/** A panel as rich draws it, 400 columns (Prefect 3.8.8). */
function panel(text: string): string[] {
  const rows = text.match(/.{1,396}/gsu) ?? ['']
  const edge = '─'.repeat(398)
  return [`╭${edge}╮`, ...rows.map((row) => `│ ${row.padEnd(396)} │`), `╰${edge}╯`]
}

const created = (name: string): string => `Deployment 'main/${name}' successfully created with id '${ID}'.`

/** What follows a panel (Prefect 3.8.8, of a pool that needs a worker). */
const HINTS = [
  '',
  `View Deployment in UI: https://ui.example/deployments/deployment/${ID}`,
  '',
  '',
  "To execute flow runs from these deployments, start a worker in a separate terminal that pulls work from the 'p' work pool:",
  '',
  "\t$ prefect worker start --pool 'p'",
  '',
  'To schedule a run for this deployment, use the following command:',
  '',
  "\t$ prefect deployment run 'main/one'",
  '',
]

describe('the lines of a rehearsed deploy', () => {
  test('say that a deployment is computed, and nothing of what is not there yet', () => {
    const two = panel('Deploying two')
    expect(
      shown([
        'Deploying all flows with an existing deployment configuration...',
        ...panel(created('one')),
        ...HINTS,
        ...two,
        'end',
        '',
        'over',
      ]),
    ).toEqual([
      'Deploying all flows with an existing deployment configuration...',
      "Deployment 'main/one' computed; nothing is written yet",
      ...two,
      'end',
      '',
      'over',
    ])
  })

  test('a name of several rows, a panel that was cut, a warning in the middle of a panel', () => {
    const long = 'x'.repeat(500)
    const [top = '', row = '', bottom = ''] = panel(created('one'))
    expect(shown(panel(created(long)))).toEqual([`Deployment 'main/${long}' computed; nothing is written yet`])
    expect(shown(panel(created('two').slice(0, -30)))).toEqual([
      "Deployment 'main/two' computed; nothing is written yet",
    ])
    expect(shown([top, row, 'a warning', bottom])).toEqual([
      'a warning',
      "Deployment 'main/one' computed; nothing is written yet",
    ])
  })

  test.each([
    ['another panel', panel('Everything is fine')],
    ['one that begins alike', panel("Deployment 'x' is mine")],
    ['a top that nothing follows', [panel('')[0] ?? '', 'more']],
    ['text like a row', ['│ a │ b │', 'To schedule a run, wait', '$ prefect deployment run x']],
    ['a panel without an end', [...panel(created('x')).slice(0, 1), ...Array.from({ length: 300 }, () => '│ row │')]],
  ])('%s of the project’s own is left as it is', (_, lines) => {
    expect(shown(lines)).toEqual(lines)
  })

  test.each(RECORDED)('of every recorded run of %s nothing is lost but that', (version) => {
    let deployed = 0
    for (const { stdout, stderr } of Object.values(recordedRuns(version))) {
      const lines = shown(stdout)
      expect(lines.join('\n')).not.toMatch(/successfully created|prefect deployment run|View Deployment/)
      expect(shown(stderr)).toEqual(stderr)
      deployed += lines.filter((line) => line.endsWith('computed; nothing is written yet')).length
      // The rest is there: borders and hints aside, every line is.
      const kept = new Set(lines)
      const lost = stdout.filter((line) => line.trim() !== '' && !kept.has(line) && !/^[╭╰]/.test(line))
      for (const line of lost)
        expect(line).toMatch(
          /successfully created|deployment run|View Deployment|schedule a run|worker start|start a worker/,
        )
    }
    expect(deployed).toBeGreaterThan(0)
  })
})

describe('addressHider', () => {
  const CLOUD: ApiUrl = {
    kind: 'cloud',
    base: 'https://api.prefect.cloud/api/accounts/a/workspaces/w',
    accountId: 'a',
    workspaceId: 'w',
    cloudApi: 'https://api.prefect.cloud/api',
  }

  test.each<[string, ApiUrl, string, string]>([
    [
      'self-hosted',
      { kind: 'self-hosted', base: 'https://prefect.example/own/api' },
      '/api',
      'https://prefect.example/own/api/work_pools/p',
    ],
    ['Cloud', CLOUD, '/api/accounts/a/workspaces/w', `${CLOUD.base}/work_pools/p`],
  ])('shows the real address, and the secret segment nowhere: %s', (_, real, path, wanted) => {
    const root = 'http://127.0.0.1:40001/seg_ment-1234'
    const ours = { ...real, base: `${root}${path}`, ...(real.kind === 'cloud' ? { cloudApi: `${root}/api` } : {}) }
    const hide = addressHider({ url: ours, uiUrl: 'https://ui.example', segment: 'seg_ment-1234' }, real)
    expect(hide(`Client error for url '${root}${path}/work_pools/p'`)).toBe(`Client error for url '${wanted}'`)
    expect(hide(`GET /seg_ment-1234/api and ${root}`)).toBe(`GET /…/api and ${new URL(real.base).origin}`)
    expect(hide(`${root}/api/me`)).not.toContain('127.0.0.1')
    expect(hide('http://127.0.0.1:40002/other')).toBe('http://127.0.0.1:40002/other')
  })
})
