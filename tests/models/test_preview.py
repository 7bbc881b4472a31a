"""What other thresholds would have decided: tried on what a project has, changing nothing, for as long as is allowed."""

from __future__ import annotations

from unittest.mock import patch

from models import Assignment, Decision, Item, Project
from models import preview as previewing
from models.judge import judge_item
from models.preview import Counts, preview
from models.project_spec import checked_policy
from ops.database import sql
from quality.policy import Policy
from tests.models.test_judge import a_known_annotator, answered, judged_now
from tests.models.test_judged import a_judged_item
from tests.support.world import BOX_FORM, a_box, a_choice, a_moderator, a_project, an_annotation, bring_items, counts_of, decided


async def a_finished_project() -> Project:
    """Three items: two of which two agree, and one of which a third was rejected."""
    project = await a_project(items=0, overlap=2, most_overlap=5)
    for n, options in enumerate((("cat", "cat"), ("dog", "dog"), ("cat", "dog"))):
        await bring_items(project, 1, prefix=f"{n}")
        [*_, last] = await a_judged_item(project, *options)
    await judged_now((await answered(await a_known_annotator(), project, "cat")).item_id)
    assert (await Item.get(id=last.item_id)).approved == 2
    return project


async def test_a_project_is_shown_what_its_own_thresholds_and_others_come_to() -> None:
    project = await a_finished_project()
    before = await counts_of("verdicts", "reviews", "tasks", "entries", "events")

    tried = await preview(project, checked_policy({}, 3, None))

    assert (tried.items, tried.annotations) == (3, 7)
    assert tried.before == Counts(6, 1, 0, not_asked=0, unanswered=0, checked=0, agreeing=0)
    # Where three are wanted, the items that have two lack one.
    assert tried.after == Counts(2, 1, 4, not_asked=0, unanswered=2, checked=0, agreeing=0)
    assert tried.changed == 4
    assert await counts_of("verdicts", "reviews", "tasks", "entries", "events") == before


async def test_the_same_thresholds_change_nothing() -> None:
    project = await a_finished_project()

    tried = await preview(project, project.policy)

    assert tried.changed == 0
    assert tried.before == tried.after


async def test_what_people_decided_tells_how_often_the_judge_would_have_been_right() -> None:
    project, moderator = await a_project(items=0, overlap=2), await a_moderator()
    await bring_items(project, 2)
    answers = [await an_annotation(await a_known_annotator(), project) for _ in range(4)]
    for answer, decision in zip(answers, (Decision.APPROVED, Decision.APPROVED, Decision.REJECTED, Decision.REJECTED), strict=True):
        await decided(answer, decision, moderator)
    await sql.run("UPDATE items SET completed_at = now(), completed_xid = 1, approved = 2")

    tried = await preview(project, Policy(least=2, most=2))

    # Both answers to an item are the same: both would have been approved, and people approved one of them.
    assert (tried.after.approved, tried.after.checked, tried.after.agreeing) == (4, 4, 2)


async def test_gold_is_held_against_its_answer_anew() -> None:
    project = await a_project(items=3, overlap=2, form=BOX_FORM)
    await bring_items(project, 1, prefix="gold", gold=a_box(width=100))
    annotator = await a_known_annotator()
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
    [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
    await assignment.submit(a_box(width=82))
    await sql.run("UPDATE reviews SET judge_at = now()")
    await judge_item(assignment.item_id)

    tried = await preview(project, checked_policy({"overlap": 0.9}, project.overlap, None))

    assert (tried.before.approved, tried.before.rejected, tried.after.approved, tried.after.rejected) == (1, 0, 0, 1)
    assert tried.changed == 1


async def test_it_ends_when_its_time_is_over() -> None:
    project = await a_finished_project()

    with patch.object(previewing, "BUDGET_SECONDS", -1.0):
        tried = await preview(project, project.policy)

    assert (tried.items, tried.annotations, tried.changed) == (0, 0, 0)


async def test_a_project_without_results_has_nothing_to_try_it_on() -> None:
    project = await a_project(items=1, overlap=2)
    await bring_items(project, 1, prefix="gold", gold=a_choice())

    tried = await preview(project, project.policy)

    assert (tried.items, tried.annotations) == (0, 0)
