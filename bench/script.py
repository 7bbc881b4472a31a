"""What the scripted people know: the demo's right answers, found again by what is shown; and how to be wrong."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from pycocotools import mask as coco

from jobs.demo.content import PROJECTS, DemoItem, DemoProject
from models.fields import kinds
from models.tutorial.lessons import LESSONS
from quality.grade import grade

if TYPE_CHECKING:
    from bench.client import Json

# Between the demo's key of an item and the mark of the crowd that brings it again.
MARK = "~"
BY_TITLE = {project.title: project for project in PROJECTS}
BY_PROMPT = {step.prompt: step for lesson in LESSONS for step in lesson.steps}
KIND_OF_MEMBER = {kind.member: name for name, kind in kinds().items()}
CARELESS_TEXT = "no idea"


class Truth:
    """Right answers by project and by what its item shows."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, DemoItem]] = {
            title: {item.external_id: item for item in project.items()} for title, project in BY_TITLE.items()
        }
        self._by_shown: dict[tuple[str, str], list[Json] | None] = {}

    def learn(self, title: str, external_id: str, content: list[Json]) -> None:
        item = self.items.get(title, {}).get(external_id.partition(MARK)[0])
        if item is not None:
            self._by_shown[title, shown(content)] = item.truth

    def of(self, title: str, content: list[Json]) -> list[Json] | None:
        return self._by_shown.get((title, shown(content)))

    def is_right(self, title: str, content: list[Json], given: list[Json]) -> bool:
        """Of stored answers. Where nothing is known, whatever shows any care is right."""
        truth = self.of(title, content)
        if truth is not None:
            return grade(truth, given).correct
        return not any(answer["kind"] == "text" and answer["value"] == CARELESS_TEXT for answer in given)


def shown(content: list[Json]) -> str:
    """The same for whoever looks, and however often: addresses without their signatures."""
    return "|".join(block["text"] if "text" in block else urlsplit(block["url"]).path for block in content)


def stored(answers: list[Json]) -> list[Json]:
    """The API's answers as they are stored."""
    flat = [(answer["key"], name, value) for answer in answers for name, value in answer["value"].items()]
    return [{"key": key, "kind": KIND_OF_MEMBER[member], "value": value} for key, member, value in flat]


def right(truth: list[Json]) -> list[Json]:
    """As a careful hand draws it: boxes are off by half a pixel."""
    return [answer | {"value": [_trembling(box) for box in answer["value"]]} if answer["kind"] == "box" else answer for answer in truth]


def wrong(project: DemoProject, content: list[Json], truth: list[Json] | None, chance: random.Random, media: dict[str, str]) -> list[Json]:
    """An answer to the whole form that is well-formed and not the right one; `media` holds an upload of each kind."""
    known = {answer["key"]: answer["value"] for answer in truth or []}
    # Where nothing is known, an honest guess is as good as any.
    text = CARELESS_TEXT if truth is not None else f"As it says, {chance.randrange(1000)}"
    filled = {"text": text, "media": media}
    return [
        {"key": field["key"], "kind": field["kind"], "value": _wrong(field, content, known.get(field["key"]), chance, filled)}
        for field in project.form
    ]


def _trembling(box: Json) -> Json:
    if min(box["width"], box["height"]) < 4:
        return box
    return box | {"x": box["x"] + 0.5, "y": box["y"] + 0.5, "width": box["width"] - 1, "height": box["height"] - 1}


def _wrong(field: Json, content: list[Json], known: Any, chance: random.Random, filled: Json) -> Any:
    match field["kind"]:
        case "choice":
            others = [option["key"] for option in field["options"] if option["key"] not in (known or [])]
            return [chance.choice(others)] if others else [field["options"][0]["key"]]
        case "rating":
            return chance.choice([value for value in range(field["min"], field["max"] + 1) if value != known])
        case "text":
            return filled["text"]
        case "media":
            return [filled["media"][field["media"]]]
        case "span":
            where = next(n for n, block in enumerate(content) if "text" in block)
            end = max(1, min(3, len(content[where]["text"])))
            return [{"label": field["classes"][0]["key"], "content": where, "start": 0, "end": end}]
    return [_middle(field["kind"], field["classes"][0]["key"], next(block for block in content if "width" in block))]


def _middle(kind: str, label: str, image: Json) -> Json:
    """A shape in the middle of the picture, a twelfth of it wide and high."""
    width, height = image["width"] // 12 + 2, image["height"] // 12 + 2
    x, y = image["width"] // 2, image["height"] // 2
    if kind == "box":
        return {"label": label, "x": x, "y": y, "width": width, "height": height}
    if kind == "polygon":
        return {"label": label, "points": [x, y, x + width, y, x + width, y + height, x, y + height]}
    area = np.zeros((image["height"], image["width"]), dtype=np.uint8, order="F")
    area[y : y + height, x : x + width] = 1
    encoded = coco.encode(area)
    counts = encoded["counts"]
    return {"label": label, "size": [image["height"], image["width"]], "counts": counts.decode() if isinstance(counts, bytes) else counts}
