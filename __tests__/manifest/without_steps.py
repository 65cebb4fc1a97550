"""Reads files and their copies without steps from stdin, one JSON object a line, and writes what Prefect makes of both.

A line has "file" and "copy" (base64) and "outputs": what each function gives, by its name. Of each deployment that has a
name the answer has what `prefect deploy` would go on with when its steps have run: for the file with the text "known after
build" for each output, for the copy without any. It goes through Prefect's own functions in the order of
cli/deploy/_core.py, _run_single_deploy.
"""

import asyncio
import base64
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from unittest.mock import patch

from prefect.cli.deploy._actions import _generate_default_pull_action
from prefect.cli.deploy._config import (
    _handle_deprecated_schedule_fields,
    _load_deploy_configs_and_actions,
    _merge_with_default_deploy_config,
)
from prefect.utilities.templating import apply_values
from rich.console import Console

STAND_IN = "known after build"
console = Console(file=io.StringIO())
folder = Path(tempfile.mkdtemp()) / "project"
folder.mkdir()
os.chdir(folder)


def outputs_of(steps, known):
    outputs = {}
    for step in steps:
        if not step:
            continue
        name, inputs = dict(step).popitem()
        given = {key: STAND_IN for key in known[name]}
        if isinstance(inputs, dict) and inputs.get("id"):
            outputs[inputs["id"]] = given
        outputs.update(given)
    return outputs


async def deployed(config, actions, known):
    config = _handle_deprecated_schedule_fields(_merge_with_default_deploy_config(config))
    build = config.get("build", actions.get("build")) or []
    push = config.get("push", actions.get("push")) or []
    pull = config.get("pull", actions.get("pull")) or []
    effective = config["pull"] if "pull" in config else actions.get("pull")
    config = apply_values(config, os.environ, remove_notset=False)
    if effective == []:
        pull = []
    else:
        pull = (
            pull
            or config.get("pull")
            or actions.get("pull")
            or await _generate_default_pull_action(
                console, deploy_config=config, actions=actions, is_interactive=lambda: False
            )
        )
    steps = [step for step in build + (push or actions.get("push") or []) if step]
    outputs = outputs_of(steps, known)
    schedules = apply_values(config.pop("schedules", None) or [], outputs)
    triggers = []
    for spec in config.pop("triggers", None) or []:
        parameters = spec.pop("parameters", None)
        triggers.append({**apply_values(spec, outputs), "parameters": parameters})
    for key in ("build", "push", "pull", "schedule"):
        config.pop(key, None)
    config = apply_values(config, outputs, skip_prefixes=["ctx."])
    tags = config.get("tags")
    return {
        "steps": len(steps),
        "config": {**config, "tags": [tags] if isinstance(tags, str) else tags},
        "schedules": schedules,
        "triggers": triggers,
        "pull": apply_values(pull, outputs, remove_notset=False),
    }


def made(text, known):
    path = folder / "some.yaml"
    path.write_bytes(base64.b64decode(text))
    configs, actions = _load_deploy_configs_and_actions(prefect_file=path, console=console)
    return [asyncio.run(deployed(config, actions, known)) for config in configs]


for line in sys.stdin:
    asked = json.loads(line)
    with patch.dict(os.environ, {"image_id": "from-environment"}):
        answer = {}
        for which in ("file", "copy"):
            try:
                answer[which] = made(asked[which], asked["outputs"] if which == "file" else {})
            except Exception as error:
                answer[which] = f"{type(error).__name__}: {error}"
        print(json.dumps(answer))
