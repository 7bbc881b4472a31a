"""Pages of every list: each row once and in order, however much is added meanwhile; what is no page and no cursor is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from models import AuditEntry, Decision, Project, User
from ops.database import sql
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.api.scene import the_id
from tests.support.world import (
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_organization,
    appealed,
    bring_items,
    decided,
)

NUMBER = 7


@dataclass
class Rows:
    """Seven of everything, and how to add another."""

    partner: User
    annotator: User
    moderator: User
    admin: User
    project: Project

    async def add(self) -> None:
        """One more of everything that a list below shows."""
        organization = await self.project.organization
        await an_annotator()
        await an_organization()
        await AuditEntry.record("suspendAnnotator", by=self.admin, subject=self.annotator, reason="Rude.")
        await a_project(organization, items=0, budget_micros=0)
        await bring_items(self.project, 6, prefix=f"more {await sql.value('SELECT count(*) FROM items')}")
        await decided(await an_annotation(self.annotator, self.project), Decision.APPROVED, self.moderator)
        rejected = await an_annotation(self.annotator, self.project)
        await decided(rejected, Decision.REJECTED, self.moderator)
        await appealed(rejected)
        await an_annotation(self.annotator, self.project)
        held = await an_annotation(self.annotator, self.project)
        await sql.run("UPDATE reviews SET claimed_by_id = $2, claimed_at = now() WHERE annotation_id = $1", held.id, self.moderator.id)


NODE = "edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
# Who asks, the way to the list, whether what is added meanwhile comes at the end of it rather than before its beginning.
LISTS: dict[str, tuple[str, str, bool]] = {
    "assignments": ("annotator", "viewer { assignments(PAGE) { NODE } }", False),
    "annotations": ("annotator", "viewer { annotations(PAGE) { NODE } }", False),
    "approved": ("annotator", "viewer { annotations(PAGE, state: APPROVED) { NODE } }", False),
    "own appeals": ("annotator", "viewer { appeals(PAGE) { NODE } }", False),
    "transactions": ("annotator", "viewer { wallet { transactions(PAGE) { NODE } } }", False),
    "rejections": ("annotator", "viewer { wallet { transactions(PAGE, kinds: [REJECTED]) { NODE } } }", False),
    "decisions": ("annotator", "viewer { wallet { transactions(PAGE, kinds: [APPROVED, REJECTED, APPROVED]) { NODE } } }", False),
    "offered": ("annotator", "projects(PAGE) { NODE }", True),
    "projects": ("partner", "node(id: $organization) { ... on Organization { projects(PAGE) { NODE } } }", False),
    "items": ("partner", "project(id: $project) { items(PAGE) { NODE } }", True),
    "results": ("partner", "project(id: $project) { results(PAGE) { RESULT } }", True),
    "waiting": ("moderator", "reviewBoard { waiting(PAGE) { NODE } }", True),
    "claimed": ("moderator", "reviewBoard { claimed(PAGE) { NODE } }", True),
    "decided": ("moderator", "reviewBoard { decided(PAGE) { NODE } }", False),
    "rejected": ("moderator", "reviewBoard { decided(PAGE, decision: REJECTED) { NODE } }", False),
    "appeals": ("moderator", "reviewBoard { appeals(PAGE) { NODE } }", True),
    "annotators": ("admin", "annotators(PAGE) { NODE }", False),
    "organizations": ("admin", "allOrganizations(PAGE) { NODE }", False),
    "audit": ("admin", "auditLog(PAGE) { NODE }", False),
}


SAME_ROWS = {
    "approved": "annotations",
    "rejections": "transactions",
    "decisions": "transactions",
    "rejected": "decided",
    "claimed": "waiting",
}


@dataclass
class List:
    client: Client
    document: str
    variables: dict[str, str]

    async def page(self, first: int | None, after: str | None) -> Any:
        return connection_in(await self.client.ask(self.document, first=first, after=after, **self.variables))

    async def refused(self, first: int | None, after: str | None) -> tuple[str, list[str]]:
        body = await self.client.send(self.document, first=first, after=after, **self.variables)
        extensions = body["errors"][0]["extensions"]
        return extensions["code"], extensions["path"]


async def a_world(tidemark: Tidemark) -> tuple[Rows, dict[str, List]]:
    partner, moderator, admin = await a_user(), await a_moderator(), await an_admin()
    organization = await an_organization(partner, dollars=10_000)
    project = await a_project(organization, items=0, budget_micros=1_000_000_000)
    rows = Rows(partner, await an_annotator(), moderator, admin, project)
    for _ in range(NUMBER):
        await rows.add()
    clients = {who: await tidemark.signed_in(getattr(rows, who)) for who in ("partner", "annotator", "moderator", "admin")}
    return rows, {name: a_list(clients[who], way, project) for name, (who, way, _) in LISTS.items()}


def a_list(client: Client, way: str, project: Project) -> List:
    names = {"$organization: ID!": project.organization_id, "$project: ID!": project.id}
    declared = ", ".join(["$first: Int", "$after: String", *(name for name in names if name.partition(":")[0] in way)])
    body = way.replace("PAGE", "first: $first, after: $after").replace("NODE", NODE).replace("RESULT", NODE.replace("id", "item { id }"))
    variables = {"organization": public_id("Organization", project.organization_id), "project": the_id(project)}
    return List(client, f"query ({declared}) {{ {body} }}", variables)


async def test_a_list_is_walked_row_by_row_in_order_while_it_grows(tidemark: Tidemark) -> None:
    rows, lists = await a_world(tidemark)
    whole = {name: ids_of(await each.page(100, None)) for name, each in lists.items()}

    walked: dict[str, list[str]] = {name: [] for name in lists}
    after: dict[str, str | None] = dict.fromkeys(lists)
    for step in range(40):
        for name in [name for name, cursor in after.items() if step == 0 or cursor]:
            page = await lists[name].page(3 if step < 3 else 30, after[name])
            walked[name] += ids_of(page)
            assert page["pageInfo"]["hasPreviousPage"] == (step > 0)
            after[name] = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
        if step in {0, 1}:
            await rows.add()

    for name, (_, _, grows_at_the_end) in LISTS.items():
        assert len(whole[name]) >= NUMBER, name
        assert len(set(walked[name])) == len(walked[name]), name
        assert walked[name][: len(whole[name])] == whole[name], name
        assert (len(walked[name]) > len(whole[name])) == grows_at_the_end, name


async def test_what_is_no_page_is_refused_by_path(tidemark: Tidemark) -> None:
    _, lists = await a_world(tidemark)

    for name, each in lists.items():
        for first in (0, -1, 101, 2**31 - 1):
            assert await each.refused(first, None) == ("BAD_USER_INPUT", ["first"]), (name, first)


async def test_what_is_no_cursor_of_the_list_is_refused_by_path(tidemark: Tidemark) -> None:
    _, lists = await a_world(tidemark)
    cursors = {name: (await each.page(2, None))["pageInfo"]["endCursor"] for name, each in lists.items()}

    for name, each in lists.items():
        own = cursors[name]
        # Lists of the same rows in the same order may share theirs; others may not.
        foreign = [cursor for other, cursor in cursors.items() if kind_of_list(other) != kind_of_list(name)]
        made_up = ["", "nonsense", "WzFd", own[:-1], own + "A", own.swapcase(), "x" * 100_000, "\u202e", "é"]
        for cursor in (*foreign, *made_up):
            assert await each.refused(2, cursor) == ("BAD_USER_INPUT", ["after"]), (name, cursor)


async def test_a_cursor_tells_no_number(tidemark: Tidemark) -> None:
    _, lists = await a_world(tidemark)

    cursors = [edge["cursor"] for edge in (await lists["annotations"].page(20, None))["edges"]]

    assert len({cursor[:4] for cursor in cursors}) > len(cursors) // 2
    assert cursors != sorted(cursors)
    assert cursors != sorted(cursors, reverse=True)


@pytest.mark.parametrize("first", [1, 100])
async def test_pages_are_as_long_as_asked(first: int, tidemark: Tidemark) -> None:
    _, lists = await a_world(tidemark)

    for name, each in lists.items():
        page = await each.page(first, None)
        assert len(page["edges"]) == min(first, len(ids_of(await each.page(100, None)))), name
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["endCursor"] == page["edges"][-1]["cursor"]


def kind_of_list(name: str) -> str:
    """Of the same rows in the same order."""
    return SAME_ROWS.get(name, name)


def ids_of(page: Any) -> list[str]:
    return [str((edge["node"].get("item") or edge["node"])["id"]) for edge in page["edges"]]


def connection_in(told: Any) -> Any:
    return told if "edges" in told else connection_in(next(iter(told.values())))
