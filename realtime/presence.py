"""Who is at the board: by heartbeat, so what is left of a process that died heals by itself.

In each process a moderator is one beat in Redis, however many boards they have open; they are present as long as one beat of theirs is.
All times are those of Redis.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import secrets
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from redis.exceptions import NoScriptError

from ops.redis import REDIS_AWAY, publish_verb
from realtime.hub import Hub
from realtime.topics import PRESENCE, hint_channel

BEAT_SECONDS = 10
GONE_SECONDS = 30
"""Three beats: one may be late, and one lost."""
RETURN_SECONDS = 10
"""Whose process restarts is back at another within it: until then they count as present."""
SETTLE_SECONDS = 1.0
"""A page that is loaded anew leaves and joins within it, and nobody is told."""

CLOSE_SECONDS = 2.0

BEATS = "tidemark:{presence}:beats"
"""Sorted set: beat -> when it is over, in seconds."""
PERSONS = "tidemark:{presence}:persons"
"""Hash: beat -> [user id, display name, since] as JSON."""

# KEYS: beats, persons. ARGV: channel, its message, seconds until the beat is over (0 ends it), the beat, user id and display name as JSON,
# the verb that publishes.
# Drops what is over, whoever left it, and gives the hint where a beat came or went: beats that go on are nobody's news. Who is present is
# told only to those who ask, without a beat: to a thousand that beat it would be a million answers.
BEAT = """
local now = redis.call('TIME')
local changed = 0
for _, beat in ipairs(redis.call('ZRANGE', KEYS[1], '-inf', '(' .. now[1], 'BYSCORE')) do
  redis.call('ZREM', KEYS[1], beat)
  redis.call('HDEL', KEYS[2], beat)
  changed = 1
end
local left = tonumber(ARGV[3])
if left > 0 then
  changed = changed + redis.call('ZADD', KEYS[1], now[1] + left, ARGV[4])
  redis.call('HSETNX', KEYS[2], ARGV[4], '[' .. ARGV[5] .. ',' .. now[1] .. ']')
elseif ARGV[4] ~= '' then
  changed = changed + redis.call('ZREM', KEYS[1], ARGV[4])
  redis.call('HDEL', KEYS[2], ARGV[4])
end
if changed > 0 then
  redis.call(ARGV[6], ARGV[1], ARGV[2])
