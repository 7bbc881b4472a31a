"""Imports as large as partners may send them, by token."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from models import ApiToken, Item, Project, Scope
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.support.photos import a_photo
from tests.support.sql import counted_sql
from tests.support.world import BOX_FORM, a_project, a_user, an_organization

IMPORT = """mutation ($project: ID!, $items: [ItemInput!]!) {
  importItems(projectId: $project, items: $items) { imported existing errors { code path } } }"""


async def a_machine(tidemark: Tidemark) -> tuple[Client, Project, str]:
    """With a project of boxes, and a photograph of its own."""
    partner = await a_user()
    organization = await an_organization(partner)
    project = await a_project(organization, items=0, form=BOX_FORM)
    scopes = [Scope.PROJECTS_READ, Scope.PROJECTS_WRITE]
    _, secret = await ApiToken.issue(organization, name="imports", scopes=scopes, by=partner)
    machine = tidemark.with_token(secret)
    return machine, project, await machine.upload(a_photo())


def items_of(upload: str, number: int, boxes: int, prefix: str = "photo") -> list[dict[str, Any]]:
    known = [{"label": "cat", "x": 1 + n % 7, "y": 2.5, "width": 30, "height": 20} for n in range(boxes)]
    gold = [{"key": "boxes", "value": {"boxes": known}}] if boxes else None
    return [
        {"externalId": f"{prefix}-{n}", "content": [{"image": {"uploadId": upload, "alt": "A cat"}}], "gold": gold} for n in range(number)
    ]


async def brought(machine: Client, project: Project, items: list[dict[str, Any]]) -> Any:
    body = orjson.dumps({"query": IMPORT, "variables": {"project": public_id("Project", project.id), "items": items}})
    headers = machine.headers | {"content-type": "application/json"}
    response = await machine.http.post(f"{machine.origin}/graphql", content=body, headers=headers)
    return response.json()["data"]["importItems"]


async def test_while_a_large_import_is_read_others_have_their_turn(tidemark: Tidemark) -> None:
    machine, project, upload = await a_machine(tidemark)
    items = items_of(upload, 1_000, 25)
    loop, pauses = asyncio.get_running_loop(), [0.0]

    async def others() -> None:
        while True:
            before = loop.time()
            await asyncio.sleep(0.005)
            pauses.append(loop.time() - before)

    waiting = asyncio.create_task(others())
    began = loop.time()
    done = await brought(machine, project, items)
    took = loop.time() - began
    waiting.cancel()

    assert done == {"imported": 1_000, "existing": 0, "errors": []}
    # What graphql-core does before it knows what is asked of whom is in one piece; the rest, most of it, is not.
    assert max(pauses) < 0.45 * took
    assert await Item.filter(project_id=project.id, gold__not_isnull=True).count() == 1_000


async def test_of_a_large_import_one_error_is_told_by_its_path_and_nothing_is_kept(tidemark: Tidemark) -> None:
    machine, project, upload = await a_machine(tidemark)
    items = items_of(upload, 1_000, 1)
    items[777] = {**items[777], "gold": [{"key": "boxes", "value": {"boxes": [{"label": "dog", "x": 1, "y": 2, "width": 3, "height": 4}]}}]}
    items[998]["externalId"] = "photo-3"

    done = await brought(machine, project, items)

    assert (done["imported"], done["existing"]) == (0, 0)
    assert [(error["code"], error["path"][:2]) for error in done["errors"]] == [
        ("INVALID_INPUT", ["items", "777"]),
        ("INVALID_INPUT", ["items", "998"]),
    ]
    assert await Item.filter(project_id=project.id).count() == 0


async def test_items_cost_no_statement_each(tidemark: Tidemark) -> None:
    machine, project, upload = await a_machine(tidemark)
    await brought(machine, project, items_of(upload, 1, 0, "first"))
    counts = []
    for number in (1, 100, 1_000):
        with counted_sql() as sent:
            await brought(machine, project, items_of(upload, number, 0, f"batch{number}"))
        counts.append(len(sent))

    assert counts[0] == counts[1]
    assert counts[2] <= counts[0] + 9
