"""Subscriptions that are executed once for many: what is shared, what never is, and that nobody misses or hears twice because of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from models import Role
from realtime.past import Past
from realtime.topics import BOARD
from tests.realtime.support import commit_and_carry, new_epoch
from tests.web import edge_schema
from tests.web.conftest import Edge, SignedIn, Socket, signed_in, until
from tests.web.edge_schema import code_of
from web.sharing import Framed, Member
from web.socket import Timing

FOLLOW = "subscription ($after: Cursor) { board(after: $after) { cursor number } }"


@pytest.fixture(autouse=True, params=["straight", "by ASGI"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "by ASGI":
        monkeypatch.setattr("web.socket.HAND_OVER", "not offered")


@pytest.fixture(autouse=True)
async def _left_alone(server: Edge) -> AsyncIterator[None]:
    """Whatever a test did, nothing of it goes on."""
    yield
    await until(lambda: server.parts.sharing.is_idle and server.parts.hub.is_idle)
    assert edge_schema.attending == []


@asynccontextmanager
async def sockets(server: Edge, *people: SignedIn) -> AsyncIterator[list[Socket]]:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(server.socket(additional_headers=each.cookie)) for each in people]
        for socket in opened:
            await socket.init()
        yield opened


async def following(server: Edge, socket: Socket, query: str = FOLLOW, identity: str = "1", **variables: Any) -> None:
    """Returns once it is followed."""
    before = len(edge_schema.attending)
    await socket.subscribe(query, identity, variables=variables)
    await until(lambda: len(edge_schema.attending) > before)


async def carry(redis: Redis, *numbers: int) -> None:
    await commit_and_carry(*numbers, topic=BOARD, redis=redis)


async def events(socket: Socket, count: int) -> list[Any]:
    messages = [await socket.receive() for _ in range(count)]
    assert [message["type"] for message in messages] == ["next"] * count, messages
    assert all("errors" not in message["payload"] for message in messages), messages
    return [message["payload"]["data"]["board"] for message in messages]


async def numbers(socket: Socket, count: int) -> list[int]:
    return [event["number"] for event in await events(socket, count)]


async def nothing(socket: Socket) -> bool:
    try:
        await socket.receive(0.2)
    except TimeoutError:
        return True
    return False


async def people(count: int) -> list[SignedIn]:
    return [await signed_in(f"person{n}@example.test") for n in range(count)]


async def test_an_event_is_executed_once_for_all_who_ask_the_same_each_under_their_own_id(server: Edge, redis: Redis) -> None:
    ids = ["1", 'quoted "id" \\', "ünïcode", "x" * 256]
    async with sockets(server, *await people(4)) as opened:
        for socket, identity in zip(opened, ids, strict=True):
            await following(server, socket, identity=identity)

        await carry(redis, 1, 2, 3)

        for socket, identity in zip(opened, ids, strict=True):
            messages = [await socket.receive() for _ in range(3)]
            assert [message["id"] for message in messages] == [identity] * 3
            assert [message["payload"]["data"]["board"]["number"] for message in messages] == [1, 2, 3]
    assert sorted(edge_schema.executed) == [1, 2, 3]


async def test_whoever_comes_back_is_told_what_they_missed_and_then_shares_with_the_others(server: Edge, redis: Redis) -> None:
    async with sockets(server, *await people(4)) as [first, *others]:
        await following(server, first)
        await carry(redis, 1, 2, 3, 4)
        cursors = [event["cursor"] for event in await events(first, 4)]

        for socket, seen in zip(others, (1, 2, 4), strict=True):
            await following(server, socket, after=cursors[seen - 1])
            assert await numbers(socket, 4 - seen) == list(range(seen + 1, 5))
        await carry(redis, 5)

        for socket in (first, *others):
            assert await numbers(socket, 1) == [5]
            assert await nothing(socket)
    assert sorted(edge_schema.executed) == [1, 2, 3, 4, 5]


async def test_events_that_come_while_somebody_catches_up_reach_them_once_and_in_order(server: Edge, redis: Redis) -> None:
    async with sockets(server, *await people(6)) as [first, *others]:
        await following(server, first)
        await carry(redis, *range(1, 41))
        start = (await events(first, 40))[0]["cursor"]

        for socket in others:
            await socket.subscribe(FOLLOW, variables={"after": start})
            await carry(redis, 41 + others.index(socket))

        for socket in others:
            assert await numbers(socket, 44) == list(range(2, 46))
            assert await nothing(socket)


async def test_after_a_restart_one_read_of_the_past_is_enough_for_all(server: Edge, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[int] = []
    read = Past.page

    async def counted(self: Past, epoch: str, topic: str, after: int, until: int) -> Any:
        reads.append(after)
        return await read(self, epoch, topic, after, until)

    await carry(redis, *range(1, 11))
    epoch = (await server.parts.hub.position(BOARD)).epoch
    monkeypatch.setattr(Past, "page", counted)
    async with sockets(server, *await people(5)) as opened:
        for socket in opened:
            from realtime.cursor import Cursor

            await socket.subscribe(FOLLOW, variables={"after": str(Cursor(epoch, 4))})
        for socket in opened:
            assert await numbers(socket, 6) == [5, 6, 7, 8, 9, 10]
    assert reads == [4]
    assert sorted(edge_schema.executed) == [5, 6, 7, 8, 9, 10]


async def test_other_documents_variables_and_audiences_are_executed_for_themselves(server: Edge, redis: Redis) -> None:
    ada, bob, mod = await people(3)
    await mod.user.gain(Role.MODERATOR)
    echo = "subscription ($text: String!) { board { number echo(text: $text) } }"
    async with sockets(server, ada, bob, mod) as [hers, his, theirs]:
        await following(server, hers, echo, text="a")
        await following(server, his, echo, text="b")
        await following(server, hers, "subscription { board { number isStaff } }", "2")
        await following(server, theirs, "subscription { board { number isStaff } }", "2")

        await carry(redis, 1)

        told = {(await_["id"], str(await_["payload"]["data"]["board"])) for await_ in [await hers.receive(), await hers.receive()]}
        assert told == {("1", str({"number": 1, "echo": "a"})), ("2", str({"number": 1, "isStaff": False}))}
        assert await events(his, 1) == [{"number": 1, "echo": "b"}]
        assert await events(theirs, 1) == [{"number": 1, "isStaff": True}]
    assert edge_schema.executed == [1] * 4


@pytest.mark.parametrize("field", ["email", "swallowed"])
async def test_what_differs_from_person_to_person_is_executed_for_each(server: Edge, redis: Redis, field: str) -> None:
    ada, bob = await people(2)
    query = f"subscription {{ board {{ number {field} }} }}"
    async with sockets(server, ada, bob) as [hers, his]:
        await following(server, hers, query)
        await following(server, his, query)

        await carry(redis, 1, 2)
        await carry(redis, 3)

        assert await events(hers, 3) == [{"number": n, field: "person0@example.test"} for n in (1, 2, 3)]
        assert await events(his, 3) == [{"number": n, field: "person1@example.test"} for n in (1, 2, 3)]


async def test_an_operation_that_turns_out_personal_in_midstream_loses_nothing_and_repeats_nothing(server: Edge, redis: Redis) -> None:
    query = "subscription ($after: Cursor) { board(after: $after) { cursor number emailOfOdd } }"
    async with sockets(server, *await people(3)) as opened:
        for socket in opened[:2]:
            await following(server, socket, query)
        await carry(redis, 2, 4)
        [first, _] = await events(opened[0], 2)
        await events(opened[1], 2)

        await carry(redis, 6, 7, 8, 9)
        await following(server, opened[2], query, after=first["cursor"])
        await carry(redis, 10)

        for n, socket in enumerate(opened):
            wanted = [6, 7, 8, 9, 10] if n < 2 else [4, 6, 7, 8, 9, 10]
            told = await events(socket, len(wanted))
            assert [event["number"] for event in told] == wanted
            assert [event["emailOfOdd"] for event in told] == [f"person{n}@example.test" if number % 2 else None for number in wanted]
            assert await nothing(socket)


async def test_who_completes_hears_no_more_and_the_others_go_on(server: Edge, redis: Redis) -> None:
    async with sockets(server, *await people(2)) as [hers, his]:
        await following(server, hers)
        await following(server, his)
        await hers.send({"id": "1", "type": "complete"})
        await until(lambda: len(edge_schema.attending) == 1)

        await carry(redis, 1)

        assert await numbers(his, 1) == [1]
        assert await nothing(hers)
        await following(server, hers)
        await carry(redis, 2)
        assert await numbers(hers, 1) == [2]


async def test_who_leaves_while_an_event_goes_round_is_not_told_of_it(server: Edge, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    async with sockets(server, *await people(2)) as [hers, his]:
        await following(server, hers)
        await following(server, his)
        write = Framed.write

        def and_the_other_leaves(framed: Framed, members: list[Member], first: int) -> list[Member]:
            others = write(framed, members, first)
            [shared] = server.parts.sharing._operations.values()
            for member in shared.members.keys() - set(members):
                member.cancel()
            return others

        monkeypatch.setattr("web.sharing.TOLD_A_TURN", 1)
        monkeypatch.setattr("web.sharing.Framed.write", and_the_other_leaves)
        await carry(redis, 1)

        assert await numbers(hers, 1) == [1]
        assert await nothing(his)


async def test_a_cursor_of_another_numbering_ends_it_with_its_error(server: Edge, redis: Redis) -> None:
    async with sockets(server, *await people(2)) as [hers, his]:
        await following(server, his)
        for strange in ("YW5vdGhlcjow", "nonsense"):
            await hers.subscribe(FOLLOW, variables={"after": strange})
            message = await hers.receive()
            assert message["type"] == "error"
            assert code_of({"errors": message["payload"]}) in {"CURSOR_EXPIRED", "BAD_USER_INPUT"}

        await carry(redis, 1)

        assert await numbers(his, 1) == [1]


async def test_numbering_that_begins_anew_ends_it_for_all(server: Edge, redis: Redis) -> None:
    async with sockets(server, *await people(2)) as opened:
        for socket in opened:
            await following(server, socket)
        await new_epoch("anew")
        await carry(redis, 1)

        for socket in opened:
            message = await socket.receive()
            assert message["type"] == "error"
            assert code_of({"errors": message["payload"]}) == "CURSOR_EXPIRED"


async def test_who_does_not_read_is_closed_with_4480_and_slows_nobody(server: Edge, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.socket.TIMING", Timing(close=0.3))
    query = "subscription { board { number large } }"
    async with sockets(server, *await people(2)) as [slow, quick]:
        await following(server, slow, query)
        await following(server, quick, query)
        slow.connection.transport.pause_reading()

        for first in range(1, 200, 20):
            await carry(redis, *range(first, first + 20))
            assert await numbers(quick, 20) == list(range(first, first + 20))
            if len(edge_schema.attending) == 1:
                break

        await until(lambda: len(edge_schema.attending) == 1)
        slow.connection.transport.abort()


async def test_who_takes_nothing_for_too_long_is_closed(server: Edge, redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.socket.TIMING", Timing(send=0.3, close=0.2))
    monkeypatch.setattr("realtime.wire.WAITING_BYTES", 10**9)
    monkeypatch.setattr("web.asgi_wire.WAITING_BYTES", 10**9)
    async with sockets(server, *await people(1)) as [slow]:
        await following(server, slow, "subscription { board { number large } }")
        slow.connection.transport.pause_reading()

        await carry(redis, *range(1, 200))

        await until(lambda: not edge_schema.attending)
        slow.connection.transport.abort()


async def test_many_who_come_and_go_at_any_moment_leave_nothing_and_disturb_nobody(server: Edge, redis: Redis) -> None:
    async with sockets(server, *await people(4)) as [first, *others]:
        await following(server, first)

        async def restless(socket: Socket, pause: float) -> None:
            for n in range(15):
                await socket.subscribe(FOLLOW, str(n))
                await asyncio.sleep(pause)
                await socket.send({"id": str(n), "type": "complete"})

        restlessness = [asyncio.create_task(restless(socket, 0.004 * n)) for n, socket in enumerate(others)]
        for n in range(1, 11):
            await carry(redis, n)
        await asyncio.gather(*restlessness)

        assert await numbers(first, 10) == list(range(1, 11))
        await until(lambda: len(edge_schema.attending) == 1)


async def test_an_event_that_could_not_be_shown_is_made_anew_for_who_comes_back_for_it(server: Edge, redis: Redis) -> None:
    follow = "subscription ($after: Cursor) { board(after: $after) { cursor atThirdTry } }"
    start = str(await server.parts.hub.position(BOARD))
    async with sockets(server, *await people(2)) as [first, other]:
        await following(server, first, follow)
        await following(server, other, follow)
        await carry(redis, 1)
        for socket in (first, other):
            message = await socket.receive()
            assert (message["payload"]["data"], code_of(message["payload"])) == (None, "INTERNAL")

        # As our own clients do.
        await first.send({"id": "1", "type": "complete"})
        await first.subscribe(follow, "2", variables={"after": start})

        assert [event["atThirdTry"] for event in await events(first, 1)] == [1]
        assert await nothing(other)
