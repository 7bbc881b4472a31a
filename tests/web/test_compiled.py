"""Compiled selections, held against graphql-core: any operation on any event is told alike, errors included."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from enum import Enum
from typing import Annotated, Any

import strawberry
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schema.context import Context, RequestMeta
from schema.errors import Forbidden
from web.execution import Engine, Request


@strawberry.enum
class Colour(Enum):
    RED = "r"
    BLUE = strawberry.enum_value("b", deprecation_reason="It faded.")


@strawberry.interface
class Named:
    name: str | None

    @strawberry.field
    def upper(self) -> str | None:
        return self.name and self.name.upper()


@strawberry.type
class Leaf(Named):
    colour: Colour | None
    size: int | None
    weight: float | None

    @strawberry.field
    async def later(self, info: strawberry.Info[Context, None], times: int = 1) -> str:
        await asyncio.sleep(0)
        return f"{info.context.request_meta.ip} {self.name}" * times

    @strawberry.field
    def path(self, info: strawberry.Info[Context, None]) -> list[str]:
        return [str(key) for key in info._raw_info.path.as_list()]


@strawberry.type
class Branch(Named):
    children: list[Annotated[Node, strawberry.lazy("tests.web.test_compiled")] | None]
    maybe: list[Leaf] | None
    # No null may be there; in some values there is one.
    surely: int

    @strawberry.field
    async def first(self) -> Annotated[Node, strawberry.lazy("tests.web.test_compiled")] | None:
        await asyncio.sleep(0)
        return self.children[0] if self.children else None

    @strawberry.field
    def fails(self) -> str | None:
        raise Forbidden("Not here.")

    @strawberry.field
    async def fails_later(self) -> str:
        await asyncio.sleep(0)
        raise Forbidden("Not here, later.")


Node = Annotated[Leaf | Branch, strawberry.union("Node")]


@strawberry.type
class Query:
    hello: str = "world"


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def branch(self, after: str | None = None) -> AsyncGenerator[Branch, None]:
        yield Branch(name=None, children=[], maybe=None, surely=1)

    @strawberry.subscription
    async def named(self) -> AsyncGenerator[Named | None, None]:
        yield None

    @strawberry.subscription
    async def numbers(self) -> AsyncGenerator[list[int], None]:
        yield []


ENGINE = Engine(strawberry.Schema(Query, subscription=Subscription, types=[Leaf, Branch]))
CONTEXT: Any = Context(None, None, None, RequestMeta("127.0.0.1", "", ""), None, None, None, None)  # type: ignore[arg-type]

NAMES = st.none() | st.text(max_size=3)
LEAVES = st.builds(
    Leaf,
    name=NAMES,
    colour=st.none() | st.sampled_from(Colour),
    size=st.none() | st.integers(-(2**33), 2**33) | st.booleans(),
    weight=st.none() | st.floats() | st.integers(-3, 3),
)
NODES: Any = st.recursive(
    LEAVES,
    lambda nodes: st.builds(
        Branch,
        name=NAMES,
        children=st.lists(nodes | st.none(), max_size=3),
        maybe=st.none() | st.lists(LEAVES, max_size=2) | st.just(5),
        surely=st.integers(0, 9) | st.none(),
    ),
    max_leaves=6,
)
BRANCHES = NODES.filter(lambda node: isinstance(node, Branch))

NAMED = ["__typename", "name", "upper", "again: name", "name @include(if: true)", "upper @skip(if: true)"]
OF_LEAF = [*NAMED, "colour", "size", "weight", "later", "twice: later(times: 2)", "path"]
OF_BRANCH = [*NAMED, "surely", "fails", "failsLater"]


def selection(fields: list[str], *more: Any) -> Any:
    return st.lists(st.sampled_from(fields) | st.one_of(*more) if more else st.sampled_from(fields), min_size=1, max_size=4).map(
        lambda chosen: "{ " + " ".join(chosen) + " }"
    )


LEAF = selection(OF_LEAF)


def on_nodes(inner: Any) -> Any:
    on_leaf, on_branch, on_named = (st.just(f"... on {name} ") for name in ("Leaf", "Branch", "Named"))
    either = st.one_of(
        st.just("__typename"),
        st.builds(str.__add__, on_leaf, LEAF),
        st.builds(str.__add__, on_branch, inner),
        st.builds(str.__add__, on_named, selection(NAMED)),
    )
    return st.lists(either, min_size=1, max_size=3).map(lambda parts: "{ " + " ".join(parts) + " }")


def of_branch(inner: Any) -> Any:
    nodes = on_nodes(inner)
    fields = [st.builds(str.__add__, st.just(f"{name} "), nodes) for name in ("children", "first", "second: first")]
    return selection(OF_BRANCH, *fields, st.builds(str.__add__, st.just("maybe "), LEAF))


SELECTIONS = st.recursive(selection(OF_BRANCH), of_branch, max_leaves=4)


async def both(query: str, value: object) -> tuple[Any, Any]:
    executor = ENGINE.begin(ENGINE.choose(Request(query, {}, None)), {}, CONTEXT)
    assert executor.compiled is not None
    compiled = await ENGINE.event(executor, value, CONTEXT)
    executor.compiled = None
    return compiled, await ENGINE.event(executor, value, CONTEXT)


@settings(suppress_health_check=list(HealthCheck), deadline=None, max_examples=60)
@given(SELECTIONS, BRANCHES)
def test_any_selection_on_any_event_is_told_as_graphql_core_tells_it(selected: str, value: Branch) -> None:
    query = f"subscription {{ branch {selected} }}"
    if is_refused(query):
        return
    compiled, oracle = asyncio.run(both(query, value))

    assert repr(without_references(compiled)) == repr(without_references(oracle))


@settings(deadline=None, max_examples=40)
@given(selection(NAMED), st.none() | NODES)
def test_an_interface_at_the_root_too(selected: str, value: object) -> None:
    query = f"subscription {{ named {selected} }}"
    if is_refused(query):
        return
    compiled, oracle = asyncio.run(both(query, value))

    assert repr(without_references(compiled)) == repr(without_references(oracle))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers() | st.none()) | st.none() | st.text())
def test_a_list_of_scalars_at_the_root_too(value: object) -> None:
    compiled, oracle = asyncio.run(both("subscription { numbers }", value))

    assert repr(without_references(compiled)) == repr(without_references(oracle))


def test_what_succeeds_does_not_need_graphql_core() -> None:
    leaf = Leaf(name="x", colour=Colour.RED, size=1, weight=2.5)
    value = Branch(name="b", children=[leaf, None], maybe=[leaf], surely=1)
    query = "subscription { branch { name surely children { ... on Leaf { later path colour } } first { __typename } maybe { size } } }"
    executor = ENGINE.begin(ENGINE.choose(Request(query, {}, None)), {}, CONTEXT)
    assert executor.compiled is not None

    data = asyncio.run(executor.compiled.data(value, executor))

    assert data == {
        "branch": {
            "name": "b",
            "surely": 1,
            "children": [{"later": "127.0.0.1 x", "path": ["branch", "children", "0", "path"], "colour": "RED"}, None],
            "first": {"__typename": "Leaf"},
            "maybe": [{"size": 1}],
        }
    }


def test_an_operation_whose_selection_has_variables_is_graphql_cores() -> None:
    query = "subscription ($yes: Boolean!, $after: String) { branch(after: $after) { name @include(if: $yes) } }"
    variables = {"yes": True}

    assert ENGINE.begin(ENGINE.choose(Request(query, variables, None)), variables, CONTEXT).compiled is None
    query = "subscription ($after: String) { branch(after: $after) { name } }"
    assert ENGINE.begin(ENGINE.choose(Request(query, {}, None)), {}, CONTEXT).compiled is not None


def is_refused(query: str) -> bool:
    """Some selections conflict, as `later` with other arguments would."""
    from web.execution import Rejected

    try:
        ENGINE.choose(Request(query, {}, None))
    except Rejected:
        return True
    return False


def without_references(response: Any) -> Any:
    """Those of masked errors are random."""
    for error in response.get("errors", ()):
        if error["extensions"]["code"] == "INTERNAL":
            error["message"] = error["extensions"]["reference"] = ""
    if "errors" in response:
        response["errors"].sort(key=lambda error: (str(error.get("path")), error["message"]))
    return response
