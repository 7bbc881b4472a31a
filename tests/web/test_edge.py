"""What surrounds every request: origins, headers, ids, health."""

from __future__ import annotations

from pathlib import Path

import pytest

from ops.settings import Settings, settings
from tests.web import edge_schema
from tests.web.conftest import Edge, serving, signed_in
from tests.web.edge_schema import code_of
from web.app import create_app
from web.caller import session_cookie

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


async def test_an_address_of_nothing_is_a_clean_404(server: Edge) -> None:
    response = await server.client().get("/nothing")

    assert (response.status_code, response.json()["errors"][0]["code"]) == (404, "NOT_FOUND")


async def test_the_landing_page_says_what_this_is_and_where_to_go(server: Edge) -> None:
    response = await server.client().get("/")

    assert response.status_code == 200
    assert 'href="/graphql"' in response.text


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


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host() -> None:
    secure = Settings(public_url="https://tidemark.example", secret_key="x" * 40)

    cookie = session_cookie(secure, "secret")

    assert cookie.startswith("__Host-tidemark_session=secret;")
    assert "Secure" in cookie
    assert create_app(settings=secure).user_middleware[0].kwargs["is_https"] is True
