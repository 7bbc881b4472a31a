"""The judge on real rows: verdicts by gold and by consensus, what is left to people, what is asked again, and what may race with it."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from models import (
    Annotation,
    AnnotationState,
    Appeal,
    AppealOutcome,
    Assignment,
    AuditSample,
    Decision,
    Item,
    Project,
    Review,
    Standing,
    User,
    Verdict,
    VerdictBasis,
    VerdictSource,
    Why,
)
from models.errors import AlreadyDecided, Conflict
from models.judge import judge_due, judge_item, sum_up_done
from models.ledger_proof import verify
from ops.database import sql
from tests.support.world import a_choice, a_moderator, a_project, an_annotator, balances, bring_items, counts_of

KNOWN = {"cat": "dog", "dog": "cat"}


async def a_known_annotator(approved: int = 40) -> User:
    """With a record; it has no annotations behind it, so nobody verifies the ledger's proof of standings here."""
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET approved = $2, gold_share = 0 WHERE user_id = $1", annotator.id, approved)
    return annotator


async def answered(annotator: User, project: Project, option: str) -> Annotation:
    [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
    return await assignment.submit(a_choice(option))


async def judged_now(item_id: int) -> bool:
    """As if the random delay were over."""
    await sql.run(
        "UPDATE reviews SET judge_at = now() FROM annotations a WHERE a.id = annotation_id AND a.item_id = $1 AND judge_at IS NOT NULL",
        item_id,
    )
    return await judge_item(item_id)


async def states(item_id: int) -> list[str]:
    return [row["state"] for row in await sql.rows("SELECT state FROM annotations WHERE item_id = $1 ORDER BY id", item_id)]


async def test_answers_that_agree_are_approved_after_a_random_delay_and_say_so_to_staff_alone() -> None:
    project = await a_project(items=1, overlap=2)
    first, second = [await answered(await a_known_annotator(), project, "cat") for _ in range(2)]
    reviews = {review.annotation_id: review for review in await Review.all()}
    now = await sql.now()
    # The first waits for others, the second has them.
    first_at, second_at = reviews[first.id].judge_at, reviews[second.id].judge_at
    assert first_at is not None
    assert (first_at - now).total_seconds() > 80_000
    assert second_at is not None
    assert 0 < (second_at - now).total_seconds() <= 20
    assert await judge_due() == 0

    assert await judged_now(first.item_id)

    assert await states(first.item_id) == ["APPROVED", "APPROVED"]
    verdicts = await Verdict.all()
    assert {(each.source, each.basis, each.decided_by_id) for each in verdicts} == {(VerdictSource.AUTOMATIC, VerdictBasis.CONSENSUS, None)}
    assert (await Item.get(id=first.item_id)).completed_at is not None
    assert not await judged_now(first.item_id)
    assert await Verdict.all().count() == 2


async def test_a_clear_outlier_is_rejected_with_reasons_and_its_task_comes_back() -> None:
    project = await a_project(items=1, overlap=5)
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat", "cat")]

    await judged_now(annotations[0].item_id)

    assert await states(annotations[0].item_id) == ["APPROVED", "APPROVED", "REJECTED", "APPROVED", "APPROVED"]
    verdict = await Verdict.get(annotation_id=annotations[2].id)
    assert (verdict.reasons, verdict.comment) == (["WRONG_LABEL"], "1 not right.")
    assert [conflict["fault"] for conflict in verdict.conflicts] == ["WRONG"]
    assert "expected" not in verdict.conflicts[0]
    assert await sql.value("SELECT state FROM tasks WHERE id = $1", annotations[2].task_id) == "OPEN"


async def test_a_newcomer_who_is_alone_against_others_is_left_to_people() -> None:
    project = await a_project(items=1, overlap=5)
    annotations = [await answered(await a_known_annotator(), project, "cat") for _ in range(4)]
    odd = await answered(await an_annotator(), project, "dog")

    await judged_now(odd.item_id)

    assert await states(odd.item_id) == ["APPROVED"] * 4 + ["IN_REVIEW"]
    review = await Review.get(annotation_id=odd.id)
    assert (review.why, review.suggestion, review.judge_at) == (Why.NEW_ANNOTATOR, Decision.REJECTED, None)
    assert 0.5 < review.risk <= 1
    assert annotations


@pytest.mark.parametrize("order", list(permutations(["cat", "cat", "dog"])))
async def test_the_same_answers_in_any_order_give_the_same_verdicts(order: tuple[str, ...]) -> None:
    project = await a_project(items=1, overlap=3)
    annotations = [await answered(await a_known_annotator(), project, option) for option in order]

    await judged_now(annotations[0].item_id)

    outcome = dict(zip((annotation.id for annotation in annotations), await states(annotations[0].item_id), strict=True))
    by_option = {option: {outcome[each.id] for each, said in zip(annotations, order, strict=True) if said == option} for option in KNOWN}
    assert by_option["cat"] == {"APPROVED"}
    assert by_option["dog"] == {"REJECTED"}


async def test_with_dynamic_overlap_one_more_is_asked_where_the_first_disagree_and_none_where_they_agree() -> None:
    project = await a_project(items=2, overlap=2)
    await sql.run("UPDATE projects SET most_overlap = 4 WHERE id = $1", project.id)
    project = await project.reread()
    people = [await a_known_annotator() for _ in range(3)]
    agreeing, disputed = [item.id for item in await Item.filter(project_id=project.id).order_by("id")]
    for person, second in zip(people[:2], ("cat", "dog"), strict=True):
        for assignment in await Assignment.lease(person.id, up_to=2, project_id=project.id):
            await assignment.submit(a_choice("cat" if assignment.item_id == agreeing else second))

    await judged_now(agreeing)
    await judged_now(disputed)

    assert await states(agreeing) == ["APPROVED", "APPROVED"]
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1", agreeing) == 2
    assert await states(disputed) == ["IN_REVIEW", "IN_REVIEW"]
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1", disputed) == 3

    # Judged again without a new answer, nothing more is asked.
    await judged_now(disputed)
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1", disputed) == 3
    await answered(people[2], project, "cat")
    await judged_now(disputed)

    item = await Item.get(id=disputed)
    assert await states(disputed) == ["APPROVED", "REJECTED", "APPROVED"]
    # The two that were asked for at first are enough: nobody has to do the rejected one again.
    assert item.completed_at is not None
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1 AND state IN ('OPEN', 'WAITING')", disputed) == 0


async def test_what_a_moderator_holds_is_theirs_and_what_they_decide_is_evidence_for_the_rest() -> None:
    project, moderator = await a_project(items=1, overlap=2), await a_moderator()
    first, second = [await answered(await a_known_annotator(), project, option) for option in ("cat", "dog")]
    await judged_now(first.item_id)
    # Two against each other: one of them is for people, the other waits for what they say.
    left = await Review.filter(judge_at=None, decided_at=None)
    assert len(left) == 1
    shown = left[0]
    other = second if shown.annotation_id == first.id else first
    await Review.claim(moderator, ids=[shown.id])
    assert not await judged_now(first.item_id) or (await Review.get(id=shown.id)).decided_at is None

    await shown.decide(moderator, Decision.APPROVED)
    again = await Review.get(annotation_id=other.id)
    assert again.judge_at is not None
    assert (again.judge_at - await sql.now()).total_seconds() <= 20
    await judged_now(first.item_id)

    # One person's word against another's is not enough to reject by.
    left_too = await Review.get(annotation_id=other.id)
    assert (left_too.judge_at, left_too.suggestion) == (None, Decision.REJECTED)


async def test_an_answer_whose_item_gets_no_others_is_left_to_people_after_a_day() -> None:
    project = await a_project(items=1, overlap=2)
    annotation = await answered(await a_known_annotator(), project, "cat")
    await sql.run("UPDATE reviews SET queued_at = now() - interval '25 hours', judge_at = now()")

    assert await judge_due() == 1

    review = await Review.get(annotation_id=annotation.id)
    assert (review.why, review.judge_at) == (Why.ALONE, None)
    assert await judge_due() == 0


async def test_gold_is_mixed_in_judged_by_its_answer_and_paid_like_the_rest() -> None:
    project = await a_project(items=6)
    await bring_items(project, 4, prefix="gold", gold=a_choice("cat"))
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)

    leased = await Assignment.lease(annotator.id, up_to=3, project_id=project.id)

    golds = {item.id for item in await Item.filter(project_id=project.id, gold__not_isnull=True)}
    assert len(leased) == 3
    assert {assignment.item_id for assignment in leased} <= golds
    assert len({assignment.item_id for assignment in leased}) == 3
    right, wrong = await leased[0].submit(a_choice("cat")), await leased[1].submit(a_choice("dog"))
    await judged_now(right.item_id)
    await judged_now(wrong.item_id)

    assert (await Annotation.get(id=right.id)).state == AnnotationState.APPROVED
    verdict = await Verdict.get(annotation_id=wrong.id)
    assert (verdict.decision, verdict.basis, verdict.reasons) == (Decision.REJECTED, VerdictBasis.GOLD, ["WRONG_LABEL"])
    assert await balances(annotator) == (0, 12_000)
    assert (await Item.get(id=right.item_id)).completed_at is None
    # Somebody else can have it: the one that was used is made up for.
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1 AND state = 'OPEN'", right.item_id) == 2
    assert await verify() == []


