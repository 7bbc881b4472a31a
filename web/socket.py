"""GraphQL over WebSocket by the `graphql-transport-ws` protocol: strict about frames, bounded in everything, closed in time.

One task reads, one writes, some watch; each operation is a task of its own. Whoever finds a reason to close raises Closing, and the
connection ends as one: operations are cancelled and awaited, then the socket is closed with the code.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from graphql import OperationType
from starlette.responses import JSONResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from ops.logs import logger
from ops.metrics import DELIVERIES, SOCKETS, SOCKETS_CLOSED, SUBSCRIPTIONS
from realtime.cancelling import obeying
from realtime.hub import TooSlow
from schema.context import RequestMeta
from schema.errors import ApiError, BadUserInput, Forbidden, QueryTooComplex, Unauthenticated, tell
from web.caller import Caller, caller_by_bearer, caller_by_cookie, is_forged
from web.execution import Operation, Rejected, Request, Result
from web.graphql import execute
from web.parts import Parts, meta_of
from web.serving import ABORT

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from schema.context import Context

log = logger(__name__)

PROTOCOL = "graphql-transport-ws"
# A page keeps five; the rest is room for tests and tools.
MAX_OPERATIONS = 100
MAX_ID_LENGTH = 256
# Messages that wait for a slow reader; operations wait when it is full.
SEND_QUEUE = 256
# A close reason is part of a control frame of 125 bytes.
MAX_REASON = 120

BAD_FRAME = 4400
UNAUTHORIZED = 4401
COME_AGAIN = 4403
BAD_PROTOCOL = 4406
INIT_TIMEOUT = 4408
DUPLICATE_ID = 4409
TOO_MANY_INITS = 4429
TOO_SLOW = 4480
BROKEN = 4500
TOO_BIG = 1009
RESTART = 1012


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    init: float = 10
    ping: float = 20
    # What a hint tells is seen at once; this is for a hint that was lost and for time itself running out.
    recheck: float = 60
    send: float = 10
    # Streams that end with what is taken away tell why, before the connection is closed.
    farewell: float = 0.5
    close: float = 2


TIMING = Timing()


class Closing(Exception):
    """Why the connection ends."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason[:MAX_REASON]


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
    with SOCKETS.track_inprogress():
        await Connection(websocket, parts, TIMING).run()


