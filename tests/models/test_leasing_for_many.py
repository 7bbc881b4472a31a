"""Leases for many people in one statement: by the same rules as for one, the first of them first."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from models import Assignment, AssignmentState, Item, Project, ProjectState, StandingStep, Task, TaskState, User, sanction
from models.leasing import AT_ONCE, MOST_HELD, Waiter
from models.ledger_proof import verify
from models.standing import MOST_HELD_RESTRICTED
from ops.database import sql
from quality.ladder import Step
from tests.support.ceiling import CEILING_SECONDS
from tests.support.sql import counted_sql
from tests.support.world import a_choice, a_project, an_admin, an_annotator, an_assignment, an_organization, let_lease_run_out, task_states

GAMES = 12


def waiting(*people: User, up_to: int = 1) -> list[Waiter]:
    return [Waiter(person.id, up_to, is_of_project=False) for person in people]


async def several(number: int) -> list[User]:
    return [await an_annotator() for _ in range(number)]


async def without_gold() -> None:
    await sql.run("UPDATE standings SET gold_share = 0")


async def test_the_first_who_wait_get_the_tasks_and_the_others_nothing_in_one_statement() -> None:
    people, project = await several(6), await a_project(items=3)
    random.Random(1).shuffle(people)

    with counted_sql() as statements:
        leased, enough = await Assignment.lease_for(project.id, waiting(*people))

    assert [assignment.annotator_id for assignment in leased] == [person.id for person in people[:3]]
    assert len({assignment.task_id for assignment in leased}) == await Task.filter(state=TaskState.LEASED).count() == 3
    assert enough == set()
    # The other one tells that the project is empty.
    assert len(statements) == 2
    assert await verify() == []


async def test_whom_the_project_does_not_admit_is_passed_over_and_stops_nobody() -> None:
    abroad, suspended, newcomer, fine, last = await several(5)
    project = await a_project(items=2, countries=["PT"])
    await sql.run("UPDATE users SET country = 'JP' WHERE id = $1", abroad.id)
    await sql.run("UPDATE users SET tutorial_passed_at = NULL WHERE id = $1", newcomer.id)
    await sanction.suspend(suspended, by=await an_admin(), reason="Careless.")

    leased, _ = await Assignment.lease_for(project.id, waiting(abroad, suspended, newcomer, fine, last))

    assert [assignment.annotator_id for assignment in leased] == [fine.id, last.id]


async def test_who_has_had_all_the_items_is_passed_over_and_each_gets_one_that_they_have_not_had() -> None:
    veteran, half, fresh = await several(3)
    project = await a_project(items=2, overlap=3)
    for _ in range(2):
        await (await an_assignment(veteran, project)).submit(a_choice())
    done = await an_assignment(half, project)
    await done.submit(a_choice())
    await without_gold()

    leased, _ = await Assignment.lease_for(project.id, waiting(veteran, half, fresh))

    assert [assignment.annotator_id for assignment in leased] == [half.id, fresh.id]
    assert leased[0].item_id != done.item_id


async def test_nobody_gets_more_than_they_want_or_may_hold_and_who_has_enough_is_named() -> None:
    content, of_another, restricted, full, wanting = await several(5)
    organization = await an_organization()
    other, project = await a_project(organization, items=MOST_HELD, overlap=2), await a_project(organization, items=10, overlap=2)
    await StandingStep.impose(restricted.id, Step.RESTRICTED, reason="Careless.", until=await sql.now() + timedelta(hours=1))
    await Assignment.lease(content.id, up_to=2, project_id=project.id)
    for person, tasks in ((of_another, 2), (restricted, MOST_HELD_RESTRICTED), (full, MOST_HELD)):
        assert len(await Assignment.lease(person.id, up_to=tasks, project_id=other.id)) == tasks
    asked = [
        Waiter(content.id, 2, is_of_project=True),
        Waiter(of_another.id, 2, is_of_project=True),
        Waiter(restricted.id, 10, is_of_project=True),
        Waiter(full.id, 10, is_of_project=True),
        Waiter(wanting.id, 1, is_of_project=False),
    ]

    leased, enough = await Assignment.lease_for(project.id, asked)
    in_all, enough_in_all = await Assignment.lease_for(project.id, waiting(of_another, up_to=3))

    assert [assignment.annotator_id for assignment in leased] == [of_another.id, wanting.id]
    assert enough == {content.id}
    assert (in_all, enough_in_all) == ([], {of_another.id})
    assert await verify() == []


async def test_a_draft_that_was_left_comes_back_with_the_lease() -> None:
    person, project = await an_annotator(), await a_project(items=1)
    first = await an_assignment(person, project)
    await first.save_draft(a_choice("dog"), uploads={})
    await let_lease_run_out(first)
    await Assignment.end_due()

    [[leased], _] = await Assignment.lease_for(project.id, waiting(person))

    assert leased.id != first.id
    assert (leased.draft, leased.draft_version) == ((await first.reread()).draft, 1)


async def test_gold_is_mixed_in_and_goes_to_one_person_a_task_and_never_to_who_has_had_it() -> None:
    people, project = await several(6), await a_project(items=12)
    gold = await Item.filter(project_id=project.id).order_by("id").limit(2)
    await sql.run("UPDATE tasks SET is_gold = true WHERE item_id = ANY($1)", [item.id for item in gold])
    await sql.run("UPDATE standings SET gold_share = 1")

    first, _ = await Assignment.lease_for(project.id, waiting(*people))
    await sql.run("UPDATE tasks SET state = 'OPEN' WHERE is_gold")
    await sql.run("UPDATE assignments SET state = 'SUBMITTED' WHERE item_id = ANY($1)", [item.id for item in gold])
    again, _ = await Assignment.lease_for(project.id, waiting(*people, up_to=2))

    assert [assignment.annotator_id for assignment in first] == [person.id for person in people]
    assert len({assignment.task_id for assignment in first}) == 6
    golden = [a for batch in (first, again) for a in batch if a.item_id in {item.id for item in gold}]
    assert 1 <= sum(a.item_id in {item.id for item in gold} for a in first) <= 2
    assert len({(a.annotator_id, a.item_id) for a in golden}) == len(golden)


@pytest.mark.parametrize("state", [ProjectState.PAUSED, ProjectState.CLOSED])
async def test_a_project_that_is_not_open_gives_none(state: ProjectState) -> None:
    people, project = await several(3), await a_project(items=3)
    await project.set_state(state)
    before = await task_states(project)

    assert await Assignment.lease_for(project.id, waiting(*people)) == ([], set())

    assert await Assignment.all().count() == 0
    assert await task_states(project) == before


async def test_no_waiter_is_no_lease() -> None:
    project = await a_project(items=1)

    assert await Assignment.lease_for(project.id, []) == ([], set())

    assert await task_states(project) == ["OPEN"]


async def test_of_many_tasks_some_are_left_for_the_next_statement() -> None:
    people, project = await several(AT_ONCE + 2), await a_project(items=AT_ONCE + 10)

    leased, _ = await Assignment.lease_for(project.id, waiting(*people))

    assert [assignment.annotator_id for assignment in leased] == [person.id for person in people[:AT_ONCE]]


async def test_a_task_that_another_is_taking_is_not_waited_for() -> None:
    people, project = await several(3), await a_project(items=3)
    [first, *others] = [task.id for task in await Task.filter(project_id=project.id).order_by("id")]

    is_held, may_go = asyncio.Event(), asyncio.Event()

    async def take() -> None:
        async with in_transaction():
            await sql.run("SELECT 1 FROM tasks WHERE id = $1 FOR UPDATE", first)
            is_held.set()
            await may_go.wait()

    taking = asyncio.create_task(take())
    await is_held.wait()
    async with asyncio.timeout(CEILING_SECONDS):
        leased, _ = await Assignment.lease_for(project.id, waiting(*people))
    may_go.set()
    await taking

    assert [assignment.task_id for assignment in leased] == others


async def test_many_statements_at_once_with_every_other_verb_give_each_task_once_and_wait_in_no_circle() -> None:
    people, project = await several(24), await a_project(items=40, overlap=2)
    chance = random.Random(5)

    async def hand_out() -> None:
        for _ in range(5):
            await Assignment.lease_for(project.id, waiting(*chance.sample(people, 16), up_to=3))

    async def work(person: User) -> None:
        for _ in range(4):
            await Assignment.lease(person.id, up_to=2)
            for assignment in await Assignment.held_by(person.id).limit(2):
                await (assignment.submit(a_choice()) if chance.random() < 0.7 else assignment.skip())

    await asyncio.gather(*(hand_out() for _ in range(4)), *(work(person) for person in people[:8]))

    doubled = await sql.rows(
        "SELECT annotator_id, item_id FROM assignments WHERE state IN ('LEASED', 'SUBMITTED', 'SKIPPED') GROUP BY 1, 2 HAVING count(*) > 1"
    )
    assert doubled == []
    held = Counter(assignment.annotator_id for assignment in await Assignment.filter(state=AssignmentState.LEASED))
    assert max(held.values()) <= 3
    assert await verify() == []


@pytest.mark.parametrize("seed", range(GAMES))
async def test_it_gives_nobody_what_a_lease_of_their_own_would_not_and_leaves_nobody_out_whom_one_would_serve(seed: int) -> None:
    chance = random.Random(seed)
    people, project = await several(8), await _a_random_world(chance)
    for person in people:
        await _with_a_past(person, project, chance)
    await without_gold()
    chance.shuffle(people)
    asked = [Waiter(person.id, chance.randint(1, 3), is_of_project=chance.random() < 0.5) for person in people]
    open_before = await _open_items(project)
    could_have = {waiter.user_id: await _would_get(waiter, project) for waiter in asked}

    leased, _ = await Assignment.lease_for(project.id, asked)
    later = []
    while more := (await Assignment.lease_for(project.id, asked))[0]:
        later += more

    for assignment in leased + later:
        assert assignment.item_id in could_have[assignment.annotator_id]
    assert len({assignment.annotator_id for assignment in leased}) == len(leased)
    assert await _open_items(project) == open_before - Counter(assignment.item_id for assignment in leased + later)
    places = [waiter.user_id for waiter in asked]
    served = [places.index(assignment.annotator_id) for assignment in leased]
    assert served == sorted(served)
    assert bool(leased) == any(could_have.values())
    # Who is left out could have had none of what is left.
    left = set(await _open_items(project))
    for user_id in {*places} - {assignment.annotator_id for assignment in leased + later}:
        assert not could_have[user_id] & left


async def _a_random_world(chance: random.Random) -> Project:
    needs: dict[str, Any] = chance.choice([{}, {"countries": ["PT"]}, {"min_accuracy": 0.8}, {"devices": ["DESKTOP", "CAMERA"]}])
    return await a_project(items=chance.randint(1, 4), overlap=chance.randint(1, 3), **needs)


async def _with_a_past(person: User, project: Project, chance: random.Random) -> None:
    await sql.run(
        "UPDATE users SET country = $2, devices = $3 WHERE id = $1",
        person.id,
        chance.choice(["PT", "PT", "JP", None]),
        chance.choice([["DESKTOP"], ["DESKTOP", "CAMERA"]]),
    )
    await sql.run("UPDATE standings SET approved = $2, rejected = 1 WHERE user_id = $1", person.id, chance.choice([1, 9]))
    if chance.random() < 0.2:
        await StandingStep.impose(person.id, Step.RESTRICTED, reason="Careless.", until=await sql.now() + timedelta(hours=1))
    if chance.random() < 0.2:
        await sql.run("UPDATE users SET tutorial_passed_at = NULL WHERE id = $1", person.id)
    for assignment in await Assignment.lease(person.id, up_to=chance.choice([0, 0, 1, 2]), project_id=project.id):
        verb = chance.choice(["keep", "skip", "run out"])
        if verb == "skip":
            await assignment.skip()
        elif verb == "run out":
            await let_lease_run_out(assignment)
            await Assignment.end_due()


async def _would_get(waiter: Waiter, project: Project) -> set[int]:
    """The items that leases of their own could bring them; taken back again. Where they have room for fewer than there are, all the same:
    one after the other is left alone."""
    items: set[int] = set()
    held = await Assignment.held_by(waiter.user_id, project.id if waiter.is_of_project else None).count()
    if held >= waiter.up_to:
        return items
    with suppress(_TakenBack):
        async with in_transaction():
            leased = await Assignment.lease(waiter.user_id, up_to=MOST_HELD, project_id=project.id)
            items.update(assignment.item_id for assignment in leased)
            raise _TakenBack
    return items


class _TakenBack(Exception):
    pass


async def _open_items(project: Project) -> Counter[int]:
    return Counter(task.item_id for task in await Task.filter(project_id=project.id, state=TaskState.OPEN))
