import { describe, expect, test } from '@jest/globals'
import { Fault, type FaultKind, type Position } from '../../src/faults.ts'
import { deployApp } from '../../src/modal/deploy.ts'
import { modalFailure } from '../../src/modal/failures.ts'
import { recordedTools } from './modal-tools.ts'
import { type RecordedRun, recordedRuns, recordedVersions } from './recorded.ts'
import { FAILING_APPS } from './recorded-apps.ts'

/** What is said of a failing app: the message behind "Deploying …: ", a piece of the hint, and the place. */
type Said = Readonly<{ kind: FaultKind; message: string; hint: string; at?: Position }>

const said = (kind: FaultKind, message: string, hint: string, file?: string, line?: number): Said => ({
  kind,
  message,
  hint,
  ...(file === undefined || line === undefined ? {} : { at: { file, line } }),
})
const TOKEN = 'The token comes from the input `modal-token-id`'
const REACH = 'Check that the runner reaches api.modal.com'
const NOT_IMPORTED = 'The app could not be imported.'
const NO_PANDAS = "the app imports `pandas_of_nobody`, which is not in the project's environment."
const ENDED = 'The app file itself ends the process'
const MAY_END = 'the app file itself may end the process'
const BAD_NAME = "Invalid App name: 'shop api!'."
const BAD_REFERENCE = 'Behind the file or module comes `::`'
const DOUBT = 'Whether the new version was published is not known.'
const DEEP = 'packages/forecasting/src/forecasting/deployments/production/nightly_batch_predictions/modal_app.py'

