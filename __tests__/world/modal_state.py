"""What a loopback Modal workspace holds: tokens, environments, apps with their versions, images and files.

Nothing here knows gRPC calls; a refusal is a GRPCError with the status and the words that the command line prints.
"""

import time
from dataclasses import dataclass, field

from grpclib.const import Status
from modal_ids import refuse, stable_id
from modal_proto import api_pb2


@dataclass
class Token:
    id: str
    secret: str
    name: str = ""
    user: str = "alice"
    service_user: str = ""
    role: str = "contributor"  # or viewer: reads only
    expires_at: float = 0


@dataclass
class Named:
    """A secret, volume, dict or queue that has a name."""

    name: str
    id: str
    created_at: float
    created_by: str
    keys: tuple = ()


@dataclass
class Environment:
    name: str
    suffix: str
    id: str
    created_at: float
    objects: dict = field(default_factory=lambda: {"secret": {}, "volume": {}, "dict": {}, "queue": {}, "nfs": {}})


@dataclass
class Definition:
    """One function, class or server as FunctionCreate described it."""

    id: str
    tag: str
    data: object  # api_pb2.FunctionData
    handle: object  # api_pb2.FunctionHandleMetadata
    endpoints: list


@dataclass
class Version:
    number: int
    deployed_at: float
    deployed_by: str
    client: str
    tag: str
    commit: object  # api_pb2.CommitInfo or None
    kind: int
    source: int = 0
    functions: dict = field(default_factory=dict)  # tag -> fu-
    classes: dict = field(default_factory=dict)
    definitions: dict = field(default_factory=dict)  # fu- -> de-
    tags: dict = field(default_factory=dict)

    def mark(self):
        """What tells this version from the others, in JSON."""
        return {
            "version": self.number,
            "commit": self.commit.commit_hash if self.commit else None,
            "tag": self.tag or None,
        }


@dataclass
class App:
    id: str
    name: str
    environment: str
    created_at: float
    created_by: str
    state: int = api_pb2.APP_STATE_INITIALIZING
    deployed_at: float = 0
    stopped_at: float = 0
    stopped_by: str = ""
    live: int = 0
    versions: list = field(default_factory=list)
    function_ids: set = field(default_factory=set)
    logs: list = field(default_factory=list)
    tasks: dict = field(default_factory=dict)  # ta- -> enqueued at

    def version(self, number):
        return next((version for version in self.versions if version.number == number), None)

    def lifecycle(self):
        live = self.version(self.live)
        return api_pb2.AppLifecycle(
            app_state=self.state,
            created_at=self.created_at,
            created_by=self.created_by,
            deployed_at=self.deployed_at,
            deployed_by=live.deployed_by if live else "",
            version=self.live,
            stopped_at=self.stopped_at,
            stopped_by=self.stopped_by,
        )


