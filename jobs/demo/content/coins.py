"""DETECTION and SEGMENTATION on a photograph of 24 ancient coins: box all of them, paint one of them."""

from collections.abc import Iterator

from jobs.demo.content.answers import field, labels, shapes
from jobs.demo.content.photograph import Cut
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject

# Each coin as x, y, width, height in the photograph, row by row. Found by watershed, then looked at over the photograph one by one.
COINS = (
    *((22, 35, 45, 39), (81, 39, 39, 35), (132, 28, 47, 46), (192, 30, 48, 43), (255, 34, 42, 38), (305, 16, 60, 56)),
    *((25, 104, 42, 41), (84, 108, 38, 37), (134, 110, 39, 35), (186, 105, 40, 39), (245, 95, 51, 49), (317, 106, 39, 39)),
    *((26, 179, 37, 38), (80, 175, 44, 42), (135, 179, 39, 38), (189, 170, 48, 47), (251, 172, 46, 45), (315, 156, 65, 62)),
    *((18, 233, 57, 55), (93, 245, 43, 42), (144, 236, 57, 52), (220, 240, 49, 48), (276, 239, 50, 50), (336, 248, 46, 41)),
)

# Pieces of the photograph in which no coin is cut so far that one could argue whether it counts: about half of it is there, or nothing.
VIEWS = (
    *((239, 94, 130, 134), (1, 7, 191, 94), (131, 104, 180, 116), (13, 11, 110, 141), (73, 75, 168, 152), (12, 33, 174, 113)),
    *((124, 75, 146, 94), (184, 74, 113, 146), (10, 7, 216, 161), (16, 78, 210, 92), (14, 171, 116, 126), (71, 5, 158, 151)),
    *((182, 1, 119, 151), (23, 86, 216, 138), (129, 103, 113, 124), (127, 8, 113, 149), (15, 155, 161, 133), (184, 2, 186, 149)),
    *((13, 77, 167, 143), (68, 77, 118, 155), (245, 10, 114, 139), (130, 3, 154, 90), (130, 19, 169, 145), (184, 80, 179, 141)),
    *((192, 0, 177, 93), (9, 77, 119, 148), (78, 4, 165, 100), (70, 13, 114, 145), (75, 157, 144, 135), (79, 155, 193, 134)),
)
GOLD_VIEWS = {1, 12}
GOLD_COINS = {5, 17}
# Between a coin and the edge of the piece that shows it alone, in pixels; less than the space between two coins.
MARGIN = 5

BOX_INSTRUCTIONS = """\
A museum counts and measures its coins by photo. **Draw a box around every coin.**

1. Choose *Coin* and drag from one corner to the opposite one.
2. Make all four sides touch the rim of the coin.
3. Count the coins once more before you send.

**Good**

- One tight box for each coin, also for pale and worn ones.
- A coin cut off by the edge of the photo is boxed too, up to the edge.

**Not good**

- The dark shadow around the coin inside the box.
- One box around two coins.
- A coin left out because it is hard to see.
"""

PAINT_INSTRUCTIONS = """\
A museum wants each coin cut out of its photo. **Paint the whole coin, and only the coin.**

1. Choose *Coin* and paint its inside with a big brush.
2. Take a smaller brush for the rim.
3. Use the eraser where you went over the edge.

**Good**

- The painted area ends exactly at the rim, also where the coin is chipped.
- Dark parts of the picture on the coin are painted too: they belong to it.

**Not good**

- Holes inside, or only the bright parts painted.
- The shadow around the coin painted too.
"""

BOX_FORM = [field("box", "coins", "All coins", help="One tight box for each coin.", classes=labels(coin="Coin"))]
PAINT_FORM = [field("mask", "coin", "The coin", help="All of the coin, nothing of the background.", classes=labels(coin="Coin"))]


def views() -> Iterator[DemoItem]:
    for number, view in enumerate(VIEWS):
        piece = Cut("coins", *view)
        found = piece.boxes(("coin", coin) for coin in COINS)
        image = piece.image("Old coins on a dark ground")
        yield DemoItem(f"tray-{number + 1:03}", [image], [shapes("box", "coins", found)], gold=number in GOLD_VIEWS)


def single_coins() -> Iterator[DemoItem]:
    for number, coin in enumerate(COINS):
        piece = around(coin)
        image = piece.image("An old coin on a dark ground")
        yield DemoItem(f"coin-{number + 1:03}", [image], [shapes("mask", "coin", [piece.ellipse("coin", coin)])], gold=number in GOLD_COINS)


def around(coin: tuple[int, int, int, int]) -> Cut:
    """The piece that shows this coin alone, with some of the ground on every side."""
    x, y, width, height = coin
    return Cut("coins", x - MARGIN, y - MARGIN, min(width + 2 * MARGIN, 384 - x + MARGIN), height + 2 * MARGIN)


_EXAMPLE = Cut("coins", 70, 100, 172, 122)
_EXAMPLE_COINS = _EXAMPLE.boxes(("coin", coin) for coin in COINS)
_SINGLE = around(COINS[15])

BOXES = DemoProject(
    key="coin-boxes",
    title="Box every coin",
    kind="DETECTION",
    instructions=BOX_INSTRUCTIONS,
    form=BOX_FORM,
    examples=(
        DemoExample(
            [_EXAMPLE.image("Six old coins in two rows")],
            [shapes("box", "coins", _EXAMPLE_COINS)],
            good=True,
            comment="Every coin has a box of its own, and each side touches the rim.",
        ),
        DemoExample(
            [_EXAMPLE.image("Six old coins in two rows")],
            [shapes("box", "coins", [{"label": "coin", "x": 42, "y": 15, "width": 426, "height": 120}, *_EXAMPLE_COINS[3:]])],
            good=False,
            comment="The upper row has one box around three coins. Each coin needs its own.",
        ),
    ),
    price_per_thousand="7.00",
    overlap=2,
    lease_seconds=300,
    items=views,
)

AREAS = DemoProject(
    key="coin-areas",
    title="Paint the coin",
    kind="SEGMENTATION",
    instructions=PAINT_INSTRUCTIONS,
    form=PAINT_FORM,
    examples=(
        DemoExample(
            [_SINGLE.image("An old coin with a face seen from the front")],
            [shapes("mask", "coin", [_SINGLE.ellipse("coin", COINS[15])])],
            good=True,
            comment="The whole coin up to its rim, without holes.",
        ),
        DemoExample(
            [_SINGLE.image("An old coin with a face seen from the front")],
            [shapes("mask", "coin", [_SINGLE.ellipse("coin", (198, 179, 29, 29))])],
            good=False,
            comment="Only the face is painted. The coin goes on to its rim.",
        ),
    ),
    price_per_thousand="12.50",
    overlap=2,
    lease_seconds=420,
    items=single_coins,
)
