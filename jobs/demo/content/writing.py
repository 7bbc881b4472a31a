"""TRANSCRIPTION: printed words, in pieces of a photographed page and of other photographs."""

from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels, text
from jobs.demo.content.photograph import Cut
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject, Json

INSTRUCTIONS = """\
An archive wants its photographed pages as text. **Type exactly what is printed.**

1. Say whether there is something to read.
2. Type it, character by character: capitals, full stops, commas and hyphens as they are printed.
3. Compare once more, from the last word to the first. That way mistakes show.

**Good**

- Words that stand below each other are typed in one line, with a space between.
- Strange spellings and signs stay as they are: `np.zeros_like`, `>>>`.
- Is there nothing to read, type a single `-`.

**Not good**

- Mistakes put right, abbreviations written out, words translated.
- Words guessed that are cut off at the edge.
"""

FORM = [
    field(
        "choice",
        "legible",
        "Is there something to read?",
        help=None,
        options=labels(yes="Yes, all of it is legible", partly="Yes, but some of it is not legible", no="No, there is no text"),
        multiple=False,
    ),
    field("text", "text", "What is printed", help="Exactly as printed. Type - where there is nothing to read.", max_length=200),
]

# Small print is shown this many times enlarged.
SCALE = 4

PIECES = (
    ("Region-based", Cut("page", 3, 9, 142, 28, SCALE)),
    ("segmentation", Cut("page", 148, 10, 150, 28, SCALE)),
    ("Region-based segmentation", Cut("page", 2, 8, 298, 30, 3)),
    ("Let us first", Cut("page", 3, 46, 82, 19, SCALE)),
    ("determine markers", Cut("page", 87, 48, 138, 18, SCALE)),
    ("of the coins", Cut("page", 228, 48, 92, 18, SCALE)),
    ("and the", Cut("page", 321, 46, 60, 19, SCALE)),
    ("background.", Cut("page", 3, 64, 82, 19, SCALE)),
    ("These markers", Cut("page", 87, 66, 103, 17, SCALE)),
    ("are pixels", Cut("page", 191, 66, 70, 18, SCALE)),
    ("that we can", Cut("page", 262, 65, 83, 18, SCALE)),
    ("label", Cut("page", 343, 64, 38, 17, 7)),
    ("unambiguously", Cut("page", 3, 82, 102, 19, SCALE)),
    ("as either", Cut("page", 106, 84, 70, 17, SCALE)),
    ("object or", Cut("page", 178, 84, 72, 18, SCALE)),
    ("background.", Cut("page", 251, 83, 87, 18, SCALE)),
    ("Here,", Cut("page", 340, 82, 41, 17, 7)),
    ("the markers are", Cut("page", 4, 99, 108, 19, SCALE)),
    ("found at", Cut("page", 113, 101, 63, 18, 5)),
    ("the two extreme", Cut("page", 176, 101, 121, 18, SCALE)),
    ("parts of the", Cut("page", 298, 99, 83, 19, SCALE)),
    ("histogram of", Cut("page", 4, 115, 84, 22, SCALE)),
    ("grey values:", Cut("page", 87, 118, 88, 20, SCALE)),
    (">>> markers", Cut("page", 16, 166, 74, 19, SCALE)),
    ("np.zeros_like(coins)", Cut("page", 102, 172, 142, 19, SCALE)),
    ("YAMAHA", Cut("motorcycle", 398, 188, 60, 28, 5)),
    ("YAMAHA", Cut("motorcycle_right", 346, 188, 60, 28, 5)),
    ("Irish Spring", Cut("bin", 252, 427, 78, 37, 4, turned=True)),
    ("-", Cut("coffee", 430, 10, 160, 120, 2)),
    ("-", Cut("cat", 180, 150, 160, 130, 2)),
    ("-", Cut("hubble", 10, 10, 260, 260, 1)),
)
GOLD = {4, 15, 28}


def items() -> Iterator[DemoItem]:
    for number, (printed, piece) in enumerate(PIECES):
        yield DemoItem(f"scrap-{number + 1:03}", [piece.image("A piece of a photograph")], read(printed), gold=number in GOLD)


def read(printed: str) -> list[Json]:
    """The answers for these words; a dash says that there are none."""
    return [choice("legible", "no" if printed == "-" else "yes"), text("text", printed)]


PROJECT = DemoProject(
    key="writing",
    title="Type what is printed",
    kind="TRANSCRIPTION",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [Cut("page", 229, 82, 152, 19, SCALE).image("A strip of a printed page")],
            read("or background. Here,"),
            good=True,
            comment="The full stop, the capital and the comma are there, as printed.",
        ),
        DemoExample(
            [Cut("page", 229, 82, 152, 19, SCALE).image("A strip of a printed page")],
            read("or background here"),
            good=False,
            comment="The full stop and the comma are missing, and *Here* has a capital.",
        ),
    ),
    price_per_thousand="6.50",
    overlap=2,
    lease_seconds=240,
    items=items,
)
