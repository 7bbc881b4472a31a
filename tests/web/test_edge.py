"""What surrounds every request: origins, headers, ids, health."""

from __future__ import annotations

import asyncio
import gc
import gzip
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bench.links import Link, to_socket
from ops.settings import Settings, settings
from tests.support.ceiling import CEILING_SECONDS
from tests.web import edge_schema
from tests.web.conftest import Edge, serving, signed_in, until
from tests.web.edge_schema import code_of
from web import pages
from web.app import create_app
from web.caller import session_cookie
from web.socket import Connection

STRANGERS = [
    {"origin": "https://evil.test"},
    {"origin": "null"},
    {"origin": "http://127.0.0.1:1"},
    {"origin": ""},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("headers", STRANGERS)
async def test_a_request_with_our_cookie_from_a_page_elsewhere_is_403_and_nothing_is_carried_out(
    server: Edge, headers: dict[str, str]
) -> None:
    ada = await signed_in()

    posted = await server.ask('mutation { note(text: "x") }', {**ada.cookie, **headers})
    got = await server.client().get("/graphql", params={"query": "{ me }"}, headers={**ada.cookie, **headers})

    assert (posted.status_code, code_of(posted.json())) == (403, "FORBIDDEN")
    assert got.status_code == 403
    assert edge_schema.notes == []


async def test_requests_of_our_own_pages_and_of_no_page_are_taken(server: Edge) -> None:
    ada = await signed_in()

    for headers in (
        {"origin": server.origin},
        {"origin": settings().public_url},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {},
    ):
        assert (await server.ask("{ me }", {**ada.cookie, **headers})).json() == {"data": {"me": "ada@example.test"}}


async def test_without_the_cookie_there_is_nothing_to_forge(server: Edge) -> None:
    response = await server.ask("{ hello }", {"origin": "https://evil.test"})

    assert response.status_code == 200
    assert "access-control-allow-origin" not in response.headers


async def test_an_answer_bears_the_request_id_it_was_given_or_a_new_one(server: Edge) -> None:
    given = await server.ask("{ hello }", {"x-request-id": "trace-1.a_B"})
    missing = await server.ask("{ hello }")
    hostile = await server.ask("{ hello }", {"x-request-id": "a b\tc" + "x" * 100})

    assert given.headers["x-request-id"] == "trace-1.a_B"
    assert len(missing.headers["x-request-id"]) == len(hostile.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    "path", ["/", "/graphql", "/healthz", "/nothing", "/static/page.css", "/static/nothing", "/assets/x", "/tutorial/cat.jpg"]
)
async def test_every_answer_keeps_browsers_careful(server: Edge, path: str) -> None:
    response = await server.client().get(path, headers={"accept": "text/html"})

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "script-src 'unsafe" not in response.headers["content-security-policy"]
    assert "server" not in response.headers


@pytest.fixture
def a_built_client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "client").mkdir()
    (tmp_path / "index.html").write_text("<title>Tidemark</title>")
    (tmp_path / "theme.js").write_text("// theme")
    (tmp_path / ".stamp").write_text("secret")
    (tmp_path / "client" / "index-abc.js").write_text("// the code")
    (tmp_path / "client" / "index-abc.js.gz").write_bytes(gzip.compress(b"// the code"))
    monkeypatch.setattr(pages, "CLIENT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "path", ["/", "/work", "/reports/Annotation_1", "/confirm-email?token=x", "/nothing", "/.stamp", "/..%2f..%2fetc%2fpasswd"]
)
async def test_every_address_that_is_nothing_elses_is_the_client(server: Edge, a_built_client: Path, path: str) -> None:
    response = await server.client().get(path)

    assert (response.status_code, response.text) == (200, "<title>Tidemark</title>")
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"


async def test_the_clients_files_are_kept_for_ever_and_sent_compressed(server: Edge, a_built_client: Path) -> None:
    response = await server.client().get("/client/index-abc.js")
    plain = await server.client().get("/client/index-abc.js", headers={"accept-encoding": "identity"})

    assert (response.text, plain.text) == ("// the code", "// the code")
    assert response.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-type"].startswith("text/javascript")


