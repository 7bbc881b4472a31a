"""CATEGORIZATION: the department of a shop that a product belongs to. The titles were written for the demo."""

from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject, DemoText

INSTRUCTIONS = """\
A shop puts each product into **one department**. Read the title and choose the department where a customer would look first.

1. Find the word that says *what it is*. It often stands last: a *kitchen timer* is a timer, a *dog blanket* is a blanket for dogs.
2. Ask who uses it, and for what.
3. Choose one department.

**Good**

- *For whom* counts more than *what of*: a bowl for dogs belongs to *Pets*.
- Clothes for sport belong to *Sport and outdoors*, when the title says so.

**Not good**

- Choosing by one word: an *apple peeler* is no food.
- Choosing *Something else* although a department fits.
"""

FORM = [
    field(
        "choice",
        "department",
        "Department",
        help="Where would a customer look first?",
        options=labels(
            clothing="Clothes and shoes",
            electronics="Electronics",
            kitchen="Kitchen",
            food="Food and drink",
            toys="Toys and games",
            pets="Pets",
            garden="Garden and tools",
            sport="Sport and outdoors",
            health="Health and beauty",
            office="Office and school",
            other="Something else",
        ),
        multiple=False,
    )
]

TITLES = (
    ("clothing", "Linen shirt, long sleeves, white"),
    ("electronics", "Bluetooth speaker, waterproof, 12 hours"),
    ("kitchen", "Apple peeler with suction foot"),
    ("food", "Dried apple rings, no added sugar, 200 g"),
    ("toys", "Wooden train with three wagons, from 2 years"),
    ("pets", "Dog blanket, washable, 100 by 70 cm"),
    ("garden", "Pruning shears with steel blades"),
    ("sport", "Yoga mat, 6 mm, non-slip"),
    ("health", "Hand cream with almond oil, 75 ml"),
    ("office", "Ring binder, A4, blue, pack of ten"),
    ("other", "Picture frame, oak, 30 by 40 cm"),
    ("clothing", "Leather belt with plain buckle, brown"),
    ("electronics", "Wireless mouse with quiet buttons"),
    ("pets", "Toy mouse with catnip, two pieces"),
    ("kitchen", "Cast iron pan, 28 cm"),
    ("food", "Olive oil, cold pressed, 1 litre"),
    ("toys", "Jigsaw puzzle, 1,000 pieces, old harbour"),
    ("garden", "Cordless drill, 18 volts, with two batteries"),
    ("sport", "Running jacket with reflectors, women"),
    ("health", "Electric toothbrush with timer"),
    ("office", "Fountain pen for pupils, fine nib"),
    ("clothing", "Rubber boots for children, yellow"),
    ("electronics", "Power bank, 20,000 mAh, two ports"),
    ("kitchen", "Measuring jug, glass, 1 litre"),
    ("food", "Ground coffee, medium roast, 500 g"),
    ("pets", "Bird seed for canaries, 1 kg"),
    ("toys", "Card game for two to five players"),
    ("garden", "Tomato seeds, three old kinds"),
    ("sport", "Bicycle pump with pressure gauge"),
    ("health", "Plasters for children, 40 pieces"),
    ("office", "Sticky notes, four colours, 400 sheets"),
    ("other", "Suitcase, four wheels, 65 litres"),
    ("kitchen", "Coffee maker for the stove, six cups"),
    ("clothing", "Knitted hat, merino wool"),
    ("electronics", "Reading lamp with USB plug and dimmer"),
    ("food", "Honey from lime trees, 500 g"),
    ("toys", "Doctor's case for dolls, 12 parts"),
    ("sport", "Sleeping bag, down to minus five degrees"),
    ("garden", "Watering can, zinc, 9 litres"),
    ("pets", "Aquarium with filter and lamp, 54 litres"),
)
GOLD = {3, 9, 24}


def items() -> Iterator[DemoItem]:
    for number, (department, title) in enumerate(TITLES):
        yield DemoItem(f"sku-{number + 1:04}", [DemoText(title, "product")], [choice("department", department)], gold=number in GOLD)


PROJECT = DemoProject(
    key="departments",
    title="Which department?",
    kind="CATEGORIZATION",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [DemoText("Steel bowl for dogs, 1.5 litres", "product")],
            [choice("department", "pets")],
            good=True,
            comment="It is a bowl, but for dogs. Who looks for it goes to *Pets*.",
        ),
        DemoExample(
            [DemoText("Lemon squeezer, stainless steel", "product")],
            [choice("department", "food")],
            good=False,
            comment="The lemon is food, but the product is a tool for the kitchen.",
        ),
    ),
    price_per_thousand="2.00",
    overlap=2,
    lease_seconds=120,
    items=items,
    requirements={"languages": ["en"]},
)
