/**
 * What Prefect's server says of parameters and job variables, asked of the functions that it uses itself: Python source,
 * part of `PROBE_SCRIPT`. A create and an update are judged by different ones (Prefect 3.8.8: server/api/deployments.py,
 * server/schemas/actions.py, server/api/validation.py).
 */
export const VALUES = `
# Names or values of a schema that are told, and characters of each.
LISTED, LISTED_LENGTH = 10, 60


def refused_variables(values, schema, write):
    """Why a work pool does not take the job variables; without a write as the milder of the two takes them."""
    if write == "update":
        return refused_values(values, schema, raise_on_error=False)
    defaults, complete = defaults_of(schema)
    # What a trigger starts gets its own variables and the pool's, so that here alone something can be missing.
    required = write == "trigger" and complete
    return refused_values({**defaults, **values}, schema, ignore_required=not required, allow_none_with_default=True)


def refused_values(values, schema, raise_on_error=True, ignore_required=True, **how):
    from prefect.utilities.schema_tools.validation import ValidationError, validate

    try:
        errors = validate(
            values, schema, raise_on_error=raise_on_error, preprocess=True, ignore_required=ignore_required, **how
        )
        return refusal(errors[0]) if errors else {}
    except ValidationError as error:
        return refusal(error.__cause__)
    except Exception:
        # A schema that cannot be judged here may well be judged by the server.
        return {}


def refused_at_create(values, schema):
    """A create takes values as they are, and an older function. (Prefect: _internal/schemas/validators.py)"""
    try:
        from prefect._internal.schemas.validators import validate_values_conform_to_schema
    except ImportError:
        return refused_values(values, schema)
    try:
        validate_values_conform_to_schema(values, schema, ignore_required=True)
    except ValueError as error:
        return refusal(error.__cause__)
    except Exception:
        return {}
    return {}


def refused_schema(schema):
    import jsonschema

    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        return told_refusal([], "the schema is not valid: " + error.message, "has a schema that is not valid")
    return {}


def refused_at_update(values, schema):
    """An update makes values of what has a kind. (Prefect: utilities/schema_tools/hydration.py)"""
    from prefect.utilities.schema_tools.hydration import HydrationContext, HydrationError, hydrate

    context = HydrationContext(raise_on_error=True, render_jinja=True, render_workspace_variables=True)
    whole, known = KIND in values, {}
    for name, part in [(None, values)] if whole else values.items():
        try:
            if not holds(part, "workspace_variable"):
                known.update(hydrate(part if whole else {name: part}, context))
        except HydrationError as error:
            kind = type(error).__name__
            demand = {"InvalidJinja": "is no valid Jinja template", "InvalidJSON": "is no valid JSON"}
            return told_refusal([] if whole else [name], str(error), demand.get(kind, "lacks what its kind needs"))
        except Exception:
            pass
    return refused_values(known, schema)


KIND = "__prefect_kind"


def holds(value, kind):
    if isinstance(value, dict):
        return value.get(KIND) == kind or any(holds(part, kind) for part in value.values())
    return isinstance(value, list) and any(holds(part, kind) for part in value)


def refused_templates(values):
    """Why the server does not take the parameters of a trigger. (Prefect: server/events/actions.py, RunDeployment)"""
    import pydantic
    from prefect.server.events.actions import RunDeployment

    for name, value in values.items():
        try:
            RunDeployment(source="inferred", parameters={name: value})
        except pydantic.ValidationError as error:
            said = str(error.errors()[0]["msg"]).replace("Value error, Invalid parameters:", "")
            return told_refusal([name], said, "holds what is no valid template")
        except Exception:
            pass
    return {}


def refusal(error):
    """A refusal of jsonschema; nothing of what could not be judged."""
    if not hasattr(error, "absolute_path"):
        return {}
    # What may be null as well is told by what else it may be.
    inner = [one for one in error.context or [] if one.validator_value != "null"]
    cause = inner[0] if len(inner) == 1 else error
    return told_refusal(error.absolute_path, cause.message, demanded(cause))


def told_refusal(path, reason, demand):
    path = [step if isinstance(step, int) else str(step) for step in path]
    return {"path": path[:20], "reason": bounded(reason, MESSAGE), "demand": bounded(demand, MESSAGE)}


def demanded(error):
    """What the schema wants, without the value."""
    word, wanted = error.validator, error.validator_value
    if word == "type":
        return "is not of type %s" % listed(wanted if isinstance(wanted, list) else [wanted], " or ")
    if word in ("enum", "const"):
        return "is not %s" % listed(wanted if word == "enum" else [wanted], " or ")
    # These tell of names, and of no values.
    if word == "required":
        return "lacks what is required: %s" % error.message
    if word == "additionalProperties":
        return "has what may not be: %s" % error.message
    if word in BOUNDS:
        return BOUNDS[word] % (wanted,)
    if word == "format":
        return "is no valid %s" % wanted
    return "is refused by \`%s\` of the schema" % word


BOUNDS = {
    "minimum": "is less than %s",
    "maximum": "is more than %s",
    "exclusiveMinimum": "is not more than %s",
    "exclusiveMaximum": "is not less than %s",
    "multipleOf": "is not a multiple of %s",
    "minLength": "is shorter than %s characters",
    "maxLength": "is longer than %s characters",
    "minItems": "has fewer than %s items",
    "maxItems": "has more than %s items",
    "pattern": "does not match %s",
}


def listed(values, between):
    shown = [bounded(str(value), LISTED_LENGTH) for value in values[:LISTED]]
    return between.join(shown) + (" or another" if len(values) > LISTED else "")


KNOWN_DEFAULTS = {}


def defaults_of(schema):
    """A work pool's own values that fit its schema, and whether they are all; those that are blocks only the server can fill in."""
    key = json.dumps(schema, sort_keys=True)
    if key not in KNOWN_DEFAULTS:
        KNOWN_DEFAULTS[key] = read_defaults(schema)
    return KNOWN_DEFAULTS[key]


def read_defaults(schema):
    from prefect.utilities.schema_tools.validation import validate

    defaults, complete = {}, True
    for name, about in schema.get("properties", {}).items():
        if not isinstance(about, dict) or "default" not in about:
            continue
        default = about["default"]
        try:
            is_block = isinstance(default, dict) and "$ref" in default
            if not is_block and not validate({name: default}, schema, preprocess=False, ignore_required=True):
                defaults[name] = default
                continue
        except Exception:
            pass
        complete = False
    return defaults, complete
`
