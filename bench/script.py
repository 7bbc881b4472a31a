"""What the scripted people know: the demo's right answers, found again by what is shown; and how to be wrong."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

from jobs.demo.content import PROJECTS, DemoItem, DemoProject
from models.fields import kinds
from models.tutorial.lessons import LESSONS
from quality.grade import grade
from quality.runs import decode_runs

if TYPE_CHECKING:
    from bench.client import Json

# Between the demo's key of an item and the mark of the crowd that brings it again.
MARK = "~"
BY_TITLE = {project.title: project for project in PROJECTS}
BY_PROMPT = {step.prompt: step for lesson in LESSONS for step in lesson.steps}
KIND_OF_MEMBER = {kind.member: name for name, kind in kinds().items()}
CARELESS_TEXT = "no idea"
# By what share of a side a careful hand is off; what is smaller than so many pixels it draws as it is.
TREMBLING, SMALLEST = 0.02, 8
# Of texts of so many characters and more this share has a slip.
LONG_TEXT, SLIPS = 25, 0.15


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

    def of(self, title: str, content: list[Json]) -> list[Json]:
        """Where nothing is known, what everybody with some sense says."""
        return self._by_shown.get((title, shown(content))) or sensible(BY_TITLE[title], content)

    def is_right(self, title: str, content: list[Json], given: list[Json]) -> bool:
        """Of stored answers."""
        return grade(self.of(title, content), given).correct


def shown(content: list[Json]) -> str:
    """The same for whoever looks, and however often: addresses without their signatures."""
    return "|".join(block["text"] if "text" in block else urlsplit(block["url"]).path for block in content)


def stored(answers: list[Json]) -> list[Json]:
    """The API's answers as they are stored."""
    flat = [(answer["key"], name, value) for answer in answers for name, value in answer["value"].items()]
    return [{"key": key, "kind": KIND_OF_MEMBER[member], "value": value} for key, member, value in flat]


def right(truth: list[Json], content: list[Json], chance: random.Random, media: dict[str, str], project: DemoProject) -> list[Json]:
    """As a careful hand gives it: nobody draws or types twice the same, and everybody photographs for themselves."""
    answers = [answer | {"value": _by_hand(answer["kind"], answer["value"], content, chance)} for answer in truth]
    told = {answer["key"] for answer in truth}
    unknown = [field for field in project.form if field["kind"] == "media" and field["key"] not in told]
    return answers + [{"key": field["key"], "kind": "media", "value": [media[field["media"]]]} for field in unknown]


def sensible(project: DemoProject, content: list[Json]) -> list[Json]:
    """What everybody with some sense says where nobody knows: the same of the same. Of media there is no such thing."""
    chance = random.Random(shown(content))
    said: dict[str, Any] = {}
    for field in project.form:
        match field["kind"]:
            case "choice":
                said[field["key"]] = [chance.choice(field["options"])["key"]]
            case "rating":
                said[field["key"]] = chance.randint(field["min"], field["max"])
            case "text":
                said[field["key"]] = f"It says what number {chance.randrange(1000)} of them says, as far as I can tell"
    kinds_of = {field["key"]: field["kind"] for field in project.form}
    return [{"key": key, "kind": kinds_of[key], "value": value} for key, value in said.items()]


def wrong(project: DemoProject, content: list[Json], truth: list[Json], chance: random.Random, media: dict[str, str]) -> list[Json]:
    """An answer to the whole form that is well-formed and not the right one; `media` holds an upload of each kind."""
    known = {answer["key"]: answer["value"] for answer in truth}
    filled = {"text": CARELESS_TEXT, "media": media}
    return [
        {"key": field["key"], "kind": field["kind"], "value": _wrong(field, content, known.get(field["key"]), chance, filled)}
        for field in project.form
    ]


def _by_hand(kind: str, value: Any, content: list[Json], chance: random.Random) -> Any:
    match kind:
        case "box":
            return [_boxed(box, _image(content), chance) for box in value]
        case "polygon":
            return [_outlined(outline, _image(content), chance) for outline in value]
        case "mask":
            return [_painted(mask, chance) for mask in value]
        case "text":
            return _typed(value, chance)
    return value


