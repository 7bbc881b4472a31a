"""Appeals against restrictions, suspensions and bans; what becomes of appeals that nobody decides; and what an appeal mends."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tortoise.exceptions import IntegrityError

from models import (
    Annotation,
    AnnotationState,
    Appeal,
    AppealOutcome,
    AppealState,
    Assignment,
    Decision,
    Item,
    Project,
    ProjectState,
    RejectionReason,
    Review,
    Standing,
    StandingStep,
    Status,
    User,
    Verdict,
    sanction,
)
from models.appeal import LAPSED, LOOKED_AT, MESSAGE_LENGTH, MOST_OPEN_IN_VAIN
from models.errors import AlreadyDecided, Conflict, InvalidInput
from models.judge import sum_up_done
from models.ledger import PLATFORM, AccountKind, Entry, EntryKind, balances_of, contested
from models.ledger_proof import verify
from models.overturned import overturned
from models.verdict import GOLD_ERRED
from models.withdrawal import FRAUD_HOLD
from ops.database import sql
from quality.ladder import Step
from tests.models.test_judge import a_known_annotator, answered, judged_now
from tests.support.payouts import an_annotator_with, requested
from tests.support.records import record
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    an_admin,
    an_annotation,
    an_annotator,
    balances,
    bring_items,
    counts_of,
    decided,
)

CHANGED = ("appeals", "standing_steps", "audit_entries", "events", "hints")


async def a_suspended_annotator(by: User | None = None) -> User:
    annotator = await an_annotator()
    await sanction.suspend(annotator, by=by or await a_moderator(), reason="Careless.")
    return annotator


async def a_rejection(
    annotator: User | None = None, project: Project | None = None, *, reason: RejectionReason = RejectionReason.WRONG_LABEL
) -> Annotation:
    annotation, moderator = await an_annotation(annotator, project), await a_moderator()
    [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotation.id)).id])
    await review.decide(moderator, Decision.REJECTED, reasons=[reason])
    return annotation


async def let_it_be_overdue(appeal: Appeal) -> None:
    await sql.run("UPDATE appeals SET due_at = now() WHERE id = $1", appeal.id)


async def money_of(project: Project) -> int:
    """What is the project's and its organization's, whatever it is set aside for; in micro-dollars."""
    of_project = await balances_of([AccountKind.BUDGET, AccountKind.RESERVED, AccountKind.CONTESTED], [project.id])
    of_organization = await balances_of([AccountKind.BALANCE], [project.organization_id])
    return of_project[project.id] + of_organization[project.organization_id]


# ------------------------------------------------------------------ against standing
@pytest.mark.parametrize("verb", [sanction.suspend, sanction.ban])
async def test_who_is_stopped_may_appeal_once_and_is_reinstated_where_it_was_wrong(verb: object) -> None:
    annotator, moderator = await an_annotator(), await a_moderator()
    await a_project()
    await verb(annotator, by=moderator, reason="Bots.")  # type: ignore[operator]

    appeal = await Appeal.against_standing(annotator, "  I am no bot. ")

    assert (appeal.annotation_id, appeal.message, appeal.state) == (None, "I am no bot.", AppealState.OPEN)
    assert await sql.value("SELECT count(*) FROM events WHERE kind = 'AppealOpened' AND topic = 'board'") == 1
    before = await counts_of(*CHANGED)
    with pytest.raises(Conflict):
        await Appeal.against_standing(annotator, "Again.")
    assert await counts_of(*CHANGED) == before

    decision = await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "So you are not.")

    standing = await Standing.of(annotator.id)
    assert [decision.state, standing.status, standing.reason] == [AppealState.OVERTURNED, Status.ACTIVE, None]
    assert (await StandingStep.get(user_id=annotator.id)).overturned_at is not None
    assert len(await Assignment.lease(annotator.id, up_to=1)) == 1
    kinds = {row["kind"] for row in await sql.rows("SELECT kind FROM events WHERE topic = $1", f"user:{annotator.id}")}
    assert {"AppealDecided", "StandingChanged"} <= kinds


async def test_an_appeal_that_is_upheld_changes_nothing_and_the_same_again_neither() -> None:
    annotator = await a_suspended_annotator()
    appeal, judge = await Appeal.against_standing(annotator, "No."), await a_moderator()

    await appeal.decide(judge, AppealOutcome.UPHELD, "It stands.")

    assert (await Standing.of(annotator.id)).status == Status.SUSPENDED
    before = await counts_of(*CHANGED)
    assert (await appeal.decide(judge, AppealOutcome.UPHELD, "It stands.")).state == AppealState.UPHELD
    with pytest.raises(AlreadyDecided):
        await appeal.decide(judge, AppealOutcome.OVERTURNED, "Rather not.")
    assert await counts_of(*CHANGED) == before


async def test_neither_who_imposed_it_nor_oneself_decides_it() -> None:
    moderator = await a_moderator()
    suspended_moderator = await a_moderator()
    await sanction.suspend(suspended_moderator, by=await an_admin(), reason="Rude.")
    appeals = [await Appeal.against_standing(await a_suspended_annotator(moderator), "No.")]
    appeals.append(await Appeal.against_standing(suspended_moderator, "No."))
    before = await counts_of(*CHANGED)

    for appeal, judge in zip(appeals, (moderator, suspended_moderator), strict=True):
        with pytest.raises(Conflict):
            await appeal.decide(judge, AppealOutcome.OVERTURNED, "Right.")

    assert await counts_of(*CHANGED) == before


async def test_who_is_active_has_nothing_to_appeal_nor_has_whose_restriction_is_over() -> None:
    active, over = await an_annotator(), await an_annotator()
    await StandingStep.impose(active.id, Step.WARNED, reason="Careless.")
    await StandingStep.impose(over.id, Step.RESTRICTED, reason="Careless.", until=await sql.now() - timedelta(hours=1))
    before = await counts_of(*CHANGED)

    for person in (active, over):
        with pytest.raises(Conflict):
            await Appeal.against_standing(person, "Why?")

    assert await counts_of(*CHANGED) == before


@pytest.mark.parametrize("message", ["", "  ", "x" * (MESSAGE_LENGTH + 1), "a\x00b"])
async def test_an_appeal_says_why(message: str) -> None:
    annotator = await a_suspended_annotator()

    with pytest.raises(InvalidInput):
        await Appeal.against_standing(annotator, message)

    assert await Appeal.all().count() == 0


async def test_two_tabs_open_one_appeal() -> None:
    annotator = await a_suspended_annotator()

    outcomes = await asyncio.gather(*(Appeal.against_standing(annotator, "No.") for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(each, Appeal) for each in outcomes) == 1
    assert sum(isinstance(each, Conflict) for each in outcomes) == 4


async def test_of_several_the_hardest_comes_first_and_what_else_stands_stays() -> None:
    annotator, until = await an_annotator(), await sql.now() + timedelta(days=14)
    await StandingStep.impose(annotator.id, Step.RESTRICTED, reason="Poor.", until=until)
    await sanction.ban(annotator, by=await a_moderator(), reason="Bots.")

    first, second = [await Appeal.against_standing(annotator, "No.") for _ in range(2)]

    assert [(await StandingStep.get(id=each.step_id)).step for each in (first, second)] == [Step.BANNED, Step.RESTRICTED]
    await first.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    assert (await Standing.of(annotator.id)).status == Status.RESTRICTED
    await second.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    assert (await Standing.of(annotator.id)).status == Status.ACTIVE


async def test_a_ban_for_fraud_that_is_overturned_lets_the_money_go() -> None:
    annotator = await an_annotator_with(1_000_000)
    withdrawal = await requested(annotator, 500_000)
    await sanction.ban(annotator, by=await a_moderator(), reason="Bots.", fraud=True)
    assert (await withdrawal.reread()).hold_reason == FRAUD_HOLD

    await (await Appeal.against_standing(annotator, "No.")).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")

    assert (await withdrawal.reread()).hold_reason is None
    assert not (await Standing.of(annotator.id)).for_fraud


# ------------------------------------------------------------------ how many
async def test_any_rejection_may_be_appealed_but_who_is_mostly_wrong_has_few_open_at_once() -> None:
    annotator, project, judge = await an_annotator(), await a_project(items=12), await a_moderator()
    rejections = [await a_rejection(annotator, project) for _ in range(LOOKED_AT + MOST_OPEN_IN_VAIN + 1)]
    for appeal in [await Appeal.against_rejection(each, "Look again.") for each in rejections[:LOOKED_AT]]:
        await appeal.decide(judge, AppealOutcome.UPHELD, "No.")

    for each in rejections[LOOKED_AT:-1]:
        await Appeal.against_rejection(each, "Look again.")

    with pytest.raises(Conflict, match="in vain"):
        await Appeal.against_rejection(rejections[-1], "Look again.")
    assert await Appeal.all().count() == LOOKED_AT + MOST_OPEN_IN_VAIN
    # What is about standing is not among them.
    await sanction.suspend(annotator, by=judge, reason="Careless.")
    await Appeal.against_standing(annotator, "No.")


async def test_tabs_at_once_open_no_more_than_may_be_open() -> None:
    annotator, project, judge = await an_annotator(), await a_project(items=12), await a_moderator()
    rejections = [await a_rejection(annotator, project) for _ in range(LOOKED_AT + 6)]
    for each in rejections[:LOOKED_AT]:
        await (await Appeal.against_rejection(each, "Look again.")).decide(judge, AppealOutcome.UPHELD, "No.")

    await asyncio.gather(*(Appeal.against_rejection(each, "Look again.") for each in rejections[LOOKED_AT:]), return_exceptions=True)

    assert await Appeal.filter(state=AppealState.OPEN).count() == MOST_OPEN_IN_VAIN


# ------------------------------------------------------------------ overdue
@pytest.mark.parametrize("closes", [False, True])
async def test_what_nobody_decides_in_time_is_overturned_and_paid_by_the_platform_with_an_alert(
    closes: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    annotator, project = await an_annotator(), await a_project(items=3)
    given = await money_of(project)
    annotation = await a_rejection(annotator, project)
    appeal = await Appeal.against_rejection(annotation, "Look again.")
    assert await Appeal.lapse_due() == 0
    await let_it_be_overdue(appeal)
    if closes:
        await project.set_state(ProjectState.CLOSED)

    done = await asyncio.gather(*(Appeal.lapse_due() for _ in range(4)))

    assert sum(done) == 1
    lapsed = await appeal.reread()
    assert (lapsed.state, lapsed.decided_by_id, lapsed.comment) == (AppealState.OVERTURNED, None, LAPSED)
    assert await balances(annotator) == (0, 12_000)
    assert (await annotation.reread()).state == AnnotationState.APPROVED
    assert await contested(project.id).balance() == 0
    assert await PLATFORM.balance() == -12_000
    # The partner pays nothing for what nobody looked at.
    assert await money_of(project) == given
    entry = await Entry.get(key=f"lapse:{annotation.id}")
    assert (entry.kind, entry.user_id, entry.available) == (EntryKind.APPEAL_WON, annotator.id, 12_000)
    assert "not decided in time" in capsys.readouterr().out
    assert await verify() == []


async def test_what_people_decide_costs_the_platform_nothing() -> None:
    annotator, project = await an_annotator(), await a_project(items=3)
    given = await money_of(project)
    appeal = await Appeal.against_rejection(await a_rejection(annotator, project), "Look again.")

    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "It is right.")

    assert await PLATFORM.balance() == 0
    assert await money_of(project) == given - 12_000
    assert await verify() == []


async def test_the_proof_names_what_the_platform_paid_without_a_reason_and_what_it_should_have_paid() -> None:
    project = await a_project(items=3)
    annotation = await a_rejection(await an_annotator(), project)
    appeal = await Appeal.against_rejection(annotation, "Look again.")
    await let_it_be_overdue(appeal)
    await Appeal.lapse_due()
    await sql.run("ALTER TABLE verdicts DISABLE TRIGGER USER")

    await sql.run("UPDATE verdicts SET on_platform = false")

    await sql.run("ALTER TABLE verdicts ENABLE TRIGGER USER")
    breaches = await verify()
    assert f"annotation {annotation.id} cost the platform 12000, and nothing of its reward of 12000 is the platform's" in breaches
    assert f"annotation {annotation.id} lacks its entry appeal:{annotation.id}" in breaches
    with pytest.raises(IntegrityError, match="is never changed"):
        await sql.run("UPDATE verdicts SET on_platform = true")
    with pytest.raises(IntegrityError):
        await sql.run(
            "INSERT INTO verdicts (annotation_id, decision, source, on_platform) VALUES ($1, 'APPROVED', 'MODERATOR', true)", annotation.id
        )


@pytest.mark.parametrize("reason", [RejectionReason.FRAUD, RejectionReason.SPAM])
async def test_what_was_rejected_for_fraud_or_spam_stays_open_and_is_told_once(
    reason: RejectionReason, capsys: pytest.CaptureFixture[str]
) -> None:
    annotator = await an_annotator()
    appeal = await Appeal.against_rejection(await a_rejection(annotator, reason=reason), "No.")
    await let_it_be_overdue(appeal)

    assert [await Appeal.lapse_due() for _ in range(2)] == [1, 0]

    assert (await appeal.reread()).state == AppealState.OPEN
    assert await balances(annotator) == (0, 0)
    assert capsys.readouterr().out.count("not decided in time") == 1
    # It is decided like any other, later.
    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    assert await balances(annotator) == (0, 12_000)
    assert await verify() == []


async def test_what_a_known_answer_rejected_and_what_is_about_standing_stays_open() -> None:
    project = await a_project(items=2)
    rejected = await a_gold_rejection(project)
    appeals = [
        await Appeal.against_rejection(rejected, "It is a dog."),
        await Appeal.against_standing(await a_suspended_annotator(), "No."),
    ]
    for appeal in appeals:
        await let_it_be_overdue(appeal)

    assert await Appeal.lapse_due() == 2

    assert {(await appeal.reread()).state for appeal in appeals} == {AppealState.OPEN}
    assert await Standing.filter(status=Status.SUSPENDED).count() == 1


# ------------------------------------------------------------------ what it mends
async def a_gold_rejection(project: Project) -> Annotation:
    """Of somebody new, by the project's one gold item, which says that it is a cat."""
    if not await Item.filter(project_id=project.id, gold__not_isnull=True).exists():
        await bring_items(project, 1, prefix="gold", gold=a_choice("cat"))
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
    annotation = await answered(annotator, project, "dog")
    await judged_now(annotation.item_id)
    assert (await Verdict.get(annotation_id=annotation.id)).basis is not None
    return annotation


