"""Answers and fields in their stored shapes, said briefly: the content files are lists of facts and should read like ones."""

from jobs.demo.content.project import DemoAudio, DemoImage, Json

# Told apart by people with any colour vision as far as eight colours can be.
COLORS = (
    "#1971c2",
    "#e8590c",
    "#2f9e44",
    "#9c36b5",
    "#f08c00",
    "#e03131",
    "#0c8599",
    "#868e96",
    "#5f3dc4",
    "#495057",
    "#a61e4d",
    "#66a80f",
)


def labels(**named: str) -> list[Json]:
    """Options or classes by key and label, each with a colour of its own."""
    return [{"key": key, "label": label, "color": COLORS[index % len(COLORS)]} for index, (key, label) in enumerate(named.items())]


def field(kind: str, key: str, label: str, *, help: str | None = None, required: bool = True, **own: object) -> Json:
    """A field of a form; `own` is what its kind needs besides."""
    return {"key": key, "label": label, "help": help, "required": required, "kind": kind, **own}


def choice(key: str, *chosen: str) -> Json:
    return {"key": key, "kind": "choice", "value": list(chosen)}


def shapes(kind: str, key: str, drawn: list[Json]) -> Json:
    """Boxes, polygons, masks or spans."""
    return {"key": key, "kind": kind, "value": drawn}


def text(key: str, written: str) -> Json:
    return {"key": key, "kind": "text", "value": written}


def media(key: str, *made: DemoImage | DemoAudio) -> Json:
    """What an annotator brings; only in examples."""
    return {"key": key, "kind": "media", "value": list(made)}


def rating(key: str, given: int) -> Json:
    return {"key": key, "kind": "rating", "value": given}
