"""Compiled selections over the whole schema: whatever anybody asks of a world with everything in it, graphql-core answers the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import orjson
import pytest
from graphql import (
    get_named_type,
    is_abstract_type,
    is_composite_type,
    is_enum_type,
    is_input_object_type,
    is_list_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import ApiToken, Session
from resolvers.schema import schema
from schema.context import Context, RequestMeta, ResponseHeaders
from schema.scalars import as_json
from tests.api.client import Tidemark
from tests.api.scene import Scene, a_scene, the_id
from tests.web.conftest import Edge
from web.caller import Caller
from web.execution import Engine, Rejected, Request

SCHEMA: Any = schema._schema
DEEPEST = 5
# Differ from one moment to the next.
MOMENTARY = {"serverTime"}
VARIABLES = {"yes": True, "no": False, "few": 2}
# Addresses of files are signed until a while from now.
SIGNATURE = re.compile(r"\?[a-z]+=[^\"]*")


class Asker:
    """Draws operations: any fields of any types, with ids of the scene."""

    def __init__(self, chance: Random, ids: list[str]) -> None:
        self.chance = chance
        self.ids = ids

    def query(self) -> str:
        roots = self.selection(SCHEMA.query_type, DEEPEST)
        return (
            f"query ($yes: Boolean!, $no: Boolean!, $few: Int) {{ a: __typename @include(if: $yes) @skip(if: $no) {self.page()} {roots} }}"
        )

    def page(self) -> str:
        """Where the variable of a size is used for certain."""
        return "viewer { notes: annotations(first: $few) { edges { node { id } } } }"

    def selection(self, type_: Any, depth: int) -> str:
        if is_abstract_type(type_):
            kinds = SCHEMA.get_possible_types(type_)
            chosen = self.chance.sample(kinds, min(len(kinds), 3))
            return " ".join(["__typename", *(f"... on {each.name} {{ {self.selection(each, depth)} }}" for each in chosen)])
        fields = [(name, field) for name, field in type_.fields.items() if name not in MOMENTARY]
        if depth == 0:
            fields = [(name, field) for name, field in fields if not is_composite_type(get_named_type(field.type))]
        chosen = self.chance.sample(fields, min(len(fields), self.chance.randint(1, 5)))
        return " ".join(["__typename", *(self.field(name, field, depth) for name, field in chosen)])

    def field(self, name: str, field: Any, depth: int) -> str:
        type_ = get_named_type(field.type)
        within = f" {{ {self.selection(type_, depth - 1)} }}" if is_composite_type(type_) else ""
        given = [
            f"{key}: {self.value(argument.type, key)}"
            for key, argument in field.args.items()
            if key != "after" and (is_required_argument(argument) or self.chance.random() < 0.3)
        ]
        condition = self.chance.choice(["", "", "", "", " @include(if: $yes)", " @include(if: $no)", " @skip(if: $no)"])
        arguments = f"({', '.join(given)})" if given else ""
        return f"{name}{arguments}{condition}{within}"

    def value(self, type_: Any, key: str) -> str:
        if is_non_null_type(type_):
            return self.value(type_.of_type, key)
        if is_list_type(type_):
            return f"[{self.value(type_.of_type, key)}]"
        if is_enum_type(type_):
            return str(self.chance.choice(list(type_.values)))
        if is_input_object_type(type_):
            fields = type_.fields.items()
            return f"{{{', '.join(f'{name}: {self.value(each.type, name)}' for name, each in fields if is_required_input_field(each))}}}"
        return {
            "ID": f'"{self.chance.choice(self.ids)}"',
            "Int": self.chance.choice(["1", "3", "$few", "0"]) if key == "first" else "2",
            "Boolean": "true",
            "Float": "0.5",
            "String": '"a"',
            "Decimal": '"1"',
            "DateTime": '"2026-11-01T00:00:00Z"',
        }[type_.name]


@pytest.fixture
async def scene(tidemark: Tidemark) -> Scene:
    return await a_scene(tidemark)


@pytest.fixture
async def contexts(scene: Scene, whole_edge: Edge) -> dict[str, Context]:
    return {who: await _context(client.headers, whole_edge) for who, client in scene.clients.items()}


async def _context(headers: dict[str, str], edge: Edge) -> Context:
    session = await Session.by_token(headers["cookie"].partition("=")[2]) if "cookie" in headers else None
    token = await ApiToken.by_secret(headers["authorization"].removeprefix("Bearer ")) if "authorization" in headers else None
    return edge.parts.context(Caller(session=session, token=token), RequestMeta("127.0.0.1", "", ""), ResponseHeaders())


@pytest.fixture
def answered() -> Iterator[Counter[str]]:
    """How many, by how; at the end there were enough of each."""
    answered = Counter[str]()
    yield answered
    assert answered["whole"] > 20, answered
    assert answered["with errors"] > 2, answered


# Where one field fails, graphql-core does not await what it has begun of the others.
@pytest.mark.filterwarnings("ignore:coroutine 'Executor", "ignore:Exception ignored in. <coroutine object (Executor|GraphQLCoreConverter)")
@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=150, print_blob=False)
@given(seed=st.integers(0, 2**32))
async def test_whatever_is_asked_is_answered_as_graphql_core_answers_it(
    seed: int, scene: Scene, contexts: dict[str, Context], answered: Counter[str]
) -> None:
    chance, engine = Random(seed), Engine(schema)
    who = chance.choice(sorted(contexts))
    request = Request(Asker(chance, ids_of(scene)).query(), VARIABLES, None)
    try:
        executor = engine.begin(engine.choose(request), VARIABLES, contexts[who].renewed())
    except Rejected:
        # Fields of two types that cannot be merged, or too much at once.
        return
    assert executor.compiled is None
    oracle = await engine.run(executor)

    executor = engine.begin(engine.choose(request), VARIABLES, contexts[who].renewed())
    assert executor.compiled is not None
    if "errors" in oracle:
        answered["with errors"] += 1
        assert shown(await engine.run(executor)) == shown(oracle), (who, request.query)
    else:
        answered["whole"] += 1
        assert shown({"data": await executor.compiled.data(executor)}) == shown(oracle), (who, request.query)


def ids_of(scene: Scene) -> list[str]:
    rows = [getattr(scene, name) for name in scene.__slots__ if hasattr(getattr(scene, name), "id")]
    return [*map(the_id, rows), scene.person("annotator"), "Project_0000000000000", "x"]


def shown(response: Any) -> str:
    """As it is sent, without signatures and the references of masked errors."""
    response = orjson.loads(as_json(response))
    for error in response.get("errors", ()):
        assert error["extensions"]["code"] != "INTERNAL", error
    errors = sorted(str(error) for error in response.get("errors", ()))
    return SIGNATURE.sub("", f"{response['data']} {errors}")
