"""The whole way of a newcomer with a phone: from joining to money, a rejection and an appeal that is won."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from models import User
from models.ledger_proof import verify
from models.tutorial.lessons import LESSONS, PHOTO_SIZES, Step
from quality.runs import decode_runs
from tests.api.client import Tidemark
from tests.api.test_whole_way import token_mailed_to
from tests.browser.board import approves, at_the_board, cards, opens, overturns, rejects
from tests.browser.conftest import Visits
from tests.browser.projects import HEIGHT, WIDTH, an_open_project
from tests.browser.visitor import Visitor
from tests.support.photos import a_photo
from tests.support.world import PASSWORD, a_moderator, balances

pytestmark = pytest.mark.needs("chromium")

MANY_CORNERS = 8
ADDRESS = "nadia@example.test"


async def test_a_newcomer_joins_learns_works_is_judged_and_wins_an_appeal_all_by_touch(visits: Visits, tidemark: Tidemark) -> None:
    for kinds in (["choice", "rating"], ["box"], ["polygon"], ["mask"], ["text", "span"], ["media"]):
        await an_open_project(tidemark, *kinds)
    phone = await visits.by()

    await joins(phone)
    await tells_of_herself(phone)
    await passes_the_tutorial(phone)
    await phone.follows("See the projects")
    await phone.follows("Start working")
    for _ in range(6):
        await does_the_task(phone)
    await phone.sees_heading("Nothing to do just now")
    await phone.sees(phone.text("$0.48"))

    await phone.presses("Back to the projects")
    await phone.follows("Earnings")
    await phone.sees(balance(phone, "Pending", "$0.48"))
    await phone.page.evaluate("window.wasNeverLoadedAnew = true")
    one, other = await at_the_board(visits, await a_moderator()), await at_the_board(visits, await a_moderator())
    await expect(cards(one, "To review")).to_have_count(6)
    await opens(one, cards(one, "To review").first)
    await rejects(one, "Wrong label", "Look at the handle again.")
    await phone.sees(phone.toast("Not accepted"))
    for left in range(5, 0, -1):
        await expect(cards(one, "To review")).to_have_count(left)
        await approves(one)
    await phone.sees(balance(phone, "Available", "$0.40"))
    await phone.sees(balance(phone, "Pending", "$0.00"))

    await phone.follows("Reports")
    await phone.presses(phone.page.get_by_role("link").filter(has_text="Wrong label"))
    await phone.sees("Look at the handle again.")
    await phone.sees(phone.page.get_by_role("main").get_by_text("Wrong label"))
    await phone.field("Why your answer is right").fill("The handle is inside.")
    await phone.presses("Appeal")
    await phone.sees("Your appeal is open")
    await opens(other, cards(other, "Appeals"))
    await other.sees("The handle is inside.")
    await overturns(other, "You are right.")

    await phone.sees(phone.page.get_by_role("main").get_by_text("Your appeal was won"))
    await phone.sees(phone.link("Available: $0.48"))
    assert await phone.page.evaluate("window.wasNeverLoadedAnew")
    assert await balances(await User.get(email=ADDRESS)) == (0, 480_000)
    assert await verify() == []


def balance(phone: Visitor, name: str, amount: str) -> Locator:
    term = phone.page.locator("dt", has_text=re.compile(f"^{name}$"))
    return phone.page.locator("dl > div").filter(has=term).get_by_text(amount, exact=True)


async def joins(phone: Visitor) -> None:
    await phone.goes("/")
    await phone.field("Name").fill("Nadia")
    await phone.field("Email").fill(ADDRESS)
    await phone.field("Password").fill(PASSWORD)
    await phone.presses(phone.page.get_by_role("checkbox"))
    await phone.presses("Create account")
    await phone.sees_heading("Check your mail")
    await phone.goes(f"/confirm-email?token={await token_mailed_to(ADDRESS)}")
    await phone.follows("Sign in and begin")
    await expect(phone.field("Email")).to_have_value(ADDRESS)
    await phone.field("Password").fill(PASSWORD)
    await phone.presses("Sign in")


async def tells_of_herself(phone: Visitor) -> None:
    await phone.sees_heading("What shall we offer you?")
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
            await drawing.paints(scribbled(shape, brush=24))


def scribbled(mask: dict[str, Any], brush: int) -> list[tuple[float, float]]:
    """The way of a brush of that diameter back and forth over a mask, from its top down."""
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
    reach = brush / 2
    path: list[tuple[float, float]] = []
    for y in range(int(min(rows) + reach), int(max(rows) - reach) + 1, brush // 2):
        ends = (min(rows[y]) + reach, max(rows[y]) - reach)
        path += [(x, y) for x in (ends if len(path) % 4 == 0 else ends[::-1])]
    return path


async def does_the_task(phone: Visitor) -> None:
    """Whatever the next one asks for."""
    heading = phone.page.get_by_role("heading", level=1)
    await expect(heading).to_contain_text("Cups: ")
    title = await heading.inner_text()
    for kind in title.removeprefix("Cups: ").split(", "):
        await ANSWERS[kind](phone)
    await phone.presses("Submit")
    await expect(heading.filter(has_text=title)).to_have_count(0)


async def chooses(phone: Visitor) -> None:
    await phone.ticks("A cup")


async def rates(phone: Visitor) -> None:
    await phone.ticks("4")


async def draws_a_box(phone: Visitor) -> None:
    await (await phone.picture(WIDTH, HEIGHT)).draws_box(173, 18, 235, 290)


async def outlines(phone: Visitor) -> None:
    await (await phone.picture(WIDTH, HEIGHT)).draws_polygon([(173, 18), (408, 18), (408, 308), (173, 308)])


async def paints(phone: Visitor) -> None:
    await (await phone.picture(WIDTH, HEIGHT)).paints([(200, 100), (300, 110), (390, 100)])


async def writes(phone: Visitor) -> None:
    await phone.page.get_by_role("textbox", name="The text").fill("A cup of coffee.")


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
    photo = {"name": "cup.jpg", "mimeType": "image/jpeg", "buffer": a_photo("clock.jpg")}
    await phone.page.locator('input[type="file"][capture]').set_input_files(photo)  # type: ignore[arg-type]
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
