"""CLASSIFICATION of sounds: signals of a machine, made here from plain tones, so that nobody's voice is needed and the answer is known."""

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import numpy as np

from jobs.demo.content.answers import choice, field, labels
from jobs.demo.content.project import DemoAudio, DemoExample, DemoItem, DemoProject, Json

# Samples a second: enough for tones below 4 kHz, and half the bytes of 16,000.
RATE = 8000
TONE_SECONDS = 0.22
GAP_SECONDS = 0.18
EDGE_SECONDS = 0.3
# Each tone swells and fades this long, so that it does not click.
FADE_SECONDS = 0.015
LOUDNESS = 0.4
LOW, HIGH = 440.0, 880.0

INSTRUCTIONS = """\
A machine tells by beeps what is the matter with it. **Listen, count the beeps**, and say whether they rise or fall.

1. Use headphones if you can, and play the sound to its end.
2. Count the beeps. Play it again if you are unsure.
3. Choose how the pitch goes from the first beep to the last.

**Good**

- Listening twice.
- *Stays the same*, when all beeps have one pitch.

**Not good**

- Answering before the sound is over.
- Guessing the number by how long the sound is.
"""

FORM = [
    field(
        "choice",
        "count",
        "How many beeps?",
        help=None,
        options=labels(one="1", two="2", three="3", four="4", five="5"),
        multiple=False,
    ),
    field(
        "choice",
        "pitch",
        "How does the pitch go?",
        help="A single beep stays the same.",
        options=labels(rises="It rises", falls="It falls", same="It stays the same"),
        multiple=False,
    ),
]

COUNTS = ("one", "two", "three", "four", "five")
GOLD = {4, 11}


@dataclass(frozen=True)
class Signal:
    """So many beeps, whose pitch rises, falls or stays the same, around `base` hertz."""

    count: int
    pitch: str
    base: float = LOW

    @property
    def seconds(self) -> float:
        return 2 * EDGE_SECONDS + self.count * TONE_SECONDS + (self.count - 1) * GAP_SECONDS

    @property
    def truth(self) -> list[Json]:
        return [choice("count", COUNTS[self.count - 1]), choice("pitch", self.pitch)]

    def audio(self) -> DemoAudio:
        return DemoAudio(self._wav, self.seconds)

    def _wav(self) -> bytes:
        samples = np.zeros(round(self.seconds * RATE))
        for number, hertz in enumerate(self._hertz()):
            start = round((EDGE_SECONDS + number * (TONE_SECONDS + GAP_SECONDS)) * RATE)
            tone = beep(hertz)
            samples[start : start + len(tone)] = tone
        file = BytesIO()
        with wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((samples * 32767).astype("<i2").tobytes())
        return file.getvalue()

    def _hertz(self) -> list[float]:
        rising = [self.base * 1.25**number for number in range(self.count)]
        return {"rises": rising, "falls": rising[::-1], "same": [self.base] * self.count}[self.pitch]


def beep(hertz: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """One tone, softly begun and ended."""
    time = np.arange(round(TONE_SECONDS * RATE)) / RATE
    swell = np.clip(np.minimum(time, TONE_SECONDS - time) / FADE_SECONDS, 0, 1)
    tone: np.ndarray[tuple[int], np.dtype[np.float64]] = LOUDNESS * swell * np.sin(2 * np.pi * hertz * time)
    return tone


SIGNALS = (
    *(Signal(3, "rises"), Signal(2, "falls"), Signal(1, "same"), Signal(4, "same"), Signal(3, "falls"), Signal(5, "same")),
    *(Signal(2, "rises"), Signal(4, "rises", HIGH), Signal(2, "same", HIGH), Signal(5, "falls"), Signal(3, "same", HIGH)),
    *(Signal(2, "same"), Signal(4, "falls", HIGH), Signal(1, "same", HIGH), Signal(5, "rises"), Signal(3, "rises", HIGH)),
)


def items() -> Iterator[DemoItem]:
    for number, signal in enumerate(SIGNALS):
        yield DemoItem(f"signal-{number + 1:03}", [signal.audio()], signal.truth, gold=number in GOLD)


_EXAMPLE = Signal(4, "rises")

PROJECT = DemoProject(
    key="signals",
    title="Count the beeps",
    kind="CLASSIFICATION",
    instructions=INSTRUCTIONS,
    form=FORM,
    examples=(
        DemoExample([_EXAMPLE.audio()], _EXAMPLE.truth, good=True, comment="Four beeps, each higher than the one before."),
        DemoExample(
            [_EXAMPLE.audio()], Signal(3, "rises").truth, good=False, comment="There are four. Listen to the end, and count once more."
        ),
    ),
    price_per_thousand="4.00",
    overlap=2,
    lease_seconds=180,
    items=items,
)
