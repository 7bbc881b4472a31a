"""What somebody does who comes to Tidemark for the first time: joining, the tutorial, and tasks of every kind."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import FilePayload, expect

from models.tutorial.lessons import LESSONS, PHOTO_SIZES, Step
from quality.runs import decode_runs
from tests.browser.projects import HEIGHT, WIDTH
from tests.browser.running import Running
from tests.browser.visitor import Visitor
from tests.support.photos import a_photo
from tests.support.world import PASSWORD

MANY_CORNERS = 8
BRUSH = 24


async def joins(visitor: Visitor, running: Running, name: str, address: str) -> None:
    """As far as the first page of who is signed in."""
    await visitor.goes("/")
    await visitor.field("Name").fill(name)
    await visitor.field("Email").fill(address)
    await visitor.field("Password").fill(PASSWORD)
    await visitor.presses(visitor.page.get_by_role("checkbox"))
    await visitor.presses("Create account")
    await visitor.sees_heading("Check your mail")
    await visitor.goes(await running.link_mailed_to(address))
    await visitor.follows("Sign in and begin")
    await expect(visitor.field("Email")).to_have_value(address)
    await visitor.field("Password").fill(PASSWORD)
    await visitor.presses("Sign in")
    await visitor.sees_heading("What shall we offer you?")


async def tells_of_herself(phone: Visitor) -> None:
    await phone.chooses("Country", "Portugal")
    await phone.ticks("Phone")
    await phone.presses("Save and go on")
    await phone.sees_heading("Work")


async def passes_the_tutorial(phone: Visitor) -> None:
    await phone.follows("Begin")
    await phone.presses(phone.page.get_by_role("link").filter(has_text="Lesson 1"))
    for lesson in LESSONS:
        await phone.sees(phone.page.get_by_role("heading", level=1, name=lesson.title))
        await phone.presses("Try it")
        for step in lesson.steps:
            await phone.sees(step.prompt)
            await answers_step(phone, step)
            await phone.presses("Check")
            await phone.sees("Right")
            await phone.presses(phone.page.get_by_role("button", name=re.compile("^(Next step|Finish the lesson)$")))
    await phone.sees_heading("You are through. Tasks are open to you.")


async def answers_step(phone: Visitor, step: Step) -> None:
    [field], [answer] = step.form, step.answers
    labels = {each["key"]: each["label"] for each in field.get("classes") or field["options"]}
    if field["kind"] == "choice":
        for option in answer["value"]:
            await phone.ticks(labels[option])
        return
    width, height = PHOTO_SIZES[step.photo]
    drawing = await phone.picture(width, height)
    for shape in answer["value"]:
        await phone.ticks(labels[shape["label"]])
        if field["kind"] == "box":
            await drawing.draws_box(shape["x"], shape["y"], shape["width"], shape["height"])
        elif field["kind"] == "polygon":
            corners = list(zip(shape["points"][::2], shape["points"][1::2], strict=True))
            # Of sixteen the last is so near the first that a finger closes the outline there.
            await drawing.draws_polygon(corners[::2] if len(corners) > MANY_CORNERS else corners)
        else:
            await drawing.paints(scribbled(shape))


def scribbled(mask: dict[str, Any]) -> list[tuple[float, float]]:
    """The way of a brush back and forth over a mask, from its top down."""
    height, width = mask["size"]
    runs = decode_runs(mask["counts"], height * width)
    painted, at = set(), 0
    for index, run in enumerate(runs.tolist()):
        if index % 2:
            painted |= set(range(at, at + run))
        at += run
    rows: dict[int, list[int]] = {}
    for place in painted:
        rows.setdefault(place % height, []).append(place // height)
    reach = BRUSH / 2
    path: list[tuple[float, float]] = []
    for y in range(int(min(rows) + reach), int(max(rows) - reach) + 1, BRUSH // 2):
        ends = (min(rows[y]) + reach, max(rows[y]) - reach)
        path += [(x, y) for x in (ends if len(path) % 4 == 0 else ends[::-1])]
    return path


async def does_the_task_of(phone: Visitor, project: str, *kinds: str) -> None:
    """From the list of projects, and back there."""
    await phone.presses(phone.page.get_by_role("link").filter(has_text=project))
    await phone.sees_heading(project)
    for kind in kinds:
        await ANSWERS[kind](phone)
    await phone.presses("Submit")
    await phone.sees_heading("Nothing to do just now")
    await phone.presses("Back to the projects")
    await phone.sees_heading("Work")


async def chooses(phone: Visitor) -> None:
    await phone.ticks("First class")


async def rates(phone: Visitor) -> None:
    await phone.ticks("4")


async def draws_a_box(phone: Visitor) -> None:
    await (await phone.picture(WIDTH, HEIGHT)).draws_box(173, 18, 235, 290)


async def outlines(phone: Visitor) -> None:
    await (await phone.picture(WIDTH, HEIGHT)).draws_polygon([(173, 18), (408, 18), (408, 308), (173, 308)])


async def paints(phone: Visitor) -> None:
    await phone.presses("Brush")
    await (await phone.picture(WIDTH, HEIGHT)).paints([(200, 100), (300, 110), (390, 100)])


async def writes(phone: Visitor) -> None:
    await phone.page.get_by_role("textbox", name="What is said?").fill("A cup of coffee.")


async def marks(phone: Visitor) -> None:
    """The keyboard's way: fingers select by the system's own handles, which no script can move."""
    await phone.page.evaluate(
        """() => {
          const text = document.querySelector("figure p");
          text.focus();
          getSelection().setBaseAndExtent(text.firstChild, 0, text.firstChild, 3);
        }"""
    )
    await phone.page.keyboard.press("Enter")


async def takes_a_photo(phone: Visitor) -> None:
    photo = FilePayload(name="cup.jpg", mimeType="image/jpeg", buffer=a_photo("clock.jpg"))
    await phone.page.locator('input[type="file"][capture]').set_input_files(photo)
    await phone.sees(phone.page.get_by_role("img", name="What you have made"))


ANSWERS: dict[str, Callable[[Visitor], Awaitable[None]]] = {
    "choice": chooses,
    "rating": rates,
    "box": draws_a_box,
    "polygon": outlines,
    "mask": paints,
    "text": writes,
    "span": marks,
    "media": takes_a_photo,
}
