"""SURVEY: opinions on pairs of short notices. Opinions have no right answer; two items only check that the notices are read."""

from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels, rating, text
from jobs.demo.content.project import DemoContent, DemoExample, DemoItem, DemoProject, DemoText, Json

INSTRUCTIONS = """\
A city wants its notices to be friendly and easy to understand. You see **two notices that say the same thing**. Tell us
which one sounds friendlier to you, and how easy the friendlier one is to understand.

There is no right answer: **your own opinion counts**. But do read both notices. Now and then one of them asks you for a
certain answer, to see that they are read.

**Good**

- Answering as *you* feel, not as you think others would.
- *No difference*, when you really see none.
- A few words of your own at the end, if you have some.

**Not good**

- Always the same answer without reading.
- Words copied out of the notice as a comment.
"""

FORM = [
    field(
        "choice",
        "friendlier",
        "Which notice sounds friendlier?",
        help=None,
        options=labels(a="The first", b="The second", same="No difference"),
        multiple=False,
    ),
    field("rating", "clarity", "How easy is it to understand?", help="1: hard to understand. 5: clear at once.", min=1, max=5),
    field(
        "text",
        "comment",
        "Do you want to add something?",
        help="A sentence at most. You can leave this empty.",
        required=False,
        max_length=300,
    ),
]

NOTICES = (
    ("Keep off the grass.", "Please walk on the paths, so that the grass can grow."),
    ("Dogs must be on a lead.", "Your dog is welcome here on a lead."),
    ("The library closes at 6 p.m.", "We are here for you until 6 p.m."),
    ("Rubbish left here will be fined.", "Please take your rubbish home. The next visitors will thank you."),
    ("No ball games.", "Please play ball on the field behind the school."),
    ("Have your ticket ready.", "Boarding is faster when your ticket is at hand."),
    ("Out of order.", "This lift is being repaired. The next one is twenty steps to the left."),
    ("Do not feed the ducks.", "Bread makes ducks ill. Thank you for not feeding them."),
    ("Quiet!", "People are studying here. Please speak softly."),
    ("Cash only.", "We cannot take cards yet. There is a cash machine across the street."),
    ("Parking for customers only.", "These places are kept for our customers. Thank you for leaving them free."),
    ("Queue here.", "Please wait here, we will call you in a moment."),
    ("Wet floor.", "Careful: the floor has just been cleaned and is wet."),
    ("The pool is closed on Mondays.", "On Mondays we clean the pool for you. See you on Tuesday!"),
    ("Wash your hands.", "Clean hands keep everybody well."),
    ("Bicycles will be removed.", "Please leave this door free. There are bicycle stands around the corner."),
    ("Form B12 must be filled in completely.", "Please fill in every field of form B12. We are glad to help."),
    ("Late fees apply from day 15.", "You can keep this book for 14 days. After that, each day costs a small fee."),
    (
        "This notice is a check. Please choose “The second” and rate it 1.",
        "Thank you for reading this far. Please choose “The second” and rate it 1.",
    ),
    (
        "This notice is a check. Please choose “No difference” and rate it 4.",
        "Thank you for reading this far. Please choose “No difference” and rate it 4.",
    ),
)
CHECKS: dict[int, list[Json]] = {
    18: [choice("friendlier", "b"), rating("clarity", 1)],
    19: [choice("friendlier", "same"), rating("clarity", 4)],
}


def items() -> Iterator[DemoItem]:
    for number, (first, second) in enumerate(NOTICES):
        yield DemoItem(f"notice-{number + 1:03}", both(first, second), CHECKS.get(number), gold=number in CHECKS)


def both(first: str, second: str) -> list[DemoContent]:
    return [DemoText(first, "first"), DemoText(second, "second")]


PROJECT = DemoProject(
    key="notices",
    title="Which notice sounds friendlier?",
    kind="SURVEY",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            both("No smoking.", "Please smoke outside. Thank you!"),
            [choice("friendlier", "b"), rating("clarity", 5), text("comment", "The first is shorter, the second says where one can go.")],
            good=True,
            comment="An opinion and a reason. Another opinion would be just as good.",
        ),
        DemoExample(
            both("No smoking.", "Please smoke outside. Thank you!"),
            [choice("friendlier", "same"), rating("clarity", 3), text("comment", "no smoking please smoke outside")],
            good=False,
            comment="The middle of everything and copied words: this does not tell what the person thinks.",
        ),
    ),
    price_per_thousand="9.00",
    overlap=3,
    lease_seconds=240,
    items=items,
    requirements={"languages": ["en"]},
)
