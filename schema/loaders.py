"""Loads by key, many at once: a field asks here and never queries. One set a request, and a new one for each event of a subscription."""

from __future__ import annotations

import asyncio
import weakref
from collections import defaultdict
from collections.abc import Callable, Coroutine
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from models import (
    Annotation,
    AnnotationState,
    Appeal,
    Assignment,
    AuditEntry,
    Correction,
    Item,
    Membership,
    PayoutBatch,
    Standing,
    StepPass,
    TicketMessage,
    User,
    Verdict,
    Wallet,
)
from models.judge import sum_up
from models.judged import JudgedDay, JudgedField, days_of, fields_of
from models.judging import Judging, judging_of
from models.ledger import AccountKind, balances_of
from models.progress import Progress, progress_of
from models.project import blocked_by, open_tasks
from models.qualification import Qualification, QualificationFigures
from models.qualification_attempt import QualificationAttempt, Question
from models.row import Row
from models.weighing import Weighed, weighings
from ops.database import sql
from schema.loading import DataLoader

if TYPE_CHECKING:
    from schema.context import Context

R = TypeVar("R", bound=Row)
# Other answers to the same item, at most: overlap is 20 at most, and each place may have been judged several times.
MOST_OTHERS = 50


class Loaders:
    def __init__(self, context: Context) -> None:
        # Who holds us: without a circle both are freed as soon as nobody needs them.
        self._context: Context = weakref.proxy(context)
        self._rows: dict[type[Row], DataLoader[int, Any]] = {}
        self._passed_steps: asyncio.Future[set[str]] | None = None
        self._now: asyncio.Future[datetime] | None = None

    async def row(self, model: type[R], row_id: int) -> R:
        """The row of a foreign key, which is there."""
        loader = self._rows.get(model)
        if loader is None:

            async def load(ids: list[int], model: type[R] = model) -> list[R]:
                rows = {row.id: row for row in await model.filter(id__in=ids)}
                return [rows[each] for each in ids]

            loader = self._rows[model] = DataLoader(load)
        row: R = await loader.load(row_id)
        return row

    @cached_property
    def standing(self) -> DataLoader[int, Standing]:
        async def load(user_ids: list[int]) -> list[Standing]:
            found = {row.user_id: row for row in await Standing.filter(user_id__in=user_ids)}
            return [found[each] for each in user_ids]

        return DataLoader(load)

    @cached_property
    def summed_up(self) -> DataLoader[Item, Item]:
        """Items that are done, with what their annotations come to; of those that the worker has not seen yet it is found out now."""

        async def load(items: list[Item]) -> list[Item]:
            await sum_up([item for item in items if item.consensus is None])
            return items

        return DataLoader(load, cache_key_fn=lambda item: item.id)

    @cached_property
    def wallet(self) -> DataLoader[int, Wallet]:
        async def load(user_ids: list[int]) -> list[Wallet]:
            found = {row.user_id: row for row in await Wallet.filter(user_id__in=user_ids)}
            return [found[each] for each in user_ids]

        return DataLoader(load)

    @cached_property
    def verdict(self) -> DataLoader[int, Verdict | None]:
        """The latest verdict of an annotation."""

        async def load(annotation_ids: list[int]) -> list[Verdict | None]:
            found = {row.annotation_id: row for row in await Verdict.filter(annotation_id__in=annotation_ids).order_by("id")}
            return [found.get(each) for each in annotation_ids]

        return DataLoader(load)

    @cached_property
    def appeal(self) -> DataLoader[int, Appeal | None]:
        """The appeal against the rejection of an annotation."""

        async def load(annotation_ids: list[int]) -> list[Appeal | None]:
            found = {row.annotation_id: row for row in await Appeal.filter(annotation_id__in=annotation_ids)}
            return [found.get(each) for each in annotation_ids]

        return DataLoader(load)

    @cached_property
    def appeal_of_step(self) -> DataLoader[int, Appeal | None]:
        """The appeal against a step of somebody's standing."""

        async def load(step_ids: list[int]) -> list[Appeal | None]:
            found = {row.step_id: row for row in await Appeal.filter(step_id__in=step_ids)}
            return [found.get(each) for each in step_ids]

        return DataLoader(load)

    @cached_property
    def weighed(self) -> DataLoader[int, Weighed]:
        """What the ladder knows of a person."""
        return _keyed(weighings)

    @cached_property
    def mended(self) -> DataLoader[int, list[dict[str, Any]] | None]:
        """What a moderator made of an annotation's answers."""

        async def load(annotation_ids: list[int]) -> list[list[dict[str, Any]] | None]:
            found = await Correction.answers_of(annotation_ids)
            return [found.get(each) for each in annotation_ids]

        return DataLoader(load)

    @cached_property
    def annotation_of_assignment(self) -> DataLoader[int, Annotation | None]:
        async def load(assignment_ids: list[int]) -> list[Annotation | None]:
            found = {row.assignment_id: row for row in await Annotation.filter(assignment_id__in=assignment_ids)}
            return [found.get(each) for each in assignment_ids]

        return DataLoader(load)

    @cached_property
    def annotations_of_item(self) -> DataLoader[int, list[Annotation]]:
        """All of an item, latest first."""

        async def load(item_ids: list[int]) -> list[list[Annotation]]:
            found: dict[int, list[Annotation]] = defaultdict(list)
            for row in await Annotation.filter(item_id__in=item_ids).order_by("-id"):
                found[row.item_id].append(row)
            return [found[each][:MOST_OTHERS] for each in item_ids]

        return DataLoader(load)

    @cached_property
    def approved_of_item(self) -> DataLoader[int, list[Annotation]]:
        """The approved ones of an item, oldest first."""

        async def load(item_ids: list[int]) -> list[list[Annotation]]:
            found: dict[int, list[Annotation]] = defaultdict(list)
            for row in await Annotation.filter(item_id__in=item_ids, state=AnnotationState.APPROVED).order_by("id"):
                found[row.item_id].append(row)
            return [found[each] for each in item_ids]

        return DataLoader(load)

    @cached_property
    def problems_of_item(self) -> DataLoader[int, list[Assignment]]:
        """What was reported of an item, latest first."""

        async def load(item_ids: list[int]) -> list[list[Assignment]]:
            found: dict[int, list[Assignment]] = defaultdict(list)
            for row in await Assignment.filter(item_id__in=item_ids, problem__not_isnull=True).order_by("-id"):
                found[row.item_id].append(row)
            return [found[each][:MOST_OTHERS] for each in item_ids]

        return DataLoader(load)

    @cached_property
    def messages_of_ticket(self) -> DataLoader[int, list[TicketMessage]]:
        """All of a ticket, oldest first: a ticket holds a limited number."""

        async def load(ticket_ids: list[int]) -> list[list[TicketMessage]]:
            found: dict[int, list[TicketMessage]] = defaultdict(list)
            for row in await TicketMessage.filter(ticket_id__in=ticket_ids).order_by("id"):
                found[row.ticket_id].append(row)
            return [found[each] for each in ticket_ids]

        return DataLoader(load)

    @cached_property
    def payout_batch(self) -> DataLoader[int, PayoutBatch]:
        """As it is shown: without its signed bytes, which may be many."""

        async def load(batch_ids: list[int]) -> list[PayoutBatch]:
            found = {row.id: row for row in await PayoutBatch.shown().filter(id__in=batch_ids)}
            return [found[each] for each in batch_ids]

        return DataLoader(load)

    @cached_property
    def ordered_back(self) -> DataLoader[int, AuditEntry | None]:
        """Of batches in conflict: the order to give each back."""

        async def load(batch_ids: list[int]) -> list[AuditEntry | None]:
            orders = await PayoutBatch.ordered_back(batch_ids)
            return [orders.get(each) for each in batch_ids]

        return DataLoader(load)

    async def now(self) -> datetime:
        """The database's, asked once."""
        if self._now is None:
            self._now = asyncio.ensure_future(sql.now())
        return await self._now

    async def passed_steps(self) -> set[str]:
        """Keys of the tutorial's steps that the viewer has passed."""
        if self._context.viewer is None:
            return set()
        if self._passed_steps is None:
            self._passed_steps = asyncio.ensure_future(StepPass.passed_by(self._context.viewer.id))
        return await self._passed_steps

    @cached_property
    def open_tasks(self) -> DataLoader[int, int]:
        return _keyed(open_tasks)

    @cached_property
    def blocked_by(self) -> DataLoader[int, list[str]]:
        """Why the viewer may not work on a project."""
        user_id = self._context.user.id

        async def read(project_ids: list[int]) -> dict[int, list[str]]:
            return await blocked_by(project_ids, user_id)

        return _keyed(read)

    @cached_property
    def questions(self) -> DataLoader[int, list[Question]]:
        """Those of a qualification that the viewer has before them, drawn where there are none."""
        user_id = self._context.user.id

        async def read(qualification_ids: list[int]) -> dict[int, list[Question]]:
            return await QualificationAttempt.offer(user_id, qualification_ids)

        return _keyed(read)

    @cached_property
    def qualification_figures(self) -> DataLoader[int, QualificationFigures]:
        return _keyed(Qualification.figures)

    @cached_property
    def judging(self) -> DataLoader[int, Judging]:
        return _keyed(judging_of)

    @cached_property
    def judged_fields(self) -> DataLoader[int, dict[str, JudgedField]]:
        """Of a project its fields of which anything was counted, by key."""
        return _keyed(fields_of)

    @cached_property
    def judged_days(self) -> DataLoader[int, list[JudgedDay]]:
        """Of a project the latest on which anything was judged, oldest first."""
        return _keyed(days_of)

    @cached_property
    def progress(self) -> DataLoader[int, Progress]:
        return _keyed(progress_of)

    @cached_property
    def balance(self) -> DataLoader[int, int]:
        """An organization's, in micro-dollars."""

        async def read(ids: list[int]) -> dict[int, int]:
            return await balances_of([AccountKind.BALANCE], ids)

        return _keyed(read)

    @cached_property
    def members(self) -> DataLoader[int, list[User]]:
        """An organization's, the longest there first."""

        async def load(organization_ids: list[int]) -> list[list[User]]:
            found: dict[int, list[User]] = defaultdict(list)
            for row in await Membership.filter(organization_id__in=organization_ids).order_by("id").select_related("user"):
                found[row.organization_id].append(row.user)
            return [found[each] for each in organization_ids]

        return DataLoader(load)

    @cached_property
    def budget(self) -> DataLoader[int, int]:
        """A project's, in micro-dollars: what is set aside for it and not yet spent, be it free, reserved for tasks or contested."""

        async def read(ids: list[int]) -> dict[int, int]:
            return await balances_of([AccountKind.BUDGET, AccountKind.RESERVED, AccountKind.CONTESTED], ids)

        return _keyed(read)


V = TypeVar("V")


def _keyed(read: Callable[[list[int]], Coroutine[Any, Any, dict[int, V]]]) -> DataLoader[int, V]:
    async def load(keys: list[int]) -> list[V]:
        found = await read(keys)
        return [found[each] for each in keys]

    return DataLoader(load)
