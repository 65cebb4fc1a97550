import type { AppRequest } from '../../../src/modal/app-request.ts'
import type { AppSurroundings } from '../../../src/modal/app-check/rule.ts'

/** A file, and what is found in it: `rule line:column`, with `?` behind a warning and `i` behind a notice. */
export type EdgeCase = Readonly<{
  source: string
  found: readonly string[]
  request?: Partial<AppRequest>
  known?: AppSurroundings
  /** The object behind `::`. */
  object?: string
}>

export const head = (body: string): string => `import modal\n\napp = modal.App("orders")\n\n\n${body}\n`
export const silent = (source: string, more: Partial<EdgeCase> = {}): EdgeCase => ({ source, found: [], ...more })
const names = (text: string): string => `import modal\napp = modal.App(${text})\n`
const shop: AppSurroundings = { repository: 'Big_Shop' }

export const NAME_CASES: Readonly<Record<string, EdgeCase>> = {
  'a name from a constant': {
    source: `import modal\nNAME = "My App"\napp = modal.App(NAME)\n`,
    found: ['app-name-refused 3:17'],
  },
  'an empty name': { source: names('""'), found: ['app-name-missing 2:17'] },
  'no name, but one in modal-apps': silent(names(''), { request: { name: 'orders' } }),
  'None for a name': { source: names('name=None'), found: ['app-name-missing 2:22'] },
  'a name in a mapping': silent(`import modal\nO = {}\napp = modal.App(**O)\n`),
  'a name that is too long': { source: names(`"${'a'.repeat(65)}"`), found: ['app-name-refused 2:17'] },
  'a name like an id': { source: names(`"ap-${'a'.repeat(22)}"`), found: ['app-name-refused 2:17'] },
  'a name that modal-apps replaces': silent(names('"my app"'), { request: { name: 'orders' } }),
  'a name in modal-apps that is not in kebab-case': {
    source: names('"orders"'),
    found: ['app-name-not-kebab-case 2:17 i'],
    request: { name: 'My_Orders' },
  },
  'the name of the repository': silent(names('"big-shop"'), { known: shop }),
  'the name of the repository, spelt together': silent(names('"bigshop"'), { known: shop }),
  'another name than the repository has': {
    source: names('"orders"'),
    found: ['app-name-differs 2:17 i'],
    known: shop,
  },
  'another name in modal-apps': {
    source: names('"big-shop"'),
    found: ['app-name-differs 2:17 i'],
    known: shop,
    request: { name: 'orders' },
  },
  'a name that depends': silent(
    'import modal\nimport os\nif os.environ.get("X"):\n    app = modal.App("A B")\nelse:\n    app = modal.App()\n',
  ),
  'another app than the one that is deployed': silent(`${names('"orders"')}other = modal.App("X Y")\n`),
}

export const OBJECT_CASES: Readonly<Record<string, EdgeCase>> = {
  'the app under another name': {
    source: 'import modal\nstub = modal.App("orders")\n',
    found: ['app-object-missing 2:18'],
  },
  'two apps, none of them `app`': {
    source: 'import modal\none = modal.App("one")\ntwo = modal.App("two")\n',
    found: ['app-object-missing 2:17'],
  },
  'no app at all': { source: 'print("hello")\n', found: ['app-object-missing'] },
  'an empty file': { source: '', found: ['app-object-missing'] },
  'an object that is not there': { source: head(''), object: 'wep', found: ['app-object-missing 3:17'] },
  'a function of an app': {
    source: head('@app.function()\ndef f(): pass'),
    object: 'app.f',
    found: ['app-object-missing'],
  },
  'a function in its place': {
    source: head('@app.function()\ndef app(): pass')
      .replace('app = ', 'application = ')
      .replace('@app', '@application'),
    found: ['app-object-missing 7:1'],
  },
  'an app that may come from elsewhere': silent('from os.path import *\n'),
  'an app that is imported': silent('from os import path as app\n'),
  'an app that a loop binds': silent('import modal\nfor app in [modal.App("orders")]:\n    pass\n'),
  'an app that a with binds': silent(
    'import contextlib, modal\nwith contextlib.nullcontext(modal.App("a")) as app:\n    pass\n',
  ),
  'an app that := binds': silent('import modal\nprint(app := modal.App("a"))\n'),
  'an app in a tuple': silent('import modal\napp, other = modal.App("a"), modal.App("b")\n'),
  'an app that a function sets': silent(
    'import modal\ndef make():\n    global app\n    app = modal.App("a")\nmake()\n',
  ),
  'an app by globals()': silent('import modal\nglobals()["app"] = modal.App("a")\n'),
  'an app on demand': silent('import modal\ndef __getattr__(name):\n    return modal.App("a")\n'),
}

