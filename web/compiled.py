"""A selection as Python source, made once for a document: what a list of many rows costs.

Each object that is selected becomes a function that makes a dict of it, without what graphql-core does anew for each field of each row:
paths, infos, arguments, coercion of what is right already. It knows how to succeed. Whatever else happens (an error, a null that may not
be, a value of an unexpected kind) raises NotCompiled, and graphql-core does the same from the start, whose word on errors is the
specification's.

A resolver's info is the same for all rows, so it has no path: whoever looks at one gets NotCompiled, too.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast
from zoneinfo import ZoneInfo

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLString,
    OperationType,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import collect_fields
from graphql.execution.executor import to_nodes
from graphql.execution.values import get_argument_values
from graphql.pyutils import Undefined
from strawberry import ID
from strawberry.schema.schema_converter import get_arguments
from strawberry.types.base import StrawberryOptional, get_object_definition

from schema.scalars import write_date_time
from web.together import Complete, Waiting, given_up, settled

if TYPE_CHECKING:
    import strawberry
    from strawberry.schema.config import StrawberryConfig
    from strawberry.types.field import StrawberryField

Grouped: TypeAlias = dict[str, Any]
"""graphql-core's: what is selected, by its names in the response."""

LARGEST_INT = 2**31
# Of arguments: what Strawberry hands to a function as graphql-core has made it.
PLAIN = frozenset({str, int, float, bool, ID})
# When a scalar's value is told as it is; {0} is the value where it is named first, {1} further on.
AS_IT_IS = {
    GraphQLString.name: "type({0}) is str",
    GraphQLID.name: "type({0}) is str",
    GraphQLBoolean.name: "type({0}) is bool",
    GraphQLInt.name: f"type({{0}}) is int and {-LARGEST_INT} <= {{1}} < {LARGEST_INT}",
    # Neither infinite nor NaN.
    GraphQLFloat.name: "type({0}) is float and {1} - {1} == 0.0",
}
# Of our own scalar: `as_json` writes all of a response at once, as the scalar does one by one.
DATE_TIME_AS_IT_IS = "type({0}) is datetime and ({1}.tzinfo is UTC or {1}.tzinfo is ZONE)"
# Tortoise's.
ZONE = ZoneInfo("UTC")


class NotCompiled(Exception):
    """This execution is graphql-core's."""


class NoPath:
    def __getattr__(self, name: str) -> NoReturn:
        raise NotCompiled


@dataclass(frozen=True, slots=True)
class Place:
    """A field where it is selected; `own` is Strawberry's."""

    definition: GraphQLField
    own: StrawberryField
    details: Any
    parent: GraphQLObjectType
    # Names of its arguments in the function by those in the schema, where all are handed over as they come.
    plain: dict[str, str] | None

    @property
    def is_attribute(self) -> bool:
        return self.own.is_basic_field and self.own.default_resolver is getattr

    @property
    def is_function(self) -> bool:
        """Whether nothing stands between Strawberry and the function that was written."""
        return self.own.base_resolver is not None and not self.own.extensions


class Run:
    """One execution. Infos and arguments are made once each, by the places' numbers."""

    __slots__ = ("arguments", "compiled", "executor", "infos")

    def __init__(self, compiled: Compiled, executor: Executor[Any]) -> None:
        self.compiled = compiled
        self.executor = executor
        self.infos: dict[int, Any] = {}
        self.arguments: dict[int, dict[str, Any]] = {}

    def info(self, number: int) -> Any:
        """Strawberry's."""
        made = self.infos[number] = self.compiled.info_class(_raw_info=self.raw_info(number), _field=self.compiled.places[number].own)
        return made

    def raw_info(self, number: int) -> GraphQLResolveInfo[Any]:
        place = self.compiled.places[number]
        return self.executor.build_resolve_info(place.definition, to_nodes(place.details), place.parent, cast("Any", NoPath()))

    def raw_given(self, number: int) -> dict[str, Any]:
        """Arguments as graphql-core hands them over."""
        place = self.compiled.places[number]
        first = place.details[0]
        return get_argument_values(place.definition, first.node, self.executor.variable_values, first.fragment_variable_values)

    def given(self, number: int) -> dict[str, Any]:
        """Arguments as Strawberry hands them to the function that was written, without the row and the info."""
        place = self.compiled.places[number]
        if place.plain is not None:
            made = {place.plain[name]: value for name, value in self.raw_given(number).items()}
            self.arguments[number] = made
            return made
        own, converter = place.own, self.compiled.converter
        info = self.infos.get(number) or self.info(number)
        _, made = get_arguments(
            field=own,
            source=None,
            info=info,
            kwargs=self.raw_given(number),
            config=converter.config,
            scalar_registry=converter.scalar_registry,
        )
        for name in (*names_of_the_row(own), *names_of_the_info(own)):
            made.pop(name)
        self.arguments[number] = made
        return made


