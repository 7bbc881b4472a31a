"""How much one operation may ask for. Held over HTTP and WebSocket alike, before anything is executed.

Everything here walks the document once: fragments are measured once each, in the order of their dependence, and a spread adds the
measure of its fragment. So a document that unfolds to millions of fields costs no more to refuse than one that does not.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_composite_type,
)

from schema.errors import ApiError, QueryTooComplex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from graphql import GraphQLSchema, SelectionSetNode

# The client's largest document has about 600 tokens; parsing 2,000 takes under 10 ms.
MAX_TOKENS = 2_000
# Introspection as GraphiQL asks for it is 15 deep.
MAX_DEPTH = 15
# An alias is how one request asks for the same thing many times: sign-ins above all.
MAX_ALIASES = 30
MAX_ROOT_FIELDS = 20
# Whether equal fields of one selection can be merged is checked pair by pair: 280 of them took half a second.
MAX_REPEATS = 30
# Fields once fragments are unfolded: what one node of a page can cost to serialise.
MAX_FIELDS = 1_000
# Nodes of all pages, nested pages multiplied: some seconds of work at the worst.
MAX_NODES = 10_000
# A page asked larger than this is refused by its resolver, with a better message; it counts as this much here.
MAX_PAGE = 100

PAGE_ARGUMENT = "first"
INT_LENGTH = 11


@dataclass(frozen=True, slots=True)
class Measure:
    """What a selection amounts to with its fragments unfolded. `nodes` counts what pages may hold, nested pages multiplied."""

    depth: int = 0
    aliases: int = 0
    fields: int = 0
    repeats: int = 0
    nodes: int = 0

    def beside(self, other: Measure) -> Measure:
        return Measure(
            depth=max(self.depth, other.depth),
            aliases=self.aliases + other.aliases,
            fields=self.fields + other.fields,
            repeats=max(self.repeats, other.repeats),
            nodes=self.nodes + other.nodes,
        )

    def under(self, *, aliased: bool, page: int | None) -> Measure:
        """This selection seen as the sub-selection of a field, which is a page of `page` nodes or none."""
        nodes = self.nodes if page is None else page + page * self.nodes
        return Measure(self.depth + 1, self.aliases + aliased, self.fields + 1, self.repeats, nodes)


NOTHING = Measure()


def shape_errors(schema: GraphQLSchema, document: DocumentNode) -> list[ApiError]:
    """The limits that need no variables: depth, aliases, fields and root fields of every operation. Works on unvalidated documents."""
    ruler = Ruler(schema, document, {})
    errors: list[ApiError] = []
    for operation in operations(document):
        measure = ruler.measure(operation)
        roots = ruler.root_fields(operation)
        errors += [
            QueryTooComplex(f"{actual:,} {measured}; at most {limit:,} are allowed.", measure=name, limit=limit, actual=actual)
            for name, measured, actual, limit in (
                ("depth", "levels", measure.depth, MAX_DEPTH),
                ("aliases", "aliases", measure.aliases, MAX_ALIASES),
                ("fields", "fields", measure.fields, MAX_FIELDS),
                ("repeats", "selections of one field side by side", measure.repeats, MAX_REPEATS),
                ("rootFields", "root fields", roots, MAX_ROOT_FIELDS),
            )
            if actual > limit
        ]
    return errors


def page_error(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> ApiError | None:
    """The limit on the nodes of all pages together, for coerced variables."""
    nodes = Ruler(schema, document, variables).measure(operation).nodes
    if nodes <= MAX_NODES:
        return None
    return QueryTooComplex(
        f"The pages of this operation can hold {nodes:,} nodes together; at most {MAX_NODES:,} are allowed. Ask for smaller pages.",
        measure="nodes",
        limit=MAX_NODES,
        actual=nodes,
    )


def operations(document: DocumentNode) -> Iterator[OperationDefinitionNode]:
    return (node for node in document.definitions if isinstance(node, OperationDefinitionNode))


class Ruler:
    """Measures the operations of one document under one set of variables."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, Any]) -> None:
        self.schema = schema
        self.variables = variables
        self.fragments = {node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)}
        self.measured: dict[str, Measure] = {}
        for fragment in in_order_of_dependence(self.fragments):
            parent = schema.get_type(fragment.type_condition.name.value)
            self.measured[fragment.name.value] = self.selection(fragment.selection_set, parent)

    def measure(self, operation: OperationDefinitionNode) -> Measure:
        return self.selection(operation.selection_set, self.schema.get_root_type(operation.operation))

    def root_fields(self, operation: OperationDefinitionNode) -> int:
        """Fields at the root, those of fragments included; each fragment is entered once, as in execution."""
        seen: set[str] = set()
        waiting = [operation.selection_set]
        count = 0
        while waiting:
            for node in waiting.pop().selections:
                if isinstance(node, FieldNode):
                    count += 1
                elif isinstance(node, InlineFragmentNode):
                    waiting.append(node.selection_set)
                elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen and node.name.value in self.fragments:
                    seen.add(node.name.value)
                    waiting.append(self.fragments[node.name.value].selection_set)
        return count

    def selection(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> Measure:
        """Recurses within one definition only, where the parser allows 200 levels."""
        names = Counter(response_names(selection_set))
        total = Measure(repeats=max(names.values(), default=0))
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                total = total.beside(self.field(node, parent))
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                total = total.beside(
                    self.selection(node.selection_set, self.schema.get_type(condition.name.value) if condition else parent)
                )
            elif isinstance(node, FragmentSpreadNode):
                # Unknown, or part of a cycle: validation names it, and it is never executed.
                total = total.beside(self.measured.get(node.name.value, NOTHING))
        return total

    def field(self, node: FieldNode, parent: GraphQLNamedType | None) -> Measure:
        definition = self.schema.get_field(parent, node.name.value) if parent is not None and is_composite_type(parent) else None
        inner = NOTHING
        if node.selection_set is not None:
            inner = self.selection(node.selection_set, get_named_type(definition.type) if definition else None)
        return inner.under(aliased=node.alias is not None, page=self.page(node, definition))

    def page(self, node: FieldNode, definition: GraphQLField | None) -> int | None:
        """How many nodes the field's page can hold; None for a field that is no page."""
        argument = definition.args.get(PAGE_ARGUMENT) if definition else None
        if argument is None:
            return None
        given = next((argument_node.value for argument_node in node.arguments or () if argument_node.name.value == PAGE_ARGUMENT), None)
        size: Any = argument.default_value
        if isinstance(given, IntValueNode):
            # Python refuses to read integers of thousands of digits; validation refuses all over 32 bits.
            size = int(given.value) if len(given.value) <= INT_LENGTH else MAX_PAGE
        elif isinstance(given, VariableNode):
            size = self.variables.get(given.name.value, size)
        return min(max(size, 0), MAX_PAGE) if isinstance(size, int) else MAX_PAGE


def response_names(selection_set: SelectionSetNode) -> Iterator[str]:
    """Of the fields of one selection, those of inline fragments in it included."""
    waiting = [selection_set]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FieldNode):
                yield node.alias.value if node.alias else node.name.value
            elif isinstance(node, InlineFragmentNode):
                waiting.append(node.selection_set)


def in_order_of_dependence(fragments: Mapping[str, FragmentDefinitionNode]) -> Iterator[FragmentDefinitionNode]:
    """Each fragment after those it spreads. A spread that closes a cycle is passed over. Walks with a stack of its own: a chain of
    fragments may be longer than Python's."""
    begun: set[str] = set()
    for start in fragments:
        if start in begun:
            continue
        begun.add(start)
        stack = [(start, iter(spreads(fragments[start])))]
        while stack:
            name, names = stack[-1]
            following = next((spread for spread in names if spread in fragments and spread not in begun), None)
            if following is None:
                stack.pop()
                yield fragments[name]
            else:
                begun.add(following)
                stack.append((following, iter(spreads(fragments[following]))))


def spreads(fragment: FragmentDefinitionNode) -> list[str]:
    found: list[str] = []
    waiting = [fragment.selection_set]
    while waiting:
        for node in waiting.pop().selections:
            if isinstance(node, FragmentSpreadNode):
                found.append(node.name.value)
            elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set is not None:
                waiting.append(node.selection_set)
    return found