const EXPECTED: Readonly<Record<string, Said>> = {
  'token empty': said('target', 'Token missing. Could not authenticate client.', TOKEN),
  'token not found': said('target', 'Token not found', TOKEN),
  'token malformed': said('target', 'Token ID is malformed', TOKEN),
  'token expired': said('target', 'Token expired', TOKEN),
  'viewer only': said('target', 'Permission denied', 'needs the role Contributor in the environment `main`'),
  'environment missing': said('target', "Environment 'nope' not found", '`modal environment create nope`'),
  'secret missing': said(
    'refusal',
    "Secret 'absent' not found",
    'Create it at https://modal.com/secrets/acme/main/create',
  ),
  'secret key missing': said('refusal', "Secret 'settings' is missing key(s): TOKEN", 'Add the key to the secret'),
  'volume missing': said('refusal', "Volume 'absent' not found", '`modal volume create absent --env main`'),
  'build fails': said('refusal', 'Image build for im-', 'The lines above are the end of the build log'),
  'build raises': said('refusal', 'Image build for im-', 'The lines above are the end of the build log'),
  'build terminated': said('remote', 'Image build for im-', 'Run the step again'),
  'build timed out': said('refusal', 'Image build for im-', 'a larger `timeout`'),
  'spend limit': said(
    'refusal',
    'App creation failed: workspace billing cycle spend limit reached',
    'Raise the spend limit',
  ),
  'client too old': said('user', 'This client version is no longer supported.', 'uv lock --upgrade-package modal'),
  'function refused': said('refusal', 'Unknown GPU type: NOPE', 'Modal said no more than this'),
  'publish breaks': said(
    'remote',
    `Connection reset by peer. ${DOUBT}`,
    '`modal app history` shows whether it is there.',
  ),
  'publish refused': said(
    'refusal',
    `The app is being stopped. ${DOUBT}`,
    '`modal app history` shows whether it is there.',
  ),
  'connection refused': said('remote', 'Could not connect to the Modal server.', REACH),
  'proxy without its extra': said('remote', 'Could not connect to the Modal server.', 'modal[api-proxy-support]'),
  'image builder unknown': said(
    'user',
    'This version of the modal client supports',
    'Correct MODAL_IMAGE_BUILDER_VERSION',
  ),
  'log level unknown': said('user', "ValueError: Unknown level: 'Level LOUD'", 'Correct MODAL_LOGLEVEL'),
  'import missing': said('user', NO_PANDAS, '`uv add pandas_of_nobody`', 'modal_app.py', 1),
  'import missing below': said('user', NO_PANDAS, '`uv add pandas_of_nobody`', 'shop/model.py', 1),
  'import missing in a module': said('user', NO_PANDAS, '`uv add pandas_of_nobody`', 'shop/app.py', 1),
  'import missing in a deep file': said('user', NO_PANDAS, '`uv add pandas_of_nobody`', DEEP, 1),
  'name missing in a module': said('user', "ImportError: cannot import name 'sine'", NOT_IMPORTED, 'modal_app.py', 1),
  'module missing': said('user', 'there is no module `no_such_module`.', 'from `working-directory` on'),
  'module missing in a package': said('user', 'there is no module `shop.app`.', 'from `working-directory` on'),
  'relative import': said(
    'user',
    'InvalidError: The source file contains',
    'write `-m package.module`',
    'shop/app.py',
    1,
  ),
  'syntax error': said('user', 'SyntaxError: invalid syntax', NOT_IMPORTED, 'modal_app.py', 11),
  'syntax error below': said('user', "SyntaxError: '(' was never closed", NOT_IMPORTED, 'shop/model.py', 1),
  'indentation error': said('user', 'IndentationError: expected', NOT_IMPORTED, 'modal_app.py', 12),
  'app file raises': said('user', 'ZeroDivisionError: division by zero', NOT_IMPORTED, 'modal_app.py', 12),
  'app file raises its own': said('user', 'NotReady: the table', NOT_IMPORTED, 'modal_app.py', 15),
  'app file raises nothing said': said('user', 'RuntimeError', NOT_IMPORTED, 'modal_app.py', 11),
  'app file raises from another': said('user', 'ValueError: no x', NOT_IMPORTED, 'modal_app.py', 14),
  'app file raises what others say': said('user', 'PermissionError: Token expired', NOT_IMPORTED, 'modal_app.py', 11),
  'variable missing': said('user', "KeyError: 'ORDERS_BUCKET'", 'set ORDERS_BUCKET in the step', 'modal_app.py', 3),
  'file read when imported is missing': said(
    'user',
    'FileNotFoundError: ',
    'must be in the checkout',
    'modal_app.py',
    1,
  ),
  'file for the image is missing': said('user', 'local file /checkout/nope.txt does not', 'must be in the checkout'),
  'source for the image is missing': said('user', 'nope has no spec', 'The image takes `nope` from the project'),
  'app file ends with 7': said('user', 'the command ended with exit status 7 and said nothing.', ENDED),
  'app file ends with words': said('user', 'nothing to deploy', MAY_END),
  'app file logs and ends with words': said(
    'user',
    'ZeroDivisionError: division by zero',
    NOT_IMPORTED,
    'modal_app.py',
    5,
  ),
  'app file logs an exception before': said(
    'target',
    "Environment 'nope' not found",
    '`modal environment create nope`',
  ),
  'app file ends badly at the end': said('user', 'the command ended with exit status 3', 'modal app history'),
  'app file ends with 0': said('user', 'the command ended with exit status 0 and said nothing.', ENDED),
  'app file ends at once': said('user', 'the command ended with exit status 0 and said nothing.', ENDED),
  'app file kills the process': said('remote', 'a signal ended the command.', 'Run the step again'),
  'no app': said('user', "module 'modal_app' has no attribute 'app'", 'There is no `app` in it.'),
  'no such variable': said('user', "module 'modal_app' has no attribute 'service'", 'There is no `service` in it.'),
  'variable is no app': said('user', 'Function(work) is not a Modal App', BAD_REFERENCE),
  'variable below': said('user', 'app.work is not a Modal App', BAD_REFERENCE),
  'app without name': said('user', 'You need to either supply an explicit deployment name', 'Give the App a name'),
  'app name bad': said('user', BAD_NAME, 'Give the App a name'),
  'name bad': said('user', BAD_NAME, 'Give the App a name'),
  'name too long': said('user', `Invalid App name: '${'x'.repeat(65)}'.`, 'fewer than 64'),
  'one colon': said('user', 'Invalid object reference: modal_app.py:app.', BAD_REFERENCE),
  'file missing': said('user', 'FileNotFoundError: ', 'relative to `working-directory`'),
  'file without its end': said(
    'user',
    'Python module paths must be specified with the -m flag.',
    'a file ends in `.py`',
  ),
  'folder instead of a file': said('user', 'Python module paths must be specified', 'a file ends in `.py`'),
  'dot in the file name': said('user', "Invalid Modal source filename: 'modal.app.py'.", 'Rename the file'),
  'decorator removed': said('user', 'DeprecationError: ', '`@modal.fastapi_endpoint`', 'modal_app.py', 7),
  'parameter removed': said('user', 'DeprecationError: ', '`min_containers`', 'modal_app.py', 6),
  'class removed': said('user', "AttributeError: module 'modal' has", 'has no `Mount`', 'modal_app.py', 11),
  'stub removed': said('user', "AttributeError: Module 'modal' has", 'has no `Stub`', 'modal_app.py', 3),
  'attribute unknown': said('user', "AttributeError: 'App' object has", 'has no `lambda_function`', 'modal_app.py', 11),
  'server not known': said('user', "AttributeError: 'App' object has", 'has no `server`', 'modal_app.py', 11),
  'parameter unknown': said('user', 'TypeError: _App.function() got an unexpected', NOT_IMPORTED, 'modal_app.py', 6),
  'warned before it fails': said('user', 'ValueError: no x', NOT_IMPORTED, 'modal_app.py', 14),
  'traceback asked for': said(
    'target',
    "NotFoundError: Environment 'nope' not found",
    '`modal environment create nope`',
  ),
}

