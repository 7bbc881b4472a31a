"""What a demo project is made of. Fields and answers have their stored shapes; pictures and sounds are made when they are asked for."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class DemoImage:
    """A photograph or a piece of one."""

    make: Callable[[], bytes]
    alt: str

    @cached_property
    def bytes(self) -> bytes:
        """A JPEG."""
        return self.make()


@dataclass(frozen=True)
class DemoText:
    text: str
    role: str | None = None


@dataclass(frozen=True)
class DemoAudio:
    """A sound made for the demo."""

    make: Callable[[], bytes]
    seconds: float

    @cached_property
    def bytes(self) -> bytes:
        """A WAV."""
        return self.make()


DemoContent = DemoImage | DemoText | DemoAudio


@dataclass(frozen=True)
class DemoItem:
    """One piece of data. `truth` is the right answer where one is known: scripted people work by it; only a gold item stores it."""

    external_id: str
    content: list[DemoContent]
    truth: list[Json] | None = None
    gold: bool = False


@dataclass(frozen=True)
class DemoExample:
    """A worked example, shown beside every task of the project.

    The value of an answer to a media field is a list of DemoImages and DemoAudios: they become uploads, as an annotator's do. A bad
    example may leave required fields out.
    """

    content: list[DemoContent]
    answers: list[Json]
    good: bool
    comment: str


@dataclass(frozen=True)
class DemoProject:
    """`kind` is the name of a TaskKind, `price_per_thousand` a decimal amount of dollars; `requirements` holds only what is required."""

    key: str
    title: str
    kind: str
    instructions: str
    form: list[Json]
    examples: tuple[DemoExample, ...]
    price_per_thousand: str
    overlap: int
    lease_seconds: int
    items: Callable[[], Iterator[DemoItem]]
    requirements: Json = field(default_factory=dict)