async def test_nobody_gets_the_same_gold_twice_and_without_other_work_none() -> None:
    project = await a_project(items=5)
    await bring_items(project, 2, prefix="gold", gold=a_choice("cat"))
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)

    had = []
    for _ in range(9):
        leased = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
        for assignment in leased:
            had.append(assignment.item_id)
            await assignment.submit(a_choice("cat"))

    assert len(had) == len(set(had)) == 7
    assert await Assignment.lease(annotator.id, up_to=5, project_id=project.id) == []


async def test_a_long_good_record_gets_less_gold() -> None:
    shares: dict[int, float] = {}
    for approved in (0, 20, 200):
        annotator = await an_annotator()
        await sql.run("UPDATE standings SET approved = $2 WHERE user_id = $1", annotator.id, approved)
        await Standing.count_verdict(annotator.id, approved=1)
        shares[approved] = (await Standing.of(annotator.id)).gold_share

    assert shares[0] > shares[20] > shares[200]
    assert 0.0499 <= shares[200] < 0.1
    assert shares[0] <= 0.3


async def test_gold_that_good_annotators_fail_is_taken_out_and_its_money_returned() -> None:
    project = await a_project(items=30)
    await bring_items(project, 1, prefix="gold", gold=a_choice("dog"))
    gold = await Item.get(project_id=project.id, gold__not_isnull=True)
    for _ in range(5):
        annotator = await a_known_annotator(60)
        await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
        [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
        assert assignment.item_id == gold.id
        await assignment.submit(a_choice("cat"))
        await judged_now(gold.id)

    gold = await Item.get(id=gold.id)
    assert gold.gold_retired_at is not None
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1 AND state IN ('OPEN', 'WAITING')", gold.id) == 0
    reserved, open_tasks = (
        await sql.value("SELECT sum(amount) FROM postings WHERE account = 'RESERVED'"),
        await sql.value("SELECT count(*) FROM tasks WHERE state IN ('OPEN', 'LEASED', 'HELD')"),
    )
    assert reserved == open_tasks * 12_000


async def test_gold_that_is_taken_out_by_a_right_answer_is_asked_no_more_whatever_follows() -> None:
    project = await a_project(items=30)
    await bring_items(project, 1, prefix="gold", gold=a_choice("dog"))
    gold = await Item.get(project_id=project.id, gold__not_isnull=True)
    for option in ("cat", "cat", "cat", "cat", "dog"):
        annotator = await a_known_annotator(60)
        await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
        [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
        assert assignment.item_id == gold.id
        await assignment.submit(a_choice(option))
        await judged_now(gold.id)

    gold = await Item.get(id=gold.id)
    assert gold.gold_retired_at is not None
    assert await sql.value("SELECT count(*) FROM tasks WHERE item_id = $1 AND state IN ('OPEN', 'WAITING')", gold.id) == 0
    # The records of these people are made up.
    assert [line for line in await verify() if not line.startswith("standing of user")] == []


async def test_gold_waits_as_long_as_people_and_consensus_usually_take() -> None:
    project, moderator = await a_project(items=30), await a_moderator()
    await bring_items(project, 3, prefix="gold", gold=a_choice("cat"))
    plain = await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 0 WHERE user_id = $1", plain.id)
    for _ in range(3):
        annotation = await answered(plain, project, "cat")
        [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotation.id)).id])
        await review.decide(moderator, Decision.APPROVED)
    await sql.run("UPDATE reviews SET queued_at = decided_at - interval '50 minutes'")
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", plain.id)

    annotation = await answered(plain, project, "cat")

    review = await Review.get(annotation_id=annotation.id)
    assert review.judge_at is not None
    assert 2_900 < (review.judge_at - await sql.now()).total_seconds() < 3_100


