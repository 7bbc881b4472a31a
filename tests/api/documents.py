"""Documents written from the schema itself: whatever is served is asked for, also what was added after the test was written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
)

from resolvers.schema import schema

SCHEMA = schema._schema


def root(kind: str) -> GraphQLObjectType:
    """The type of "query", "mutation" or "subscription"."""
    found: GraphQLObjectType | None = getattr(SCHEMA, f"{kind}_type")
    assert found is not None
    return found


def document(kind: str, field: str, selection: str) -> str:
    """An operation of that one field, with a variable for each of its arguments."""
    arguments = root(kind).fields[field].args
    declared = ", ".join(f"${name}: {argument.type}" for name, argument in arguments.items() if name not in {"first", "after"})
    passed = ", ".join(f"{name}: ${name}" for name in arguments if name not in {"first", "after"})
    return f"{kind} {f'({declared})' if declared else ''} {{ {field}{f'({passed})' if passed else ''} {selection} }}"


def everything(type_: Any, depth: int) -> str:
    """A selection of all fields of a type that need no arguments, so deep."""
    named = get_named_type(type_)
    if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
        return ""
    if isinstance(named, GraphQLUnionType):
        return f"{{ __typename {' '.join(f'... on {each.name} {everything(each, depth)}' for each in named.types)} }}"
    chosen = ["__typename"]
    for name, field in named.fields.items():
        if not any(is_required_argument(argument) for argument in field.args.values()):
            inner = get_named_type(field.type)
            is_leaf = not isinstance(inner, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
            if is_leaf or depth > 0:
                page = "(first: 3)" if "first" in field.args else ""
                chosen.append(f"{name}{page} {everything(inner, depth - 1)}")
    return f"{{ {' '.join(chosen)} }}"


def leaves(kind: str, field: str, variables: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Path and type name of every scalar in the variables."""
    arguments = root(kind).fields[field].args
    for name, value in variables.items():
        yield from _leaves((name,), arguments[name].type, value)


def _leaves(path: tuple[str, ...], type_: Any, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(type_, GraphQLNonNull):
        yield from _leaves(path, type_.of_type, value)
    elif isinstance(type_, GraphQLList):
        for number, each in enumerate(value):
            yield from _leaves((*path, str(number)), type_.of_type, each)
    elif isinstance(type_, GraphQLInputObjectType):
        for name, each in value.items():
            if each is not None:
                yield from _leaves((*path, name), type_.fields[name].type, each)
    else:
        named: GraphQLNamedType = type_
        yield path, named.name


def replaced(variables: Any, path: tuple[str, ...], value: Any) -> Any:
    """A copy with another value at the path."""
    if not path:
        return value
    if isinstance(variables, list):
        return [replaced(each, path[1:], value) if str(n) == path[0] else each for n, each in enumerate(variables)]
    return {**variables, path[0]: replaced(variables.get(path[0]), path[1:], value)}
