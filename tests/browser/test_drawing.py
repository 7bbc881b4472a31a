"""What is drawn by finger and by mouse is what the server has."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import expect

from models import Annotation, Assignment
from quality.runs import decode_runs
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.projects import HEIGHT, WIDTH, an_open_project
from tests.browser.visitor import DESK, PHONE, Look, Visitor
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import an_annotator

pytestmark = pytest.mark.needs("chromium")

# A pixel of the screen is almost two of the picture on a phone.
CLOSE = 2


async def drawing_on(visits: Visits, tidemark: Tidemark, look: Look, *kinds: str) -> Visitor:
    """Somebody with a task of these kinds before them."""
    await an_open_project(tidemark, *kinds)
    visitor = await visits.by(look)
    await visitor.has_session(await an_annotator())
    await visitor.goes("/work/tasks")
    return visitor


async def submitted(visitor: Visitor) -> dict[str, Any]:
    """The answers as the server has them, by field, once the moment of undo is over."""
    await visitor.presses("Submit")
    await visitor.sees_heading("Nothing to do just now")
    await visitor.presses("Back to the projects")
    await visitor.sees_heading("Work")
    async with visitor.page.expect_response("**/graphql"):
        await visitor.goes("/reports")
    # Leaving the page sends it; the next page may be there before.
    async with asyncio.timeout(CEILING_SECONDS):
        while (annotation := await Annotation.first()) is None:  # noqa: ASYNC110 - it has to be asked
            await asyncio.sleep(0.05)
    return {answer["key"]: answer["value"] for answer in annotation.answers}


@pytest.mark.parametrize("look", [PHONE, DESK], ids=["by touch", "by mouse"])
async def test_a_box_a_polygon_and_a_mask_arrive_as_they_were_drawn(visits: Visits, tidemark: Tidemark, look: Look) -> None:
    visitor = await drawing_on(visits, tidemark, look, "box", "polygon", "mask")
    picture = await visitor.picture(WIDTH, HEIGHT)

    await picture.draws_box(173, 18, 235, 290)
    await visitor.presses("Draw outlines")
    await picture.draws_polygon([(100, 100), (300, 120), (250, 300)])
    await visitor.presses("Brush")
    await picture.paints([(200, 200), (300, 200)])
    answers = await submitted(visitor)

    [box] = answers["box"]
    assert box["label"] == "cup"
    assert [box[side] for side in ("x", "y", "width", "height")] == pytest.approx([173, 18, 235, 290], abs=CLOSE)
    [polygon] = answers["polygon"]
    assert polygon["points"] == pytest.approx([100, 100, 300, 120, 250, 300], abs=CLOSE)
    [mask] = answers["mask"]
    assert mask["size"] == [HEIGHT, WIDTH]
    painted = int(decode_runs(mask["counts"], HEIGHT * WIDTH)[1::2].sum())
    # A brush of 24 drawn over a hundred: a strip and two half discs.
    assert painted == pytest.approx(24 * 100 + 3.14 * 12**2, rel=0.1)


async def test_a_button_is_pressed_right_after_a_box_was_drawn_with_a_flick(visits: Visits, tidemark: Tidemark) -> None:
    visitor = await drawing_on(visits, tidemark, PHONE, "box")
    picture = await visitor.picture(WIDTH, HEIGHT)

    await picture.flicks([(60, 60), (200, 160), (400, 300)])
    await visitor.presses("Undo")

    await expect(picture.shapes).to_have_count(0)


async def test_undo_and_redo_go_back_and_forth_over_everything_drawn_and_survive_a_reload(visits: Visits, tidemark: Tidemark) -> None:
    visitor = await drawing_on(visits, tidemark, DESK, "box")
    picture = await visitor.picture(WIDTH, HEIGHT)
    await picture.draws_box(50, 50, 100, 100)
    await picture.draws_box(250, 50, 100, 100)

    await visitor.presses("Undo")
    await expect(picture.shapes).to_have_count(1)
    await visitor.page.keyboard.press("Control+Shift+Z")
    await expect(picture.shapes).to_have_count(2)
    await visitor.page.reload()
    await expect(picture.shapes).to_have_count(2)
    await visitor.picture(WIDTH, HEIGHT)
    await visitor.presses("Undo")
    await expect(picture.shapes).to_have_count(1)
    await visitor.presses("Undo")
    await expect(picture.shapes).to_have_count(0)


async def test_a_class_that_is_chosen_while_drawing_is_for_the_next_shape(visits: Visits, tidemark: Tidemark) -> None:
    visitor = await drawing_on(visits, tidemark, PHONE, "box")
    picture = await visitor.picture(WIDTH, HEIGHT)

    await picture.draws_box(50, 50, 100, 100)
    await visitor.ticks("Spoon")
    await picture.draws_box(250, 50, 100, 100)

    await expect(picture.shapes.nth(0)).to_contain_text("Cup")
    await expect(picture.shapes.nth(1)).to_contain_text("Spoon")


async def test_a_draft_comes_to_the_server_and_is_there_on_another_device(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "box")
    person = await an_annotator()
    phone, desk = await visits.by(PHONE), await visits.by(DESK)
    await phone.has_session(person)
    await desk.has_session(person)
    await phone.goes("/work/tasks")
    picture = await phone.picture(WIDTH, HEIGHT)

    await picture.draws_box(50, 50, 100, 100)
    await phone.sees(phone.page.get_by_text("· Saved"))
    [assignment] = await Assignment.all()
    await desk.goes("/work/tasks")

    assert assignment.draft
    await desk.sees(desk.button("Remove 1. Cup"))
