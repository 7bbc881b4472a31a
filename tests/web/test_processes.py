"""Two web processes and a worker on one PostgreSQL and one Redis: access, order, resuming and presence across them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import orjson
import pytest
from redis.asyncio import Redis
from tortoise.transactions import in_transaction

from models import ApiToken, Assignment, Role, Session, User
from models.event import Event
from models.sanction import ban, suspend
from models.staff import set_role
from ops.embedded import EmbeddedRedis
from ops.redis import redis_client
from realtime.past import Past
from realtime.presence import BEATS, PERSONS
from realtime.topics import BOARD, user_topic
from schema.ids import load_key, public_id
from tests.api.client import Client, Stream
from tests.api.test_streams import SUBMIT, TASKS
from tests.support.ceiling import CEILING_SECONDS
from tests.support.processes import Process, processes
from tests.support.world import a_choice, a_moderator, a_project, a_user, an_admin, an_annotator
from tests.web.conftest import Socket
from tests.web.test_event_stream import Events
from tests.web.test_graphql import a_token

BOARD_EVENTS = "subscription ($after: Cursor) { reviewBoard(after: $after) { __typename cursor } }"
PRESENCE = "subscription { reviewBoard { __typename ... on PresenceChanged { moderators { displayName } } } }"


@dataclass(slots=True)
class Site:
    """`web` are two processes behind one address, as a load balancer would have them."""

    web: list[Process]
    redis: EmbeddedRedis
    http: httpx.AsyncClient

    def client(self, number: int, token: str, user: User | None = None) -> Client:
        return Client(self.web[number].origin, self.http, {"cookie": f"tidemark_session={token}"}, user)


@pytest.fixture(scope="module")
async def running_site(database: None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    redis = EmbeddedRedis(tmp_path_factory.mktemp("r"))
    await asyncio.to_thread(redis.start)
    web = [Process("serve", redis.url, folder) for _ in range(2)]
    try:
        async with processes(*web, Process("worker", redis.url, folder)), httpx.AsyncClient(timeout=CEILING_SECONDS) as http:
            yield Site(web, redis, http)
    finally:
        await asyncio.to_thread(redis.stop)


@pytest.fixture
async def site(running_site: Site, emptied: None) -> Site:
    await load_key()
    return running_site


@asynccontextmanager
async def on_both(site: Site, token: str) -> AsyncIterator[list[Socket]]:
    """A socket on each process, followed by nothing yet."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(site.client(number, token).socket()) for number in (0, 1)]


Ending = Callable[[User, Session], Awaitable[None]]


async def _signs_out(user: User, session: Session) -> None:
    await session.revoke()


async def _signs_out_elsewhere(user: User, session: Session) -> None:
    await Session.revoke_all(user.id)


async def _is_suspended(user: User, session: Session) -> None:
    await suspend(user, by=await a_moderator(), reason="Too fast.")


async def _is_banned(user: User, session: Session) -> None:
    await ban(user, by=await a_moderator(), reason="Copied answers.")


async def _becomes_a_moderator(user: User, session: Session) -> None:
    await set_role(user, Role.MODERATOR, granted=True, by=await an_admin(), reason="Knows cats.")


@pytest.mark.parametrize(
    ("ending", "code"),
    [
        (_signs_out, 4401),
        (_signs_out_elsewhere, 4401),
        (_is_suspended, 4403),
        (_is_banned, 4403),
        (_becomes_a_moderator, 4403),
    ],
)
async def test_what_ends_access_closes_sockets_on_every_process_at_once_and_nobody_elses(site: Site, ending: Ending, code: int) -> None:
    ada, bob = await an_annotator(), await an_annotator()
    session, hers = await Session.open(ada)
    _, his = await Session.open(bob)
    async with on_both(site, hers) as her_sockets, on_both(site, his) as his_sockets:
        for socket in (*her_sockets, *his_sockets):
            await socket.ask("{ viewer { id } }")

        async with asyncio.timeout(CEILING_SECONDS):
            await ending(ada, session)
            assert await asyncio.gather(*(socket.close_code() for socket in her_sockets)) == [code, code]

        for socket in his_sockets:
            assert (await socket.ask("{ viewer { id } }"))["data"]["viewer"]["id"] == public_id("User", bob.id)


