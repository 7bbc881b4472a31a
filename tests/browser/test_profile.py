"""The profile: where one is signed in."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from models import Session
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.visitor import DESK, PHONE
from tests.support.world import an_annotator

pytestmark = pytest.mark.needs("chromium")


async def test_another_device_is_signed_out_from_the_profile_and_shows_nothing_more(visits: Visits, tidemark: Tidemark) -> None:
    person = await an_annotator()
    phone, desk = await visits.by(PHONE), await visits.by(DESK)
    await phone.has_session(person)
    await desk.has_session(person)
    await phone.goes("/earnings")
    await expect(phone.page.locator("[data-link]:visible")).to_have_attribute("data-link", "live")
    await desk.goes("/profile")
    lines = desk.page.get_by_role("listitem").filter(has_text="Since")
    await expect(lines).to_have_count(2)
    await desk.sees(lines.first.get_by_text("This one"))

    await desk.presses(lines.last.get_by_role("button"))

    await desk.is_told("Signed out there")
    await expect(lines).to_have_count(1)
    await phone.sees_heading("Sign in again")
    assert await (await Session.live(person.id)).count() == 1
    await desk.page.reload()
    await desk.sees_heading("Profile")
