"""Clients that others wrote speak to the server as it is: graphql-ws, graphql-sse, gql, and graphql-http's audits of the specification."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.httpx import HTTPXAsyncTransport
from gql.transport.websockets import WebsocketsTransport

from tests.support.node import install, told_by
from tests.web import edge_schema
from tests.web.conftest import Edge, running_edge, server, signed_in, until

__all__ = ["running_edge", "server"]

HERE = Path(__file__).parent
REFUSALS = {
    "syntax": "GRAPHQL_PARSE_FAILED",
    "unknown": "GRAPHQL_VALIDATION_FAILED",
    "hidden": "NOT_FOUND",
    "expired": "CURSOR_EXPIRED",
}
COUNTED = [{"data": {"count": n}} for n in range(3)]


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    install(HERE)


async def test_graphql_ws_asks_changes_follows_and_comes_back(server: Edge) -> None:
    ada = await signed_in()

    told = await told_by(HERE / "ws.mjs", f"ws://127.0.0.1:{server.port}/graphql", ada.cookie["cookie"])

    check(told, ada.user.email, "by graphql-ws")
    assert told["again"] == [{"data": {"forever": 0}}] * 2
    assert told["refusedCode"] == 4401
    await until(lambda: not edge_schema.running)


async def test_graphql_sse_asks_changes_and_follows(server: Edge) -> None:
    ada = await signed_in()

    told = await told_by(HERE / "sse.mjs", f"{server.origin}/graphql", ada.cookie["cookie"])

    check(told, ada.user.email, "by graphql-sse")
    assert told["refusedStatus"] == 401
    await until(lambda: not edge_schema.running)


def check(told: Any, email: str, note: str) -> None:
    assert told["query"] == [{"data": {"hello": "world", "me": email}}]
    assert told["mutation"] == [{"data": {"note": note}}]
    assert edge_schema.notes == [note]
    assert told["subscription"] == COUNTED
    assert told["beside"] == [{"data": {"things": {"name": "only"}}}]
    assert told["left"] == [{"data": {"forever": 0}}]
    assert told["refusals"] == REFUSALS


async def test_gql_asks_changes_and_follows_over_http_and_websocket(server: Edge) -> None:
    ada = await signed_in()
    by_http = HTTPXAsyncTransport(f"{server.origin}/graphql", headers=ada.cookie)
    by_socket = WebsocketsTransport(f"ws://127.0.0.1:{server.port}/graphql", headers=ada.cookie)

    async with Client(transport=by_http) as client:
        assert await client.execute(gql("{ hello me }")) == {"hello": "world", "me": ada.user.email}
        assert await client.execute(gql('mutation { note(text: "by gql") }')) == {"note": "by gql"}
        with pytest.raises(TransportQueryError, match="nothing"):
            await client.execute(gql("{ nothing }"))
    async with Client(transport=by_socket) as client:
        assert await client.execute(gql("{ hello me }")) == {"hello": "world", "me": ada.user.email}
        counted = [event async for event in client.subscribe(gql("subscription { count(to: 3) }"))]
        assert counted == [each["data"] for each in COUNTED]
        with pytest.raises(TransportQueryError):
            [event async for event in client.subscribe(gql("subscription { hidden }"))]
        follower = client.subscribe(gql("subscription { forever }"))
        assert await anext(follower) == {"forever": 0}
        await follower.aclose()
        await until(lambda: not edge_schema.running)

    assert edge_schema.notes == ["by gql"]
    stranger = HTTPXAsyncTransport(f"{server.origin}/graphql", headers={"authorization": "Bearer nonsense"})
    with pytest.raises(TransportQueryError, match="unknown, revoked or expired"):
        async with Client(transport=stranger) as client:
            await client.execute(gql("{ hello }"))


async def test_all_audits_of_the_specification_hold(server: Edge) -> None:
    results = await told_by(HERE / "audit.mjs", f"{server.origin}/graphql")

    assert [each for each in results if each["status"] != "ok"] == []
    assert len(results) == 61
