"""What a kind of field is. Each kind is one module of this package, found by the registry through its constant `KIND`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Literal, TypedDict, TypeGuard, TypeVar

from models.fields.content import first_image, has_text
from models.fields.problems import Problems
from models.fields.samples import FormSample, Sample

# GraphQL's Int; also what every language of our clients counts with.
INT_MIN, INT_MAX = -(2**31), 2**31 - 1


@dataclass(frozen=True, kw_only=True)
class FormField:
    """What is asked, whatever its kind."""

    key: str
    label: str
    help: str | None
    required: bool


class FieldHead(TypedDict):
    """What every stored field has, as keywords of a FormField."""

    key: str
    label: str
    help: str | None
    required: bool


F = TypeVar("F", bound=FormField)
A = TypeVar("A")


@dataclass(frozen=True)
class Submission:
    """What answers are held against. A draft (`complete` False) may be half done: only what could never be stored or shown is refused."""

    content: Sequence[Mapping[str, Any]]
    uploads: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    complete: bool = True

    @property
    def image(self) -> Mapping[str, Any] | None:
        return first_image(self.content)


class FieldKind(ABC, Generic[F, A]):
    """
    One kind of field: its dataclasses, from which the API's types are derived, its validation and its storage.

    F is the field as the API shows it, A an answer to it. What is stored are plain dicts, lists, strings and numbers.
    """

    # The stored "kind", and the member of FormFieldKindInput.
    name: ClassVar[str]
    # The one attribute of the answer, and the member of AnswerValueInput.
    member: ClassVar[str]
    # Least price, in micro-dollars per 1,000 annotations.
    floor_micros_per_thousand: ClassVar[int]
    # What an item must have for the field to be answerable.
    needs: ClassVar[Literal["image", "text"] | None] = None
    # Whether an answer is a list of ids of the caller's uploads.
    names_uploads: ClassVar[bool] = False

    field: type[F]
    answer: type[A]
    # The dataclass a partner fills in for this kind, and the type of what an annotator gives.
    field_input: ClassVar[type]
    answer_input: ClassVar[Any]

    @abstractmethod
    def parse_form(self, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
        """The kind's own part of a stored field, of a partner's input. What is wrong goes to `problems`."""

    @abstractmethod
    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> Any:
        """The stored value of an annotator's answer. What is wrong goes to `problems`; the value means nothing then."""

    @abstractmethod
    def load_field(self, stored: Mapping[str, Any]) -> F:
        """The field, from storage."""

    @abstractmethod
    def load_answer(self, value: Any) -> A:
        """The answer, from its stored value."""

    @abstractmethod
    def form_samples(self) -> list[FormSample]:
        """Fields that are taken and fields that are refused; the first is taken, and the answers' samples use it."""

    @abstractmethod
    def samples(self) -> list[Sample]:
        """Answers that are taken and answers that are refused: the tests of this kind."""

    def is_blank(self, value: Any) -> bool:
        """Whether a stored value says nothing, so that it does not answer a required field."""
        return not value

    def fault_in_content(self, content: Sequence[Mapping[str, Any]]) -> str | None:
        """Why the field cannot be answered about an item with this content, or None."""
        if self.needs == "image" and first_image(content) is None:
            return "This item has no image to draw on."
        if self.needs == "text" and not has_text(content):
            return "This item has no text to mark."
        return None


def head(stored: Mapping[str, Any]) -> FieldHead:
    return {"key": stored["key"], "label": stored["label"], "help": stored["help"], "required": stored["required"]}


def is_whole(value: object) -> TypeGuard[int]:
    """Whether it is an integer that GraphQL can carry; True and False are not numbers here."""
    return isinstance(value, int) and not isinstance(value, bool) and INT_MIN <= value <= INT_MAX
