/** How the probe imports a flow: Python source, part of `PROBE_SCRIPT`. (Prefect: flows.py, load_flow_from_entrypoint) */
export const IMPORTS = `
import inspect

# Characters of a message, of a name, of a description, and of a schema as JSON.
MESSAGE, NAME, DESCRIPTION, SCHEMA = 500, 500, 20_000, 200_000
# Names of flows that are told where the wanted one is not there.
NAMES = 20
# Exceptions of a chain that are looked at.
CHAIN = 10


class Imports:
    def __init__(self, request):
        import prefect.flows, prefect.exceptions
        from prefect.utilities import callables, importtools

        self.flow_type = prefect.flows.Flow
        self.script_error = prefect.exceptions.ScriptError
        self.callables, self.tools = callables, importtools
        self.client = tuple(
            os.path.join(os.path.dirname(prefect.__file__), "client", name) for name in ("orchestration", "base.py")
        )
        self.root, self.cwd = os.path.realpath(request["root"]), os.getcwd()
        library = os.path.dirname(os.__file__)
        self.installed = tuple(os.path.realpath(place) + os.sep for place in (sys.prefix, library) if place != "/usr")
        self.workspace = request["workspace"]
        self.loaded = {}

    def answer(self, entrypoint):
        path = ""
        try:
            if ".py:" in entrypoint:
                path, name = entrypoint.rsplit(":", 1)
                if not os.path.isfile(path):
                    return {"kind": "not-found"}
                module = self.once(os.path.realpath(path), self.tools.load_script_as_module, path)
            else:
                path, name = entrypoint.rsplit(":" if ":" in entrypoint else ".", 1)
                module = self.once(path, self.tools.load_module, path)
            return self.found(module, name)
        except BaseException as error:
            return self.failure(error, path)

    def once(self, key, load, path):
        """The module, or the exception that it ended with, of the first time: Prefect runs a file for each deployment of it."""
        if key not in self.loaded:
            try:
                self.loaded[key] = (load(path), None)
            except BaseException as error:
                self.loaded[key] = (None, error)
                forget(key)
            finally:
                BUILTINS.update(AS_BUILT)
        module, error = self.loaded[key]
        if error is not None:
            raise error
        return module

    def found(self, module, name):
        found = module
        for part in name.split("."):
            try:
                found = getattr(found, part)
            except AttributeError:
                flows = [key for key, value in vars(module).items() if isinstance(value, self.flow_type)]
                return {"kind": "no-such-name", "names": [bounded(key, NAME) for key in flows[:NAMES]]}
        if not isinstance(found, self.flow_type):
            return {"kind": "not-a-flow", **self.place_of(found)}
        place = self.place_of(found.fn)
        try:
            schema = self.callables.parameter_schema(found).model_dump(exclude_unset=True)
        except Exception as error:
            return {**self.failure(error, ""), "kind": "no-schema", **place}
        return {
            "kind": "imported",
            "name": bounded(found.name, NAME),
            "description": str(found.description or "")[:DESCRIPTION],
            "schema": plain(schema),
            # Of a method, the first may be bound or not.
            "parameters": None if "." in name else parameters_of(found.fn),
            **place,
        }

    def failure(self, error, path):
        if isinstance(error, self.script_error):
            error = getattr(error, "user_exc", None) or error.__cause__ or error
        place = self.syntax_place(error) or self.last_place(error)
        said = said_by(error)
        name = getattr(error, "name", None)
        if isinstance(error, ModuleNotFoundError) and name and not place and (path + ".").startswith(name + "."):
            return {"kind": "not-found"}
        asked = not self.workspace and self.asked_workspace(error)
        return {
            "kind": "needs-workspace" if asked else "import-failed",
            "type": bounded(type(error).__name__, NAME),
            "message": said,
            "eventLoop": isinstance(error, (AttributeError, TypeError, RuntimeError))
            and any(word in said for word in ("coroutine", "running event loop", "loop is already running")),
            **place,
        }

    def syntax_place(self, error):
        if not isinstance(error, SyntaxError):
            return {}
        return self.place(error.filename, error.lineno)

    def last_place(self, error):
        """The last frame in the user's own code, of the exception or of those that led to it."""
        for one in chain(error):
            for file, line in reversed(frames(one)):
                place = self.place(file, line)
                if place:
                    return place
        return {}

    def place_of(self, function):
        code = getattr(inspect.unwrap(function) if callable(function) else None, "__code__", None)
        return {} if code is None else self.place(code.co_filename, code.co_firstlineno)

    def place(self, file, line):
        if not isinstance(file, str) or not isinstance(line, int) or file.startswith("<"):
            return {}
        real = os.path.realpath(os.path.join(self.cwd, file))
        inner = os.path.relpath(real, self.root)
        foreign = "/site-packages/" in real or "/dist-packages/" in real or real.startswith(self.installed)
        if inner.startswith(".." + os.sep) or foreign:
            return {}
        return {"file": inner, "line": line}

    def asked_workspace(self, error):
        return any(file.startswith(self.client) for one in chain(error) for file, _ in frames(one))


def parameters_of(function):
    """What it can be called with, and what it must be; Prefect's schema requires **keywords too (seen in 3.8.8)."""
    parameters = inspect.signature(function).parameters.values()
    several = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    needed = [one.name for one in parameters if one.default is one.empty and one.kind not in several]
    return {"all": [one.name for one in parameters], "needed": needed}


def forget(script):
    """Prefect leaves the half of a script that failed among the modules, and who imports that name would get it."""
    name = os.path.splitext(os.path.basename(script))[0]
    file = getattr(sys.modules.get(name), "__file__", None)
    if isinstance(file, str) and os.path.realpath(file) == script:
        del sys.modules[name]


def chain(error):
    found = []
    while error is not None and len(found) < CHAIN:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found


def frames(error):
    found, trace = [], error.__traceback__
    while trace is not None:
        found.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    return found


def said_by(error):
    try:
        if isinstance(error, SyntaxError):
            return bounded(error.msg, MESSAGE)
        return bounded(str(error), MESSAGE)
    except BaseException:
        return ""


def bounded(text, most):
    return " ".join(str(text)[: 4 * most].split())[:most]


def plain(schema):
    """The schema as JSON can carry it, else None."""
    try:
        text = json.dumps(schema, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return schema if len(text) <= SCHEMA else None
`