class Workspace:
    """The state, and the questions that several calls ask of it."""

    def __init__(self, options):
        self.name = options.get("workspace") or "acme"
        self.id = stable_id("ac", self.name)
        self._offset = (options["now"] - time.time()) if options.get("now") else 0
        self.tokens = {}
        self.environments = {}
        self.apps = {}
        self.definitions = {}
        self.functions = {}  # fu- -> de- of the newest FunctionCreate
        self.images = {}  # im- -> {"commands", "built", "builder", "result", "logs"}
        self.mounts = {}
        self.files = set()
        self.blobs = {}
        self.anonymous = set()
        self.rates = options.get("rates") or {}
        self._created = 0
        for environment in options.get("environments") or [{"name": "main", "webSuffix": ""}]:
            self.add_environment(environment["name"], environment.get("webSuffix") or "")
        for token in options.get("tokens") or []:
            self.add_token(token)
        for kind in ("secret", "volume"):
            for item in options.get(kind + "s") or []:
                self.add_named(kind, item["name"], item.get("environment") or "", keys=item.get("keys") or ())

    def now(self):
        return time.time() + self._offset

    def add_token(self, token):
        self.tokens[token["id"]] = Token(
            id=token["id"],
            secret=token["secret"],
            name=token.get("name") or "",
            user=token.get("user") or "alice",
            service_user=token.get("serviceUser") or "",
            role=token.get("role") or "contributor",
            expires_at=token.get("expiresAt") or 0,
        )

    def add_environment(self, name, suffix):
        same = any(other.name == name or other.suffix == suffix for other in self.environments.values())
        if same:
            message = f"Environment '{name}' has the same name or web label suffix as an existing one"
            refuse(Status.ALREADY_EXISTS, message)
        environment = Environment(name, suffix, stable_id("en", self.name, name), self.now())
        self.environments[name] = environment
        return environment

    def environment(self, name):
        """The environment of that name; an empty name is the workspace's default, its first one."""
        if not name and self.environments:
            return next(iter(self.environments.values()))
        if name not in self.environments:
            refuse(Status.NOT_FOUND, f"Environment '{name}' not found")
        return self.environments[name]

    def add_named(self, kind, name, environment, creator="alice", keys=()):
        home = self.environment(environment)
        prefix = {"secret": "st", "volume": "vo", "dict": "di", "queue": "qu", "nfs": "sv"}[kind]
        item = Named(name, stable_id(prefix, home.id, kind, name), self.now(), creator, tuple(keys))
        home.objects[kind][name] = item
        return item

    def named(self, kind, request, creator, keys=()):
        """What the ...GetOrCreate calls have in common: look up, create, or refuse, as the request says."""
        home = self.environment(request.environment_name)
        name, wanted = request.deployment_name, request.object_creation_type
        known = home.objects[kind].get(name)
        if wanted == api_pb2.OBJECT_CREATION_TYPE_CREATE_FAIL_IF_EXISTS and known:
            refuse(Status.ALREADY_EXISTS, f"{kind.capitalize()} '{name}' already exists in environment '{home.name}'")
        if wanted == api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED and not known:
            hint = ""
            if kind == "secret":
                page = f"https://modal.com/secrets/{self.name}/{home.name}/create?secret_name={name}"
                hint = f". You can create this secret in your workspace at {page}"
            refuse(Status.NOT_FOUND, f"{kind.capitalize()} '{name}' not found in environment '{home.name}'{hint}")
        if known and wanted != api_pb2.OBJECT_CREATION_TYPE_CREATE_OVERWRITE_IF_EXISTS:
            return known
        return self.add_named(kind, name, home.name, creator, keys)

    def add_app(self, name, environment, creator):
        self._created += 1
        home = self.environment(environment)
        app = App(stable_id("ap", home.id, name, self._created), name, home.name, self.now(), creator)
        self.apps[app.id] = app
        return app

    def app(self, app_id):
        if app_id not in self.apps:
            refuse(Status.NOT_FOUND, f"App '{app_id}' not found")
        return self.apps[app_id]

    def open_app(self, app_id):
        app = self.app(app_id)
        if app.state == api_pb2.APP_STATE_STOPPED:
            refuse(Status.FAILED_PRECONDITION, f"App '{app_id}' is stopped")
        return app

    def deployed_app(self, name, environment):
        """The app that is deployed under `name`, else None."""
        home = self.environment(environment).name
        found = (app for app in self.apps.values() if (app.name, app.environment) == (name, home))
        return next((app for app in found if app.state == api_pb2.APP_STATE_DEPLOYED), None)

    def stopped_app(self, name, environment):
        home = self.environment(environment).name
        found = [app for app in self.apps.values() if (app.name, app.environment) == (name, home) and app.versions]
        stopped = [app for app in found if app.state == api_pb2.APP_STATE_STOPPED]
        return max(stopped, key=lambda app: app.stopped_at, default=None)

    def page(self, app):
        return f"https://modal.com/apps/{self.name}/{app.environment}/deployed/{app.name}"

    def definition(self, function_id):
        return self.definitions.get(self.functions.get(function_id, ""))

    def live_definitions(self, app):
        """(tag, function id, Definition) of the live version."""
        version = app.version(app.live)
        if not version:
            return []
        return [
            (tag, function_id, self.definitions[version.definitions[function_id]])
            for tag, function_id in version.functions.items()
        ]

    def endpoints(self, state=api_pb2.APP_STATE_DEPLOYED):
        """Every public address of the apps in `state`, with what answers there; its last publisher owns a label."""
        by_url = {}
        for app in sorted(self.apps.values(), key=lambda app: app.deployed_at):
            live = app.version(app.live)
            if app.state != state or not live:
                continue
            before = [version for version in app.versions if version.number < live.number]
            for _, _, definition in self.live_definitions(app):
                for endpoint in definition.endpoints:
                    by_url[endpoint["url"]] = {
                        **endpoint,
                        "app": app.name,
                        "appId": app.id,
                        "environment": app.environment,
                        **live.mark(),
                        "deployedAt": live.deployed_at,
                        "previous": before[-1].mark() if before else None,
                    }
        return list(by_url.values())

    def edge(self, host):
        """What Modal's edge knows of a host name: who answers, whether that app is stopped, or nothing."""

        def at_host(state):
            for endpoint in self.endpoints(state):
                if f"https://{host}" in (endpoint["url"], *endpoint["customDomains"]):
                    return endpoint
            return None

        live = at_host(api_pb2.APP_STATE_DEPLOYED)
        if live:
            return {"state": "live", "endpoint": live}
        return {"state": "stopped" if at_host(api_pb2.APP_STATE_STOPPED) else "unknown"}
