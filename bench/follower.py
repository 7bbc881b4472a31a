"""Somebody who follows a topic whatever happens, and sees to it that nothing is missed, doubled or out of order."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

import httpx
from websockets.exceptions import ConnectionClosed, WebSocketException

from bench.client import Client, Failed, Socket
from bench.links import Link
from bench.proofs import Broken
from realtime.cursor import Cursor

# Longer than anything but a fault takes.
PATIENCE_SECONDS = 3.0
PAUSE_SECONDS = 0.05
EXPIRED = ("CURSOR_EXPIRED",)
# The connection ended without a code.
LOST = 1006
# After these the graphql-ws client never comes again: whoever did nothing wrong is not to be told any of them.
FINAL_CODES = frozenset({1002, 1003, 1007, 1008, 1009, 1010, 1011, 4400, 4401, 4406, 4409, 4429, 4500})


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    # Asks for the state's cursor, whose place in the answer `place` names, and follows it `$after` that.
    read: str
    place: tuple[str, str]
    follow: str
    # What is not kept, and so bears no cursor of its own.
    passing: frozenset[str] = frozenset()


class Seen(NamedTuple):
    cursor: Cursor
    kind: str
    at: datetime


class Follower:
    """By any of its links, each of which leads to another web process. It comes again as long as `follow` runs."""

    def __init__(self, name: str, topic: Topic, cookie: str, links: Sequence[Link]) -> None:
        self.name = name
        self.topic = topic
        self.links = links
        self._cookie = cookie
        self._chance = Random(name)
        self._socket: Socket | None = None
        self._is_here = asyncio.Event()
        self._is_here.set()
        self.place: Cursor | None = None
        # Of the current schedule.
        self.seen: list[Seen] = []
        self.expired = self.fresh = 0
        self.ends: Counter[str] = Counter()
        self.broken: Broken | None = None

    def begin(self, seed: int) -> None:
        """Another schedule."""
        self._chance = Random(f"{seed} {self.name}")
        self.seen.clear()
        self.ends.clear()
        self.expired = self.fresh = 0
        self.broken = None

    async def follow(self) -> None:
        while True:
            await self._is_here.wait()
            try:
                await self._follow_by(self._chance.choice(self.links))
            except Broken as broken:
                self.broken = self.broken or broken
            except Failed as failed:
                self._ended(failed)
            except ConnectionClosed as closed:
                self._ended(Failed(str(closed), "CLOSED", close_code=closed.rcvd.code if closed.rcvd else LOST))
            except (OSError, TimeoutError, httpx.HTTPError, WebSocketException) as error:
                self.ends[type(error).__name__] += 1
            await asyncio.sleep(PAUSE_SECONDS)

    def drop(self) -> None:
        """Lets go of the connection without a farewell."""
        if self._socket is not None:
            self._socket.drop()

    def go_away(self) -> None:
        self._is_here.clear()
        self.drop()

    def come_back(self) -> None:
        self._is_here.set()

    async def _follow_by(self, link: Link) -> None:
        async with Client(f"http://127.0.0.1:{link.port}", cookie=self._cookie, patience=PATIENCE_SECONDS) as client:
            if self.place is None:
                self.place = await self._fresh_state(client)
            async with client.socket() as socket:
                self._socket = socket
                try:
                    events = await socket.subscribe(self.topic.follow, after=str(self.place))
                    async for arrived in events:
                        [event] = arrived.data.values()
                        self._take(event)
                finally:
                    self._socket = None
                    # A farewell may find nobody there, and wait.
                    socket.drop()

    async def _fresh_state(self, client: Client) -> Cursor:
        answer: Any = await client.ask(self.topic.read)
        self.fresh += 1
        outer, inner = self.topic.place
        return Cursor.parse(answer[outer][inner])

    def _take(self, event: dict[str, Any]) -> None:
        if event["__typename"] in self.topic.passing:
            return
        seen = Seen(Cursor.parse(event["cursor"]), event["__typename"], datetime.fromisoformat(event["at"]))
        assert self.place is not None
        if seen.cursor != Cursor(self.place.epoch, self.place.sequence + 1):
            raise Broken(f"{self.name} stood at {self.place}, and was told {seen.cursor}")
        self.place = seen.cursor
        self.seen.append(seen)

    def _ended(self, failed: Failed) -> None:
        if failed.codes == EXPIRED:
            self.place = None
            self.expired += 1
        if failed.close_code in FINAL_CODES:
            self.broken = self.broken or Broken(f"{self.name} was sent away for good: {failed}")
        self.ends[f"closed with {failed.close_code}" if failed.close_code else ", ".join(failed.codes)] += 1
