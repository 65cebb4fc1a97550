"""Judges schedules with the Prefect of this environment: a question a line in, an answer a line out."""

import datetime
import json
import sys
from zoneinfo import available_timezones

from pytz import all_timezones_set
from prefect._vendor.croniter import croniter
from prefect._vendor.croniter.croniter import CroniterBadDateError
from prefect.cli.deploy._schedules import _schedule_config_to_deployment_schedule
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.server.schemas.actions import (
    DeploymentScheduleCreate as ServerScheduleCreate,
)


START = datetime.datetime(2026, 11, 24)


def cron(value):
    CronSchedule(cron=value)


def next_run(value):
    croniter(value, START).get_next(datetime.datetime)


def schedule(value):
    """Everything that a deploy does with one schedule, and the server after it."""
    created = DeploymentScheduleCreate(**_schedule_config_to_deployment_schedule(value))
    ServerScheduleCreate.model_validate(created.model_dump(mode="json"))


def zones(_):
    return {"cron": sorted(available_timezones()), "rrule": sorted(all_timezones_set)}


JUDGES = {"cron": cron, "next": next_run, "schedule": schedule, "zones": zones}


def answer(question):
    try:
        told = JUDGES[question["judge"]](question["value"])
    except CroniterBadDateError:
        return {"accepted": False, "why": "never"}
    except Exception as exc:  # what a deploy would die of
        return {"accepted": False, "why": f"{type(exc).__name__}: {exc}"[:300]}
    return {"accepted": True, "told": told}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))))
