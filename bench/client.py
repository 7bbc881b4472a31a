"""A client of the public API, as anybody could write one: GraphQL over HTTP, subscriptions over graphql-transport-ws, uploads."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Self

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

# A line for every request is nobody's news.
logging.getLogger("httpx").setLevel(logging.WARNING)

PROTOCOL = Subprotocol("graphql-transport-ws")
ANSWER_SECONDS = 60.0
# A connection that was idle for longer is not used again: servers close theirs after five seconds, and it may be just then.
IDLE_SECONDS = 2.0
LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=IDLE_SECONDS)
# At most so many messages of a subscription wait to be read: the scripted people are slower than the server now and then.
WAITING = 10_000

Json = dict[str, Any]


class Failed(Exception):
    """GraphQL errors, or a closed socket. `codes` are those of `extensions.code`, `close_code` is the socket's."""

    def __init__(self, message: str, *codes: str, close_code: int | None = None) -> None:
        super().__init__(message)
        self.codes = codes
        self.close_code = close_code

    @classmethod
    def of(cls, errors: list[Json]) -> Self:
        codes = [str(error.get("extensions", {}).get("code", "")) for error in errors]
        return cls("; ".join(f"{error.get('message')} {error.get('path', '')}" for error in errors), *codes)


class Client:
    """One person or program at one server. `async with Client(url) as client`."""

    def __init__(self, base_url: str, *, cookie: str | None = None, token: str | None = None, patience: float = ANSWER_SECONDS) -> None:
        """`cookie` is the value of a Cookie header of a session that is there already; `token` a partner's API token; `patience` how many
        seconds an answer may take."""
        self.base_url = base_url.rstrip("/")
        headers = {"cookie": cookie} if cookie else {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.AsyncClient(base_url=self.base_url, headers=headers, timeout=patience, limits=LIMITS)
        self._patience = patience
        self._cookie = cookie
        self.requests = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    @property
    def cookie(self) -> str:
        """What the session's requests carry."""
        return self._cookie or "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._http.cookies.jar)

    async def ask(self, document: str, **variables: Any) -> Json:
        """The operation's data. Raises Failed for GraphQL errors, httpx's errors where the server is not reached."""
        self.requests += 1
        body = orjson.dumps({"query": document, "variables": variables})
        response = await self._http.post("/graphql", content=body, headers={"content-type": "application/json"})
        answer: Json = orjson.loads(response.content)
        if answer.get("errors"):
            raise Failed.of(answer["errors"])
        data: Json = answer["data"]
        return data

    async def act(self, document: str, **variables: Any) -> Json:
        """A mutation's one payload, its `errors` among it."""
        [payload] = (await self.ask(document, **variables)).values()
        result: Json = payload
        return result

    async def upload(self, file: bytes) -> str:
        """The public id."""
        self.requests += 1
        response = await self._http.post("/uploads", files={"file": file}, headers={"tidemark-upload": "1"})
        if response.status_code != httpx.codes.CREATED:
            raise Failed(f"upload: {response.status_code} {response.text}")
        return str(response.json()["id"])

    @contextlib.asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        """A WebSocket with the session's cookie, acknowledged."""
        address = "ws" + self.base_url.removeprefix("http") + "/graphql"
        headers = {"cookie": self.cookie} if self.cookie else {}
        async with connect(
            address,
            subprotocols=[PROTOCOL],
            additional_headers=headers,
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=self._patience,
        ) as connection:
            async with Socket(connection, self._patience) as socket:
                yield socket


@dataclass(slots=True)
class Arrived:
    """A message of a subscription: its data, and when it came by the clocks of this process."""

    data: Json
    at: float
    """time.monotonic()"""
    wall: float
    """time.time()"""


class Subscription:
    """`async for arrived in subscription`. Ends when the server completes it; raises Failed for errors and for a socket that closed."""

    def __init__(self) -> None:
        self.queue: asyncio.Queue[Arrived | Failed | None] = asyncio.Queue(WAITING)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Arrived:
        arrived = await self.queue.get()
        if arrived is None:
            raise StopAsyncIteration
        if isinstance(arrived, Failed):
            raise arrived
        return arrived

    async def next(self, seconds: float = 10.0) -> Json:
        """The next message's one field. Raises TimeoutError."""
        [value] = (await asyncio.wait_for(anext(self), seconds)).data.values()
        result: Json = value
        return result


class Socket:
    """The client's side of graphql-transport-ws; any number of subscriptions share it."""

    def __init__(self, connection: ClientConnection, patience: float = ANSWER_SECONDS) -> None:
        self._connection = connection
        self._patience = patience
        self._subscriptions: dict[str, Subscription] = {}
        self._reading: asyncio.Task[None] | None = None
        self._last = 0

    async def __aenter__(self) -> Self:
        await self._send({"type": "connection_init"})
        async with asyncio.timeout(self._patience):
            acknowledged = orjson.loads(await self._connection.recv())
        if acknowledged["type"] != "connection_ack":
            raise Failed(f"connection_ack was expected: {acknowledged}")
        self._reading = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._reading is not None
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def subscribe(self, document: str, **variables: Any) -> Subscription:
        self._last += 1
        identity = str(self._last)
        subscription = self._subscriptions[identity] = Subscription()
        await self._send({"id": identity, "type": "subscribe", "payload": {"query": document, "variables": variables}})
        return subscription

    def drop(self) -> None:
        """As a cable that is pulled: no closing handshake."""
        self._connection.transport.abort()

    async def _send(self, message: Json) -> None:
        await self._connection.send(orjson.dumps(message).decode())

    async def _read(self) -> None:
        try:
            async for frame in self._connection:
                at, wall = time.monotonic(), time.time()
                await self._take(orjson.loads(frame), at, wall)
            ended = Failed(f"The socket closed with {self._connection.close_code}.", "CLOSED", close_code=self._connection.close_code)
        except ConnectionClosed as closed:
            ended = Failed(f"The socket closed: {closed}", "CLOSED", close_code=self._connection.close_code)
        for subscription in self._subscriptions.values():
            subscription.queue.put_nowait(ended)

    async def _take(self, message: Json, at: float, wall: float) -> None:
        if message["type"] == "ping":
            await self._send({"type": "pong"})
            return
        subscription = self._subscriptions.get(message.get("id", ""))
        if subscription is None:
            return
        if message["type"] == "next":
            payload = message["payload"]
            errors = payload.get("errors")
            subscription.queue.put_nowait(Failed.of(errors) if errors else Arrived(payload["data"], at, wall))
        else:
            subscription.queue.put_nowait(Failed.of(message["payload"]) if message["type"] == "error" else None)
            self._subscriptions.pop(message["id"], None)