def _image(content: list[Json]) -> Json:
    return next(block for block in content if "width" in block)


def _boxed(box: Json, image: Json, chance: random.Random) -> Json:
    """Each edge off by a fiftieth of the side or so."""
    if min(box["width"], box["height"]) < SMALLEST:
        return box
    left, right = (_off(box["x"] + at, box["width"], image["width"], chance) for at in (0, box["width"]))
    top, bottom = (_off(box["y"] + at, box["height"], image["height"], chance) for at in (0, box["height"]))
    return box | {"x": left, "y": top, "width": right - left, "height": bottom - top}


def _off(place: float, side: float, most: float, chance: random.Random) -> float:
    return min(max(place + max(-2.0, min(chance.gauss(), 2.0)) * side * TREMBLING, 0.0), most)


def _outlined(outline: Json, image: Json, chance: random.Random) -> Json:
    """The whole a little larger or smaller and beside its place, so that it crosses itself nowhere."""
    points = np.array(outline["points"], np.float64).reshape(-1, 2)
    extent = np.ptp(points, axis=0)
    if extent.min() < SMALLEST:
        return outline
    scale = 1 + np.array([chance.uniform(-1, 1), chance.uniform(-1, 1)]) * TREMBLING
    shift = np.array([chance.uniform(-1, 1), chance.uniform(-1, 1)]) * TREMBLING * extent / 2
    middle = points.mean(axis=0)
    moved = np.clip((points - middle) * scale + middle + shift, 0, [image["width"], image["height"]])
    return outline | {"points": moved.round(2).ravel().tolist()}


def _painted(mask: Json, chance: random.Random) -> Json:
    """Column by column the brush ends a little sooner or later."""
    height, width = mask["size"]
    runs = decode_runs(mask["counts"], height * width)
    area = np.repeat(np.arange(len(runs), dtype=np.uint8) % 2, runs).reshape(width, height).T
    brush = np.random.default_rng(chance.getrandbits(32))
    reach = max(1, round(TREMBLING * float(area.sum()) ** 0.5))
    grown, shrunk = area.copy(), area.copy()
    for step in range(1, reach + 1):
        grown[:-step] |= area[step:]
        grown[step:] |= area[:-step]
        shrunk[:-step] &= area[step:]
        shrunk[step:] &= area[:-step]
    columns = brush.integers(0, 3, width)
    painted = np.where(columns == 0, shrunk, np.where(columns == 1, area, grown))
    return mask | {"counts": _encoded(painted)} if painted.any() else mask


def _typed(text: str, chance: random.Random) -> str:
    """Now and then two letters of a long one change places."""
    if len(text) < LONG_TEXT or chance.random() > SLIPS:
        return text
    place = chance.randrange(1, len(text) - 2)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


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
    return [_somewhere(field["kind"], field["classes"][0]["key"], _image(content), chance)]


def _somewhere(kind: str, label: str, image: Json, chance: random.Random) -> Json:
    """A shape about the middle of the picture, a twelfth of it wide and high."""
    width, height = image["width"] // 12 + 2, image["height"] // 12 + 2
    x, y = (int(side * chance.uniform(0.4, 0.6)) for side in (image["width"], image["height"]))
    if kind == "box":
        return {"label": label, "x": x, "y": y, "width": width, "height": height}
    if kind == "polygon":
        return {"label": label, "points": [x, y, x + width, y, x + width, y + height, x, y + height]}
    area = np.zeros((image["height"], image["width"]), dtype=np.uint8, order="F")
    area[y : y + height, x : x + width] = 1
    return {"label": label, "size": [image["height"], image["width"]], "counts": _encoded(area)}


def _encoded(area: NDArray[np.uint8]) -> str:
    counts = coco.encode(np.asfortranarray(area))["counts"]
    return counts.decode() if isinstance(counts, bytes) else counts
