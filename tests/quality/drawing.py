"""Shapes for the tests of likeness, by hypothesis and by hand."""

from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as coco

HEIGHT, WIDTH = 30, 40
CLASSES = [{"key": "cat", "label": "Cat", "color": "#56b4e9"}, {"key": "mug", "label": "Name badge", "color": "#e69f00"}]

labels = st.sampled_from(["cat", "mug"])
sides = st.integers(1, 20)
corners = st.integers(0, 20)


def a_box(x: float, y: float, width: float, height: float, label: str = "cat") -> dict[str, Any]:
    return {"label": label, "x": float(x), "y": float(y), "width": float(width), "height": float(height)}


def a_rectangle(x: float, y: float, width: float, height: float, label: str = "cat") -> dict[str, Any]:
    """A box as an outline."""
    return {"label": label, "points": [float(n) for n in (x, y, x + width, y, x + width, y + height, x, y + height)]}


def a_mask(pixels: NDArray[np.bool_], label: str = "cat") -> dict[str, Any]:
    counts = coco.encode(np.asfortranarray(pixels.astype(np.uint8)))["counts"]
    return {"label": label, "size": list(pixels.shape), "counts": counts.decode() if isinstance(counts, bytes) else counts}


def a_painting(x: int, y: int, width: int, height: int, label: str = "cat") -> dict[str, Any]:
    """A box as a mask."""
    pixels = np.zeros((HEIGHT * 2, WIDTH * 2), np.bool_)
    pixels[y : y + height, x : x + width] = True
    return a_mask(pixels, label)


boxes = st.lists(st.builds(a_box, corners, corners, sides, sides, labels), max_size=5)
polygons = st.lists(st.builds(a_rectangle, corners, corners, sides, sides, labels), max_size=5)
masks = st.lists(st.builds(a_painting, corners, corners, sides, sides, labels), max_size=5)
spans = st.lists(
    st.builds(
        lambda label, content, start, length: {"label": label, "content": content, "start": start, "end": start + length},
        labels,
        st.integers(0, 1),
        st.integers(0, 20),
        st.integers(1, 9),
    ),
    max_size=5,
)
choices = st.lists(st.sampled_from(["cat", "mug"]), unique=True)
texts = st.text("ab ä\n", max_size=12)
ratings = st.integers(-1, 5)
media = st.lists(st.fixed_dictionaries({"kind": st.just("image"), "sha256": st.sampled_from(["a", "b"])}), max_size=2)
KINDS = {
    "choice": choices,
    "box": boxes,
    "polygon": polygons,
    "mask": masks,
    "text": texts,
    "rating": ratings,
    "span": spans,
    "media": media,
}


def a_field(kind: str) -> dict[str, Any]:
    """A stored field of the kind; a choice is of several options."""
    head = {"key": kind, "kind": kind, "label": kind.title(), "help": None, "required": False}
    return head | {"min": -1, "max": 5, "classes": CLASSES, "options": CLASSES, "multiple": True, "max_length": 200, "media": "IMAGE"}


def answers(kind: str, value: Any) -> list[dict[str, Any]]:
    return [{"key": kind, "kind": kind, "value": value}]
