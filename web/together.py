"""What one execution waits for, side by side: all that can go on goes on before anything is waited for, so loaders see all keys at once.

A task for each field of each row would cost more than the fields. A coroutine is begun here, in the caller's task, in a context of its
own; while it waits for loaders alone it stays here, and where it waits for anything else, which may have to be cancelled in good order,
it goes on as a task.
"""

from __future__ import annotations

import asyncio
from asyncio.tasks import _enter_task, _leave_task
from collections.abc import Callable, Coroutine
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any, TypeAlias

from schema.loading import Loaded

Complete: TypeAlias = Callable[[Any, Any, "Waiting"], Any]
"""Makes of a field's value, the run and a list for what is still waited for what is told of it."""
Waiting: TypeAlias = list[tuple[Coroutine[Any, Any, Any], dict[str, Any], str, Complete]]
"""Fields that are not there yet: the coroutine, the object they belong to, their name in it, what is made of them."""


async def settled(run: Any, waiting: Waiting, *, as_tasks: bool = False) -> None:
    """Until nothing is waited for any more. The first error ends all, and is raised. `as_tasks` is for an operation's first fields, which
    look up in any way what they are about: where there are several, each is a task."""
    while len(waiting) == 1:
        coroutine, told, name, complete = waiting.pop()
        told[name] = complete(await coroutine, run, waiting)
    if waiting:
        together = Together(run, waiting)
        if as_tasks:
            together.begin_tasks()
        await together.settled()


def given_up(waiting: Waiting) -> None:
    for coroutine, *_ in waiting:
        coroutine.close()


@dataclass(slots=True, eq=False)
class Begun:
    """A field that waits; without a coroutine it waits for the task that it has become."""

    coroutine: Coroutine[Any, Any, Any] | None
    context: Context
    told: dict[str, Any]
    name: str
    complete: Complete


class Together:
    def __init__(self, run: Any, waiting: Waiting) -> None:
        self.run = run
        self.waiting = waiting
        self.loop = asyncio.get_running_loop()
        self.begun: dict[asyncio.Future[Any], list[Begun]] = {}
        self.done: list[asyncio.Future[Any]] = []
        self.wake: asyncio.Future[None] | None = None

    def begin_tasks(self) -> None:
        for coroutine, told, name, complete in self.waiting:
            self.wait_for(self.loop.create_task(coroutine), Begun(None, copy_context(), told, name, complete))
        self.waiting.clear()

    async def settled(self) -> None:
        try:
            while True:
                self.go_on()
                if not self.begun:
                    return
                if not self.done:
                    self.wake = self.loop.create_future()
                    await self.wake
        except BaseException:
            await self.given_up()
            raise

    def go_on(self) -> None:
        """As far as it goes without waiting."""
        done, self.done = self.done, []
        # Nobody's task meanwhile: a timeout that one of them sets must not end them all. It refuses instead.
        task = asyncio.current_task()
        assert task is not None
        _leave_task(self.loop, task)
        try:
            for future in done:
                begun = self.begun[future]
                while begun:
                    self.step(begun.pop(), future)
                del self.begun[future]
            while self.waiting:
                # What completing one of them adds comes behind.
                waiting, self.waiting[:] = self.waiting[:], ()
                for number, (coroutine, told, name, complete) in enumerate(waiting):
                    try:
                        self.step(Begun(coroutine, copy_context(), told, name, complete), None)
                    except BaseException:
                        given_up(waiting[number + 1 :])
                        raise
        finally:
            _enter_task(self.loop, task)

    def step(self, begun: Begun, future: asyncio.Future[Any] | None) -> None:
        if begun.coroutine is None:
            assert future is not None
            begun.told[begun.name] = begun.complete(future.result(), self.run, self.waiting)
            return
        try:
            yielded = begun.context.run(begun.coroutine.send, None)
        except StopIteration as stop:
            begun.told[begun.name] = begun.complete(stop.value, self.run, self.waiting)
            return
        if yielded is not None:
            # What a task would do that takes note of it; several may wait for the same.
            yielded._asyncio_future_blocking = False
        if type(yielded) is Loaded:
            self.wait_for(yielded, begun)
        else:
            rest = GoingOn(begun.coroutine, yielded)
            begun.coroutine = None
            self.wait_for(self.loop.create_task(rest, context=begun.context), begun)

    def wait_for(self, future: asyncio.Future[Any], begun: Begun) -> None:
        others = self.begun.get(future)
        if others is None:
            self.begun[future] = [begun]
            future.add_done_callback(self.is_done)
        else:
            others.append(begun)

    def is_done(self, future: asyncio.Future[Any]) -> None:
        self.done.append(future)
        if self.wake is not None and not self.wake.done():
            self.wake.set_result(None)

    async def given_up(self) -> None:
        given_up(self.waiting)
        self.waiting.clear()
        tasks = []
        for future, all_of_it in self.begun.items():
            for begun in all_of_it:
                if begun.coroutine is None:
                    future.cancel()
                    tasks.append(future)
                else:
                    begun.coroutine.close()
        await asyncio.gather(*tasks, return_exceptions=True)


class GoingOn(Coroutine[Any, Any, Any]):
    """The rest of a coroutine that was begun elsewhere, and there yielded something to wait for."""

    __slots__ = ("coroutine", "yielded")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], yielded: Any) -> None:
        self.coroutine = coroutine
        self.yielded = yielded

    def send(self, value: Any) -> Any:
        if self.yielded is None:
            return self.coroutine.send(value)
        yielded, self.yielded = self.yielded, None
        yielded._asyncio_future_blocking = True
        return yielded

    def throw(self, *error: Any) -> Any:
        self.yielded = None
        return self.coroutine.throw(*error)

    def close(self) -> None:
        self.coroutine.close()

    def __await__(self) -> Any:
        raise NotImplementedError("Only a task goes on with it.")
