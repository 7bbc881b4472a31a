"""Objections: in time, once, to somebody else, and what follows from either outcome."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tortoise.transactions import in_transaction

from models import (
    Annotation,
    AnnotationState,
    Appeal,
    AppealOutcome,
    AppealState,
    Assignment,
    Decision,
    Item,
    Organization,
    Project,
    ProjectState,
    Role,
    User,
    Verdict,
)
from models.appeal import MESSAGE_LENGTH, after_business_days
from models.errors import AlreadyDecided, Conflict, InvalidInput, Refusal, TooLate
from models.ledger import balance, budget, contested, reserved
from models.ledger_proof import verify
from models.standing import Standing
from ops.database import sql
from tests.support.sql import until_somebody_waits
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_annotation,
    an_annotator,
    balances,
    counts_of,
    decided,
    task_states,
)

CHANGED = ("appeals", "verdicts", "entries", "postings", "audit_entries")


async def a_rejection(annotator: User | None = None, project: Project | None = None, by: User | None = None) -> Annotation:
    annotation = await an_annotation(annotator, project)
    await decided(annotation, Decision.REJECTED, by)
    return annotation


async def an_appeal(annotation: Annotation | None = None) -> Appeal:
    return await Appeal.against_rejection(annotation or await a_rejection(), "Look again.")


async def let_time_to_appeal_run_out(annotation: Annotation) -> None:
    await sql.run("UPDATE verdicts SET appealable_until = now() WHERE annotation_id = $1", annotation.id)


# ------------------------------------------------------------------ opening
@pytest.mark.parametrize(
    ("opened", "due"),
    [
        # 2026-11-16 is a Monday.
        ("2026-11-16T09:30", "2026-11-19T09:30"),
        ("2026-11-17T09:30", "2026-11-20T09:30"),
        ("2026-11-18T09:30", "2026-11-23T09:30"),
        ("2026-11-19T23:59", "2026-11-24T23:59"),
        ("2026-11-20T00:00", "2026-11-25T00:00"),
        ("2026-11-21T00:00", "2026-11-26T00:00"),
        ("2026-11-21T15:00", "2026-11-26T00:00"),
        ("2026-11-22T23:59", "2026-11-26T00:00"),
        ("2026-12-30T12:00", "2027-01-04T12:00"),
        ("2028-02-25T12:00", "2028-03-01T12:00"),
    ],
)
def test_business_days_leave_out_weekends(opened: str, due: str) -> None:
    assert after_business_days(datetime.fromisoformat(opened).replace(tzinfo=UTC), 3) == datetime.fromisoformat(due).replace(tzinfo=UTC)


async def test_an_appeal_holds_the_money_back_and_tells_the_board() -> None:
    annotation = await a_rejection()

    appeal = await an_appeal(annotation)

    assert (appeal.state, appeal.user_id) == (AppealState.OPEN, annotation.annotator_id)
    assert appeal.due_at == after_business_days(appeal.opened_at, 3)
    assert await sql.value("SELECT count(*) FROM events WHERE kind = 'AppealOpened' AND topic = 'board'") == 1
    await let_time_to_appeal_run_out(annotation)
    assert await Verdict.settle_due() == 0
    assert await contested(annotation.project_id).balance() == 12_000


async def test_a_rejection_is_appealed_once_however_often_at_once() -> None:
    annotation = await a_rejection()

    outcomes = await asyncio.gather(*(an_appeal(annotation) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(outcome, Appeal) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
    assert await Appeal.all().count() == 1


@pytest.mark.parametrize("settles", [False, True])
async def test_after_a_week_it_is_too_late(settles: bool) -> None:
    annotation = await a_rejection()
    await sql.run("UPDATE verdicts SET appealable_until = appealable_until - interval '7 days'")
    if settles:
        assert await Verdict.settle_due() == 1
    before = await counts_of(*CHANGED)

    with pytest.raises(TooLate):
        await an_appeal(annotation)

    assert await counts_of(*CHANGED) == before


async def test_in_the_last_moment_of_the_week_it_is_not() -> None:
    annotation = await a_rejection()
    await sql.run("UPDATE verdicts SET appealable_until = now() + interval '30 seconds'")

    await an_appeal(annotation)

    assert await Appeal.all().count() == 1


async def test_there_is_nothing_to_object_to_before_a_verdict_or_after_an_approval() -> None:
    waiting, approved = await an_annotation(), await an_annotation()
    await decided(approved, Decision.APPROVED)

    for annotation in (waiting, approved):
        with pytest.raises(Conflict):
            await an_appeal(annotation)

    assert await Appeal.all().count() == 0


@pytest.mark.parametrize("message", ["", "   ", "x" * (MESSAGE_LENGTH + 1), "a\x00b", "a\u202eb", "\ud800"])
async def test_a_message_is_text_of_some_length(message: str) -> None:
    annotation = await a_rejection()

    with pytest.raises(InvalidInput) as refusal:
        await Appeal.against_rejection(annotation, message)

    assert refusal.value.path == ("message",)
    assert await Appeal.all().count() == 0


async def test_an_appeal_in_the_last_second_is_not_settled_over() -> None:
    """The worker has read what is due; before it gets there, an appeal that began in time commits."""
    first, second = await a_rejection(), await a_rejection()
    held, begun, listed, opened = asyncio.Event(), asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def holds_the_first_project() -> None:
        async with in_transaction():
            await (await Project.get(id=first.project_id)).lock()
            held.set()
            await opened.wait()

    async def appeals() -> None:
        await held.wait()
        async with in_transaction():
            started = await sql.now()
            ends.set_result(started + timedelta(milliseconds=1))
            begun.set()
            await listed.wait()
            await an_appeal(second)
        opened.set()

    async def settles() -> None:
        await begun.wait()
        await sql.run("UPDATE verdicts SET appealable_until = $1::timestamptz + id * interval '1 microsecond'", await ends)
        await asyncio.sleep(0.01)
        await Verdict.settle_due()

    async def watches() -> None:
        """Until the worker waits for the project that is held, having read what is due."""
        await begun.wait()
        await until_somebody_waits()
        listed.set()

    ends: asyncio.Future[datetime] = asyncio.get_running_loop().create_future()
    await asyncio.gather(holds_the_first_project(), appeals(), settles(), watches())

    assert await contested(first.project_id).balance() == 0
    assert await contested(second.project_id).balance() == 12_000
    assert await verify() == []


# ------------------------------------------------------------------ deciding
async def test_another_moderator_has_to_decide_and_never_the_annotator() -> None:
    judge, annotator = await a_moderator(), await a_user(Role.MODERATOR)
    annotation = await a_rejection(annotator, by=judge)
    appeal = await an_appeal(annotation)
    before = await counts_of(*CHANGED)

    for moderator in (judge, annotator):
        with pytest.raises(Conflict, match="Another moderator"):
            await appeal.decide(moderator, AppealOutcome.OVERTURNED, "Mine.")

    assert await counts_of(*CHANGED) == before
    assert (await appeal.reread()).state == AppealState.OPEN


async def test_moderators_who_decide_at_once_decide_once() -> None:
    annotation = await a_rejection()
    appeal = await an_appeal(annotation)
    moderators = [await a_moderator() for _ in range(8)]

    outcomes = await asyncio.gather(
        *(appeal.decide(m, AppealOutcome.OVERTURNED if n % 2 else AppealOutcome.UPHELD, "Looked.") for n, m in enumerate(moderators)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Appeal) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, AlreadyDecided) for outcome in outcomes) == 4
    assert await sql.value("SELECT count(*) FROM audit_entries WHERE action = 'decideAppeal'") == 1
    assert await verify() == []


@pytest.mark.parametrize("comment", ["", "x" * (MESSAGE_LENGTH + 1), "\x07"])
async def test_a_decision_needs_a_comment(comment: str) -> None:
    appeal = await an_appeal()

    with pytest.raises(Refusal):
        await appeal.decide(await a_moderator(), AppealOutcome.UPHELD, comment)

    assert (await appeal.reread()).state == AppealState.OPEN


async def test_an_overturned_rejection_is_paid_and_cleared_from_the_record() -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    annotation = await a_rejection(annotator, project)
    there = await budget(project.id).balance() + await reserved(project.id).balance()

    await (await an_appeal(annotation)).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")

    assert await balances(annotator) == (0, 12_000)
    assert (await annotation.reread()).state == AnnotationState.APPROVED
    standing = await Standing.of(annotator.id)
    assert (standing.approved, standing.rejected) == (1, 0)
    # Nobody had begun anew: none is needed, and what was set aside is free.
    assert await task_states(project) == ["SUBMITTED"]
    assert await budget(project.id).balance() == there
    assert await contested(project.id).balance() == 0
    assert (await Item.get(id=annotation.item_id)).completed_at is not None
    assert await verify() == []


async def test_an_appeal_that_is_upheld_gives_the_money_back_to_the_budget() -> None:
    project = await a_project(items=2, budget_micros=24_000)
    first, second = await a_rejection(project=project), await a_rejection(project=project)
    assert await task_states(project) == ["WAITING"] * 2

    await (await an_appeal(first)).decide(await a_moderator(), AppealOutcome.UPHELD, "No.")
    assert await task_states(project) == ["OPEN", "WAITING"]
    await let_time_to_appeal_run_out(second)
    assert await Verdict.settle_due() == 1

    assert await task_states(project) == ["OPEN"] * 2
    assert await contested(project.id).balance() == 0
    assert await verify() == []


async def test_an_appeal_won_after_the_task_was_done_again_is_paid_besides() -> None:
    annotator, other, project = await an_annotator(), await an_annotator(), await a_project(items=1)
    annotation = await a_rejection(annotator, project)
    again = await an_annotation(other, project)
    await decided(again, Decision.APPROVED)

    await (await an_appeal(annotation)).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Both are right.")

    assert await balances(annotator) == await balances(other) == (0, 12_000)
    assert (await Item.get(id=annotation.item_id)).approved == 2
    assert await verify() == []


async def test_a_rejection_of_the_second_answer_asks_for_no_third_where_the_first_was_right_after_all() -> None:
    annotator, other, project = await an_annotator(), await an_annotator(), await a_project(items=1)
    first = await a_rejection(annotator, project)
    second = await an_annotation(other, project)
    await (await an_appeal(first)).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")

    await decided(second, Decision.REJECTED)

    assert await task_states(project) == ["SUBMITTED"]
    assert await Assignment.lease((await an_annotator()).id, up_to=1) == []
    assert await verify() == []


@pytest.mark.parametrize("outcome", list(AppealOutcome))
async def test_a_closed_project_pays_or_returns_what_was_contested(outcome: AppealOutcome) -> None:
    annotator, project = await an_annotator(), await a_project(items=3)
    annotation = await a_rejection(annotator, project)
    appeal = await an_appeal(annotation)
    organization = Organization(id=project.organization_id)
    await project.set_state(ProjectState.CLOSED)
    assert await balance(organization.id).balance() == 100_000_000 - 12_000

    await appeal.decide(await a_moderator(), outcome, "Looked.")

    paid = 12_000 if outcome == AppealOutcome.OVERTURNED else 0
    assert await balances(annotator) == (0, paid)
    assert await balance(organization.id).balance() == 100_000_000 - paid
    assert set(await task_states(project)) == {"CLOSED"}
    assert await verify() == []


async def test_an_appeal_is_paid_where_the_budget_is_empty() -> None:
    annotator, project = await an_annotator(), await a_project(items=1, budget_micros=12_000)
    annotation = await a_rejection(annotator, project)
    assert await budget(project.id).balance() == 0

    await (await an_appeal(annotation)).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")

    assert await balances(annotator) == (0, 12_000)
    assert await task_states(project) == ["SUBMITTED"]
    assert await verify() == []


async def test_somebody_else_is_at_it_while_the_appeal_is_won() -> None:
    annotator, other, project = await an_annotator(), await an_annotator(), await a_project(items=1)
    annotation = await a_rejection(annotator, project)
    [assignment] = await Assignment.lease(other.id, up_to=1)
    appeal = await an_appeal(annotation)

    await asyncio.gather(appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right."), assignment.submit(a_choice()))

    assert await balances(annotator) == (0, 12_000)
    assert await balances(other) == (12_000, 0)
    assert await verify() == []


async def test_workers_settle_each_rejection_once() -> None:
    project = await a_project(items=6)
    for _ in range(6):
        await let_time_to_appeal_run_out(await a_rejection(project=project))

    await asyncio.gather(*(Verdict.settle_due() for _ in range(6)))

    assert await sql.value("SELECT count(*) FROM entries WHERE kind = 'RELEASED'") == 6
    assert await contested(project.id).balance() == 0
    assert await verify() == []