class Compiled:
    """Of one operation, and one choice of the variables in its conditions, which is `executor`'s; no other variable is looked at here.

    Raises NotCompiled for what is not ours, such as introspection.
    """

    def __init__(self, schema: strawberry.Schema, executor: Executor[Any]) -> None:
        self.converter = schema.schema_converter
        self.info_class = self.converter.config.info_class
        self.places: list[Place] = []
        self._executor = executor.build_per_event_executor(None)
        self._executor.context_value = None
        self._functions: dict[str, Any] = {"listed": listed, "never_null": never_null, "datetime": datetime, "UTC": UTC, "ZONE": ZONE}
        root = executor.schema.get_root_type(executor.operation.operation)
        assert root is not None
        grouped = collect_fields(
            executor.schema, executor.fragments, executor.variable_values, root, executor.operation, executor.hide_suggestions
        ).grouped_field_set
        self._names = list(grouped)
        if executor.operation.operation is OperationType.QUERY:
            self._whole: Complete = self._functions[self._object(root, grouped, None)]
        else:
            self._each: dict[str, Complete] = {
                name: self._functions[self._completing(self._place(root, details))] for name, details in grouped.items()
            }

    # Executing

    async def data(self, executor: Executor[Any]) -> dict[str, Any]:
        """The data of a query's response. Raises NotCompiled."""
        run: Run = Run(self, executor)
        waiting: Waiting = []
        try:
            told: dict[str, Any] = self._whole(executor.root_value, run, waiting)
            if waiting:
                await settled(run, waiting, as_tasks=True)
        except Exception as error:
            given_up(waiting)
            raise NotCompiled from error
        return told

    async def event(self, executor: Executor[Any], value: object) -> dict[str, Any]:
        """The data of a subscription's response to an event, which is its root field's value. Raises NotCompiled."""
        [name] = self._names
        return {name: await self.field(executor, name, value)}

    async def field(self, executor: Executor[Any], name: str, value: object) -> Any:
        """What is told of a root field whose value is known. Raises NotCompiled."""
        run: Run = Run(self, executor)
        waiting: Waiting = []
        try:
            told = {name: self._each[name](value, run, waiting)}
            if waiting:
                await settled(run, waiting)
        except Exception as error:
            given_up(waiting)
            raise NotCompiled from error
        return told[name]

    # Making source

    def _object(self, type_: GraphQLObjectType, grouped: Grouped, at: int | None) -> str:
        """The name of the function that makes a dict of a value of that type, which stands at the place `at`."""
        entries: list[str] = []
        waits: list[str] = []
        for name, details in grouped.items():
            if details[0].node.name.value == "__typename":
                entries.append(f"{name!r}: {type_.name!r}")
                continue
            number = self._place(type_, details)
            place, value = self.places[number], self._resolved(number)
            if place.own.is_async:
                entries.append(f"{name!r}: None")
                waits.append(f"waiting.append(({value}, told, {name!r}, {self._completing(number)}))")
            else:
                entries.append(f"{name!r}: {self._completed(place.definition.type, number, value)}")
        lines = ["if value is None:", "    return None"] if at is not None else []
        if type_.is_type_of is not None and at is not None:
            known, check = self._named(set()), self._named(self._checking(type_, at))
            lines += [f"if value.__class__ not in {known}:", f"    {check}(value, run, {known})"]
        told = f"{{{', '.join(entries)}}}"
        lines += [f"told = {told}", *waits, "return told"] if waits else [f"return {told}"]
        return self._function(lines)

    def _place(self, parent: GraphQLObjectType, details: Any) -> int:
        """The number of a field that is selected of an object of the type."""
        definition = self._executor.schema.get_field(parent, details[0].node.name.value)
        own: StrawberryField | None = definition.extensions.get("strawberry-definition") if definition else None
        if definition is None or own is None:
            raise NotCompiled
        self.places.append(Place(definition, own, details, parent, plain_arguments(own, self.converter.config)))
        return len(self.places) - 1

    def _completing(self, number: int) -> str:
        """The name of the function that makes of a place's value what is told of it."""
        return self._function([f"return {self._completed(self.places[number].definition.type, number, 'value')}"])

    def _resolved(self, number: int) -> str:
        """The place's value, of the object `value`."""
        place = self.places[number]
        if place.is_attribute:
            return f"value.{place.own.python_name}"
        if not place.is_function:
            resolve = self._named(place.definition.resolve)
            return f"{resolve}(value, run.raw_info({number}), **run.raw_given({number}))"
        assert place.own.base_resolver is not None
        if read := read_by(place.own):
            return f"value{read}"
        given = ["value"] if place.own.base_resolver.self_parameter else []
        given += [f"{name}=value" for name in names_of_the_row(place.own)]
        given += [f"{name}=run.infos.get({number}) or run.info({number})" for name in names_of_the_info(place.own)]
        given += [f"**run.arguments.get({number}) or run.given({number})"] if place.definition.args else []
        return f"{self._named(place.own.base_resolver.wrapped_func)}({', '.join(given)})"

    def _completed(self, type_: Any, number: int, value: str, *, nullable: bool = True) -> str:
        """What is told of an expression's value at the place of that number."""
        if is_non_null_type(type_):
            return self._completed(type_.of_type, number, value, nullable=False)
        if is_leaf_type(type_):
            return self._leaf(type_, value, nullable=nullable)
        if is_list_type(type_):
            return self._list(type_, number, value, nullable=nullable)
        details = self.places[number].details
        if is_abstract_type(type_):
            whole = self._named(self._abstract(type_, details, number))
        else:
            whole = self._object(type_, self._executor.collect_subfields(type_, details).grouped_field_set, number)
        told = f"{whole}({value}, run, waiting)"
        return told if nullable else f"({told} or never_null())"

    def _leaf(self, type_: Any, value: str, *, nullable: bool) -> str:
        name, first = (value, value) if value.isidentifier() else ("x", f"(x := {value})")
        coerced = self._named(coercing(type_, nullable=nullable))
        as_it_is = DATE_TIME_AS_IT_IS if type_.coerce_output_value is write_date_time else AS_IT_IS.get(type_.name)
        if as_it_is:
            return f"({name} if {as_it_is.format(first, name)} else {coerced}({name}))"
        names = names_of_members(type_)
        if names is None:
            return f"{coerced}({value})"
        members, kind = self._named(names), self._named(type_.wrapped_cls)
        return f"({members}[{name}._name_] if type({first}) is {kind} else {coerced}({name}))"

    def _list(self, type_: Any, number: int, value: str, *, nullable: bool) -> str:
        item = f"{value}_" if value.isidentifier() else "item"
        name, first = (value, value) if value.isidentifier() else ("x", f"(x := {value})")
        inner = self._completed(type_.of_type, number, item)
        if not nullable:
            return f"[{inner} for {item} in listed({value})]"
        return f"(None if {first} is None else [{inner} for {item} in listed({name})])"

    def _abstract(self, type_: Any, details: Any, number: int) -> Complete:
        by_class: dict[type, Complete] = {}
        by_name: dict[str, Complete] = {}

        def abstract(value: Any, run: Run, waiting: Waiting) -> Any:
            if value is None:
                return None
            whole = by_class.get(type(value)) or found(value, run)
            return whole(value, run, waiting)

        def found(value: Any, run: Run) -> Complete:
            info = run.raw_info(number)
            name: Any = (type_.resolve_type or run.executor.type_resolver)(value, info, type_)
            whole = by_name.get(name)
            if whole is None:
                concrete = run.executor.ensure_valid_runtime_type(name, type_, details, info, value)
                grouped = self._executor.collect_subfields(concrete, details).grouped_field_set
                whole = by_name[name] = self._functions[self._object(concrete, grouped, number)]
            if is_told_by_class(type_, value):
                by_class[type(value)] = whole
            return whole

        return abstract

    @staticmethod
    def _checking(type_: GraphQLObjectType, number: int) -> Callable[[Any, Run, set[type]], None]:
        own = type_.extensions.get("strawberry-definition")

        def check(value: Any, run: Run, known: set[type]) -> None:
            assert type_.is_type_of is not None
            if type_.is_type_of(value, run.raw_info(number)) is not True:
                raise NotCompiled
            if own is not None and own.is_type_of is None:
                known.add(type(value))

        return check

    def _function(self, lines: Iterable[str]) -> str:
        name = f"f{len(self._functions)}"
        source = "\n    ".join([f"def {name}(value, run, waiting):", *lines])
        exec(compile(source, "<selection>", "exec"), self._functions)  # noqa: S102 - made of names of the schema and numbers alone
        return name

    def _named(self, thing: Any) -> str:
        name = f"n{len(self._functions)}"
        self._functions[name] = thing
        return name


