"""A project's figures: each verdict and each finished item is counted once, on its day, and by class."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

from models import Annotation, Appeal, AppealOutcome, Decision, Item, Project, User
from models.judge import judge_item, sum_up_done
from models.judged import NOT_JUDGED, JudgedDay, JudgedField, count_results, count_verdicts, days_of, fields_of
from ops.database import sql
from tests.models.test_judge import a_known_annotator, answered, judged_now
from tests.support.world import a_choice, a_moderator, a_project, an_annotation, bring_items, decided


async def counted() -> None:
    while await count_verdicts(settled=timedelta()) + await sum_up_done() + await count_results():
        pass


async def today() -> date:
    return (await sql.now()).date()


async def day_of(project: Project) -> JudgedDay:
    [day] = (await days_of([project.id]))[project.id]
    return day


async def label_of(project: Project) -> JudgedField:
    return (await fields_of([project.id]))[project.id]["label"]


async def a_judged_item(project: Project, *options: str) -> list[Annotation]:
    annotations = [await answered(await a_known_annotator(), project, option) for option in options]
    await judged_now(annotations[0].item_id)
    return annotations


async def judged_gold(annotator: User, project: Project, option: str) -> Annotation:
    """An answer to gold, where the person's every task is gold."""
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
    annotation = await answered(annotator, project, option)
    assert (await Item.get(id=annotation.item_id)).gold is not None
    await sql.run("UPDATE reviews SET judge_at = now() WHERE annotation_id = $1", annotation.id)
    assert await judge_item(annotation.item_id)
    return annotation


async def test_the_day_says_what_verdicts_rest_on_and_how_much_results_agree() -> None:
    project = await a_project(items=1, overlap=3)
    await a_judged_item(project, "cat", "cat", "dog")
    third = await answered(await a_known_annotator(), project, "cat")
    await judged_now(third.item_id)

    await counted()

    day = await day_of(project)
    assert (day.day, day.by_consensus, day.by_moderators, day.by_gold, day.rejected, day.overturned) == (await today(), 4, 0, 0, 1, 0)
    assert (day.results, day.compared, day.agreement) == (1, 1, 1.0)


async def test_what_moderators_decide_and_what_appeals_overturn_is_counted_on_the_day_of_the_rejection() -> None:
    project, moderator = await a_project(items=2), await a_moderator()
    await decided(await an_annotation(None, project), Decision.APPROVED, moderator)
    rejected = await an_annotation(None, project)
    await decided(rejected, Decision.REJECTED, moderator)
    await counted()
    # Its rejection fell yesterday, as far as the figures are concerned.
    await sql.run("ALTER TABLE verdicts DISABLE TRIGGER USER")
    await sql.run("UPDATE verdicts SET decided_at = now() - interval '1 day' WHERE annotation_id = $1", rejected.id)
    await sql.run("ALTER TABLE verdicts ENABLE TRIGGER USER")
    appeal = await Appeal.against_rejection(rejected, "Look again.")
    await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "It is right.")

    await counted()

    yesterday, day = (await days_of([project.id]))[project.id]
    assert (yesterday.day, yesterday.rejected, yesterday.overturned) == (await today() - timedelta(days=1), 0, 1)
    assert (day.by_moderators, day.rejected, day.overturned, day.by_consensus) == (2, 1, 0, 0)


async def test_each_class_says_what_it_was_taken_for_by_consensus_and_by_gold() -> None:
    project = await a_project(items=1, overlap=3)
    await a_judged_item(project, "cat", "dog", "cat")
    await judged_now((await answered(await a_known_annotator(), project, "cat")).item_id)
    await bring_items(project, 3, prefix="more")
    await bring_items(project, 1, prefix="gold", gold=a_choice("dog"))
    await judged_gold(await a_known_annotator(), project, "cat")
    await judged_gold(await a_known_annotator(), project, "dog")

    await counted()

    label, day = await label_of(project), await day_of(project)
    assert label.cells == {("cat", "cat"): 3, ("cat", "dog"): 1, ("dog", "cat"): 1, ("dog", "dog"): 1}
    assert (label.answers, label.right) == (6, 4)
    # Of six pairs of the four answers to the item three say the same.
    assert label.agreement == 3 / 6
    assert (day.by_gold, day.gold_right) == (2, 1)


async def test_a_single_answer_says_nothing_of_agreement_and_nothing_is_counted_twice() -> None:
    project, moderator = await a_project(items=1), await a_moderator()
    await decided(await an_annotation(None, project), Decision.APPROVED, moderator)
    await counted()
    before = await day_of(project)
    # An appeal elsewhere makes results anew: they are not counted anew.
    await sql.run("UPDATE items SET consensus = NULL")

    await counted()
    await asyncio.gather(*(count_verdicts(settled=timedelta()) for _ in range(4)), *(count_results() for _ in range(4)))

    assert await day_of(project) == before
    assert (before.by_moderators, before.results, before.compared, before.agreement) == (1, 1, 0, None)
    assert (await fields_of([project.id]))[project.id].get("label", NOT_JUDGED) == NOT_JUDGED


async def test_workers_at_once_count_all_that_there_is_once() -> None:
    project, moderator = await a_project(items=6), await a_moderator()
    for _ in range(6):
        await decided(await an_annotation(None, project), Decision.APPROVED, moderator)
    await sum_up_done()

    for _ in range(8):
        await asyncio.gather(*(count_verdicts(2, settled=timedelta()) for _ in range(3)), *(count_results(2) for _ in range(3)))
    # Whoever finds another at it leaves it to them.
    while await count_verdicts(2, settled=timedelta()) or await count_results(2):
        """Until there is nothing more."""

    day = await day_of(project)
    assert (day.by_moderators, day.results) == (6, 6)


async def test_what_is_not_settled_yet_waits() -> None:
    project = await a_project(items=1)
    await decided(await an_annotation(None, project), Decision.APPROVED, await a_moderator())

    assert await count_verdicts() == 0
    assert (await days_of([project.id]))[project.id] == []
