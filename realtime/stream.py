"""The newest of a topic, in Redis: a capped stream without holes, appended and published in one step."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from ops.cancelling import obeying
from ops.redis import publish_verb
from realtime.delivered import Delivered
from realtime.topics import live_channel, stream_key

CAP = 2000
"""Entries kept of a topic, more or less: a morning of the board, months of a person. What is older is read from the table."""
KEPT_SECONDS = 24 * 3600
"""A topic in which nothing happens leaves Redis after a day."""

# KEYS[1] the stream. ARGV: cap, seconds kept, channel, the verb that publishes, epoch as JSON, the first entry's sequence, then the
# entries, numbered without a gap.
# An entry that is not newer than the last was appended before, by us or by another relay: it is left out, as Redis would refuse it. One
# that does not reach up to our first entry would get a hole: it begins anew, and readers who want more go to the table.
APPEND = """
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local last = newest[1] and tonumber(string.match(newest[1][1], '^%d+')) or nil
local first = tonumber(ARGV[6])
if last and first > last + 1 then
  redis.call('DEL', KEYS[1])
end
local told = {}
for i = 7, #ARGV do
  local sequence = first + i - 7
  if not last or sequence > last then
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], string.format('%.0f-0', sequence), 'e', ARGV[i])
    told[#told + 1] = ARGV[i]
  end
end
if #told > 0 then
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  redis.call(ARGV[4], ARGV[3], '[' .. ARGV[5] .. ',[' .. table.concat(told, ',') .. ']]')
end
return #told
"""
APPEND_SHA = hashlib.sha1(APPEND.encode(), usedforsecurity=False).hexdigest()


class Stream:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._publish = publish_verb(redis)

    async def append(self, events: Sequence[Delivered]) -> int:
        """Appends and publishes, and says how many were new. Within a topic `events` are in order and without a gap."""
        topics: dict[str, list[Delivered]] = {}
        for event in events:
            topics.setdefault(event.topic, []).append(event)
        try:
            return await self._append(topics)
        except NoScriptError:
            await self._redis.script_load(APPEND)
            return await self._append(topics)

    async def _append(self, topics: dict[str, list[Delivered]]) -> int:
        pipeline: Any
        async with self._redis.pipeline(transaction=False) as pipeline:
            for topic, events in topics.items():
                first = events[0].cursor
                # As a command: a cluster's pipeline has no `evalsha`, but runs it.
                pipeline.execute_command(
                    "EVALSHA",
                    APPEND_SHA,
                    1,
                    stream_key(first.epoch, topic),
                    CAP,
                    KEPT_SECONDS,
                    live_channel(topic),
                    self._publish,
                    orjson.dumps(first.epoch),
                    first.sequence,
                    *(event.entry() for event in events),
                )
            return sum(await obeying(pipeline.execute()))

    async def page(self, epoch: str, topic: str, after: int, until: int, size: int) -> list[Delivered]:
        """What follows `after`, up to `until`: without a gap, at most `size`; empty where the stream does not reach back so far."""
        found: Any = await self._redis.xrange(stream_key(epoch, topic), f"({after}-0", f"{until}-0", count=size)
        page: list[Delivered] = []
        for _, fields in found:
            event = Delivered.of(epoch, topic, orjson.loads(fields[b"e"]))
            if event.sequence != after + len(page) + 1:
                break
            page.append(event)
        return page


def decoded(data: bytes, topic: str) -> tuple[str, list[Delivered]]:
    """A published message: the epoch, and the events in order."""
    epoch, entries = orjson.loads(data)
    return epoch, [Delivered.of(epoch, topic, entry) for entry in entries]
