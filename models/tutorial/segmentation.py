"""The third lesson: outlines and painted areas."""

from models.tutorial.lesson import Lesson, Step

GUIDE = """\
**Segmentation** means marking the exact shape of a thing. A box says roughly where it is; a segment says which part of the
picture *is* the thing.

### Two ways to mark a shape

- **Outline (polygon).** Click from corner to corner along the edge, all the way around. Click the first corner again to close it.
- **Paint (mask).** Colour the thing with the brush. What was painted too much goes away with the eraser.

### What a good shape looks like

- It **follows the edge**: neither air outside, nor a strip of the thing left out.
- Straight sides need a corner only where they meet. **Round sides need many corners**, close together.
- It stops where **something in front** hides the thing.
- A painted area has **no holes** that do not belong there.

### Typical mistakes

- Four corners around something round.
- Lines that cross each other: go around in one direction.
- Painting over the edge into the neighbour. Use a small brush near the edge and a big one inside.

As with boxes, a small difference is fine.
"""

LESSON = Lesson(
    key="segmentation",
    kind="SEGMENTATION",
    title="Mark exact shapes",
    guide=GUIDE,
    steps=(
        Step(
            key="segmentation-straight",
            prompt=(
                "Outline the blue name badge on the right, with its white border. "
                "Its lower right corner is hidden behind the helmet: outline only what you see."
            ),
            photo="patches.jpg",
            alt="An orange suit with a round blue badge on the left and a small four-sided one on the right, partly behind a helmet",
            form=[
                {
                    "key": "outline",
                    "label": "The name badge",
                    "help": "Five corners are enough: three of the badge, two where the helmet hides the fourth.",
                    "required": True,
                    "kind": "polygon",
                    "classes": [{"key": "name_badge", "label": "Name badge", "color": "#f08c00"}],
                }
            ],
            answers=[
                {
                    "key": "outline",
                    "kind": "polygon",
                    "value": [{"label": "name_badge", "points": [364, 46, 462, 60, 468, 95, 441, 120, 374, 116]}],
                }
            ],
            iou=0.7,
            why="Straight sides need no more than their corners. Where the helmet begins, the outline follows the helmet.",
        ),
        Step(
            key="segmentation-round",
            prompt="Outline the round blue badge on the left, along its thin purple edge.",
            photo="patches.jpg",
            alt="An orange suit with a round blue badge on the left and a small four-sided one on the right, partly behind a helmet",
            form=[
                {
                    "key": "outline",
                    "label": "The round badge",
                    "help": "Use at least eight corners. The faint circle in the orange cloth around it does not belong to it.",
                    "required": True,
                    "kind": "polygon",
                    "classes": [{"key": "round_badge", "label": "Round badge", "color": "#2f9e44"}],
                }
            ],
            answers=[
                {
                    "key": "outline",
                    "kind": "polygon",
                    "value": [
                        {
                            "label": "round_badge",
                            "points": [
                                *(224, 139, 218, 168, 202, 192, 178, 208, 149, 214, 121, 208, 97, 192, 80, 168),
                                *(75, 139, 80, 111, 97, 87, 121, 70, 149, 65, 178, 70, 202, 87, 218, 111),
                            ],
                        }
                    ],
                }
            ],
            # The step teaches round: a square around the badge overlaps it by 0.79 and is refused, eight corners by 0.9.
            iou=0.8,
            why="Many corners close together make a round shape. Sixteen follow this badge well; with four, its sides would be cut off.",
        ),
        Step(
            key="segmentation-paint",
            prompt="Paint the coffee in the cup: all of the brown, its darker edge too. Leave out the cup.",
            photo="coffee.jpg",
            alt="A red cup, white inside, with brown coffee at its bottom, on a red saucer with a spoon",
            form=[
                {
                    "key": "area",
                    "label": "The coffee",
                    "help": "Paint the middle with a big brush and the edge with a small one.",
                    "required": True,
                    "kind": "mask",
                    "classes": [{"key": "coffee", "label": "Coffee", "color": "#1971c2"}],
                }
            ],
            answers=[
                {
                    "key": "area",
                    "kind": "mask",
                    "value": [
                        {
                            "label": "coffee",
                            "size": [400, 600],
                            "counts": (
                                r"n]_22\<4L4L4M2M4L3M3N2M3N2M3N2M3N2M3N2N1O2N2N2N2M201N2O1N2O001N2O0O2O0O2O1O0O2O1O0O2O001N2O001O0O101O000O2O001N10001O001O0O101O000"
                                r"0001O0O1000001O00000O101O000000001O00000000000001O00000000000000000000001O0000000O2O0000001N1000000O2O00001O0O101O0O101O0O2O000O2O"
                                r"0O101O0O2O1O0O2O0O2O1N101N2O0O2O1N102M2O1N2O1N2N2O1N2N3N1N3M3N2M2N3M3M4L4K5L8HVfi2"
                            ),
                        }
                    ],
                }
            ],
            iou=0.7,
            why="The painted area ends where the white cup begins, and includes the dark band at the back, which is coffee in the shade.",
        ),
    ),
)