async def test_judges_at_once_judge_once() -> None:
    project = await a_project(items=1, overlap=3)
    annotations = [await answered(await a_known_annotator(), project, "cat") for _ in range(3)]
    await sql.run("UPDATE reviews SET judge_at = now()")

    await asyncio.gather(*(judge_due() for _ in range(6)))

    assert await Verdict.all().count() == 3
    assert await states(annotations[0].item_id) == ["APPROVED"] * 3


async def test_judging_against_deciding_gives_one_verdict_each_and_no_deadlock() -> None:
    moderator = await a_moderator()
    people = [await a_known_annotator() for _ in range(3)]
    for _ in range(6):
        project = await a_project(items=1, overlap=3)
        annotations = [await answered(person, project, "cat") for person in people]
        reviews = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotations[0].id)).id])
        await sql.run("UPDATE reviews SET judge_at = now() WHERE judge_at IS NOT NULL")

        await asyncio.gather(judge_item(annotations[0].item_id), reviews[0].decide(moderator, Decision.APPROVED))
        await judged_now(annotations[0].item_id)

        assert await states(annotations[0].item_id) == ["APPROVED"] * 3
        assert (
            await sql.value(
                "SELECT count(*) FROM verdicts v JOIN annotations a ON a.id = annotation_id WHERE a.project_id = $1", project.id
            )
            == 3
        )


