"""Subscriptions: admitted first, joined next, then told what was missed, then what comes; and always left."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import aclosing, asynccontextmanager, suppress
from datetime import datetime
from functools import partial

import strawberry
from tortoise.expressions import Q

import models
from models import Assignment, Project, ProjectState, Ticket
from models.event import PAYOUTS, TASKS, TICKETS, project_topic, user_topic, work_topic
from models.progress import progress_of
from models.project import open_tasks
from models.standing import require_ready
from models.ticket import TicketState
from models.user import STAFF
from ops.database import sql
from realtime.broadcast import Aside, Broadcast
from realtime.cursor import Cursor
from realtime.delivered import Delivered
from realtime.handout import Waiting
from realtime.presence import Presence, Present
from realtime.topics import BOARD
from resolvers.payouts import shown_purses
from resolvers.seeing import projects_run_by
from resolvers.work import named_project
from schema import projects as types
from schema import work
from schema.context import Info
from schema.errors import BadUserInput, NotFoundError
from schema.events import ACTIVITY, BOARD_EVENTS, ActivityEvent, PresenceChanged, ReviewBoardEvent, TaskAvailability
from schema.ids import read_id_or_zero
from schema.inputs import given
from schema.judgement import presence_type
from schema.payouts import HotWallet

MOST_PREFETCHED = 10
# Where a hint was lost, the stream finds out by itself after so long.
LOOK_SECONDS = 10
# When the node was asked last is shown, and is no news by itself.
PURSES_SECONDS = 30
MOST_PROJECTS_TOLD = 100


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def task_stream(
        self, info: Info, project_id: strawberry.ID | None = strawberry.UNSET, prefetch: int | None = 2
    ) -> AsyncGenerator[work.Assignment, None]:
        """Work, pushed: begins with what is leased to the viewer already, keeps up to `prefetch` tasks leased and sends each as it is
        leased; a submission, a skip or an expiry makes room for the next. When the subscription ends, leases with no draft go back after a
        short grace."""
        user = info.context.require_role(models.Role.ANNOTATOR)
        prefetch = 2 if prefetch is None else prefetch
        if not 1 <= prefetch <= MOST_PREFETCHED:
            raise BadUserInput(f"Between 1 and {MOST_PREFETCHED} tasks.", path=["prefetch"])
        project = await named_project(info.context, given(project_id))
        if project is not None:
            await project.require_eligible(user.id)
        number = project.id if project else None
        handout = info.context.handout
        async with info.context.hub.hinted(work_topic(user.id)) as hints:
            try:
                async with handout.joined(hints, user.id, prefetch, number) as stream, aclosing(_held(stream)) as held:
                    async for row in held:
                        yield work.Assignment(row=row)
            finally:
                await asyncio.shield(Assignment.let_go(user.id, number))

    @strawberry.subscription
    async def task_available(self, info: Info) -> AsyncGenerator[TaskAvailability, None]:
        """An open project has new tasks, or none left. A hint, coalesced: at most one a second for each project."""
        info.context.require_known()
        async with info.context.hub.hinted(TASKS) as hints:
            async for topics in hints:
                projects = await _hinted_projects(topics)
                counts = await open_tasks([project.id for project in projects])
                for project in projects:
                    yield TaskAvailability(project=types.Project(row=project), open_tasks=counts[project.id])

    @strawberry.subscription
    async def activity(self, info: Info, after: Cursor | None = strawberry.UNSET) -> AsyncGenerator[ActivityEvent, None]:
        """All that happens to the viewer, in order and without a gap: verdicts, money, appeals, standing, help. Without `after`, from now
        on. What an event shows is shown as it is when the event is delivered."""
        async with info.context.hub.joined(user_topic(info.context.user.id)) as joined:
            async for delivered in joined.since(given(after)):
                shown = ACTIVITY.get(delivered.kind)
                if shown is not None:
                    yield shown(event=delivered)

    @strawberry.subscription
    async def review_board(self, info: Info, after: Cursor | None = strawberry.UNSET) -> AsyncIterable[ReviewBoardEvent]:
        """Changes of the review board, in order and without a gap. Moderators only. PresenceChanged is not kept: it bears the last kept
        cursor."""
        moderator = info.context.require_role(models.Role.MODERATOR)
        presence = info.context.presence
        attend = partial(presence.attend, moderator.id, moderator.display_name)
        return Broadcast(info.context.hub, BOARD, given(after), _board_event, lambda: _arrivals(presence), attend)

    @strawberry.subscription
    async def project_progress(self, info: Info, project_id: strawberry.ID) -> AsyncGenerator[types.ProjectProgress, None]:
        """A partner's project as its annotations come in, beginning with how it stands."""
        info.context.require_scope(models.Scope.PROJECTS_READ)
        rows = Project.all() if info.context.is_staff else await projects_run_by(info.context, models.Scope.PROJECTS_READ)
        project = await rows.get_or_none(id=read_id_or_zero("Project", project_id))
        if project is None:
            raise NotFoundError(path=["projectId"])
        async with info.context.hub.hinted(project_topic(project.id)) as hints:
            while True:
                yield types.ProjectProgress(figures=(await progress_of([project.id]))[project.id])
                await hints.next()

    @strawberry.subscription
    async def tickets_waiting(self, info: Info) -> AsyncGenerator[int, None]:
        """How many tickets wait for an answer: now, and again whenever something is written in any, or one is closed. Staff only."""
        info.context.require_role(*STAFF)
        async with info.context.hub.hinted(TICKETS) as hints:
            while True:
                yield await Ticket.filter(state=TicketState.OPEN).count()
                await hints.next()

    @strawberry.subscription
    async def hot_wallets(self, info: Info) -> AsyncGenerator[list[HotWallet], None]:
        """The purses: now, and again whenever a withdrawal, a batch or a purse is another than before, and every half a minute besides.
        Admins only."""
        info.context.require_role(models.Role.ADMIN)
        async with info.context.hub.hinted(PAYOUTS) as hints:
            while True:
                yield await shown_purses()
                with suppress(TimeoutError):
                    async with asyncio.timeout(PURSES_SECONDS):
                        await hints.next()


