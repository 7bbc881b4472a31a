"""A subscription's selection as Python functions, made once for a document: what an event costs where many have events of their own.

It knows how to succeed. Whatever else happens (an error, a null that may not be, a value of an unexpected kind) raises NotCompiled, and the
event is executed by graphql-core from the start, whose word on errors is the specification's. It is for operations without variables in
what is selected; the root field's own arguments do not matter any more once events come.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import collect_fields
from graphql.execution.executor import to_nodes
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path, Undefined
from strawberry.execution import optimized_is_awaitable

Waiting: TypeAlias = list[Coroutine[Any, Any, None]]
Complete: TypeAlias = Callable[[Any, "Event", Path, Waiting], Any]

LARGEST_INT = 2**31
# What a scalar of GraphQL's own writes as it is.
AS_THEY_ARE: dict[str, type] = {GraphQLString.name: str, GraphQLID.name: str, GraphQLBoolean.name: bool}


class NotCompiled(Exception):
    """This event is graphql-core's."""


Event: TypeAlias = Executor[Any]
"""The executor of one event, which has its context."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    complete: Complete
    # The attribute that is the value; or None, and it is resolved.
    attribute: str | None
    definition: GraphQLField
    details: Any
    arguments: dict[str, Any]

    def resolved(self, source: Any, event: Event, parent: GraphQLObjectType, path: Path) -> Any:
        info = event.build_resolve_info(self.definition, to_nodes(self.details), parent, path)
        resolve = self.definition.resolve or event.field_resolver
        return resolve(source, info, **self.arguments)


class Compiled:
    """Of one operation; `executor` is any of its executors, and only its variables of no importance are the caller's."""

    def __init__(self, executor: Executor[Any]) -> None:
        self._executor = executor.build_per_event_executor(None)
        self._executor.context_value = None
        root = executor.schema.subscription_type
        assert root is not None
        fields = collect_fields(
            executor.schema, executor.fragments, executor.variable_values, root, executor.operation, executor.hide_suggestions
        ).grouped_field_set
        [(self._name, details)] = fields.items()
        definition = executor.schema.get_field(root, details[0].node.name.value)
        assert definition is not None
        self._path = Path(None, self._name, root.name)
        self._complete = self._completing(definition.type, details, root)

    async def data(self, value: object, event: Event) -> dict[str, Any]:
        """The response's data. Raises NotCompiled."""
        waiting: Waiting = []
        try:
            told = {self._name: self._complete(value, event, self._path, waiting)}
            if waiting:
                await all_of(waiting)
        except Exception as error:
            for each in waiting:
                each.close()
            raise NotCompiled from error
        return told

    def _completing(self, type_: Any, details: Any, parent: GraphQLObjectType) -> Complete:
        if is_non_null_type(type_):
            return self._never_null(self._completing(type_.of_type, details, parent))
        if is_list_type(type_):
            return _list_of(self._completing(type_.of_type, details, parent))
        if is_leaf_type(type_):
            return _leaf(type_)
        if is_abstract_type(type_):
            return self._abstract(type_, details, parent)
        return self._object(cast("GraphQLObjectType", type_), details, parent)

    @staticmethod
    def _never_null(complete: Complete) -> Complete:
        def never_null(value: Any, event: Event, path: Path, waiting: Waiting) -> Any:
            completed = complete(value, event, path, waiting)
            if completed is None:
                raise NotCompiled
            return completed

        return never_null

    def _abstract(self, type_: Any, details: Any, parent: GraphQLObjectType) -> Complete:
        ways: dict[Any, Complete] = {}

        def abstract(value: Any, event: Event, path: Path, waiting: Waiting) -> Any:
            if value is None:
                return None
            info = self._info(event, details, parent, path)
            name = (type_.resolve_type or event.type_resolver)(value, info, type_)
            complete = ways.get(name)
            if complete is None:
                concrete = event.ensure_valid_runtime_type(name, type_, details, info, value)
                complete = ways[name] = self._object(concrete, details, parent)
            return complete(value, event, path, waiting)

        return abstract

    def _object(self, type_: GraphQLObjectType, details: Any, parent: GraphQLObjectType) -> Complete:
        fields: list[Field] | None = None
        is_type_of = type_.is_type_of

        def whole(value: Any, event: Event, path: Path, waiting: Waiting) -> Any:
            nonlocal fields
            if value is None:
                return None
            if is_type_of is not None and is_type_of(value, self._info(event, details, parent, path)) is not True:
                raise NotCompiled
            if fields is None:
                # Not before it is met: types refer to one another.
                fields = self._fields(type_, details)
            told: dict[str, Any] = {}
            for field in fields:
                inner = Path(path, field.name, type_.name)
                result = getattr(value, field.attribute) if field.attribute else field.resolved(value, event, type_, inner)
                if optimized_is_awaitable(result):
                    told[field.name] = None
                    waiting.append(later(told, field, cast("Awaitable[Any]", result), event, inner))
                else:
                    told[field.name] = field.complete(result, event, inner, waiting)
            return told

        return whole

    def _fields(self, type_: GraphQLObjectType, details: Any) -> list[Field]:
        grouped = self._executor.collect_subfields(type_, details).grouped_field_set
        return [field for name, each in grouped.items() if (field := self._field(type_, name, each)) is not None]

    def _field(self, type_: GraphQLObjectType, name: str, details: Any) -> Field | None:
        executor = self._executor
        node = details[0].node
        definition = executor.schema.get_field(type_, node.name.value)
        if definition is None:
            return None
        arguments = get_argument_values(definition, node, executor.variable_values, details[0].fragment_variable_values)
        return Field(name, self._completing(definition.type, details, type_), attribute_of(definition), definition, details, arguments)

    @staticmethod
    def _info(event: Event, details: Any, parent: GraphQLObjectType, path: Path) -> GraphQLResolveInfo[Any]:
        definition = event.schema.get_field(parent, details[0].node.name.value)
        assert definition is not None
        return event.build_resolve_info(definition, to_nodes(details), parent, path)


