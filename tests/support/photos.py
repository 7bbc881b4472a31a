"""Real photographs as files: as cameras write them, in several formats and turned by EXIF."""

from functools import lru_cache
from io import BytesIO

from PIL import Image

from models.tutorial.lessons import PHOTOS

# The EXIF tag that says how the camera was held; 1 is upright, 6 and 8 are on its sides, 3 is upside down, even ones below 6 are mirrored.
ORIENTATION = 0x0112
MAKER = 0x010F
GPS = 0x8825
# What has to be done to an upright picture, so that a viewer who obeys the tag sees it upright again.
STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@lru_cache
def picture(name: str = "coffee.jpg") -> Image.Image:
    """One of the tutorial's photographs, decoded; `coffee.jpg` is 600 by 400."""
    return Image.open(BytesIO((PHOTOS / name).read_bytes())).convert("RGB")


def a_photo(name: str = "coffee.jpg", *, size: tuple[int, int] | None = None, format: str = "JPEG") -> bytes:
    """A photograph as a file; `format` is Pillow's name, such as JPEG, PNG, WEBP or GIF."""
    image = picture(name)
    return _file(image.resize(size) if size else image, format)


def a_photo_turned(orientation: int, name: str = "coffee.jpg") -> bytes:
    """A JPEG that is upright only where its EXIF orientation (1 to 8) is obeyed, and that tells its maker and place besides."""
    image = picture(name)
    if orientation in STORED_AS:
        image = image.transpose(STORED_AS[orientation])
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKER] = "Maker of cameras"
    exif.get_ifd(GPS)[1] = "N"
    return _file(image, "JPEG", exif=exif)


def _file(image: Image.Image, format: str, **options: object) -> bytes:
    file = BytesIO()
    image.save(file, format, **options)
    return file.getvalue()
