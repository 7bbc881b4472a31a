"""GraphQL over HTTP."""

from __future__ import annotations

import asyncio
import gzip
from typing import Any

import httpx
import pytest
import structlog
from graphql import parse, validate

import resolvers.schema
from models import ApiToken, Organization, Scope
from ops.settings import settings
from tests.web import edge_schema
from tests.web.conftest import Edge, signed_in, somebody, until
from tests.web.edge_schema import code_of

JSON = {"content-type": "application/json"}
NEWER = "application/graphql-response+json"


async def test_a_query_is_answered_by_post_and_by_get(server: Edge) -> None:
    posted = await server.ask("{ hello }")
    got = await server.client().get("/graphql", params={"query": "query($t: String!) { echo(text: $t) }", "variables": '{"t": "x"}'})

    assert (posted.status_code, posted.json()) == (200, {"data": {"hello": "world"}})
    assert posted.headers["content-type"] == "application/json; charset=utf-8"
    assert (got.status_code, got.json()) == (200, {"data": {"echo": "x"}})


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("application/json", "application/json"),
        (NEWER, NEWER),
        (f"{NEWER}, application/json", NEWER),
        (f"application/json, {NEWER};q=0.5", "application/json"),
        (f"{NEWER};q=0.1, */*", "application/json"),
    ],
)
async def test_the_accept_header_chooses_the_media_type(server: Edge, accept: str, answered: str) -> None:
    response = await server.ask("{ hello }", {"accept": accept})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"


async def test_what_cannot_be_answered_in_is_not_acceptable(server: Edge) -> None:
    response = await server.ask("{ hello }", {"accept": "image/png"})

    assert response.status_code == 406
    assert code_of(response.json()) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ echo }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ echo(text: "a\\u0000b") }', "BAD_USER_INPUT"),
        ("query($t: String!) { echo(text: $t) }", "BAD_USER_INPUT"),
        ("query A { hello } query B { hello }", "BAD_USER_INPUT"),
        ("{" * 1_900, "GRAPHQL_PARSE_FAILED"),
        ("{ hello }" + " # " + "x" * 100_000 + "\n{", "GRAPHQL_PARSE_FAILED"),
    ],
)
async def test_what_is_not_executed_is_400_in_the_newer_media_type_and_200_in_the_older(server: Edge, query: str, code: str) -> None:
    newer = await server.ask(query, {"accept": NEWER})
    older = await server.ask(query)

    assert (newer.status_code, code_of(newer.json())) == (400, code)
    assert (older.status_code, code_of(older.json())) == (200, code)
    assert "data" not in newer.json()


async def test_a_variable_that_does_not_fit_is_told_with_its_path(server: Edge) -> None:
    variables = {"s": [{"label": "a", "corners": [{"x": 1, "y": 2}]}, {"label": "b", "corners": [{"x": "one", "y": 2}]}]}

    response = await server.ask("query($s: [Shape!]!) { draw(shapes: $s) }", variables=variables)

    assert code_of(response.json()) == "BAD_USER_INPUT"
    assert response.json()["errors"][0]["extensions"]["path"] == ["s", "1", "corners", "0", "x"]


@pytest.mark.parametrize(
    ("shape", "path"),
    [
        ({"label": "tulip"}, ["s", "0", "corners"]),
        ({"label": "tulip", "corners": [], "extra": "tulip"}, ["s", "0", "extra"]),
        ({"label": None, "corners": []}, ["s", "0", "label"]),
        ({"label": "tulip", "corners": [None]}, ["s", "0", "corners", "0"]),
        ({"label": "tulip", "corners": [{"x": 1, "y": None}]}, ["s", "0", "corners", "0", "y"]),
        ("tulip", ["s", "0"]),
    ],
)
async def test_the_path_leads_to_the_field_that_is_wrong_and_values_are_not_repeated(server: Edge, shape: object, path: list[str]) -> None:
    response = await server.ask("query($s: [Shape!]!) { draw(shapes: $s) }", variables={"s": [shape]})

    assert code_of(response.json()) == "BAD_USER_INPUT"
    assert response.json()["errors"][0]["extensions"]["path"] == path
    assert "tulip" not in response.text
    assert "None" not in response.text


@pytest.mark.parametrize("choice", [{"text": None}, {}, {"text": "a", "number": 1}, {"text": None, "number": 1}])
async def test_of_a_one_of_input_exactly_one_member_is_taken_and_the_path_is_told(server: Edge, choice: dict[str, Any]) -> None:
    response = await server.ask("query($c: Choice!) { choose(choice: $c) }", variables={"c": choice})

    assert code_of(response.json()) == "BAD_USER_INPUT"
    assert response.json()["errors"][0]["extensions"]["path"][0] == "c"


async def test_one_member_of_a_one_of_input_is_taken(server: Edge) -> None:
    response = await server.ask("query($c: Choice!) { choose(choice: $c) }", variables={"c": {"text": "a"}})

    assert response.json() == {"data": {"choose": "chosen"}}


