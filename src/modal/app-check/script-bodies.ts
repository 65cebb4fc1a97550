/** Python: what the body of a function says: the routes of the web application that it gives, and whether it wants a GPU. */
export const BODIES_SOURCE = String.raw`
VERBS = {"get", "post", "put", "delete", "patch", "head", "options", "trace", "websocket"}
HARMLESS = {"middleware": False, "exception_handler": True, "on_event": True, "errorhandler": True, "state": True, "config": True}
MIDDLEWARE = {"CORSMiddleware", "GZipMiddleware", "TrustedHostMiddleware", "HTTPSRedirectMiddleware", "SessionMiddleware"}


def own_nodes(node):
    # The nodes of a function without those of the functions and classes in it.
    waiting = list(ast.iter_child_nodes(node))
    while waiting:
        one = waiting.pop()
        yield one
        if not isinstance(one, FUNCTIONS + (ast.Lambda, ast.ClassDef)):
            waiting += ast.iter_child_nodes(one)


def routes_of(node, facts):
    # Every route of the FastAPI or Flask application that a function returns; None where that cannot be known.
    returned = [one.value for one in own_nodes(node) if isinstance(one, ast.Return)]
    if not returned or any(not isinstance(one, ast.Name) for one in returned) or len({one.id for one in returned}) != 1:
        return None
    names = names_of(node.body, facts.module, node.args)
    (kind, made), scope = names.lookup(returned[0].id)
    if kind != "value" or not isinstance(made, ast.Call) or any(one.arg in (None, "routes") for one in made.keywords):
        return None
    if last_name(made.func) not in ("FastAPI", "Flask"):
        return None
    if scope is facts.module:
        return routes_on(returned[0].id, facts.tree)
    return routes_on(returned[0].id, node)


def routes_on(name, tree):
    routes, understood = [], 0
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS):
            for decorator in node.decorator_list:
                found = route_of(decorator, name)
                if found is None:
                    return None
                understood += found != []
                routes += [one for one in found if one is not True]
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.Name) and node.value.id == name:
            understood += 1
        elif isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            understood += 1
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name:
            understood += 1
        elif isinstance(node, ast.Call) and is_of(node.func, name) and node.func.attr == "add_middleware":
            if not node.args or last_name(node.args[0]) not in MIDDLEWARE:
                return None
            understood += 1
    used = sum(isinstance(node, ast.Name) and node.id == name for node in ast.walk(tree))
    # A use that is not understood may add routes.
    return routes if used == understood else None


def is_of(node, name):
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == name


def route_of(node, name):
    # [] for another decorator, [True] for one that adds no route, None for one that is not understood.
    call = node if isinstance(node, ast.Call) else None
    target = call.func if call else node
    if not is_of(target, name):
        return []
    if HARMLESS.get(target.attr, False):
        return [True]
    given = next((one.value for one in call.keywords if one.arg in ("path", "rule")), None) if call else None
    given = call.args[0] if call and call.args else given
    if target.attr not in VERBS | {"api_route", "route"} or not isinstance(given, ast.Constant) or not isinstance(given.value, str):
        return None
    methods = ["get"] if target.attr in ("api_route", "route") else [target.attr]
    return [{"path": given.value[:200], "methods": methods}]


def last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_cuda(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and re.match(r"cuda(:\d+)?$", node.value)


def cuda_of(node, facts):
    # Where a function moves something onto a GPU without asking whether there is one.
    found, waiting = [], [(node, False)]
    while waiting:
        one, conditional = waiting.pop()
        if isinstance(one, ast.Constant) and one.value == "cpu":
            return []
        if isinstance(one, (ast.Attribute, ast.Name)) and re.match("is_available|device_count|cpu$", last_name(one)):
            return []
        conditional = conditional or isinstance(one, (ast.If, ast.IfExp, ast.Try, ast.BoolOp))
        if isinstance(one, ast.Call) and not conditional:
            moves = isinstance(one.func, ast.Attribute) and one.func.attr in ("to", "device")
            places = [each for each in one.args[:1] if moves and is_cuda(each)]
            places += [each.value for each in one.keywords if each.arg in ("device", "device_map") and is_cuda(each.value)]
            found += [facts.at(each) for each in places]
        waiting += [(each, conditional) for each in ast.iter_child_nodes(one)]
    return sorted(found, key=lambda place: (place["line"], place["column"]))[:1]
`
