"""Every query of the schema as each caller: who is told nothing, who is told null, and that all of what is told can be read."""

from __future__ import annotations

from typing import Any

import pytest

from models import AuditEntry, Entry, Review, Task, Verdict
from schema.ids import public_id
from tests.api.attacks import IDS, U
from tests.api.client import Tidemark
from tests.api.documents import SCHEMA, document, everything, root
from tests.api.scene import Scene, a_scene, the_id, unchanged
from tests.support.payouts import PAYEE

F = "FORBIDDEN"
PEOPLE = ("annotator", "stranger", "moderator", "second", "admin", "partner", "rival")
TOKENS = ("token", "blind token", "writing token", "rival token")
KNOWN = (*PEOPLE, *TOKENS)
STAFF = ("moderator", "second", "admin")
# Who sees what by its id; nobody else does. Types that are missing here fail the test.
SEEN_BY: dict[str, tuple[str, ...]] = {
    "User": ("annotator", "admin"),
    "Annotator": ("annotator", *STAFF),
    "Lesson": ("anonymous", *KNOWN),
    "LessonStep": ("anonymous", *KNOWN),
    "Organization": KNOWN,
    # Asked for by an open project.
    "Qualification": KNOWN,
    # Of a draft: others' are shown nowhere.
    "Project": (*STAFF, "partner", "token", "blind token", "writing token"),
    "ApiToken": ("partner",),
    "Item": ("annotator", *STAFF, "partner", "token", "blind token"),
    "Task": ("annotator", *STAFF, "partner", "token", "blind token"),
    "Assignment": ("annotator", *STAFF),
    "Annotation": ("annotator", *STAFF, "partner", "token", "blind token"),
    "Verdict": ("annotator", *STAFF, "partner", "token", "blind token"),
    "Appeal": ("annotator", *STAFF),
    "Review": ("moderator", "second"),
    "AuditSample": ("moderator", "second"),
    "Transaction": ("annotator",),
    "AuditEntry": ("admin",),
    "Withdrawal": ("annotator", "admin"),
    "PayoutBatch": ("admin",),
    "FraudSignal": STAFF,
}
# Tested with all else about them.
ELSEWHERE = {"Ticket", "tickets", "faq"}
FOR_ADMINS = {"anonymous": U, **dict.fromkeys(("annotator", "partner", "moderator", *TOKENS), F)}
# What each query says to whom it does not serve.
DENIED: dict[str, dict[str, str]] = {
    "node": {},
    "viewer": {},
    "sessions": {"anonymous": U, **dict.fromkeys(TOKENS, F)},
    "serverTime": {},
    "tutorial": {},
    "organizations": {"anonymous": U, "blind token": F, "writing token": F},
    "judgingPreview": {"anonymous": U, "blind token": F, "writing token": F},
    "projects": {"anonymous": U},
    "project": {"anonymous": U},
    "reviewBoard": {"anonymous": U, **dict.fromkeys(("annotator", "partner", "admin", *TOKENS), F)},
    "payoutMethods": {"anonymous": U},
    "checkAddress": {"anonymous": U, **dict.fromkeys(TOKENS, F)},
    **dict.fromkeys(("allOrganizations", "withdrawals", "payoutBatches", "hotWallets"), FOR_ADMINS),
    "annotators": {"anonymous": U, **dict.fromkeys(("annotator", "partner", *TOKENS), F)},
    "auditLog": FOR_ADMINS,
    "overturned": FOR_ADMINS,
    "fraudSignals": {"anonymous": U, **dict.fromkeys(("annotator", "partner", *TOKENS), F)},
}
NODE = "query ($id: ID!) { node(id: $id) { id __typename } }"


def test_every_query_and_every_node_is_attacked() -> None:
    nodes = {type_.name for type_ in SCHEMA.get_possible_types(SCHEMA.get_type("Node"))}  # type: ignore[arg-type]

    assert root("query").fields.keys() - ELSEWHERE == DENIED.keys()
    assert nodes - ELSEWHERE == SEEN_BY.keys()


