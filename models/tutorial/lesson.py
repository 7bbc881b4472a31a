"""What a lesson is made of. The words and the answers are in `classification.py`, `detection.py` and `segmentation.py`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

PHOTOS = Path(__file__).parent / "photos"

# Width and height in pixels, so that nothing opens a photograph merely to describe it; a test holds them against the files.
PHOTO_SIZES = {
    "astronaut.jpg": (512, 512),
    "camera.jpg": (512, 512),
    "cat.jpg": (451, 300),
    "clock.jpg": (400, 300),
    "coffee.jpg": (600, 400),
    "patches.jpg": (512, 384),
    "rocket.jpg": (640, 427),
}


@dataclass(frozen=True)
class Step:
    """One exercise: a photograph, a question, and the answer that is known to be right.

    `form` and `answers` have the stored shapes of fields and answers; what is drawn is in pixels of the photograph. `iou` is
    the least overlap, in [0, 1], at which a drawn shape counts as the known one. `why` is told once the step is passed.
    """

    key: str
    prompt: str
    photo: str
    alt: str
    form: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    iou: float
    why: str

    @property
    def content(self) -> list[dict[str, Any]]:
        """The photograph as a content block; it is public, so it is served by its path rather than by hash and signature."""
        width, height = PHOTO_SIZES[self.photo]
        return [{"kind": "image", "url": f"/tutorial/{self.photo}", "width": width, "height": height, "alt": self.alt}]


@dataclass(frozen=True)
class Lesson:
    """A guide in Markdown and the steps that practise it; `kind` is the name of a TaskKind."""

    key: str
    kind: str
    title: str
    guide: str
    steps: tuple[Step, ...]
