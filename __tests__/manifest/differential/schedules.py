"""Judges schedules with the Prefect of this environment: a question a line in, an answer a line out."""

import asyncio
import datetime
import json
import signal
import sys
from zoneinfo import available_timezones

import dateutil.parser
import pendulum
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
START_UTC = START.replace(tzinfo=datetime.timezone.utc)


def cron(value):
    CronSchedule(cron=value)


def next_run(value):
    croniter(value, START).get_next(datetime.datetime)


def schedule(value):
    """Everything that a deploy does with one schedule, and the server after it."""
    created = DeploymentScheduleCreate(**_schedule_config_to_deployment_schedule(value))
    ServerScheduleCreate.model_validate(created.model_dump(mode="json"))


def anchor(value):
    """Prefect reads it with one of these, by the version of Python."""
    try:
        pendulum.parse(value)
    except ValueError:
        dateutil.parser.parse(value)


def zones(_):
    return {"cron": sorted(available_timezones()), "rrule": sorted(all_timezones_set)}


def runs(value):
    """The number of the next runs that the server finds, of two."""
    created = DeploymentScheduleCreate(**_schedule_config_to_deployment_schedule(value))
    stored = ServerScheduleCreate.model_validate(created.model_dump(mode="json"))
    # Some rules never end.
    signal.alarm(3)
    try:
        return len(asyncio.run(stored.schedule.get_dates(n=2, start=START_UTC)))
    finally:
        signal.alarm(0)


def too_long(*_):
    raise TimeoutError


signal.signal(signal.SIGALRM, too_long)

JUDGES = {"cron": cron, "next": next_run, "schedule": schedule, "zones": zones, "anchor": anchor, "runs": runs}


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
