import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { type DeployOutput, type Endpoint, parseDeployOutput } from '../../src/modal/deploy-output.ts'
import { type RecordedRun, recordedRuns, recordedVersions } from './recorded.ts'

const VERSIONS = recordedVersions('deploys')

/** What this version of Modal knows: marks of methods and servers came with 1.6, servers with 1.5, no-ops with 1.4. */
function knows(version: string): Readonly<{ marks: boolean; servers: boolean; noOps: boolean }> {
  const [, minor = 0] = version.split('.').map(Number)
  return { marks: minor >= 6, servers: minor >= 5, noOps: minor >= 4 }
}

const MODAL = 'https://acme--shop-api'
const web = (name: string, requiresProxyAuth = false, customDomains: readonly string[] = []): Endpoint => ({
  function: name,
  url: `${MODAL}-${name}.modal.run`,
  customDomains,
  requiresProxyAuth,
  kind: 'web function',
})

/** What every version says of the recorded app, as far as it says it. */
function endpointsOf(version: string): readonly Endpoint[] {
  const { marks, servers } = knows(version)
  const method = { kind: 'method', customDomains: [] } as const
  const server = { kind: 'server', customDomains: [] } as const
  const closed = `${MODAL}-closed.us-east.modal.direct`
  const open = `${MODAL}-open.eu-west.modal.direct`
  return [
    ...(servers ? [{ ...server, function: 'Closed', url: closed, requiresProxyAuth: true }] : []),
    { ...method, function: 'Model.api', url: `${MODAL}-model-api.modal.run`, requiresProxyAuth: false },
    {
      ...method,
      function: 'Model.private',
      url: `${MODAL}-model-private.modal.run`,
      customDomains: ['https://cls.example.com'],
      requiresProxyAuth: marks,
    },
    ...(servers ? [{ ...server, function: 'Open', url: open, requiresProxyAuth: !marks }] : []),
    web('branded', false, ['https://api.example.com', 'https://www.example.com']),
    web('hello'),
    web('secure', true),
    web('warned'),
  ]
}

function recorded(version: string, name: string): RecordedRun {
  const run = recordedRuns(version, 'deploys')[name]
  if (run === undefined) throw new Error(`No run ${name} of Modal ${version} is recorded.`)
  return run
}

const firstWith = (...lines: readonly string[]): DeployOutput =>
  parseDeployOutput(['✓ Created objects.', ...lines, '✓ App deployed in 1.234s! 🎉'])

describe('recorded deploys', () => {
  test('there is one of each shape that Modal has had', () => {
    expect(VERSIONS).toEqual(['1.0.5', '1.3.5', '1.4.3', '1.5.4', '1.6.4'])
  })

  test.each(VERSIONS)('Modal %s', (version) => {
    const { servers } = knows(version)
    const run = recorded(version, 'first')
    expect(run).toMatchObject({ exitCode: 0, stderr: [] })
    expect(parseDeployOutput(run.stdout)).toEqual({
      state: 'deployed',
      created: true,
      dashboardUrl: 'https://modal.com/apps/acme/main/deployed/shop-api',
      functions: [
        ...(servers ? ['Closed', 'Model.*', 'Open'] : ['Model.*']),
        'branded',
        'hello',
        'plain',
        'secure',
        'warned',
      ],
      endpoints: endpointsOf(version),
      warnings: ['This function is watched'],
    })
  })

  test.each(VERSIONS)('Modal %s: a second deploy that changes nothing', (version) => {
    const first = parseDeployOutput(recorded(version, 'first').stdout)
    const second = parseDeployOutput(recorded(version, 'second').stdout)
    expect(second).toEqual({ ...first, state: knows(version).noOps ? 'no-op' : 'deployed' })
  })

  test.each(VERSIONS)('Modal %s: lines that a narrow terminal has broken', (version) => {
    const { stdout } = recorded(version, 'narrow')
    expect(Math.max(...stdout.map((line) => line.length))).toBeLessThanOrEqual(60)
    expect(parseDeployOutput(stdout)).toEqual(parseDeployOutput(recorded(version, 'second').stdout))
  })
})

