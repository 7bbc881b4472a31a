"""GraphQL by server-sent events: the protocol, who may read, bounds, and that a stream shares with sockets what is executed."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
from redis.asyncio import Redis

from models import ApiToken, Role
from models.sanction import suspend
from ops.metrics import EVENT_STREAMS
from realtime.topics import BOARD
from tests.realtime.support import commit, commit_and_carry
from tests.support.ceiling import CEILING_SECONDS
from tests.web import edge_schema
from tests.web.conftest import Edge, serving, signed_in, somebody, until
from tests.web.edge_schema import code_of
from tests.web.test_graphql import a_token
from tests.web.test_sharing import FOLLOW
from tests.web.test_socket import relaying
from web.app import create_app

EVENTS = {"accept": "text/event-stream"}
BOARD_AND_EMAIL = "subscription ($after: Cursor) { board(after: $after) { number emailOfOdd } }"


@dataclass(frozen=True, slots=True)
class Told:
    event: str
    data: Any
    id: str | None


class EventsEnd(Exception):
    """The stream ended."""


class Events:
    """A browser's side."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.lines = response.aiter_lines()
        self.comments = 0
        self.retry: int | None = None

    async def next(self, seconds: float = CEILING_SECONDS) -> Told:
        """Raises EventsEnd where there is none any more."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(seconds):
            while True:
                try:
                    line = await anext(self.lines)
                except StopAsyncIteration:
                    raise EventsEnd from None
                name, _, value = line.partition(":")
                if line and not name:
                    self.comments += 1
                elif name == "retry":
                    self.retry = int(value)
                elif line:
                    fields[name] = value.removeprefix(" ")
                elif "data" in fields:
                    data = orjson.loads(fields["data"]) if fields["data"] else None
                    return Told(fields["event"], data, fields.get("id"))

    async def board(self, count: int) -> list[Any]:
        return [(await self.next()).data["data"]["board"] for _ in range(count)]

    async def ends(self, seconds: float = CEILING_SECONDS) -> None:
        """Without `complete`, so that the reader comes again."""
        with pytest.raises(EventsEnd):
            while (await self.next(seconds)).event != "complete":
                continue


@asynccontextmanager
async def events(server: Edge, query: str, headers: dict[str, str] | None = None, **variables: Any) -> AsyncIterator[Events]:
    body = {"query": query, "variables": variables}
    async with server.client().stream("POST", "/graphql", json=body, headers=EVENTS | (headers or {})) as response:
        assert response.status_code == 200, (await response.aread(), response.status_code)
        yield Events(response)


async def following(server: Edge, count: int) -> None:
    await until(lambda: len(edge_schema.attending) == count)


async def carry(redis: Redis, *numbers: int) -> None:
    await commit_and_carry(*numbers, topic=BOARD, redis=redis)


@pytest.fixture(autouse=True)
async def _left_alone(server: Edge) -> AsyncIterator[None]:
    """Whatever a test did, nothing of it goes on."""
    yield
    await until(lambda: server.parts.sharing.is_idle and server.parts.hub.is_idle)
    assert edge_schema.attending == []


async def test_a_subscription_is_a_stream_of_next_and_a_last_complete(server: Edge) -> None:
    async with events(server, "subscription($n: Int!) { count(to: $n) }", n=2) as stream:
        told = [await stream.next() for _ in range(3)]
        with pytest.raises(EventsEnd):
            await stream.next()

    assert told == [Told("next", {"data": {"count": 0}}, None), Told("next", {"data": {"count": 1}}, None), Told("complete", None, None)]
    headers = stream.response.headers
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert headers["x-accel-buffering"] == "no"
    assert "no-store" in headers["cache-control"]
    assert stream.comments == 1
    assert stream.retry is not None
    assert 500 <= stream.retry <= 5_000


async def test_queries_and_mutations_are_one_event(server: Edge) -> None:
    async with events(server, "{ hello }") as asked, events(server, 'mutation { note(text: "x") }') as noted:
        assert [(await asked.next()).data, (await asked.next()).event] == [{"data": {"hello": "world"}}, "complete"]
        assert [(await noted.next()).data, (await noted.next()).event] == [{"data": {"note": "x"}}, "complete"]

    assert edge_schema.notes == ["x"]


async def test_a_get_is_a_stream_as_browsers_ask_for_it_but_carries_out_no_mutation(server: Edge) -> None:
    async with server.client().stream("GET", "/graphql", params={"query": "subscription { count(to: 1) }"}, headers=EVENTS) as response:
        assert (await Events(response).next()).data == {"data": {"count": 0}}
    refused = await server.client().get("/graphql", params={"query": 'mutation { note(text: "x") }'}, headers=EVENTS)

    assert (refused.status_code, code_of(refused.json())) == (405, "BAD_USER_INPUT")
    assert refused.headers["content-type"] == "application/json; charset=utf-8"
    assert edge_schema.notes == []


async def test_who_names_it_beside_json_is_answered_in_json(server: Edge) -> None:
    answer = await server.ask("{ hello }", {"accept": "application/graphql-response+json, application/json, text/event-stream"})

    assert answer.headers["content-type"] == "application/graphql-response+json; charset=utf-8"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($t: String!) { echo(text: $t) }", "BAD_USER_INPUT"),
        ("subscription { hidden }", "NOT_FOUND"),
        ("subscription { board { number } }", "UNAUTHENTICATED"),
        ("subscription { things " + "{ thing " * 16 + "{ name }" + "}" * 17, "QUERY_TOO_COMPLEX"),
        ('mutation { signIn(token: "x") }', "FORBIDDEN"),
    ],
)
async def test_what_is_wrong_with_the_operation_is_told_in_the_stream(server: Edge, query: str, code: str) -> None:
    async with events(server, query) as stream:
        assert code_of((await stream.next()).data) == code
        assert (await stream.next()).event == "complete"


@pytest.mark.parametrize(("field", "code"), [("expired", "CURSOR_EXPIRED"), ("suspended", "ACCOUNT_SUSPENDED"), ("broken", "INTERNAL")])
async def test_a_stream_that_ends_by_an_error_says_so_in_the_contracts_words(server: Edge, field: str, code: str) -> None:
    async with events(server, f"subscription {{ {field} }}") as stream:
        first, last, end = [await stream.next() for _ in range(3)]

    assert first.data == {"data": {field: 0}}
    assert code_of(last.data) == code
    assert "tulip" not in orjson.dumps(last.data).decode()
    assert end.event == "complete"


async def test_what_is_wrong_with_the_request_is_told_by_its_status(server: Edge) -> None:
    ada = await signed_in()
    query = {"query": 'mutation { note(text: "x") }'}

    forged = await server.client().post("/graphql", json=query, headers={**EVENTS, **ada.cookie, "origin": "https://evil.test"})
    unknown = await server.client().post("/graphql", json=query, headers={**EVENTS, "authorization": "Bearer nonsense"})
    plain = await server.client().post("/graphql", content=b"{}", headers={**EVENTS, "content-type": "text/plain"})
    broken = await server.client().post("/graphql", content=b"{", headers={**EVENTS, "content-type": "application/json"})
    large = await server.client().post("/graphql", json={"query": "{ hello }", "variables": {"t": "x" * 2**20}}, headers=EVENTS)

    answers = (forged, unknown, plain, broken, large)
    assert [each.status_code for each in answers] == [403, 401, 415, 400, 413]
    assert {each.headers["content-type"] for each in answers} == {"application/json; charset=utf-8"}
    assert edge_schema.notes == []


async def test_too_many_streams_are_told_when_to_come_again(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.parts.ANONYMOUS_PER_MINUTE", 1)
    async with events(server, "{ hello }") as first:
        await first.next()
    refused = await server.client().post("/graphql", json={"query": "{ hello }"}, headers=EVENTS)

    assert (refused.status_code, code_of(refused.json())) == (429, "RATE_LIMITED")
    assert int(refused.headers["retry-after"]) > 0


async def test_events_bear_their_cursor_and_a_browser_that_comes_back_with_it_misses_nothing(server: Edge, redis: Redis) -> None:
    ada = await signed_in()
    async with events(server, FOLLOW, ada.cookie) as stream:
        await following(server, 1)
        await carry(redis, 1, 2, 3)
        told = [await stream.next() for _ in range(3)]
    assert [each.id for each in told] == [each.data["data"]["board"]["cursor"] for each in told]

    async with events(server, FOLLOW, {**ada.cookie, "last-event-id": str(told[0].id)}) as again:
        assert [event["number"] for event in await again.board(2)] == [2, 3]
        await following(server, 1)
        await carry(redis, 4)
        assert [event["number"] for event in await again.board(1)] == [4]
    async with events(server, FOLLOW, {**ada.cookie, "last-event-id": "nonsense"}) as stranger:
        assert code_of((await stranger.next()).data) == "BAD_USER_INPUT"


async def test_a_stream_shares_with_sockets_what_is_executed(server: Edge, redis: Redis) -> None:
    ada, bob = await signed_in(), await signed_in("bob@example.test")
    async with events(server, FOLLOW, ada.cookie) as stream, server.socket(additional_headers=bob.cookie) as socket:
        await socket.init()
        await socket.subscribe(FOLLOW)
        await following(server, 2)
        await carry(redis, 1, 2)

        assert [event["number"] for event in await stream.board(2)] == [1, 2]
        assert [(await socket.receive())["payload"]["data"]["board"]["number"] for _ in range(2)] == [1, 2]
    assert sorted(edge_schema.executed) == [1, 2]


async def test_what_turns_out_personal_goes_on_alone_and_keeps_its_cursors(server: Edge, redis: Redis) -> None:
    ada = await signed_in()
    async with events(server, BOARD_AND_EMAIL, ada.cookie) as stream:
        await following(server, 1)
        await carry(redis, 2)
        first = await stream.next()
        await carry(redis, 4, 5, 6)
        told = [await stream.next() for _ in range(3)]

    assert [each.data["data"]["board"] for each in told] == [
        {"number": 4, "emailOfOdd": None},
        {"number": 5, "emailOfOdd": "ada@example.test"},
        {"number": 6, "emailOfOdd": None},
    ]
    assert len({first.id, *(each.id for each in told)}) == 4
    async with events(server, BOARD_AND_EMAIL, {**ada.cookie, "last-event-id": str(told[1].id)}) as again:
        assert [event["number"] for event in await again.board(1)] == [6]


async def test_who_goes_away_ends_the_source(server: Edge) -> None:
    async with events(server, "subscription { forever }") as stream:
        await stream.next()
        assert edge_schema.running == [""]

    await until(lambda: not edge_schema.running)


async def test_a_mutation_is_carried_out_though_its_reader_went_away(server: Edge) -> None:
    async with events(server, 'mutation { noteSlowly(text: "kept") }'):
        await until(lambda: edge_schema.running == ["kept"])

    await until(lambda: edge_schema.notes == ["kept"])


async def test_a_silent_stream_shows_that_it_lives(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.event_stream.PING_SECONDS", 0.1)
    async with events(server, "subscription { forever }") as stream:
        await stream.next()

        async with asyncio.timeout(CEILING_SECONDS):
            assert [line[:1] for line in [await anext(stream.lines) for _ in range(6)] if line] == [":"] * 3


@asynccontextmanager
async def a_reader_who_does_not_read(server: Edge, query: str, cookie: str) -> AsyncIterator[None]:
    _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1024)
    body = orjson.dumps({"query": query})
    head = f"POST /graphql HTTP/1.1\r\nhost: x\r\naccept: text/event-stream\r\ncookie: {cookie}\r\n"
    writer.write(f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        writer.transport.abort()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_who_does_not_read_is_dropped_and_slows_nobody(server: Edge, redis: Redis) -> None:
    ada = await signed_in()
    query = "subscription { board { number large } }"
    async with a_reader_who_does_not_read(server, query, ada.cookie["cookie"]), events(server, query, ada.cookie) as quick:
        await following(server, 2)
        for first in range(1, 800, 20):
            await carry(redis, *range(first, first + 20))
            assert [event["number"] for event in await quick.board(20)] == list(range(first, first + 20))
            if len(edge_schema.attending) == 1:
                break

        await following(server, 1)


async def test_who_takes_nothing_for_too_long_is_dropped(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.event_stream.SEND_SECONDS", 0.3)
    async with a_reader_who_does_not_read(server, "subscription { flood }", ""):
        await until(lambda: open_streams() == 1)

        await until(lambda: open_streams() == 0)


def open_streams() -> float:
    return float(EVENT_STREAMS._value.get())


async def test_a_restart_ends_streams_without_a_complete(database: None, redis: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    # After which whatever is left would be cut.
    monkeypatch.setattr("web.serving.SHUTDOWN_SECONDS", 10 * CEILING_SECONDS)
    async with asyncio.timeout(2 * CEILING_SECONDS), serving(create_app(schema=edge_schema.schema)) as edge:
        stack = contextlib.AsyncExitStack()
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=edge.origin, timeout=CEILING_SECONDS))
        response = await stack.enter_async_context(
            client.stream("POST", "/graphql", json={"query": "subscription { forever }"}, headers=EVENTS)
        )
        stream = Events(response)
        await stream.next()

    await stream.ends()
    assert not edge_schema.running
    await stack.aclose()


# Losing access


async def test_a_revoked_session_ends_its_streams_at_once_and_no_others(server: Edge, redis: Redis) -> None:
    ada, bob = await signed_in(), await signed_in("bob@example.test")
    async with relaying(), events(server, FOLLOW, ada.cookie) as hers, events(server, FOLLOW, bob.cookie) as his:
        await following(server, 2)
        await ada.session.revoke()

        await hers.ends()
        await commit(1, topic=BOARD)
        assert [event["number"] for event in await his.board(1)] == [1]


async def test_changed_rights_and_a_revoked_token_end_streams_at_once(server: Edge) -> None:
    ada = await signed_in()
    moderator = await somebody("moderator@example.test")
    await moderator.gain(Role.MODERATOR)
    secret = await a_token()
    token = await ApiToken.by_secret(secret)
    assert token is not None
    bearer = {"authorization": f"Bearer {secret}"}

    async with relaying(), events(server, "subscription { forever }", ada.cookie) as hers:
        async with events(server, "subscription { forever }", bearer) as its:
            await hers.next()
            await its.next()
            await asyncio.sleep(0.2)
            await suspend(ada.user, by=await moderator.reread(), reason="Too fast.")
            await token.revoke(by=moderator)

            await hers.ends()
            await its.ends()
