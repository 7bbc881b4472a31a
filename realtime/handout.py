"""New tasks for the streams of work that wait for them: one a process looks at a project's hint for all of them, whoever has waited longest
comes first, and nobody is woken for nothing."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING

import structlog

from models import Assignment
from models.event import TASKS, tasks_topic
from models.leasing import Waiter
from models.project import open_tasks
from realtime.topics import hint_channel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from realtime.broker import Broker, Listening
    from realtime.hub import Hints

# How many of those that wait are looked at in one statement: a profile costs some ten microseconds, where the project does not admit it.
LOOKED_AT = 500

log = structlog.get_logger(__name__)


class Waiting:
    """A stream of work while it lasts. Its hints wake it when something was handed to it, and when it holds more than it knows of."""

    def __init__(self, handout: Handout, hints: Hints, waiter: Waiter, project_id: int | None) -> None:
        self._handout = handout
        self.hints = hints
        self.waiter = waiter
        self.project_id = project_id
        self.lacking = 0
        self.handed: list[Assignment] = []

    def wants(self, tasks: int) -> None:
        """So many more. Who waits already keeps their place."""
        self.lacking = tasks
        self._handout._place(self)

    def taken(self) -> list[Assignment]:
        """What was handed to it since the last time."""
        handed, self.handed = self.handed, []
        return handed

    def is_for(self, project_id: int) -> bool:
        return self.project_id in (None, project_id)


class Handout:
    """One a process, on its broker and database. It listens only while there are streams."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._listening: Listening | None = None
        self._streams: dict[int, list[Waiting]] = {}
        # Those that lack tasks, in the order in which they began to.
        self._queue: dict[Waiting, None] = {}
        self._due: set[int] = set()
        self._at_work: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def joined(self, hints: Hints, user_id: int, up_to: int, project_id: int | None) -> AsyncIterator[Waiting]:
        """A stream that wants to hold `up_to` tasks, of that project or in all; from here on no hint of tasks is missed."""
        stream = Waiting(self, hints, Waiter(user_id, up_to, project_id is not None), project_id)
        self._streams.setdefault(user_id, []).append(stream)
        if self._listening is None:
            self._listening = self._broker.listen(hint_channel(TASKS), self._hinted)
        try:
            await self._listening.begun()
            yield stream
        finally:
            self._leave(stream)

    async def close(self) -> None:
        """Once nobody joins any more: what is being leased is given back before the database is let go."""
        if self._at_work is not None:
            await self._at_work

    def _leave(self, stream: Waiting) -> None:
        self._queue.pop(stream, None)
        streams = self._streams[stream.waiter.user_id]
        streams.remove(stream)
        if not streams:
            del self._streams[stream.waiter.user_id]
        if not self._streams and self._listening is not None:
            self._listening.leave()
            self._listening = None

    def _place(self, stream: Waiting) -> None:
        if stream.lacking > 0:
            self._queue.setdefault(stream)
        else:
            self._queue.pop(stream, None)

    def _hinted(self, topic: bytes) -> None:
        self._due.add(int(topic.decode().rpartition(":")[2]))
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._hand_out())

    async def _hand_out(self) -> None:
        while self._due:
            project_id = self._due.pop()
            try:
                await self._hand_out_of(project_id)
            except Exception:
                # Streams find out by themselves after a while.
                log.exception("tasks not handed out", project=project_id)

    async def _hand_out_of(self, project_id: int) -> None:
        if not any(self._waiting_for(project_id)):
            return
        left = (await open_tasks([project_id]))[project_id]
        passed_over = 0
        while left > 0:
            streams = list(islice(self._waiting_for(project_id), passed_over, passed_over + LOOKED_AT))
            if not streams:
                return
            leased, enough = await Assignment.lease_for(project_id, [stream.waiter for stream in streams])
            await self._give(leased)
            self._wake(project_id, enough)
            left -= len(leased)
            if not leased:
                passed_over += LOOKED_AT

    def _waiting_for(self, project_id: int) -> Iterator[Waiting]:
        """One stream a person, who longest waits first."""
        people = set()
        for stream in self._queue:
            if stream.is_for(project_id) and stream.waiter.user_id not in people:
                people.add(stream.waiter.user_id)
                yield stream

    async def _give(self, leased: list[Assignment]) -> None:
        """To every stream of the person, as all show the same work. Who was served and lacks more waits behind the others."""
        for assignment in leased:
            streams = [stream for stream in self._streams.get(assignment.annotator_id, ()) if stream.is_for(assignment.project_id)]
            for stream in streams:
                stream.handed.append(assignment)
                stream.lacking -= 1
                self._queue.pop(stream, None)
                self._place(stream)
                stream.hints.received(tasks_topic(assignment.project_id).encode())
        for assignment in leased:
            # The stream went away meanwhile, and let go of what it knew of.
            if not any(stream.is_for(assignment.project_id) for stream in self._streams.get(assignment.annotator_id, ())):
                await Assignment.let_go(assignment.annotator_id, assignment.project_id)

    def _wake(self, project_id: int, people: Iterable[int]) -> None:
        """Who holds more than the stream knows of."""
        for user_id in people:
            for stream in self._streams.get(user_id, ()):
                if stream.is_for(project_id):
                    stream.wants(0)
                    stream.hints.received(tasks_topic(project_id).encode())
