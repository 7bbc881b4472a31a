"""What lessons and tests say of what was drawn."""

from __future__ import annotations

import asyncio

import pytest

from models import Assignment, QualificationAttempt
from models.tutorial.lessons import LESSONS, PHOTO_SIZES
from schema.ids import public_id
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.projects import HEIGHT, WIDTH, a_project_behind_a_test
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import a_user, an_annotator

pytestmark = pytest.mark.needs("chromium")

# Of the two manners of a remark, as red, green and blue: what is expected, and what is too much.
EXPECTED, SURPLUS = (61, 214, 140), (255, 122, 133)
MARKED = """async ({ color, isThere }) => {
  const near = ([r, g, b]) => Math.abs(r - color[0]) + Math.abs(g - color[1]) + Math.abs(b - color[2]) < 24;
  // The picture's own lies below those of the shapes, of which one is being painted while another is seen.
  const layers = () => [...document.querySelectorAll("[role=application] canvas")].slice(1)
    .filter((canvas) => canvas.style.visibility !== "hidden");
  const isMarked = () => layers().some((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200 && near(data.subarray(at, at + 3))) found += 1;
    return found > 100;
  });
  while (isMarked() !== isThere) await new Promise(requestAnimationFrame);
}"""


async def sees_marks(visitor: Visitor, color: tuple[int, int, int], *, are_there: bool) -> None:
    """On the picture, in the colour of that manner."""
    async with asyncio.timeout(CEILING_SECONDS):
        await visitor.page.evaluate(MARKED, {"color": color, "isThere": are_there})


async def test_remarks_are_drawn_on_the_picture_and_go_once_it_is_right(visits: Visits, tidemark: Tidemark) -> None:
    lesson = next(each for each in LESSONS if each.key == "detection")
    [right] = lesson.steps[0].answers[0]["value"]
    desk = await visits.by(DESK)
    await desk.has_session(await a_user(tutorial=False))
    await desk.goes(f"/work/tutorial/{public_id('Lesson', LESSONS.index(lesson))}")
    await desk.presses("Try it")
    picture = await desk.picture(*PHOTO_SIZES[lesson.steps[0].photo])

    await picture.draws_box(430, 20, 120, 120)
    for color in (EXPECTED, SURPLUS):
        await sees_marks(desk, color, are_there=False)
    await desk.presses("Check")
    await desk.sees("Not quite")
    remarks = desk.page.get_by_role("status").get_by_role("listitem")
    await desk.sees(remarks.filter(has_text="Missed"))
    await desk.sees(remarks.filter(has_text="Too much"))
    for color in (EXPECTED, SURPLUS):
        await sees_marks(desk, color, are_there=True)

    await desk.presses("Undo")
    await (await desk.picture(*PHOTO_SIZES[lesson.steps[0].photo])).draws_box(right["x"], right["y"], right["width"], right["height"])
    await desk.presses("Check")
    await desk.sees("Right")
    for color in (EXPECTED, SURPLUS):
        await sees_marks(desk, color, are_there=False)


async def test_a_test_is_taken_in_the_editor_and_opens_its_project(visits: Visits, tidemark: Tidemark) -> None:
    box = {"label": "cup", "x": 173, "y": 18, "width": 235, "height": 290}
    project, test = await a_project_behind_a_test(tidemark, "box", {"boxes": [box]})
    annotator, phone = await an_annotator(), await visits.by(PHONE)
    await phone.has_session(annotator)
    await phone.goes("/work")
    await phone.presses(phone.page.get_by_role("link").filter(has_text=project.title))

    await phone.sees_heading(test.title)
    await phone.presses("Begin the test")
    for number, button in enumerate(("Next question", "Hand in the test"), start=1):
        await phone.sees(f"Question {number} of 2")
        await (await phone.picture(WIDTH, HEIGHT)).draws_box(173, 18, 235, 290)
        await phone.presses(button)
    await phone.sees_heading("Passed")
    await phone.follows("See the projects")
    await phone.presses(phone.page.get_by_role("link").filter(has_text=project.title))

    await phone.sees(phone.button("Submit"))
    assert await QualificationAttempt.filter(user_id=annotator.id).count() == 1
    assert await Assignment.filter(annotator_id=annotator.id, project_id=project.id).count() == 1
