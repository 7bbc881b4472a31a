"""The served schema against the contract: it may offer more, never less."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    Undefined,
    build_schema,
    find_breaking_changes,
)

from resolvers.schema import schema

CONTRACT = Path(__file__).with_name("contract.graphql").read_text()


@cache
def served() -> GraphQLSchema:
    return build_schema(schema.as_str())


@cache
def promised() -> GraphQLSchema:
    return build_schema(CONTRACT)


def test_the_served_schema_breaks_nothing_that_the_contract_promises() -> None:
    changes = find_breaking_changes(promised(), served())

    assert [change.description for change in changes] == []


def test_inputs_of_which_one_member_is_given_are_so_in_the_served_schema_too() -> None:
    for name, type_ in promised().type_map.items():
        if isinstance(type_, GraphQLInputObjectType):
            assert getattr(served().type_map[name], "is_one_of", None) == type_.is_one_of, name


def test_defaults_of_arguments_and_input_fields_are_those_of_the_contract() -> None:
    for name, type_ in promised().type_map.items():
        if name.startswith("__"):
            continue
        ours = served().type_map[name]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for field_name, field in type_.fields.items():
                for argument_name, argument in field.args.items():
                    argument_of_ours = ours.fields[field_name].args[argument_name]  # type: ignore[attr-defined]
                    assert _default(argument_of_ours) == _default(argument), f"{name}.{field_name}({argument_name})"
        if isinstance(type_, GraphQLInputObjectType):
            for field_name, input_field in type_.fields.items():
                assert _default(ours.fields[field_name]) == _default(input_field), f"{name}.{field_name}"  # type: ignore[attr-defined]


def _default(argument: object) -> object:
    default = getattr(argument, "default_value", Undefined)
    return None if default is Undefined else default
