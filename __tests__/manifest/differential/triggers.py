"""Reads lines of triggers, YAML in base64, and prints what Prefect makes of each while it deploys, one line of JSON each."""

import base64
import json
import sys
from uuid import uuid4

import yaml
from prefect.cli.deploy._models import DeploymentConfig
from prefect.cli.deploy._triggers import DeploymentTriggerAdapter
from prefect.server.events.schemas.automations import AutomationCreate


def verdict(text: bytes) -> dict:
    try:
        config = DeploymentConfig.model_validate({"name": "d", "triggers": [yaml.safe_load(text)]})
        spec = config.model_dump(exclude_unset=True, mode="json")["triggers"][0]
        parameters = spec.pop("parameters", None)
        if parameters is not None:
            spec["parameters"] = parameters
        spec.setdefault("name", "d__automation_1")
        trigger = DeploymentTriggerAdapter.validate_python(spec)
        trigger.set_deployment_id(uuid4())
        automation = trigger.as_automation().model_dump(mode="json")
    except Exception as error:
        return {"client": False, "server": False, "why": f"{type(error).__name__}: {error}"[:300]}
    try:
        AutomationCreate.model_validate(automation)
    except Exception as error:
        return {"client": True, "server": False, "why": f"{type(error).__name__}: {error}"[:300]}
    return {"client": True, "server": True, "why": ""}


for line in sys.stdin:
    print(json.dumps(verdict(base64.b64decode(line))), flush=True)
