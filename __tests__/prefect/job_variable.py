"""Reads `{"schema": …, "text": …}` from stdin, one a line; says whether a job variable of this YAML text passes.

It is judged as the server judges a deployment's (Prefect: server/api/validation.py, validate_job_variables_for_deployment).
"""

import json
import sys

import yaml
from prefect.utilities.schema_tools import ValidationError, validate

for line in sys.stdin:
    case = json.loads(line)
    value = json.loads(json.dumps(yaml.safe_load(case["text"]), default=str))
    variables = {"type": "object", "properties": {"x": case["schema"]}, "definitions": {"Thing": {"type": "object"}}}
    options = {"preprocess": True, "ignore_required": True, "allow_none_with_default": True}
    try:
        print(json.dumps(not validate({"x": value}, variables, **options)))
    except ValidationError:
        print(json.dumps(False))