describe('what counts', () => {
  test('nothing without the verdict, though the addresses are there', () => {
    const { stdout } = recorded('1.6.4', 'first')
    const broken = stdout.slice(
      0,
      stdout.findIndex((line) => line.startsWith('✓ App deployed')),
    )
    const output = parseDeployOutput(broken)
    expect(output).toMatchObject({ created: true, endpoints: endpointsOf('1.6.4') })
    expect(output).not.toHaveProperty('state')
    expect(output).not.toHaveProperty('dashboardUrl')
  })

  test('nothing before the tree and behind the verdict: what user code and a build print', () => {
    const output = parseDeployOutput([
      '✓ Created objects.',
      '├── 🔨 Created web function evil => https://evil.example',
      '✓ App deployed in 0.001s! 🎉',
      'View Deployment: https://modal.com/apps/acme/main/deployed/evil',
      '✓ Created objects.',
      '└── 🔨 Created web function web => https://acme--shop-web.modal.run',
      '✓ Deployment skipped: no changes detected! ⏭️',
      '└── 🔨 Created web function late => https://late.example',
      'View Deployment: https://modal.com/apps/acme/main/deployed/shop',
      'View Deployment: https://modal.com/apps/acme/main/deployed/later',
    ])
    expect(output).toMatchObject({ state: 'no-op', functions: ['web'], endpoints: [{ function: 'web' }] })
    expect(output.dashboardUrl).toBe('https://modal.com/apps/acme/main/deployed/shop')
  })

  test.each([
    ['nothing at all', []],
    ['words', ['Building image im-1', 'https://acme--shop-web.modal.run']],
    ['the verdict alone', ['✓ App deployed in 0.1s! 🎉', 'View Deployment: https://modal.com/apps/a/main/deployed/x']],
  ])('nothing in %s', (_, lines) => {
    expect(parseDeployOutput(lines)).toEqual({ created: false, functions: [], endpoints: [], warnings: [] })
  })

  test('an app without functions is deployed all the same', () => {
    expect(firstWith()).toEqual({ state: 'deployed', created: true, functions: [], endpoints: [], warnings: [] })
  })
})

describe('rows', () => {
  test('names with blanks, which Modal lets through', () => {
    const old = firstWith(
      '├── 🔨 Created function a b.',
      '└── 🔨 Created web function c d => https://acme--x.modal.run',
    )
    const now = firstWith(
      '├── ✓ Created Function a b.',
      '└── ✓ Created Function c d',
      '    └── https://acme--x.modal.run (unauthenticated)',
    )
    expect(old).toEqual(now)
    expect(now).toMatchObject({ functions: ['a b', 'c d'], endpoints: [{ function: 'c d' }] })
  })

  test('a server warning of several lines is one, and its addresses are no endpoints', () => {
    const { endpoints, warnings } = firstWith(
      '└── ✓ Created Function web',
      '    ├── ⚠ Look at',
      '    │   https://status.example now',
      '    └── https://acme--x.modal.run 🔑',
    )
    expect(warnings).toEqual(['Look at https://status.example now'])
    expect(endpoints).toMatchObject([{ url: 'https://acme--x.modal.run', requiresProxyAuth: true }])
  })

  test.each([
    ['1.3', ['└── 🔨 Created web function web => https://acme--x.modal.run (label stolen)']],
    ['1.6', ['└── ✓ Created Function web', '    └── https://acme--x.modal.run (unauthenticated) (label stolen)']],
  ])('Modal %s says that an address was taken from another function', (_, lines) => {
    const { endpoints, warnings } = firstWith(...lines)
    expect(endpoints).toMatchObject([{ function: 'web', url: 'https://acme--x.modal.run', requiresProxyAuth: false }])
    expect(warnings).toEqual([expect.stringContaining('The address of web belonged to another function')])
  })

  test.each([
    ['an address that is none', ['└── ✓ Created Function web', '    └── https://[ (unauthenticated)']],
    ['a domain without its function', ['└── 🔨 Custom domain for web => https://api.example.com']],
    ['a domain without its method', ['└── ✓ Created Function M.*.', '    └──      -> https://cls.example.com']],
    ['an address without its function', ['    └── https://acme--x.modal.run (unauthenticated)']],
  ])('leaves out %s', (_, lines) => {
    expect(firstWith(...lines).endpoints).toEqual([])
  })

  test('leaves out a domain that is none', () => {
    const [endpoint] = firstWith(
      '└── ✓ Created Function web',
      '    ├── https://acme--x.modal.run (unauthenticated)',
      '    ├── Custom domain: https://[',
      '    └── Custom domain: https://api.example.com',
    ).endpoints
    expect(endpoint?.customDomains).toEqual(['https://api.example.com'])
  })

  test('leaves out control characters', () => {
    const { functions } = firstWith('└── ✓ Created Function w\u0007e\u202eb.\u2028')
    expect(functions).toEqual(['web'])
  })
})

