"""Small mends that are still paid, several verdicts at once, and known answers made of results."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from models import Annotation, AnnotationState, Assignment, Decision, Item, Project, ProjectState, RejectionReason, Review, User
from models.errors import AlreadyDecided, Conflict, InvalidInput, NotFound, Refused
from models.judge import make_gold, sum_up_done
from models.judging import judging_of
from models.ledger_proof import verify
from ops.database import sql
from tests.support.world import (
    BOX_FORM,
    a_box,
    a_choice,
    a_moderator,
    a_project,
    an_annotation,
    an_annotator,
    an_audit,
    balances,
    counts_of,
    decided,
)

JUDGED = ("verdicts", "corrections", "entries", "events")


async def a_held_box(moderator: User) -> Review:
    """A box of 100 by 80 pixels."""
    project = await a_project(items=1, form=BOX_FORM)
    [assignment] = await Assignment.lease((await an_annotator()).id, up_to=1, project_id=project.id)
    annotation = await assignment.submit(a_box())
    return await held(annotation, moderator)


async def held(annotation: Annotation, moderator: User) -> Review:
    review = await Review.get(annotation_id=annotation.id)
    await Review.claim(moderator, ids=[review.id])
    return await review.reread()


async def several_held(moderator: User, number: int, project: Project | None = None) -> list[Review]:
    """Of one annotator."""
    annotator, project = await an_annotator(), project or await a_project(items=number)
    return [await held(await an_annotation(annotator, project), moderator) for _ in range(number)]


# ------------------------------------------------------------------ fix and approve
async def test_a_small_mend_is_paid_and_is_what_the_item_comes_to_while_the_answer_stays_as_it_was() -> None:
    moderator = await a_moderator()
    review = await a_held_box(moderator)

    verdict = await review.fix(moderator, a_box(width=104))

    assert (verdict.decision, verdict.decided_by_id) == (Decision.APPROVED, moderator.id)
    annotation = await Annotation.get(id=review.annotation_id)
    assert annotation.state == AnnotationState.APPROVED
    assert annotation.answers[0]["value"][0]["width"] == 100
    assert await balances(await User.get(id=annotation.annotator_id)) == (0, 12_000)
    assert await sum_up_done() == 1
    item = await Item.get(id=annotation.item_id)
    assert item.consensus is not None
    assert item.consensus[0]["value"][0]["width"] == 104
    assert await verify() == []


async def test_a_mend_sent_again_changes_nothing_and_another_one_is_too_late() -> None:
    moderator = await a_moderator()
    review = await a_held_box(moderator)
    first = await review.fix(moderator, a_box(width=104))
    before = await counts_of(*JUDGED)

    assert (await review.fix(moderator, a_box(width=104))).id == first.id
    with pytest.raises(AlreadyDecided):
        await review.fix(moderator, a_box(width=105))

    assert await counts_of(*JUDGED) == before


async def test_what_was_approved_as_it_is_is_not_mended_afterwards() -> None:
    moderator = await a_moderator()
    review = await a_held_box(moderator)
    await review.decide(moderator, Decision.APPROVED)
    before = await counts_of(*JUDGED)

    with pytest.raises(AlreadyDecided):
        await review.fix(moderator, a_box(width=104))

    assert await counts_of(*JUDGED) == before


async def test_how_alike_mends_are_is_told_before_they_are_made_and_changes_nothing() -> None:
    review = await a_held_box(await a_moderator())
    before = await counts_of(*JUDGED)

    told = [await review.likeness(a_box(width=width)) for width in (100, 104, 150)]

    assert told == [1.0, pytest.approx(100 / 104), pytest.approx(100 / 150)]
    with pytest.raises(Refused):
        await review.likeness(a_choice())
    assert await counts_of(*JUDGED) == before


@pytest.mark.parametrize(
    ("answers", "refusal"), [(a_box(width=150), Conflict), (a_box() + a_box(), Refused), ([], Refused), (a_choice(), Refused)]
)
async def test_more_than_a_small_mend_or_no_answer_at_all_is_refused(answers: list[dict[str, Any]], refusal: type[Exception]) -> None:
    moderator = await a_moderator()
    review = await a_held_box(moderator)
    before = await counts_of(*JUDGED)

    with pytest.raises(refusal):
        await review.fix(moderator, answers)

    assert await counts_of(*JUDGED) == before
    assert (await review.reread()).decided_at is None


async def test_only_who_holds_it_mends_it() -> None:
    review = await a_held_box(await a_moderator())
    before = await counts_of(*JUDGED)

    with pytest.raises(Conflict, match="held by"):
        await review.fix(await a_moderator(), a_box(width=104))

    assert await counts_of(*JUDGED) == before


# ------------------------------------------------------------------ several at once
async def test_several_of_one_annotator_get_one_verdict_each_and_again_the_same_ones() -> None:
    moderator = await a_moderator()
    reviews = await several_held(moderator, 3)
    ids = [review.id for review in reviews]

    verdicts = await Review.decide_together(moderator, ids, Decision.REJECTED, reasons=[RejectionReason.SPAM], comment="All the same.")

    assert [verdict.annotation_id for verdict in verdicts] == [review.annotation_id for review in reviews]
    assert {(verdict.decision, verdict.comment) for verdict in verdicts} == {(Decision.REJECTED, "All the same.")}
    again = await Review.decide_together(moderator, ids[::-1], Decision.REJECTED, reasons=[RejectionReason.SPAM])
    assert [verdict.id for verdict in again] == [verdict.id for verdict in verdicts][::-1]
    with pytest.raises(AlreadyDecided):
        await Review.decide_together(moderator, ids, Decision.APPROVED)
    assert await verify() == []


async def test_all_or_none_are_decided_together() -> None:
    moderator = await a_moderator()
    mine, others = await several_held(moderator, 2), await several_held(await a_moderator(), 1)
    of_another = await several_held(moderator, 1)
    before = await counts_of(*JUDGED)

    for ids, refusal in [
        ([mine[0].id, others[0].id], Conflict),
        ([mine[0].id, of_another[0].id], Conflict),
        ([mine[0].id, 2**62], NotFound),
        ([], InvalidInput),
    ]:
        with pytest.raises(refusal):
            await Review.decide_together(moderator, ids, Decision.APPROVED)
    with pytest.raises(InvalidInput):
        await Review.decide_together(moderator, [mine[0].id], Decision.REJECTED, reasons=[RejectionReason.FRAUD])

    assert await counts_of(*JUDGED) == before
    assert await Review.filter(decided_at__not_isnull=True).count() == 0


async def test_moderators_who_decide_many_of_the_same_items_at_once_never_wait_for_each_other_in_a_ring() -> None:
    project = await a_project(items=4, overlap=4)
    held_by = [(moderator, await several_held(moderator, 4, project)) for moderator in [await a_moderator() for _ in range(4)]]

    await asyncio.gather(
        *(
            Review.decide_together(
                moderator, [review.id for review in reviews[:: 1 if n % 2 else -1]], Decision.REJECTED, reasons=[RejectionReason.SPAM]
            )
            for n, (moderator, reviews) in enumerate(held_by)
        )
    )

    assert await Annotation.filter(state=AnnotationState.REJECTED).count() == 16
    assert await verify() == []


# ------------------------------------------------------------------ known answers from results
async def a_result(annotator: User | None = None, option: str = "cat") -> Item:
    project = await a_project(items=1)
    annotation = await an_annotation(annotator, project, option=option)
    await decided(annotation, Decision.APPROVED)
    return await Item.get(id=annotation.item_id)


async def test_a_result_becomes_a_known_answer_once_under_a_key_of_its_own() -> None:
    item = await a_result(option="dog")

    gold = await make_gold(item)

    assert (gold.external_id, gold.content, gold.made_of_id) == ("item-0 (gold)", item.content, item.id)
    assert gold.gold == [{"key": "label", "kind": "choice", "value": ["dog"]}]
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1 AND is_gold AND state = 'OPEN'", gold.id) == 2
    assert (await make_gold(await item.reread())).id == gold.id
    assert await Item.filter(gold__not_isnull=True).count() == 1
    assert await verify() == []


async def test_who_answered_an_item_is_never_checked_by_the_gold_that_was_made_of_it() -> None:
    annotator, other = await an_annotator(), await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 1")
    item = await a_result(annotator)
    gold = await make_gold(item)
    await Item.bring(
        await Project.get(id=item.project_id),
        [{"external_id": f"more-{n}", "content": [{"text": {"text": "A cat."}}]} for n in range(4)],
        {},
    )

    mine = await Assignment.lease(annotator.id, up_to=2, project_id=item.project_id)
    theirs = await Assignment.lease(other.id, up_to=2, project_id=item.project_id)

    assert len(mine) == len(theirs) == 2
    assert gold.id not in {assignment.item_id for assignment in mine}
    assert gold.id in {assignment.item_id for assignment in theirs}


async def test_what_has_no_result_or_was_removed_becomes_no_gold() -> None:
    open_item = await Item.get(project_id=(await a_project(items=1)).id)
    removed, closed, made = await a_result(), await a_result(), await make_gold(await a_result())
    await removed.remove()
    await (await Project.get(id=closed.project_id)).set_state(ProjectState.CLOSED)
    taken_away = await a_result()
    await (await make_gold(taken_away)).remove()
    before = await counts_of("items", "tasks", "entries")

    for item in (open_item, removed, closed, made, taken_away):
        with pytest.raises(Conflict):
            await make_gold(await item.reread())

    assert await counts_of("items", "tasks", "entries") == before


# ------------------------------------------------------------------ how it is judged
async def test_a_project_shows_who_judged_how_much_and_how_often_the_judge_was_wrong() -> None:
    project, moderator = await a_project(items=4), await a_moderator()
    annotator = await an_annotator()
    await decided(await an_annotation(annotator, project), Decision.APPROVED, moderator)
    audits = [await an_audit(await an_annotation(annotator, project), Decision.REJECTED) for _ in range(2)]
    await audits[0].decide(moderator, agrees=False)
    await audits[1].decide(moderator, agrees=True)

    [judging] = (await judging_of([project.id])).values()

    assert (judging.by_gold, judging.by_consensus, judging.by_moderators) == (0, 2, 1)
    assert (judging.audited, judging.wrong, judging.agreement) == (2, 1, None)
