/**
 * Python: what the names of a file are bound to, and which part of Modal an expression stands for.
 *
 * A name is followed only where it is bound once: to an import, or to an expression that can be followed in turn.
 */
export const NAMES_SOURCE = String.raw`
import ast, importlib.machinery, importlib.util, io, json, os, re, stat, sys, tokenize, traceback, warnings

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Names:
    # What the names of one scope are bound to: the dotted path of an import, an expression, or something unknown.
    def __init__(self, outer=None):
        self.outer, self.bound, self.globals, self.paths, self.star = outer, {}, set(), {}, False

    def bind(self, name, kind, value=None):
        self.bound.setdefault(name, []).append((kind, value))

    def only(self, name):
        found = self.bound.get(name, [])
        return found[0] if found and all(one == found[0] for one in found) else ("unknown", None)

    def lookup(self, name):
        scope = self
        while scope.outer is not None and (name not in scope.bound or name in scope.globals):
            scope = scope.outer
        return scope.only(name), scope

    def path(self, name, depth):
        (kind, value), scope = self.lookup(name)
        if kind == "import":
            return plain(value)
        if kind != "value":
            return None
        if name not in scope.paths:
            scope.paths[name] = None
            scope.paths[name] = path_of(value, scope, depth + 1)
        return scope.paths[name]


def names_of(body, outer=None, arguments=None):
    # The names that the statements of one scope bind, wherever in it they stand.
    names = Names(outer)
    if arguments is not None:
        for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]:
            if one is not None:
                names.bind(one.arg, "argument")
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            names.bind(node.name, "class" if isinstance(node, ast.ClassDef) else "def", node)
            waiting += node.decorator_list
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bind_imports(node, names)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if not isinstance(target, ast.Name):
                    waiting.append(target)
                elif node.value is not None:
                    names.bind(target.id, "value", node.value)
            if node.value is not None:
                waiting.append(node.value)
        elif isinstance(node, ast.Global):
            names.globals.update(node.names)
        elif isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                names.bind(node.id, "unknown", node)
        elif not isinstance(node, ast.Lambda):
            # except E as name, case pattern as name, case {**rest}
            for bound in (getattr(node, "name", None), getattr(node, "rest", None)):
                if isinstance(bound, str):
                    names.bind(bound, "unknown", node)
            waiting += ast.iter_child_nodes(node)
    return names


def names_of_module(tree):
    names = names_of(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            for name in node.names:
                names.bind(name, "unknown", node)
    return names


def bind_imports(node, names):
    for alias in node.names:
        if isinstance(node, ast.Import):
            top = alias.name.split(".")[0]
            names.bind(alias.asname or top, "import", alias.name if alias.asname else top)
        elif alias.name == "*":
            names.star = True
        else:
            names.bind(alias.asname or alias.name, "import", "." * node.level + (node.module or "") + "." + alias.name)


def path_of(node, names, depth=0):
    # The dotted path that an expression stands for: modal.App; of what it makes modal.App(); ?.function where nobody
    # knows what it is a function of. None for everything else.
    if depth > 200:
        return None
    if isinstance(node, ast.Name):
        return names.path(node.id, depth)
    if isinstance(node, ast.Attribute):
        base = path_of(node.value, names, depth + 1)
        # An app may well be imported from another file.
        foreign = base is None or not base.startswith("modal")
        if foreign and node.attr in ("function", "cls", "server") and isinstance(node.value, (ast.Name, ast.Attribute)):
            return "?." + node.attr
        return None if base is None else plain(base + "." + node.attr)
    if isinstance(node, ast.Await):
        return path_of(node.value, names, depth + 1)
    return made_by(path_of(node.func, names, depth + 1)) if isinstance(node, ast.Call) else None


def made_by(path):
    found = re.match(r"modal\.([A-Z]\w*)(?:\(\))?(?:\.(\w+))?$", path or "")
    if found is None:
        return None
    made, method = found.groups()
    # Nearly every method of an image makes an image; of other classes only the named constructors do.
    if made == "Image":
        own = method not in ("imports", "run_inside")
    else:
        own = method is None or method.startswith("from_") or method == "lookup"
    return "modal." + made + "()" if own else None


def plain(path):
    # modal.app.App and modal.App are one.
    return re.sub(r"^modal\.(app|image|cls|functions|secret|volume|dict|queue|network_file_system|schedule)\.(?=[A-Z])", "modal.", path)
`