async def test_gold_by_which_right_answers_were_rejected_counts_them_as_right_and_goes_with_the_second() -> None:
    project, judge = await a_project(items=6), await a_moderator()

    for n in range(1, GOLD_ERRED + 1):
        annotation = await a_gold_rejection(project)
        await (await Appeal.against_rejection(annotation, "A dog.")).decide(judge, AppealOutcome.OVERTURNED, "A dog.")

        gold = await Item.get(id=annotation.item_id)
        assert gold.gold_right == n
        assert gold.gold_judged >= n
        assert (gold.gold_retired_at is not None) == (n == GOLD_ERRED)
    assert await sql.value("SELECT count(*) FROM tasks WHERE is_gold AND state IN ('OPEN', 'WAITING', 'LEASED')") == 0
    assert await verify() == []


async def test_what_an_item_comes_to_is_summed_up_anew_with_an_answer_that_was_right_after_all() -> None:
    project = await a_project(items=1, overlap=3)
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat")[:3]]
    await judged_now(annotations[0].item_id)
    await judged_now((await answered(await a_known_annotator(), project, "cat")).item_id)
    await sum_up_done()
    before = await Item.get(id=annotations[0].item_id)
    assert before.agreement == 1

    await (await Appeal.against_rejection(annotations[2], "A dog.")).decide(await a_moderator(), AppealOutcome.OVERTURNED, "A dog.")

    assert (await Item.get(id=before.id)).consensus is None
    await sum_up_done()
    after = await Item.get(id=before.id)
    assert after.consensus is not None
    assert after.agreement is not None
    assert after.agreement < 1


