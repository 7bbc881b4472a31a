"""The whole way of a partner: from an organization without anything to the first result, in one window that is never loaded anew."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, expect

from models import Annotation, Organization
from models.ledger_proof import verify
from tests.api.client import Tidemark
from tests.browser.board import approves, at_the_board, cards, opens
from tests.browser.conftest import Visits
from tests.browser.projects import HEIGHT, WIDTH
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.photos import a_photo
from tests.support.world import a_moderator, a_user, an_annotator

pytestmark = pytest.mark.needs("chromium")


async def test_a_partner_builds_a_form_tries_it_brings_pictures_pays_opens_and_sees_the_first_result(
    visits: Visits, tidemark: Tidemark
) -> None:
    partner = await a_user()
    desk, phone = await visits.by(DESK), await visits.by(PHONE)
    await phone.has_session(await an_annotator())
    await phone.goes("/work")
    await phone.sees_heading("Work")
    await desk.has_session(partner)
    await desk.goes("/console/projects")
    await desk.page.evaluate("window.wasNeverLoadedAnew = true")

    await founds_an_organization(desk)
    organization = await Organization.get()
    await organization.credit(100_000_000, reference="invoice 1", key="credit", by=partner)
    await makes_a_project(desk)
    await builds_its_form(desk)
    await tries_it(desk)
    await desk.presses("Save")
    await desk.sees(desk.toast("Saved"))
    await brings_pictures(desk)
    await sets_money_aside(desk)
    await desk.presses("Open")
    await desk.sees(desk.button("Pause"))
    await desk.page.get_by_role("navigation", name="The project's pages").get_by_role("link", name="Results").click()
    await desk.sees("No item is done yet")

    await answers(phone)
    await phone.page.wait_for_load_state("networkidle")
    moderator = await at_the_board(visits, await a_moderator())
    await opens(moderator, cards(moderator, "To review"))
    await approves(moderator)

    await desk.sees(desk.page.get_by_role("list", name="Items that are done").get_by_text(".jpg"))
    await desk.sees(desk.page.get_by_role("heading", name="1 item done"))
    await desk.sees(desk.page.get_by_role("main").get_by_text("A mug"))
    assert await desk.page.evaluate("window.wasNeverLoadedAnew")
    [annotation] = await Annotation.all()
    assert {answer["key"] for answer in annotation.answers} == {"label", "where_is_it"}
    assert await verify() == []


async def founds_an_organization(desk: Visitor) -> None:
    await desk.sees_heading("Become a partner")
    await desk.field("Name of the organization").fill("Field Mice Ltd")
    await desk.presses("Make the organization")
    await desk.sees("No project yet")


async def makes_a_project(desk: Visitor) -> None:
    await desk.follows("New project")
    await desk.field("Title").fill("Which cup is it?")
    await desk.presses("Make the project")
    await desk.sees_heading("Form")


async def builds_its_form(desk: Visitor) -> None:
    """An option is renamed, and a second field asks for boxes."""
    labels = desk.page.get_by_role("group", name="Options").get_by_role("textbox", name="Label", exact=True)
    await labels.first.fill("A mug")
    await desk.presses("Add a field")
    await desk.presses(desk.page.get_by_role("button").filter(has_text="Rectangles on the picture"))
    await desk.field("Question").fill("Where is it?")
    await desk.field("Price per 1,000 answers, in dollars").fill("80")


async def tries_it(desk: Visitor) -> None:
    """In the preview, on a picture of one's own."""
    await desk.page.locator('input[type="file"][aria-label="Try a file of your own"]').set_input_files(
        FilePayload(name="cup.jpg", mimeType="image/jpeg", buffer=a_photo())
    )
    picture = await desk.picture(WIDTH, HEIGHT)
    await desk.ticks("A mug")
    await picture.draws_box(173, 18, 235, 290)
    await desk.sees("Could be submitted")


async def brings_pictures(desk: Visitor) -> None:
    await desk.page.get_by_role("navigation", name="The project's pages").get_by_role("link", name="Import").click()
    await desk.page.get_by_label("Choose files").set_input_files(
        [FilePayload(name=f"{name}.jpg", mimeType="image/jpeg", buffer=a_photo(f"{name}.jpg")) for name in ("coffee", "clock")]
    )
    await desk.presses("Import 2 items")
    await desk.sees_heading("2 items imported")
    await desk.follows("To the overview")


async def sets_money_aside(desk: Visitor) -> None:
    await desk.presses("All that is missing")
    await expect(desk.field("Set aside, in dollars")).to_have_value("0.16")
    await desk.presses("Set aside")
    await desk.sees(desk.toast("$0.16 set aside"))


async def answers(phone: Visitor) -> None:
    """The project came to the list by itself."""
    await phone.sees("Which cup is it?")
    await phone.follows("Start working")
    await phone.ticks("A mug")
    await (await phone.picture(WIDTH, HEIGHT)).draws_box(60, 60, 200, 100)
    await phone.presses("Submit")
    await phone.sees(phone.toast("Submitted"))
    await phone.sees_no(phone.toast("Submitted"))
