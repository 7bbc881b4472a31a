"""SEARCH_RELEVANCE: does the product that a shop found answer what was searched for? Queries and results were written for the demo."""

from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels
from jobs.demo.content.project import DemoContent, DemoExample, DemoItem, DemoProject, DemoText

INSTRUCTIONS = """\
Somebody typed a **query** into a shop's search, and the shop showed a **result**. How well does the result answer the query?

1. Read the query, and imagine what the person wants to hold in their hands.
2. Read the result. Compare everything the query asks for: the thing, colour, size, number.
3. Choose.

| choose | when the result is |
| --- | --- |
| *Exactly* | what was asked for, in everything the query names |
| *Instead* | the same sort of thing, but something the query names is different; it might do |
| *Goes with it* | not the thing itself, but something one uses together with it |
| *Not at all* | something else |

**Good**

- Query *red scarf*, result *blue scarf*: *Instead*, the colour is wrong.
- Query *guitar*, result *guitar strings*: *Goes with it*.

**Not good**

- Choosing *Exactly* because most words are the same. One word can change everything.
- Judging the price or the quality. Only what was asked for counts.
"""

FORM = [
    field(
        "choice",
        "relevance",
        "How well does the result answer the query?",
        help="Compare everything the query names: thing, colour, size, number.",
        options=labels(
            exact="Exactly what was asked for",
            instead="Something that might do instead",
            goes_with="Something that goes with it",
            not_at_all="Not at all",
        ),
        multiple=False,
    )
]

PAIRS = (
    ("exact", "wool socks men", "Men's winter socks, pure wool, one pair"),
    ("instead", "red rain boots size 38", "Rain boots, red, size 42"),
    ("goes_with", "electric toothbrush", "Toothbrush heads, pack of four, for electric toothbrushes"),
    ("not_at_all", "desk lamp", "Desk calendar with large figures"),
    ("exact", "phone case transparent", "Clear case for phones, see-through, shockproof"),
    ("goes_with", "coffee machine", "Descaler for coffee machines, 500 ml"),
    ("instead", "black umbrella", "Folding umbrella, dark blue"),
    ("not_at_all", "apple juice", "Charging cable for Apple phones"),
    ("exact", "kids bicycle helmet", "Bicycle helmet for children, adjustable"),
    ("instead", "6 wine glasses", "Wine glasses, set of two"),
    ("goes_with", "tent for two", "Tent pegs, steel, twelve pieces"),
    ("not_at_all", "garden hose 20 m", "Hose clip tie in silver for suits"),
    ("exact", "green tea 100 bags", "Green tea, 100 tea bags"),
    ("instead", "green tea 100 bags", "Green tea, loose, 250 g"),
    ("goes_with", "green tea 100 bags", "Tea cup with lid, porcelain"),
    ("not_at_all", "green tea 100 bags", "Green T-shirt, organic cotton"),
    ("exact", "cat food chicken", "Complete food for cats with chicken, 12 pouches"),
    ("instead", "cat food chicken", "Complete food for cats with salmon, 12 pouches"),
    ("not_at_all", "cat food chicken", "Chicken coop of wood for four hens"),
    ("exact", "left handed scissors", "Scissors for left-handers, 21 cm"),
    ("instead", "left handed scissors", "Office scissors for right-handers, 21 cm"),
    ("goes_with", "watercolour paint", "Watercolour brushes, set of six"),
    ("exact", "usb c cable 2 m", "Cable USB-C to USB-C, 2 metres, white"),
    ("instead", "usb c cable 2 m", "Cable USB-C to USB-C, 50 cm"),
    ("not_at_all", "mouse for laptop", "Toy mouse for cats, with bell"),
    ("goes_with", "sewing machine", "Sewing thread, 24 colours"),
    ("exact", "noise cancelling headphones", "Over-ear headphones with active noise cancelling"),
    ("instead", "noise cancelling headphones", "Over-ear headphones, without noise cancelling"),
    ("not_at_all", "winter tyre", "Winter hat with bobble, grey"),
    ("exact", "chess set wood", "Wooden chess set with folding board"),
    ("instead", "chess set wood", "Travel chess set, plastic, magnetic"),
    ("goes_with", "camping stove", "Gas cartridge for camping stoves, 450 g"),
    ("not_at_all", "spring mattress 90x200", "Spring flowers, seeds, 20 kinds"),
    ("exact", "baby blanket grey", "Soft blanket for babies, grey, 80 by 100 cm"),
    ("goes_with", "fountain pen", "Ink for fountain pens, royal blue, 30 ml"),
    ("instead", "fountain pen blue", "Fountain pen, black, medium nib"),
    ("exact", "gluten free spaghetti", "Spaghetti of maize flour, gluten-free, 500 g"),
    ("instead", "gluten free spaghetti", "Spaghetti of durum wheat, 500 g"),
    ("goes_with", "football", "Ball pump with two needles"),
    ("not_at_all", "bat for table tennis", "Bat house for the garden, larch wood"),
)
GOLD = {2, 7, 12}


def items() -> Iterator[DemoItem]:
    for number, (relevance, query, result) in enumerate(PAIRS):
        yield DemoItem(f"pair-{number + 1:03}", pair(query, result), [choice("relevance", relevance)], gold=number in GOLD)


def pair(query: str, result: str) -> list[DemoContent]:
    return [DemoText(query, "query"), DemoText(result, "result")]


PROJECT = DemoProject(
    key="search",
    title="Does the search result fit?",
    kind="SEARCH_RELEVANCE",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            pair("red scarf", "Scarf, blue, pure wool"),
            [choice("relevance", "instead")],
            good=True,
            comment="It is a scarf, but the query names a colour, and the colour is wrong.",
        ),
        DemoExample(
            pair("guitar", "Guitar strings, set of six, nylon"),
            [choice("relevance", "exact")],
            good=False,
            comment="The word *guitar* is there, but strings are no guitar. They go with it.",
        ),
    ),
    price_per_thousand="2.20",
    overlap=3,
    lease_seconds=120,
    items=items,
    requirements={"languages": ["en"]},
)