# ------------------------------------------------------------------ whose rejections do not stand
async def test_whose_rejections_are_overturned_too_often_is_marked() -> None:
    project, careless, careful, judge = await a_project(items=40), await a_moderator(), await a_moderator(), await a_moderator()
    for n in range(8):
        annotation = await an_annotation(None, project)
        await decided(annotation, Decision.REJECTED, careless)
        await (await Appeal.against_rejection(annotation, "No.")).decide(judge, AppealOutcome.OVERTURNED, "Right.")
        other = await an_annotation(None, project)
        await decided(other, Decision.REJECTED, careful)
        if n == 0:
            await (await Appeal.against_rejection(other, "No.")).decide(judge, AppealOutcome.UPHELD, "It stands.")

    figures = await overturned()

    by_moderator = {each.moderator_id: each for each in figures if each.moderator_id}
    assert by_moderator.keys() == {careless.id, careful.id}
    first, second = by_moderator[careless.id], by_moderator[careful.id]
    assert (first.rejected, first.appealed, first.overturned, first.is_too_often) == (8, 8, 8, True)
    assert (second.rejected, second.appealed, second.overturned, second.is_too_often) == (8, 1, 0, False)
    assert [(each.rejected, each.overturned) for each in figures if each.project_id] == [(16, 8)]
    assert [(each.source, each.rejected) for each in figures if each.source] == [("MODERATOR", 16)]


async def test_what_chance_explains_marks_nobody() -> None:
    moderator = await a_moderator()
    annotation = await an_annotation()
    await decided(annotation, Decision.REJECTED, moderator)
    await (await Appeal.against_rejection(annotation, "No.")).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    await record(await an_annotator(), await a_project(items=0, budget_micros=0), good=0, counted=3)

    assert not any(each.is_too_often for each in await overturned())
