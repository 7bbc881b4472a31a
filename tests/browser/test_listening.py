"""Recordings: their shape, the keys that play them while one types, and what was written down."""

from __future__ import annotations

import asyncio
import io
import math
import struct
import wave

import pytest
from playwright.async_api import expect

from models import Annotation
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.projects import a_recording_to_write_down
from tests.browser.visitor import DESK
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import an_annotator

pytestmark = pytest.mark.needs("chromium")

RATE, SECONDS, PITCH = 8_000, 4, 440
# How many pixels are painted in each half of the waveform, once there is a shape.
HALVES = """async (canvas) => {
  for (;;) {
    const { width, height } = canvas;
    const painted = (left) => canvas.getContext("2d").getImageData(left, 0, Math.floor(width / 2), height).data
      .filter((value, at) => at % 4 === 3 && value > 0).length;
    const halves = [painted(0), painted(Math.floor(width / 2))];
    if (halves[1] > 2 * halves[0]) return halves;
    await new Promise(requestAnimationFrame);
  }
}"""


def silence_and_then_a_tone() -> bytes:
    """Two seconds of each."""
    output = io.BytesIO()
    with wave.open(output, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        half = RATE * SECONDS // 2
        tone = (int(16_000 * math.sin(2 * math.pi * PITCH * n / RATE)) for n in range(half))
        file.writeframes(bytes(2 * half) + b"".join(struct.pack("<h", each) for each in tone))
    return output.getvalue()


async def test_a_recording_shows_its_shape_is_played_by_keys_and_written_down(visits: Visits, tidemark: Tidemark) -> None:
    await a_recording_to_write_down(tidemark, silence_and_then_a_tone())
    desk = await visits.by(DESK)
    await desk.has_session(await an_annotator())
    await desk.goes("/work/tasks")
    shape = desk.page.get_by_role("slider", name=f"Recording of {SECONDS} seconds")
    text, press = desk.page.get_by_role("textbox", name="The text"), desk.page.keyboard.press

    async with asyncio.timeout(CEILING_SECONDS):
        silent, loud = await shape.locator("canvas").evaluate(HALVES)
    assert 0 < 2 * silent < loud

    box = await shape.bounding_box()
    assert box is not None
    await shape.click(position={"x": 0.8 * box["width"], "y": box["height"] / 2})
    await expect(shape).to_have_attribute("aria-valuenow", "3")
    await press("ArrowLeft")
    await expect(shape).to_have_attribute("aria-valuenow", "2")
    await press(">")
    await expect(desk.field("Speed")).to_have_value("1.25")
    await text.fill("Silence, and then")
    await press("Control+j")
    await expect(shape).to_have_attribute("aria-valuenow", "0")
    await press("Control+k")
    await desk.sees(desk.button("Pause"))
    # To its end.
    await desk.sees(desk.button("Play"))
    await expect(shape).to_have_attribute("aria-valuenow", str(SECONDS))
    await press("End")
    await desk.page.keyboard.type(" a tone.")
    await press("Control+Enter")
    await desk.sees_heading("Nothing to do just now")
    await desk.presses("Back to the projects")
    await desk.sees_heading("Work")
    await desk.goes("/reports")
    await desk.sees("In review")

    [answer] = (await Annotation.get()).answers
    assert answer["value"] == "Silence, and then a tone."
