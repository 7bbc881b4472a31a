"""What working on a project has been like: measured over recent verdicts, by a duty, and told only once it is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models import Project
from models.outlook import HASTE_KNOWN, HASTE_PART, LEAST_DECIDED, MEASURED, measure_due, outlook_of
from ops.database import sql
from tests.support.records import record
from tests.support.world import a_project, an_annotator

# What one annotation of these pays: $12 per 1,000.
REWARD_MICROS = 12_000


async def measured(project: Project) -> Project:
    await sql.run("UPDATE projects SET measured_at = NULL WHERE id = $1", project.id)
    assert await measure_due() == 1
    return await project.reread()


async def test_it_is_told_from_enough_verdicts_on() -> None:
    project, annotator = await a_project(items=0), await an_annotator()
    await record(annotator, project, good=LEAST_DECIDED - 1, counted=LEAST_DECIDED - 1, seconds=6)
    assert outlook_of(await measured(project)) is None

    await record(annotator, project, good=0, counted=1, seconds=6)

    outlook = outlook_of(await measured(project))
    assert outlook is not None
    assert outlook.seconds == 6
    assert outlook.hourly_micros == REWARD_MICROS * 600
    assert outlook.rejection_rate == pytest.approx(1 / LEAST_DECIDED)
    assert outlook.overturn_rate == 0
    assert outlook.verdict_seconds == pytest.approx(0, abs=5)


async def test_what_the_client_counted_goes_before_what_passed_and_the_rates_say_what_was_overturned() -> None:
    project, annotator = await a_project(items=0), await an_annotator()
    ids = await record(annotator, project, good=16, counted=24, seconds=30)
    await sql.run("UPDATE annotations SET active_seconds = 4 WHERE id = ANY($1::bigint[])", ids)
    await sql.run("UPDATE annotations SET state = 'APPROVED' WHERE id = ANY($1::bigint[])", ids[16:18])
    await sql.run("INSERT INTO verdicts (annotation_id, decision, source) SELECT unnest($1::bigint[]), 'APPROVED', 'APPEAL'", ids[16:18])

    outlook = outlook_of(await measured(project))

    assert outlook is not None
    assert (outlook.seconds, outlook.overturn_rate) == (4, 2 / 8)
    assert outlook.rejection_rate == pytest.approx(8 / 24)
    assert outlook.hourly_micros == REWARD_MICROS * 900


async def test_a_client_that_counts_nothing_makes_no_hour_infinite() -> None:
    project = await a_project(items=0)
    ids = await record(await an_annotator(), project, good=30, counted=30, seconds=0)
    await sql.run("UPDATE annotations SET active_seconds = 0 WHERE id = ANY($1::bigint[])", ids)

    outlook = outlook_of(await measured(project))

    assert outlook is not None
    assert outlook.seconds == 0.1


async def test_only_the_latest_count() -> None:
    project, annotator = await a_project(items=0), await an_annotator()
    await record(annotator, project, good=0, counted=60, seconds=90)
    await record(annotator, project, good=MEASURED, counted=MEASURED, seconds=10)

    outlook = outlook_of(await measured(project))

    assert outlook is not None
    assert (outlook.seconds, outlook.rejection_rate) == (10, 0)


async def test_the_least_time_is_learned_from_what_the_quick_ones_take() -> None:
    project, annotator = await a_project(items=0), await an_annotator()
    await record(annotator, project, good=HASTE_KNOWN // 2, counted=HASTE_KNOWN // 2, seconds=8)
    assert (await measured(project)).least_seconds is None
    await record(annotator, project, good=HASTE_KNOWN, counted=HASTE_KNOWN, seconds=40)

    assert (await measured(project)).least_seconds == pytest.approx(8 * HASTE_PART)


async def test_each_project_is_measured_now_and_then_and_none_that_is_closed() -> None:
    projects = [await a_project(items=0) for _ in range(3)]
    await sql.run("UPDATE projects SET state = 'CLOSED' WHERE id = $1", projects[2].id)

    assert [await measure_due(), await measure_due()] == [2, 0]

    await sql.run("UPDATE projects SET measured_at = $1", await sql.now() - timedelta(minutes=11))
    assert await measure_due() == 2
