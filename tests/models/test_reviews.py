"""The board: who holds what, and what a verdict does."""

from __future__ import annotations

import asyncio

import pytest

from models import Annotation, AnnotationState, Decision, Project, RejectionReason, Review, Role, User, Verdict, VerdictSource
from models.errors import AlreadyDecided, Conflict, InvalidInput
from models.ledger_proof import verify
from models.review import CLAIM_SECONDS, MOST_CLAIMED, Counts
from models.standing import Standing
from ops.database import sql
from tests.support.world import a_moderator, a_project, a_user, an_annotation, an_annotator, balances, counts_of, decided, task_states

JUDGED = ("verdicts", "entries", "postings", "events")


async def a_queue(number: int, project: Project | None = None) -> list[Review]:
    project = project or await a_project(items=number)
    annotator = await an_annotator()
    for _ in range(number):
        await an_annotation(annotator, project)
    return await Review.waiting().order_by("id")


async def a_held_review(moderator: User) -> Review:
    [review] = await a_queue(1)
    await Review.claim(moderator, ids=[review.id])
    return await review.reread()


# ------------------------------------------------------------------ claiming
async def test_two_moderators_never_hold_the_same_review() -> None:
    moderators = [await a_moderator() for _ in range(8)]
    await a_queue(20)

    batches = await asyncio.gather(*(Review.claim(moderator, count=4) for moderator in moderators))

    claimed = [review.id for batch in batches for review in batch]
    assert len(claimed) == len(set(claimed)) == 20
    assert {review.claimed_by_id for review in await Review.all()} <= {moderator.id for moderator in moderators}
    assert await sql.value("SELECT count(*) FROM events WHERE kind = 'ReviewClaimed'") == 20


async def test_everybody_wants_the_same_review_and_one_gets_it() -> None:
    moderators = [await a_moderator() for _ in range(8)]
    [review] = await a_queue(1)

    batches = await asyncio.gather(*(Review.claim(moderator, ids=[review.id]) for moderator in moderators))

    assert sorted(len(batch) for batch in batches) == [0] * 7 + [1]


async def test_who_lost_the_race_is_told_who_holds_it() -> None:
    winner, loser = await a_moderator(), await a_moderator()
    review = await a_held_review(winner)
    before = await counts_of(*JUDGED)

    assert await Review.claim(loser, ids=[review.id]) == []
    with pytest.raises(Conflict, match=winner.display_name):
        await review.decide(loser, Decision.APPROVED)
    with pytest.raises(Conflict, match=winner.display_name):
        await review.release(loser)

    assert await counts_of(*JUDGED) == before
    assert (await review.reread()).claimed_by_id == winner.id


async def test_the_oldest_are_claimed_first_and_of_the_project_that_was_asked_for() -> None:
    moderator = await a_moderator()
    first, second = await a_project(), await a_project()
    await a_queue(2, first)
    await a_queue(2, second)

    of_second = await Review.claim(moderator, count=1, project_id=second.id)
    oldest = await Review.claim(moderator, count=2)

    assert [review.project_id for review in of_second] == [second.id]
    assert [review.id for review in oldest] == [1, 2]


async def test_nobody_holds_more_than_the_most_from_however_many_tabs() -> None:
    moderator = await a_moderator()
    await a_queue(MOST_CLAIMED + 5)

    outcomes = await asyncio.gather(*(Review.claim(moderator, count=8) for _ in range(6)), return_exceptions=True)

    assert all(isinstance(outcome, list | Conflict) for outcome in outcomes)
    assert await Review.claimed(by=moderator.id).count() == MOST_CLAIMED
    with pytest.raises(Conflict):
        await Review.claim(moderator)


@pytest.mark.parametrize("count", [0, -1, MOST_CLAIMED + 1, 10**9])
async def test_a_wrong_number_is_refused(count: int) -> None:
    moderator = await a_moderator()
    await a_queue(1)

    with pytest.raises(InvalidInput):
        await Review.claim(moderator, count=count)

    assert await Review.claimed().count() == 0


async def test_nobody_judges_their_own_work() -> None:
    moderator = await a_user(Role.MODERATOR)
    annotation = await an_annotation(moderator)
    review = await Review.get(annotation_id=annotation.id)

    assert await Review.claim(moderator, count=5) == []
    assert await Review.claim(moderator, ids=[review.id]) == []
    await sql.run("UPDATE reviews SET claimed_by_id = $1", moderator.id)
    with pytest.raises(Conflict, match="own work"):
        await review.decide(moderator, Decision.APPROVED)

    assert await Verdict.all().count() == 0
    assert await balances(moderator) == (12_000, 0)


async def test_a_claim_whose_time_is_over_goes_back_to_the_queue() -> None:
    moderator, other = await a_moderator(), await a_moderator()
    review = await a_held_review(moderator)
    assert review.claim_expires_at is not None
    assert review.claimed_at is not None
    assert (review.claim_expires_at - review.claimed_at).total_seconds() == CLAIM_SECONDS
    assert await Review.free_expired() == 0
    await sql.run("UPDATE reviews SET claim_expires_at = now()")

    freed = await asyncio.gather(*(Review.free_expired() for _ in range(4)))
    [taken] = await Review.claim(other, ids=[review.id])

    assert sum(freed) == 1
    assert taken.claimed_by_id == other.id
    with pytest.raises(Conflict, match=other.display_name):
        await review.decide(moderator, Decision.APPROVED)


