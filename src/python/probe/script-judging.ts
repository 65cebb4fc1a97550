/** What the project's own Prefect says of values of a prefect.yaml: Python source, part of `PROBE_SCRIPT`. */
export const JUDGING = `
def judge(task):
    kind, item, schema = task
    if kind == "schedules":
        return refused_schedule(item)
    values = item["values"]
    if kind == "jobVariables":
        return refused_values(*with_defaults(values, schema), allow_none_with_default=True)
    return refused_values(values, schema)


def refused_schedule(item):
    """Why Prefect does not make a schedule of it. (Prefect: cli/deploy/_schedules.py)"""
    from datetime import timedelta

    import pydantic
    from prefect.client.schemas.schedules import CronSchedule, IntervalSchedule, RRuleSchedule
    from prefect.types._datetime import parse_datetime

    kind, value, timezone = item["kind"], item["value"], item.get("timezone")
    anchor = item.get("anchorDate")
    field = kind
    try:
        if kind == "cron":
            CronSchedule(**given(cron=value, timezone=timezone, day_or=item.get("dayOr")))
        elif kind == "interval":
            field = "anchor_date"
            date = parse_datetime(anchor) if anchor else None
            field = kind
            every = timedelta(seconds=value) if isinstance(value, (int, float)) else value
            IntervalSchedule(**given(interval=every, anchor_date=date, timezone=timezone))
        else:
            try:
                schedule = RRuleSchedule(**json.loads(value))
                if timezone:
                    field = "timezone"
                    schedule.timezone = timezone
            except json.JSONDecodeError:
                field = kind
                RRuleSchedule(rrule=value, timezone=timezone)
    except pydantic.ValidationError as refusal:
        first = refusal.errors()[0]
        said = str(first["msg"])
        # A check of the whole schedule names no field; that of an interval is one of the time zone.
        place = first["loc"][0] if first["loc"] else "timezone"
        return {"field": str(place), "reason": bounded(said[13:] if said.startswith("Value error, ") else said, MESSAGE)}
    except Exception as refusal:
        return {"field": field, "reason": bounded("%s: %s" % (type(refusal).__name__, refusal), MESSAGE)}
    return {}


def given(**values):
    return {key: value for key, value in values.items() if value is not None}


def refused_values(values, schema, **how):
    """Why Prefect's server refuses them. (Prefect: server/api/deployments.py and server/api/validation.py)"""
    from prefect.utilities.schema_tools.validation import ValidationError, validate

    try:
        validate(values, schema, raise_on_error=True, preprocess=True, ignore_required=True, **how)
    except ValidationError as refusal:
        cause = refusal.__cause__
        if not hasattr(cause, "absolute_path"):
            return {}
        path = [step if isinstance(step, int) else str(step) for step in cause.absolute_path]
        # What may be null as well is told by what else it may be.
        inner = [one.message for one in cause.context or [] if one.validator_value != "null"]
        return {"path": path[:20], "reason": bounded(inner[0] if len(inner) == 1 else cause.message, MESSAGE)}
    except Exception:
        # A schema that cannot be judged here may well be judged by the server.
        return {}
    return {}


def with_defaults(values, schema):
    """Values of a work pool's own that fit its schema count too; those that are blocks only the server can fill in."""
    from prefect.utilities.schema_tools.validation import validate

    defaults = {}
    for name, about in schema.get("properties", {}).items():
        if not isinstance(about, dict) or "default" not in about or name in values:
            continue
        default = about["default"]
        if isinstance(default, dict) and "$ref" in default:
            continue
        try:
            if not validate({name: default}, schema, raise_on_error=False, preprocess=False, ignore_required=True):
                defaults[name] = default
        except Exception:
            pass
    return {**defaults, **values}, schema
`