async def test_a_revoked_token_closes_its_sockets_on_every_process_at_once(site: Site) -> None:
    secret = await a_token()
    token = await ApiToken.by_secret(secret)
    assert token is not None
    clients = [Client(web.origin, site.http, {"authorization": f"Bearer {secret}"}) for web in site.web]

    async with clients[0].socket() as first, clients[1].socket() as second:
        async with asyncio.timeout(CEILING_SECONDS):
            await token.revoke(by=await a_user())
            assert list(await asyncio.gather(first.close_code(), second.close_code())) == [4401, 4401]


async def test_an_event_stream_ends_at_once_with_a_sign_out_at_another_process(site: Site) -> None:
    ada = await an_annotator()
    session, hers = await Session.open(ada)
    _, elsewhere = await Session.open(ada)
    async with AsyncExitStack() as stack:
        start = (await site.client(1, hers).ask("{ viewer { activityCursor } }"))["viewer"]["activityCursor"]
        ended, other = [await stack.enter_async_context(activity(site.client(1, token), start)) for token in (hers, elsewhere)]

        async with asyncio.timeout(CEILING_SECONDS):
            await site.client(0, hers).do("mutation { signOut { errors { code } } }")
            await ended.ends()

        async with in_transaction():
            await Event.record("StandingChanged", [user_topic(ada.id)])
        assert (await other.next()).data == {"data": {"activity": {"__typename": "StandingChanged"}}}
    assert (await Session.state_of(session.id))[0] is not None


@asynccontextmanager
async def activity(client: Client, after: str) -> AsyncIterator[Events]:
    body = {"query": "subscription ($after: Cursor) { activity(after: $after) { __typename } }", "variables": {"after": after}}
    headers = client.headers | {"accept": "text/event-stream"}
    async with client.http.stream("POST", f"{client.origin}/graphql", json=body, headers=headers) as response:
        yield Events(response)


async def test_a_moderator_who_is_one_no_more_hears_nothing_of_the_board_that_others_go_on_to_share(site: Site) -> None:
    ada, bob = await a_moderator(), await a_moderator()
    (_, hers), (_, his) = await Session.open(ada), await Session.open(bob)
    start = await here(site)
    async with AsyncExitStack() as stack:
        her_boards = [await stack.enter_async_context(site.client(n, hers).following(BOARD_EVENTS, after=start)) for n in (0, 1)]
        his_boards = [await stack.enter_async_context(site.client(n, his).following(BOARD_EVENTS, after=start)) for n in (0, 1)]
        await post(1)
        for board in (*her_boards, *his_boards):
            await kept(board)

        async with asyncio.timeout(CEILING_SECONDS):
            await set_role(ada, Role.MODERATOR, granted=False, by=await an_admin(), reason="Left.")
            assert await asyncio.gather(*(board.socket.close_code() for board in her_boards)) == [4403, 4403]
        await post(2)

        for board in his_boards:
            await kept(board)


async def test_access_that_ended_while_redis_was_away_is_noticed_when_it_is_back(site: Site) -> None:
    ada = await an_annotator()
    session, hers = await Session.open(ada)
    async with on_both(site, hers) as sockets:
        for socket in sockets:
            await socket.ask("{ viewer { id } }")
        site.redis.kill()
        await session.revoke()
        # Longer than the worker keeps the hint: it is lost.
        await asyncio.sleep(0.5)

        await asyncio.to_thread(site.redis.stop)
        await asyncio.to_thread(site.redis.start)

        assert await asyncio.gather(*(socket.close_code() for socket in sockets)) == [4401, 4401]


async def test_events_come_in_one_order_on_every_process_and_a_cursor_of_one_is_good_at_the_other(site: Site) -> None:
    ada = await a_moderator()
    _, token = await Session.open(ada)
    start = await here(site)
    async with (
        site.client(0, token).following(BOARD_EVENTS, after=start) as first,
        site.client(1, token).following(BOARD_EVENTS, after=start) as second,
    ):
        await asyncio.gather(*(post(*range(n, n + 10)) for n in range(0, 100, 10)))
        on_first = [(await kept(first))["cursor"] for _ in range(100)]
        on_second = [(await kept(second))["cursor"] for _ in range(100)]

    async with site.client(1, token).following(BOARD_EVENTS, after=on_first[39]) as resumed:
        on_resumed = [(await kept(resumed))["cursor"] for _ in range(60)]
        await post(100)
        latest = await kept(resumed)

    assert len(set(on_first)) == 100
    assert on_second == on_first
    assert on_resumed == on_first[40:]
    assert latest["cursor"] not in on_first