export const API_CASES: Readonly<Record<string, EdgeCase>> = {
  'a parameter of an app that is imported': {
    source: 'from os import path as app\n@app.function(keep_warm=1)\ndef f(): pass\n',
    found: ['app-removed-api 2:15'],
  },
  'a function of another library with the same name': silent(
    `${head('')}import json as other\n@other.function(secret=1)\ndef f(): pass\n`,
  ),
  'what only a call would meet': {
    source: head('@app.function()\ndef f():\n    return modal.Function.lookup("a", "b").remote()'),
    found: ['app-removed-api 8:27 ?'],
  },
  'a name of its own in a function': silent(head('@app.function()\ndef f(modal):\n    return modal.Stub')),
  'an import in a function': {
    source: head('@app.function()\ndef f():\n    from modal import Stub'),
    found: ['app-removed-api 8:23 ?'],
  },
  'what stands in a condition': silent(head('if not hasattr(modal, "fastapi_endpoint"):\n    modal.web_endpoint()')),
  'what is told in a text': silent(head('"""Was modal.Stub, with @app.function(keep_warm=1)."""')),
  'a name behind a try': silent(
    'import modal\ntry:\n    from modal import Stub\nexcept ImportError:\n    Stub = modal.App\napp = Stub("a")\n',
  ),
  'an image over many lines': {
    source: head('image = (\n    modal.Image.debian_slim()\n    .pip_install("x")\n    .copy_local_dir("a", "/a")\n)'),
    found: ['app-removed-api 9:6'],
  },
  'a module under another name': {
    source: 'import modal as m\napp = m.App("a", mounts=[])\n',
    found: ['app-removed-api 2:18'],
  },
  'a class from its module': {
    source: 'from modal.app import App\napp = App("a", mounts=[])\n',
    found: ['app-removed-api 2:16'],
  },
  'a parameter with a slip': {
    source: head('@app.function(memmory=1)\ndef f(): pass'),
    found: ['app-unknown-api 6:15'],
  },
  'a parameter of a decorator': {
    source: head('@app.function()\n@modal.concurrent(max_input=1)\ndef f(): pass'),
    found: ['app-unknown-api 7:19'],
  },
  'a parameter of an image': {
    source: head('image = modal.Image.debian_slim(python="3.12")'),
    found: ['app-unknown-api 6:33'],
  },
  'a name with a slip': { source: head('secret = modal.Secrets.from_name("a")'), found: ['app-unknown-api 6:24'] },
  'an import with a slip': {
    source: 'from modal import App, Secrets\napp = App("a")\n',
    found: ['app-unknown-api 1:24'],
  },
  'names of the module itself': silent(
    head('print(modal.__version__, modal.__file__, modal.exception.Error, modal.config)'),
  ),
  'columns behind letters of several bytes': {
    source: head('@app.function(name="größe-🙂", keep_warm=1)\ndef f(): pass'),
    found: ['app-removed-api 6:32'],
  },
}

