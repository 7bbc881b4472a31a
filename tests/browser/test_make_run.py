"""The whole way of a newcomer and of a partner, with what `make run` starts and nothing else: pages, and the mail that it writes."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, FilePayload, Locator, expect

from tests.browser.board import approves, cards, comes_to_the_board, opens, overturns, rejects
from tests.browser.conftest import Visits
from tests.browser.newcomer import does_the_task_of, joins, passes_the_tutorial, tells_of_herself
from tests.browser.partner import adds_a_field, begins_a_project, brings, goes_to, opens_it, saves_the_form, sets_aside
from tests.browser.projects import HEIGHT, TEXT, WIDTH
from tests.browser.running import Running, tidemark_run
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.photos import a_photo

pytestmark = pytest.mark.needs("chromium")

# Of each project its title, the pattern that it begins with, what its one task asks for and what that pays, in dollars per 1,000.
ASKED = (
    ("Name the drink", "Classification", ("choice",), 2),
    ("Box the drink", "Detection", ("box",), 6),
    ("Outline and paint it", "Segmentation", ("polygon", "mask"), 24),
    ("Judge the sentence", "Text review", ("span", "rating"), 6),
    ("Write it down", "Transcription", ("text",), 4),
    ("Photograph yours", "Mixed", ("media",), 10),
)
EARNED = "$0.052"
# All of it but the outline.
APPROVED = "$0.028"


@pytest.fixture
def emptied() -> None:
    """Nothing here knows of the tests' own servers."""


@pytest.fixture(scope="module")
async def running(built: None) -> AsyncIterator[Running]:
    async with tidemark_run() as running:
        yield running


@pytest.fixture
async def visits(browser: Browser, running: Running) -> AsyncIterator[Visits]:
    async with AsyncExitStack() as stack:
        yield Visits(browser, running.origin, stack)


async def test_a_newcomer_joins_learns_works_is_judged_and_wins_an_appeal_all_by_touch(visits: Visits, running: Running) -> None:
    phone, partner = await visits.by(PHONE), await at_a_desk(visits, running, "partner@demo.test")
    one, other = [await at_a_desk(visits, running, f"{name}@demo.test") for name in ("moderator", "moderator2")]

    await asyncio.gather(joins_and_learns(phone, running), opens_projects(partner))
    await phone.follows("See the projects")
    for title, _, kinds, _ in ASKED:
        await does_the_task_of(phone, title, *kinds)
    await phone.follows("Earnings")
    await phone.sees(balance(phone, "Pending", EARNED))
    await phone.page.evaluate("window.wasNeverLoadedAnew = true")

    await comes_to_the_board(one)
    await comes_to_the_board(other)
    await expect(cards(one, "To review")).to_have_count(len(ASKED))
    await opens(one, card_of(one, "To review", "Outline and paint it"))
    await rejects(one, "Wrong label", "Look at the handle again.")
    await phone.is_told("Not accepted")
    for left in range(len(ASKED) - 1, 0, -1):
        await expect(cards(one, "To review")).to_have_count(left)
        await approves(one)
    await phone.sees(balance(phone, "Available", APPROVED))
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
    await phone.sees(phone.link(f"Available: {EARNED}"))
    assert await phone.page.evaluate("window.wasNeverLoadedAnew")
    assert await running.says("ledger", "verify") == "The ledger holds."


async def test_a_partner_builds_a_form_tries_it_is_credited_pays_opens_and_sees_the_first_result(visits: Visits, running: Running) -> None:
    desk = await visits.by(DESK)
    admin, moderator = [await at_a_desk(visits, running, f"{name}@demo.test") for name in ("admin", "moderator")]
    phone = await visits.by(PHONE)
    await signs_in(phone, running, "annotator@demo.test")
    await phone.sees_heading("Work")

    await joins(desk, running, "Pia", "pia@example.test")
    await desk.follows("Profile")
    await desk.follows("Become a partner")
    await desk.page.evaluate("window.wasNeverLoadedAnew = true")
    await founds_an_organization(desk)
    await begins_a_project(desk, "Which cup is it?", "Classification")
    await builds_its_form(desk)
    await tries_it(desk)
    await saves_the_form(desk)
    pictures = [FilePayload(name=f"{name}.jpg", mimeType="image/jpeg", buffer=a_photo(f"{name}.jpg")) for name in ("coffee", "clock")]
    await brings(desk, pictures, "2 items")
    await desk.sees(desk.page.get_by_text("The balance is empty."))
    await credits(admin, "pia@example.test", "50")
    await desk.is_told("A payment of Field Mice Ltd has arrived")
    await sets_aside(desk, "0.16")
    await desk.sees("$49.84")
    await opens_it(desk)
    await goes_to(desk, "Results")
    await desk.sees("No item is done yet")

    await works(phone)
    await comes_to_the_board(moderator)
    await opens(moderator, card_of(moderator, "To review", "Which cup is it?"))
    await approves(moderator)

    await desk.sees(desk.page.get_by_role("list", name="Items that are done").get_by_text(".jpg"))
    await desk.sees(desk.page.get_by_role("heading", name="1 item done"))
    await desk.sees(desk.page.get_by_role("main").get_by_text("A mug"))
    assert await desk.page.evaluate("window.wasNeverLoadedAnew")
    assert await running.says("ledger", "verify") == "The ledger holds."


