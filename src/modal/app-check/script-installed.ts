/**
 * Python: what is installed beside the app file. Modal's own stubs tell its names and parameters, so that no list of ours
 * has to know every version; nothing is imported.
 */
export const INSTALLED_SOURCE = String.raw`
def from_stubs(node, path, into):
    # Parameters of every plain function; what takes **kwargs says nothing, and a property is not called.
    for inner in node.body:
        if isinstance(inner, ast.ClassDef) and not inner.name.startswith("_"):
            from_stubs(inner, path + [inner.name], into)
        elif isinstance(inner, FUNCTIONS) and inner.args.kwarg is None and not is_property(inner):
            overloads = into.setdefault(".".join(path + [inner.name]), [])
            own = [one.arg for one in inner.args.args + inner.args.kwonlyargs]
            into[".".join(path + [inner.name])] = sorted(set(overloads) | set(own))


def is_property(node):
    return any(last_name(one) in ("property", "cached_property", "setter", "deleter") for one in node.decorator_list)


def installed_modal():
    # None where this Modal is not built as the known ones are.
    spec = importlib.util.find_spec("modal")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = list(spec.submodule_search_locations)[0]
    try:
        top = parsed_file(os.path.join(folder, "__init__.py"))
        parameters = {}
        for stub in ("app", "image", "partial_function"):
            from_stubs(parsed_file(os.path.join(folder, stub + ".pyi")), [], parameters)
    except (OSError, SyntaxError, ValueError):
        return None
    parameters = {name: own for name, own in parameters.items() if name.split(".")[0] in KNOWN}
    modules = [name.split(".")[0] for name in os.listdir(folder)]
    return {"names": sorted({*names_of(top.body).bound, *modules}), "parameters": parameters}


KNOWN = ("App", "Image", "asgi_app", "batched", "concurrent", "enter", "exit", "fastapi_endpoint", "method", "web_server", "wsgi_app")


def parsed_file(file):
    with open(file, "rb") as stream:
        return ast.parse(stream.read())


class Project:
    # Where an import is found, as modal deploy looks for it: beside the script, in the working directory, in PYTHONPATH,
    # in the environment.
    def __init__(self, cwd, root):
        self.cwd, self.root, self.found = cwd, root, {}
        given = os.environ.get("PYTHONPATH", "")
        self.paths = [cwd] + [os.path.join(cwd, one) for one in given.split(os.pathsep) if one]

    def place_of(self, name, beside):
        key = (name, beside)
        if key not in self.found:
            self.found[key] = self.look(name, beside)
        return self.found[key]

    def look(self, name, beside):
        if name in sys.builtin_module_names:
            return "environment"
        try:
            own = importlib.machinery.PathFinder.find_spec(name, [beside] * (beside is not None) + self.paths)
            spec = own or importlib.util.find_spec(name)
        except Exception:
            return "unknown"
        if spec is None:
            return "absent"
        places = [spec.origin or ""] + list(spec.submodule_search_locations or [])
        return "project" if own is not None or any(self.is_own(place) for place in places) else "environment"

    def is_own(self, place):
        real = os.path.realpath(place)
        within = os.path.isabs(place) and os.path.commonpath([real, self.root]) == self.root
        return within and not re.search(r"[/\\](site-packages|dist-packages|node_modules)[/\\]", real)

    def module_file(self, name):
        # The file of a module; "absent" where it cannot be there, None where only an import could tell.
        parts = name.split(".")
        try:
            spec = importlib.machinery.PathFinder.find_spec(parts[0], self.paths + sys.path) or importlib.util.find_spec(parts[0])
            if spec is None:
                return "absent"
            for index in range(1, len(parts)):
                known = self.paths_known(spec)
                if spec.submodule_search_locations is None:
                    return "absent" if known else None
                spec = importlib.machinery.PathFinder.find_spec(".".join(parts[: index + 1]), list(spec.submodule_search_locations))
                if spec is None:
                    return "absent" if known else None
        except Exception:
            return None
        return spec.origin if spec.origin is not None and spec.origin.endswith(".py") else None

    def paths_known(self, spec):
        # A package may look for its modules elsewhere than in its folder, if it says so.
        if spec.origin is None or not self.is_own(spec.origin):
            return False
        with open(spec.origin, "rb") as stream:
            return b"__path__" not in stream.read(LARGEST)
`
