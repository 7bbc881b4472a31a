"""Anything by its id, for who may see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

import models
from models.tutorial.lessons import LESSONS
from models.user import STAFF
from resolvers import seeing
from resolvers.work import read_id_or_zero
from schema import audit, judgement, money, people, projects, tutorial, work
from schema.context import Context, Info
from schema.ids import type_of
from schema.node import Node


@strawberry.type
class NodeQuery:
    @strawberry.field
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        name = type_of(id)
        find = _FINDERS.get(name or "")
        if find is None or name is None:
            return None
        return await find(info, read_id_or_zero(name, id))


def _among(rows: Callable[[Context], Any], shown: Callable[[Any], Node]) -> Callable[[Info, int], Awaitable[Node | None]]:
    """A finder among the rows that a caller may see."""

    async def find(info: Info, number: int) -> Node | None:
        seen = rows(info.context)
        if isinstance(seen, Awaitable) and not hasattr(seen, "get_or_none"):
            seen = await seen
        row = await seen.get_or_none(id=number)
        return None if row is None else shown(row)

    return find


async def _user(info: Info, number: int) -> Node | None:
    viewer = info.context.viewer
    if viewer is None or not (viewer.id == number or viewer.has_role(models.Role.ADMIN)):
        return None
    row = await models.User.get_or_none(id=number)
    return None if row is None else await people.User.of(info, row)


async def _annotator(info: Info, number: int) -> Node | None:
    viewer = info.context.viewer
    if viewer is None or not (viewer.id == number or viewer.has_role(*STAFF)):
        return None
    row = await models.User.get_or_none(id=number)
    return None if row is None else people.Annotator(row=row)


async def _lesson(_: Info, number: int) -> Node | None:
    return tutorial.Lesson(row=LESSONS[number]) if number < len(LESSONS) else None


async def _lesson_step(_: Info, number: int) -> Node | None:
    return tutorial.LessonStep(row=tutorial.STEPS[number]) if number < len(tutorial.STEPS) else None


async def _task(info: Info, number: int) -> Node | None:
    row = await models.Task.get_or_none(id=number)
    if row is None:
        return None
    seen = await (await seeing.items_seen_by(info.context)).filter(id=row.item_id).exists()
    return work.Task(row=row) if seen else None


def _reviews(context: Context) -> Any:
    return models.Review.all() if context.viewer and context.viewer.has_role(models.Role.MODERATOR) else models.Review.filter(id=0)


def _entries(context: Context) -> Any:
    return models.Entry.filter(user_id=context.viewer.id if context.viewer else seeing.NOBODY)


async def _tokens(context: Context) -> Any:
    return models.ApiToken.filter(organization_id__in=list(await context.organization_ids()) if context.viewer else [], revoked_at=None)


def _audit(context: Context) -> Any:
    return models.AuditEntry.all() if context.viewer and context.viewer.has_role(models.Role.ADMIN) else models.AuditEntry.filter(id=0)


def _organizations(context: Context) -> Any:
    known = context.viewer is not None or context.token is not None
    return models.Organization.all() if known else models.Organization.filter(id=0)


_FINDERS: dict[str, Callable[[Info, int], Awaitable[Node | None]]] = {
    "User": _user,
    "Annotator": _annotator,
    "Lesson": _lesson,
    "LessonStep": _lesson_step,
    "Task": _task,
    "Organization": _among(_organizations, lambda row: projects.Organization(row=row)),
    "ApiToken": _among(_tokens, lambda row: projects.ApiToken(row=row)),
    "Project": _among(seeing.projects_seen_by, lambda row: projects.Project(row=row)),
    "Item": _among(seeing.items_seen_by, lambda row: projects.Item(row=row)),
    "Assignment": _among(seeing.assignments_seen_by, lambda row: work.Assignment(row=row)),
    "Annotation": _among(seeing.annotations_seen_by, lambda row: judgement.Annotation(row=row)),
    "Verdict": _among(seeing.verdicts_seen_by, lambda row: judgement.Verdict(row=row)),
    "Appeal": _among(seeing.appeals_seen_by, lambda row: judgement.Appeal(row=row)),
    "Review": _among(_reviews, lambda row: judgement.Review(row=row)),
    "Transaction": _among(_entries, lambda row: money.Transaction(row=row)),
    "AuditEntry": _among(_audit, lambda row: audit.AuditEntry(row=row)),
}
