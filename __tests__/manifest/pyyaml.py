"""Reads base64 texts from stdin, one a line, as Prefect reads a file, and writes what PyYAML makes of each as JSON."""

import base64
import datetime
import io
import json
import sys

import yaml


def plain(value):
    if isinstance(value, bool):
        return ["boolean", value]
    if isinstance(value, int):
        return ["integer", str(value)]
    if isinstance(value, float):
        return ["float", repr(value)]
    if isinstance(value, str):
        return ["text", value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return ["date"]
    if isinstance(value, list):
        return ["list", [plain(item) for item in value]]
    if isinstance(value, dict):
        return ["map", [[plain(key), plain(item)] for key, item in value.items()]]
    return ["null"] if value is None else ["other", type(value).__name__]


for line in sys.stdin:
    try:
        text = io.TextIOWrapper(io.BytesIO(base64.b64decode(line)), encoding="utf-8").read()
        print(json.dumps({"value": plain(yaml.safe_load(io.StringIO(text)))}))
    except Exception as error:
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
