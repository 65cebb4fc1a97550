"""A Modal control plane on loopback for the unmodified `modal` command line (`MODAL_SERVER_URL=http://127.0.0.1:PORT`).

It is started with the Python of an environment that has modal installed, whose generated service base class is its
definition of the protocol; with that of 1.6.4 it also serves the clients from 1.0 on.

Line 1 of stdin holds the options (JSON), line 1 of stdout answers `{"port": N}`. Every further line of stdin is a
question `{"id": n, "ask": "calls", ...}`, answered by one line `{"id": n, "answer": ...}` or `{"id": n, "error": text}`
as soon as it is known. The server ends with stdin, so it never outlives its parent.
"""

import asyncio
import inspect
import json
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import modal_artifacts
import modal_deploy
import modal_logs
import modal_operations
from grpclib.const import Cardinality, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Server
from modal_faults import Faults, Ledger, readable
from modal_ids import refuse, stable_id
from modal_proto import api_grpc, api_pb2
from modal_state import Workspace

Base = next(
    item
    for item in vars(api_grpc).values()
    if inspect.isclass(item) and inspect.isabstract(item) and hasattr(item, "__mapping__")
)
ANSWERS = {
    name: answer
    for module in (modal_deploy, modal_artifacts, modal_logs, modal_operations)
    for name, answer in vars(module).items()
    if name in Base.__abstractmethods__
}
# Calls that change something whatever they ask for, and those that do so only with a creation type.
WRITES = {
    *("AppCreate", "AppClientDisconnect", "AppPublish", "AppPromote", "AppRollback", "AppRollover", "AppStop"),
    *("BlobCreate", "ClassCreate", "ContainerStop", "EnvironmentCreate", "FunctionCreate", "FunctionPrecreate"),
    *("ImageGetOrCreate", "MountPutFile"),
}


def writes(name, request):
    kind = getattr(request, "object_creation_type", api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED)
    return name in WRITES or kind != api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED


