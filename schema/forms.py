"""
Forms and answers in the API. The types of each kind of field are derived from the dataclasses in its module, so that a new kind
needs nothing here: snake_case becomes camelCase, docstrings become descriptions, and so does a text that annotates a type.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import reduce
from operator import or_
from types import NoneType, UnionType
from typing import Annotated, Any, TypeAlias, Union, cast, get_args, get_origin, get_type_hints

import strawberry

from models.fields import FormField as StoredField
from models.fields import kinds, load_answer, load_form
from models.fields.content import ContentBlock, UploadId
from schema.content import Content, content_type

Derived: TypeAlias = type[Any]


@strawberry.interface(description="What is asked, whatever its kind.")
class FormField:
    key: str
    label: str
    help: str | None
    required: bool


_types: dict[type, Derived] = {}


def output_type(plain: type) -> Derived:
    """The GraphQL type of a dataclass; resolvers return the dataclass itself."""
    if plain not in _types:
        bases = (FormField,) if issubclass(plain, StoredField) else ()
        _types[plain] = strawberry.type(_copy(plain, bases, output_type), description=plain.__doc__)
    return _types[plain]


def input_type(plain: type) -> Derived:
    """The GraphQL input of a dataclass."""
    if plain not in _types:
        _types[plain] = strawberry.input(_copy(plain, (), input_type), description=plain.__doc__)
    return _types[plain]


def _copy(plain: type, bases: tuple[type, ...], derive: Callable[[type], Derived]) -> type:
    """A class like the dataclass, free for Strawberry to change: models know no GraphQL."""
    members: dict[str, Any] = {"__module__": __name__, "__annotations__": {}, "__doc__": plain.__doc__}
    hints = get_type_hints(plain, include_extras=True)
    for each in dataclasses.fields(plain):
        hint, description = _described(hints[each.name])
        members["__annotations__"][each.name] = _translated(hint, derive)
        if hint == list[ContentBlock]:
            members[each.name] = _content_field(each.name)
        else:
            # None stands for "not given", which in GraphQL is no default at all.
            default = strawberry.UNSET if each.default is None else each.default
            members[each.name] = strawberry.field(default=default, description=description)
    members["is_type_of"] = classmethod(lambda _, value, _info: isinstance(value, plain))
    return type(plain.__name__, bases, members)


def _described(hint: Any) -> tuple[Any, str | None]:
    """An annotation and its text: Annotated[str, "#rrggbb"]."""
    if get_origin(hint) is Annotated:
        hint, description = get_args(hint)
        return hint, description
    return hint, None


def _translated(hint: Any, derive: Callable[[type], Derived]) -> Any:
    if hint is UploadId:
        return strawberry.ID
    if hint is ContentBlock:
        return Content
    if get_origin(hint) is list:
        return list[_translated(get_args(hint)[0], derive)]  # type: ignore[misc]
    if get_origin(hint) in {Union, UnionType}:
        return reduce(or_, [each if each is NoneType else _translated(each, derive) for each in get_args(hint)])
    if isinstance(hint, type) and issubclass(hint, Enum):
        # Marked in place, and once: values of the models' own enum must serialise.
        return hint if hasattr(hint, "__strawberry_definition__") else strawberry.enum(hint, description=hint.__doc__)
    return derive(hint) if isinstance(hint, type) and dataclasses.is_dataclass(hint) else hint


def _content_field(name: str) -> Any:
    """Stored content blocks become Content only when asked for: their addresses are signed."""

    def resolve(root: strawberry.Parent[Any]) -> list[Content]:
        return content_type(getattr(root, name))

    return strawberry.field(resolver=resolve)


def _one_of(name: str, description: str, hints: Mapping[str, Any]) -> Derived:
    """An input of which exactly one member is given."""
    members: dict[str, Any] = {"__module__": __name__, "__annotations__": {}}
    for member, annotated in hints.items():
        hint, explained = _described(annotated)
        members["__annotations__"][member] = _translated(hint, input_type) | None
        members[member] = strawberry.field(default=strawberry.UNSET, description=explained)
    return cast(Derived, strawberry.input(type(name, (), members), one_of=True, description=description))


def _answer_value() -> Any:
    answers = [output_type(kind.answer) for kind in kinds().values()]
    return Annotated[reduce(or_, cast(Any, answers)), strawberry.union("AnswerValue", description="An answer, by the kind of its field.")]


# The types that implement FormField: a schema must be told of them, for nothing else names them.
FIELD_TYPES: list[type] = [output_type(kind.field) for kind in kinds().values()]
AnswerValue: Any = _answer_value()
AnswerValueInput: Any = _one_of(
    "AnswerValueInput", "An answer, by the kind of its field.", {kind.member: kind.answer_input for kind in kinds().values()}
)
FormFieldKindInput: Any = _one_of(
    "FormFieldKindInput", "One of the kinds of field.", {kind.name: kind.field_input for kind in kinds().values()}
)


@strawberry.type(description="The answer to one field of a form.")
class Answer:
    key: str
    value: Any = strawberry.field(graphql_type=AnswerValue)


@strawberry.input(description="The answer to one field of a form.")
class AnswerInput:
    key: str
    value: Any = strawberry.field(graphql_type=AnswerValueInput)


@strawberry.input(description="One of the kinds of field, beside its key, label and help.")
class FormFieldInput:
    key: str
    label: str
    help: str | None = strawberry.UNSET
    required: bool | None = True
    kind: Any = strawberry.field(graphql_type=FormFieldKindInput)


def form_type(form: Sequence[Mapping[str, Any]]) -> list[FormField]:
    """A stored form as the API shows it."""
    return cast(list[FormField], load_form(form))


def answers_type(answers: Sequence[Mapping[str, Any]]) -> list[Answer]:
    """Stored answers as the API shows them."""
    return [Answer(key=answer["key"], value=load_answer(answer)) for answer in answers]


def plain_form(fields: Sequence[FormFieldInput]) -> list[dict[str, Any]]:
    """A partner's form as `models.fields.parse_form` takes it."""
    return cast(list[dict[str, Any]], plain(list(fields)))


def plain_answers(answers: Sequence[AnswerInput]) -> list[dict[str, Any]]:
    """An annotator's answers as `models.fields.parse_answers` takes them."""
    return cast(list[dict[str, Any]], plain(list(answers)))


def plain(value: Any) -> Any:
    """Inputs as plain dicts and lists: what was not given is left out, an enum's member is its value."""
    if isinstance(value, list):
        # Coordinates are long lists of numbers, and numbers are plain already.
        return value if all(type(each) in {float, int, str} for each in value) else [plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        given = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        return {name: plain(each) for name, each in given.items() if each is not strawberry.UNSET}
    return value.value if isinstance(value, Enum) else value
