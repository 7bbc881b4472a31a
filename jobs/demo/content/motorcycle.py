"""CUSTOM: a box, a choice, a rating and a text together, about the parts of a motorcycle (Middlebury 2014, by way of scikit-image)."""

from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels, rating, shapes, text
from jobs.demo.content.photograph import Cut
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject, DemoText, Json

INSTRUCTIONS = """\
A workshop keeps photos of the motorcycles it repairs. Beside each photo stands **the part that it is about**.

1. **Box** the part as far as you can see it.
2. Choose its **main colour**.
3. Say **how much of the part** is in the photo.
4. **Type the letters** on the part, or a single `-` where there are none.

**Good**

- A tight box that ends where the photo ends.
- The colour of the biggest area: a wheel is black because of its tyre, although its rim is silver.
- Letters as printed, capitals included.

**Not good**

- The box around the whole motorcycle.
- Letters that stand on another part.
"""

FORM = [
    field(
        "box",
        "part",
        "The part that is named",
        help="One box. Stop at the edge of the photo.",
        classes=labels(part="The part"),
    ),
    field(
        "choice",
        "color",
        "Main colour of the part",
        help=None,
        options=[
            {"key": "black", "label": "Black", "color": "#212529"},
            {"key": "red", "label": "Red", "color": "#e03131"},
            {"key": "orange", "label": "Orange", "color": "#f08c00"},
            {"key": "silver", "label": "Silver", "color": "#868e96"},
        ],
        multiple=False,
    ),
    field("rating", "share", "How much of the part is in the photo?", help="1: almost nothing. 3: about half. 5: all of it.", min=1, max=5),
    field("text", "letters", "Letters on the part", help="As printed, or - where there are none.", max_length=60),
]

Box = tuple[int, int, int, int]
# Photograph, the part, its box there, colour, letters on it, and the piece that shows it. The boxes were drawn by hand.
PARTS: tuple[tuple[str, str, Box, str, str, Box], ...] = (
    ("motorcycle", "the rear wheel", (122, 238, 158, 163), "black", "-", (90, 200, 260, 230)),
    ("motorcycle", "the front wheel", (512, 292, 172, 160), "black", "-", (470, 240, 250, 240)),
    ("motorcycle", "the headlamp", (507, 122, 54, 68), "silver", "-", (450, 90, 170, 140)),
    ("motorcycle", "the seat", (153, 159, 206, 99), "black", "-", (120, 110, 290, 190)),
    ("motorcycle", "the fuel tank", (325, 158, 160, 92), "red", "YAMAHA", (290, 110, 240, 180)),
    ("motorcycle", "the orange lamp beside the fuel tank", (462, 175, 27, 27), "orange", "-", (420, 140, 100, 90)),
    ("motorcycle", "the orange lamp behind the headlamp", (562, 117, 20, 26), "orange", "-", (500, 85, 130, 110)),
    ("motorcycle", "the front mudguard", (505, 264, 139, 68), "red", "-", (460, 220, 230, 160)),
    ("motorcycle_right", "the rear wheel", (80, 238, 158, 163), "black", "-", (60, 210, 240, 220)),
    ("motorcycle_right", "the front wheel", (467, 292, 161, 158), "black", "-", (430, 260, 240, 220)),
    ("motorcycle_right", "the headlamp", (451, 122, 52, 67), "silver", "-", (400, 80, 150, 150)),
    ("motorcycle_right", "the seat", (105, 157, 205, 100), "black", "-", (70, 130, 280, 170)),
    ("motorcycle_right", "the fuel tank", (277, 158, 153, 92), "red", "YAMAHA", (250, 130, 230, 160)),
    ("motorcycle_right", "the orange lamp beside the fuel tank", (403, 174, 26, 28), "orange", "-", (360, 140, 120, 100)),
    ("motorcycle_right", "the orange lamp behind the headlamp", (511, 118, 21, 25), "orange", "-", (440, 80, 140, 120)),
    ("motorcycle_right", "the front mudguard", (459, 264, 128, 68), "red", "-", (420, 230, 220, 150)),
    ("motorcycle", "the rear wheel", (122, 238, 158, 163), "black", "-", (201, 220, 220, 220)),
    ("motorcycle", "the front wheel", (512, 292, 172, 160), "black", "-", (380, 230, 218, 240)),
    ("motorcycle_right", "the rear wheel", (80, 238, 158, 163), "black", "-", (40, 220, 119, 220)),
    ("motorcycle_right", "the headlamp", (451, 122, 52, 67), "silver", "-", (370, 80, 107, 140)),
)
GOLD = {4, 12}
# On a scale of five, so that all of a part is 5 and a sliver is 1.
STEPS = 4


def items() -> Iterator[DemoItem]:
    for number, (photo, name, box, color, letters, view) in enumerate(PARTS):
        piece = Cut(photo, *view)
        image, task = piece.image("Part of a red motorcycle in a garage"), DemoText(f"This photo is about {name}.", "task")
        yield DemoItem(f"part-{number + 1:03}", [image, task], inspected(piece, box, color, letters), gold=number in GOLD)


def inspected(piece: Cut, box: Box, color: str, letters: str) -> list[Json]:
    """The right answers about a part, as far as the piece shows it."""
    seen = piece.boxes([("part", box)])
    area = sum(each["width"] * each["height"] for each in seen) / piece.factor**2
    share = area / (box[2] * box[3])
    return [shapes("box", "part", seen), choice("color", color), rating("share", 1 + round(STEPS * share)), text("letters", letters)]


_EXAMPLE = Cut("motorcycle", 320, 280, 150, 110)
_PLATE = (352, 320, 34, 34)

PROJECT = DemoProject(
    key="motorcycle",
    title="Parts of a motorcycle",
    kind="CUSTOM",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [_EXAMPLE.image("A silver engine with a round plate"), DemoText("This photo is about the round plate on the engine.", "task")],
            inspected(_EXAMPLE, _PLATE, "silver", "YAMAHA YICS"),
            good=True,
            comment="A tight box around the plate, and all its letters in one line.",
        ),
        DemoExample(
            [_EXAMPLE.image("A silver engine with a round plate"), DemoText("This photo is about the round plate on the engine.", "task")],
            inspected(_EXAMPLE, (322, 282, 146, 96), "silver", "Yamaha"),
            good=False,
            comment="The box holds the whole engine, and the letters were not typed as they are printed.",
        ),
    ),
    price_per_thousand="15.00",
    overlap=2,
    lease_seconds=600,
    items=items,
)
