import type { AppRequest } from '../../src/modal/app-request.ts'
import type { ModalControlPlane } from '../world/modal-control-plane.ts'

/** The app whose deploys are recorded: one of every kind of function. Servers came with Modal 1.5. */
export const EVERY_KIND = `import modal

app = modal.App("shop-api")


@app.function()
def plain():
    pass


@app.function()
@modal.fastapi_endpoint()
def hello():
    return {}


@app.function()
@modal.fastapi_endpoint(method="POST", requires_proxy_auth=True)
def secure():
    return {}


@app.function()
@modal.asgi_app(custom_domains=["api.example.com", "www.example.com"])
def branded():
    raise NotImplementedError


@app.function()
@modal.wsgi_app()
def warned():
    raise NotImplementedError


@app.cls()
class Model:
    @modal.method()
    def predict(self):
        return 1

    @modal.fastapi_endpoint()
    def api(self):
        return {}

    @modal.fastapi_endpoint(custom_domains=["cls.example.com"], requires_proxy_auth=True)
    def private(self):
        return {}


if hasattr(modal.App, "server"):

    @app.server(port=8000, routing_region="us-east")
    class Closed:
        @modal.enter()
        def start(self):
            pass

    @app.server(port=8000, routing_region="eu-west", unauthenticated=True)
    class Open:
        @modal.enter()
        def start(self):
            pass
`

/** An app that `modal deploy` cannot deploy, and what is asked for. */
export type FailingApp = Readonly<{
  files: Readonly<Record<string, string>>
  /** Absent: `modal_app.py`. */
  request: AppRequest
  environment: string
  /** On top of what a child of Modal gets. */
  env: Readonly<Record<string, string>>
  /** The versions of Modal that fail so; absent: all. */
  versions?: readonly string[]
  /** What the control plane is told before. */
  prepare: (plane: ModalControlPlane) => Promise<void>
}>

const HEAD = 'import modal\n\napp = modal.App("shop-api")\n'
const FUNCTION = '\n\n@app.function()\ndef work():\n    pass\n'

/** A request as the input `modal-apps` gives it for one reference. */
export function requestOf(reference: string, more: Partial<AppRequest> = {}): AppRequest {
  return { reference, module: false, strategy: 'rolling', functions: [], health: [], ...more }
}

const file = (text: string, more: Partial<FailingApp> = {}): FailingApp => ({
  files: { 'modal_app.py': text },
  request: requestOf('modal_app.py'),
  environment: 'main',
  env: {},
  prepare: async () => undefined,
  ...more,
})
const SOUND = HEAD + FUNCTION
const decorated = (decorator: string): FailingApp => file(`${HEAD}\n\n${decorator}\ndef work():\n    pass\n`)
const asked = (reference: string, more: Partial<AppRequest> = {}): FailingApp =>
  file(SOUND, { request: requestOf(reference, more) })
const DEEP = 'packages/forecasting/src/forecasting/deployments/production/nightly_batch_predictions/modal_app.py'