async def test_a_stream_of_work_goes_on_when_its_task_is_submitted_at_another_process(site: Site) -> None:
    ada = await an_annotator()
    await a_project(items=3)
    _, token = await Session.open(ada)
    elsewhere = site.client(1, token)
    async with site.client(0, token).following(TASKS, prefetch=1) as stream:
        seen = [(await stream.next())["id"]]
        for _ in range(2):
            await elsewhere.do(SUBMIT, id=seen[-1], answers=a_choice())
            seen.append((await stream.next())["id"])
        await stream.nothing(0.3)

    assert len(set(seen)) == 3
    assert await Assignment.filter(annotator_id=ada.id).count() == 3


async def test_two_streams_of_one_person_at_two_processes_hold_the_same_tasks_and_no_more(site: Site) -> None:
    ada = await an_annotator()
    await a_project(items=9)
    _, token = await Session.open(ada)
    async with site.client(0, token).following(TASKS, prefetch=2) as first, site.client(1, token).following(TASKS, prefetch=2) as second:
        on_first = {(await first.next())["id"] for _ in range(2)}
        on_second = {(await second.next())["id"] for _ in range(2)}
        await first.nothing(0.3)

    assert on_first == on_second
    assert await Assignment.filter(annotator_id=ada.id).count() == 2


async def test_who_was_at_a_process_that_died_is_gone_when_their_beat_is_over_and_who_came_back_does_not_flicker(site: Site) -> None:
    ada, bob, cy = [await a_moderator() for _ in range(3)]
    hers, his, theirs = [(await Session.open(person))[1] for person in (ada, bob, cy)]
    async with AsyncExitStack() as stack:
        redis = await stack.enter_async_context(redis_client(site.redis.url))
        board = await stack.enter_async_context(site.client(0, hers).following(PRESENCE))
        for token in (his, theirs):
            await stack.enter_async_context(site.client(1, token).following(PRESENCE))
        assert await present(board, 3) == {person.display_name for person in (ada, bob, cy)}
        beats = await beats_by_user(redis)

        await site.web[1].kill()
        try:
            await stack.enter_async_context(site.client(0, his).following(PRESENCE))
            await until_beating(redis, 4)
            # What half a minute does.
            await redis.zadd(BEATS, dict.fromkeys(beats[bob.id] + beats[cy.id], 1))

            # The next beat of whoever is left finds them.
            gone = await board.next()
        finally:
            await site.web[1].start()
            await site.web[1].ready()

        assert {person["displayName"] for person in gone["moderators"]} == {ada.display_name, bob.display_name}
        await board.nothing(1.5)


async def present(board: Stream, count: int) -> set[str]:
    """Who is present as soon as they are so many."""
    while True:
        people = {person["displayName"] for person in (await board.next())["moderators"]}
        if len(people) == count:
            return people


async def beats_by_user(redis: Redis) -> dict[int, list[bytes]]:
    persons: Any = await redis.hgetall(PERSONS)
    beats: dict[int, list[bytes]] = {}
    for beat, person in persons.items():
        beats.setdefault(orjson.loads(person)[0], []).append(beat)
    return beats


async def until_beating(redis: Redis, count: int) -> None:
    async with asyncio.timeout(CEILING_SECONDS):
        while await redis.zcard(BEATS) < count:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)


async def here(site: Site) -> str:
    """Where the board stands."""
    async with redis_client(site.redis.url) as redis:
        return str(await Past(redis).position(BOARD))


async def post(*numbers: int) -> None:
    """Events of the board, in one transaction."""
    async with in_transaction():
        for number in numbers:
            await Event.record("ReviewDecided", [BOARD], review=number)


async def kept(board: Stream, seconds: float = CEILING_SECONDS) -> Any:
    """The next event that is kept: who is present is not."""
    async with asyncio.timeout(seconds):
        while (event := await board.next(seconds))["__typename"] == "PresenceChanged":
            continue
        return event
