"""Tasks that are left over where an item is done before they are: nobody is offered them, their money goes back, who is at one is paid."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from models import (
    Annotation,
    Appeal,
    AppealOutcome,
    Assignment,
    Decision,
    Item,
    ProblemKind,
    Project,
    ProjectState,
    RejectionReason,
    Review,
    User,
    sanction,
)
from models.errors import LeaseExpired
from models.judge import judge_item
from models.ledger import budget, reserved
from models.ledger_proof import verify
from ops.database import sql
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    an_audit,
    balances,
    bring_items,
    decided,
    let_lease_run_out,
    task_states,
)

REWARD = 12_000


async def a_disputed_item(*, most: int = 3) -> tuple[Project, list[Annotation]]:
    """Two answers that disagree, without a verdict; a third is asked for, and its task is open."""
    project = await a_project(items=1, overlap=2, budget_micros=10 * REWARD, most_overlap=most)
    annotations = [await an_annotation(project=project, option=option) for option in ("cat", "dog")]
    await judged_now(annotations[0].item_id)
    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "OPEN"]
    return project, annotations


async def judged_now(item_id: int) -> None:
    """As if the random delay were over."""
    await sql.run("UPDATE reviews SET judge_at = now() WHERE judge_at IS NOT NULL")
    await judge_item(item_id)


async def money(project: Project) -> tuple[int, int]:
    """Rewards in the budget, and set aside."""
    return await budget(project.id).balance() // REWARD, await reserved(project.id).balance() // REWARD


async def hints() -> set[str]:
    return {row["topic"] for row in await sql.rows("DELETE FROM hints RETURNING topic")}


async def one_by_one(annotations: list[Annotation]) -> None:
    for annotation in annotations:
        await decided(annotation, Decision.APPROVED)


async def together(annotations: list[Annotation]) -> None:
    """Decisions of two moderators at the same time."""
    moderators = [await a_moderator() for _ in annotations]
    reviews = [await Review.get(annotation_id=annotation.id) for annotation in annotations]
    for moderator, review in zip(moderators, reviews, strict=True):
        await Review.claim(moderator, ids=[review.id])
    await asyncio.gather(*(review.decide(moderator, Decision.APPROVED) for moderator, review in zip(moderators, reviews, strict=True)))


async def mended(annotations: list[Annotation]) -> None:
    """The second is approved with mends that change nothing."""
    moderator = await a_moderator()
    await decided(annotations[0], Decision.APPROVED, moderator)
    [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotations[1].id)).id])
    await review.fix(moderator, a_choice("dog"))


async def appealed(annotations: list[Annotation]) -> None:
    await decided(annotations[0], Decision.APPROVED)
    await decided(annotations[1], Decision.REJECTED)
    appeal = await Appeal.against_rejection(annotations[1], "It is a dog.")
    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")


async def lapsed(annotations: list[Annotation]) -> None:
    await decided(annotations[0], Decision.APPROVED)
    await decided(annotations[1], Decision.REJECTED)
    await Appeal.against_rejection(annotations[1], "It is a dog.")
    await sql.run("UPDATE appeals SET due_at = now()")
    assert await Appeal.lapse_due() == 1


async def audited(annotations: list[Annotation]) -> None:
    await decided(annotations[0], Decision.APPROVED)
    audit = await an_audit(annotations[1], Decision.REJECTED)
    await audit.decide(await a_moderator(), agrees=False)


async def judged(annotations: list[Annotation]) -> None:
    """The partner takes whatever a person's word does not contradict, and so the judge approves the second."""
    await sql.run("UPDATE projects SET judging = '{\"right\": 0}' WHERE id = $1", annotations[0].project_id)
    await decided(annotations[0], Decision.APPROVED)
    await judged_now(annotations[0].item_id)


@pytest.mark.parametrize("finish", [one_by_one, together, mended, appealed, lapsed, audited, judged])
async def test_an_item_that_is_done_asks_nobody_more_and_its_money_comes_back(
    finish: Callable[[list[Annotation]], Awaitable[None]],
) -> None:
    project, annotations = await a_disputed_item()
    before, _ = await money(project)
    await hints()

    await finish(annotations)

    assert (await Item.get(id=annotations[0].item_id)).completed_at is not None
    # That of a rejected answer was closed with it: the third was asked for already.
    assert await task_states(project) == ["SUBMITTED", "CLOSED" if finish in {appealed, lapsed, audited} else "SUBMITTED", "CLOSED"]
    # Of what nobody decided in time the platform pays the second.
    assert await money(project) == (before + 1 + (finish is lapsed), 0)
    assert await hints() >= {f"tasks:{project.id}", f"project:{project.id}"}
    assert await Assignment.lease((await an_annotator()).id, up_to=5, project_id=project.id) == []
    assert await verify() == []


