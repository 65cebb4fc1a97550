"""Refusals, ids of Modal's form, and one text for equal messages."""

import hashlib
import json
import string

from google.protobuf.json_format import MessageToDict
from grpclib.exceptions import GRPCError

ALPHABET = string.digits + string.ascii_letters


def refuse(status, message):
    raise GRPCError(status, message)


def stable_id(prefix, *parts):
    """An id of Modal's form (prefix, 22 alphanumerics) that is the same for the same parts in every run."""
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode()).digest()
    number = int.from_bytes(digest, "big")
    letters = []
    for _ in range(22):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return f"{prefix}-{''.join(letters)}"


def canonical(message, leave_out=()):
    """One text for equal messages. Map entries and the lists named below arrive in another order in every run."""
    body = MessageToDict(message, preserving_proto_field_name=True)
    for name in leave_out:
        body.pop(name, None)

    def settle(value):
        if isinstance(value, dict):
            return {
                key: sorted((settle(item) for item in entry), key=lambda item: json.dumps(item, sort_keys=True))
                if key in ("mount_ids", "object_dependencies", "files") and isinstance(entry, list)
                else settle(entry)
                for key, entry in value.items()
            }
        if isinstance(value, list):
            return [settle(item) for item in value]
        return value

    return json.dumps(settle(body), sort_keys=True)
