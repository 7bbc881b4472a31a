"""GraphQL over WebSocket by the `graphql-transport-ws` protocol: strict about messages, bounded in everything, closed in time.

A connection is called with each message and waits for nothing: what takes time is a task. A subscription that is shared is not even that.
Whoever finds a reason to close raises Closing, and the connection ends as one: operations are cancelled and awaited, then the socket is
closed with the code.
"""

from __future__ import annotations

import asyncio
import contextvars
import random
import time
from contextlib import aclosing
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import orjson
from graphql import OperationType
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket

from ops.logs import logger
from ops.metrics import DELIVERIES, SOCKETS, SOCKETS_CLOSED, SUBSCRIPTIONS
from ops.redis import REDIS_AWAY
from realtime.broadcast import Broadcast
from realtime.hub import TooSlow
from realtime.past import DATABASE_AWAY
from realtime.wire import Patience, Wire
from schema.context import RequestMeta
from schema.errors import ApiError, BadUserInput, Forbidden, QueryTooComplex, Unauthenticated, tell
from schema.scalars import as_json
from web import sharing
from web.access import UNAUTHORIZED, Access, Closing
from web.asgi_wire import AsgiWire
from web.caller import Caller, caller_by_bearer, caller_by_cookie, is_forged
from web.execution import Operation, Rejected, Request, Result
from web.graphql import execute
from web.parts import Parts, meta_of
from web.serving import HAND_OVER
from web.sharing import Alone, Member, Subscription, head_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from realtime.cursor import Cursor
    from schema.context import Context

log = logger(__name__)

PROTOCOL = "graphql-transport-ws"
# A page keeps five; the rest is room for tests and tools.
MAX_OPERATIONS = 100
MAX_ID_LENGTH = 256

BAD_FRAME = 4400
BAD_PROTOCOL = 4406
INIT_TIMEOUT = 4408
DUPLICATE_ID = 4409
TOO_MANY_INITS = 4429
TOO_SLOW = 4480
# After this clients never come again.
BROKEN = 4500
# After this they do: the database or Redis is away.
AWAY = 1013
RESTART = 1012
# Opening a socket costs some milliseconds of CPU. A second at least: nobody is back sooner.
SPREAD_MS = 4
SHORTEST_SPREAD_MS = 1_000

ACKNOWLEDGED = b'{"type":"connection_ack"}'
PING = b'{"type":"ping"}'
PONG = b'{"type":"pong"}'


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    init: float = 10
    ping: float = 20
    send: float = 10
    close: float = 2


TIMING = Timing()


class Channel(sharing.Channel, Protocol):
    """What a connection speaks over: a `Wire`, or under another server than ours an `AsgiWire`."""

    limit: int

    def take_no_more(self) -> None: ...
    def take_more(self) -> None: ...
    def close(self, code: int, reason: str) -> None: ...


class Running(Protocol):
    """An operation: a task, or a member of a shared one."""

    def cancel(self) -> object: ...


async def graphql_socket(websocket: WebSocket) -> None:
    parts: Parts = websocket.app.state.parts
    if is_forged(websocket, parts.settings):
        refusal = tell(Forbidden("This connection was opened by a page of another origin."))
        await websocket.send_denial_response(JSONResponse({"errors": [refusal]}, 403))
        return
    if PROTOCOL not in websocket.scope["subprotocols"]:
        await websocket.accept()
        await websocket.close(BAD_PROTOCOL, "Subprotocol not acceptable")
        return
    await websocket.accept(PROTOCOL)
    patience = Patience(TIMING.send, TIMING.close)
    wire = Wire(parts.turn, patience)
    hand_over = websocket.scope.get("extensions", {}).get(HAND_OVER)
    taken = hand_over(wire) if hand_over is not None else None
    if taken is not None:
        # From here on the connection is called by its transport: nothing of this request need stay.
        transport, ping_seconds = taken
        wire.begin(transport, Connection(websocket, wire, parts, TIMING), ping_seconds)
    else:
        plain = AsgiWire(websocket, patience)
        await plain.run(Connection(websocket, plain, parts, TIMING))


