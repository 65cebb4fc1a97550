/** Python: the facts of one parsed app file. What they mean is judged elsewhere. */
export const FACTS_SOURCE = String.raw`
MOST = 2000
SECRET_KEY = re.compile(r"KEY|TOKEN|SECRET|PASS|PWD|CREDENTIAL", re.I)
DENSE = re.compile(r"[A-Za-z0-9_-]{16,300}")
# What changes where imports are found, or what is installed.
TAMPERS = {"sys.path", "sys.modules", "sys.meta_path", "site", "importlib", "runpy", "subprocess", "os.system"}
UNKNOWABLE = {"globals", "vars", "exec", "eval", "setattr", "__import__", "locals"}


class Facts(ast.NodeVisitor):
    def __init__(self, text, tree, project, beside):
        self.lines = re.split("\r\n|\r|\n", text)
        self.tree, self.project, self.beside = tree, project, beside
        self.module = self.names = names_of_module(tree)
        # How many functions, and how many conditions, stand around the place.
        self.lazy = self.conditions = self.classes = 0
        self.apps, self.functions, self.uses, self.imports, self.literals, self.pairs = [], [], [], [], [], []
        self.dynamic = self.tampered = self.variants = False
        self.bare, self.endpoints_read = set(), 0
        self.visit(tree)

    def at(self, node):
        return self.place(node.lineno, node.col_offset)

    def place(self, line, offset):
        # Offsets count the bytes of the line in UTF-8; columns count as those of the other files do, in UTF-16.
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        before = text.encode("utf-8", "replace")[:offset].decode("utf-8", "ignore")
        return {"line": line, "column": len(before.encode("utf-16-le")) // 2 + 1}

    def end_of(self, node):
        # Where the last name of a chain stands: its line is the one that means it.
        if isinstance(node, ast.Attribute):
            return self.place(node.end_lineno, node.end_col_offset - len(node.attr.encode()))
        return self.at(node)

    def state(self):
        return {"lazy": self.lazy > 0, "certain": self.conditions == 0}

    def tell(self, facts, /, **fact):
        if len(facts) < MOST:
            facts.append(fact)

    def path(self, node):
        return path_of(node, self.names)

    # Statements

    def visit_body(self, nodes, conditional):
        self.conditions += conditional
        for node in nodes:
            self.visit(node)
        self.conditions -= conditional

    def conditional(self, node):
        self.conditions += 1
        self.generic_visit(node)
        self.conditions -= 1

    visit_If = visit_IfExp = visit_BoolOp = visit_For = visit_AsyncFor = visit_While = visit_Match = conditional
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = conditional
    visit_Try = visit_TryStar = conditional

    def visit_With(self, node):
        for item in node.items:
            self.visit(item)
        # image.imports(), contextlib.suppress(ImportError): what is in it may fail.
        self.visit_body(node.body, True)

    visit_AsyncWith = visit_With

    def visit_Import(self, node):
        for alias in node.names:
            self.import_of(node, alias.name, 0)
            if alias.name.startswith("modal."):
                self.tell(self.uses, path=alias.name, called=False, keywords=[], **self.state(), **self.at(node))

    def visit_ImportFrom(self, node):
        self.import_of(node, node.module or "", node.level)
        if node.level == 0 and (node.module or "").split(".")[0] == "modal":
            for alias in node.names:
                path = plain(node.module + "." + alias.name)
                place = self.at(alias) if hasattr(alias, "lineno") else self.at(node)
                self.tell(self.uses, path=path, called=False, imported=True, keywords=[], **self.state(), **place)

    def import_of(self, node, module, level):
        name = module.split(".")[0]
        place = "project" if level else self.project.place_of(name, self.beside)
        self.tell(self.imports, name=name, level=level, place=place, tampered=self.tampered, **self.state(), **self.at(node))

    def visit_Assign(self, node):
        self.app_of(node, node.targets)
        self.generic_visit(node)

    def visit_AnnAssign(self, node):
        self.app_of(node, [node.target])
        self.generic_visit(node)

    def app_of(self, node, targets):
        value = node.value
        if self.lazy or self.classes or not isinstance(value, ast.Call) or self.path(value.func) != "modal.App":
            return
        given = value.args[0] if value.args else next((one.value for one in value.keywords if one.arg in ("name", None)), None)
        name = "absent" if given is None else self.text_of(given)
        for target in targets:
            if isinstance(target, ast.Name):
                place = self.at(given) if given is not None else self.at(value)
                self.tell(self.apps, variable=target.id, name=name, **self.state(), **place)

    def text_of(self, node):
        # {"text": …} where it is known, else "computed".
        if isinstance(node, ast.Name):
            (kind, value), scope = self.names.lookup(node.id)
            node = value if kind == "value" and scope is self.module else node
        if not isinstance(node, ast.Constant) or not isinstance(node.value, (str, type(None))):
            return "computed"
        return "absent" if not node.value else {"text": node.value[:500]}

    # Functions and classes

    def visit_FunctionDef(self, node):
        self.bare.update(id(one) for one in node.decorator_list)
        for one in [*node.decorator_list, node.args]:
            self.visit(one)
        self.function_of(node)
        self.inside(node, node.args, node.body)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node):
        self.inside(node, node.args, [node.body])

    def inside(self, node, arguments, body):
        names, conditions = self.names, self.conditions
        self.names, self.conditions, self.lazy = names_of(body, names, arguments), 0, self.lazy + 1
        for one in body:
            self.visit(one)
        self.names, self.conditions, self.lazy = names, conditions, self.lazy - 1

    def visit_ClassDef(self, node):
        self.bare.update(id(one) for one in node.decorator_list)
        for one in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(one)
        self.function_of(node)
        self.classes += 1
        self.visit_body(node.body, False)
        self.classes -= 1

    def function_of(self, node):
        decorators = [self.decorator_of(one) for one in node.decorator_list]
        registering = [one for one in decorators if one["path"] in REGISTERING]
        if self.lazy or not registering:
            return
        is_class = isinstance(node, ast.ClassDef)
        methods = [one for one in node.body if isinstance(one, FUNCTIONS)] if is_class else []
        web = [(node.name, node, decorators)]
        if is_class:
            web = [(node.name + "." + one.name, one, [self.decorator_of(each) for each in one.decorator_list]) for one in methods]
        self.tell(
            self.functions,
            name=node.name,
            kind="class" if is_class else "function",
            decorators=decorators,
            init=next((self.at(one) for one in methods if one.name == "__init__"), None),
            endpoints=[self.endpoint_of(*one) for one in web if any(self.is_web(each) for each in one[2])],
            cuda=cuda_of(node, self),
            **self.state(),
            **self.at(node),
        )

    def decorator_of(self, node):
        call = node if isinstance(node, ast.Call) else None
        target = call.func if call else node
        return {
            "path": self.path(target) or "",
            "open": call is not None and any(one.arg is None for one in call.keywords),
            "keywords": [self.keyword_of(one) for one in call.keywords if one.arg is not None] if call else [],
            **self.end_of(target),
        }

    def keyword_of(self, node):
        fact = {"name": node.arg, **self.at(node)}
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, (str, int, bool, type(None))):
            value = node.value.value
            fact["value"] = value[:200] if isinstance(value, str) else value if abs(value or 0) < 10**9 else 10**9
        return fact

    def is_web(self, decorator):
        return decorator["path"] in WEB

    def endpoint_of(self, name, node, decorators):
        decorator = next(one for one in decorators if self.is_web(one))
        kind = decorator["path"].split(".")[-1]
        self.endpoints_read += 1
        routes = routes_of(node, self) if kind in ("asgi_app", "wsgi_app") and self.endpoints_read <= 20 else None
        return {"name": name, "kind": kind, "keywords": decorator["keywords"], "routes": routes, **self.at(node)}

    # Expressions

    def visit_Call(self, node):
        path = self.use_of(node.func, node)
        if path in ("modal.Secret.from_dict", "modal.Image().env"):
            for value in node.args + [one.value for one in node.keywords]:
                self.pairs_of(value)
        for keyword in node.keywords:
            if keyword.arg == "env" and (path or "").startswith("modal."):
                self.pairs_of(keyword.value)
        self.visit_parts(node.func)
        for one in [*node.args, *node.keywords]:
            self.visit(one)

    def visit_Attribute(self, node):
        self.use_of(node, None)
        self.visit_parts(node)

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load):
            self.use_of(node, None)

    def visit_parts(self, node):
        # What a chain of names is a chain of, where that is no name.
        while isinstance(node, ast.Attribute):
            node = node.value
        if not isinstance(node, ast.Name):
            self.visit(node)

    def use_of(self, node, call):
        if isinstance(node, ast.Name) and node.id in UNKNOWABLE:
            self.dynamic = True
        # Model.with_options(gpu="A100"), whatever Model is.
        self.variants = self.variants or (isinstance(node, ast.Attribute) and node.attr == "with_options")
        path = self.path(node)
        if path is None:
            return None
        self.tampered = self.tampered or any(path == one or path.startswith(one + ".") for one in TAMPERS)
        self.dynamic = self.dynamic or path == "sys.modules" or path.startswith(("sys.modules.", "importlib."))
        if (path.startswith("modal.") or path in REGISTERING) and not (isinstance(node, ast.Name) and call is None and "(" in path):
            keywords = [self.keyword_of(one) for one in call.keywords if one.arg is not None] if call else []
            called = call is not None or id(node) in self.bare
            self.tell(self.uses, path=path, called=called, keywords=keywords, **self.state(), **self.end_of(node))
        return path

    def pairs_of(self, node):
        if not isinstance(node, ast.Dict):
            return
        for key, value in zip(node.keys, node.values):
            known = isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
            if known and isinstance(key.value, str) and isinstance(value.value, str) and SECRET_KEY.search(key.value):
                self.tell(self.pairs, key=key.value[:200], value=value.value[:300], **self.at(value))

    def visit_Constant(self, node):
        if not isinstance(node.value, str) or len(node.value) > 65536:
            return
        if "PRIVATE KEY-----" in node.value:
            self.tell(self.literals, word=node.value[:300], **self.at(node))
        for word in DENSE.findall(node.value):
            if re.search("[0-9]", word) and re.search("[A-Za-z]", word):
                self.tell(self.literals, word=word, **self.at(node))

    def told(self):
        bound = self.module.bound
        only = {name: self.module.only(name)[0] for name in bound}
        return {
            "apps": self.apps,
            "functions": self.functions,
            "uses": self.uses,
            "imports": self.imports,
            "literals": self.literals,
            "pairs": self.pairs,
            "variants": self.variants,
            "names": sorted(bound)[:5000],
            "defined": sorted(name for name in bound if only[name] in ("def", "class"))[:5000],
            "complete": not (self.dynamic or self.module.star or "__getattr__" in bound or len(bound) > 5000),
        }


REGISTERING = {*("modal.App()." + one for one in ("function", "cls", "server")), "?.function", "?.cls", "?.server"}
WEB = {"modal." + one for one in ("fastapi_endpoint", "web_endpoint", "asgi_app", "wsgi_app", "web_server")}
`