async def test_a_nul_character_is_refused_with_its_path(server: Edge) -> None:
    response = await server.ask("query($t: String!) { echo(text: $t) }", variables={"t": "a\0b"})

    assert response.status_code == 400
    assert code_of(response.json()) == "BAD_USER_INPUT"
    assert response.json()["errors"][0]["extensions"]["path"] == ["t"]


MALFORMED = [
    *(b"", b"{", b"[]", b"null", b"5", b'"x"', b"\xff\xfe", b"{}", b"NaN", b"[" * 20_000, b'[{"query": "{ hello }"}]'),
    *(b'{"query": 5}', b'{"query": null}', b'{"query": []}', b'{"query": "\\ud800"}'),
    b'{"query": "{ hello }", "variables": []}',
    b'{"query": "{ hello }", "variables": "x"}',
    b'{"query": "{ hello }", "variables": 5}',
    b'{"query": "{ hello }", "variables": {"a": 1e999}}',
    b'{"query": "{ hello }", "operationName": 5}',
    b'{"query": "{ hello }", "operationName": {}}',
    b'{"query": "{ hello }", "extensions": []}',
    b'{"query": "{ hello }", "extensions": "x"}',
]


@pytest.mark.parametrize("body", MALFORMED, ids=range(len(MALFORMED)))
async def test_a_malformed_body_is_400_whatever_is_accepted(server: Edge, body: bytes) -> None:
    for accept in ("application/json", NEWER):
        response = await server.client().post("/graphql", content=body, headers={**JSON, "accept": accept})

        assert response.status_code == 400
        assert code_of(response.json()) == "BAD_USER_INPUT"


async def test_batches_are_refused_in_clear_words(server: Edge) -> None:
    response = await server.client().post("/graphql", json=[{"query": "{ hello }"}, {"query": "{ hello }"}])

    assert response.status_code == 400
    assert "batches" in response.json()["errors"][0]["message"]


async def test_null_parameters_count_as_left_out(server: Edge) -> None:
    response = await server.ask("{ hello }", variables=None, operationName=None, extensions=None)

    assert response.json() == {"data": {"hello": "world"}}


async def test_the_operation_name_chooses(server: Edge) -> None:
    both = 'query A { hello } query B { echo(text: "b") }'

    chosen = await server.ask(both, operationName="B")
    unknown = await server.ask(both, operationName="C")

    assert chosen.json() == {"data": {"echo": "b"}}
    assert code_of(unknown.json()) == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "",
        "application/json; charset=latin-1",
    ],
)
async def test_only_json_in_utf_8_is_taken_and_nothing_is_carried_out(server: Edge, content_type: str) -> None:
    body = b'{"query": "mutation { note(text: \\"x\\") }"}'

    response = await server.client().post("/graphql", content=body, headers={"content-type": content_type})

    assert response.status_code == 415
    assert edge_schema.notes == []


async def test_a_compressed_body_is_refused(server: Edge) -> None:
    body = gzip.compress(b'{"query": "{ hello }"}')

    response = await server.client().post("/graphql", content=body, headers={**JSON, "content-encoding": "gzip"})

    assert response.status_code == 415


async def test_a_mutation_by_get_is_405_and_not_carried_out(server: Edge) -> None:
    response = await server.client().get("/graphql", params={"query": 'mutation { note(text: "x") }'})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert edge_schema.notes == []


async def test_a_subscription_over_http_is_refused_with_the_way_to_go(server: Edge) -> None:
    response = await server.ask("subscription { count(to: 3) }")

    assert response.status_code == 400
    assert "graphql-transport-ws" in response.json()["errors"][0]["message"]


async def test_other_methods_are_405(server: Edge) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        assert (await server.client().request(method, "/graphql")).status_code == 405


async def test_a_body_over_one_mebibyte_is_413_before_it_is_read_to_its_end(server: Edge) -> None:
    sent = 0

    async def endless() -> Any:
        nonlocal sent
        yield b'{"query": "{ hello }", "x": "'
        while sent < 2**28:
            sent += 2**16
            yield b"x" * 2**16
            await asyncio.sleep(0)

    announced = await server.client().post("/graphql", content=b"x" * (2**20 + 1), headers=JSON)
    try:
        chunked = await server.client().post("/graphql", content=endless(), headers=JSON)
        assert chunked.status_code == 413
    except httpx.HTTPError:
        pass  # it may be told by closing, while it still sends

    assert announced.status_code == 413
    assert announced.json()["errors"][0]["extensions"]["limit"] == 2**20
    assert sent < 2**27


async def test_a_partner_may_send_sixteen_mebibytes_and_no_more(server: Edge) -> None:
    secret = await a_token()
    headers = {"authorization": f"Bearer {secret}"}

    taken = await server.ask("query($t: String!) { echo(text: $t) }", headers, variables={"t": "x" * (15 * 2**20)})
    refused = await server.ask("query($t: String!) { echo(text: $t) }", headers, variables={"t": "x" * (16 * 2**20)})

    assert (taken.status_code, len(taken.json()["data"]["echo"])) == (200, 15 * 2**20)
    assert refused.status_code == 413