async def test_what_an_item_comes_to_is_kept_once_it_is_done() -> None:
    project = await a_project(items=1, overlap=2)
    annotation, _ = [await answered(await a_known_annotator(), project, "cat") for _ in range(2)]
    await judged_now(annotation.item_id)

    assert await sum_up_done() == 1
    assert await sum_up_done() == 0

    item = await Item.get(id=annotation.item_id)
    assert item.consensus == annotation.answers
    assert item.agreement == 1


async def test_an_audit_that_disagrees_pays_a_wrong_rejection_and_leaves_an_approval() -> None:
    project, moderator, other = await a_project(items=1, overlap=5), await a_moderator(), await a_moderator()
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat", "cat")]
    await judged_now(annotations[0].item_id)
    await AuditSample.all().delete()
    for annotation in (annotations[0], annotations[2]):
        await AuditSample.draw(await Verdict.get(annotation_id=annotation.id), project)
    approval, rejection = await AuditSample.all().order_by("id")

    await sql.run("DELETE FROM events")

    await approval.decide(moderator, agrees=False, comment="It is a dog.")
    await rejection.decide(moderator, agrees=False, comment="It is a dog.")

    assert (await Annotation.get(id=annotations[0].id)).state == AnnotationState.APPROVED
    assert (await Annotation.get(id=annotations[2].id)).state == AnnotationState.APPROVED
    # Whose work it is sees the money at once.
    [told] = await sql.rows("SELECT topic, kind, (ids->>'verdict')::bigint AS verdict FROM events")
    last = (await Verdict.filter(annotation_id=annotations[2].id).order_by("-id"))[0]
    assert tuple(told.values()) == (f"user:{annotations[2].annotator_id}", "VerdictIssued", last.id)
    with pytest.raises(AlreadyDecided):
        await rejection.decide(other, agrees=True)
    assert (await rejection.decide(other, agrees=False)).decided_by_id == moderator.id


