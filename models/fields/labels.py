"""Classes and options: what a shape, a span or a choice is labelled with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from models.fields.base import A, F, FieldKind
from models.fields.plaintext import UNSTORABLE, fault_in
from models.fields.problems import Problems
from models.fields.samples import CAT_AND_MUG, FormSample

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEY_RULE = "A key is 1 to 40 small letters, digits and underscores, and begins with a letter."
MAX_KEY = 40
COLOR = re.compile(r"#[0-9a-f]{6}")
# Told apart by most colour-blind eyes (Okabe and Ito), in the order of the web client's palette.
PALETTE = ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00")
# A label must fit on a button of a phone, on two lines at most.
MAX_CLASS_LABEL = 100
# More than a list that one can scan; also the most that one key press and a search can reach.
MAX_CLASSES = 100
# The densest images of COCO have some hundred objects; beyond a thousand an answer is a mistake or an attack.
MAX_SHAPES = 1_000


@dataclass(frozen=True, kw_only=True)
class LabelClass:
    """A class that shapes and spans are labelled with, or an option of a choice."""

    key: str
    label: str
    color: Annotated[str, "#rrggbb"]


@dataclass(frozen=True, kw_only=True)
class LabelClassInput:
    """A class or an option. Without a colour it gets one of the label palette."""

    key: str
    label: str
    color: str | None = None


@dataclass(frozen=True, kw_only=True)
class ShapeFieldInput:
    """The classes that shapes or spans are labelled with: 1 to 100."""

    classes: list[LabelClassInput]


class LabelledKind(FieldKind[F, A]):
    """A kind whose answers are a list of things, each labelled with a class of the field."""

    field_input = ShapeFieldInput

    def parse_form(self, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
        return {"classes": parse_classes(raw.get("classes"), problems.under("classes"), least=1, most=MAX_CLASSES)}

    def form_samples(self) -> list[FormSample]:
        named: list[dict[str, Any]] = [{"key": "cat", "label": "Cat"}, {"key": "mug", "label": "Mug"}]
        many = [{"key": f"c{number}", "label": "A class"} for number in range(MAX_CLASSES + 1)]
        return [
            FormSample("two classes get colours of the palette", {"classes": named}, stored={"classes": list(CAT_AND_MUG)}),
            FormSample(
                "a colour is kept",
                {"classes": [{"key": "cat", "label": "Cat", "color": "#ABCDEF"}]},
                stored={"classes": [{"key": "cat", "label": "Cat", "color": "#abcdef"}]},
            ),
            FormSample("no classes", {"classes": []}, refused_at=("classes",)),
            FormSample("classes left out", {}, refused_at=("classes",)),
            FormSample("too many classes", {"classes": many}, refused_at=("classes",)),
            FormSample("a class that is no class", {"classes": ["cat"]}, refused_at=("classes", "0")),
            FormSample("a key twice", {"classes": [named[0], named[0]]}, refused_at=("classes", "1", "key")),
            FormSample("a key with a capital", {"classes": [{"key": "Cat", "label": "Cat"}]}, refused_at=("classes", "0", "key")),
            FormSample("a key with a line break", {"classes": [{"key": "cat\n", "label": "Cat"}]}, refused_at=("classes", "0", "key")),
            FormSample("a number as key", {"classes": [{"key": 5, "label": "Cat"}]}, refused_at=("classes", "0", "key")),
            FormSample("a blank label", {"classes": [{"key": "cat", "label": " "}]}, refused_at=("classes", "0", "label")),
            FormSample("a long label", {"classes": [{"key": "cat", "label": "c" * 101}]}, refused_at=("classes", "0", "label")),
            FormSample(
                "a colour by name", {"classes": [{"key": "cat", "label": "Cat", "color": "red"}]}, refused_at=("classes", "0", "color")
            ),
        ]


def parse_classes(raw: object, problems: Problems, *, least: int, most: int) -> list[dict[str, Any]]:
    """Stored classes of a partner's: unique keys, labels, colours given or of the palette."""
    if not isinstance(raw, list) or not least <= len(raw) <= most:
        problems.add(f"Give {least} to {most} of them.")
        return []
    classes: list[dict[str, Any]] = []
    taken: set[str] = set()
    for number, each in enumerate(raw):
        at = problems.under(str(number))
        if not isinstance(each, Mapping):
            at.add("This must have a key and a label.")
            continue
        key = parse_key(each.get("key"), taken, at)
        label = parse_label(each.get("label"), MAX_CLASS_LABEL, at)
        classes.append({"key": key, "label": label, "color": _parse_color(each.get("color"), number, at)})
    return classes


def parse_key(raw: object, taken: set[str], problems: Problems) -> str:
    """A key of a field, a class or an option; it joins those that are `taken`."""
    if not isinstance(raw, str) or not KEY.fullmatch(raw):
        problems.add(KEY_RULE, "key")
        return ""
    if raw in taken:
        problems.add(f"The key “{raw}” is used twice.", "key")
    taken.add(raw)
    return raw


def parse_label(raw: object, longest: int, problems: Problems) -> str:
    """What people read of a field, a class or an option."""
    if fault := fault_in(raw, longest):
        problems.add(fault, "label")
    elif not str(raw).strip():
        problems.add("A label cannot be empty.", "label")
    return str(raw)


def _parse_color(raw: object, number: int, problems: Problems) -> str:
    if raw is None:
        return PALETTE[number % len(PALETTE)]
    if not isinstance(raw, str) or not COLOR.fullmatch(raw.lower()):
        problems.add("A colour is written #rrggbb.", "color")
        return ""
    return raw.lower()


def load_classes(stored: list[dict[str, Any]]) -> list[LabelClass]:
    return [LabelClass(key=each["key"], label=each["label"], color=each["color"]) for each in stored]


def things(raw: object, problems: Problems) -> Iterator[tuple[Mapping[str, Any], Problems]]:
    """The labelled things of an answer, each with where to tell its problems. Refuses what is no list of at most 1,000 of them."""
    if not isinstance(raw, list):
        problems.add("This must be a list.")
        return
    if len(raw) > MAX_SHAPES:
        problems.add(f"There are {len(raw):,} of them; at most {MAX_SHAPES:,} are taken.")
        return
    for number, each in enumerate(raw):
        at = problems.under(str(number))
        if isinstance(each, Mapping):
            yield each, at
        else:
            at.add("This must be an object with a label.")


def label_of(thing: Mapping[str, Any], known: set[str] | None, problems: Problems) -> str | None:
    """The thing's label: one of the `known` keys; of any in a draft, where `known` is None. None, and a problem, when it is not."""
    label = thing.get("label")
    if not isinstance(label, str) or fault_in(label, MAX_KEY, unstorable=UNSTORABLE):
        problems.add("This needs the key of a class as its label.", "label")
        return None
    if known is not None and label not in known:
        problems.add(f"There is no class “{label}”.", "label")
        return None
    return label


def known_labels(field: Mapping[str, Any], *, complete: bool) -> set[str] | None:
    """The keys of the field's classes; None in a draft, which may still have labels that the form has lost."""
    return {each["key"] for each in field["classes"]} if complete else None