async def test_whoever_may_not_ask_is_told_so(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)

    async with unchanged():
        for name, denied in DENIED.items():
            asked = document("query", name, "{ __typename }" if name != "serverTime" else "")
            for who in ("anonymous", *KNOWN):
                body = await scene.client(who).send(asked, **arguments(scene))
                told = body["errors"][0]["extensions"]["code"] if "errors" in body else None
                assert told == denied.get(kind_of(who)), (name, who)


def arguments(scene: Scene) -> dict[str, str]:
    """Of whatever query, those that it takes among them."""
    return {"id": the_id(scene.project), "projectId": the_id(scene.project), "coin": "LTC", "address": PAYEE}


def kind_of(who: str) -> str:
    """Others of the same kind are told the same."""
    return {"stranger": "annotator", "newcomer": "annotator", "rival": "partner", "second": "moderator"}.get(who, who)


@pytest.mark.parametrize("who", ["annotator", "newcomer", "moderator", "admin", "partner", "token", "blind token"])
async def test_all_that_is_shown_to_somebody_can_be_read(who: str, tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    client = scene.client(who)

    async with unchanged():
        for name, field in root("query").fields.items():
            if DENIED.get(name, {}).get(kind_of(who)) is None and name not in {"node", *ELSEWHERE}:
                await client.ask(document("query", name, everything(field.type, 2)), **arguments(scene))
        for type_name, public in (await nodes_of(scene)).items():
            selection = everything(SCHEMA.get_type(type_name), 2)
            found = await client.ask(f"query ($id: ID!) {{ node(id: $id) {{ ... on {type_name} {selection} }} }}", id=public)
            seen_by = {*SEEN_BY[type_name], *(["newcomer"] if "stranger" in SEEN_BY[type_name] else [])}
            assert (found["node"] is not None) == (who in seen_by), type_name


async def test_a_node_is_shown_to_whom_it_concerns_and_is_null_for_all_others(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)

    shown = {}
    for type_name, public in (await nodes_of(scene)).items():
        shown[type_name] = {who for who in ("anonymous", *KNOWN) if (await scene.client(who).ask(NODE, id=public))["node"]}

    assert shown == {type_name: set(who) for type_name, who in SEEN_BY.items()}


async def test_a_project_is_shown_while_it_is_open_and_afterwards_to_whom_it_concerns(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    asked = "query ($id: ID!) { project(id: $id) { id } node(id: $id) { id } }"

    async def shown_to() -> set[str]:
        told = {who: await scene.client(who).ask(asked, id=the_id(scene.project)) for who in KNOWN}
        assert all(each["project"] == each["node"] for each in told.values())
        return {who for who, each in told.items() if each["project"]}

    assert await shown_to() == set(KNOWN)
    await scene.client("partner").do(
        "mutation ($id: ID!) { setProjectState(projectId: $id, state: PAUSED) { errors { code } } }", id=the_id(scene.project)
    )
    assert await shown_to() == {"annotator", *STAFF, "partner", "token", "blind token", "writing token"}


async def test_ids_that_are_none_or_of_another_type_are_null(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    admin = scene.client("admin")
    nonsense = [*(value.format("Project") for value in IDS.values()), "x" * 100_000, "Lesson_zzzzzzzzzzzzz", "\u202eProject", "🦊"]

    for public in (*nonsense, public_id("Lesson", 1_000), public_id("Project", 2**62)):
        assert (await admin.ask(NODE, id=public))["node"] is None
    for public in (*nonsense, the_id(scene.organization), the_id(scene.item)):
        assert (await admin.ask("query ($id: ID!) { project(id: $id) { id } }", id=public))["project"] is None
    for public in (*nonsense, the_id(scene.organization)):
        waiting = await scene.client("moderator").ask(
            "query ($id: ID) { reviewBoard { waiting(projectId: $id) { edges { node { id } } } } }", id=public
        )
        assert waiting["reviewBoard"]["waiting"]["edges"] == []


async def test_what_others_may_not_know_of_a_thing_they_see_is_null(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    asked = """query ($project: ID!, $annotation: ID!, $organization: ID!) {
      project: node(id: $project) { ... on Project { budget { amount } progress { items } judging { audited }
        items { edges { node { externalId heldAt } } }
        results { edges { node { item { externalId } annotations { id } } } } organization { balance { amount } } } }
      annotation: node(id: $annotation) { ... on Annotation { annotator { id } appeal { id } item { externalId problems { kind } }
        assignment { draft { key } } } }
      organization: node(id: $organization) { ... on Organization { name balance { amount } projects { edges { node { id } } }
        apiTokens { id } } } }"""

    async def told(who: str) -> Any:
        return await scene.client(who).ask(
            asked, project=the_id(scene.project), annotation=the_id(scene.appealed), organization=the_id(scene.organization)
        )

    stranger, annotator, partner, blind, rival = [
        await told(who) for who in ("stranger", "annotator", "partner", "blind token", "rival token")
    ]
    nothing = {"budget": None, "progress": None, "judging": None, "items": None, "results": None, "organization": {"balance": None}}
    assert stranger["project"] == annotator["project"] == rival["project"] == nothing
    assert stranger["annotation"] is rival["annotation"] is None
    assert stranger["organization"] == {"name": "Field Mice Ltd", "balance": None, "projects": None, "apiTokens": None}
    assert annotator["annotation"]["annotator"] == {"id": scene.person("annotator")}
    assert annotator["annotation"]["appeal"]
    assert annotator["annotation"]["item"] == {"externalId": None, "problems": None}
    assert partner["annotation"]["annotator"] is partner["annotation"]["appeal"] is None
    assert partner["annotation"]["item"] == {"externalId": "item-2", "problems": []}
    assert len(partner["organization"]["apiTokens"]) == 3
    # A token that reads results tells them apart by the partner's own keys, and learns nothing else.
    assert blind["project"]["results"]["edges"][0]["node"]["item"] == {"externalId": "item-0"}
    assert {name: blind["project"][name] for name in ("budget", "progress", "items")} == dict.fromkeys(("budget", "progress", "items"))
    assert blind["organization"]["apiTokens"] is blind["organization"]["projects"] is None


async def test_search_finds_by_name_and_address_and_takes_any_text(tidemark: Tidemark) -> None:
    scene = await a_scene(tidemark)
    asked = "query ($search: String, $status: AccountStatus) { annotators(search: $search, status: $status) { edges { node { id } } } }"
    admin, sought = scene.client("admin"), scene.people["stranger"]

    async def found(**given: Any) -> list[str]:
        return [edge["node"]["id"] for edge in (await admin.ask(asked, **given))["annotators"]["edges"]]

    assert await found(search=sought.email.upper()) == [scene.person("stranger")]
    assert scene.person("stranger") in await found(search=sought.display_name.lower(), status="ACTIVE")
    assert await found(status="BANNED") == []
    for hostile in ("%", "_", "\\", "' OR 1=1 --", "\u202e", "x" * 900_000):
        assert await found(search=hostile) == []


async def nodes_of(scene: Scene) -> dict[str, str]:
    """By type, the public id of one that belongs to the annotator, or to the partner."""
    verdict = await Verdict.filter(annotation_id=scene.rejected.id).get()
    entry = await Entry.filter(user_id=scene.people["annotator"].id).order_by("id").first()
    entries = await AuditEntry.all().limit(1)
    review = await Review.get(annotation_id=scene.rejected.id)
    task = await Task.get(id=scene.leased.task_id)
    assert entry is not None
    item = await task.item
    return {
        "User": public_id("User", scene.people["annotator"].id),
        "Annotator": scene.person("annotator"),
        "Lesson": public_id("Lesson", 1),
        "LessonStep": public_id("LessonStep", 2),
        "Organization": the_id(scene.organization),
        "Qualification": the_id(scene.qualification),
        "Project": the_id(scene.draft),
        "ApiToken": the_id(scene.token),
        "Item": the_id(item),
        "Task": the_id(task),
        "Assignment": the_id(scene.leased),
        "Annotation": the_id(scene.rejected),
        "Verdict": the_id(verdict),
        "Appeal": the_id(scene.appeal),
        "Review": the_id(review),
        "AuditSample": the_id(scene.audit),
        "Transaction": public_id("Transaction", entry.id),
        "AuditEntry": the_id(entries[0]),
        "Withdrawal": the_id(scene.sent),
        "PayoutBatch": the_id(scene.batch),
        "FraudSignal": the_id(scene.signal),
    }
