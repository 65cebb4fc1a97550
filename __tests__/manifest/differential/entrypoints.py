"""Reads a list of entrypoints, and prints for each, in a line of JSON, why Prefect's command refuses it, or null."""

import json
import sys

from prefect.flows import load_flow_from_entrypoint


def refusal(entrypoint: str) -> str | None:
    try:
        load_flow_from_entrypoint(entrypoint)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


for name in json.load(sys.stdin):
    print(json.dumps(refusal(name)))
