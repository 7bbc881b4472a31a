"""Span: stretches of the item's texts, each with a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.fields.base import FormField, Submission, head, is_whole
from models.fields.labels import LabelClass, LabelledKind, known_labels, label_of, load_classes, things
from models.fields.problems import Problems
from models.fields.samples import PHOTO, Sample

PLACE = ("content", "start", "end")


@dataclass(frozen=True, kw_only=True)
class SpanField(FormField):
    """Stretches of the item's texts."""

    classes: list[LabelClass]


@dataclass(frozen=True, kw_only=True)
class Span:
    """Characters [start, end) of the text content at index `content`. Characters are Unicode code points."""

    label: str
    content: int
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class SpanAnswer:
    """The spans, as they follow each other in the item."""

    spans: list[Span]


@dataclass(frozen=True, kw_only=True)
class SpanInput:
    """Characters [start, end) of the text content at index `content`. Characters are Unicode code points."""

    label: str
    content: int
    start: int
    end: int


class Spans(LabelledKind[SpanField, SpanAnswer]):
    name = "span"
    member = "spans"
    floor_micros_per_thousand = 4_000_000
    needs = "text"
    field = SpanField
    answer = SpanAnswer
    answer_input = list[SpanInput]

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> list[dict[str, Any]]:
        """The spans in the order of the text, so that equal answers are equal."""
        known = known_labels(field, complete=submission.complete)
        spans: list[tuple[int, int, int, str]] = []
        taken: set[tuple[int, int, int, str]] = set()
        for thing, at in things(raw, problems):
            label = label_of(thing, known, at)
            numbers = [number for name in PLACE if (number := _whole(thing.get(name), at, name)) is not None]
            if label is None or len(numbers) < len(PLACE):
                continue
            content, start, end = numbers
            if submission.complete:
                _check_range(content, start, end, submission.content, at)
                if (content, start, end, label) in taken:
                    at.add("This span is there twice.")
            taken.add((content, start, end, label))
            spans.append((content, start, end, label))
        return [{"label": label, "content": content, "start": start, "end": end} for content, start, end, label in sorted(spans)]

    def load_field(self, stored: Mapping[str, Any]) -> SpanField:
        return SpanField(**head(stored), classes=load_classes(stored["classes"]))

    def load_answer(self, value: Any) -> SpanAnswer:
        return SpanAnswer(spans=[Span(**span) for span in value])

    def samples(self) -> list[Sample]:
        # The text at index 1 has 23 code points, one of them outside the Basic Multilingual Plane.
        late = {"label": "cat", "content": 1, "start": 18, "end": 23}
        early = {"label": "mug", "content": 1, "start": 0, "end": 3}
        return [
            Sample("two spans, in the order of the text", [late, early], stored=[early, late]),
            Sample("two labels on one span", [late, {**late, "label": "mug"}], stored=[late, {**late, "label": "mug"}]),
            Sample("one character too far", [{**late, "end": 24}], refused_at=("0", "end"), draft=True),
            Sample("before the text", [{**early, "start": -1}], refused_at=("0", "start"), draft=True),
            Sample("an empty span", [{**early, "end": 0}], refused_at=("0", "end"), draft=True),
            Sample("a span backwards", [{**late, "end": 3}], refused_at=("0", "end"), draft=True),
            Sample("the same span twice", [late, early, late], refused_at=("2",), draft=True),
            Sample("on the photograph", [{**early, "content": 0}], refused_at=("0", "content"), draft=True),
            Sample("on content that is not there", [{**early, "content": 2}], refused_at=("0", "content"), draft=True),
            Sample("on content counted from the end", [{**early, "content": -1}], refused_at=("0", "content"), draft=True),
            Sample("a fraction", [{**early, "end": 2.5}], refused_at=("0", "end")),
            Sample("a truth value", [{**early, "start": False}], refused_at=("0", "start")),
            Sample("no end", [{"label": "cat", "content": 1, "start": 0}], refused_at=("0", "end")),
            Sample("beyond 32 bits", [{**early, "end": 2**31}], refused_at=("0", "end")),
            Sample("a class that is not there", [{**early, "label": "dog"}], refused_at=("0", "label"), draft=True),
            Sample("an item without text", [early], refused_at=(), content=(PHOTO,), draft=True),
            Sample("no list", "Wie", refused_at=()),
            Sample("no spans", [], refused_at=(), draft=True),
        ]


def _whole(raw: object, problems: Problems, *path: str) -> int | None:
    if not is_whole(raw):
        problems.add("This must be a whole number.", *path)
        return None
    return raw


def _check_range(content: int, start: int, end: int, blocks: Sequence[Mapping[str, Any]], problems: Problems) -> None:
    if not 0 <= content < len(blocks) or blocks[content]["kind"] != "text":
        problems.add("There is no text at this index of the item's content.", "content")
        return
    length = len(blocks[content]["text"])
    if not 0 <= start < length:
        problems.add(f"The span begins outside the text, which has {length:,} characters.", "start")
    elif end <= start:
        problems.add("The span ends before it begins.", "end")
    elif end > length:
        problems.add(f"The span ends outside the text, which has {length:,} characters.", "end")


KIND = Spans()
