import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { z } from 'zod'

/** An app to load: where, and by which reference. */
export type Loading = Readonly<{ key: string; folder: string; reference: string }>

/**
 * Loads apps as `modal deploy` does, with the real Modal of `python` in one process, and tells by their key what came of
 * each: `app NAME`, `warns TEXT` or `refused TEXT`.
 */
export async function loadApps(
  { python, env }: Readonly<{ python: string; env: Readonly<Record<string, string>> }>,
  apps: readonly Loading[],
): Promise<Readonly<Record<string, string>>> {
  const { stdout } = await promisify(execFile)(python, ['-c', LOAD_APPS, JSON.stringify(apps)], { env })
  return z.record(z.string(), z.string()).parse(JSON.parse(stdout.split('\n').at(-2) ?? ''))
}

const LOAD_APPS = String.raw`
import json, os, sys, warnings

import modal
from modal.cli.import_refs import import_app_from_ref, parse_import_ref
from modal.exception import AuthError, ConnectionError, DeprecationError

LIBRARIES = dict(sys.modules)
PATH = [one for one in sys.path if one]


def load(reference):
    module = reference.startswith("-m ")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        try:
            ref = parse_import_ref(reference[3:] if module else reference, use_module_mode=module)
            app = import_app_from_ref(ref, "modal deploy")
        except BaseException as error:
            cause = error.__cause__ or error
            # Whoever asks for the server has come past what is refused at once.
            if not isinstance(cause, (AuthError, ConnectionError)):
                return "refused " + type(cause).__name__ + ": " + str(cause).strip()[:200]
            app = None
    said = [str(one.message) for one in seen if issubclass(one.category, (DeprecationError, PendingDeprecation))]
    return "warns " + said[0].strip()[:200] if said else "app " + str(app and app.name)


try:
    from modal.exception import PendingDeprecationError as PendingDeprecation
except ImportError:
    PendingDeprecation = DeprecationError
answers = {}
for app in json.loads(sys.argv[1]):
    sys.path[:] = list(PATH)
    for name in [name for name in sys.modules if name not in LIBRARIES]:
        del sys.modules[name]
    os.chdir(app["folder"])
    answers[app["key"]] = load(app["reference"])
print()
print(json.dumps(answers))
`
