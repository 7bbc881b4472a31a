"""A client of the running API: over HTTP with a cookie or a token, and over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx
from websockets import Subprotocol
from websockets.asyncio.client import connect

from models import Session, User
from tests.support.ceiling import CEILING_SECONDS
from tests.web.conftest import Socket
from web.socket import PROTOCOL


@dataclass(slots=True)
class Client:
    """Somebody at the API. `ask` expects an answer, `errors_of` expects none."""

    origin: str
    http: httpx.AsyncClient
    headers: dict[str, str]
    user: User | None = None

    async def send(self, query: str, **variables: Any) -> dict[str, Any]:
        response = await self.http.post(f"{self.origin}/graphql", json={"query": query, "variables": variables}, headers=self.headers)
        body: dict[str, Any] = response.json()
        return body

    async def ask(self, query: str, **variables: Any) -> Any:
        """The data, of an operation that must succeed."""
        body = await self.send(query, **variables)
        assert "errors" not in body, body
        return body["data"]

    async def do(self, query: str, **variables: Any) -> Any:
        """The payload of the one mutation in the document, which must refuse nothing."""
        [payload] = (await self.ask(query, **variables)).values()
        assert payload["errors"] == [], payload
        return payload

    async def refused(self, query: str, **variables: Any) -> list[tuple[str, list[str]]]:
        """What the one mutation refuses: (code, path) each."""
        [payload] = (await self.ask(query, **variables)).values()
        return [(error["code"], error["path"]) for error in payload["errors"]]

    async def error(self, query: str, **variables: Any) -> str:
        """The code of the one GraphQL error."""
        body = await self.send(query, **variables)
        assert body.get("errors"), body
        return str(body["errors"][0]["extensions"]["code"])

    @asynccontextmanager
    async def socket(self) -> AsyncIterator[Socket]:
        address = self.origin.replace("http", "ws") + "/graphql"
        cookie = {name: value for name, value in self.headers.items() if name == "cookie"}
        bearer = {name: value for name, value in self.headers.items() if name == "authorization"}
        async with connect(
            address,
            subprotocols=[Subprotocol(PROTOCOL)],
            max_size=None,
            compression=None,
            open_timeout=CEILING_SECONDS,
            additional_headers=cookie,
        ) as connection:
            socket = Socket(connection)
            await socket.init(bearer or None)
            yield socket

    @asynccontextmanager
    async def following(self, subscription: str, **variables: Any) -> AsyncIterator[Stream]:
        async with self.socket() as socket:
            await socket.subscribe(subscription, variables=variables)
            yield Stream(socket)

    async def upload(self, data: bytes, name: str = "photo.jpg") -> str:
        headers = self.headers | {"Tidemark-Upload": "1"}
        response = await self.http.post(f"{self.origin}/uploads", files={"file": (name, data)}, headers=headers)
        assert response.status_code == 201, response.text
        return str(response.json()["id"])


@dataclass(slots=True)
class Stream:
    """One subscription on a socket of its own."""

    socket: Socket

    async def next(self, seconds: float = CEILING_SECONDS) -> Any:
        """The value of the one root field of the next event."""
        message = await self.socket.receive(seconds)
        assert message["type"] == "next", message
        assert "errors" not in message["payload"], message
        [value] = message["payload"]["data"].values()
        return value

    async def error(self, seconds: float = CEILING_SECONDS) -> str:
        """The code with which it ends, whatever comes before."""
        while True:
            message = await self.socket.receive(seconds)
            if message["type"] == "error":
                return str(message["payload"][0]["extensions"]["code"])

    async def nothing(self, seconds: float = 0.5) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                raise AssertionError(f"nothing was to come: {await self.socket.receive(seconds)}")

    async def until(self, kind: str, seconds: float = CEILING_SECONDS) -> Any:
        """The next event of that __typename."""
        async with asyncio.timeout(seconds):
            while True:
                event = await self.next(seconds)
                if event["__typename"] == kind:
                    return event


@dataclass(slots=True)
class Tidemark:
    """The running server, and people at it."""

    origin: str
    http: httpx.AsyncClient

    @property
    def anonymous(self) -> Client:
        return Client(self.origin, self.http, {})

    async def signed_in(self, user: User) -> Client:
        _, token = await Session.open(user, "tests")
        return Client(self.origin, self.http, {"cookie": f"tidemark_session={token}"}, user)

    def with_token(self, secret: str) -> Client:
        return Client(self.origin, self.http, {"authorization": f"Bearer {secret}"})