async def test_what_a_browser_has_already_is_not_sent_again(server: Edge, a_built_client: Path) -> None:
    first = await server.client().get("/")

    again = await server.client().get("/", headers={"if-none-match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/client/gone-abc.js", "/client/.stamp", "/static/nothing"])
async def test_a_file_that_is_not_there_is_a_clean_404(server: Edge, a_built_client: Path, path: str) -> None:
    response = await server.client().get(path)

    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "NOT_FOUND")


async def test_before_the_client_is_built_its_pages_say_how_to(server: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CLIENT", tmp_path)

    response = await server.client().get("/work")

    assert response.status_code == 503
    assert "make client" in response.text


async def test_it_is_alive_and_ready_and_counts(server: Edge) -> None:
    await server.ask("{ hello }")

    assert (await server.client().get("/healthz")).json() == {"status": "alive"}
    ready = await server.client().get("/readyz")
    assert (ready.status_code, ready.json()) == (200, {"database": True, "redis": True, "migrations": True})
    metrics = (await server.client().get("/metrics")).text
    assert 'tidemark_http_requests_total{method="POST",route="/graphql",status="200"}' in metrics
    assert 'tidemark_operations_total{kind="query",outcome="done"}' in metrics


async def test_while_redis_is_away_it_is_not_ready_and_says_so_but_answers(database: None, tmp_path: Path) -> None:
    away = settings().model_copy(update={"redis_url": f"unix://{tmp_path}/nothing.sock"})

    async with serving(create_app(schema=edge_schema.schema, settings=away)) as edge:
        ready = await edge.client().get("/readyz")
        answer = await edge.ask("{ hello }")

    assert (ready.status_code, ready.json()) == (503, {"database": True, "redis": False, "migrations": True})
    assert answer.json() == {"data": {"hello": "world"}}


async def test_access_that_ends_while_redis_is_away_is_noticed_by_who_came_meanwhile(
    database: None, emptied: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.access.RECHECK_SECONDS", 0.2)
    away = settings().model_copy(update={"redis_url": f"unix://{tmp_path}/nothing.sock"})
    ada = await signed_in()

    async with serving(create_app(schema=edge_schema.schema, settings=away)) as edge, edge.socket(additional_headers=ada.cookie) as socket:
        await socket.init()
        await ada.session.revoke()

        assert await socket.close_code() == 4401


async def test_while_redis_answers_nothing_who_asks_does_not_wait_for_it_each_time(database: None, redis: Redis) -> None:
    socket = settings().redis_url.removeprefix("unix://").partition("?")[0]
    async with Link(to_socket(socket)) as link:
        silent = settings().model_copy(update={"redis_url": f"redis://127.0.0.1:{link.port}/0"})
        async with serving(create_app(schema=edge_schema.schema, settings=silent)) as edge, asyncio.timeout(CEILING_SECONDS):
            link.hold()
            # More than a process may let pass before it asks again.
            answers = [await edge.ask("{ hello }") for _ in range(20)]
            link.heal()

    assert all(answer.json() == {"data": {"hello": "world"}} for answer in answers)


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host() -> None:
    secure = Settings(public_url="https://tidemark.example", secret_key="x" * 40)

    cookie = session_cookie(secure, "secret")

    assert cookie.startswith("__Host-tidemark_session=secret;")
    assert "Secure" in cookie
    assert create_app(settings=secure).user_middleware[0].kwargs["is_https"] is True


async def test_a_connection_that_is_cut_is_freed_at_once_and_not_only_when_the_collector_comes(server: Edge) -> None:
    def connections() -> int:
        return sum(type(each) is Connection for each in gc.get_objects())

    ada = await signed_in()
    gc.collect()
    before = connections()
    gc.disable()
    try:
        for _ in range(5):
            async with server.socket(additional_headers=ada.cookie) as socket:
                await socket.init()
                socket.connection.transport.abort()

        await until(lambda: connections() <= before)
    finally:
        gc.enable()
