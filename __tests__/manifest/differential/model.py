"""Reads base64 files from stdin, one a line, and writes what Prefect's own loader and model say of each, as JSON.

"mapping": whether it can be read and its top level is a mapping; "crash": what the model or the loader dies of, else null;
"refused": the paths that the model refuses, each a list of keys and indexes, the names of a union's branches left out;
"elsewhere": those of them that rules about values tell of.
"""

import base64
import inspect
import io
import json
import sys
from pathlib import Path
from unittest.mock import patch

import yaml
from prefect.cli.deploy._config import _load_deploy_configs_and_actions
from prefect.cli.deploy._models import PrefectYamlModel
from pydantic import ValidationError
from rich.console import Console

try:
    from prefect.cli.deploy._schedules import _schedule_config_to_deployment_schedule as built
except ImportError:
    built = None

SECTIONS = ("build", "push", "pull")
NESTED = {"schedule", "active", "max_scheduled_runs", "parameters", "slug", "replaces"}
PROMISES = {"duration": "TimeToCompletionSla", "within": "LatenessSla", "stale_after": "FrequencySla"}


def cut(tail):
    """A key that is refused as a key, whatever it is, is one step."""
    for index, step in enumerate(tail):
        if step == "[key]":
            return tail[: index - 1] + ["[key]"]
    return tail


def section(value, tail):
    if isinstance(value, list):
        return cut(tail[1:]) if tail and tail[0].startswith("list[") else None
    if isinstance(value, dict) and value:
        return cut(tail[2:]) if tail[0].startswith("list[") else None
    return []


def is_nested(item):
    return isinstance(item, dict) and "schedule" in item and set(item) <= NESTED


def schedule(item, tail, kind):
    if is_nested(item):
        return ["schedule"]
    if not tail or "RawScheduleConfig" not in tail[0]:
        return None
    tail = tail[1:]
    if kind == "invalid_key":
        return ["[key]"]
    if tail and tail[0] in ("active", "day_or"):
        return tail[:1]
    return cut(tail)


def sla(item, tail, kind):
    if not isinstance(item, dict):
        return []
    branch, tail = tail[0], tail[1:]
    if kind == "missing" and tail[0] == "name":
        return []
    if tail[0] not in PROMISES:
        return tail[:1]
    if not any(key in item for key in PROMISES):
        return []
    return tail[:1] if tail[0] in item else None


def deployment(entry, loc, kind):
    field, tail = loc[0], loc[1:]
    value = entry[field] if isinstance(entry, dict) else None
    if field in SECTIONS:
        rest = section(value, tail)
    elif field == "schedule":
        rest = schedule(value, tail, kind)
    elif field == "schedules" and tail:
        rest = schedule(value[tail[0]], tail[1:], kind)
        rest = None if rest is None else [tail[0], *rest]
    elif field == "concurrency_limit":
        rest = [] if not isinstance(value, dict) else tail[1:] if tail[0] == "ConcurrencyLimitSpec" else None
    elif field == "tags":
        rest = []
    elif field == "sla" and tail:
        rest = sla(value[tail[0]], tail[1:], kind)
        rest = None if rest is None else [tail[0], *rest]
    else:
        rest = cut(tail)
    return None if rest is None else [field, *rest]


def path_of(raw, loc, kind):
    loc = list(loc)
    if loc[0] == "deployments" and len(loc) > 2:
        rest = deployment(raw["deployments"][loc[1]], loc[2:], kind)
        return None if rest is None else [*loc[:2], *rest]
    if loc[0] in SECTIONS:
        rest = section(raw[loc[0]], loc[1:])
        return None if rest is None else [loc[0], *rest]
    if loc[0] == "prefect-version" and "prefect-version" not in raw:
        return ["prefect_version"]
    return loc


def schedules_in(raw):
    """Every schedule of every deployment with its path."""
    for index, entry in enumerate(raw["deployments"] if isinstance(raw.get("deployments"), list) else []):
        if not isinstance(entry, dict):
            continue
        yield ["deployments", index, "schedule"], entry.get("schedule")
        items = entry.get("schedules")
        for place, item in enumerate(items if isinstance(items, list) else []):
            yield ["deployments", index, "schedules", place], item


def refused_by_model(raw):
    """The paths that are refused, none where the whole is taken, and those of them that others tell of."""
    try:
        PrefectYamlModel.model_validate(raw)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        paths = [path_of(raw, one["loc"], one["type"]) for one in errors]
        elsewhere = [path for one in errors for path in refused_for_time_zone(one["loc"], one["type"])]
        return without_other_promises(raw, [path for path in paths if path is not None]), elsewhere
    return [], []


def refused_for_time_zone(loc, kind):
    """An interval from a date whose time zone alone is refused: rules about time zones tell of that."""
    if kind == "value_error" and loc[-1] == "function-after[validate_timezone(), IntervalSchedule]":
        yield [*loc[:-1], "anchor_date"]


def without_other_promises(raw, paths):
    """Of an SLA that keeps one promise the others do not matter, whatever else is wrong with it."""

    def matters(path):
        if len(path) != 5 or path[2] != "sla" or path[4] not in PROMISES:
            return True
        item = raw["deployments"][path[1]]["sla"][path[3]]
        return all([*path[:4], key] in paths for key in PROMISES if key in item)

    return [path for path in paths if matters(path)]


# Files of which the real loader is asked too; it takes as long again as the model.
LOADED = 8


def answer(data, index):
    try:
        raw = yaml.safe_load(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))
    except Exception:
        raw = None
    verdict = {"mapping": isinstance(raw, dict), "crash": None, "refused": [], "elsewhere": []}
    if not isinstance(raw, dict):
        return verdict
    try:
        refused, elsewhere = refused_by_model(raw)
    except Exception as error:
        return verdict | {"crash": f"{type(error).__name__}: {error}"}
    if TELLS and index % LOADED == 0 and loader_drops(raw) != bool(refused):
        return verdict | {"crash": "the loader and the model do not agree"}
    for path, item in schedules_in(raw):
        # The model takes the API's form; what then makes a schedule of it does not.
        if is_nested(item) and [*path, "schedule"] not in refused and cannot_be_built(item):
            refused.append([*path, "schedule"])
    return verdict | {"refused": refused, "elsewhere": elsewhere}


def cannot_be_built(item):
    try:
        built(item)
    except ValueError:
        return True
    return False


# Before 3.6.19 the loader writes to a console of its own.
TELLS = "console" in inspect.signature(_load_deploy_configs_and_actions).parameters


def loader_drops(raw):
    """Whether the real loader drops the file, or dies of it; it is given what was read already, for reading takes long."""
    said = io.StringIO()
    with patch.object(yaml, "safe_load", return_value=raw):
        try:
            _load_deploy_configs_and_actions(Path(__file__), console=Console(file=said))
        except Exception:
            return True
    return "due to validation errors" in said.getvalue()


for index, line in enumerate(sys.stdin):
    print(json.dumps(answer(base64.b64decode(line), index), default=str))