const RUNS = recordedVersions('failures').flatMap((version) =>
  Object.entries(recordedRuns(version, 'failures')).map(([name, run]) => [version, name, run] as const),
)

/** The fault of a recorded run, as the deploy of that app makes it. */
async function faultOf(version: string, name: string, run: RecordedRun): Promise<Fault> {
  const app = FAILING_APPS[name]
  if (app === undefined) throw new Error(`There is no app "${name}" any more: record again.`)
  const target = { environment: app.environment, commit: '0123456789'.repeat(4) }
  const fault = await deployApp(recordedTools(version, run), app.request, target).catch((thrown: unknown) => thrown)
  if (fault instanceof Fault) return fault
  throw new Error('It is deployed, or the fault is none of ours.', { cause: fault })
}

async function faultOfRecorded(version: string, name: string): Promise<Fault> {
  const run = recordedRuns(version, 'failures')[name]
  if (run === undefined) throw new Error(`"${name}" is not recorded.`)
  return faultOf(version, name, run)
}

describe('recorded failures', () => {
  test('all apps are recorded, and of the newest Modal none is left out', () => {
    expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(FAILING_APPS).sort())
    expect(Object.keys(recordedRuns('1.6.4', 'failures'))).toEqual(
      Object.entries(FAILING_APPS).flatMap(([name, { versions }]) =>
        versions?.includes('1.6.4') === false ? [] : [name],
      ),
    )
  })

  test.each(RUNS)('Modal %s: %s', async (version, name, run) => {
    const wanted = EXPECTED[name]
    const { kind, message, hint, position, lines } = await faultOf(version, name, run)
    expect({ kind, position }).toEqual({ kind: wanted?.kind, position: wanted?.at })
    expect(message.replace(/^Deploying `[^`]*`: /, '').slice(0, wanted?.message.length)).toBe(wanted?.message)
    expect(hint).toContain(wanted?.hint)
    expect([message, hint, ...lines].join('')).not.toContain('│')
  })

  test.each(['1.0.5', '1.4.3', '1.6.4'])(
    'Modal %s: a failed build is shown with the end of its log',
    async (version) => {
      const { lines } = await faultOfRecorded(version, 'build fails')
      const [reason, ...after] = lines.slice(lines.findIndex((line) => line.includes('Exited(3)')))
      expect(reason).toBe(
        'Terminating task due to error: failed to run builder command "exit 3": container exit status: Exited(3)',
      )
      expect(after[0]).toMatch(/^Image build for im-\w{22} failed\./)
      expect(lines.indexOf('=> Step 2: RUN exit 3')).toBeGreaterThan(0)
      expect(lines.length - after.length).toBe(12)
      expect(lines.length - after.length).toBe(12)
    },
  )

  test('what user code printed is shown where nobody says why it ended', async () => {
    expect((await faultOfRecorded('1.6.4', 'app file ends with 7')).lines).toEqual(['giving up'])
    expect((await faultOfRecorded('1.6.4', 'app file logs and ends with words')).lines.at(-1)).toBe('nothing to deploy')
  })

  test('the reason of a build that raised stands in the message', async () => {
    const { message } = await faultOfRecorded('1.6.4', 'build raises')
    expect(message).toMatch(/failed with the exception: RuntimeError: no space left on device$/)
  })

  test('a version that was published before the process failed is said to be', async () => {
    const { message } = await faultOfRecorded('1.6.4', 'app file ends badly at the end')
    expect(message).toContain('It was published before.')
  })
})

describe('a command that reads', () => {
  const context = { doing: 'Reading', checkout: '/checkout', tokenFrom: 'the input `modal-token-id`', version: '1.6.4' }
  const failed = (exitCode: number | null, stderr: readonly string[]): Fault =>
    modalFailure({ exitCode, stdout: ['last words'], stderr }, context)

  test.each([
    ['a role that does not suffice', 1, ['Error: Permission denied'], 'target', 'needs the role Contributor. A new'],
    [
      'a broken installation',
      1,
      ['Traceback (most recent call last):', "ModuleNotFoundError: No module named 'rich'"],
      'user',
      'uv sync',
    ],
    [
      'an unknown option',
      2,
      ['Usage: modal app', '', "Error: No such option '--json'."],
      'user',
      'uv lock --upgrade-package modal',
    ],
    [
      'an app that is gone',
      1,
      ["Error: No App with name 'x' found in the 'main' environment."],
      'refusal',
      'stopped it meanwhile',
    ],
    ['a usage error that is not known', 2, ["Error: Missing argument 'APP'."], 'user', 'Modal said no more'],
    ['words of nobody', 1, ['modal: not an interpreter'], 'user', "not Modal's own"],
    ['no words', 1, [], 'remote', 'Run the step again.'],
    ['a signal', null, [], 'remote', 'short of memory'],
  ])('%s', (_, exitCode, stderr, kind, hint) => {
    const fault = failed(exitCode, stderr)
    expect(fault.kind).toBe(kind)
    expect(fault.hint).toContain(hint)
  })
})

describe('what is shown', () => {
  const context = {
    doing: 'Deploying',
    checkout: '/checkout',
    tokenFrom: 'the input `modal-token-id`',
    version: '1.6.4',
    deploy: { environment: 'main' },
  }
  const faultFrom = (...stderr: readonly string[]): Fault => modalFailure({ exitCode: 1, stdout: [], stderr }, context)

  test('of the words of user code are the last ones', () => {
    const { message, lines } = faultFrom(...Array.from({ length: 20 }, (_, index) => `reading ${index}`), 'giving up')
    expect(message).toBe('Deploying: giving up')
    expect(lines).toEqual([...[13, 14, 15, 16, 17, 18, 19].map((index) => `reading ${index}`), 'giving up'])
  })

  test('is short, and no hint has lines of somebody else', () => {
    const { message, hint } = faultFrom(`Error: Secret '${'s'.repeat(1500)}`, "x' not found in environment 'main'")
    expect(message.length).toBeLessThanOrEqual(501)
    expect(hint?.length).toBe(901)
    expect(hint).not.toContain('\n')
  })
})