/** Pieces that look like Modal's own, so that the parser's branches are met. */
const PIECES = ['✓ Created objects.', '✓ App deployed in ', '✓ Deployment skipped', 'View Deployment: ', '│   ', '    ']
const MORE = [
  '├── ',
  '└── ',
  '✓ Created Function ',
  '✓ Created Server ',
  '🔨 Created web function ',
  ' => ',
  ' -> ',
  '⚠ ',
]
const LAST = [
  '🔨 Custom domain for ',
  'Custom domain: ',
  'https://a.example',
  ' 🔑',
  ' (unauthenticated)',
  '.',
  ' ',
  '\u001b[',
]
const line = fc
  .array(fc.oneof(fc.constantFrom(...PIECES, ...MORE, ...LAST), fc.string({ maxLength: 5, unit: 'binary' })), {
    maxLength: 6,
  })
  .map((pieces) => pieces.join(''))

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,20}$/)
const address = fc.stringMatching(/^https:\/\/[a-z0-9][a-z0-9-]{0,30}\.modal\.run$/)
const webFunction = fc.record({
  function: name,
  url: address,
  customDomains: fc.uniqueArray(fc.stringMatching(/^https:\/\/[a-z0-9]{1,10}\.example\.com$/), { maxLength: 3 }),
  requiresProxyAuth: fc.boolean(),
  kind: fc.constant('web function' as const),
})

describe('any text', () => {
  test('is read without an error, and what is read is clean', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { endpoints, functions } = parseDeployOutput(lines)
        for (const { url, customDomains } of endpoints) {
          for (const one of [url, ...customDomains]) expect(new URL(one).protocol).toMatch(/^https?:$/)
        }
        expect([...functions, ...endpoints.map((endpoint) => endpoint.function)].join('')).not.toMatch(/\p{Cc}/u)
      }),
    )
  })

  test('whatever functions Modal 1.6 prints come back', () => {
    const byName = { selector: (endpoint: Endpoint) => endpoint.function, maxLength: 8 }
    fc.assert(
      fc.property(fc.uniqueArray(webFunction, byName), (endpoints) => {
        const read = firstWith(...endpoints.flatMap(printed)).endpoints
        const sorted = [...endpoints].sort((a, b) => (a.function < b.function ? -1 : 1))
        expect(read).toEqual(sorted)
      }),
    )
  })
})

/** The rows of one function as Modal 1.6.4 prints them. */
function printed({ function: of, url, customDomains, requiresProxyAuth }: Endpoint): string[] {
  const children = [
    `${url}${requiresProxyAuth ? ' 🔑' : ' (unauthenticated)'}`,
    ...customDomains.map((domain) => `Custom domain: ${domain}`),
  ]
  const last = children.length - 1
  return [`├── ✓ Created Function ${of}`, ...children.map((child, at) => `│   ${at === last ? '└' : '├'}── ${child}`)]
}
