"""CLASSIFICATION: what is the main thing in the picture?"""

from collections.abc import Iterator

from jobs.demo.content.answers import choice, field, labels
from jobs.demo.content.photograph import Cut, whole
from jobs.demo.content.project import DemoExample, DemoItem, DemoProject

INSTRUCTIONS = """\
A photo library wants to sort its pictures. Say **what the picture mainly shows**.

1. Ask yourself: what would you point at, if somebody asked what this picture is about?
2. Choose the one group that it belongs to.

**Good**

- The biggest and sharpest thing decides, not the background.
- A part stands for the whole: a cat's eye is an *animal*, a wheel of a motorcycle is a *vehicle*.
- Rockets, planes and ships are *vehicles* too.

**Not good**

- Choosing *thing* because you are unsure. Look again first.
- Answering what was there before the photo was cut. Judge what you see.
"""

FORM = [
    field(
        "choice",
        "subject",
        "What does the picture mainly show?",
        help="Choose the group of the biggest, sharpest thing.",
        options=labels(
            person="A person",
            animal="An animal",
            vehicle="A vehicle, or part of one",
            food="Food or drink",
            building="A building or a tower",
            sky="The sky, the moon or stars",
            thing="Another thing",
        ),
        multiple=False,
    )
]

# Group, what the picture shows in words that do not give the group away, and where it was cut: photo, x, y, width, height.
PIECES: tuple[tuple[str, str, Cut], ...] = (
    ("person", "Portrait in an orange suit", whole("astronaut")),
    ("person", "A smiling face", Cut("astronaut", 130, 5, 190, 190)),
    ("person", "Somebody in an orange suit, from the waist up", Cut("astronaut", 20, 0, 310, 440)),
    ("person", "Somebody in a dark coat on a lawn", whole("camera")),
    ("person", "A face in profile, close to a camera", Cut("camera", 140, 50, 200, 160)),
    ("person", "Somebody in a dark coat, bent forward", Cut("camera", 0, 50, 280, 320)),
    ("person", "Somebody with a hat at a table", Cut("cafe", 176, 56, 146, 176)),
    ("person", "Somebody with a light cap", Cut("cafe", 370, 56, 130, 184)),
    ("person", "Somebody seen from the side, hand at the chin", Cut("cafe", 0, 128, 165, 200)),
    ("person", "Somebody with curly hair behind a table", Cut("cafe", 36, 28, 84, 84)),
    ("person", "Somebody in red, seated at a window", Cut("cafe", 296, 26, 80, 84)),
    ("person", "People at tables in a room with large windows", Cut("cafe", 0, 0, 500, 240)),
    ("animal", "A striped face with green eyes", whole("cat")),
    ("animal", "A green eye in striped fur", Cut("cat", 110, 60, 130, 110)),
    ("animal", "Another green eye in striped fur", Cut("cat", 270, 85, 100, 100)),
    ("animal", "A red nose with whiskers", Cut("cat", 180, 180, 170, 110)),
    ("animal", "The left half of a striped face", Cut("cat", 0, 0, 235, 300)),
    ("animal", "The right half of a striped face", Cut("cat", 200, 20, 200, 270)),
    ("animal", "Striped fur on a forehead, and an eye", Cut("cat", 30, 0, 230, 170)),
    ("vehicle", "Something red with two wheels in a garage", whole("motorcycle")),
    ("vehicle", "Something red with two wheels, seen a little further to the left", whole("motorcycle_right")),
    ("vehicle", "A wheel with a black tyre under red metal", Cut("motorcycle", 480, 240, 220, 225)),
    ("vehicle", "A wheel with a black tyre and a silver pipe", Cut("motorcycle", 105, 225, 200, 190)),
    ("vehicle", "A silver engine", Cut("motorcycle", 325, 225, 170, 160)),
    ("vehicle", "A black seat above red metal", Cut("motorcycle", 130, 140, 250, 140)),
    ("vehicle", "A round lamp between handlebars", Cut("motorcycle", 440, 90, 160, 130)),
    ("vehicle", "A red tank with letters", Cut("motorcycle_right", 265, 145, 180, 115)),
    ("vehicle", "A wheel on a concrete floor", Cut("motorcycle_right", 440, 245, 205, 210)),
    ("vehicle", "Something tall and white pointing at the evening sky", Cut("rocket", 240, 110, 170, 317)),
    ("vehicle", "The white top of something tall", Cut("rocket", 285, 115, 75, 100)),
    ("food", "A red cup seen from above", whole("coffee")),
    ("food", "A brown surface in a white cup", Cut("coffee", 165, 10, 250, 210)),
    ("food", "Something brown with a fine foam", Cut("coffee", 205, 90, 165, 100)),
    ("food", "A plate with remains of a meal on a tray", Cut("cafe", 100, 262, 118, 96)),
    ("food", "A bowl with green leaves", Cut("cafe", 240, 208, 72, 44)),
    ("building", "A metal frame against the evening sky", Cut("rocket", 0, 0, 110, 340)),
    ("building", "A metal frame, another one", Cut("rocket", 550, 0, 90, 330)),
    ("building", "Something thin and tall made of metal bars", Cut("rocket", 155, 110, 65, 260)),
    ("building", "Something white on a metal frame", Cut("rocket", 425, 110, 65, 260)),
    ("building", "Roofs behind a lawn", Cut("camera", 335, 105, 177, 130)),
    ("building", "Something high with many floors", Cut("camera", 385, 110, 100, 95)),
    ("sky", "Many small lights on black", Cut("hubble", 0, 0, 400, 400)),
    ("sky", "Many small lights on black, some yellow", Cut("hubble", 500, 20, 420, 380)),
    ("sky", "A few lights of different colours on black", Cut("hubble", 300, 420, 330, 330)),
    ("sky", "Lights on black, some of them blurred discs", Cut("hubble", 640, 480, 340, 360)),
    ("sky", "A grey surface with round holes", whole("moon")),
    ("sky", "A round hole, half in the light", Cut("moon", 60, 30, 150, 120)),
    ("thing", "A green box with white letters, upside down", Cut("bin", 228, 384, 120, 92)),
    ("thing", "Something orange with letters, upside down", Cut("bin", 140, 292, 142, 165)),
    ("thing", "Something pink with two rings", Cut("bin", 455, 335, 90, 105)),
    ("thing", "Many packages in a red container", Cut("bin", 120, 140, 500, 330)),
    ("thing", "A black ball with a white rim", Cut("astronaut", 270, 335, 242, 177)),
    ("thing", "A transparent container with a blue lid", Cut("cafe", 212, 248, 60, 104)),
    ("thing", "Brown boxes on a shelf", Cut("motorcycle", 518, 20, 170, 85)),
    ("thing", "Old round pieces of metal in rows", whole("coins")),
    ("thing", "One round piece of metal with a head on it", Cut("coins", 305, 148, 78, 76)),
)

