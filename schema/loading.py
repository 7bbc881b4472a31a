"""Values by key: those asked for in some turns of the loop are read at once, and each is read once.

As Strawberry's DataLoader, but what it gives out can be told from any other future: who waits for a `Loaded` waits for nothing else,
and what executes a selection (web/together.py) goes on with it without a task.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

# Of the loop, in which more keys may come: some ask a turn or two later than others, since they had to become tasks.
TURNS = 3


class Loaded(asyncio.Future[V]):
    """A value that is being read."""


class DataLoader(Generic[K, V]):
    """`load` reads values in the order of their keys; `cache_key_fn` makes a key of what is none itself."""

    def __init__(self, load: Callable[[list[K]], Awaitable[Sequence[V]]], cache_key_fn: Callable[[K], Hashable] | None = None) -> None:
        self._load = load
        self._key_of = cache_key_fn
        self._known: dict[Any, Loaded[V]] = {}
        self._wanted: list[tuple[K, Loaded[V]]] = []
        self._reading: set[asyncio.Task[None]] = set()

    def load(self, key: K) -> Awaitable[V]:
        name: Any = key if self._key_of is None else self._key_of(key)
        loaded = self._known.get(name)
        # Whoever was given one may have cancelled it.
        if loaded is None or loaded.cancelled():
            loop = asyncio.get_running_loop()
            if not self._wanted:
                loop.call_soon(self._begin)
            loaded = self._known[name] = Loaded(loop=loop)
            self._wanted.append((key, loaded))
        return loaded

    def prime(self, key: K, value: V) -> None:
        """What somebody knows already is not read."""
        name: Any = key if self._key_of is None else self._key_of(key)
        if name not in self._known:
            loaded = self._known[name] = Loaded(loop=asyncio.get_running_loop())
            loaded.set_result(value)

    def _begin(self) -> None:
        task = asyncio.get_running_loop().create_task(self._read())
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)

    async def _read(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        wanted = [(key, loaded) for key, loaded in self._wanted if not loaded.cancelled()]
        self._wanted = []
        if not wanted:
            return
        try:
            values = await self._load([key for key, _ in wanted])
            for (_, loaded), value in zip(wanted, values, strict=True):
                if not loaded.done():
                    loaded.set_result(value)
        except Exception as error:
            for _, loaded in wanted:
                if not loaded.done():
                    loaded.set_exception(error)
                    # Told to those who wait; where nobody does any more, it is no news.
                    loaded.exception()