async def _held(stream: Waiting) -> AsyncGenerator[Assignment, None]:
    """What the person holds, each once: what they have, what they can be leased, and what is handed to them whenever they hold less than
    they want.

    Raises what keeps them from work, within moments of it.
    """
    user_id, prefetch, _ = stream.waiter
    sent: set[int] = set()
    concerns_person = True
    while True:
        if concerns_person:
            await require_ready(user_id)
            await Assignment.keep(user_id, stream.project_id)
            # Before it looks by itself: what is hinted meanwhile is not missed.
            stream.wants(max(prefetch - len(sent), 1))
            await Assignment.lease(user_id, up_to=prefetch, project_id=stream.project_id)
        handed = stream.taken()
        if concerns_person or not handed:
            handed = await Assignment.held_by(user_id, stream.project_id)
            known, sent = sent, set()
        else:
            known = sent
        for row in handed:
            if row.id not in known:
                yield row
        sent.update(row.id for row in handed)
        stream.wants(prefetch - len(sent))
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                concerns_person = work_topic(user_id) in await stream.hints.next()
        except TimeoutError:
            concerns_person = True


async def _hinted_projects(topics: frozenset[str]) -> list[Project]:
    """Those that the hints name and that everybody could see: a draft that is closed unopened is nobody's news. After a gap in the
    hints, all open ones."""
    if TASKS in topics:
        return await Project.filter(state=ProjectState.OPEN).order_by("-id").limit(MOST_PROJECTS_TOLD)
    numbers = [int(topic.rpartition(":")[2]) for topic in topics]
    was_open = Q(state__in=[ProjectState.OPEN, ProjectState.PAUSED]) | Q(reservations__gt=0)
    return await Project.filter(was_open, id__in=numbers).order_by("id")


def _board_event(delivered: Delivered) -> ReviewBoardEvent | None:
    shown = BOARD_EVENTS.get(delivered.kind)
    return None if shown is None else shown(event=delivered)


@asynccontextmanager
async def _arrivals(presence: Presence) -> AsyncIterator[AsyncIterator[Aside[ReviewBoardEvent]]]:
    """Who is at the board, each time it is somebody else."""

    async def told(changes: AsyncIterator[list[Present]]) -> AsyncGenerator[Aside[ReviewBoardEvent]]:
        async for present in changes:
            yield partial(_presence_changed, present, await sql.now())

    async with presence.changes() as changes, aclosing(told(changes)) as arrivals:
        yield arrivals


def _presence_changed(present: list[Present], at: datetime, cursor: Cursor) -> ReviewBoardEvent:
    return PresenceChanged(event=Delivered(cursor, BOARD, "PresenceChanged", {}, at), present=[presence_type(each) for each in present])
