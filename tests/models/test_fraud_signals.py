"""What looks like fraud: found once, with its evidence, where it is; and nothing where people are merely alike."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from models import Assignment, FraudKind, FraudSignal, Item, Project, Session, Standing, Status, User
from models.errors import Conflict, InvalidInput
from models.fraud_signal import ALIKE, OTHERS, PRESSED_OF, RUSHED, RUSHED_OF, watch_annotations, watch_withdrawals
from ops.database import sql
from tests.support.payouts import an_annotator_with, requested
from tests.support.records import record
from tests.support.world import BOX_FORM, a_moderator, a_project, an_annotation, an_annotator, bring_items, counts_of


async def watched() -> list[FraudSignal]:
    assert await watch_annotations() + await watch_withdrawals() == 0
    while await watch_annotations(settled=timedelta()) + await watch_withdrawals(settled=timedelta()):
        pass
    return await FraudSignal.all().order_by("id")


def boxes(number: int, x: float = 10.5) -> list[dict[str, Any]]:
    return [
        {"key": "boxes", "value": {"boxes": [{"label": "cat", "x": x, "y": 10.0 * n, "width": 33.25, "height": 8} for n in range(number)]}}
    ]


async def drawn(annotator: User, project: Project, shapes: list[dict[str, Any]], most: int = 20) -> None:
    for assignment in await Assignment.lease(annotator.id, up_to=most, project_id=project.id):
        await assignment.submit(shapes)


# ------------------------------------------------------------------ the same answers
@pytest.mark.parametrize(("items", "signals"), [(ALIKE, 1), (ALIKE - 1, 0)])
async def test_two_who_draw_exactly_the_same_on_several_items_are_shown_with_them(items: int, signals: int) -> None:
    project, people = await a_project(items=items, overlap=3, form=BOX_FORM), [await an_annotator() for _ in range(3)]
    for person, shapes in zip(people, (boxes(3), boxes(3), boxes(3, x=11)), strict=True):
        await drawn(person, project, shapes)

    found = await watched()

    assert [(each.kind, each.users) for each in found] == [(FraudKind.SAME_ANSWERS, [people[0].id, people[1].id])] * signals
    for each in found:
        assert (each.evidence["found"], len(each.evidence["annotations"])) == (ALIKE, 2 * ALIKE)
    assert await Standing.filter(status=Status.ACTIVE).count() == await Standing.all().count()


async def test_what_two_draw_alike_by_chance_or_what_a_machine_drew_before_is_none() -> None:
    simple = await a_project(items=5, overlap=2, form=BOX_FORM)
    prepared = await a_project(items=5, overlap=2, form=BOX_FORM)
    choices = await a_project(items=0, overlap=2)
    await sql.run("""UPDATE projects SET judging = '{"copies": false}' WHERE id = $1""", prepared.id)
    for person in [await an_annotator() for _ in range(2)]:
        await drawn(person, simple, boxes(1))
        await drawn(person, prepared, boxes(3))
        await record(person, choices, good=5, counted=5)

    # Tests are faster than anybody can be.
    assert {each.kind for each in await watched()} <= {FraudKind.IMPOSSIBLE_SPEED}


# ------------------------------------------------------------------ speed and buttons
@pytest.mark.parametrize(("rushed", "signals"), [(RUSHED, 1), (RUSHED - 1, 0)])
async def test_who_answers_faster_than_anybody_can_is_shown(rushed: int, signals: int) -> None:
    annotator, project = await an_annotator(), await a_project(items=0, budget_micros=0)
    await sql.run("UPDATE projects SET least_seconds = 4 WHERE id = $1", project.id)
    await record(annotator, project, good=RUSHED_OF, counted=RUSHED_OF, seconds=3)
    await record(annotator, project, good=rushed, counted=rushed, seconds=0.9)

    found = await watched()

    assert [(each.kind, each.users) for each in found] == [(FraudKind.IMPOSSIBLE_SPEED, [annotator.id])] * signals
    assert all((each.evidence["found"], each.evidence["counted"]) == (rushed, RUSHED_OF) for each in found)


async def test_who_presses_one_button_where_others_vary_is_shown_and_nobody_where_others_press_it_too() -> None:
    varied, uniform, presser = await a_project(items=0), await a_project(items=0), await an_annotator()
    for option in ("cat", "dog"):
        await record(await an_annotator(), varied, good=OTHERS // 2, counted=OTHERS // 2, option=option)
    await record(await an_annotator(), uniform, good=50, counted=50, option="cat")
    for project in (varied, uniform):
        await record(presser, project, good=PRESSED_OF, counted=PRESSED_OF, option="cat")

    [signal] = [each for each in await watched() if presser.id in each.users]

    assert (signal.kind, signal.users, signal.evidence["project"]) == (FraudKind.ONE_BUTTON, [presser.id], varied.id)
    assert (signal.evidence["found"], signal.evidence["others"]) == (PRESSED_OF, 0.5)


# ------------------------------------------------------------------ addresses
async def test_accounts_that_are_paid_to_one_address_are_shown_together_and_again_with_each_that_joins() -> None:
    people = [await an_annotator_with(1_000_000) for _ in range(3)]
    for person in people[:2]:
        await requested(person, 500_000)
    [signal] = await watched()
    assert (signal.kind, signal.users) == (FraudKind.SAME_ADDRESS, [person.id for person in people[:2]])
    await signal.dismiss(by=await a_moderator(), reason="A couple.")
    assert [each.dismissed_at is None for each in await watched()] == [False]

    await requested(people[2], 500_000)

    [signal] = await watched()
    assert (signal.users, signal.dismissed_at, signal.reason) == ([person.id for person in people], None, None)


async def test_one_who_uses_an_address_twice_is_none() -> None:
    person = await an_annotator_with(2_000_000)
    for _ in range(2):
        await requested(person, 500_000)

    assert await watched() == []


# ------------------------------------------------------------------ the same browser
async def test_people_who_work_and_sign_in_from_one_browser_are_shown_once_with_their_work() -> None:
    project, people = await a_project(items=4, overlap=3), [await an_annotator() for _ in range(3)]
    for person in people[:2]:
        for _ in range(2):
            await Session.open(person, "Browser", "a mark")
    await Session.open(people[2], "Browser", "another")
    latest = [[await an_annotation(person, project) for _ in range(2)][-1] for person in people]

    [signal] = await watched()

    assert (signal.kind, signal.users) == (FraudKind.SAME_DEVICE, [person.id for person in people[:2]])
    assert signal.evidence == {"found": 2, "counted": 4, "annotations": [each.id for each in latest[:2]]}
    assert "a mark" not in signal.key
    await signal.dismiss(by=await a_moderator(), reason="Sisters.")
    await an_annotation(people[0], project)
    assert [each.dismissed_at is None for each in await watched()] == [False]
    assert {standing.status for standing in await Standing.all()} == {Status.ACTIVE}


async def test_who_shares_a_browser_with_somebody_who_never_works_or_with_nobody_is_not_shown() -> None:
    project, person = await a_project(items=2), await an_annotator()
    for mark in ("a mark", None):
        await Session.open(person, "Browser", mark)
        await Session.open(await an_annotator(), "Browser", mark)
    await an_annotation(person, project)

    assert await watched() == []


# ------------------------------------------------------------------ dismissing
async def a_signal(user: User | None = None) -> FraudSignal:
    user = user or await an_annotator()
    await FraudSignal.raise_for(FraudKind.IMPOSSIBLE_SPEED, str(user.id), [user.id], {"found": 10, "counted": 20, "seconds": 0.2})
    return await FraudSignal.all().get()


async def test_it_is_dismissed_once_with_a_reason_on_record() -> None:
    signal, moderator = await a_signal(), await a_moderator()

    await asyncio.gather(*(signal.dismiss(by=moderator, reason="A fast one.") for _ in range(4)))

    dismissed = await FraudSignal.get(id=signal.id)
    assert (dismissed.dismissed_by_id, dismissed.reason) == (moderator.id, "A fast one.")
    assert await sql.value("SELECT count(*) FROM audit_entries WHERE action = 'dismissFraudSignal'") == 1
    assert await FraudSignal.open().count() == 0


async def test_nobody_dismisses_what_is_about_themselves_or_without_a_reason() -> None:
    moderator = await a_moderator()
    signal = await a_signal(moderator)
    before = await counts_of("audit_entries")

    with pytest.raises(Conflict):
        await signal.dismiss(by=moderator, reason="It is me.")
    with pytest.raises(InvalidInput):
        await signal.dismiss(by=await a_moderator(), reason=" ")

    assert await counts_of("audit_entries") == before
    assert await FraudSignal.open().count() == 1


async def test_workers_at_once_look_through_all_of_it_once() -> None:
    project = await a_project(items=3, overlap=2, form=BOX_FORM)
    for person in [await an_annotator() for _ in range(2)]:
        await drawn(person, project, boxes(3))
    await bring_items(project, 1, prefix="more")

    await asyncio.gather(*(watch_annotations(settled=timedelta()) for _ in range(4)))
    await watched()

    assert await FraudSignal.all().count() == 1
    assert await sql.value("SELECT position FROM watched WHERE name = 'annotations'") == await sql.value("SELECT max(id) FROM annotations")
    assert await Item.all().count() == 4