async def test_what_is_paused_meanwhile_gets_its_money_back_too() -> None:
    project, annotations = await a_disputed_item()
    await project.set_state(ProjectState.PAUSED)

    await one_by_one(annotations)

    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED"]
    assert await money(project) == (8, 0)


async def test_the_money_opens_a_task_that_waited_for_it() -> None:
    project = await a_project(items=1, overlap=2, budget_micros=3 * REWARD, most_overlap=3)
    annotations = [await an_annotation(project=project, option=option) for option in ("cat", "dog")]
    await judged_now(annotations[0].item_id)
    await bring_items(project, 1, prefix="later")
    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "OPEN", "WAITING", "WAITING"]

    await one_by_one(annotations)

    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED", "OPEN", "WAITING"]


async def test_an_answer_whose_verdict_is_still_to_come_keeps_the_task_that_may_decide_it() -> None:
    project, annotations = await a_disputed_item(most=4)
    third = await an_annotation(project=project, option="dog")
    await sql.run("UPDATE projects SET judging = '{\"confidence\": 0.9999}' WHERE id = $1", project.id)
    await judged_now(third.item_id)
    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "SUBMITTED", "OPEN"]

    await one_by_one(annotations)
    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "SUBMITTED", "OPEN"]
    await decided(third, Decision.REJECTED)

    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED", "CLOSED"]
    assert await verify() == []


async def test_who_holds_the_task_then_keeps_it_and_is_paid() -> None:
    project, annotations = await a_disputed_item()
    held = await an_assignment(project=project)

    await one_by_one(annotations)
    annotation = await held.submit(a_choice())
    await decided(annotation, Decision.APPROVED)

    assert await task_states(project) == ["SUBMITTED"] * 3
    assert await balances(await User.get(id=held.annotator_id)) == (0, REWARD)
    assert await verify() == []


async def expired(held: Assignment) -> None:
    await let_lease_run_out(held)
    assert await Assignment.end_due() == 1


async def skipped(held: Assignment) -> None:
    await held.skip()


async def reported(held: Assignment) -> None:
    await held.report(ProblemKind.BROKEN)


async def suspended(held: Assignment) -> None:
    await sanction.suspend(await User.get(id=held.annotator_id), by=await an_admin(), reason="Careless.")


@pytest.mark.parametrize("end", [expired, skipped, reported, suspended])
async def test_a_lease_that_ends_after_the_item_was_done_is_nobodys_any_more(end: Callable[[Assignment], Awaitable[None]]) -> None:
    project, annotations = await a_disputed_item()
    held = await an_assignment(project=project)
    await one_by_one(annotations)
    before, _ = await money(project)

    await end(held)

    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED"]
    assert await money(project) == (before + 1, 0)
    if end in {expired, suspended}:
        await sql.run("UPDATE standings SET status = 'ACTIVE'")
        with pytest.raises(LeaseExpired):
            await held.submit(a_choice())
    assert await money(project) == (before + 1, 0)


async def test_what_a_lease_gave_back_opens_a_task_that_waits_a_little_later() -> None:
    project = await a_project(items=1, overlap=2, budget_micros=3 * REWARD, most_overlap=3)
    annotations = [await an_annotation(project=project, option=option) for option in ("cat", "dog")]
    await judged_now(annotations[0].item_id)
    held = await an_assignment(project=project)
    await one_by_one(annotations)
    await bring_items(project, 1, prefix="later")
    poor = await a_project(items=1, budget_micros=0)
    assert await Project.open_affordable() == 0

    await held.skip()
    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED", "WAITING", "WAITING"]

    assert await Project.open_affordable() == 1
    assert await Project.open_affordable() == 0
    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED", "OPEN", "WAITING"]
    assert await task_states(poor) == ["WAITING"]


async def test_a_task_that_an_appeal_answered_while_somebody_held_it_is_not_offered_again() -> None:
    project = await a_project(items=1, overlap=2, budget_micros=10 * REWARD)
    first = await an_annotation(project=project)
    await decided(first, Decision.REJECTED)
    appeal = await Appeal.against_rejection(first, "It is a cat.")
    held = [await an_assignment(project=project) for _ in range(2)]
    again = next(each for each in held if each.task_id == first.task_id)

    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    await again.skip()

    assert sorted(await task_states(project)) == ["LEASED", "SUBMITTED"]
    assert await verify() == []


