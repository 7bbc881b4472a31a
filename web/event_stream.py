"""GraphQL by server-sent events, for networks that let no WebSocket through: graphql-sse's distinct connections mode, one operation each.

What is wrong with the request has its status; what is wrong with the operation is an event, since browsers show nothing of other answers.
A stream that ends without `complete` is to be asked for anew: the process restarts, or what the caller may do has changed. A browser that
comes again bears the last event's id, which is its cursor, and goes on from there.
"""

from __future__ import annotations

import asyncio
import random
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable, Coroutine, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from graphql import VariableNode

from ops.logs import logger
from ops.metrics import DELIVERIES, EVENT_STREAMS, SUBSCRIPTIONS
from ops.redis import REDIS_AWAY
from realtime.broadcast import Broadcast
from realtime.delivered import Delivered
from realtime.hub import TooSlow
from realtime.past import DATABASE_AWAY
from realtime.sse import COMPLETE, EVENT_END, PING, event_head, retry
from realtime.wire import WAITING_BYTES, WAITING_MESSAGES
from schema.errors import tell
from schema.scalars import as_json
from web.access import Access, Closing
from web.execution import Rejected
from web.serving import ABORT, WHEN_STOPPING
from web.sharing import Alone, Subscription

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from realtime.cursor import Cursor
    from schema.context import RequestMeta
    from web.caller import Caller
    from web.execution import Operation, Result
    from web.parts import Parts
    from web.sharing import Member

log = logger(__name__)

EVENT_STREAM = "text/event-stream"
PING_SECONDS = 20.0
"""Proxies cut what is silent for thirty to sixty."""
SEND_SECONDS = 10.0
"""How long a peer may take nothing."""
PIECE_BYTES = 64 * 1024
RETRY_MILLISECONDS = (500, 5_000)
"""Those whose process ended come again one after the other."""
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    (b"vary", b"Accept, Cookie, Authorization"),
    # nginx, and who does as it does, would else hold back what comes until there is much of it.
    (b"x-accel-buffering", b"no"),
]