@pytest.mark.parametrize("what", ["settled", "appealed"])
async def test_an_audit_that_disagrees_moves_no_money_that_is_settled_or_for_an_appeal_to_decide(what: str) -> None:
    project, moderator = await a_project(items=1, overlap=5), await a_moderator()
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat", "cat")]
    await judged_now(annotations[0].item_id)
    await AuditSample.all().delete()
    await AuditSample.draw(await Verdict.get(annotation_id=annotations[2].id), project)
    if what == "settled":
        await sql.run("UPDATE verdicts SET appealable_until = now() WHERE annotation_id = $1", annotations[2].id)
        assert await Verdict.settle_due() == 1
    else:
        await Appeal.against_rejection(annotations[2], "It is a dog.")
    before = await counts_of("entries", "postings", "verdicts")

    await (await AuditSample.get()).decide(moderator, agrees=False, comment="It is a dog.")

    assert (await AuditSample.get()).agrees is False
    assert (await Annotation.get(id=annotations[2].id)).state == AnnotationState.REJECTED
    assert await counts_of("entries", "postings", "verdicts") == before


async def test_who_found_a_rejection_right_when_it_was_audited_does_not_decide_the_appeal_against_it() -> None:
    project, auditor, other = await a_project(items=1, overlap=5), await a_moderator(), await a_moderator()
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat", "cat")]
    await judged_now(annotations[0].item_id)
    await AuditSample.all().delete()
    await AuditSample.draw(await Verdict.get(annotation_id=annotations[2].id), project)
    await (await AuditSample.get()).decide(auditor, agrees=True)
    appeal = await Appeal.against_rejection(annotations[2], "It is a dog.")

    with pytest.raises(Conflict):
        await appeal.decide(auditor, AppealOutcome.UPHELD, "I said so.")

    assert (await appeal.reread()).decided_at is None
    assert (await appeal.decide(other, AppealOutcome.OVERTURNED, "Right.")).decided_by_id == other.id


@pytest.mark.parametrize(("share", "drawn"), [(1.0, 5), (0.0, 0)])
async def test_of_what_is_judged_automatically_a_share_is_drawn_to_be_looked_at_again(
    monkeypatch: pytest.MonkeyPatch, share: float, drawn: int
) -> None:
    assert 0.01 <= AuditSample.SHARE <= 0.1
    monkeypatch.setattr(AuditSample, "SHARE", share)
    project, moderator = await a_project(items=1, overlap=5), await a_moderator()
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat", "cat")]

    await judged_now(annotations[0].item_id)

    assert await AuditSample.waiting(but_of=moderator.id).count() == drawn
    assert await Verdict.all().count() == 5


async def test_an_item_that_cannot_be_judged_keeps_no_other_waiting_and_is_tried_again() -> None:
    broken, whole = [await a_project(items=1, overlap=2) for _ in range(2)]
    people = [await a_known_annotator() for _ in range(2)]
    annotations = [await answered(person, project, "cat") for project in (broken, whole) for person in people]
    await sql.run('UPDATE projects SET judging = \'{"confidence": "nonsense"}\' WHERE id = $1', broken.id)
    await sql.run("UPDATE reviews SET judge_at = now()")

    assert await judge_due() == 1
    assert await states(annotations[2].item_id) == ["APPROVED", "APPROVED"]
    assert await judge_due() == 0
    assert await states(annotations[0].item_id) == ["IN_REVIEW", "IN_REVIEW"]

    await sql.run("UPDATE projects SET judging = '{}' WHERE id = $1", broken.id)
    assert await Review.filter(project_id=broken.id, judge_at__gt=await sql.now()).count() == 2
    await sql.run("UPDATE reviews SET judge_at = now() WHERE decided_at IS NULL")
    assert await judge_due() == 1
    assert await states(annotations[0].item_id) == ["APPROVED", "APPROVED"]


