"""The second lesson: boxes around things."""

from models.tutorial.lesson import Lesson, Step

GUIDE = """\
**Detection** means drawing a box around each thing that is asked for, and saying what it is.

### What a good box looks like

- **Tight.** Each of its four sides touches the thing.
- **Complete.** Nothing that belongs to the thing sticks out: handles, ears and wheels are inside.
- **One box for each thing.** Two eyes are two boxes, never one box around both.

### How to draw one

1. Choose the name of the thing.
2. Press at one corner, drag to the opposite corner, let go.
3. Pull the sides or corners until they touch. Zoom in for small things.

### When a thing is not wholly in view

Box **what you can see** of it, and stop at the edge of the photo. When something stands in front of it, the box still
reaches around all its visible parts.

### Typical mistakes

- A box with air around the thing, or one that cuts a piece off.
- A shadow or a reflection inside the box.
- The right box with the wrong name.
- One of several things forgotten. Look once more before you send.

A box need not be perfect to the pixel: a small difference is fine.
"""

LESSON = Lesson(
    key="detection",
    kind="DETECTION",
    title="Draw boxes",
    guide=GUIDE,
    steps=(
        Step(
            key="detection-one",
            prompt="Draw one box around the cup. Its handle belongs to it; the saucer and the spoon do not.",
            photo="coffee.jpg",
            alt="A red cup of coffee, white inside, with its handle towards us, on a red saucer with a spoon",
            form=[
                {
                    "key": "boxes",
                    "label": "The cup",
                    "help": "Start at the upper left of the white rim, end at the lower right.",
                    "required": True,
                    "kind": "box",
                    "classes": [{"key": "cup", "label": "Cup", "color": "#1971c2"}],
                }
            ],
            answers=[{"key": "boxes", "kind": "box", "value": [{"label": "cup", "x": 173, "y": 18, "width": 235, "height": 290}]}],
            iou=0.75,
            why=(
                "The top, the left and the right side touch the white rim, and the lower side touches the end of the handle. "
                "Some of the saucer and the spoon is inside too: that is all right, a box has four straight sides."
            ),
        ),
        Step(
            key="detection-several",
            prompt="Draw a box around each eye of the cat and one around its nose. Give each box its name.",
            photo="cat.jpg",
            alt="The face of a cat with two green eyes and a red nose",
            form=[
                {
                    "key": "boxes",
                    "label": "Eyes and nose",
                    "help": "Three boxes: two eyes and one nose. Zoom in to make them tight.",
                    "required": True,
                    "kind": "box",
                    "classes": [
                        {"key": "eye", "label": "Eye", "color": "#2f9e44"},
                        {"key": "nose", "label": "Nose", "color": "#e03131"},
                    ],
                }
            ],
            answers=[
                {
                    "key": "boxes",
                    "kind": "box",
                    "value": [
                        {"label": "eye", "x": 134, "y": 85, "width": 76, "height": 63},
                        {"label": "eye", "x": 295, "y": 110, "width": 47, "height": 55},
                        {"label": "nose", "x": 240, "y": 227, "width": 52, "height": 40},
                    ],
                }
            ],
            # Small things: three pixels too many on each side of the nose already cost a quarter of the overlap.
            iou=0.65,
            why=(
                "Three things, three boxes. Each eye is boxed with its dark rim, without the fur around it. "
                "The nose is the red skin with its dark tip, not the whole muzzle."
            ),
        ),
        Step(
            key="detection-cut",
            prompt="Draw one box around the black and white helmet. It is not wholly in the photo: box the part that you can see.",
            photo="astronaut.jpg",
            alt="A smiling astronaut in an orange suit; in front of her a black helmet with a white rim, cut off by the edge of the photo",
            form=[
                {
                    "key": "boxes",
                    "label": "The helmet",
                    "help": "The white rim belongs to the helmet. Stop at the edge of the photo.",
                    "required": True,
                    "kind": "box",
                    "classes": [{"key": "helmet", "label": "Helmet", "color": "#f08c00"}],
                }
            ],
            answers=[{"key": "boxes", "kind": "box", "value": [{"label": "helmet", "x": 277, "y": 343, "width": 235, "height": 169}]}],
            iou=0.75,
            why=(
                "The box starts at the top of the white rim and at the left of the visor. Below and on the right it ends with the photo. "
                "We do not guess how the helmet goes on outside the photo."
            ),
        ),
    ),
)
