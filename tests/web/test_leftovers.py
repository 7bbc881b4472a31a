"""Who came and went leaves nothing that waits for Python's collector, which comes seldom and stops everything when it does."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from redis.asyncio import Redis
from websockets.server import ServerProtocol

from realtime.topics import BOARD
from realtime.wire import Wire
from schema.context import Context
from schema.loaders import Loaders
from tests.realtime.support import commit_and_carry
from tests.support.ceiling import CEILING_SECONDS
from tests.web import edge_schema
from tests.web.conftest import Edge, Socket, signed_in, until
from web.access import Access
from web.execution import Execution, Request
from web.serving import HandedOver, RequestProtocol, SocketProtocol
from web.sharing import SharedOperation
from web.socket import Connection

OURS = {Access, Connection, Context, Execution, HandedOver, Loaders, RequestProtocol, ServerProtocol, SocketProtocol, Wire}
TIMES = 5
QUERY = "{ name thing { things { name } } }"
COUNT = "subscription { count(to: 2) }"
BOARD_EVENTS = "subscription { board { number } }"


@pytest.fixture(autouse=True)
def no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive(server: Edge) -> Counter[str]:
    """By kind, of what there is one of for each connection or operation."""
    return Counter(type(each).__name__ for each in gc.get_objects() if type(each) in OURS or is_transport_of(server, each))


def is_transport_of(server: Edge, thing: Any) -> bool:
    """The server's, and not that of the client, which lives in this process too."""
    # A proxy to what is gone cannot be asked for its class.
    return issubclass(type(thing), asyncio.Transport) and (thing.get_extra_info("sockname") or (None, None))[1] == server.port


async def test_of_a_socket_that_is_cut_nothing_waits_for_the_collector(server: Edge) -> None:
    ada = await signed_in()
    async with server.socket(additional_headers=ada.cookie) as other:
        # What is shared ends with the last who shares it.
        await follow(other, 1)
        compile_what_is_asked(server)
        before = alive(server)

        for _ in range(TIMES):
            async with server.socket(additional_headers=ada.cookie) as socket:
                await follow(socket, 2)
                await socket.subscribe("subscription { forever }", "own")
                await socket.receive()
                assert alive(server) - before
                socket.connection.transport.abort()
            await until(lambda: len(edge_schema.attending) == 1)

        await until(lambda: not alive(server) - before)


async def test_of_what_was_shared_no_payload_waits_for_the_collector_when_the_last_has_left(server: Edge, redis: Redis) -> None:
    def payloads() -> int:
        return sum(len(each._payloads) for each in gc.get_objects() if type(each) is SharedOperation)

    ada = await signed_in()
    for number in range(TIMES):
        async with server.socket(additional_headers=ada.cookie) as socket:
            await follow(socket, 1)
            await commit_and_carry(number, topic=BOARD, redis=redis)
            assert (await socket.receive())["payload"] == {"data": {"board": {"number": number}}}
            assert payloads()

        await until(lambda: not payloads())


async def test_of_a_request_nothing_waits_for_the_collector(server: Edge) -> None:
    compile_what_is_asked(server)
    before = alive(server)

    for _ in range(TIMES):
        async with httpx.AsyncClient(base_url=server.origin, timeout=CEILING_SECONDS) as client:
            assert (await client.post("/graphql", json={"query": QUERY})).status_code == 200
            assert alive(server) - before

    await until(lambda: not alive(server) - before)


async def test_of_an_event_stream_nothing_waits_for_the_collector(server: Edge) -> None:
    compile_what_is_asked(server)
    before = alive(server)

    for _ in range(TIMES):
        async with httpx.AsyncClient(base_url=server.origin, timeout=CEILING_SECONDS) as client:
            answered = await client.post("/graphql", json={"query": COUNT}, headers={"accept": "text/event-stream"})
            assert answered.text.count("event: next") == 2
            assert alive(server) - before

    await until(lambda: not alive(server) - before)


async def follow(socket: Socket, present: int) -> None:
    await socket.init()
    await socket.subscribe(BOARD_EVENTS, "shared")
    await socket.ask(QUERY, "query")
    await until(lambda: len(edge_schema.attending) == present)


def compile_what_is_asked(server: Edge) -> None:
    """Twice: what is compiled keeps an execution of its own."""
    engine = server.parts.engine
    for query in (QUERY, QUERY, COUNT, "subscription { forever }"):
        engine.begin(engine.choose(Request(query, {}, None)), {}, None)
