"""A durable topic as many follow it who are shown the same: what a subscription returns whose events may be made once for all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from realtime.cursor import Cursor
from realtime.delivered import Delivered
from realtime.following import Following
from realtime.hub import Hub, Joined

E = TypeVar("E")
Aside = Callable[[Cursor], E]
"""What is told once and not kept: made with the last kept cursor."""


class Stay(Protocol):
    """What lasts as long as a subscription, such as being present."""

    def leave(self) -> None:
        """At once. May be called twice."""


@dataclass(frozen=True, slots=True)
class Broadcast(Generic[E]):
    """Nothing in it but `after` and `attend` may depend on who subscribes. Iterating it follows it for one alone."""

    hub: Hub
    topic: str
    after: Cursor | None
    shown: Callable[[Delivered], E | None]
    """None for what this subscription does not tell."""
    asides: Callable[[], AbstractAsyncContextManager[AsyncIterator[Aside[E]]]]
    attend: Callable[[], Stay]
    """Called once the asides are heard."""

    def __aiter__(self) -> AsyncGenerator[E]:
        return self.since(self.after)

    async def since(self, after: Cursor | None) -> AsyncGenerator[E]:
        async with self.hub.joined(self.topic) as joined, self.asides() as asides:
            stay = self.attend()
            try:
                async with aclosing(self._merged(joined, joined.since(after), asides)) as events:
                    async for event in events:
                        yield event
            finally:
                stay.leave()

    async def _merged(self, joined: Joined, following: Following, asides: AsyncIterator[Aside[E]]) -> AsyncGenerator[E]:
        async with aclosing(merged(following, asides)) as each:
            async for event in each:
                shown = self.shown(event) if isinstance(event, Delivered) else event(joined.cursor)
                if shown is not None:
                    yield shown


async def merged(*sources: AsyncIterator[Any]) -> AsyncGenerator[Any]:
    """What any of the sources gives, as it comes; the first error of any ends it."""
    waiting: dict[asyncio.Future[Any], AsyncIterator[Any]] = {asyncio.ensure_future(anext(source)): source for source in sources}
    try:
        while waiting:
            done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                source = waiting.pop(task)
                yield task.result()
                waiting[asyncio.ensure_future(anext(source))] = source
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