end
return ARGV[4] == '' and redis.call('HVALS', KEYS[2]) or {}
"""

BEAT_SHA = hashlib.sha1(BEAT.encode(), usedforsecurity=False).hexdigest()

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Present:
    user_id: int
    display_name: str
    since: datetime


class _Person:
    """A moderator in this process."""

    def __init__(self, user_id: int, display_name: str) -> None:
        self.user_id = user_id
        self.beat = secrets.token_hex(8)
        self.told = orjson.dumps([user_id, display_name])[1:-1]
        self.boards = 0
        self.begun = asyncio.Event()


class Attendance:
    """Of one open board, until `leave`."""

    __slots__ = ("_person", "_presence")

    def __init__(self, presence: Presence, person: _Person) -> None:
        self._presence = presence
        self._person: _Person | None = person

    async def begun(self) -> None:
        """Returns once it was told, or could not be."""
        if self._person is not None:
            await self._person.begun.wait()

    def leave(self) -> None:
        """At once; the farewell follows. May be called twice."""
        person, self._person = self._person, None
        if person is not None:
            self._presence._left(person)


class Presence:
    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._redis = hub.broker.redis
        self._publish = publish_verb(self._redis)
        self._persons: dict[int, _Person] = {}
        # Whose beat is to begin or to end, in the order in which they came and went.
        self._changed: deque[_Person] = deque()
        self._change = asyncio.Event()
        self._beating: asyncio.Task[None] | None = None
        self._farewell_seconds = 0

    def attend(self, user_id: int, display_name: str) -> Attendance:
        """Present from now on, until it is left. Where Redis is away one is present again when it is back."""
        person = self._persons.get(user_id)
        if person is None:
            person = self._persons[user_id] = _Person(user_id, display_name)
            self._tell(person)
        person.boards += 1
        return Attendance(self, person)

    @asynccontextmanager
    async def present(self, user_id: int, display_name: str) -> AsyncIterator[None]:
        """Present while the block lasts. Where Redis is away one is present again when it is back."""
        attendance = self.attend(user_id, display_name)
        try:
            await attendance.begun()
            yield
        finally:
            attendance.leave()

    def restart(self) -> None:
        """Who leaves from now on does so because this process ends: they are expected back."""
        self._farewell_seconds = RETURN_SECONDS

    async def close(self) -> None:
        """Returns when the last farewells are told, or cannot be."""
        if self._beating is not None:
            await asyncio.wait({self._beating}, timeout=CLOSE_SECONDS)

    async def who(self) -> list[Present]:
        """Each moderator once, since their oldest beat; longest present first."""
        found: dict[int, Present] = {}
        for value in await self._beat(0, "", b""):
            user_id, display_name, since = orjson.loads(value)
            person = Present(user_id, display_name, datetime.fromtimestamp(since, UTC))
            found[user_id] = min(person, found.get(user_id, person), key=lambda present: present.since)
        return sorted(found.values(), key=lambda present: (present.since, present.user_id))

    @asynccontextmanager
    async def changes(self) -> AsyncIterator[AsyncIterator[list[Present]]]:
        """Gives who is present each time others are than before, once it has settled; at first, when the first change comes."""
        async with self._hub.hinted(PRESENCE) as hints:
            known = _ids(await self.who())

            async def settled() -> AsyncGenerator[list[Present]]:
                nonlocal known
                async for _ in hints:
                    await asyncio.sleep(SETTLE_SECONDS)
                    try:
                        persons = await self.who()
                    except REDIS_AWAY:
                        continue  # after the outage the hub wakes us again
                    if _ids(persons) != known:
                        known = _ids(persons)
                        yield persons

            async with contextlib.aclosing(settled()) as stream:
                yield stream

    def _left(self, person: _Person) -> None:
        person.boards -= 1
        if person.boards == 0:
            del self._persons[person.user_id]
            self._tell(person)

    def _tell(self, person: _Person) -> None:
        self._changed.append(person)
        self._change.set()
        if self._beating is None:
            # Not its board's to cancel or to wait for: the farewell is told also when a board ends by a cancellation.
            self._beating = asyncio.create_task(self._beat_all())

    async def _beat_all(self) -> None:
        """All beats of this process, farewells too, one after the other: none can overtake another. Until nobody is left."""
        clock = asyncio.get_running_loop().time
        due = clock() + BEAT_SECONDS
        try:
            while self._persons or self._changed:
                await self._tell_changes()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout_at(due):
                        await self._change.wait()
                if clock() >= due:
                    due = clock() + BEAT_SECONDS
                    await self._go_on()
        finally:
            self._beating = None

    async def _tell_changes(self) -> None:
        self._change.clear()
        while self._changed:
            person = self._changed.popleft()
            with _redis_may_be_away():
                await self._beat(GONE_SECONDS if person.boards else self._farewell_seconds, person.beat, person.told)
            person.begun.set()

    async def _go_on(self) -> None:
        for person in list(self._persons.values()):
            with _redis_may_be_away():
                await self._beat(GONE_SECONDS, person.beat, person.told)

    async def _beat(self, seconds: int, beat: str, person: bytes) -> list[bytes]:
        arguments: tuple[Any, ...] = (2, BEATS, PERSONS, hint_channel(PRESENCE), PRESENCE, seconds, beat, person, self._publish)
        try:
            return list(await self._redis.evalsha(BEAT_SHA, *arguments))
        except NoScriptError:
            await self._redis.script_load(BEAT)
            return await self._beat(seconds, beat, person)


@contextlib.contextmanager
def _redis_may_be_away() -> Iterator[None]:
    try:
        yield
    except REDIS_AWAY as error:
        log.info("presence not told", error=repr(error))


def _ids(persons: list[Present]) -> frozenset[int]:
    return frozenset(person.user_id for person in persons)
