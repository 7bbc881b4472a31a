"""CUSTOM, with a camera or a microphone: photograph something outside, read a sentence aloud. What people bring has no known answer."""

from collections.abc import Iterator

from jobs.demo.content.answers import field, media, rating, text
from jobs.demo.content.photograph import Cut, whole
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject, DemoText

SIGN_INSTRUCTIONS = """\
A map wants to know which signs stand in which streets. **Photograph the sign that is described**, and type what it says.

1. Go near enough that the sign fills about half of the photo.
2. Hold the phone level and still; have the sun behind you.
3. Look at the photo before you send it: can every letter be read?

**Good**

- One sign, straight from the front, sharp and bright.
- The words typed exactly as they stand on the sign.

**Not good**

- A photo out of a moving car or bus. Never photograph while you drive or ride.
- **People's faces or number plates** in the photo. Wait, or step to the side.
- A picture from the internet or of a screen. We check, and do not pay for it.
"""

SIGN_FORM = [
    field("media", "photo", "Your photo of the sign", help="One sharp photo, without faces and number plates.", media="IMAGE"),
    field("text", "words", "What the sign says", help="As it stands there, or - for a sign without words.", max_length=200),
]

SIGNS = (
    "A sign with the name of a street",
    "A sign that says where bicycles may be parked",
    "A bus or tram stop, with the name of the stop",
    "A sign with the opening hours of a shop",
    "A sign that shows the way to a railway station",
    "A sign about dogs",
    "A sign that says how long one may park",
    "A sign with the name of a park or a garden",
    "A house number, with the name of the street if it stands there",
    "A sign that warns of steps",
    "A sign at a playground",
    "A sign that shows the way to a hospital or a pharmacy",
    "A sign about waste or recycling",
    "A sign with the name of a river or a bridge",
    "A sign that shows the way for people on foot",
)

READING_INSTRUCTIONS = """\
A voice service wants to understand many voices. **Read the sentence aloud and record it.**

1. Find a quiet room and close the window.
2. Hold the microphone a hand's width away from your mouth.
3. Read the sentence once to yourself, then record it in your usual voice.
4. Listen to the recording before you send it.

**Good**

- Every word as it is written, at your usual speed, in your own accent.
- Half a second of silence before and after.

**Not good**

- Music, traffic or other voices in the background.
- Words left out, added or put right.
- A computer's voice instead of your own.
"""

READING_FORM = [
    field("media", "recording", "Your recording", help="The sentence once, and nothing else.", media="AUDIO"),
    field("rating", "quiet", "How quiet was it around you?", help="1: loud. 5: silent.", min=1, max=5),
]

SENTENCES = (
    "The next train to the harbour leaves at a quarter past nine.",
    "Could you please turn the light off in the kitchen?",
    "She bought seven red apples and a loaf of bread.",
    "Play the song that I heard this morning.",
    "It will be cloudy at first, and sunny after noon.",
    "My grandmother's garden is full of tomatoes.",
    "Set an alarm for half past six tomorrow.",
    "We walked along the river until it grew dark.",
    "How long does it take to boil an egg?",
    "The key is under the flower pot by the door.",
    "Turn left after the bridge, then go straight on.",
    "Please write down this number: four, zero, nine, two.",
    "There is a spider in the bath again.",
    "He laughed so loudly that the whole bus turned round.",
    "Where can I change money near the station?",
    "Nobody had told the children about the surprise.",
)


def signs() -> Iterator[DemoItem]:
    for number, sign in enumerate(SIGNS):
        yield DemoItem(f"sign-{number + 1:03}", [DemoText(sign, "sign")])


def sentences() -> Iterator[DemoItem]:
    for number, sentence in enumerate(SENTENCES):
        yield DemoItem(f"sentence-{number + 1:03}", [DemoText(sentence, "sentence")])


_NEAR = Cut("motorcycle", 395, 180, 66, 42).image("Metal letters on a red tank, from near")
_FAR = whole("motorcycle").image("A whole motorcycle in a garage, from far")

STREET_SIGNS = DemoProject(
    key="street-signs",
    title="Photograph a street sign",
    kind="CUSTOM",
    instructions=SIGN_INSTRUCTIONS,
    form=SIGN_FORM,
    examples=(
        DemoExample(
            [DemoText("A sign with the name of a maker", "sign")],
            [media("photo", _NEAR), text("words", "YAMAHA")],
            good=True,
            comment="Near enough: the name fills the photo, and every letter can be read.",
        ),
        DemoExample(
            [DemoText("A sign with the name of a maker", "sign")],
            [media("photo", _FAR), text("words", "YAMAHA")],
            good=False,
            comment="Too far away: the name is a few pixels high, and most of the photo shows something else.",
        ),
    ),
    price_per_thousand="60.00",
    overlap=1,
    lease_seconds=3600,
    items=signs,
    requirements={"devices": ["CAMERA"]},
)

READING = DemoProject(
    key="reading",
    title="Read a sentence aloud",
    kind="CUSTOM",
    instructions=READING_INSTRUCTIONS,
    form=READING_FORM,
    examples=(
        DemoExample(
            [DemoText("The kettle is on the stove.", "sentence")],
            [rating("quiet", 2)],
            good=False,
            comment="Recorded beside a running television: *Okay, the kettle's on the stove.* One word was added, another one shortened.",
        ),
    ),
    price_per_thousand="25.00",
    overlap=1,
    lease_seconds=600,
    items=sentences,
    requirements={"devices": ["MICROPHONE"], "languages": ["en"]},
)