class ControlPlane:
    def __init__(self, options):
        self.world = Workspace(options)
        self.ledger = Ledger()
        self.faults = Faults()
        self.latency = (options.get("latencyMs") or 0) / 1000
        self.builds = []
        self.warnings = []
        self._uploads = None

    # What the answers ask of a test's script.

    def failing_build(self, commands):
        for script in self.builds:
            text = script.get("matching") or ""
            if script["left"] != 0 and any(text in command for command in commands):
                script["left"] = script["left"] and script["left"] - 1
                return script
        return None

    def warnings_for(self, function):
        return [warning["message"] for warning in self.warnings if warning.get("function") == function]

    async def upload_address(self, blob):
        """Where a file of 4 MiB and more is put; the address answers with the ETag that clients compare."""
        if self._uploads is None:
            import hashlib

            from aiohttp import web

            async def put(request):
                data = await request.read()
                self.world.blobs[request.match_info["blob"]] = data
                return web.Response(headers={"ETag": f'"{hashlib.md5(data).hexdigest()}"'})

            application = web.Application(client_max_size=2**32)
            application.router.add_put("/{blob}", put)
            runner = web.AppRunner(application, access_log=None)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self._uploads = runner.addresses[0][1]
        return f"http://127.0.0.1:{self._uploads}/{blob}"

    # The calls.

    def open_call(self, name, metadata, request):
        version = metadata.get("x-modal-client-version", "")
        app = self.world.apps.get(getattr(request, "app_id", ""))
        named = {
            "AppCreate": "description",
            "AppGetByDeploymentName": "name",
            "FunctionGet": "app_name",
        }.get(name)
        call = {
            "index": len(self.ledger.calls) + 1,
            "rpc": name,
            "at": self.world.now(),
            "tokenOk": False,
            "tokenId": metadata.get("x-modal-token-id", ""),
            "clientVersion": version,
            "client": tuple(int(part) for part in re.findall(r"\d+", version)[:3]),
            "user": "",
            "app": app.name if app else (getattr(request, named) if named else None),
            "environment": app.environment if app else getattr(request, "environment_name", None),
            "writes": writes(name, request),
            "reached": False,
            "status": "PENDING",
            "message": None,
            "request": readable(request),
        }
        self.ledger.open(call)
        return call

    def authenticate(self, call, metadata):
        token = self.world.tokens.get(call["tokenId"])
        if not call["tokenId"].startswith("ak-"):
            refuse(Status.UNAUTHENTICATED, "Token ID is malformed")
        if token is None or token.secret != metadata.get("x-modal-token-secret"):
            refuse(Status.UNAUTHENTICATED, "Token not found")
        if token.expires_at and token.expires_at < self.world.now():
            refuse(Status.UNAUTHENTICATED, "Token expired")
        call["tokenOk"], call["user"] = True, token.service_user or token.user
        if token.role == "viewer" and call["writes"]:
            refuse(Status.PERMISSION_DENIED, "Permission denied: the token's role in this environment is Viewer")

    async def serve(self, name, stream):
        request = await stream.recv_message()
        call = self.open_call(name, stream.metadata, request)
        try:
            if self.latency:
                await asyncio.sleep(self.latency)
            self.authenticate(call, stream.metadata)
            fault = self.faults.take(call)
            late = fault if fault and fault.after else None
            await self.strike(None if late else fault, call)
            await self.answer(name, call, request, stream, late)
            call["status"] = "OK"
        except GRPCError as refusal:
            call["status"], call["message"] = refusal.status.name, refusal.message
            raise
        except asyncio.CancelledError:
            call["status"] = "CANCELLED"
            raise
        except Exception as defect:
            call["status"], call["message"] = "INTERNAL", f"loopback control plane: {defect!r}"
            raise GRPCError(Status.INTERNAL, call["message"]) from defect
        finally:
            self.ledger.reached(call)

    async def strike(self, fault, call):
        if fault:
            self.ledger.reached(call)
            await fault.strike()

    async def answer(self, name, call, request, stream, late):
        answering = ANSWERS.get(name)
        if answering is None:
            refuse(Status.UNIMPLEMENTED, f"{name} is not implemented by the loopback control plane")
        if inspect.isasyncgenfunction(answering):
            async for message in answering(self, call, request):
                await stream.send_message(message)
            await self.strike(late, call)
            return
        reply = await answering(self, call, request)
        await self.strike(late, call)
        await stream.send_message(reply)

    def service(self):
        def method(name):
            async def handler(_, stream):
                await self.serve(name, stream)

            return handler

        service = type("LoopbackModal", (Base,), {name: method(name) for name in Base.__abstractmethods__})()
        streaming = {path.rsplit("/", 1)[1]: entry.cardinality for path, entry in service.__mapping__().items()}
        for name, answering in ANSWERS.items():
            assert inspect.isasyncgenfunction(answering) == (streaming[name] is Cardinality.UNARY_STREAM), name
        return service

    # The questions of the test.

    async def asked(self, question):
        match question["ask"]:
            case "calls":
                hidden = ("client", "user", "reached")
                return [{key: value for key, value in call.items() if key not in hidden} for call in self.ledger.calls]
            case "apps":
                return [modal_deploy.app_state(self.world, app) for app in self.world.apps.values()]
            case "endpoints":
                return self.world.endpoints()
            case "edge":
                return self.world.edge(question["host"])
            case "arrived":
                return await self.ledger.arrived(question["rpc"], question["count"])
            case "fault":
                return self.faults.add(question["script"])
            case "release":
                return self.faults.release(question.get("fault"))
            case "latency":
                self.latency = question["ms"] / 1000
            case "build":
                script = question["script"]
                self.builds.append({**script, "left": script.get("times", 1)})
            case "warn":
                self.warnings.append(question["script"])
            case "environment":
                self.world.add_environment(question["name"], question["webSuffix"])
            case "token":
                self.world.add_token(question["token"])
            case "revoke":
                self.world.tokens.pop(question["token"], None)
            case "named":
                self.world.add_named(question["kind"], question["name"], question["environment"], keys=question["keys"])
            case "drop":
                self.world.environment(question["environment"]).objects[question["kind"]].pop(question["name"], None)
            case "logs":
                self.add_logs(question)
            case "containers":
                self.add_containers(question)
            case other:
                raise ValueError(f"unknown question {other!r}")
        return None

    def deployed(self, question):
        app = self.world.deployed_app(question["app"], question["environment"])
        if app is None:
            raise ValueError(f"no app {question['app']!r} is deployed")
        return app

    def add_logs(self, question):
        app = self.deployed(question)
        ids = {tag: function_id for tag, function_id, _ in self.world.live_definitions(app)}
        for line in question["lines"]:
            function_id = ids.get(line.get("function"), next(iter(ids.values()), ""))
            app.logs.append(
                {
                    "text": line["text"],
                    "source": line.get("source") or "stdout",
                    "at": line.get("at") or self.world.now(),
                    "functionId": function_id,
                    "taskId": stable_id("ta", app.id, function_id),
                }
            )

    def add_containers(self, question):
        app = self.deployed(question)
        for number in range(question["count"]):
            app.tasks[stable_id("ta", app.id, app.live, number)] = self.world.now()


async def main():
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    plane = ControlPlane(json.loads(await reader.readline()))
    server = Server([plane.service()])
    await server.start("127.0.0.1", 0)

    def say(message):
        sys.stdout.write(json.dumps(message) + "\n")
        sys.stdout.flush()

    async def reply(question):
        try:
            say({"id": question["id"], "answer": await plane.asked(question)})
        except GRPCError as refusal:
            say({"id": question["id"], "error": refusal.message})
        except Exception as fault:
            say({"id": question["id"], "error": repr(fault)})

    say({"port": server._server.sockets[0].getsockname()[1]})
    replies = set()
    while line := await reader.readline():
        task = asyncio.create_task(reply(json.loads(line)))
        replies.add(task)
        task.add_done_callback(replies.discard)
    server.close()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(0)