async def test_a_held_task_that_an_appeal_answered_is_not_put_back() -> None:
    project = await a_project(items=1, overlap=2, budget_micros=10 * REWARD)
    first = await an_annotation(project=project)
    await decided(first, Decision.REJECTED)
    appeal = await Appeal.against_rejection(first, "It is a cat.")
    for _ in range(3):
        await (await an_assignment(project=project)).report(ProblemKind.BROKEN)
    assert await task_states(project) == ["HELD", "HELD"]

    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    await (await Item.get(id=first.item_id)).put_back()

    assert sorted(await task_states(project)) == ["OPEN", "SUBMITTED"]
    assert await verify() == []


async def test_leasing_and_finishing_at_once_leave_the_task_with_its_holder_or_with_nobody() -> None:
    seen = set()
    for n in range(12):
        project, annotations = await a_disputed_item()
        await decided(annotations[0], Decision.APPROVED)
        moderator, person = await a_moderator(), await an_annotator()
        [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotations[1].id)).id])

        async def lease(person: User = person, project: Project = project, n: int = n) -> list[Assignment]:
            await asyncio.sleep(0.001 * n)
            return await Assignment.lease(person.id, up_to=1, project_id=project.id)

        leased, _ = await asyncio.gather(lease(), review.decide(moderator, Decision.APPROVED))

        assert (await task_states(project))[2] == ("LEASED" if leased else "CLOSED")
        seen.add(len(leased))
        for assignment in leased:
            await decided(await assignment.submit(a_choice()), Decision.APPROVED)
            assert await balances(person) == (0, REWARD)
    assert await verify() == []


@pytest.mark.parametrize("end", [expired, skipped, reported])
@pytest.mark.parametrize("decision", Decision)
async def test_leases_that_end_while_the_last_verdicts_fall_leave_nothing_open(
    decision: Decision, end: Callable[[Assignment], Awaitable[None]]
) -> None:
    """One approval more makes it done; the third answer's verdict falls at the same time."""
    for _ in range(4):
        project, annotations = await a_disputed_item(most=4)
        annotations.append(await an_annotation(project=project, option="dog"))
        await sql.run("UPDATE projects SET judging = '{\"confidence\": 0.9999}' WHERE id = $1", project.id)
        await judged_now(annotations[0].item_id)
        held = await an_assignment(project=project)
        await decided(annotations[0], Decision.APPROVED)
        moderators = [await a_moderator() for _ in range(2)]
        reviews = [
            (await Review.claim(who, ids=[(await Review.get(annotation_id=each.id)).id]))[0]
            for who, each in zip(moderators, annotations[1:], strict=True)
        ]
        if end is expired:
            await let_lease_run_out(held)
        reasons = [RejectionReason.WRONG_LABEL] if decision == Decision.REJECTED else []

        await asyncio.gather(
            Assignment.end_due() if end is expired else end(held),
            reviews[0].decide(moderators[0], Decision.APPROVED),
            reviews[1].decide(moderators[1], decision, reasons=reasons),
        )
        await Assignment.end_due()

        assert (await task_states(project))[3] == "CLOSED"
        assert (await money(project))[1] == 0
    assert await verify() == []


async def test_a_lease_that_has_ended_and_is_not_committed_yet_is_waited_for() -> None:
    project, annotations = await a_disputed_item()
    await decided(annotations[0], Decision.APPROVED)
    moderator, held = await a_moderator(), await an_assignment(project=project)
    [review] = await Review.claim(moderator, ids=[(await Review.get(annotation_id=annotations[1].id)).id])
    await let_lease_run_out(held)

    has_ended, may_commit = asyncio.Event(), asyncio.Event()

    async def ending() -> None:
        async with in_transaction():
            assert await Assignment.end_due() == 1
            has_ended.set()
            await may_commit.wait()

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ending())
        await has_ended.wait()
        deciding = tasks.create_task(review.decide(moderator, Decision.APPROVED))
        await blocked_or_done(deciding)
        may_commit.set()

    assert await task_states(project) == ["SUBMITTED", "SUBMITTED", "CLOSED"]
    assert await verify() == []


async def blocked_or_done(task: asyncio.Task[Any]) -> None:
    async with asyncio.timeout(CEILING_SECONDS):
        while not task.done() and not await sql.value("SELECT 1 FROM pg_locks WHERE NOT granted LIMIT 1"):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
