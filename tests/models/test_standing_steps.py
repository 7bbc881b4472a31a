"""The ladder on real rows: who is weighed, what follows, how far it bars, and that the honest are never stopped."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from typing import Any

import pytest

from models import (
    Appeal,
    AppealOutcome,
    Assignment,
    AssignmentState,
    Decision,
    Project,
    RejectionReason,
    Review,
    Standing,
    StandingStep,
    Status,
    User,
    Verdict,
    sanction,
)
from models.errors import Conflict, NotEligible
from models.leasing import MOST_HELD
from models.ledger_proof import verify
from models.standing import MOST_HELD_RESTRICTED
from models.weighing import WINDOW, weigh_due, weighings
from models.withdrawal import FRAUD_HOLD
from ops.database import sql
from quality.ladder import Step, nearing
from tests.support.payouts import an_annotator_with, requested
from tests.support.records import record, weighed
from tests.support.sql import counted_sql
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    an_annotation,
    an_annotator,
    an_assignment,
    balances,
    bring_items,
    decided,
)


async def a_project_for_records() -> Project:
    return await a_project(items=0, budget_micros=0)


async def steps_of(user: User) -> list[tuple[Step, str | None]]:
    return [(each.step, each.rule) for each in await StandingStep.filter(user_id=user.id).order_by("id")]


async def standing_of(user: User) -> tuple[Status, bool]:
    """And whether it ends by itself."""
    standing = await Standing.of(user.id)
    return standing.status, standing.until is not None


async def poor_work(annotator: User, project: Project) -> None:
    await record(annotator, project, good=10, counted=40)
    await weighed(annotator)


async def let_it_end(annotator: User) -> None:
    await sql.run("UPDATE standing_steps SET until = now() WHERE user_id = $1 AND until IS NOT NULL", annotator.id)
    await sql.run("UPDATE standings SET until = now() WHERE user_id = $1 AND until IS NOT NULL", annotator.id)
    await Standing.end_suspensions()


async def rejected_for_fraud(user: User, project: Project, moderator: User) -> Verdict:
    annotation = await an_annotation(user, project)
    [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotation.id)).id])
    return await review.decide(moderator, Decision.REJECTED, reasons=[RejectionReason.FRAUD])


# ------------------------------------------------------------------ who is weighed
async def test_a_rejection_a_skip_and_an_answer_that_came_too_fast_mark_their_person_and_nothing_else_does() -> None:
    project = await a_project(items=5)
    approved, rejected, skipping, hurried = [await an_annotator() for _ in range(4)]
    await decided(await an_annotation(approved, project), Decision.APPROVED)
    await decided(await an_annotation(rejected, project), Decision.REJECTED)
    await (await an_assignment(skipping, project)).skip()
    await sql.run("UPDATE projects SET least_seconds = 3600 WHERE id = $1", project.id)
    await decided(await an_annotation(hurried, project), Decision.APPROVED)

    marked = {row["user_id"] for row in await sql.rows("SELECT user_id FROM standings WHERE weigh_at IS NOT NULL")}

    assert marked == {rejected.id, skipping.id, hurried.id}
    assert await weigh_due() == 3
    assert await weigh_due() == 0
    assert await StandingStep.all().count() == 0


async def test_marking_costs_the_verdict_no_statement() -> None:
    annotator = await an_annotator()

    with counted_sql() as statements:
        await Standing.count_verdict(annotator.id, rejected=1)

    assert len(statements) == 1
    assert await sql.value("SELECT weigh_at FROM standings WHERE user_id = $1", annotator.id) is not None


async def test_workers_at_once_weigh_a_person_once() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    await record(annotator, project, good=0, counted=40)
    await sql.run("UPDATE standings SET weigh_at = now() WHERE user_id = $1", annotator.id)

    await asyncio.gather(*(weigh_due() for _ in range(6)))

    assert await steps_of(annotator) == [(Step.WARNED, "accuracy: warning")]


# ------------------------------------------------------------------ up the ladder
async def test_poor_work_leads_from_a_warning_to_a_ban_each_resting_on_work_after_the_last() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    expected = [
        (Step.WARNED, (Status.ACTIVE, False)),
        (Step.RESTRICTED, (Status.RESTRICTED, True)),
        (Step.SUSPENDED, (Status.SUSPENDED, True)),
        (Step.SUSPENDED, (Status.SUSPENDED, True)),
        (Step.BANNED, (Status.BANNED, False)),
    ]

    for n, (step, standing) in enumerate(expected, start=1):
        await let_it_end(annotator)
        await poor_work(annotator, project)
        # Nothing new, and nothing follows from it.
        await sql.run("UPDATE standings SET weigh_at = now() WHERE user_id = $1", annotator.id)
        await weigh_due()

        assert [each for each, _ in await steps_of(annotator)] == [each for each, _ in expected[:n]]
        assert (await steps_of(annotator))[-1][0] is step
        assert await standing_of(annotator) == standing
        assert await sql.value("SELECT count(*) FROM events WHERE kind = 'StandingChanged' AND topic = $1", f"user:{annotator.id}") >= n
    last = await StandingStep.filter(user_id=annotator.id).order_by("-id").first()
    assert last is not None
    assert (last.figures["good"], last.figures["counted"], last.figures["below"]) == (10, 40, 0.65)
    assert "10 were right" in last.reason
    assert last.advice is not None
    assert (await Standing.of(annotator.id)).reason == last.reason


async def test_who_is_stopped_loses_leases_and_keeps_what_was_earned() -> None:
    annotator, project = await an_annotator(), await a_project(items=4)
    await decided(await an_annotation(annotator, project), Decision.APPROVED)
    pending = await an_annotation(annotator, project)
    held = await an_assignment(annotator, project)
    other = await a_project_for_records()
    for _ in range(3):
        await poor_work(annotator, other)

    assert (await standing_of(annotator))[0] == Status.SUSPENDED
    assert (await held.reread()).state == AssignmentState.RELEASED
    assert await Assignment.lease(annotator.id, up_to=1) == []
    assert await balances(annotator) == (12_000, 12_000)
    await decided(pending, Decision.APPROVED)
    assert await balances(annotator) == (0, 24_000)
    # What was begun before is judged, and leads no further.
    await sql.run("UPDATE standings SET weigh_at = now() WHERE user_id = $1", annotator.id)
    await weigh_due()
    assert len(await steps_of(annotator)) == 3


async def test_no_honest_annotator_is_ever_stopped() -> None:
    """Nine of ten right, or nineteen of twenty; some hundred verdicts each, weighed after every ten."""
    project = await a_project_for_records()
    for seed in range(12):
        annotator, chance = await an_annotator(), random.Random(seed)
        for _ in range(25):
            right = sum(chance.random() < (0.9 if seed % 2 else 0.95) for _ in range(10))
            await record(annotator, project, good=right, counted=10)
            await weighed(annotator)
        assert not {step for step, _ in await steps_of(annotator)} - {Step.WARNED}
        assert (await standing_of(annotator))[0] == Status.ACTIVE


async def test_who_skips_climbs_the_ladder_of_skipping_and_is_warned_of_poor_work_before_anything_harder() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    for _ in range(2):
        await record(annotator, project, good=0, counted=0, skipped=40)
        await weighed(annotator)
    assert await steps_of(annotator) == [(Step.WARNED, "skips: warning"), (Step.RESTRICTED, "skips: restriction")]

    await poor_work(annotator, project)

    assert (await steps_of(annotator))[2:] == [(Step.WARNED, "accuracy: warning")]
    seen = (await weighings([annotator.id]))[annotator.id].record
    assert (seen.level, seen.skip_level) == (1, 2)


async def test_a_step_about_one_kind_begins_its_window_and_that_of_all_anew_and_leaves_those_of_other_kinds() -> None:
    annotator, project, other = await an_annotator(), await a_project_for_records(), await a_project_for_records()
    await sql.run("UPDATE projects SET kind = 'DETECTION' WHERE id = $1", other.id)
    for each in (project, other):
        await record(annotator, each, good=7, counted=10)
    rule: dict[str, Any] = {"rule": "kind: warning", "advice": "Practise.", "kind": "CLASSIFICATION"}
    await StandingStep.impose(annotator.id, Step.WARNED, reason="Poor.", **rule)

    seen = (await weighings([annotator.id]))[annotator.id].record

    assert (seen.accuracy.counted, seen.level, seen.kind_levels) == (0, 0, {"CLASSIFICATION": 1})
    assert {kind: figures.counted for kind, figures in seen.kinds.items() if figures.counted} == {"DETECTION": 10}


async def test_only_the_latest_verdicts_count_so_who_drifts_is_seen() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    await record(annotator, project, good=400, counted=400)
    await record(annotator, project, good=WINDOW // 2, counted=WINDOW)

    await weighed(annotator)

    assert await steps_of(annotator) == [(Step.WARNED, "accuracy: warning")]


async def test_skipping_much_narrows_what_is_offered_and_no_more() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()

    for _ in range(3):
        await record(annotator, project, good=5, counted=5, skipped=45)
        await weighed(annotator)

    assert await steps_of(annotator) == [(Step.WARNED, "skips: warning"), (Step.RESTRICTED, "skips: restriction")]
    step = await StandingStep.filter(user_id=annotator.id).order_by("id").first()
    assert step is not None
    assert step.reason.startswith("You skipped 45 of your last 50 tasks")


async def test_answers_that_came_too_fast_count_where_the_projects_pace_is_known() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    await record(annotator, project, good=40, counted=40, seconds=0.2)
    await weighed(annotator)
    assert await steps_of(annotator) == []
    await sql.run("UPDATE projects SET least_seconds = 1.5 WHERE id = $1", project.id)

    await weighed(annotator)

    assert await steps_of(annotator) == [(Step.WARNED, "too fast: warning")]
    assert (await standing_of(annotator))[0] == Status.ACTIVE


async def test_a_step_behind_which_there_is_much_good_work_counts_no_more() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    await poor_work(annotator, project)
    await record(annotator, project, good=WINDOW, counted=WINDOW)
    await weighed(annotator)
    [warning] = await StandingStep.filter(user_id=annotator.id)
    assert warning.lapsed_at is not None
    await record(annotator, project, good=0, counted=60)

    await weighed(annotator)

    assert [step for step, _ in await steps_of(annotator)] == [Step.WARNED, Step.WARNED]


async def test_a_step_is_taken_back_where_appeals_put_right_what_it_rests_on() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    answers = await record(annotator, project, good=25, counted=45)
    await weighed(annotator)
    [warning] = await StandingStep.filter(user_id=annotator.id)

    async def won(annotation_ids: list[int]) -> None:
        await sql.run("UPDATE annotations SET state = 'APPROVED' WHERE id = ANY($1::bigint[])", annotation_ids)
        await sql.run(
            "INSERT INTO verdicts (annotation_id, decision, source) SELECT unnest($1::bigint[]), 'APPROVED', 'APPEAL'", annotation_ids
        )
        await weighed(annotator)

    await won(answers[25:26])
    assert (await warning.reread()).overturned_at is None
    await won(answers[26:40])

    assert (await warning.reread()).overturned_at is not None
    assert (await weighings([annotator.id]))[annotator.id].record.level == 0


# ------------------------------------------------------------------ what a restriction bars
async def test_who_is_restricted_of_a_kind_gets_all_but_that_kind() -> None:
    annotator, project = await an_annotator(), await a_project(items=2)
    other = await a_project(items=2)
    await sql.run("UPDATE projects SET kind = 'DETECTION' WHERE id = $1", other.id)
    until = await sql.now() + timedelta(days=14)
    rule: dict[str, Any] = {"rule": "kind: restriction", "advice": "Practise.", "kind": "CLASSIFICATION"}
    await StandingStep.impose(annotator.id, Step.RESTRICTED, reason="Boxes.", until=until, **rule)

    assert await project.blocked_by(annotator.id) == ["NOT_ELIGIBLE"]
    assert await other.blocked_by(annotator.id) == []
    assert {each.project_id for each in await Assignment.lease(annotator.id, up_to=MOST_HELD)} == {other.id}
    with pytest.raises(NotEligible):
        await Assignment.claim(annotator, project)
    await let_it_end(annotator)
    assert await project.blocked_by(annotator.id) == []
    assert (await standing_of(annotator)) == (Status.ACTIVE, False)


async def test_who_is_restricted_holds_few_tasks_and_only_where_the_work_is_checked() -> None:
    annotator = await an_annotator()
    unchecked, overlapping, with_gold = await a_project(items=5), await a_project(items=5, overlap=2), await a_project(items=5)
    await bring_items(with_gold, 1, prefix="gold", gold=a_choice())
    await StandingStep.impose(annotator.id, Step.RESTRICTED, reason="Poor.", until=await sql.now() + timedelta(days=14))

    assert [await each.blocked_by(annotator.id) for each in (unchecked, overlapping, with_gold)] == [["NOT_ELIGIBLE"], [], []]
    held = await Assignment.lease(annotator.id, up_to=MOST_HELD)
    assert len(held) == MOST_HELD_RESTRICTED
    assert unchecked.id not in {each.project_id for each in held}
    with pytest.raises(Conflict, match=f"You hold {MOST_HELD_RESTRICTED} tasks"):
        await Assignment.claim(annotator)
    # Others are not held back by it.
    assert len(await Assignment.lease((await an_annotator()).id, up_to=5)) == 5


async def test_a_restriction_goes_on_behind_a_shorter_suspension() -> None:
    annotator, moderator, now = await an_annotator(), await a_moderator(), await sql.now()
    await StandingStep.impose(annotator.id, Step.RESTRICTED, reason="Poor.", until=now + timedelta(days=14))
    await sanction.suspend(annotator, by=moderator, reason="Rude.", until=now + timedelta(days=1))
    assert (await standing_of(annotator))[0] == Status.SUSPENDED
    await sql.run("UPDATE standing_steps SET until = now() WHERE step = 'SUSPENDED'")
    await sql.run("UPDATE standings SET until = now() WHERE user_id = $1", annotator.id)

    assert await Standing.end_suspensions() == 1

    standing = await Standing.of(annotator.id)
    assert (standing.status, standing.until, standing.reason) == (Status.RESTRICTED, now + timedelta(days=14), "Poor.")
    assert await Standing.end_suspensions() == 0


# ------------------------------------------------------------------ people decide
async def test_a_reinstatement_takes_back_what_is_in_force_and_the_ladder_begins_below() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    for _ in range(3):
        await poor_work(annotator, project)

    await sanction.reinstate(annotator, by=await a_moderator(), reason="A sick child.")

    assert (await standing_of(annotator)) == (Status.ACTIVE, False)
    assert [each.overturned_at is None for each in await StandingStep.filter(user_id=annotator.id).order_by("id")] == [True, False, False]
    assert (await weighings([annotator.id]))[annotator.id].record.level == 1


async def test_what_staff_decide_stands_in_the_history_and_is_no_step_of_the_ladder() -> None:
    annotator, moderator = await an_annotator(), await a_moderator()

    await sanction.ban(annotator, by=moderator, reason="Rude.")
    await sanction.suspend(annotator, by=moderator, reason="Less rude.")

    assert await standing_of(annotator) == (Status.SUSPENDED, False)
    ban, suspension = await StandingStep.filter(user_id=annotator.id).order_by("id")
    assert ban.until is not None
    assert (suspension.rule, suspension.by_id, suspension.until) == (None, moderator.id, None)
    assert (await weighings([annotator.id]))[annotator.id].record.level == 0


async def test_a_person_sees_the_rule_that_is_nearest() -> None:
    annotator, project = await an_annotator(), await a_project_for_records()
    await record(annotator, project, good=26, counted=40)

    near = nearing((await weighings([annotator.id]))[annotator.id].record)

    assert [(each.rule.name, each.kind, each.figures.good, each.figures.counted) for each in near[:2]] == [
        ("accuracy: warning", None, 26, 40),
        ("kind: warning", "CLASSIFICATION", 26, 40),
    ]
    assert near[0].margin > 0


# ------------------------------------------------------------------ fraud
async def test_a_rejection_for_fraud_bans_at_once_and_holds_what_is_still_to_be_paid() -> None:
    annotator, moderator, project = await an_annotator_with(2_000_000), await a_moderator(), await a_project(items=4)
    withdrawal = await requested(annotator, 500_000)
    held = await an_assignment(annotator, project)

    verdict = await rejected_for_fraud(annotator, project, moderator)

    standing = await Standing.of(annotator.id)
    assert (standing.status, standing.for_fraud) == (Status.BANNED, True)
    assert (await held.reread()).state == AssignmentState.RELEASED
    assert (await withdrawal.reread()).hold_reason == FRAUD_HOLD
    [step] = await StandingStep.filter(user_id=annotator.id)
    assert (step.step, step.verdict_id, step.by_id) == (Step.BANNED, verdict.id, moderator.id)
    assert await Assignment.lease(annotator.id, up_to=1) == []
    assert await verify() == []


async def test_an_appeal_that_overturns_it_reinstates_and_pays() -> None:
    annotator, moderator, project = await an_annotator_with(2_000_000), await a_moderator(), await a_project(items=4)
    withdrawal = await requested(annotator, 500_000)
    before = await balances(annotator)
    verdict = await rejected_for_fraud(annotator, project, moderator)
    annotation = await verdict.annotation

    await (await Appeal.against_rejection(annotation, "I am one.")).decide(await a_moderator(), AppealOutcome.OVERTURNED, "So they are.")

    standing = await Standing.of(annotator.id)
    assert [standing.status, standing.for_fraud, standing.reason] == [Status.ACTIVE, False, None]
    assert (await withdrawal.reread()).hold_reason is None
    assert await balances(annotator) == (before[0], before[1] + 12_000)
    assert len(await Assignment.lease(annotator.id, up_to=1)) == 1
    assert await verify() == []


async def test_another_rejection_for_fraud_or_a_ban_keeps_the_ban_where_one_is_overturned() -> None:
    annotator, moderator, project = await an_annotator(), await a_moderator(), await a_project(items=4)
    pending = [await an_annotation(annotator, project) for _ in range(2)]
    appeals = []
    for annotation in pending:
        [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotation.id)).id])
        await review.decide(moderator, Decision.REJECTED, reasons=[RejectionReason.FRAUD])
        appeals.append(await Appeal.against_rejection(annotation, "No."))
    judge = await a_moderator()

    await appeals[1].decide(judge, AppealOutcome.OVERTURNED, "Right.")
    assert (await Standing.of(annotator.id)).status == Status.BANNED
    assert (await Standing.of(annotator.id)).for_fraud
    await appeals[0].decide(judge, AppealOutcome.OVERTURNED, "Right.")
    assert (await Standing.of(annotator.id)).status == Status.ACTIVE


async def test_a_ban_for_fraud_meets_submissions_requests_and_cancellations_without_a_deadlock() -> None:
    moderator, project = await a_moderator(), await a_project(items=40)
    for _ in range(6):
        annotator = await an_annotator_with(2_000_000)
        withdrawal = await requested(annotator, 500_000)
        annotation = await an_annotation(annotator, project)
        held = await Assignment.lease(annotator.id, up_to=3, project_id=project.id)
        [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotation.id)).id])

        outcomes = await asyncio.gather(
            review.decide(moderator, Decision.REJECTED, reasons=[RejectionReason.FRAUD]),
            *(each.submit(a_choice()) for each in held),
            withdrawal.cancel(),
            requested(annotator, 500_000),
            Assignment.lease(annotator.id, up_to=5, project_id=project.id),
            return_exceptions=True,
        )

        assert isinstance(outcomes[0], Verdict)
        assert not [each for each in outcomes if "deadlock" in str(each).lower()]
        assert (await Standing.of(annotator.id)).status == Status.BANNED
        assert await Assignment.held_by(annotator.id).count() == 0
    assert await verify() == []