# Clear cases from three groups, so that one habit does not carry an annotator through them.
GOLD = {13, 28, 47}


def items() -> Iterator[DemoItem]:
    for number, (subject, alt, piece) in enumerate(PIECES):
        yield DemoItem(f"library-{number + 1:03}", [piece.image(alt)], [choice("subject", subject)], gold=number in GOLD)


PROJECT = DemoProject(
    key="subjects",
    title="What is in the picture?",
    kind="CLASSIFICATION",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample(
            [Cut("cat", 140, 80, 260, 200).image("A striped face, close up")],
            [choice("subject", "animal")],
            good=True,
            comment="Only a part of the face is in the picture, and it is still clearly an animal.",
        ),
        DemoExample(
            [Cut("motorcycle", 300, 100, 400, 360).image("The front half of a red motorcycle in a garage")],
            [choice("subject", "thing")],
            good=False,
            comment="There are many things on the shelves behind, but the picture is about the motorcycle: choose *vehicle*.",
        ),
        DemoExample(
            [Cut("rocket", 200, 90, 260, 337).image("A rocket between two towers in the evening")],
            [choice("subject", "sky")],
            good=False,
            comment="The sky fills most of the picture, but it is the background. The rocket in the middle is a *vehicle*.",
        ),
    ),
    price_per_thousand="2.50",
    overlap=2,
    lease_seconds=120,
    items=items,
)