export const IMPORT_CASES: Readonly<Record<string, EdgeCase>> = {
  'of the standard library': silent(
    head('import asyncio, os.path, xml.etree.ElementTree\nfrom collections import abc'),
  ),
  'of nothing that is there': { source: head('import of_nobody.deep as x'), found: ['app-import-missing 6:1'] },
  'from nothing that is there, twice': {
    source: head('from of_nobody import a\nfrom of_nobody import b'),
    found: ['app-import-missing 6:1'],
  },
  'in a class': { source: head('class A:\n    import of_nobody'), found: ['app-import-missing 7:5'] },
  'behind a module of the project': {
    source: head('import beside\nimport of_nobody'),
    found: ['app-import-missing 7:1 ?'],
  },
  'behind sys.path': silent(head('import sys\nsys.path.append("lib")\nimport of_nobody')),
  'behind a function that changes sys.path': silent(
    head('def add():\n    from sys import path\n    path.append("lib")\nadd()\nimport of_nobody'),
  ),
  'behind pip': silent(head('import subprocess\nsubprocess.run(["pip", "install", "of-nobody"])\nimport of_nobody')),
  'below image.imports()': silent(
    head('image = modal.Image.debian_slim()\nwith image.imports():\n    import of_nobody'),
  ),
  'in a try': silent(head('try:\n    import of_nobody\nexcept ModuleNotFoundError:\n    pass')),
  'in a main guard': silent(head('if __name__ == "__main__":\n    import of_nobody')),
  'in a function': silent(head('@app.function()\ndef f():\n    import of_nobody')),
  'in a lambda': silent(head('f = lambda: __import__("of_nobody")')),
  'of a module beside the file': silent(head('import beside\nfrom folder import anything')),
}

const web = (routes: string, more = 'api'): string =>
  head(
    `@app.function()\n@modal.asgi_app()\ndef web():\n    from fastapi import FastAPI\n    api = FastAPI()\n${routes}\n    return ${more}`,
  )
const MISSING = ['app-health-route-missing 8:1 i']

export const HEALTH_CASES: Readonly<Record<string, EdgeCase>> = {
  'no route at all': { source: web('    @api.get("/orders")\n    def o(): pass'), found: MISSING },
  'only a POST': { source: web('    @api.post("/health")\n    def o(): pass'), found: MISSING },
  'a contract': silent(web(''), {
    request: { health: [{ target: { kind: 'function', name: 'web' }, method: 'GET', headers: {}, json: {} }] },
  }),
  'another health-path': silent(web('    @api.get("/live")\n    def o(): pass'), {
    known: { repository: undefined, healthPath: '/live' },
  }),
  'not the other health-path': {
    source: web('    @api.get("/health")\n    def o(): pass'),
    found: MISSING,
    known: { repository: undefined, healthPath: '/live?deep=1' },
  },
  'a path with a parameter': silent(web('    @api.get("/{page}")\n    def o(page): pass')),
  'a path that is computed': silent(web('    @api.get(PATH)\n    def o(page): pass')),
  'a route that is added': silent(web('    api.add_api_route("/health", print)')),
  'a mount': silent(web('    api.mount("/", print)')),
  'a middleware that may answer': silent(web('    @api.middleware("http")\n    def o(r, n): pass')),
  'a middleware that does not': {
    source: web(
      '    from fastapi.middleware.cors import CORSMiddleware\n    api.add_middleware(CORSMiddleware, allow_origins=["*"])',
    ),
    found: MISSING,
  },
  'something else that is returned': silent(web('', 'wrapped(api)')),
  'routes that FastAPI is given': silent(web('').replace('FastAPI()', 'FastAPI(routes=[])')),
  'a function of FastAPI alone': {
    source: head('@app.function()\n@modal.fastapi_endpoint()\ndef orders(): pass'),
    found: MISSING,
  },
  'a function of FastAPI with the name health': silent(
    head('@app.function(name="health")\n@modal.fastapi_endpoint()\ndef orders(): pass'),
  ),
  'a method with the name health': silent(
    head('@app.cls()\nclass Api:\n    @modal.fastapi_endpoint()\n    def health(self): pass'),
  ),
  'a method with another name': {
    source: head('@app.cls()\nclass Api:\n    @modal.fastapi_endpoint()\n    def orders(self): pass'),
    found: ['app-health-route-missing 9:5 i'],
  },
  'an app that includes others': silent(
    `${head('@app.function()\n@modal.fastapi_endpoint()\ndef orders(): pass')}app.include(modal.App("b"))\n`,
  ),
  'modules of the project beside': silent(
    `${head('@app.function()\n@modal.fastapi_endpoint()\ndef orders(): pass')}import beside\n`,
  ),
  'one endpoint of several': silent(
    `${web('').replace('def web', 'def pages')}\n@app.function()\n@modal.fastapi_endpoint()\ndef health(): pass\n`,
  ),
}