def attribute_of(definition: GraphQLField) -> str | None:
    """Of a field that Strawberry reads from its object without further ado."""
    field = definition.extensions.get("strawberry-definition")
    if field is None or not field.is_basic_field or field.default_resolver is not getattr:
        return None
    return cast("str", field.python_name)


def _leaf(type_: Any) -> Complete:
    kind = AS_THEY_ARE.get(type_.name)

    def leaf(value: Any, event: Event, path: Path, waiting: Waiting) -> Any:
        if value is None:
            return None
        if type(value) is kind:
            return value
        written = type_.coerce_output_value(value)
        if written is None or written is Undefined:
            raise NotCompiled
        return written

    def integer(value: Any, event: Event, path: Path, waiting: Waiting) -> Any:
        if type(value) is int and -LARGEST_INT <= value < LARGEST_INT:
            return value
        return leaf(value, event, path, waiting)

    return integer if type_.name == GraphQLInt.name else leaf


def _list_of(complete: Complete) -> Complete:
    def each(value: Any, event: Event, path: Path, waiting: Waiting) -> Any:
        if value is None:
            return None
        if type(value) not in {list, tuple}:
            raise NotCompiled
        return [complete(item, event, Path(path, index, None), waiting) for index, item in enumerate(value)]

    return each


async def later(told: dict[str, Any], field: Field, result: Awaitable[Any], event: Event, path: Path) -> None:
    waiting: Waiting = []
    try:
        told[field.name] = field.complete(await result, event, path, waiting)
        if waiting:
            await all_of(waiting)
    except BaseException:
        for each in waiting:
            each.close()
        raise


async def all_of(waiting: Waiting) -> None:
    """Side by side, for the loaders' sake; the first error ends all."""
    if len(waiting) == 1:
        await waiting[0]
        return
    tasks = [asyncio.ensure_future(each) for each in waiting]
    try:
        await asyncio.gather(*tasks)
    except BaseException:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        raise
