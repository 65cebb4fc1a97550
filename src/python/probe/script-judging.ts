import { VALUES } from './script-values.ts'

/** What the project's own Prefect says of values of a prefect.yaml: Python source, part of `PROBE_SCRIPT`. */
export const JUDGING = `
def judge(task):
    kind, item, schema = task
    if kind == "schedules":
        return refused_schedule(item)
    if kind == "templates":
        return refused_templates(item["values"])
    values, write = item["values"], item.get("write")
    if kind == "jobVariables":
        return refused_variables(values, schema, write)
    if write == "create":
        return refused_schema(schema) or refused_at_create(values, schema)
    if write == "update":
        return refused_schema(schema) or refused_at_update(values, schema)
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
${VALUES}`
