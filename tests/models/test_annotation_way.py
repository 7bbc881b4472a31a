"""The way of one annotation, from lease to paid balance."""

import pytest

from models import Appeal, AppealOutcome, Assignment, Decision
from models.errors import AlreadySubmitted, LeaseExpired
from tests.support.world import a_choice, a_moderator, a_project, an_annotation, an_annotator, an_assignment, balances, decided, task_states


async def test_an_approved_annotation_pays_its_reward() -> None:
    annotator, project = await an_annotator(), await a_project()

    annotation = await an_annotation(annotator, project)
    assert await balances(annotator) == (12_000, 0)
    await decided(annotation, Decision.APPROVED)

    assert await balances(annotator) == (0, 12_000)


async def test_a_rejection_reopens_the_task_for_someone_else_and_an_overturned_appeal_pays() -> None:
    annotator, other, project = await an_annotator(), await an_annotator(), await a_project(items=1)

    annotation = await an_annotation(annotator, project)
    await decided(annotation, Decision.REJECTED)
    assert await balances(annotator) == (0, 0)
    assert await task_states(project) == ["OPEN"]
    assert await Assignment.lease(annotator.id, up_to=1) == []
    [assignment] = await Assignment.lease(other.id, up_to=1)
    await assignment.submit(a_choice())
    appeal = await Appeal.against_rejection(annotation, "Look again, it is a cat.")
    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")

    assert await balances(annotator) == (0, 12_000)
    assert await balances(other) == (12_000, 0)


async def test_who_comes_late_to_a_task_that_is_still_free_is_not_told_that_it_is_gone_and_may_submit() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator, expired=True)

    with pytest.raises(LeaseExpired, match=r"^The lease of this task has ended\.$"):
        await assignment.extend()
    await assignment.submit(a_choice())
    with pytest.raises(AlreadySubmitted, match=r"^This task was submitted already, and what was submitted never changes\.$"):
        await assignment.skip()

    assert await balances(annotator) == (12_000, 0)
