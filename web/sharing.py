"""Executed once for many: subscribers of one topic with the same operation, variables and audience share a source, an execution for each
event, and its bytes. Only the operation's id differs, and it stands before them.

What is shared is executed without a viewer. Where a resolver asks for one all the same, what was made is thrown away and the operation is
each member's own from that event on.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

import orjson

from ops.logs import logger
from ops.metrics import DELIVERIES, SUBSCRIPTIONS
from realtime.cursor import LAST_SEQUENCE, Cursor
from realtime.frames import text_header
from realtime.hub import Joined, TooSlow
from realtime.sse import event_head
from schema.context import Personal
from schema.scalars import as_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from realtime.broadcast import Aside, Broadcast, Stay
    from realtime.delivered import Delivered
    from realtime.following import Following
    from schema.context import Context, SharedContext
    from web.execution import Engine, Execution, Operation, Result

AT_ONCE = 16
"""Events executed side by side where several wait: a burst then goes out in one write."""
TOLD_A_TURN = 500
"""Members, some microseconds each: after so many, others have their turn."""
KEPT_EVENTS = 256
KEPT_BYTES = 1024 * 1024
"""Payloads kept for those who come back with the cursors of a moment ago, as everybody does after a restart."""
MOST_KNOWN = 1000

log = logger(__name__)


class Channel(Protocol):
    """Where a member's messages go: a socket, or an event stream."""

    def send(self, head: bytes, tail: bytes = b"") -> None:
        """Bounded, and never waits. A payload is a tail, with the `}` that ends a socket's message."""

    @property
    def is_clear(self) -> bool:
        """Whether `write` takes whole frames at once."""

    def write(self, frames: bytes) -> None: ...

    @property
    def is_full(self) -> bool: ...

    async def room(self) -> None:
        """Returns when it is not full."""


class Subscriber(Protocol):
    """Whose operation it is. Called in the loop: none may wait or raise."""

    def ended(self, identity: str, error: Exception) -> None:
        """The source ended."""

    def made_personal(self, member: Member, after: Cursor) -> None:
        """From here on the operation is to be executed for this one alone."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """An operation as somebody asked for it, and what its resolver gave."""

    operation: Operation
    variables: Mapping[str, Any]
    executor: Execution
    broadcast: Broadcast[Any]
    context: Context


class Told(NamedTuple):
    sequence: int
    """Of its event; the last there can be for what is told to everybody."""
    payload: bytes


class Framed:
    """Payloads as frames, for whoever's head goes before them."""

    def __init__(self, payloads: list[bytes]) -> None:
        self._payloads = payloads
        # By the length of the head, which is all that a frame's header knows of it.
        self._headers: dict[int, list[bytes]] = {}

    def write(self, members: list[Member], first: int) -> list[Member]:
        """To those whose channel is clear, where `first` is news to them. The others are returned.

        Each costs a fraction of a microsecond, as long as nothing is called for it but the write.
        """
        headers, payloads, others = self._headers, self._payloads, []
        for member in members:
            channel, head = member.channel, member.head
            if not (channel.is_clear and first > member.seen):
                others.append(member)
                continue
            length = len(head)
            before = headers.get(length)
            if before is None:
                before = headers[length] = [text_header(length + len(payload)) for payload in payloads]
            if len(before) == 1:
                channel.write(b"".join((before[0], head, payloads[0])))
            else:
                channel.write(
                    b"".join([part for header, payload in zip(before, payloads, strict=True) for part in (header, head, payload)])
                )
        return others


class Alone(Exception):
    """This operation is to be executed for one alone, after that cursor."""

    def __init__(self, after: Cursor | None) -> None:
        super().__init__(after)
        self.after = after


class Member:
    """One subscriber of a shared operation, until it is cancelled. There are many, and they keep little."""

    __slots__ = ("_shared", "_stay", "channel", "head", "identity", "operation", "seen", "subscriber", "variables")

    def __init__(
        self, shared: SharedOperation, subscriber: Subscriber, channel: Channel, identity: str | None, subscription: Subscription
    ) -> None:
        self._shared: SharedOperation | None = shared
        self._stay: Stay | None = None
        self.subscriber = subscriber
        self.channel = channel
        self.identity = identity or ""
        self.operation = subscription.operation
        self.variables = subscription.variables
        # Empty for an event stream, which has one operation, and before each event its cursor instead.
        self.head = b"" if identity is None else head_of(identity)
        self.seen = 0

    def admitted(self, stay: Stay, seen: int) -> None:
        self._stay = stay
        self.seen = seen

    def cancel(self) -> None:
        """At once. May be called twice."""
        shared, self._shared = self._shared, None
        if self._stay is not None:
            self._stay.leave()
        if shared is not None:
            shared.left(self)


def head_of(identity: str) -> bytes:
    """What stands before the payload of each message to one operation; `}` follows it."""
    return b'{"id":' + orjson.dumps(identity) + b',"type":"next","payload":'


