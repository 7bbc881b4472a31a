"""How much one operation may ask for."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterable
from typing import Any

import pytest
from graphql import get_introspection_query

from tests.web.conftest import Edge
from tests.web.edge_schema import code_of, schema
from web import execution
from web.caller import MEBIBYTE
from web.execution import KEPT_DOCUMENTS, Engine, Rejected, Request


def errors_of(query: str, **variables: Any) -> list[dict[str, Any]]:
    engine = Engine(schema)
    request = Request(query, variables, None)
    try:
        engine.begin(engine.choose(request), variables, None)
    except Rejected as rejected:
        return rejected.errors
    return []


def measure_of(query: str, **variables: Any) -> str | None:
    """The limit that the query breaks first."""
    errors = errors_of(query, **variables)
    if not errors:
        return None
    assert errors[0]["extensions"]["code"] == "QUERY_TOO_COMPLEX", errors
    assert errors[0]["extensions"]["actual"] > errors[0]["extensions"]["limit"]
    measure: str = errors[0]["extensions"]["measure"]
    return measure


def nested(depth: int) -> str:
    return "{ thing " * (depth - 1) + "{ name }" + " }" * (depth - 1)


def test_fifteen_levels_are_allowed_and_sixteen_are_not() -> None:
    assert measure_of(nested(15)) is None
    assert measure_of(nested(16)) == "depth"


def test_levels_are_counted_through_fragments() -> None:
    assert measure_of("{ ...a } fragment a on Query { thing { ...b } } fragment b on Thing " + nested(15)) == "depth"


def test_thirty_aliases_are_allowed_and_thirty_one_are_not() -> None:
    assert measure_of("{ thing { " + " ".join(f"a{n}: name" for n in range(30)) + " } }") is None
    assert measure_of("{ thing { " + " ".join(f"a{n}: name" for n in range(31)) + " } }") == "aliases"


def test_aliases_are_counted_as_often_as_their_fragment_is_spread() -> None:
    fragment = "fragment f on Thing { " + " ".join(f"a{n}: name" for n in range(16)) + " }"

    assert measure_of("{ thing { ...f thing { ...f } } } " + fragment) == "aliases"


def test_twenty_root_fields_are_allowed_and_more_are_not_wherever_they_stand() -> None:
    fields = " ".join(f"a{n}: hello" for n in range(21))

    assert measure_of("{ " + " ".join(f"a{n}: hello" for n in range(20)) + " }") is None
    assert measure_of(f"{{ {fields} }}") == "rootFields"
    assert measure_of(f"{{ ...f }} fragment f on Query {{ ... {{ {fields} }} }}") == "rootFields"


def test_two_thousand_tokens_are_read_and_no_more() -> None:
    too_many = "{ " + "hello " * 2_001 + "}"

    told = errors_of(too_many)[0]["extensions"]
    # Nobody counts on behind the limit.
    assert (told["code"], told["measure"], told["limit"]) == ("QUERY_TOO_COMPLEX", "tokens", 2_000)


def test_pages_within_pages_are_multiplied() -> None:
    query = "query($n: Int = 100) { thing { things(first: 99) { things(first: $n) { name } } } }"

    assert measure_of(query, n=99) is None
    assert measure_of(query, n=100) is None
    assert measure_of("{ thing { things(first: 100) { things(first: 100) { name } } } }") == "nodes"
    assert measure_of("{ thing { things { things { things { things { name } } } } } }") == "nodes"


def test_nodes_are_counted_with_variables_their_defaults_and_fragments() -> None:
    inner = "fragment f on Thing { things(first: $n) { things(first: $n) { name } } }"

    assert measure_of("query($n: Int!) { thing { ...f } } " + inner, n=50) is None
    assert measure_of("query($n: Int!) { thing { ...f } } " + inner, n=100) == "nodes"
    assert measure_of("query($n: Int = 100) { thing { ...f } } " + inner) == "nodes"


def test_the_error_tells_the_figures() -> None:
    (error,) = errors_of("{ thing { things(first: 100) { things(first: 100) { name } } } }")

    assert error["extensions"] == {"code": "QUERY_TOO_COMPLEX", "measure": "nodes", "limit": 10_000, "actual": 10_100}


def test_a_page_too_large_by_itself_is_left_to_its_resolver_which_says_it_better() -> None:
    assert measure_of("{ thing { things(first: 1000000) { name } } }") is None
    assert measure_of("{ thing { things(first: -5) { name } } }") is None


def test_introspection_is_allowed_as_tools_ask_for_it() -> None:
    for options in (
        {},
        {"input_value_deprecation": True, "specified_by_url": True, "directive_is_repeatable": True, "schema_description": True},
    ):
        assert errors_of(get_introspection_query(**options)) == []


def chain(length: int, on: str, selection: str, end: str) -> str:
    """Fragments f0 to f<length>, each but the last with NEXT for a spread of the next."""
    links = (f"fragment f{n} on {on} {{ {selection.replace('NEXT', f'...f{n + 1}')} }}" for n in range(length))
    return " ".join([*links, f"fragment f{length} on {on} {{ {end} }}"])


HOSTILE = [
    # Unfolds to 2^100 fields; to 3^13 within the depth; a chain as long as the tokens reach.
    "{ thing { ...f0 } } " + chain(100, "Thing", "thing { NEXT NEXT }", "name"),
    "{ thing { ...f0 } } " + chain(13, "Thing", "a: thing { NEXT } b: thing { NEXT } thing { NEXT }", "name"),
    "{ ...f0 } " + chain(240, "Query", "NEXT", "hello"),
    # Cycles.
    "{ ...f0 } " + chain(199, "Query", "NEXT", "...f0"),
    "{ ...a } fragment a on Query { ...a }",
    "{ ...a } fragment a on Query { ...b ...b } fragment b on Query { ...a ...a }",
    # Equal fields side by side, compared pair by pair.
    "{ thing { " + "thing { name } " * 380 + "} }",
    "{ " + "...a " * 400 + "} fragment a on Query { hello }",
    "{ thing { " + "name " * 1_900 + "} }",
    "{ thing { " + "... { name thing { name } } " * 180 + "} }",
    "{ thing { " + " ".join(f"...f{n}" for n in range(150)) + " } } " + chain(150, "Thing", "name", "name"),
    # Deep values, many directives, many variables.
    "{ echo(text: " + "[" * 900 + "]" * 900 + ") }",
    "{ thing " + "@include(if: true) " * 300 + "{ name } }",
    "query(" + " ".join(f"$v{n}: Int" for n in range(450)) + ") { hello }",
]


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_document_is_answered_quickly(query: str) -> None:
    # The least of three: what the machine does besides only ever adds.
    seconds = []
    for _ in range(3):
        started = time.process_time()
        errors_of(query)
        seconds.append(time.process_time() - started)

    assert min(seconds) < 1


def test_documents_are_kept_parsed_but_not_without_end_and_not_large_ones() -> None:
    engine = Engine(schema)
    kept = engine.document("{ hello }")

    assert engine.document("{ hello }") is kept
    for number in range(KEPT_DOCUMENTS):
        engine.document(f"query a{number} {{ hello }}")
    assert len(engine.documents) == KEPT_DOCUMENTS
    assert engine.document("{ hello }") is not kept
    large = "{ hello } #" + "x" * 20_000
    assert engine.document(large) is not engine.document(large)


def kept_by(engine: Engine, requests: Iterable[Request], times: int = 1) -> int:
    """Bytes that are taken after the requests, and were not before them."""
    tracemalloc.start()
    try:
        for request in requests:
            for _ in range(times):
                engine.begin(engine.choose(request), request.variables, None)
        del request
        gc.collect()
        return tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()


def fields(number: int) -> str:
    """Two hundred, which differ by a number; half of them only where it is wished for."""
    names = " ".join(f"thing {{ name @skip(if: $no) {'name ' * 8}}}" for _ in range(8))
    return f"query a{number}($no: Boolean!) {{ thing {{ {names} }} thing @skip(if: $no) {{ {names} }} }}"


def test_what_is_kept_of_documents_is_bounded_by_the_memory_that_they_take_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(schema)
    monkeypatch.setattr(execution, "KEPT_BYTES", MEBIBYTE)

    taken = kept_by(engine, (Request(fields(number), {"no": True}, None) for number in range(40)))

    assert 1 < len(engine.documents) < 20
    assert MEBIBYTE / 4 < taken < 1.5 * MEBIBYTE
    assert engine.kept_bytes == sum(document.weight for document in engine.documents.values())


def test_what_is_compiled_of_a_document_is_counted_and_let_go_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(schema)
    deep = "{ thing { " + "a: thing { name b: thing { name c: thing { name } } } " + "} }"
    choices = "query a{n}(" + ", ".join(f"$v{n}: Boolean!" for n in range(4)) + ") { thing { name }"
    asked = [
        Request(
            choices.replace("{n}", str(number)) + "".join(f" thing @skip(if: $v{n}) {deep[8:-2]}" for n in range(4)) + " }",
            {f"v{n}": bool(choice >> n & 1) for n in range(4)},
            None,
        )
        for number in range(8)
        for choice in range(16)
    ]
    monkeypatch.setattr(execution, "KEPT_BYTES", MEBIBYTE)

    taken = kept_by(engine, asked, times=2)

    assert 1 <= len(engine.documents) < 8
    assert taken < 1.5 * MEBIBYTE
    assert engine.kept_bytes == sum(document.weight for document in engine.documents.values()) <= MEBIBYTE


def test_of_what_is_compiled_no_variables_of_those_who_came_first_are_kept() -> None:
    engine = Engine(schema)
    text = "x" * (MEBIBYTE // 4)
    asked = (Request(f"query a{number}($text: String!) {{ echo(text: $text) }}", {"text": f"{text}{number}"}, None) for number in range(8))

    taken = kept_by(engine, asked, times=3)

    assert len(engine.documents) == 8
    assert taken < MEBIBYTE / 2


async def test_the_limits_hold_over_http_as_over_websocket(server: Edge) -> None:
    queries = (
        nested(16),
        "{ " + " ".join(f"a{n}: hello" for n in range(31)) + " }",
        "{ thing { things(first: 100) { things(first: 100) { name } } } }",
    )

    async with server.socket() as socket:
        await socket.init()
        for query in queries:
            by_http = (await server.ask(query)).json()
            by_socket = await socket.ask(query)
            assert code_of(by_http) == code_of(by_socket) == "QUERY_TOO_COMPLEX"
            assert by_http["errors"] == by_socket["errors"]
