"""Gold that was made of a result, and the item that it was made of: nobody is ever asked both, whichever came first and by whatever way."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from models import (
    Appeal,
    AppealOutcome,
    Assignment,
    Decision,
    Item,
    Project,
    Qualification,
    QualificationAttempt,
    QualificationSpec,
    Task,
    User,
)
from models.errors import Conflict
from models.judge import make_gold
from models.leasing import Waiter
from models.ledger import reserved
from models.ledger_proof import verify
from ops.database import sql
from tests.models.test_judge import answered, judged_now
from tests.support.world import (
    a_moderator,
    a_project,
    an_annotation,
    an_annotator,
    bring_items,
    counts_of,
    decided,
    let_lease_run_out,
)

PEOPLE = 6


async def a_result_that_is_still_asked(others: int = 0) -> Item:
    """Three differ, and so a fourth is asked; then people approve two, and the third still waits for its verdict."""
    project, moderator = await a_project(items=1, overlap=2, most_overlap=5), await a_moderator()
    both = [await answered(await an_annotator(), project, option) for option in ("cat", "dog")]
    await judged_now(both[0].item_id)
    await answered(await an_annotator(), project, "cat")
    await sql.run("UPDATE projects SET judging = '{\"confidence\": 0.9999}' WHERE id = $1", project.id)
    await judged_now(both[0].item_id)
    for annotation in both:
        await decided(annotation, Decision.APPROVED, moderator)
    if others:
        await bring_items(project, others, prefix="more")
    item = await Item.get(id=both[0].item_id)
    assert item.completed_at is not None
    assert await states_of(item) == ["SUBMITTED", "SUBMITTED", "SUBMITTED", "OPEN"]
    return item


async def states_of(item: Item) -> list[str]:
    return [task.state.value for task in await Task.filter(item_id=item.id).order_by("id")]


async def all_gold() -> None:
    """Whoever works now gets gold wherever there is any."""
    await sql.run("UPDATE standings SET gold_share = 1")


async def leased_by(person: User, item: Item, up_to: int = 20) -> set[int]:
    return {each.item_id for each in await Assignment.lease(person.id, up_to=up_to, project_id=item.project_id)}


async def test_what_gold_was_made_of_is_asked_of_nobody_any_more_and_its_money_comes_back() -> None:
    item, person = await a_result_that_is_still_asked(others=3), await an_annotator()
    await all_gold()
    # What is set aside is of the three others, and of one more answer to this one.
    aside, reward = await reserved(item.project_id).balance(), (await Project.get(id=item.project_id)).reward_micros
    assert aside == (3 * 2 + 1) * reward

    gold = await make_gold(item)

    assert await states_of(item) == ["SUBMITTED", "SUBMITTED", "SUBMITTED", "CLOSED"]
    assert await reserved(item.project_id).balance() == (3 * 2 + 2) * reward
    asked = await leased_by(person, item)
    assert gold.id in asked
    assert item.id not in asked
    assert await verify() == []


async def test_who_is_asked_together_with_others_gets_gold_and_never_what_it_was_made_of() -> None:
    item = await a_result_that_is_still_asked(others=PEOPLE)
    people = [await an_annotator() for _ in range(PEOPLE)]
    await all_gold()
    gold = await make_gold(item)

    for _ in range(3):
        leased, _ = await Assignment.lease_for(item.project_id, [Waiter(each.id, 20, is_of_project=True) for each in people])
        assert leased

    asked = {each.item_id for each in await Assignment.filter(annotator_id__in=[each.id for each in people])}
    assert gold.id in asked
    assert item.id not in asked


async def who_had_both(item: Item, gold: Item) -> list[int]:
    """By any lease, however it ended."""
    rows = await sql.rows("SELECT annotator_id FROM assignments WHERE item_id = ANY($1) GROUP BY 1 HAVING count(*) > 1", [item.id, gold.id])
    return [row["annotator_id"] for row in rows]


async def test_while_somebody_is_at_it_no_gold_is_made_of_it_and_once_they_are_done_it_is() -> None:
    item, person = await a_result_that_is_still_asked(), await an_annotator()
    [assignment] = await Assignment.lease(person.id, up_to=1, project_id=item.project_id)
    before = await counts_of("items", "tasks", "entries", "assignments")

    with pytest.raises(Conflict, match="Somebody is answering it"):
        await make_gold(item)

    assert await counts_of("items", "tasks", "entries", "assignments") == before
    assert (await states_of(item))[3] == "LEASED"
    assert (await assignment.reread()).state == "LEASED"
    await assignment.skip()
    gold = await make_gold(item)
    await bring_items(await Project.get(id=item.project_id), 3, prefix="more")
    await all_gold()
    assert not await leased_by(person, item) & {item.id, gold.id}
    assert await verify() == []


async def test_who_only_had_it_before_them_is_not_asked_the_gold_either() -> None:
    item, person, other = await a_result_that_is_still_asked(), await an_annotator(), await an_annotator()
    [assignment] = await Assignment.lease(person.id, up_to=1, project_id=item.project_id)
    await let_lease_run_out(assignment)
    await Assignment.end_due()
    gold = await make_gold(item)
    await bring_items(await Project.get(id=item.project_id), 3, prefix="more")
    await all_gold()

    mine, theirs = await leased_by(person, item), await leased_by(other, item)

    # The same picture under another id would tell that it is gold.
    assert len(mine) == 3
    assert not mine & {item.id, gold.id}
    assert gold.id in theirs


async def test_what_is_rejected_after_gold_was_made_of_the_item_is_not_asked_anew() -> None:
    project, moderator = await a_project(items=1, overlap=2), await a_moderator()
    wronged, late = await an_annotation(None, project), await an_annotation(None, project)
    await decided(wronged, Decision.REJECTED, moderator)
    await decided(await an_annotation(None, project), Decision.APPROVED, moderator)
    # Two are right, of one task: with them the item is done before its other task is.
    await (await Appeal.against_rejection(wronged, "Look again.")).decide(await a_moderator(), AppealOutcome.OVERTURNED, "Right.")
    item = await Item.get(id=late.item_id)
    await make_gold(item)
    before = await counts_of("tasks")

    await decided(late, Decision.REJECTED, moderator)

    assert await states_of(item) == ["SUBMITTED", "CLOSED"]
    assert await counts_of("tasks") == before
    assert await verify() == []


async def test_no_answer_more_is_asked_for_where_gold_was_made_of_the_item() -> None:
    item = await a_result_that_is_still_asked()
    late = await answered(await an_annotator(), await Project.get(id=item.project_id), "cat")
    await make_gold(item)

    # People approved what differs, and so a fifth would be asked.
    assert await judged_now(item.id)

    assert late.item_id == item.id
    assert await states_of(item) == ["SUBMITTED"] * 4
    assert (await Item.get(id=item.id)).asked == 4


async def test_a_question_of_a_test_is_not_followed_by_what_it_was_made_of_and_the_other_way_round() -> None:
    item = await a_result_that_is_still_asked(others=3)
    project = await Project.get(id=item.project_id)
    lapsed, asked = await an_annotator(), await an_annotator()
    [assignment] = [each for each in await Assignment.lease(lapsed.id, up_to=20, project_id=project.id) if each.item_id == item.id]
    await let_lease_run_out(assignment)
    await Assignment.end_due()
    gold = await make_gold(item)
    qualification = await Qualification.make(project, QualificationSpec("Cats", "Look.", 0.5, 24, 1))
    await sql.run("UPDATE projects SET qualification_ids = ARRAY[$2::bigint] WHERE id = $1", project.id, qualification.id)

    offered = [len((await QualificationAttempt.offer(each.id, [qualification.id]))[qualification.id]) for each in (lapsed, asked)]

    assert offered == [0, 1]
    await sql.run("UPDATE projects SET qualification_ids = '{}'")
    await all_gold()
    assert not await leased_by(asked, item) & {item.id, gold.id}


@pytest.mark.parametrize("is_together", [False, True], ids=["by themselves", "together"])
async def test_whoever_leases_while_gold_is_made_never_gets_both(is_together: bool) -> None:
    for _ in range(6):
        item = await a_result_that_is_still_asked(others=PEOPLE)
        people = [await an_annotator() for _ in range(PEOPLE)]
        await all_gold()

        await asyncio.gather(tried(item), *([work_together(item, people)] if is_together else [work(item, each) for each in people]))
        # Whoever came first was served. Where that was a lease, gold is made when it is over.
        if await Item.get_or_none(made_of_id=item.id) is None:
            await let_lease_run_out(await Assignment.get(item_id=item.id, state="LEASED"))
            await Assignment.end_due()
            await make_gold(await item.reread())
        await asyncio.gather(*(work(item, each) for each in people))

        assert await states_of(item) == ["SUBMITTED", "SUBMITTED", "SUBMITTED", "CLOSED"]
        assert await who_had_both(item, await Item.get(made_of_id=item.id)) == []
    assert await verify() == []


async def tried(item: Item) -> None:
    with suppress(Conflict):
        await make_gold(item)


async def work(item: Item, person: User) -> None:
    for _ in range(3):
        await Assignment.lease(person.id, up_to=20, project_id=item.project_id)


async def work_together(item: Item, people: list[User]) -> None:
    for _ in range(6):
        await Assignment.lease_for(item.project_id, [Waiter(each.id, 20, is_of_project=True) for each in people])
