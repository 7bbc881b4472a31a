"""The served schema against the contract: it may offer more, never less."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import (
    EnumValueDefinitionNode,
    FieldDefinitionNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InputValueDefinitionNode,
    TypeDefinitionNode,
    Undefined,
    build_ast_schema,
    build_schema,
    find_breaking_changes,
    parse,
)
from graphql.language import REMOVE, Node, Visitor, visit

from resolvers.schema import schema

CONTRACT = Path(__file__).with_name("contract.graphql").read_text()
PENDING = [
    line for line in (Path(__file__).parent.parent / "contract_pending.txt").read_text().splitlines() if line and not line.startswith("#")
]


@cache
def served() -> GraphQLSchema:
    return build_schema(schema.as_str())


@cache
def promised() -> GraphQLSchema:
    """The contract without what is pending."""
    return build_ast_schema(visit(parse(CONTRACT), _Without(set(PENDING))))


class _Without(Visitor):
    """Leaves out the types, and the members of types, that are named."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names

    def enter(self, node: Node, _key: object, _parent: object, _path: object, ancestors: list[object]) -> object:
        if isinstance(node, TypeDefinitionNode):
            return REMOVE if node.name.value in self.names else None
        if isinstance(node, FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode):
            [type_name] = [each.name.value for each in ancestors if isinstance(each, TypeDefinitionNode)]
            return REMOVE if f"{type_name}.{node.name.value}" in self.names else None
        return None


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


def test_what_is_pending_is_in_the_contract_and_is_not_served() -> None:
    contract = build_schema(CONTRACT)

    for name in PENDING:
        assert _has(contract, name), f"{name} is not in the contract"
        assert not _has(served(), name), f"{name} is served: take it out of contract_pending.txt"


def _default(argument: object) -> object:
    default = getattr(argument, "default_value", Undefined)
    return None if default is Undefined else default


def _has(where: GraphQLSchema, name: str) -> bool:
    type_name, _, member = name.partition(".")
    type_ = where.type_map.get(type_name)
    if type_ is None or not member:
        return type_ is not None
    if isinstance(type_, GraphQLEnumType):
        return member in type_.values
    return member in type_.fields  # type: ignore[attr-defined]