class EventStream(ABC):
    """An answer that goes on, as an ASGI app. What it is to send is bounded; a peer that takes nothing is dropped."""

    # A socket's frames are not for it.
    is_clear = False

    def __init__(self) -> None:
        self._waiting: deque[bytes] = deque()
        self._waiting_bytes = 0
        self._changed = asyncio.Event()
        self._has_room = asyncio.Event()
        self._has_room.set()
        self._is_over = False
        self._is_lagging = False
        self._writing: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        extensions: dict[str, Any] = scope.get("extensions", {})
        when_stopping = extensions.get(WHEN_STOPPING, _never)
        when_stopping(self.restarting)
        EVENT_STREAMS.inc()
        gone, self._writing = asyncio.create_task(_gone(receive)), asyncio.create_task(self._write(send))
        try:
            self.start(self.work)
            await asyncio.wait([gone, self._writing], return_when=asyncio.FIRST_COMPLETED)
        finally:
            EVENT_STREAMS.dec()
            when_stopping(None)
            await self._leave()
            if self._is_lagging:
                extensions.get(ABORT, _never)()
                await asyncio.wait([gone], timeout=1)
            gone.cancel()
            self._writing.cancel()

    @abstractmethod
    async def work(self) -> None:
        """What the stream is for. Returns when nothing more is to be done; whoever knows that nothing more will come calls `complete`."""

    def left(self) -> None:  # noqa: B027 - not every stream has something to leave
        """Nobody is there any more."""

    def restarting(self) -> None:
        """The server is asked to stop."""
        self.over()

    # Out

    def send(self, head: bytes, tail: bytes = b"") -> None:
        """An event: head, and a payload with the `}` that would end a socket's message. Nothing once it is over."""
        self._put(head + tail[:-1] + EVENT_END)

    def next(self, result: Result, cursor: Cursor | None = None) -> None:
        self._put(event_head(cursor) + as_json(result) + EVENT_END)

    def fail(self, error: Exception) -> None:
        """The operation's last word."""
        self.next({"errors": error.errors if isinstance(error, Rejected) else [tell(error)]})
        self.complete()

    def complete(self) -> None:
        self._put(COMPLETE)
        self.over()

    def over(self) -> None:
        """Ends the stream with what was sent. Without `complete` before it, the peer comes again."""
        self._is_over = True
        self._has_room.set()
        self._changed.set()

    def lag(self) -> None:
        """The peer reads too slowly: drops it with what is not sent yet."""
        self._is_lagging = True
        self.over()
        if self._writing is not None:
            # It may be waiting for the peer.
            self._writing.cancel()

    @property
    def is_full(self) -> bool:
        return not self._has_room.is_set()

    async def room(self) -> None:
        await self._has_room.wait()

    def write(self, data: bytes) -> None:
        raise AssertionError("asked only where is_clear is true")

    def _put(self, data: bytes) -> None:
        if self._is_over:
            return
        if self._waiting and (len(self._waiting) >= WAITING_MESSAGES or self._waiting_bytes + len(data) > WAITING_BYTES):
            self.lag()
            return
        self._waiting.append(data)
        self._waiting_bytes += len(data)
        if len(self._waiting) > WAITING_MESSAGES // 2 or self._waiting_bytes > WAITING_BYTES // 2:
            self._has_room.clear()
        self._changed.set()

    async def _write(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        # Browsers show an answer's beginning only with its first byte.
        await self._body(send, PING + retry(random.randint(*RETRY_MILLISECONDS)))
        while True:
            if self._waiting:
                data = b"".join(self._waiting)
                self._waiting.clear()
                for start in range(0, len(data), PIECE_BYTES):
                    await self._body(send, data[start : start + PIECE_BYTES])
                self._waiting_bytes = sum(map(len, self._waiting))
                self._has_room.set()
            elif self._is_over:
                break
            else:
                await self._wait_or_ping()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _body(self, send: Send, data: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await send({"type": "http.response.body", "body": data, "more_body": True})
        except TimeoutError:
            self.lag()

    async def _wait_or_ping(self) -> None:
        self._changed.clear()
        try:
            async with asyncio.timeout(PING_SECONDS * random.uniform(0.5, 1)):
                await self._changed.wait()
        except TimeoutError:
            self._put(PING)

    # Tasks

    def start(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await work()
        except TooSlow:
            self.lag()
        except (*DATABASE_AWAY, *REDIS_AWAY, Closing) as error:
            log.info("event_stream_not_served", error=repr(error))
            self.over()
        except Exception as error:
            self.fail(error)

    async def _leave(self) -> None:
        """Until each task is gone: on Python 3.11 a library's `wait_for` now and then swallows a cancellation."""
        self._is_over = True
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=1)
        self.left()


class Answer(EventStream):
    """Of a query or a mutation: one event. `result` may raise Rejected."""

    def __init__(self, result: Callable[[], Awaitable[Result]]) -> None:
        super().__init__()
        self._result = result

    @classmethod
    def refusal(cls, rejected: Rejected) -> Answer:
        async def result() -> Result:
            raise rejected

        return cls(result)

    async def work(self) -> None:
        self.next(await self._result())
        self.complete()


class Follower(EventStream):
    """Of a subscription, for as long as its caller may follow it."""

    def __init__(self, parts: Parts, operation: Operation, variables: Mapping[str, Any], caller: Caller, meta: RequestMeta) -> None:
        super().__init__()
        self._parts = parts
        self._operation = operation
        self._variables = variables
        self._meta = meta
        self._caller = caller
        self._access: Access | None = None
        self._member: Member | None = None
        # Of what was taken last from a source that is followed alone.
        self._cursor: Cursor | None = None

    async def work(self) -> None:
        self._access = Access(self._parts.hub, self._caller, self._access_ended)
        self.start(self._access.begin)
        await self._follow(self._caller, None)

    def left(self) -> None:
        if self._member is not None:
            self._member.cancel()
        if self._access is not None:
            self._access.leave()
            # It knows us: without the circle we are freed at once.
            self._access = None

    def restarting(self) -> None:
        self._parts.presence.restart()
        self.over()

    # Called by the shared operation

    def ended(self, _: str, error: Exception) -> None:
        if isinstance(error, TooSlow):
            self.lag()
        else:
            self.fail(error)

    def made_personal(self, member: Member, after: Cursor) -> None:
        member.cancel()
        self.start(lambda: self._go_on_alone(after))

    # Following

    async def _follow(self, caller: Caller, after: Cursor | None) -> None:
        """`after` is where one stands who was a member before."""
        engine, context = self._parts.engine, self._parts.context(caller, self._meta, None)
        executor = engine.begin(self._operation, self._variables, context)
        source = await engine.source(executor)
        if isinstance(source, Broadcast):
            try:
                subscription = Subscription(self._operation, self._variables, executor, source, context)
                self._member = await self._parts.sharing.join(self, self, None, subscription)
            except Alone as alone:
                source = source.since(after or alone.after)
            else:
                return
        field = self._operation.root_field
        with SUBSCRIPTIONS.labels(field).track_inprogress():
            async with aclosing(engine.events(executor, self._noting(source), context.renewed)) as events:
                async for event in events:
                    self.next(event, self._cursor)
                    DELIVERIES.labels(field).inc()
                    await self.room()
        self.complete()

    async def _go_on_alone(self, after: Cursor) -> None:
        assert self._access is not None
        await self._follow(await self._access.present(), after)

    async def _noting(self, source: AsyncIterable[Any]) -> AsyncGenerator[Any]:
        """Where the event stands that is executed next."""
        async with aclosing(cast("AsyncGenerator[Any]", aiter(source))) as values:
            async for value in values:
                event = getattr(value, "event", None)
                self._cursor = event.cursor if isinstance(event, Delivered) else None
                yield value

    def _access_ended(self, error: Exception) -> None:
        if not isinstance(error, Closing):
            log.error("event_stream_broken", exc_info=error)
        self.over()


def resumed(operation: Operation, variables: Mapping[str, Any], last_event_id: str | None) -> Mapping[str, Any]:
    """The variables, from that event on where the operation takes `after` from one of them."""
    if last_event_id is None:
        return variables
    arguments = next(operation.root_fields()).arguments or ()
    names = [each.value.name.value for each in arguments if each.name.value == "after" and isinstance(each.value, VariableNode)]
    return {**variables, **dict.fromkeys(names, last_event_id)}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        continue


def _never(_: object = None) -> None:
    """Where the server offers no such thing."""
