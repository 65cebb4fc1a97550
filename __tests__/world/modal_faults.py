"""The record of every call, and the faults that a test scripts for the calls to come."""

import asyncio

from google.protobuf.json_format import MessageToDict
from grpclib.const import Status
from grpclib.exceptions import GRPCError

# Bytes, and values that a real deployment would keep secret: a test reads the record, it may print it.
UNRECORDED = ("data", "function_serialized", "class_serialized", "definition", "context_files")


def readable(request):
    """The request as JSON without its bytes; of inline secrets only the keys."""

    def prune(value):
        if isinstance(value, dict):
            return {
                key: sorted(entry) if key == "env_dict" and isinstance(entry, dict) else prune(entry)
                for key, entry in value.items()
                if key not in UNRECORDED
            }
        if isinstance(value, list):
            return [prune(entry) for entry in value]
        return value

    return prune(MessageToDict(request, preserving_proto_field_name=True))


class Ledger:
    """Calls in the order of their arrival. A call that is still open has the status PENDING."""

    def __init__(self):
        self.calls = []
        self._waiting = []

    def open(self, call):
        self.calls.append(call)

    def reached(self, call):
        """The call now stands where a fault keeps it, or is over: what it does before that point is done."""
        call["reached"] = True
        for entry in list(self._waiting):
            self._tell(entry)

    def _tell(self, entry):
        name, count, told = entry
        if sum(call["rpc"] == name and call["reached"] for call in self.calls) >= count:
            self._waiting.remove(entry)
            if not told.done():
                told.set_result(None)

    async def arrived(self, name, count):
        """Returns once `count` calls of `name` since the start have been reached."""
        entry = (name, count, asyncio.get_running_loop().create_future())
        self._waiting.append(entry)
        self._tell(entry)
        await entry[2]


class Fault:
    def __init__(self, identity, script):
        self.id = identity
        self.rpc = script["rpc"]
        self.app = script.get("app")
        self.before = (script.get("nth") or 1) - 1
        self.left = script.get("times", 1)  # None: for ever
        self.status = script.get("status")
        self.message = script.get("message") or ""
        self.delay = (script.get("delayMs") or 0) / 1000
        self.after = script.get("phase") == "after"
        self.released = asyncio.Event() if script.get("hold") else None

    def takes(self, call):
        if call["rpc"] != self.rpc or (self.app and call.get("app") != self.app) or self.left == 0:
            return False
        if self.before > 0:
            self.before -= 1
            return False
        if self.left is not None:
            self.left -= 1
        return True

    async def strike(self):
        if self.delay:
            await asyncio.sleep(self.delay)
        if self.released:
            await self.released.wait()
        if self.status:
            raise GRPCError(Status[self.status], self.message)


class Faults:
    def __init__(self):
        self._faults = {}
        self._made = 0

    def add(self, script):
        if script.get("status"):
            Status[script["status"]]  # a misspelt status is the test's fault: say so now
        self._made += 1
        self._faults[self._made] = Fault(self._made, script)
        return self._made

    def release(self, identity):
        """Lets go what `identity` holds, or everything; a released fault takes no further call."""
        for fault in list(self._faults.values()):
            if identity in (None, fault.id):
                fault.left = 0
                if fault.released:
                    fault.released.set()

    def take(self, call):
        return next((fault for fault in self._faults.values() if fault.takes(call)), None)
