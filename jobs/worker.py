"""The worker process: what happens by the clock. Any number of them may run; each duty takes its own locks and survives running twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from jobs.checkpoints import keep_checkpoints
from jobs.mailing import send_mail_due
from jobs.payouts import keep_rates, pay_out
from jobs.relaying import relay_events
from models import Appeal, Assignment, Project, QualificationNotice, Review, Standing, Verdict
from models.fraud_signal import watch_annotations, watch_withdrawals
from models.judge import judge_due, sum_up_done
from models.judged import count_judged
from models.outlook import measure_due
from models.weighing import weigh_due
from ops.metrics import JOB_SECONDS, JOBS
from ops.redis import redis_client
from ops.settings import settings

log = structlog.get_logger(__name__)

# After a failure a duty waits this long, so that an outage fills no log.
RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Duty:
    """Calls a verb every so often; where it says that it did something, at once again. A failure is logged, and the next round comes."""

    verb: Callable[[], Awaitable[int]]
    every_seconds: float

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            pause = self.every_seconds
            name = self.verb.__qualname__
            try:
                with JOB_SECONDS.labels(name).time():
                    if await self.verb():
                        pause = 0.0
                JOBS.labels(name, "done").inc()
            except Exception:
                log.exception("duty failed", duty=name)
                JOBS.labels(name, "failed").inc()
                pause = RETRY_SECONDS
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await stop.wait()


DUTIES = (
    Duty(Assignment.end_due, 1.0),
    Duty(Review.free_expired, 1.0),
    Duty(Standing.end_suspensions, 5.0),
    Duty(Project.open_affordable, 60.0),
    Duty(Verdict.settle_due, 60.0),
    Duty(Appeal.lapse_due, 60.0),
    Duty(weigh_due, 1.0),
    Duty(measure_due, 60.0),
    Duty(watch_annotations, 30.0),
    Duty(watch_withdrawals, 30.0),
    Duty(send_mail_due, 0.5),
    Duty(judge_due, 1.0),
    Duty(sum_up_done, 2.0),
    Duty(count_judged, 5.0),
    Duty(QualificationNotice.tell_due, 2.0),
    Duty(keep_checkpoints, 300.0),
    Duty(keep_rates, 60.0),
    Duty(pay_out, 10.0),
)


async def run_worker(stop: asyncio.Event) -> None:
    """Until `stop`. The process is connected to the database."""
    redis = redis_client(settings().redis_url)
    try:
        async with asyncio.TaskGroup() as duties:
            duties.create_task(relay_events(settings().database_url, redis, stop))
            for duty in DUTIES:
                duties.create_task(duty.run(stop))
    finally:
        await redis.aclose()
