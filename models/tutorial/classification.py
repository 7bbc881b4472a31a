"""The first lesson: choosing what fits."""

from models.tutorial.lesson import Lesson, Step

GUIDE = """\
**Classification** means choosing the words that fit a picture. You look, you compare, you choose. Nothing is drawn.

### How to do it well

1. **Read the question first.** It tells you what to look for.
2. **Look at the whole picture**, then at the details.
3. **Read every option** before you choose. Often two are close and one is better.
4. **Answer what you see**, not what you guess is just outside the picture.

### One answer or several?

- **Round buttons** take one answer: choose the one that fits best.
- **Square boxes** take several: tick *everything* that is there and *nothing* that is not.

### Typical mistakes

- Choosing the first option that sounds right.
- Ticking one box and forgetting the others.
- Ticking something because it *usually* belongs there, although it cannot be seen.

You can try each step as often as you like. Nothing here counts against you.
"""

LESSON = Lesson(
    key="classification",
    kind="CLASSIFICATION",
    title="Choose what fits",
    guide=GUIDE,
    steps=(
        Step(
            key="classification-animal",
            prompt="Which animal do you see? Choose one.",
            photo="cat.jpg",
            alt="The face of an animal with striped fur, green eyes and whiskers, close to the camera",
            form=[
                {
                    "key": "animal",
                    "label": "Animal",
                    "help": "Choose the one that fits.",
                    "required": True,
                    "kind": "choice",
                    "options": [
                        {"key": "cat", "label": "Cat", "color": "#e8590c"},
                        {"key": "dog", "label": "Dog", "color": "#1971c2"},
                        {"key": "rabbit", "label": "Rabbit", "color": "#2f9e44"},
                        {"key": "none", "label": "No animal", "color": "#868e96"},
                    ],
                    "multiple": False,
                }
            ],
            answers=[{"key": "animal", "kind": "choice", "value": ["cat"]}],
            iou=1.0,
            why="It is a cat: narrow upright pupils, whiskers and a small red nose. You see only its face, and that is enough to be sure.",
        ),
        Step(
            key="classification-quality",
            prompt="How good is this photo? Judge the photo itself, not what it shows. Choose one.",
            photo="clock.jpg",
            alt="A grey wall with something round and pale in the middle",
            form=[
                {
                    "key": "quality",
                    "label": "Quality of the photo",
                    "help": "Could you read the time on this clock?",
                    "required": True,
                    "kind": "choice",
                    "options": [
                        {"key": "sharp", "label": "Sharp: details can be seen", "color": "#2f9e44"},
                        {"key": "blurred", "label": "Blurred: details are smeared", "color": "#e8590c"},
                        {"key": "dark", "label": "Too dark: hardly anything can be seen", "color": "#495057"},
                    ],
                    "multiple": False,
                }
            ],
            answers=[{"key": "quality", "kind": "choice", "value": ["blurred"]}],
            iou=1.0,
            why=(
                "The camera moved while the photo was taken, so the hands and the figures of the clock are smeared: it is blurred. "
                "It is not too dark, because you can see the pale clock clearly against the wall."
            ),
        ),
        Step(
            key="classification-action",
            prompt="What is the man doing? Two options may look possible; look at what his face is close to.",
            photo="camera.jpg",
            alt="A man in a dark coat on a lawn bends towards a device that stands on three legs",
            form=[
                {
                    "key": "action",
                    "label": "What he is doing",
                    "help": "Choose the one that fits best.",
                    "required": True,
                    "kind": "choice",
                    "options": [
                        {"key": "filming", "label": "Looking through a camera", "color": "#e8590c"},
                        {"key": "phoning", "label": "Talking on a phone", "color": "#1971c2"},
                        {"key": "reading", "label": "Reading a book", "color": "#2f9e44"},
                        {"key": "walking", "label": "Walking across the grass", "color": "#9c36b5"},
                    ],
                    "multiple": False,
                }
            ],
            answers=[{"key": "action", "kind": "choice", "value": ["filming"]}],
            iou=1.0,
            why="He stands still with his eye at a camera on a tripod. He is on grass, but nothing shows that he is walking.",
        ),
        Step(
            key="classification-several",
            prompt="What can you see in this photo? Tick everything that is there, and nothing that is not.",
            photo="rocket.jpg",
            alt="A white rocket in the evening, tall metal towers on both sides, and lamps shining near the ground",
            form=[
                {
                    "key": "seen",
                    "label": "What can be seen",
                    "help": "More than one is right. Look at the middle, at the sides and near the ground.",
                    "required": True,
                    "kind": "choice",
                    "options": [
                        {"key": "rocket", "label": "A rocket", "color": "#e8590c"},
                        {"key": "towers", "label": "Metal towers", "color": "#1971c2"},
                        {"key": "lamps", "label": "Lamps that are shining", "color": "#f08c00"},
                        {"key": "people", "label": "People", "color": "#2f9e44"},
                        {"key": "aeroplane", "label": "An aeroplane", "color": "#9c36b5"},
                    ],
                    "multiple": True,
                }
            ],
            answers=[{"key": "seen", "kind": "choice", "value": ["rocket", "towers", "lamps"]}],
            iou=1.0,
            why=(
                "Three are right: the rocket in the middle, the metal towers beside it, and the lamps near the ground. "
                "People surely work there, but none can be seen, so that box stays empty."
            ),
        ),
    ),
)