class Connection:
    """The server's side of the protocol, for one client."""

    __slots__ = (
        "access", "caller", "channel", "ending", "is_acknowledged", "log_context", "meta", "opened_at", "operations", "parts", "tasks",
        "timers", "timing", "upgrade", "was_initialised",
    )  # fmt: skip

    def __init__(self, upgrade: WebSocket, channel: Channel, parts: Parts, timing: Timing) -> None:
        self.channel = channel
        self.parts = parts
        self.timing = timing
        self.meta: RequestMeta = meta_of(upgrade, parts.settings)
        # The request that became this connection, until it is known who sent it.
        self.upgrade: WebSocket | None = upgrade
        self.caller = Caller()
        self.access: Access | None = None
        self.was_initialised = False
        self.is_acknowledged = False
        self.operations: dict[str, Running] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.ending: asyncio.Task[None] | None = None
        # Lines logged on behalf of the connection bear its request's id, and then the caller's.
        self.log_context = contextvars.copy_context()
        self.opened_at = time.monotonic()
        loop = asyncio.get_running_loop()
        # Sockets that came together, after a restart, are not all served at one moment again and again.
        first_ping = timing.ping * random.uniform(0.5, 1)
        self.timers = {"init": loop.call_later(timing.init, self.expect_init), "ping": loop.call_later(first_ping, self.ping)}
        SOCKETS.inc()
        parts.sockets += 1

    # The end

    def end(self, closing: Closing | None) -> None:
        """With the farewell, or with None where nobody is there to hear it."""
        if self.ending is None:
            self.ending = asyncio.create_task(self.finish(closing))
            self.parts.unfinished.add(self.ending)
            self.ending.add_done_callback(self.parts.unfinished.discard)

    async def finish(self, closing: Closing | None) -> None:
        for timer in self.timers.values():
            timer.cancel()
        for running in list(self.operations.values()):
            running.cancel()
        await self.cancel_tasks()
        if self.access is not None:
            self.access.leave()
            # It knows us: without the circle we are freed at once.
            self.access = None
        self.operations.clear()
        code = closing.code if closing else None
        if closing is not None:
            self.channel.close(closing.code, closing.reason)
            SOCKETS_CLOSED.labels(closing.code).inc()
        SOCKETS.dec()
        self.parts.sockets -= 1
        self.log_context.run(log.info, "socket_ended", code=code, seconds=round(time.monotonic() - self.opened_at, 1))

    async def cancel_tasks(self) -> None:
        """Until each is gone: on Python 3.11 a library's `wait_for` now and then swallows a cancellation."""
        while self.tasks:
            for task in self.tasks:
                task.cancel()
            await asyncio.wait(self.tasks, timeout=1)

    def start(self, work: Callable[[], Coroutine[Any, Any, None]], context: contextvars.Context | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(self.guarded(work), context=context or self.log_context.copy())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def guarded(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Whatever ends a task by an exception ends the connection."""
        try:
            await work()
        except Exception as error:
            self.end(closing_of(error))

    # Called by the channel

    def received(self, text: str | None) -> None:
        if self.ending is not None:
            return
        try:
            self.take(text)
        except Exception as error:
            self.end(closing_of(error))

    def lagging(self) -> None:
        self.end(closing_of(TooSlow()))

    def broken(self, code: int, reason: str) -> None:
        self.end(Closing(code, reason))

    def restarting(self) -> None:
        self.parts.presence.restart()
        # Each is told a time of its own: whoever takes them over can open so many at a time.
        spread = max(SHORTEST_SPREAD_MS, self.parts.sockets * SPREAD_MS)
        self.end(Closing(RESTART, f"Restarting: come again in {random.randint(0, spread)} ms"))

    def lost(self) -> None:
        self.end(None)

    # Reading

    def take(self, text: str | None) -> None:
        message = parsed(text)
        match message["type"]:
            case "connection_init":
                self.init(message)
            case "subscribe":
                self.subscribe(message, text or "")
            case "complete":
                self.complete(message)
            case "ping":
                check_payload(message)
                self.channel.send(PONG)
            case "pong":
                check_payload(message)
            case unknown:
                raise Closing(BAD_FRAME, f"Unknown message type {unknown[:40]!r}")

    def init(self, message: dict[str, Any]) -> None:
        payload = check_payload(message)
        if self.was_initialised:
            raise Closing(TOO_MANY_INITS, "Too many initialisation requests")
        self.was_initialised = True
        self.timers.pop("init").cancel()
        authorization = payload.get("authorization")
        if authorization is not None and not isinstance(authorization, str):
            raise Closing(BAD_FRAME, "authorization must be text")
        self.channel.take_no_more()
        # Not in a copy: what is logged from now on bears who calls.
        self.start(partial(self.acknowledge, authorization), self.log_context)

    async def acknowledge(self, authorization: str | None) -> None:
        assert self.upgrade is not None
        try:
            if authorization is not None:
                self.caller = await caller_by_bearer(authorization)
            else:
                self.caller = await caller_by_cookie(self.upgrade, self.parts.settings)
        except Unauthenticated as error:
            raise Closing(UNAUTHORIZED, error.message) from None
        self.upgrade = None
        self.access = Access(self.parts.hub, self.caller, self.access_ended)
        self.channel.limit = self.caller.body_limit
        self.is_acknowledged = True
        self.channel.send(ACKNOWLEDGED)
        self.channel.take_more()
        await self.access.begin()

    def subscribe(self, message: dict[str, Any], text: str) -> None:
        identity = id_of(message)
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise Closing(BAD_FRAME, "The payload must be an object")
        try:
            request = Request.read(payload, len(text))
        except BadUserInput as error:
            raise Closing(BAD_FRAME, error.message) from None
        if not self.is_acknowledged:
            raise Closing(UNAUTHORIZED, "Unauthorized")
        if identity in self.operations:
            raise Closing(DUPLICATE_ID, f"Subscriber for {identity[:40]} already exists")
        refusal = self.refusal(request, may_hold_nul="\\u0000" in text)
        if refusal is not None:
            self.send({"id": identity, "type": "error", "payload": [tell(refusal)]})
        else:
            self.operations[identity] = self.start(partial(self.operate, identity, request))

    def refusal(self, request: Request, *, may_hold_nul: bool) -> ApiError | None:
        if len(self.operations) >= MAX_OPERATIONS:
            told = f"At most {MAX_OPERATIONS} operations run at once on one connection."
            return QueryTooComplex(told, measure="operations", limit=MAX_OPERATIONS)
        return request.size_error(self.caller.object_limit) or (request.nul_error() if may_hold_nul else None)

    def complete(self, message: dict[str, Any]) -> None:
        running = self.operations.pop(id_of(message), None)
        if running is not None:
            running.cancel()

    # Operations

    async def operate(self, identity: str, request: Request) -> None:
        await self.to_the_end(identity, partial(self.perform, identity, request))

    async def to_the_end(self, identity: str, work: Callable[[], Coroutine[Any, Any, Member | None]]) -> None:
        """One operation up to its last message. Nothing of it goes out after the client's `complete`."""
        last: dict[str, Any] = {"id": identity, "type": "complete"}
        try:
            member = await work()
        except (Closing, TooSlow):
            raise
        except Exception as error:
            last = error_message(identity, error)
        else:
            if member is not None:
                # It goes on without a task.
                self.operations[identity] = member
                return
        # The id is free as soon as the last message is on its way.
        if self.operations.get(identity) is asyncio.current_task():
            del self.operations[identity]
        self.send(last)

    def access_ended(self, error: Exception) -> None:
        self.end(closing_of(error))

    async def present_caller(self) -> Caller:
        assert self.access is not None
        return await self.access.present()

    async def perform(self, identity: str, request: Request) -> Member | None:
        caller = await self.present_caller()
        await self.parts.admit(caller, self.meta)
        operation = self.parts.choose(request, caller)
        if operation.kind is OperationType.SUBSCRIPTION:
            return await self.stream(identity, operation, request.variables, self.context(caller))
        await self.next(identity, await execute(self.parts, operation, request, self.context(caller)))
        return None

    async def stream(
        self, identity: str, operation: Operation, variables: Mapping[str, Any], context: Context, after: Cursor | None = None
    ) -> Member | None:
        """Until the subscription ends; or until it is a member, which is returned. `after` is where one stands who was a member before."""
        executor = self.parts.engine.begin(operation, variables, context)
        source = await self.parts.engine.source(executor)
        if isinstance(source, Broadcast):
            try:
                return await self.parts.sharing.join(
                    self, self.channel, identity, Subscription(operation, variables, executor, source, context)
                )
            except Alone as alone:
                source = source.since(after or alone.after)
        head, field = head_of(identity), operation.root_field
        with SUBSCRIPTIONS.labels(field).track_inprogress():
            async with aclosing(self.parts.engine.events(executor, source, context.renewed)) as events:
                async for event in events:
                    await self.next(identity, event, head)
                    DELIVERIES.labels(field).inc()
        return None

    def ended(self, identity: str, error: Exception) -> None:
        """The source of a shared operation."""
        running = self.operations.pop(identity, None)
        if running is not None:
            running.cancel()
            if isinstance(error, TooSlow):
                self.lagging()
            else:
                self.send(error_message(identity, error))

    def made_personal(self, member: Member, after: Cursor) -> None:
        """A shared operation is to be executed for this one alone, from there on."""
        member.cancel()
        if self.ending is None:
            self.operations[member.identity] = self.start(
                partial(self.to_the_end, member.identity, partial(self.go_on_alone, member, after))
            )

    async def go_on_alone(self, member: Member, after: Cursor) -> Member | None:
        context = self.context(await self.present_caller())
        return await self.stream(member.identity, member.operation, member.variables, context, after)

    def context(self, caller: Caller) -> Context:
        return self.parts.context(caller, self.meta, None)

    async def next(self, identity: str, result: Result, head: bytes | None = None) -> None:
        if self.operations.get(identity) is not asyncio.current_task():
            raise asyncio.CancelledError
        self.channel.send(head or head_of(identity), as_json(result) + b"}")
        if self.channel.is_full:
            await self.channel.room()

    def send(self, message: dict[str, Any]) -> None:
        self.channel.send(orjson.dumps(message))

    # Timers

    def expect_init(self) -> None:
        self.end(Closing(INIT_TIMEOUT, "Connection initialisation timeout"))

    def ping(self) -> None:
        """For clients, to whom browsers do not show WebSocket's own pings. By those, the server beneath finds peers that are dead."""
        self.channel.send(PING)
        self.timers["ping"] = asyncio.get_running_loop().call_later(self.timing.ping, self.ping)


def closing_of(error: Exception) -> Closing:
    """Why a connection ends in which that was raised."""
    if isinstance(error, Closing):
        return error
    if isinstance(error, TooSlow):
        return Closing(TOO_SLOW, "Reader too slow")
    if isinstance(error, (*DATABASE_AWAY, *REDIS_AWAY)):
        log.warning("socket_not_served", error=repr(error))
        return Closing(AWAY, "Try again later")
    log.error("socket_broken", exc_info=error)
    return Closing(BROKEN, "Internal server error")


def error_message(identity: str, error: Exception) -> dict[str, Any]:
    errors = error.errors if isinstance(error, Rejected) else [tell(error)]
    return {"id": identity, "type": "error", "payload": errors}


def parsed(text: str | None) -> dict[str, Any]:
    if text is None:
        raise Closing(BAD_FRAME, "Messages must be text")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Closing(BAD_FRAME, "Messages must be JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Closing(BAD_FRAME, "Messages must be objects with a type")
    return message


def check_payload(message: dict[str, Any]) -> dict[str, Any]:
    payload = message.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise Closing(BAD_FRAME, "The payload must be an object")
    return payload or {}


def id_of(message: dict[str, Any]) -> str:
    identity = message.get("id")
    if not isinstance(identity, str) or not 0 < len(identity) <= MAX_ID_LENGTH:
        raise Closing(BAD_FRAME, f"The id must be text of 1 to {MAX_ID_LENGTH} characters")
    return identity