async def test_an_api_token_is_known_and_a_useless_one_is_401(server: Edge) -> None:
    secret = await a_token()

    known = await server.ask("{ me }", {"authorization": f"Bearer {secret}"})

    assert known.json() == {"data": {"me": "token 1"}}
    for authorization in (f"Bearer {secret}x", f"Bearer {secret[:-1]}", "Basic YTpi", "x", "Bearer " + "x" * 10_000, "Bearer tdm_é"):
        headers = [(b"authorization", authorization.encode())]
        response = await server.client().post("/graphql", json={"query": "{ me }"}, headers=headers)
        assert (response.status_code, code_of(response.json())) == (401, "UNAUTHENTICATED")


async def test_the_session_cookie_is_known_and_a_useless_one_is_nobody(server: Edge) -> None:
    ada = await signed_in()

    known = await server.ask("{ me }", ada.cookie)
    revoked_soon = await server.ask("{ me }", {"cookie": "tidemark_session=nothing"})
    await ada.session.revoke()
    revoked = await server.ask("{ me }", ada.cookie)

    assert known.json() == {"data": {"me": "ada@example.test"}}
    assert revoked_soon.json() == revoked.json() == {"data": {"me": None}}


async def test_with_cookie_and_token_the_token_counts(server: Edge) -> None:
    ada = await signed_in()
    secret = await a_token()

    response = await server.ask("{ me }", {**ada.cookie, "authorization": f"Bearer {secret}"})

    assert response.json() == {"data": {"me": "token 1"}}


async def test_signing_in_sets_a_cookie_that_scripts_and_strangers_do_not_get(server: Edge) -> None:
    response = await server.ask('mutation { signIn(token: "secret") }')

    cookie = response.headers["set-cookie"]
    assert cookie.startswith("tidemark_session=secret;")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


async def test_signing_out_ends_the_cookie(server: Edge) -> None:
    response = await server.ask("mutation { signOut }")

    assert response.headers["set-cookie"].startswith('tidemark_session="";')
    assert "Max-Age=0" in response.headers["set-cookie"]


async def test_a_failure_of_ours_tells_a_reference_and_nothing_else_and_the_log_has_the_rest(server: Edge) -> None:
    with structlog.testing.capture_logs() as lines:
        response = await server.ask("{ thing { name broken } hello }")

    told = response.json()["errors"][0]
    assert told["extensions"]["code"] == "INTERNAL"
    assert told["path"] == ["thing", "broken"]
    assert "tulip" not in response.text
    assert told["extensions"]["reference"] in told["message"]
    (line,) = (line for line in lines if line.get("reference") == told["extensions"]["reference"])
    assert "tulip" in str(line["exc_info"][1])


@pytest.mark.parametrize("field", ["broken", "wrongOutput", "plainError"])
async def test_whatever_breaks_inside_is_masked(server: Edge, field: str) -> None:
    response = await server.ask(f"{{ {field} }}")

    assert code_of(response.json()) == "INTERNAL"
    assert "tulip" not in response.text


async def test_errors_of_the_contract_keep_their_code_and_words(server: Edge) -> None:
    forbidden = (await server.ask("{ forbidden }")).json()
    refused = (await server.ask("{ refused }")).json()

    assert (code_of(forbidden), forbidden["errors"][0]["message"]) == ("FORBIDDEN", "Not yours.")
    assert code_of(refused) == "NOT_FOUND"
    assert refused["errors"][0]["extensions"]["path"] == ["id"]


async def test_a_mutation_is_carried_out_though_its_client_went_away(server: Edge) -> None:
    client = server.client()

    asking = asyncio.create_task(client.post("/graphql", json={"query": 'mutation { noteSlowly(text: "kept") }'}))
    await until(lambda: edge_schema.running == ["kept"])
    asking.cancel()

    await until(lambda: edge_schema.notes == ["kept"])


async def test_too_many_requests_are_429_with_the_time_to_come_again(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.parts.ANONYMOUS_PER_MINUTE", 2)

    answers = [await server.ask("{ hello }") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert code_of(answers[2].json()) == "RATE_LIMITED"
    assert 0 < answers[2].json()["errors"][0]["extensions"]["retryAfter"] <= 60
    assert answers[2].headers["retry-after"].isdigit()


async def test_an_address_that_a_client_claims_is_not_believed(server: Edge) -> None:
    response = await server.ask("{ ip }", {"x-forwarded-for": "203.0.113.9"})

    assert settings().proxies == []
    assert response.json() == {"data": {"ip": "127.0.0.1"}}


async def test_a_browser_gets_a_console_whose_files_are_ours(server: Edge) -> None:
    response = await server.client().get("/graphql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert '<script src="/static/console.js" defer>' in response.text
    assert "unsafe" not in response.headers["content-security-policy"]
    assert (await server.client().get("/static/console.js")).status_code == 200
    asked = response.text.partition('autocomplete="off">')[2].partition("</textarea>")[0]
    assert validate(resolvers.schema.schema._schema, parse(asked)) == []


async def a_token(*scopes: Scope) -> str:
    partner = await somebody("partner@example.test")
    organization = await Organization.add(name="Reef")
    _, secret = await ApiToken.issue(organization, name="tests", scopes=scopes or [Scope.PROJECTS_WRITE], by=partner)
    return secret