/** By the name under which the run is recorded. */
export const FAILING_APPS: Readonly<Record<string, FailingApp>> = {
  'token empty': file(SOUND, { env: { MODAL_TOKEN_ID: '', MODAL_TOKEN_SECRET: '' } }),
  'token not found': file(SOUND, { env: { MODAL_TOKEN_SECRET: 'as-wrong' } }),
  'token malformed': file(SOUND, { env: { MODAL_TOKEN_ID: 'as-swapped' } }),
  'token expired': file(SOUND, {
    env: { MODAL_TOKEN_ID: 'ak-old', MODAL_TOKEN_SECRET: 'as-old' },
    prepare: (plane) => plane.addToken({ id: 'ak-old', secret: 'as-old', expiresAt: 1_700_000_000 }),
  }),
  'viewer only': file(SOUND, {
    env: { MODAL_TOKEN_ID: 'ak-viewer', MODAL_TOKEN_SECRET: 'as-viewer' },
    prepare: (plane) => plane.addToken({ id: 'ak-viewer', secret: 'as-viewer', role: 'viewer' }),
  }),
  'environment missing': file(SOUND, { environment: 'nope' }),
  'secret missing': decorated('@app.function(secrets=[modal.Secret.from_name("absent")])'),
  'secret key missing': decorated(
    '@app.function(secrets=[modal.Secret.from_name("settings", required_keys=["TOKEN"])])',
  ),
  'volume missing': decorated('@app.function(volumes={"/absent": modal.Volume.from_name("absent")})'),
  'build fails': decorated(
    '@app.function(image=modal.Image.debian_slim(python_version="3.11").run_commands("echo before", "exit 3"))',
  ),
  'build raises': file(SOUND, {
    prepare: (plane) => plane.failBuild({ logs: ['copying'], exception: 'RuntimeError: no space left on device' }),
  }),
  'build terminated': file(SOUND, { prepare: (plane) => plane.failBuild({ status: 'terminated' }) }),
  'build timed out': file(SOUND, { prepare: (plane) => plane.failBuild({ status: 'timeout' }) }),
  'spend limit': file(SOUND, {
    prepare: async (plane) => {
      const message = 'App creation failed: workspace billing cycle spend limit reached'
      await plane.fault({ rpc: 'AppCreate', status: 'RESOURCE_EXHAUSTED', message })
    },
  }),
  'client too old': file(SOUND, {
    prepare: async (plane) => {
      const message = 'This client version is no longer supported.'
      await plane.fault({ rpc: 'AppGetByDeploymentName', status: 'FAILED_PRECONDITION', message })
    },
  }),
  'function refused': file(SOUND, {
    prepare: async (plane) => {
      const message = 'Unknown GPU type: NOPE'
      await plane.fault({ rpc: 'FunctionCreate', status: 'INVALID_ARGUMENT', message })
    },
  }),
  'publish breaks': file(SOUND, {
    prepare: async (plane) => {
      await plane.fault({
        rpc: 'AppPublish',
        status: 'UNAVAILABLE',
        message: 'Connection reset by peer',
        times: 'always',
      })
    },
  }),
  'publish refused': file(SOUND, {
    prepare: async (plane) => {
      await plane.fault({ rpc: 'AppPublish', status: 'FAILED_PRECONDITION', message: 'The app is being stopped' })
    },
  }),
  'connection refused': file(SOUND, { env: { MODAL_SERVER_URL: 'http://127.0.0.1:1' } }),
  'proxy without its extra': file(SOUND, {
    versions: ['1.6.4'],
    env: { HTTPS_PROXY: 'http://127.0.0.1:1', ALL_PROXY: 'http://127.0.0.1:1', HTTP_PROXY: 'http://127.0.0.1:1' },
  }),
  'image builder unknown': file(SOUND, { env: { MODAL_IMAGE_BUILDER_VERSION: '2030.01' } }),
  'log level unknown': file(SOUND, { env: { MODAL_LOGLEVEL: 'LOUD' } }),
  'import missing': file(`import pandas_of_nobody\n${SOUND}`),
  'import missing below': file('', {
    files: { 'modal_app.py': `import shop.model\n${SOUND}`, 'shop/model.py': 'import pandas_of_nobody.core\n' },
  }),
  'import missing in a module': file('', {
    files: { 'shop/__init__.py': '', 'shop/app.py': `import pandas_of_nobody\n${SOUND}` },
    request: requestOf('shop.app', { module: true }),
  }),
  'import missing in a deep file': file('', {
    files: { [DEEP]: `import pandas_of_nobody\n${SOUND}` },
    request: requestOf(DEEP),
  }),
  'name missing in a module': file(`from math import sine\n${SOUND}`),
  'module missing': asked('no_such_module', { module: true }),
  'module missing in a package': file('', {
    files: { 'shop/__init__.py': '' },
    request: requestOf('shop.app', { module: true }),
  }),
  'relative import': file('', {
    files: {
      'shop/__init__.py': '',
      'shop/names.py': 'NAME = 1\n',
      'shop/app.py': `from .names import NAME\n${SOUND}`,
    },
    request: requestOf('shop/app.py'),
  }),
  'syntax error': file(`${SOUND}\n\ndef broken(:\n    pass\n`),
  'syntax error below': file('', {
    files: { 'modal_app.py': `import shop.model\n${SOUND}`, 'shop/model.py': 'x = (1,\ny = 2\n' },
  }),
  'indentation error': file(`${SOUND}\n\ndef broken():\npass\n`),
  'app file raises': file(`${SOUND}\n\ndef limit():\n    return 1 / 0\n\n\nLIMIT = limit()\n`),
  'app file raises its own': file(
    `${SOUND}\n\nclass NotReady(Exception):\n    pass\n\n\nraise NotReady("the table\\nis empty")\n`,
  ),
  'app file raises nothing said': file(`${SOUND}\n\nraise RuntimeError\n`),
  'app file raises from another': file(
    `${SOUND}\n\ntry:\n    {}["x"]\nexcept KeyError as missing:\n    raise ValueError("no x") from missing\n`,
  ),
  'variable missing': file(`import os\n\nBUCKET = os.environ["ORDERS_BUCKET"]\n${SOUND}`),
  'file read when imported is missing': file(`TEXT = open("settings.toml").read()\n${SOUND}`),
  'file for the image is missing': decorated(
    '@app.function(image=modal.Image.debian_slim(python_version="3.11").add_local_file("nope.txt", "/nope.txt"))',
  ),
  'source for the image is missing': decorated(
    '@app.function(image=modal.Image.debian_slim(python_version="3.11").add_local_python_source("nope"))',
  ),
  'app file ends with 7': file(`import sys\n\nprint("giving up")\nsys.exit(7)\n${SOUND}`),
  'app file raises what others say': file(
    `${SOUND}\n\nraise PermissionError("Token expired: permission denied, see billing")\n`,
  ),
  'app file ends with words': file(`import sys\n\nsys.exit("nothing to deploy")\n${SOUND}`),
  'app file logs and ends with words': file(
    `import logging, sys\n\nlogging.warning("reading the settings")\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception("no settings")\nsys.exit("nothing to deploy")\n${SOUND}`,
  ),
  'app file logs an exception before': file(
    `import logging\n\ntry:\n    1 / 0\nexcept ZeroDivisionError:\n    logging.exception("no settings")\n${SOUND}`,
    { environment: 'nope' },
  ),
  'app file ends badly at the end': file(`import atexit, os\n\natexit.register(os._exit, 3)\n${SOUND}`),
  'app file ends with 0': file(`import sys\n\nsys.exit()\n${SOUND}`),
  'app file ends at once': file(`import os\n\nos._exit(0)\n${SOUND}`),
  'app file kills the process': file(`import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)\n${SOUND}`),
  'no app': file('import modal\n\nservice = modal.App("shop-api")\n'),
  'no such variable': asked('modal_app.py::service'),
  'variable is no app': asked('modal_app.py::work'),
  'variable below': asked('modal_app.py::app.work'),
  'app without name': file(`import modal\n\napp = modal.App()\n${FUNCTION}`),
  'app name bad': file(SOUND.replace('shop-api', 'shop api!')),
  'name bad': asked('modal_app.py', { name: 'shop api!' }),
  'name too long': asked('modal_app.py', { name: 'x'.repeat(65) }),
  'one colon': asked('modal_app.py:app'),
  'file missing': asked('elsewhere.py'),
  'file without its end': asked('modal_app'),
  'folder instead of a file': file('', { files: { 'shop/app.py': SOUND }, request: requestOf('shop') }),
  'dot in the file name': file('', { files: { 'modal.app.py': SOUND }, request: requestOf('modal.app.py') }),
  'decorator removed': decorated('@app.function()\n@modal.web_endpoint()'),
  'parameter removed': decorated('@app.function(keep_warm=1)'),
  'class removed': file(`${SOUND}\n\nmount = modal.Mount.from_local_dir(".")\n`),
  'stub removed': file('import modal\n\nstub = modal.Stub("shop-api")\n'),
  'attribute unknown': file(`${SOUND}\n\n@app.lambda_function()\ndef more():\n    pass\n`),
  'server not known': file(`${SOUND}\n\n@app.server(port=8000)\nclass Server:\n    pass\n`, { versions: ['1.4.3'] }),
  'parameter unknown': decorated('@app.function(gpus=2)'),
  'warned before it fails': file(
    `import warnings\n\nwarnings.warn("The old way is going", DeprecationWarning, stacklevel=1)\n${SOUND}\n\nraise ValueError("no x")\n`,
  ),
  'traceback asked for': file(SOUND, { environment: 'nope', env: { MODAL_TRACEBACK: '1' } }),
}