# ------------------------------------------------------------------ who is there
async def at_a_desk(visits: Visits, running: Running, address: str) -> Visitor:
    visitor = await visits.by(DESK)
    await signs_in(visitor, running, address)
    return visitor


async def signs_in(visitor: Visitor, running: Running, address: str) -> None:
    """One of the demo's people."""
    await visitor.goes("/sign-in")
    await visitor.field("Email").fill(address)
    await visitor.field("Password").fill(running.password)
    await visitor.presses("Sign in")
    await visitor.sees(visitor.link("Profile"))


def balance(phone: Visitor, name: str, amount: str) -> Locator:
    term = phone.page.locator("dt", has_text=re.compile(f"^{name}$"))
    return phone.page.locator("dl > div").filter(has=term).get_by_text(amount, exact=True)


def card_of(visitor: Visitor, column: str, project: str) -> Locator:
    return cards(visitor, column).filter(has_text=project)


# ------------------------------------------------------------------ what a newcomer's way needs
async def joins_and_learns(phone: Visitor, running: Running) -> None:
    await joins(phone, running, "Nadia", "nadia@example.test")
    await tells_of_herself(phone)
    await passes_the_tutorial(phone)


async def opens_projects(desk: Visitor) -> None:
    """With a task each; their money is there already."""
    for title, pattern, kinds, price in ASKED:
        await desk.goes("/console/projects")
        await begins_a_project(desk, title, pattern)
        if "mask" in kinds:
            await adds_a_field(desk, "Pixels painted with a brush", "Paint it")
            await desk.field("Dollars per 1,000 answers").fill(str(price))
            await saves_the_form(desk)
        await brings(desk, [a_sentence() if "span" in kinds else a_picture(title)], "1 item")
        await desk.presses("All that is missing")
        await desk.presses("Set aside")
        await desk.sees(desk.page.get_by_role("region", name="Messages").get_by_text("set aside"))
        await opens_it(desk)


def a_sentence() -> FilePayload:
    line = json.dumps({"id": "Judge the sentence", "text": TEXT}).encode()
    return FilePayload(name="sentences.jsonl", mimeType="application/jsonl", buffer=line)


def a_picture(title: str) -> FilePayload:
    return FilePayload(name=f"{title}.jpg", mimeType="image/jpeg", buffer=a_photo())


# ------------------------------------------------------------------ what a partner's way needs
async def founds_an_organization(desk: Visitor) -> None:
    await desk.sees_heading("Become a partner")
    await desk.field("Name of the organization").fill("Field Mice Ltd")
    await desk.presses("Make the organization")
    await desk.sees("No project yet")


async def builds_its_form(desk: Visitor) -> None:
    """An option is renamed, and a second field asks for boxes."""
    labels = desk.page.get_by_role("group", name="Options").get_by_role("textbox", name="Label", exact=True)
    await labels.first.fill("A mug")
    await adds_a_field(desk, "Rectangles on the picture", "Where is it?")
    await desk.field("Dollars per 1,000 answers").fill("80")


async def tries_it(desk: Visitor) -> None:
    """In the preview, on a picture of one's own."""
    await desk.page.locator('input[type="file"][aria-label="Try a file of your own"]').set_input_files(
        FilePayload(name="cup.jpg", mimeType="image/jpeg", buffer=a_photo())
    )
    picture = await desk.picture(WIDTH, HEIGHT)
    await desk.ticks("A mug")
    await picture.draws_box(173, 18, 235, 290)
    await desk.sees("Could be submitted")


async def credits(admin: Visitor, member: str, dollars: str) -> None:
    """The organization of that member, whose payment has arrived."""
    await admin.follows("Partners")
    await admin.sees_heading("Organizations")
    await admin.field("Search organizations").fill(member)
    await expect(admin.page.get_by_role("main").get_by_role("listitem")).to_have_count(1)
    await admin.presses("Field Mice Ltd")
    await admin.field("Amount in dollars").fill(dollars)
    await admin.field("Reference").fill("invoice 1")
    await admin.presses(f"Credit ${dollars}.00")
    await admin.is_told(f"${dollars}.00 credited to Field Mice Ltd")


async def works(phone: Visitor) -> None:
    """The project came to the list by itself."""
    await phone.presses(phone.page.get_by_role("link").filter(has_text="Which cup is it?"))
    await phone.ticks("A mug")
    await (await phone.picture(WIDTH, HEIGHT)).draws_box(60, 60, 200, 100)
    await phone.presses("Submit")
    await phone.is_told("Submitted")
    await phone.sees_no(phone.toast("Submitted"))
    await phone.page.wait_for_load_state("networkidle")