async def test_releasing_is_safe_to_repeat() -> None:
    moderator = await a_moderator()
    review = await a_held_review(moderator)

    for _ in range(3):
        await review.release(moderator)

    assert (await review.reread()).claimed_by_id is None
    assert await sql.value("SELECT count(*) FROM events WHERE kind = 'ReviewReleased'") == 1
    with pytest.raises(Conflict, match="Claim it first"):
        await review.decide(moderator, Decision.APPROVED)


async def test_who_is_no_moderator_any_more_holds_nothing() -> None:
    moderator, other = await a_moderator(), await a_moderator()
    await a_queue(3)
    await Review.claim(moderator, count=2)
    await Review.claim(other, count=1)

    await Review.free_all_of(moderator.id)

    assert [review.claimed_by_id for review in await Review.claimed()] == [other.id]
    assert await Review.waiting().count() == 2


# ------------------------------------------------------------------ deciding
async def test_the_same_decision_again_gives_the_first_verdict_and_pays_once() -> None:
    moderator = await a_moderator()
    review = await a_held_review(moderator)
    annotation = await Annotation.get(id=review.annotation_id)

    verdicts = await asyncio.gather(*(review.decide(moderator, Decision.APPROVED) for _ in range(8)))
    by_another = await review.decide(await a_moderator(), Decision.APPROVED)

    assert {verdict.id for verdict in [*verdicts, by_another]} == {verdicts[0].id}
    assert await sql.value("SELECT available FROM wallets WHERE user_id = $1", annotation.annotator_id) == 12_000
    assert await verify() == []


async def test_of_racing_opposite_decisions_one_counts() -> None:
    moderator = await a_moderator()
    review = await a_held_review(moderator)

    outcomes = await asyncio.gather(
        *(review.decide(moderator, Decision.APPROVED) for _ in range(4)),
        *(review.decide(moderator, Decision.REJECTED, reasons=[RejectionReason.SPAM]) for _ in range(4)),
        return_exceptions=True,
    )

    assert sum(isinstance(outcome, Verdict) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, AlreadyDecided) for outcome in outcomes) == 4
    assert await Verdict.all().count() == 1
    assert await verify() == []


@pytest.mark.parametrize(
    ("decision", "reasons", "comment"),
    [
        (Decision.REJECTED, [], None),
        (Decision.APPROVED, [RejectionReason.SPAM], None),
        (Decision.REJECTED, [RejectionReason.SPAM], "x" * 2_001),
        (Decision.REJECTED, [RejectionReason.SPAM], "a\x00b"),
        (Decision.APPROVED, [], "a\u202eb"),
    ],
)
async def test_a_decision_without_sense_changes_nothing(decision: Decision, reasons: list[RejectionReason], comment: str | None) -> None:
    moderator = await a_moderator()
    review = await a_held_review(moderator)
    before = await counts_of(*JUDGED)

    with pytest.raises(InvalidInput):
        await review.decide(moderator, decision, reasons=reasons, comment=comment)

    assert await counts_of(*JUDGED) == before
    assert (await review.reread()).decided_at is None
    assert (await Annotation.get(id=review.annotation_id)).state == AnnotationState.IN_REVIEW
    assert await verify() == []


async def test_a_rejection_says_why_and_may_be_appealed_for_a_week() -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    annotation = await an_annotation(annotator, project)

    verdict = await decided(annotation, Decision.REJECTED, comment="  Look at the ears.  ")

    assert (verdict.source, verdict.reasons, verdict.comment) == (VerdictSource.MODERATOR, ["WRONG_LABEL"], "Look at the ears.")
    assert verdict.appealable_until is not None
    assert (verdict.appealable_until - verdict.decided_at).days == 7
    assert await balances(annotator) == (0, 0)
    assert await task_states(project) == ["OPEN"]
    standing = await Standing.of(annotator.id)
    assert (standing.approved, standing.rejected, standing.accuracy) == (0, 1, 0.0)


async def test_a_rejected_task_waits_where_the_budget_is_spent() -> None:
    project = await a_project(items=1, budget_micros=12_000)
    annotation = await an_annotation(project=project)

    await decided(annotation, Decision.REJECTED)

    assert await task_states(project) == ["WAITING"]
    await project.fund(12_000, key="more")
    assert await task_states(project) == ["OPEN"]
    assert await verify() == []


async def test_the_boards_figures_are_counted() -> None:
    moderator = await a_moderator()
    await a_queue(4)
    first, _ = await Review.claim(moderator, count=2)
    await first.decide(moderator, Decision.APPROVED)

    assert await Counts.now() == Counts(waiting=2, for_people=2, claimed=1, decided_today=1, appeals=0)