def read_by(own: StrawberryField) -> str | None:
    """What a method reads that does nothing else: of `return self.row.title` it is `.row.title`. A third of all fields are told so, and the
    call costs more than what it does."""
    resolver = own.base_resolver
    assert resolver is not None
    code = getattr(resolver.wrapped_func, "__code__", None)
    if resolver.self_parameter is None or code is None or code.co_nlocals != 1:
        return None
    first, *steps, last = [step for step in dis.get_instructions(code) if step.opname != "RESUME"]
    is_read = first.opname.startswith("LOAD_FAST") and steps and all(step.opname == "LOAD_ATTR" for step in steps)
    return "".join(f".{step.argval}" for step in steps) if is_read and last.opname == "RETURN_VALUE" else None


def plain_arguments(own: StrawberryField, config: StrawberryConfig) -> dict[str, str] | None:
    names = {}
    for argument in own.arguments:
        type_ = argument.type.of_type if type(argument.type) is StrawberryOptional else argument.type
        if type_ not in PLAIN:
            return None
        names[config.name_converter.from_argument(argument)] = argument.python_name
    return names


def listed(value: Any) -> Any:
    if type(value) is list or type(value) is tuple:
        return value
    raise NotCompiled


def never_null() -> NoReturn:
    raise NotCompiled


