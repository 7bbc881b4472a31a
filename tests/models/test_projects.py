"""A partner's way: a project's rules, its money, and the items that it is given."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from models import Assignment, Decision, Entry, Item, Organization, Project, ProjectSpec, ProjectState, Task, TaskKind, Upload, User
from models.errors import Conflict, EmailUnconfirmed, IdempotencyMismatch, InsufficientFunds, InvalidInput, NotFound, Refused
from models.item import GOLD_AT_ONCE, MOST_ITEMS, Imported
from models.ledger import balance, budget, contested, reserved
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import settings
from tests.support.world import (
    BOX_FORM,
    CHOICE_FORM,
    a_project,
    a_user,
    an_annotation,
    an_annotator,
    an_organization,
    balances,
    bring_items,
    counts_of,
    decided,
    task_states,
)

MONEY = ("entries", "postings")
SPEC = ProjectSpec(
    title="Cats", kind=TaskKind.CLASSIFICATION, instructions="Look.", form=CHOICE_FORM, price_micros_per_thousand=2_000_000, overlap=1
)
PICTURE = Upload(id=0, sha256="a" * 64, kind="IMAGE", width=640, height=480, content_type="image/jpeg", bytes=1)


def an_item(key: str = "one", **changes: Any) -> dict[str, Any]:
    return {"external_id": key, "content": [{"image": {"upload_id": "picture", "alt": "A picture"}}], "gold": None} | changes


async def bring(project: Project, *items: dict[str, Any]) -> Imported:
    return await Item.bring(project, items, {"picture": PICTURE})


async def fund(project: Project, amount: int, key: str) -> None:
    """As a request of its own does it, which has read the project itself."""
    await (await Project.get(id=project.id)).fund(amount, key=key)


async def turn(project: Project, state: ProjectState) -> None:
    await (await Project.get(id=project.id)).set_state(state)


async def accounts(project: Project) -> tuple[int, int, int, int]:
    """The organization's balance, and the project's budget, reserved and contested."""
    return (
        await balance(project.organization_id).balance(),
        await budget(project.id).balance(),
        await reserved(project.id).balance(),
        await contested(project.id).balance(),
    )


# ------------------------------------------------------------------ what is written
@pytest.mark.parametrize(
    ("form", "price", "is_enough"),
    [
        (CHOICE_FORM, 2_000_000, True),
        (CHOICE_FORM, 1_999_000, False),
        (BOX_FORM, 6_000_000, True),
        (BOX_FORM, 5_999_000, False),
        (CHOICE_FORM + BOX_FORM, 8_000_000, True),
        (CHOICE_FORM + BOX_FORM, 7_999_000, False),
        (CHOICE_FORM, 2_000_001, False),
        (CHOICE_FORM, 2_001_000, True),
        (CHOICE_FORM, 10_000_000_000, True),
        (CHOICE_FORM, 10_000_001_000, False),
        (CHOICE_FORM, 0, False),
        (CHOICE_FORM, -2_000_000, False),
    ],
)
async def test_a_price_is_at_least_the_sum_of_the_fields_floors(form: list[dict[str, Any]], price: int, is_enough: bool) -> None:
    organization = await an_organization()
    spec = replace(SPEC, form=form, price_micros_per_thousand=price)

    if is_enough:
        assert (await Project.draft(organization, spec)).reward_micros == price // 1_000
        return
    with pytest.raises(Refused) as refused:
        await Project.draft(organization, spec)

    assert [error.path for error in refused.value.errors] == [("input", "pricePerThousand")]
    assert await Project.all().count() == 0


async def test_all_that_is_wrong_is_said_at_once() -> None:
    organization = await an_organization()
    spec = replace(
        SPEC,
        title=" ",
        instructions="x" * 20_001,
        overlap=0,
        lease_seconds=4,
        countries=["DE", "XX", "Germany", "ß"],
        languages=["en", "not a language", "x" * 100],
        min_accuracy=1.1,
        form=[],
    )

    with pytest.raises(Refused) as refused:
        await Project.draft(organization, spec)

    paths = {".".join(error.path) for error in refused.value.errors}
    assert {
        "input.title",
        "input.instructions",
        "input.overlap",
        "input.leaseSeconds",
        "input.requirements.countries.1",
        "input.requirements.languages.1",
        "input.requirements.minAccuracy",
    } <= paths
    assert any(path.startswith("input.form") for path in paths)
    assert await Project.all().count() == 0


@pytest.mark.parametrize("accuracy", [float("nan"), float("inf"), -0.1, 1.0001])
async def test_an_accuracy_is_a_share(accuracy: float) -> None:
    organization = await an_organization()

    with pytest.raises(Refused):
        await Project.draft(organization, replace(SPEC, min_accuracy=accuracy))

    assert await Project.all().count() == 0


async def test_until_it_has_items_everything_may_change() -> None:
    project = await a_project(items=0, state=ProjectState.DRAFT)

    changed = await project.update(replace(SPEC, form=BOX_FORM, kind=TaskKind.DETECTION, price_micros_per_thousand=7_000_000, overlap=3))

    assert (changed.kind, changed.reward_micros, changed.overlap, changed.form[0]["kind"]) == (TaskKind.DETECTION, 7_000, 3, "box")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"form": BOX_FORM, "price_micros_per_thousand": 12_000_000}, "form"),
        ({"kind": TaskKind.SURVEY, "price_micros_per_thousand": 12_000_000}, "kind"),
        ({"price_micros_per_thousand": 13_000_000}, "pricePerThousand"),
        ({"overlap": 2, "price_micros_per_thousand": 12_000_000}, "overlap"),
    ],
)
@pytest.mark.parametrize("opened", [True, False])
async def test_what_was_promised_is_fixed_once_there_are_items_or_it_was_opened(change: dict[str, Any], path: str, opened: bool) -> None:
    project = await a_project(items=0, state=ProjectState.OPEN) if opened else await a_project(items=1, state=ProjectState.DRAFT)

    with pytest.raises(Refused) as refused:
        await project.update(replace(SPEC, title="New", **change))

    assert [error.path for error in refused.value.errors] == [("input", path)]
    assert (await project.reread()).title == "Cats and dogs"


async def test_title_instructions_and_requirements_may_change_until_it_is_closed() -> None:
    project = await a_project()

    changed = await project.update(replace(SPEC, title="New", countries=["de"], price_micros_per_thousand=12_000_000))
    await project.set_state(ProjectState.CLOSED)
    with pytest.raises(Conflict):
        await project.update(replace(SPEC, title="Newer", price_micros_per_thousand=12_000_000))

    assert (changed.title, changed.countries, changed.state) == ("New", ["DE"], ProjectState.OPEN)
    assert (await project.reread()).title == "New"


async def test_items_that_come_while_the_price_changes_are_set_aside_at_the_price_that_stays() -> None:
    """What was read before the lock is old: the import sees what the update made of it."""
    project = await a_project(items=0, state=ProjectState.DRAFT)
    stale = await Project.get(id=project.id)
    await project.update(replace(SPEC, price_micros_per_thousand=20_000_000, overlap=2))

    await bring(stale, an_item())
    await stale.set_state(ProjectState.OPEN)

    assert await task_states(project) == ["OPEN"] * 2
    assert await reserved(project.id).balance() == 40_000
    assert await verify() == []


async def test_an_update_and_an_import_at_once_leave_something_whole() -> None:
    for _ in range(5):
        project = await a_project(items=0, state=ProjectState.DRAFT)

        await asyncio.gather(
            (await Project.get(id=project.id)).update(replace(SPEC, price_micros_per_thousand=20_000_000, overlap=2)),
            bring(await Project.get(id=project.id), an_item()),
            (await Project.get(id=project.id)).set_state(ProjectState.OPEN),
            return_exceptions=True,
        )

        assert await Task.filter(project_id=project.id).count() == (await project.reread()).overlap
        assert await verify() == []


# ------------------------------------------------------------------ states
WAYS = {("DRAFT", "OPEN"), ("DRAFT", "CLOSED"), ("OPEN", "PAUSED"), ("OPEN", "CLOSED"), ("PAUSED", "OPEN"), ("PAUSED", "CLOSED")}


@pytest.mark.parametrize("before", list(ProjectState))
@pytest.mark.parametrize("after", list(ProjectState))
async def test_a_project_goes_its_ways_and_no_others(before: ProjectState, after: ProjectState) -> None:
    project = await a_project(items=1, state=before)
    counts = await counts_of(*MONEY)

    if before == after or (before, after) in WAYS:
        await project.set_state(after)
        assert (await project.reread()).state == after
    else:
        with pytest.raises(Conflict):
            await project.set_state(after)
        assert (await project.reread()).state == before
        assert await counts_of(*MONEY) == counts
    assert await verify() == []


async def test_closing_returns_exactly_what_no_annotation_may_still_earn() -> None:
    project = await a_project(items=5, budget_micros=100_000)
    annotator = await an_annotator()
    await decided(await an_annotation(annotator, project), Decision.APPROVED)
    await decided(await an_annotation(annotator, project), Decision.REJECTED)
    await an_annotation(annotator, project)
    await Assignment.lease(annotator.id, up_to=1)

    await asyncio.gather(*(turn(project, ProjectState.CLOSED) for _ in range(4)))

    # One approved, one contested, one in review.
    assert await accounts(project) == (100_000_000 - 3 * 12_000, 0, 0, 12_000)
    assert await balances(annotator) == (12_000, 12_000)
    assert await Entry.filter(key=f"close:{project.id}").count() == 1
    assert await verify() == []


async def test_closing_while_everybody_submits_loses_nothing() -> None:
    people = [await an_annotator() for _ in range(8)]
    for _ in range(3):
        project = await a_project(items=8)
        assignments = [(await Assignment.lease(p.id, up_to=1, project_id=project.id))[0] for p in people]

        await asyncio.gather(
            *(a.submit([{"key": "label", "value": {"choices": ["cat"]}}]) for a in assignments),
            project.set_state(ProjectState.CLOSED),
            return_exceptions=True,
        )

        answered = await sql.value("SELECT count(*) FROM annotations WHERE project_id = $1", project.id)
        assert await accounts(project) == (100_000_000 - answered * 12_000, 0, 0, 0)
        assert await verify() == []


# ------------------------------------------------------------------ money
async def test_a_key_funds_once_and_another_amount_under_it_is_a_mismatch() -> None:
    project = await a_project(budget_micros=0, items=0)

    for _ in range(3):
        await project.fund(5_000, key="june")
    with pytest.raises(IdempotencyMismatch):
        await project.fund(5_001, key="june")

    assert await accounts(project) == (100_000_000 - 5_000, 5_000, 0, 0)


async def test_racing_funds_under_one_key_move_the_money_once() -> None:
    project = await a_project(budget_micros=0, items=2)

    await asyncio.gather(*(fund(project, 24_000, "june") for _ in range(8)))

    assert await accounts(project) == (100_000_000 - 24_000, 0, 24_000, 0)
    assert await verify() == []


async def test_racing_funds_never_overdraw_the_organization() -> None:
    organization = await an_organization(dollars=1)
    projects = [await a_project(organization, items=3, budget_micros=0) for _ in range(3)]

    outcomes = await asyncio.gather(*(fund(project, 300_000, f"k{n}") for n in range(4) for project in projects), return_exceptions=True)

    assert sum(outcome is None for outcome in outcomes) == 3
    assert sum(isinstance(outcome, InsufficientFunds) for outcome in outcomes) == 9
    assert await balance(organization.id).balance() == 100_000
    assert await verify() == []


@pytest.mark.parametrize("amount", [0, -1, 100_000_001, 2**63, 10**30])
async def test_an_amount_is_above_zero_and_there(amount: int) -> None:
    project = await a_project(items=0, budget_micros=0)
    before = await counts_of(*MONEY)

    with pytest.raises((InvalidInput, InsufficientFunds)) as refusal:
        await project.fund(amount, key="june")

    assert refusal.value.path == ("amount",)
    assert await counts_of(*MONEY) == before


@pytest.mark.parametrize("key", ["", "  ", "x" * 65, "a\x00b"])
async def test_a_key_is_a_line_of_some_length(key: str) -> None:
    project = await a_project(items=0, budget_micros=0)

    with pytest.raises(InvalidInput) as refusal:
        await project.fund(1, key=key)

    assert refusal.value.path == ("idempotencyKey",)


async def test_a_closed_project_takes_no_money() -> None:
    project = await a_project(items=0, state=ProjectState.CLOSED)
    before = await accounts(project)

    with pytest.raises(Conflict):
        await project.fund(1_000, key="late")

    assert await accounts(project) == before


async def test_as_many_tasks_open_as_the_budget_pays_for_first_answers_first() -> None:
    project = await a_project(items=3, overlap=2, budget_micros=50_000)

    opened = await Task.filter(project_id=project.id, state="OPEN").order_by("id")
    assert sorted(task.round for task in opened) == [0, 0, 0, 1]
    assert await accounts(project) == (100_000_000 - 50_000, 2_000, 48_000, 0)
    await project.fund(10_000, key="a little")
    await project.fund(11_999, key="nearly")

    assert (await task_states(project)).count("OPEN") == 5
    await project.fund(1, key="there")
    assert (await task_states(project)).count("OPEN") == 6
    assert await accounts(project) == (100_000_000 - 72_000, 0, 72_000, 0)
    assert await verify() == []


async def test_money_of_tasks_that_are_closed_later_for_the_same_reason_comes_back_too() -> None:
    project = await a_project(items=3)

    for left in (2, 1, 0):
        async with in_transaction():
            await project.lock()
            await sql.run("UPDATE tasks SET state = 'CLOSED' WHERE id = (SELECT min(id) FROM tasks WHERE state = 'OPEN')")
            await project.give_back(1, "item:1")
        assert await reserved(project.id).balance() == left * project.reward_micros


async def test_money_and_items_before_opening_wait_for_it() -> None:
    project = await a_project(items=2, state=ProjectState.DRAFT)
    assert await task_states(project) == ["WAITING"] * 2

    await project.set_state(ProjectState.OPEN)
    await project.set_state(ProjectState.PAUSED)
    await bring_items(project, 1, prefix="paused")

    assert await task_states(project) == ["OPEN", "OPEN", "WAITING"]
    await project.set_state(ProjectState.OPEN)
    assert await task_states(project) == ["OPEN"] * 3


async def test_only_who_confirmed_an_address_founds_an_organization() -> None:
    stranger = await a_user(confirmed=False)

    with pytest.raises(EmailUnconfirmed):
        await Organization.found_by(stranger, "Field Mice")

    assert await Organization.all().count() == 0
    assert (await User.get(id=stranger.id)).roles == ["ANNOTATOR"]


async def test_racing_credits_under_one_key_count_once_and_another_reference_is_a_mismatch() -> None:
    admin, organization = await a_user(), await an_organization(dollars=0)

    await asyncio.gather(*(organization.credit(5, reference="invoice", key="k", by=admin) for _ in range(8)))
    for amount, reference in ((6, "invoice"), (5, "another")):
        with pytest.raises(IdempotencyMismatch):
            await organization.credit(amount, reference=reference, key="k", by=admin)

    assert await balance(organization.id).balance() == 5
    assert await sql.value("SELECT count(*) FROM audit_entries WHERE action = 'creditOrganization'") == 1


# ------------------------------------------------------------------ items
async def test_an_import_is_all_or_nothing_and_names_each_error_by_path() -> None:
    project = await a_project(items=0)

    with pytest.raises(Refused) as refused:
        await bring(
            project,
            an_item("fine"),
            an_item(""),
            an_item("x" * 201),
            an_item("fine"),
            an_item("strangers", content=[{"image": {"upload_id": "another's"}}]),
            an_item("empty", content=[]),
            an_item("gold", gold=[{"key": "label", "value": {"choices": ["bird"]}}]),
            an_item("hostile", content=[{"text": {"text": "a\x00b"}}]),
        )

    paths = [".".join(error.path) for error in refused.value.errors]
    assert paths[:5] == [
        "items.1.externalId",
        "items.2.externalId",
        "items.3.externalId",
        "items.4.content.0.image.uploadId",
        "items.5.content",
    ]
    assert paths[5].startswith("items.6.gold.0")
    assert paths[6] == "items.7.content.0.text.text"
    assert isinstance(refused.value.errors[3], NotFound)
    assert await Item.all().count() == await Task.all().count() == 0


async def test_importing_again_leaves_what_is_there() -> None:
    project = await a_project(items=0, overlap=2)

    first = await bring(project, an_item("one"), an_item("two"))
    again = await bring(project, an_item("two", content=[{"text": {"text": "Else"}}]), an_item("three"))

    assert (first, again) == (Imported(imported=2, existing=0), Imported(imported=1, existing=1))
    assert (await Item.get(external_id="two")).content[0]["kind"] == "image"
    assert await Task.all().count() == 6
    assert await verify() == []


async def test_racing_imports_of_the_same_items_make_each_once() -> None:
    project = await a_project(items=0, overlap=2)
    items = [an_item(f"item-{n}") for n in range(40)]
    copies = [await Project.get(id=project.id) for _ in range(8)]

    outcomes = await asyncio.gather(*(bring(copy, *items[n:], *items[:n]) for n, copy in enumerate(copies)))

    assert sum(outcome.imported for outcome in outcomes) == 40
    assert sum(outcome.existing for outcome in outcomes) == 7 * 40
    assert await Task.all().count() == 80
    assert await reserved(project.id).balance() == 80 * 12_000
    assert await verify() == []


@pytest.mark.parametrize("number", [0, MOST_ITEMS + 1])
async def test_an_import_has_some_items_and_not_too_many(number: int) -> None:
    project = await a_project(items=0)

    with pytest.raises(InvalidInput):
        await bring(project, *(an_item(f"item-{n}") for n in range(number)))

    assert await Item.all().count() == 0


async def test_a_thousand_items_are_imported_at_once_and_gold_gets_tasks_of_its_own() -> None:
    project = await a_project(items=0, budget_micros=20_000_000)
    gold = [{"key": "label", "value": {"choices": ["cat"]}}]

    imported = await bring(project, *(an_item(f"item-{n}", gold=gold if n % 10 == 0 else None) for n in range(MOST_ITEMS)))

    assert imported == Imported(imported=MOST_ITEMS, existing=0)
    assert await Task.filter(is_gold=False).count() == 900
    assert await Task.filter(is_gold=True).count() == 100 * GOLD_AT_ONCE
    assert await reserved(project.id).balance() == (900 + 100 * GOLD_AT_ONCE) * 12_000
    assert [item.external_id for item in await Item.all().order_by("id").limit(2)] == ["item-0", "item-1"]


async def test_a_closed_project_takes_no_items() -> None:
    project = await a_project(items=0, state=ProjectState.CLOSED)

    with pytest.raises(Conflict):
        await bring(project, an_item())

    assert await Item.all().count() == 0


async def test_results_are_paged_in_the_order_of_completion() -> None:
    project = await a_project(items=3)
    annotator = await an_annotator()
    annotations = [await an_annotation(annotator, project) for _ in range(3)]
    for annotation in (annotations[2], annotations[0], annotations[1]):
        await decided(annotation, Decision.APPROVED)

    first = await Item.completed(project.id, 0, 0, 2)
    assert first[-1].completed_xid is not None
    rest = await Item.completed(project.id, first[-1].completed_xid, first[-1].id, 2)

    assert [item.id for item in first + rest] == [annotations[2].item_id, annotations[0].item_id, annotations[1].item_id]


async def test_no_result_is_shown_while_an_older_transaction_may_still_add_one_before_it() -> None:
    project = await a_project(items=1)
    annotation = await an_annotation(project=project)
    older = await asyncpg.connect(settings().database_url)
    try:
        await older.execute("BEGIN")
        await older.fetchval("SELECT pg_current_xact_id()")
        await decided(annotation, Decision.APPROVED)
        assert await Item.completed(project.id, 0, 0, 9) == []
        await older.execute("COMMIT")
    finally:
        await older.close()

    assert [item.id for item in await Item.completed(project.id, 0, 0, 9)] == [annotation.item_id]