async def test_where_gold_comes_and_which_is_left_to_chance() -> None:
    project = await a_project(items=30, budget_micros=100 * 12_000)
    await bring_items(project, 6, prefix="gold", gold=a_choice("cat"))
    golds = {item.id for item in await Item.filter(project_id=project.id, gold__not_isnull=True)}
    annotator = await an_annotator()
    places, which, numbers = set[int](), set[int](), set[int]()

    # Each of these is seen with a chance of at least one in fifty each time.
    for _ in range(400):
        leased = await Assignment.lease(annotator.id, up_to=4, project_id=project.id)
        mixed_in = [place for place, assignment in enumerate(leased) if assignment.item_id in golds]
        if len(mixed_in) == 1:
            places.update(mixed_in)
        which.update(leased[place].item_id for place in mixed_in)
        numbers.add(len(mixed_in))
        await Assignment.end_all_of(annotator.id)
        if places == {0, 1, 2, 3} and which == golds and numbers >= {0, 1, 2}:
            break

    assert (places, which) == ({0, 1, 2, 3}, golds)
    assert numbers >= {0, 1, 2}


async def test_nobody_audits_their_own_work() -> None:
    project, moderator = await a_project(items=1, overlap=2), await a_moderator()
    annotations = [await answered(person, project, "cat") for person in (moderator, await a_known_annotator())]
    await judged_now(annotations[0].item_id)
    await AuditSample.all().delete()
    await AuditSample.draw(await Verdict.get(annotation_id=annotations[0].id), project)

    with pytest.raises(Conflict):
        await (await AuditSample.get()).decide(moderator, agrees=True)

    assert (await AuditSample.get()).decided_at is None


async def test_an_automatic_rejection_can_be_appealed_and_won() -> None:
    project, moderator = await a_project(items=1, overlap=5), await a_moderator()
    annotations = [await answered(await a_known_annotator(), project, option) for option in ("cat", "cat", "dog", "cat", "cat")]
    await judged_now(annotations[0].item_id)

    appeal = await Appeal.against_rejection(annotations[2], "It is a dog.")
    await appeal.decide(moderator, AppealOutcome.OVERTURNED, "Right.")

    assert (await Annotation.get(id=annotations[2].id)).state == AnnotationState.APPROVED


# ------------------------------------------------------------------ too fast
async def test_what_came_too_fast_and_nobody_else_answers_comes_before_people_with_that_reason_and_earlier() -> None:
    project = await a_project(items=2, overlap=1)
    slow = await answered(await an_annotator(), project, "cat")
    await sql.run("UPDATE projects SET least_seconds = 3600 WHERE id = $1", project.id)

    fast = await answered(await an_annotator(), project, "cat")

    first, second = await Review.get(annotation_id=slow.id), await Review.get(annotation_id=fast.id)
    assert (first.why, first.risk) == (None, 0)
    assert (second.why, second.risk) == (Why.TOO_FAST, 0.5)
    assert [review.id for review in await Review.ranked(None, 10)] == [second.id, first.id]


async def test_what_came_too_fast_is_riskier_and_says_so_where_there_is_no_better_reason() -> None:
    reasons = {}
    for least_seconds in (None, 3600):
        project = await a_project(items=0, overlap=5)
        await sql.run("UPDATE projects SET least_seconds = $2 WHERE id = $1", project.id, least_seconds)
        for newcomer, others in ((True, ["cat"] * 4), (False, ["cat", "cat", "dog", "dog"])):
            await bring_items(project, 1, prefix=f"{newcomer}")
            for option in others:
                await answered(await a_known_annotator(), project, option)
            odd = await answered(await an_annotator() if newcomer else await a_known_annotator(8), project, "dog")
            await judged_now(odd.item_id)
            left = await Review.filter(project_id=project.id, why__not_isnull=True, annotation__item_id=odd.item_id)
            reasons[least_seconds, newcomer] = {(review.why, round(review.risk, 6)) for review in left}

    for newcomer, told in ((True, Why.TOO_FAST), (False, Why.DISAGREEMENT)):
        [(why, risk)], [(hurried, riskier)] = reasons[None, newcomer], reasons[3600, newcomer]
        assert why == (Why.NEW_ANNOTATOR if newcomer else Why.DISAGREEMENT)
        assert hurried == told
        assert riskier == pytest.approx(1 - (1 - risk) / 2, abs=1e-5)
    # What agrees is right, however fast it came.
    assert await Verdict.filter(decision=Decision.APPROVED).exists()