def coercing(type_: Any, *, nullable: bool) -> Callable[[Any], Any]:
    def coerced(value: Any) -> Any:
        if value is None:
            if nullable:
                return None
            raise NotCompiled
        written = type_.coerce_output_value(value)
        if written is None or written is Undefined:
            raise NotCompiled
        return written

    return coerced


def names_of_members(type_: Any) -> dict[str, str] | None:
    """Of an enum of ours: what is written, by the members' own names."""
    wrapped = getattr(type_, "wrapped_cls", None) if isinstance(type_, GraphQLEnumType) else None
    return None if wrapped is None else {member._name_: type_.coerce_output_value(member) for member in wrapped}


def names_of_the_row(own: StrawberryField) -> list[str]:
    """Parameters by which a function asks for its object, other than `self`."""
    assert own.base_resolver is not None
    return [parameter.name for parameter in (own.base_resolver.parent_parameter, own.base_resolver.root_parameter) if parameter]


def names_of_the_info(own: StrawberryField) -> list[str]:
    assert own.base_resolver is not None
    return [own.base_resolver.info_parameter.name] if own.base_resolver.info_parameter else []


def is_told_by_class(type_: Any, value: Any) -> bool:
    """Whether all objects of the value's class are of the same type: not where a function decides it, or a generic's fields."""
    own, of_value = type_.extensions.get("strawberry-definition"), get_object_definition(type(value))
    return own is not None and getattr(own, "resolve_type", None) is None and of_value is not None and not of_value.is_graphql_generic