class Connection:
    def __init__(self, websocket: WebSocket, parts: Parts, timing: Timing) -> None:
        self.websocket = websocket
        self.parts = parts
        self.timing = timing
        self.meta: RequestMeta = meta_of(websocket)
        self.caller = Caller()
        self.was_initialised = False
        self.is_acknowledged = asyncio.Event()
        self.outgoing: asyncio.Queue[str] = asyncio.Queue(SEND_QUEUE)
        self.operations: dict[str, asyncio.Task[None]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.ended: asyncio.Future[Closing | None] = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Returns when the connection is closed, by either side. Raises nothing."""
        for work in (self.read(), self.write(), self.expect_init(), self.ping(), self.watch_access()):
            self.start(work)
        closing: Closing | None = Closing(RESTART, "Restarting")
        try:
            closing = await self.ended
        finally:
            await self.cancel_tasks()
            if closing is not None:
                await self.close(closing)

    async def cancel_tasks(self) -> None:
        """Until each is gone: on Python 3.11 a library's `wait_for` now and then swallows a cancellation."""
        while self.tasks:
            for task in self.tasks:
                task.cancel()
            await asyncio.wait(self.tasks, timeout=1)

    def start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(self.guarded(work))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def guarded(self, work: Coroutine[Any, Any, None]) -> None:
        """Whatever ends a task by an exception ends the connection."""
        try:
            await work
        except Closing as closing:
            self.end(closing)
        except WebSocketDisconnect:
            self.end(None)
        except TooSlow:
            self.end(Closing(TOO_SLOW, "Reader too slow"))
        except Exception:
            log.exception("socket_broken")
            self.end(Closing(BROKEN, "Internal server error"))

    def end(self, closing: Closing | None) -> None:
        if not self.ended.done():
            self.ended.set_result(closing)

    async def close(self, closing: Closing) -> None:
        SOCKETS_CLOSED.labels(closing.code).inc()
        if self.websocket.application_state is WebSocketState.CONNECTED:
            with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
                async with asyncio.timeout(self.timing.close):
                    await self.websocket.close(closing.code, closing.reason)
                    return
        self.abort()

    def abort(self) -> None:
        """Drops a connection whose peer does not even take the close frame."""
        abort = self.websocket.scope.get("extensions", {}).get(ABORT)
        if abort is not None:
            abort()

    # Reading

    async def read(self) -> None:
        while True:
            message = await self.websocket.receive()
            if message["type"] == "websocket.disconnect":
                raise WebSocketDisconnect(message.get("code", 1005))
            await self.take(message.get("text"))

    async def take(self, text: str | None) -> None:
        message = self.parsed(text)
        match message["type"]:
            case "connection_init":
                await self.init(message)
            case "subscribe":
                await self.subscribe(message, may_hold_nul="\\u0000" in (text or ""))
            case "complete":
                self.complete(message)
            case "ping":
                check_payload(message)
                await self.send({"type": "pong"})
            case "pong":
                check_payload(message)
            case unknown:
                raise Closing(BAD_FRAME, f"Unknown message type {unknown[:40]!r}")

    def parsed(self, text: str | None) -> dict[str, Any]:
        if text is None:
            raise Closing(BAD_FRAME, "Messages must be text")
        if is_longer(text, self.caller.body_limit):
            raise Closing(TOO_BIG, f"Messages have at most {self.caller.body_limit} bytes")
        try:
            message = orjson.loads(text)
        except orjson.JSONDecodeError:
            raise Closing(BAD_FRAME, "Messages must be JSON") from None
        if not isinstance(message, dict) or not isinstance(message.get("type"), str):
            raise Closing(BAD_FRAME, "Messages must be objects with a type")
        return message

    async def init(self, message: dict[str, Any]) -> None:
        payload = check_payload(message)
        if self.was_initialised:
            raise Closing(TOO_MANY_INITS, "Too many initialisation requests")
        self.was_initialised = True
        authorization = payload.get("authorization")
        if authorization is not None and not isinstance(authorization, str):
            raise Closing(BAD_FRAME, "authorization must be text")
        try:
            if authorization is not None:
                self.caller = await caller_by_bearer(authorization)
            else:
                self.caller = await caller_by_cookie(self.websocket, self.parts.settings)
        except Unauthenticated as error:
            raise Closing(UNAUTHORIZED, error.message) from None
        await self.send({"type": "connection_ack"})
        self.is_acknowledged.set()

    async def subscribe(self, message: dict[str, Any], *, may_hold_nul: bool) -> None:
        identity = id_of(message)
        payload = message.get("payload")
        if not isinstance(payload, dict):
            raise Closing(BAD_FRAME, "The payload must be an object")
        try:
            request = Request.read(payload)
        except BadUserInput as error:
            raise Closing(BAD_FRAME, error.message) from None
        if not self.is_acknowledged.is_set():
            raise Closing(UNAUTHORIZED, "Unauthorized")
        if identity in self.operations:
            raise Closing(DUPLICATE_ID, f"Subscriber for {identity[:40]} already exists")
        refusal = self.refusal(request, may_hold_nul=may_hold_nul)
        if refusal is not None:
            await self.send({"id": identity, "type": "error", "payload": [tell(refusal)]})
        else:
            self.operations[identity] = self.start(self.operate(identity, request))

    def refusal(self, request: Request, *, may_hold_nul: bool) -> ApiError | None:
        if len(self.operations) >= MAX_OPERATIONS:
            told = f"At most {MAX_OPERATIONS} operations run at once on one connection."
            return QueryTooComplex(told, measure="operations", limit=MAX_OPERATIONS)
        return request.size_error(self.caller.object_limit) or (request.nul_error() if may_hold_nul else None)

    def complete(self, message: dict[str, Any]) -> None:
        task = self.operations.pop(id_of(message), None)
        if task is not None:
            task.cancel()

    # Operations

    async def operate(self, identity: str, request: Request) -> None:
        """One operation from its request to its last message. Nothing of it goes out after the client's `complete`."""
        try:
            await self.perform(identity, request)
            last: dict[str, Any] = {"id": identity, "type": "complete"}
        except Rejected as rejected:
            last = {"id": identity, "type": "error", "payload": rejected.errors}
        except (Closing, WebSocketDisconnect, TooSlow):
            raise
        except Exception as error:
            last = {"id": identity, "type": "error", "payload": [tell(error)]}
        # The id is free as soon as the last message is on its way.
        if self.operations.get(identity) is asyncio.current_task():
            del self.operations[identity]
        await self.send(last)

    async def perform(self, identity: str, request: Request) -> None:
        caller = await self.present_caller()
        await obeying(self.parts.admit(caller, self.meta))
        operation = self.parts.engine.choose(request)
        if operation.kind is OperationType.SUBSCRIPTION:
            await self.stream(identity, operation, request, caller)
        else:
            await self.next(identity, await execute(self.parts, operation, request, self.context(caller)))

    async def stream(self, identity: str, operation: Operation, request: Request, caller: Caller) -> None:
        context = self.context(caller)
        executor = self.parts.engine.begin(operation, request, context)
        field = operation.root_field
        with SUBSCRIPTIONS.labels(field).track_inprogress():
            async with aclosing(self.parts.engine.events(executor, context.renewed)) as events:
                async for event in events:
                    await self.next(identity, event)
                    DELIVERIES.labels(field).inc()

    def context(self, caller: Caller) -> Context:
        return self.parts.context(caller, self.meta, None)

    async def next(self, identity: str, result: Result) -> None:
        if self.operations.get(identity) is not asyncio.current_task():
            raise asyncio.CancelledError
        await self.send({"id": identity, "type": "next", "payload": result})

    # Writing

    async def send(self, message: dict[str, Any]) -> None:
        await self.outgoing.put(orjson.dumps(message).decode())

    async def write(self) -> None:
        while True:
            text = await self.outgoing.get()
            try:
                async with asyncio.timeout(self.timing.send):
                    await self.websocket.send_text(text)
            except TimeoutError:
                raise TooSlow from None

    # Watching

    async def expect_init(self) -> None:
        await asyncio.sleep(self.timing.init)
        if not self.was_initialised:
            raise Closing(INIT_TIMEOUT, "Connection initialisation timeout")

    async def ping(self) -> None:
        """For clients, to whom browsers do not show WebSocket's own pings. By those, the server beneath finds peers that are dead."""
        # Sockets that came together, after a restart, are not all served at one moment again and again.
        await asyncio.sleep(self.timing.ping * random.uniform(0.5, 1))
        while True:
            await self.send({"type": "ping"})
            await asyncio.sleep(self.timing.ping)

    async def watch_access(self) -> None:
        """Closes the connection when what its caller may do changes."""
        await self.is_acknowledged.wait()
        topic = self.caller.topic
        if topic is None:
            return
        rights = await self.caller.rights()
        async with self.parts.hub.hinted(topic) as hints:
            while True:
                caller = await self.present_caller()
                if await caller.rights() != rights:
                    await asyncio.sleep(self.timing.farewell)
                    raise Closing(COME_AGAIN, "Rights changed")
                with suppress(TimeoutError):
                    async with asyncio.timeout(self.timing.recheck * random.uniform(0.5, 1)):
                        await hints.next()

    async def present_caller(self) -> Caller:
        """The caller as they stand now. Raises Closing where session or token ended."""
        caller = await self.caller.again()
        if caller is not None:
            return caller
        if await self.caller.was_revoked():
            raise Closing(UNAUTHORIZED, "Session revoked")
        raise Closing(COME_AGAIN, "Session expired")


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


def is_longer(text: str, limit: int) -> bool:
    """Whether the text has more than `limit` bytes in UTF-8; counts them only where that is in doubt."""
    return len(text) > limit or (len(text) * 4 > limit and len(text.encode()) > limit)
