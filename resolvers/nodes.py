"""Anything by its id, for who may see it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry

import models
from models.errors import NotFound
from models.qualification_attempt import question_of
from models.tutorial.lessons import LESSONS
from models.user import STAFF
from resolvers import seeing
from schema import audit, fraud, help, judgement, money, payouts, people, projects, qualifications, tutorial, work
from schema.context import Context, Info
from schema.ids import read_id, type_of
from schema.node import Node


@strawberry.type
class NodeQuery:
    @strawberry.field
    async def node(self, info: Info, id: strawberry.ID) -> Node | None:
        return await seen_node(info, id)


async def seen_node(info: Info, public: str) -> Node | None:
    """What has that id, where the caller may see it."""
    name = type_of(public)
    if name is None or name not in _FINDERS:
        return None
    try:
        number = read_id(name, public)
    except NotFound:
        return None
    return await _FINDERS[name](info, number)


async def _user(info: Info, number: int) -> Node | None:
    row = await _person(info, number, models.Role.ADMIN)
    return None if row is None else await people.User.of(info, row)


async def _annotator(info: Info, number: int) -> Node | None:
    row = await _person(info, number, *STAFF)
    return None if row is None else people.Annotator(row=row)


async def _person(info: Info, number: int, *seen_by: models.Role) -> models.User | None:
    """Oneself, and anybody for those roles."""
    viewer = info.context.viewer
    if viewer is None or not (viewer.id == number or viewer.has_role(*seen_by)):
        return None
    return await models.User.get_or_none(id=number)


async def _lesson(_: Info, number: int) -> Node | None:
    return tutorial.Lesson(row=LESSONS[number]) if number < len(LESSONS) else None


async def _lesson_step(info: Info, number: int) -> Node | None:
    if number > tutorial.FIRST_QUESTION:
        question = await question_of(seeing.viewer_id(info.context), number - tutorial.FIRST_QUESTION)
        return None if question is None else tutorial.LessonStep(row=question)
    return tutorial.LessonStep(row=tutorial.STEPS[number]) if number < len(tutorial.STEPS) else None


async def _qualification(info: Info, number: int) -> Node | None:
    row = await seeing.qualification_seen(info.context, number)
    return None if row is None else qualifications.Qualification(row=row)


async def _project(info: Info, number: int) -> Node | None:
    row = await seeing.project_seen(info.context, number)
    return None if row is None else projects.Project(row=row)


async def _item(info: Info, number: int) -> Node | None:
    row = await seeing.item_seen(info.context, number)
    return None if row is None else projects.Item(row=row)


async def _task(info: Info, number: int) -> Node | None:
    row = await models.Task.get_or_none(id=number)
    return None if row is None or await seeing.item_seen(info.context, row.item_id) is None else work.Task(row=row)


async def _organization(info: Info, number: int) -> Node | None:
    row = await models.Organization.get_or_none(id=number) if info.context.is_known else None
    return None if row is None else projects.Organization(row=row)


async def _api_token(info: Info, number: int) -> Node | None:
    # People manage tokens; a token does not see its like.
    mine = await info.context.organization_ids() if info.context.viewer else frozenset()
    row = await models.ApiToken.get_or_none(id=number, organization_id__in=list(mine), revoked_at=None)
    return None if row is None else projects.ApiToken(row=row)


async def _annotation(info: Info, number: int) -> Node | None:
    row = await (await seeing.annotations_seen_by(info.context)).get_or_none(id=number)
    return None if row is None else judgement.Annotation(row=row)


async def _verdict(info: Info, number: int) -> Node | None:
    row = await (await seeing.verdicts_seen_by(info.context)).get_or_none(id=number)
    return None if row is None else judgement.Verdict(row=row)


def _among(rows: Callable[[Context], Any], shown: Callable[[Any], Node]) -> Callable[[Info, int], Awaitable[Node | None]]:
    """A finder among the rows that a caller may see."""

    async def find(info: Info, number: int) -> Node | None:
        row = await rows(info.context).get_or_none(id=number)
        return None if row is None else shown(row)

    return find


def _for(role: models.Role, model: type[models.Review | models.AuditEntry | models.AuditSample]) -> Callable[[Context], Any]:
    return lambda context: model.all() if context.viewer and context.viewer.has_role(role) else model.filter(id=0)


_FINDERS: dict[str, Callable[[Info, int], Awaitable[Node | None]]] = {
    "User": _user,
    "Annotator": _annotator,
    "Lesson": _lesson,
    "LessonStep": _lesson_step,
    "Qualification": _qualification,
    "Project": _project,
    "Item": _item,
    "Task": _task,
    "Organization": _organization,
    "ApiToken": _api_token,
    "Annotation": _annotation,
    "Verdict": _verdict,
    "Assignment": _among(seeing.assignments_seen_by, lambda row: work.Assignment(row=row)),
    "Appeal": _among(seeing.appeals_seen_by, lambda row: judgement.Appeal(row=row)),
    "FraudSignal": _among(seeing.fraud_signals_seen_by, lambda row: fraud.FraudSignal(row=row)),
    "Ticket": _among(seeing.tickets_seen_by, lambda row: help.Ticket(row=row)),
    "Review": _among(_for(models.Role.MODERATOR, models.Review), lambda row: judgement.Review(row=row)),
    "AuditSample": _among(_for(models.Role.MODERATOR, models.AuditSample), lambda row: judgement.AuditSample(row=row)),
    "AuditEntry": _among(_for(models.Role.ADMIN, models.AuditEntry), lambda row: audit.AuditEntry(row=row)),
    "Withdrawal": _among(seeing.withdrawals_seen_by, lambda row: payouts.Withdrawal(row=row)),
    "PayoutBatch": _among(seeing.payout_batches_seen_by, lambda row: payouts.PayoutBatch(row=row)),
    "Transaction": _among(lambda context: models.Entry.filter(user_id=seeing.viewer_id(context)), lambda row: money.Transaction(row=row)),
}
