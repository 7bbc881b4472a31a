"""GraphQL over WebSocket: the protocol, hostile frames, bounds, and losing access."""

from __future__ import annotations

import asyncio
import contextlib
import random
import re
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from models import ApiToken, Role, Session
from models.sanction import suspend
from ops.database import sql
from realtime.past import DATABASE_AWAY
from realtime.relay import Relay
from tests.support.ceiling import CEILING_SECONDS
from tests.support.servers import postgres
from tests.web import edge_schema
from tests.web.conftest import Edge, serving, signed_in, somebody, until
from tests.web.edge_schema import code_of
from tests.web.test_graphql import a_token
from web.app import create_app
from web.socket import SHORTEST_SPREAD_MS, Timing


@pytest.fixture(autouse=True, params=["straight", "by ASGI"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Straight on the transport, as our server has it, and as under any other."""
    if request.param == "by ASGI":
        monkeypatch.setattr("web.socket.HAND_OVER", "not offered")


async def test_queries_mutations_and_subscriptions_are_answered(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()

        assert await socket.ask("{ hello }") == {"data": {"hello": "world"}}
        assert await socket.ask('mutation { note(text: "x") }') == {"data": {"note": "x"}}
        await socket.subscribe("subscription($n: Int!) { count(to: $n) }", variables={"n": 2})
        messages = [await socket.receive() for _ in range(3)]

    assert edge_schema.notes == ["x"]
    assert messages == [
        {"id": "1", "type": "next", "payload": {"data": {"count": 0}}},
        {"id": "1", "type": "next", "payload": {"data": {"count": 1}}},
        {"id": "1", "type": "complete"},
    ]


async def test_a_ping_is_answered_at_any_time_and_a_pong_is_not(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.send({"type": "ping", "payload": {"a": 1}})
        assert await socket.receive() == {"type": "pong"}
        await socket.send({"type": "pong"})
        await socket.init()
        await socket.send({"type": "ping"})
        assert await socket.receive() == {"type": "pong"}


AN_OPERATION = '"type": "subscribe", "id": "1", "payload": {"query": "{ hello }"'
MALFORMED: list[str | bytes] = [
    *("[]", '"x"', "null", "5", "true", "", "{", "NaN", "{}", "[" * 20_000, b"\x00\x01", b'{"type": "ping"}'),
    *('{"type": 5}', '{"type": null}', '{"type": []}', '{"type": "nonsense"}', '{"type": "ping", "payload": "\\ud800"}'),
    '{"type": "connection_init", "payload": ' + "[" * 20_000,
    '{"type": "connection_init", "payload": []}',
    '{"type": "connection_init", "payload": "x"}',
    '{"type": "connection_init", "payload": {"authorization": 5}}',
    '{"type": "ping", "payload": []}',
    '{"type": "pong", "payload": "x"}',
    '{"type": "subscribe"}',
    '{"type": "subscribe", "id": "1"}',
    '{"type": "subscribe", "id": "1", "payload": null}',
    '{"type": "subscribe", "id": "1", "payload": []}',
    '{"type": "subscribe", "id": "1", "payload": {}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": null}}',
    '{"type": "subscribe", "id": [], "payload": {"query": "{ hello }"}}',
    '{"type": "subscribe", "id": 5, "payload": {"query": "{ hello }"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
    '{"type": "subscribe", "id": "' + "x" * 300 + '", "payload": {"query": "{ hello }"}}',
    "{" + AN_OPERATION + ', "variables": []}}',
    "{" + AN_OPERATION + ', "variables": "x"}}',
    "{" + AN_OPERATION + ', "operationName": 5}}',
    "{" + AN_OPERATION + ', "extensions": 5}}',
    '{"type": "complete"}',
    '{"type": "complete", "id": {}}',
]


@pytest.mark.parametrize("frame", MALFORMED, ids=range(len(MALFORMED)))
@pytest.mark.parametrize("is_initialised", [True, False])
async def test_a_malformed_frame_closes_with_4400(server: Edge, frame: str | bytes, is_initialised: bool) -> None:
    async with server.socket() as socket:
        # A second initialisation would be closed for being one.
        if is_initialised and b"connection_init" not in (frame if isinstance(frame, bytes) else frame.encode()):
            await socket.init()
        await socket.send(frame)

        assert await socket.close_code() == 4400


# What a mutated conversation may end with: never 4500, 1006 or 1011.
ENDS = {1002, 1007, 1009, 4400, 4401, 4409, 4429}
WORDS = [
    "type",
    "id",
    "payload",
    "query",
    "variables",
    "operationName",
    "extensions",
    "authorization",
    "1",
    "{ hello }",
    "subscribe",
    "ping",
]


def nonsense(chance: random.Random, depth: int = 0) -> Any:
    """Some JSON value, more often than not of words that mean something."""
    kind = chance.randrange(8 if depth < 4 else 6)
    if kind < 3:
        return chance.choice(WORDS)
    if kind < 6:
        return chance.choice([None, True, -1, 2**53, 1.5, "", "\0", "\u202e", "x" * 300])
    if kind == 6:
        return [nonsense(chance, depth + 1) for _ in range(chance.randrange(3))]
    return {chance.choice(WORDS): nonsense(chance, depth + 1) for _ in range(chance.randrange(5))}


def mutated(chance: random.Random) -> str | bytes:
    """A message as clients send it, with something in it changed; or anything."""
    kinds = ["connection_init", "subscribe", "complete", "ping", "pong"]
    message: Any = {"type": chance.choice(kinds), "id": str(chance.randrange(3)), "payload": {"query": "{ hello }"}}
    for _ in range(chance.randrange(3)):
        message[chance.choice(["type", "id", "payload"])] = nonsense(chance)
    if chance.random() < 0.3:
        message["payload"] = {"query": "{ hello }", chance.choice(WORDS): nonsense(chance)}
    text = orjson.dumps(message if chance.random() < 0.9 else nonsense(chance)).decode()
    if chance.random() < 0.2:
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(["", "{", '"', "\\ud800", "[" * 500, "\0"]) + text[place + 1 :]
    return text.encode() if chance.random() < 0.05 else text


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_comes_is_answered_or_closed_with_the_protocols_code(server: Edge, seed: int) -> None:
    chance = random.Random(seed)
    async with server.socket() as socket:
        if seed % 2:
            await socket.init()
        with contextlib.suppress(ConnectionClosed):
            for _ in range(20):
                await socket.send(mutated(chance))
            await socket.send({"type": "ping"})
            async with asyncio.timeout(CEILING_SECONDS):
                while await socket.connection.recv() != '{"type":"pong"}':
                    continue
            return
        assert socket.connection.close_code in ENDS


@pytest.mark.parametrize("seed", range(20))
async def test_bytes_that_are_no_frames_are_closed_with_websockets_code(server: Edge, seed: int) -> None:
    chance = random.Random(seed)
    async with server.socket() as socket:
        await socket.init()
        # Reserved bits are set: whatever follows, this is no frame.
        socket.connection.transport.write(bytes([0x70 | chance.randrange(256)]) + chance.randbytes(chance.randrange(1, 400)))

        assert await socket.close_code() == 1002


async def test_invalid_utf_8_closes_as_websocket_has_it(server: Edge) -> None:
    async with server.socket() as socket:
        socket.connection.protocol.send_text(b"\xff\xfe")
        socket.connection.transport.write(b"".join(socket.connection.protocol.data_to_send()))

        assert await socket.close_code() == 1007


async def test_other_subprotocols_are_closed_with_4406(server: Edge) -> None:
    for subprotocols in (None, ["graphql-ws"]):
        async with connect(f"ws://127.0.0.1:{server.port}/graphql", subprotocols=subprotocols) as connection:  # type: ignore[arg-type]
            await connection.wait_closed()
            assert connection.close_code == 4406


async def test_an_operation_before_the_initialisation_closes_with_4401(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.subscribe("{ hello }")

        assert await socket.close_code() == 4401


async def test_a_second_initialisation_closes_with_4429(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.send({"type": "connection_init"})

        assert await socket.close_code() == 4429


async def test_an_id_in_use_closes_with_4409_and_a_finished_one_may_be_used_again(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.ask("{ hello }", "a")
        await socket.ask("{ hello }", "a")
        await socket.subscribe("subscription { forever }", "a")
        await socket.receive()
        await socket.send({"id": "a", "type": "complete"})
        await socket.subscribe("subscription { forever }", "a")
        await socket.receive()
        await socket.subscribe("{ hello }", "a")

        assert await socket.close_code() == 4409


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($t: String!) { echo(text: $t) }", "BAD_USER_INPUT"),
        ('{ echo(text: "\\u0000") }', "BAD_USER_INPUT"),
        ("{" * 1_900, "GRAPHQL_PARSE_FAILED"),
        ("subscription { hidden }", "NOT_FOUND"),
        ("subscription { count(to: 1) forever }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ " + " ".join(f"a{n}: hello" for n in range(31)) + " }", "QUERY_TOO_COMPLEX"),
        ("subscription { things " + "{ thing " * 16 + "{ name }" + "}" * 17, "QUERY_TOO_COMPLEX"),
    ],
)
async def test_what_is_wrong_with_one_operation_is_its_error_message_and_the_socket_lives_on(server: Edge, query: str, code: str) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe(query)
        message = await socket.receive()

        assert (message["type"], message["id"]) == ("error", "1")
        assert code_of({"errors": message["payload"]}) == code
        assert await socket.ask("{ hello }") == {"data": {"hello": "world"}}


async def test_a_nul_in_a_variable_is_an_error_with_its_path(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        answer = await socket.ask("query($t: String!) { echo(text: $t) }", variables={"t": "a\0"})

    assert code_of(answer) == "BAD_USER_INPUT"
    assert answer["errors"][0]["extensions"]["path"] == ["t"]


@pytest.mark.parametrize(("field", "code"), [("expired", "CURSOR_EXPIRED"), ("suspended", "ACCOUNT_SUSPENDED"), ("broken", "INTERNAL")])
async def test_a_stream_that_ends_by_an_error_says_so_in_the_contracts_words(server: Edge, field: str, code: str) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe(f"subscription {{ {field} }}")
        first, last = await socket.receive(), await socket.receive()

    assert first["payload"] == {"data": {field: 0}}
    assert last["type"] == "error"
    assert code_of({"errors": last["payload"]}) == code
    assert "tulip" not in orjson.dumps(last).decode()


async def test_a_field_that_breaks_in_an_event_is_masked_in_it_and_the_stream_goes_on(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe("subscription { things { name broken } }")
        event = await socket.receive()

        assert code_of(event["payload"]) == "INTERNAL"
        assert await socket.receive() == {"id": "1", "type": "complete"}


async def test_a_subscriber_who_lags_too_far_behind_is_closed_with_4480(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe("subscription { tooSlow }")

        assert await socket.close_code() == 4480


async def test_a_socket_that_never_reads_is_closed_within_its_deadline_and_its_operations_end(
    server: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.socket.TIMING", Timing(send=0.5, close=0.2))
    async with server.socket() as socket:
        await socket.init()
        socket.connection.transport.pause_reading()
        await socket.subscribe('subscription { forever(name: "beside") }', "1")
        await socket.subscribe("subscription { flood }", "2")
        await until(lambda: edge_schema.running == ["beside"])

        await until(lambda: not edge_schema.running)
        socket.connection.transport.abort()


async def test_complete_and_disconnect_end_the_source(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe('subscription { forever(name: "a") }', "a")
        await socket.subscribe('subscription { forever(name: "b") }', "b")
        await until(lambda: sorted(edge_schema.running) == ["a", "b"])

        await socket.send({"id": "a", "type": "complete"})
        await socket.send({"id": "unknown", "type": "complete"})
        await until(lambda: edge_schema.running == ["b"])
        socket.connection.transport.abort()

        await until(lambda: not edge_schema.running)


async def test_a_mutation_is_carried_out_though_its_socket_went_away(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe('mutation { noteSlowly(text: "kept") }')
        await until(lambda: edge_schema.running == ["kept"])

    await until(lambda: edge_schema.notes == ["kept"])


async def test_a_hundred_operations_run_at_once_and_no_more(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()
        for number in range(101):
            await socket.subscribe("subscription { forever }", str(number))
        messages = [await socket.receive() for _ in range(101)]

    refused = [message for message in messages if message["type"] == "error"]
    assert [message["id"] for message in refused] == ["100"]
    assert refused[0]["payload"][0]["extensions"] == {"code": "QUERY_TOO_COMPLEX", "measure": "operations", "limit": 100}


async def test_a_message_over_one_mebibyte_closes_with_1009_but_not_for_a_partner(server: Edge) -> None:
    query = "query($t: String!) { echo(text: $t) }"
    secret = await a_token()

    async with server.socket() as socket:
        await socket.init()
        await socket.subscribe(query, variables={"t": "é" * 2**19})
        assert await socket.close_code() == 1009
    async with server.socket() as socket:
        await socket.init({"authorization": f"Bearer {secret}"})
        answer = await socket.ask(query, variables={"t": "x" * 2**21})
        assert len(answer["data"]["echo"]) == 2**21
        with contextlib.suppress(ConnectionClosed):
            await socket.subscribe(query, variables={"t": "x" * (16 * 2**20)})
        assert await socket.close_code() == 1009


async def test_without_an_initialisation_it_is_closed_in_time(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.socket.TIMING", Timing(init=0.2))
    async with server.socket() as socket:
        assert await socket.close_code() == 4408


async def test_the_server_pings(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.socket.TIMING", Timing(ping=0.1))
    async with server.socket() as socket:
        await socket.init()

        assert await socket.receive(pings=True) == {"type": "ping"}
        await socket.send({"type": "pong"})
        assert await socket.receive(pings=True) == {"type": "ping"}


async def test_a_peer_that_is_gone_without_a_word_is_noticed(database: None, redis: Any) -> None:
    async with serving(create_app(schema=edge_schema.schema), ping_seconds=0.3) as edge:
        async with edge.socket() as socket:
            await socket.init()
            await socket.subscribe("subscription { forever }")
            await until(lambda: bool(edge_schema.running))
            socket.connection.transport.pause_reading()

            await until(lambda: not edge_schema.running)
            socket.connection.transport.abort()


async def test_a_restart_closes_with_1012_and_each_has_a_time_of_their_own_to_come_again(
    database: None, redis: Any, request: pytest.FixtureRequest
) -> None:
    async with serving(create_app(schema=edge_schema.schema)) as edge:
        stack = contextlib.AsyncExitStack()
        socket = await stack.enter_async_context(edge.socket())
        await socket.init()
        await socket.subscribe("subscription { forever }")
        await socket.receive()

    assert await socket.close_code() == 1012
    if request.node.callspec.params["way"] == "straight":
        told = re.fullmatch(r"Restarting: come again in (\d+) ms", socket.connection.close_reason or "")
        assert told is not None
        assert int(told[1]) <= SHORTEST_SPREAD_MS
    await stack.aclose()
    assert not edge_schema.running


# Who calls


async def test_the_cookie_of_the_upgrade_and_the_token_of_the_initialisation_are_known(server: Edge) -> None:
    ada = await signed_in()
    secret = await a_token()

    async with server.socket(additional_headers=ada.cookie) as socket:
        await socket.init()
        assert await socket.ask("{ me }") == {"data": {"me": "ada@example.test"}}
    async with server.socket(additional_headers=ada.cookie) as socket:
        await socket.init({"authorization": f"Bearer {secret}"})
        assert await socket.ask("{ me }") == {"data": {"me": "token 1"}}
    async with server.socket() as socket:
        await socket.init()
        assert await socket.ask("{ me }") == {"data": {"me": None}}
    async with server.socket() as socket:
        await socket.send({"type": "connection_init", "payload": {"authorization": "Bearer nonsense"}})
        assert await socket.close_code() == 4401


async def test_a_socket_opened_by_a_page_elsewhere_with_our_cookie_is_403_and_no_failure_of_ours(
    server: Edge, caplog: pytest.LogCaptureFixture
) -> None:
    ada = await signed_in()

    for headers in ({"origin": "https://evil.test"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        with pytest.raises(InvalidStatus) as refused:
            async with server.socket(additional_headers={**ada.cookie, **headers}):
                pass
        assert refused.value.response.status_code == 403
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_socket_opened_by_our_page_or_by_no_page_is_taken(server: Edge) -> None:
    ada = await signed_in()

    for headers in ({"origin": server.origin}, {}, {"sec-fetch-site": "same-origin"}):
        async with server.socket(additional_headers={**ada.cookie, **headers}) as socket:
            await socket.init()


async def test_signing_in_over_a_socket_is_refused_because_it_cannot_set_the_cookie(server: Edge) -> None:
    async with server.socket() as socket:
        await socket.init()

        assert code_of(await socket.ask('mutation { signIn(token: "x") }')) == "FORBIDDEN"


# Losing access


@contextlib.asynccontextmanager
async def relaying() -> Any:
    """A relay that carries hints, as the worker does."""
    from ops.redis import redis_client
    from ops.settings import settings

    redis, stop = redis_client(settings().redis_url), asyncio.Event()
    task = asyncio.create_task(Relay(settings().database_url, redis).run(stop))
    try:
        yield
    finally:
        stop.set()
        await task
        await redis.aclose()


async def test_a_revoked_session_closes_its_sockets_with_4401_at_once_and_no_others(server: Edge) -> None:
    ada, bob = await signed_in(), await signed_in("bob@example.test")
    _, token = await Session.open(ada.user)

    async with relaying(), server.socket(additional_headers=ada.cookie) as hers, server.socket(additional_headers=bob.cookie) as his:
        async with server.socket(additional_headers={"cookie": f"tidemark_session={token}"}) as other:
            for socket in (hers, his, other):
                await socket.init()
                await socket.subscribe("subscription { forever }")
                await socket.receive()
            await ada.session.revoke()

            assert await hers.close_code() == 4401
            assert await his.ask("{ hello }", "2") == {"data": {"hello": "world"}}
            assert await other.ask("{ hello }", "2") == {"data": {"hello": "world"}}


async def test_a_revoked_token_closes_its_sockets_with_4401_at_once(server: Edge) -> None:
    secret = await a_token()
    token = await ApiToken.by_secret(secret)
    assert token is not None

    async with relaying(), server.socket() as socket:
        await socket.init({"authorization": f"Bearer {secret}"})
        await asyncio.sleep(0.2)
        await token.revoke(by=await somebody())

        assert await socket.close_code() == 4401


async def test_changed_rights_close_the_sockets_with_4403_at_once(server: Edge) -> None:
    ada = await signed_in()
    moderator = await somebody("moderator@example.test")
    await moderator.gain(Role.MODERATOR)

    async with relaying(), server.socket(additional_headers=ada.cookie) as socket:
        await socket.init()
        await asyncio.sleep(0.2)
        await suspend(ada.user, by=await moderator.reread(), reason="Too fast.")

        assert await socket.close_code() == 4403


async def test_a_session_whose_time_is_over_closes_with_4403_at_the_next_operation(server: Edge) -> None:
    ada = await signed_in()

    async with server.socket(additional_headers=ada.cookie) as socket:
        await socket.init()
        await Session.filter(id=ada.session.id).update(expires_at=datetime(2020, 1, 1, tzinfo=UTC))
        await socket.subscribe("{ hello }")

        assert await socket.close_code() == 4403


async def test_without_any_hint_a_lost_session_is_noticed_at_the_next_check(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.access.RECHECK_SECONDS", 0.2)
    ada = await signed_in()

    async with server.socket(additional_headers=ada.cookie) as socket:
        await socket.init()
        await ada.session.revoke()

        assert await socket.close_code() == 4401


async def test_too_many_operations_are_told_when_to_come_again(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.parts.ANONYMOUS_PER_MINUTE", 1)
    async with server.socket() as socket:
        await socket.init()
        await socket.ask("{ hello }")
        answer = await socket.ask("{ hello }")

    assert code_of(answer) == "RATE_LIMITED"
    assert answer["errors"][0]["extensions"]["retryAfter"] > 0


async def test_whoever_comes_while_the_database_is_away_is_told_to_come_again(server: Edge) -> None:
    ada = await signed_in()
    async with server.socket(additional_headers=ada.cookie) as socket:
        await asyncio.to_thread(postgres.stop)
        try:
            await socket.send({"type": "connection_init"})

            # Not 4500, after which clients stay away for good.
            assert await socket.close_code() == 1013
        finally:
            await asyncio.to_thread(postgres.start)
    await until_connected()


async def until_connected() -> None:
    """The connections that the pool holds may have ended with the server."""
    async with asyncio.timeout(CEILING_SECONDS):
        while True:
            try:
                await sql.value("SELECT 1")
            except DATABASE_AWAY:
                await asyncio.sleep(0.05)
            else:
                return
