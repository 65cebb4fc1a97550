"""Runs lists of steps as `prefect deploy` and a flow run do, and fills in texts as `prefect deploy` does.

Reads {"steps": [the YAML of a list of steps, …], "texts": [{"text", "outputs", "environment"}, …]}; prints
{"steps": [the innermost error, or null, …], "texts": [what became of each, …]}.
"""

import asyncio
import json
import os
import sys
import tempfile

import yaml
from prefect.deployments.steps.core import run_steps
from prefect.utilities.templating import apply_values


def quiet(*_args, **_kwargs):
    pass


async def error_of(text):
    try:
        await run_steps(yaml.safe_load(text), {}, print_function=quiet)
        return None
    except Exception as error:
        while error.__cause__ is not None:
            error = error.__cause__
        return f"{type(error).__name__}: {error}"[:300]


def filled_in(text, outputs, environment):
    """The two passes of cli/deploy/_core.py over a deployment; a field that is dropped is None."""
    os.environ.update(environment)
    early = apply_values({"field": text}, os.environ, remove_notset=False)
    late = apply_values(early, outputs, warn_on_notset=True, skip_prefixes=["ctx."])
    for name in environment:
        del os.environ[name]
    return late.get("field")


async def main():
    asked = json.load(sys.stdin)
    errors = []
    for text in asked["steps"]:
        # A folder of its own for each list: steps change the working directory and leave files.
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            errors.append(await error_of(text))
            os.chdir("/")
    texts = [filled_in(**one) for one in asked["texts"]]
    json.dump({"steps": errors, "texts": texts}, sys.stdout)


asyncio.run(main())