def payload_of(result: Result) -> bytes:
    """What stands after the head, and ends the message."""
    return as_json(result) + b"}"


class Sharing:
    """All shared operations of a process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._operations: dict[Hashable, SharedOperation] = {}
        # Those that turned out to be personal: they need not try each time.
        self._personal: OrderedDict[Hashable, None] = OrderedDict()

    @property
    def is_idle(self) -> bool:
        return not self._operations

    async def join(self, subscriber: Subscriber, channel: Channel, identity: str | None, subscription: Subscription) -> Member:
        """Tells what was missed, and then makes a member. `identity` is None for an event stream.

        Raises Alone, and what ends the source.
        """
        key = self._key(subscription)
        if key in self._personal:
            raise Alone(subscription.broadcast.after)
        shared = self._operations.get(key)
        if shared is None:
            shared = self._operations[key] = SharedOperation(self, key, self._engine, subscription)
        member = Member(shared, subscriber, channel, identity, subscription)
        shared.joiners += 1
        try:
            await shared.admit(member, subscription.broadcast)
        except BaseException:
            member.cancel()
            raise
        return member

    def _key(self, subscription: Subscription) -> Hashable:
        within = self._engine.variables_within(subscription.operation)
        variables = {name: value for name, value in subscription.executor.variable_values.coerced.items() if name in within}
        written = orjson.dumps(variables, default=repr, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
        operation = subscription.operation
        return operation.key, written, subscription.broadcast.topic, subscription.context.audience

    def is_over(self, shared: SharedOperation) -> None:
        if self._operations.get(shared.key) is shared:
            del self._operations[shared.key]

    def is_personal(self, key: Hashable) -> None:
        self._personal[key] = None
        if len(self._personal) > MOST_KNOWN:
            self._personal.popitem(last=False)


class SharedOperation:
    """`position` is the last event told to the members: whoever has seen all up to it is one."""

    def __init__(self, sharing: Sharing, key: Hashable, engine: Engine, subscription: Subscription) -> None:
        self.key = key
        self.joiners = 0
        self.members: dict[Member, None] = {}
        # Event streams: apart, so that they cost the sockets nothing.
        self.streams: dict[Member, None] = {}
        self.position: Cursor | None = None
        self._sharing = sharing
        self._engine = engine
        # Without the context of who came first.
        self._executor = cast("Execution", subscription.executor.build_per_event_executor(None))
        self._executor.context_value = None
        self._broadcast = subscription.broadcast
        self._context: SharedContext = subscription.context.shared()
        self._field = subscription.operation.root_field
        self._payloads: OrderedDict[int, asyncio.Task[bytes | None]] = OrderedDict()
        self._kept_bytes = 0
        self._ended: Exception | None = None
        # Held by who tells; and who has not been told yet, of those who will be.
        self._pen = asyncio.Lock()
        self._due: Iterator[None] = iter(())
        self._begun: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        # In a context of its own: it outlives who came first, and what it logs is not that one's.
        self._running = asyncio.create_task(self._run(), context=contextvars.Context())

    # Members

    async def admit(self, member: Member, broadcast: Broadcast[Any]) -> None:
        """Until the member has seen all that the others have. Raises Alone, CursorExpired, and what else ended the source."""
        await asyncio.shield(self._begun)
        assert self.position is not None
        seen = broadcast.after or self.position
        if seen != self.position:
            seen = await self._catch_up(member, seen)
        if isinstance(self._ended, Personal):
            raise Alone(seen)
        if self._ended is not None:
            raise self._ended
        # From the last comparison to here nothing waits: no event can slip in between.
        member.admitted(broadcast.attend(), seen.sequence)
        (self.members if member.head else self.streams)[member] = None
        SUBSCRIPTIONS.labels(self._field).inc()

    def left(self, member: Member) -> None:
        joined = self.members if member.head else self.streams
        if member in joined:
            del joined[member]
            # So that who is just being told of an event need not ask for each whether it is still here.
            member.seen = LAST_SEQUENCE
            SUBSCRIPTIONS.labels(self._field).dec()
        self.joiners -= 1
        if self.joiners == 0:
            self._sharing.is_over(self)
            self._running.cancel()
            # The traceback of its end keeps us until the collector comes.
            self._payloads.clear()
            if not self._begun.done():
                self._begun.cancel()

    async def _catch_up(self, member: Member, after: Cursor) -> Cursor:
        async with self._broadcast.hub.joined(self._broadcast.topic) as joined:
            following = joined.since(after)
            await following.reached()
            while self.position is not None and after.sequence < self.position.sequence and self._ended is None:
                event = await anext(following)
                try:
                    payload = await self._payload(event)
                except Personal as error:
                    self._end(error)
                    break
                after = event.cursor
                if payload is not None:
                    member.channel.send(member.head or event_head(after), payload)
                    DELIVERIES.labels(self._field).inc()
                    if member.channel.is_full:
                        await member.channel.room()
        return after

    # Events

    async def _run(self) -> None:
        try:
            async with self._broadcast.hub.joined(self._broadcast.topic) as joined, self._broadcast.asides() as asides:
                self.position = joined.cursor
                self._begun.set_result(None)
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._tell_asides(asides))
                    both.create_task(self._tell_all(joined))
        except* Exception as group:
            self._end(group.exceptions[0])

    async def _tell_all(self, joined: Joined) -> None:
        while True:
            try:
                await self._tell_what_comes(joined.since(self.position))
            except TooSlow:
                # It was we who lagged: what is next is read from the past.
                continue

    async def _tell_what_comes(self, following: Following) -> None:
        while True:
            events = [await anext(following)]
            while following.is_ready and len(events) < AT_ONCE:
                events.append(await anext(following))
            payloads = await asyncio.gather(*map(self._payload, events))
            told = [Told(event.sequence, payload) for event, payload in zip(events, payloads, strict=True) if payload is not None]
            async with self._pen:
                self.position = events[-1].cursor
                if told:
                    await self._tell(told)

    async def _tell_asides(self, asides: AsyncIterator[Aside[Any]]) -> None:
        async for aside in asides:
            async with self._pen:
                assert self.position is not None
                await self._tell([Told(LAST_SEQUENCE, payload_of(await self._result(aside(self.position))))])

    async def _tell(self, told: list[Told]) -> None:
        """To every member; with many of them, others have their turn in between."""
        self._due = self._telling(told)
        for _ in self._due:
            await asyncio.sleep(0)

    def _telling(self, told: list[Told]) -> Iterator[None]:
        """Stops now and then."""
        self._tell_streams(told)
        framed, waiting = Framed([each.payload for each in told]), list(self.members)
        for start in range(0, len(waiting), TOLD_A_TURN):
            if start:
                yield
            # Who left meanwhile has seen everything.
            for member in framed.write(waiting[start : start + TOLD_A_TURN], told[0].sequence):
                for each in told:
                    # They may have begun with a state that was ahead of us.
                    if each.sequence > member.seen:
                        member.channel.send(member.head, each.payload)
        DELIVERIES.labels(self._field).inc((len(self.members) + len(self.streams)) * len(told))

    def _tell_streams(self, told: list[Told]) -> None:
        if not self.streams:
            return
        assert self.position is not None
        epoch = self.position.epoch
        heads = [event_head(Cursor(epoch, each.sequence) if each.sequence < LAST_SEQUENCE else None) for each in told]
        for member in self.streams:
            for head, each in zip(heads, told, strict=True):
                if each.sequence > member.seen:
                    member.channel.send(head, each.payload)

    async def _payload(self, event: Delivered) -> bytes | None:
        """What stands after the head in an event's messages, executed once; None for what is not told."""
        task = self._payloads.get(event.sequence)
        if task is None:
            task = self._payloads[event.sequence] = asyncio.create_task(self._shown(event), context=contextvars.Context())
            task.add_done_callback(partial(self._keep, event.sequence))
        return await asyncio.shield(task)

    async def _shown(self, event: Delivered) -> bytes | None:
        value = self._broadcast.shown(event)
        if value is None:
            return None
        result = await self._result(value)
        if "errors" in result:
            # Whoever comes back for it gets it made anew: what was away may be there again.
            self._payloads.pop(event.sequence, None)
        return payload_of(result)

    async def _result(self, value: object) -> Result:
        return await self._engine.event(self._executor, value, self._context.renewed())

    def _keep(self, sequence: int, task: asyncio.Task[bytes | None]) -> None:
        if self._payloads.get(sequence) is not task:
            return
        if not task.cancelled() and task.exception() is None:
            self._kept_bytes += len(task.result() or b"")
        while len(self._payloads) > KEPT_EVENTS or (self._kept_bytes > KEPT_BYTES and len(self._payloads) > 1):
            oldest = next(iter(self._payloads.values()))
            if not oldest.done():
                break
            self._payloads.popitem(last=False)
            if not oldest.cancelled() and oldest.exception() is None:
                self._kept_bytes -= len(oldest.result() or b"")

    def _end(self, error: Exception) -> None:
        """For everybody. Those who come later begin anew."""
        if self._ended is not None:
            return
        # `position` is where everybody has come to.
        for _ in self._due:
            """Who was still to be told, is now."""
        self._ended = error
        self._sharing.is_over(self)
        if not self._begun.done():
            self._begun.set_exception(error)
            self._begun.exception()
        if isinstance(error, Personal):
            log.info("operation_is_personal", field=self._field)
            self._sharing.is_personal(self.key)
        for member in [*self.members, *self.streams]:
            if isinstance(error, Personal) and self.position is not None:
                after = self.position if self.position.sequence > member.seen else Cursor(self.position.epoch, member.seen)
                member.subscriber.made_personal(member, after)
            else:
                member.subscriber.ended(member.identity, error)
