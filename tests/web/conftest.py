"""The edge on a real uvicorn at a port of its own, people who are signed in there, and a socket that speaks the protocol."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from models import Session, User
from ops.settings import settings
from ops.throttle import Allowance
from tests.support.ceiling import CEILING_SECONDS
from tests.web import edge_schema
from web.app import create_app
from web.parts import MINUTE
from web.serving import listening, server_config
from web.socket import PROTOCOL

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from starlette.applications import Starlette

    from web.parts import Parts


class QuietServer(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are pytest's."""
        yield


class Socket:
    """A client's side of graphql-transport-ws."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, message: Any) -> None:
        await self.connection.send(message if isinstance(message, str | bytes) else orjson.dumps(message).decode())

    async def receive(self, seconds: float = CEILING_SECONDS, *, pings: bool = False) -> Any:
        """The next message; the server's pings, which come to whoever takes long, only where they are wanted."""
        while True:
            message = orjson.loads(await asyncio.wait_for(self.connection.recv(), seconds))
            if pings or message != {"type": "ping"}:
                return message

    async def init(self, payload: dict[str, Any] | None = None) -> None:
        await self.send({"type": "connection_init"} if payload is None else {"type": "connection_init", "payload": payload})
        assert await self.receive() == {"type": "connection_ack"}

    async def subscribe(self, query: str, identity: str = "1", **payload: Any) -> None:
        await self.send({"id": identity, "type": "subscribe", "payload": {"query": query, **payload}})

    async def ask(self, query: str, identity: str = "1", **payload: Any) -> Any:
        """The payload of the one result, or of the error."""
        await self.subscribe(query, identity, **payload)
        message = await self.receive()
        assert message["id"] == identity
        if message["type"] == "error":
            return {"errors": message["payload"]}
        assert await self.receive() == {"id": identity, "type": "complete"}
        return message["payload"]

    async def close_code(self, seconds: float = CEILING_SECONDS) -> int | None:
        """What it is closed with, whatever comes before."""
        with suppress(ConnectionClosed):
            async with asyncio.timeout(seconds):
                while True:
                    await self.connection.recv()
        return self.connection.close_code


@dataclass
class Edge:
    app: Starlette
    port: int
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def parts(self) -> Parts:
        parts: Parts = self.app.state.parts
        return parts

    def client(self, **headers: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(base_url=self.origin, headers=headers, timeout=CEILING_SECONDS)
        self.clients.append(client)
        return client

    async def ask(self, query: str, headers: dict[str, str] | None = None, **body: Any) -> httpx.Response:
        return await self.client().post("/graphql", json={"query": query, **body}, headers=headers)

    @asynccontextmanager
    async def socket(self, **options: Any) -> AsyncIterator[Socket]:
        address = f"ws://127.0.0.1:{self.port}/graphql"
        known: dict[str, Any] = {
            "subprotocols": [Subprotocol(PROTOCOL)],
            "max_size": None,
            "compression": None,
            "open_timeout": CEILING_SECONDS,
        }
        async with connect(address, **known, **options) as connection:
            yield Socket(connection)


@asynccontextmanager
async def serving(app: Starlette, **options: Any) -> AsyncGenerator[Edge]:
    listener = listening("127.0.0.1", 0)
    server = QuietServer(server_config(app, settings(), **options))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:
        assert not task.done(), task.exception()
        await asyncio.sleep(0.01)
    edge = Edge(app, listener.getsockname()[1])
    try:
        yield edge
    finally:
        for client in edge.clients:
            await client.aclose()
        server.should_exit = True
        await task
        listener.close()


@pytest.fixture(scope="session")
async def running_edge(database: None, redis: Redis) -> AsyncIterator[Edge]:
    async with serving(create_app(schema=edge_schema.schema)) as edge:
        yield edge


@pytest.fixture
async def server(running_edge: Edge, emptied: None) -> AsyncIterator[Edge]:
    """The edge on the schema of edge_schema.py."""
    edge_schema.notes.clear()
    edge_schema.executed.clear()
    # What a process has taken of somebody's allowance is not in Redis, which was emptied.
    running_edge.parts.requests = Allowance("requests", MINUTE)
    yield running_edge
    for client in running_edge.clients:
        await client.aclose()
    running_edge.clients.clear()
    await until(lambda: not edge_schema.running)


@dataclass(frozen=True, slots=True)
class SignedIn:
    user: User
    session: Session
    token: str

    @property
    def cookie(self) -> dict[str, str]:
        return {"cookie": f"tidemark_session={self.token}"}


async def somebody(email: str = "ada@example.test") -> User:
    user = await User.register(email=email, password_hash="none", display_name="Ada")
    assert user is not None
    return user


async def signed_in(email: str = "ada@example.test") -> SignedIn:
    user = await somebody(email)
    session, token = await Session.open(user, "tests")
    return SignedIn(user, session, token)


async def until(holds: Callable[[], bool], seconds: float = CEILING_SECONDS) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)
