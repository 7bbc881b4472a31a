"""Documents asked for by their digest: sent once before, or listed by the web client's build; and those that nobody else may bring."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from models import ApiToken, Organization, Scope
from tests.web import edge_schema
from tests.web.conftest import Edge, signed_in
from tests.web.edge_schema import code_of
from web.trusted import trusted_documents

NOT_KNOWN = "PersistedQueryNotFound"
ECHO = "query ($t: String!) { echo(text: $t) }"


def digest(query: str) -> str:
    return sha256(query.encode()).hexdigest()


def persisted(text: str, **more: Any) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}, **more}


async def post(server: Edge, body: dict[str, Any], **headers: str) -> Any:
    response = await server.client().post("/graphql", json=body, headers=headers)
    return response.json()


async def test_a_document_is_not_known_until_it_was_sent_with_its_text(server: Edge) -> None:
    query = "query Sent { hello }"

    before = await post(server, persisted(query))
    sent = await post(server, persisted(query, query=query))
    after = await post(server, persisted(query))

    assert before["errors"][0]["message"] == NOT_KNOWN
    assert code_of(before) == "PERSISTED_QUERY_NOT_FOUND"
    assert sent == after == {"data": {"hello": "world"}}


async def test_by_get_and_as_a_document_id_too(server: Edge) -> None:
    await post(server, {"query": ECHO, "variables": {"t": "x"}})
    client = server.client()

    extensions = orjson.dumps(persisted(ECHO)["extensions"]).decode()
    automatic = await client.get("/graphql", params={"extensions": extensions, "variables": '{"t": "a"}'})
    by_id = await client.get("/graphql", params={"documentId": f"sha256:{digest(ECHO)}", "variables": '{"t": "b"}'})

    assert automatic.json() == {"data": {"echo": "a"}}
    assert by_id.json() == {"data": {"echo": "b"}}


async def test_over_a_socket_too(server: Edge) -> None:
    await post(server, {"query": "query OverASocket { hello }"})

    async with server.socket() as socket:
        await socket.init()
        await socket.send({"id": "1", "type": "subscribe", "payload": persisted("query OverASocket { hello }")})
        told = await socket.receive()

    assert told == {"id": "1", "type": "next", "payload": {"data": {"hello": "world"}}}


async def test_a_document_under_another_ones_digest_is_refused_and_not_kept(server: Edge) -> None:
    false = {**persisted("query Other { hello }"), "query": 'mutation { note(text: "x") }'}

    told = await post(server, false)
    later = await post(server, persisted("query Other { hello }"))

    assert code_of(told) == "BAD_USER_INPUT"
    assert edge_schema.notes == []
    assert later["errors"][0]["message"] == NOT_KNOWN


async def test_an_invalid_document_is_not_kept(server: Edge) -> None:
    query = "query Invalid { nothing }"

    told = await post(server, persisted(query, query=query))
    later = await post(server, persisted(query))

    assert code_of(told) == "GRAPHQL_VALIDATION_FAILED"
    assert later["errors"][0]["message"] == NOT_KNOWN


@pytest.mark.parametrize(
    "body",
    [
        {"documentId": "sha256:abc"},
        {"documentId": 5},
        {"documentId": f"md5:{'0' * 64}"},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "0" * 64}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 63}}},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 5}}},
        {"extensions": {"persistedQuery": {"version": 1}}},
        {"extensions": {"persistedQuery": "x"}},
        {"extensions": {}},
    ],
)
async def test_a_malformed_digest_is_bad_input(server: Edge, body: dict[str, Any]) -> None:
    response = await server.client().post("/graphql", json=body)

    assert response.status_code == 400
    assert code_of(response.json()) == "BAD_USER_INPUT"


async def test_only_trusted_documents_where_that_is_set_but_anything_by_an_api_token(server: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation = 'mutation { note(text: "x") }'
    trusted = "query Trusted { me }"
    person = await signed_in()
    await person.user.confirm()
    organization = await Organization.found_by(await person.user.reread(), "Acme")
    _, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=person.user)
    monkeypatch.setattr(server.parts, "settings", server.parts.settings.model_copy(update={"trusted_documents_only": True}))
    monkeypatch.setattr(server.parts.engine, "trusted", {bytes.fromhex(digest(trusted)): trusted})

    by_id = await post(server, {"documentId": f"sha256:{digest(trusted)}"}, **person.cookie)
    by_text = await post(server, {"query": trusted}, **person.cookie)
    refused = [
        await post(server, {"query": mutation}, **person.cookie),
        await post(server, {"query": mutation}),
        await post(server, persisted(mutation, query=mutation)),
        await post(server, {**persisted(trusted), "query": mutation}),
    ]
    async with server.socket(additional_headers=person.cookie) as socket:
        await socket.init()
        refused.append(await socket.ask(mutation))
    assert edge_schema.notes == []
    by_token = await post(server, {"query": mutation}, authorization=f"Bearer {secret}")

    assert by_id == by_text == {"data": {"me": "ada@example.test"}}
    assert [code_of(each) for each in refused] == ["FORBIDDEN"] * 5
    assert by_token == {"data": {"note": "x"}}
    assert edge_schema.notes == ["x"]


def test_the_builds_list_is_read_and_without_a_build_there_is_none(tmp_path: Path) -> None:
    manifest = tmp_path / "documents.json"
    assert trusted_documents(manifest) == {}

    manifest.write_text('["query Café { hello }"]')

    assert trusted_documents(manifest) == {bytes.fromhex(digest("query Café { hello }")): "query Café { hello }"}
