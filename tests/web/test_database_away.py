"""The database is gone, or answers nothing any more: who asks by HTTP hears of it in time, and when to come again; a socket is closed so
that its client does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import httpx
import pytest
from redis.asyncio import Redis
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from bench.links import Link, to_socket
from models import Session
from ops.settings import settings
from schema.errors import BACK_SECONDS
from tests.support.ceiling import CEILING_SECONDS
from tests.support.processes import Process, processes
from tests.support.servers import postgres
from tests.web.conftest import signed_in
from web.socket import AWAY, PROTOCOL

VIEWER = "{ viewer { email } }"
IT_IS_SHE = {"data": {"viewer": {"email": "ada@example.test"}}}
SIGN_IN = 'mutation { signIn(input: { email: "ada@example.test", password: "correct horse battery" }) { viewer { id } } }'
# Far more than there are connections to the database: each is held by one for as long as it is silent.
CROWD = 90
# A statement is given up first, or a new connection, and then what was begun is.
PATIENCE_SECONDS = 2 * CEILING_SECONDS


@pytest.fixture(scope="module")
async def link(database: None) -> AsyncIterator[Link]:
    async with Link(to_socket(str(postgres.run_dir / ".s.PGSQL.5432"))) as between:
        yield between


@pytest.fixture(scope="module")
async def process(link: Link, redis: Redis, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Process]:
    url = f"postgres://tidemark@127.0.0.1:{link.port}/tidemark"
    serving = Process("serve", settings().redis_url, tmp_path_factory.mktemp("away"), {"DATABASE_URL": url})
    async with processes(serving):
        yield serving


@contextmanager
def gone(link: Link) -> Iterator[None]:
    link.refuses = True
    link.cut()
    try:
        yield
    finally:
        link.heal()


@contextmanager
def silent(link: Link) -> Iterator[None]:
    link.hold()
    try:
        yield
    finally:
        link.heal()


@pytest.mark.parametrize("harm", [gone, silent])
async def test_who_asks_while_the_database_is_away_is_told_when_to_come_again_and_served_then(
    process: Process, link: Link, harm: Callable[[Link], AbstractContextManager[None]]
) -> None:
    ada = await signed_in()
    async with httpx.AsyncClient(base_url=process.origin, timeout=PATIENCE_SECONDS) as client:
        assert (await ask(client, VIEWER, ada.cookie)).json() == IT_IS_SHE

        with harm(link):
            crowd = asyncio.gather(*(ask(client, VIEWER, ada.cookie) for _ in range(CROWD)))
            stranger, close_code = await asyncio.gather(ask(client, SIGN_IN), close_code_of_a_socket(process, ada.cookie))
            known, *others = await crowd

        assert close_code == AWAY
        assert {answer.status_code for answer in others} == {503}
        # Whose request it is cannot even be found out; and what is found out in carrying it out stands in its answer.
        assert (known.status_code, known.headers["retry-after"]) == (503, str(BACK_SECONDS))
        assert (stranger.status_code, stranger.json()["data"]) == (200, None)
        for answer in (known, stranger):
            (error,) = answer.json()["errors"]
            assert error["extensions"].keys() == {"code", "reference", "retryAfter"}
            assert (error["extensions"]["code"], error["extensions"]["retryAfter"]) == ("INTERNAL", BACK_SECONDS)
            assert error["message"].endswith(f"{error['extensions']['reference']}.")
        assert await Session.all().count() == 1
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await ask(client, VIEWER, ada.cookie)).json() != IT_IS_SHE:  # noqa: ASYNC110 - it has to be asked
                await asyncio.sleep(0.1)


async def close_code_of_a_socket(process: Process, headers: dict[str, str]) -> int | None:
    address = process.origin.replace("http", "ws", 1) + "/graphql"
    async with connect(address, subprotocols=[Subprotocol(PROTOCOL)], additional_headers=headers) as connection:
        await connection.send('{"type":"connection_init"}')
        async with asyncio.timeout(PATIENCE_SECONDS):
            await connection.wait_closed()
        return connection.close_code


async def ask(client: httpx.AsyncClient, query: str, headers: dict[str, str] | None = None) -> httpx.Response:
    return await client.post("/graphql", json={"query": query}, headers=headers)
