"""What moderators do at their board, with a mouse."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from models import User
from tests.browser.conftest import Visits
from tests.browser.visitor import DESK, Visitor


async def at_the_board(visits: Visits, moderator: User) -> Visitor:
    visitor = await visits.by(DESK)
    await visitor.has_session(moderator)
    await comes_to_the_board(visitor)
    return visitor


async def comes_to_the_board(visitor: Visitor) -> None:
    await visitor.goes("/review/board")
    await visitor.sees_heading("Review board")
    await expect(visitor.page.locator("[data-link]:visible")).to_have_attribute("data-link", "live")


def cards(visitor: Visitor, column: str) -> Locator:
    return visitor.page.get_by_role("region", name=column, exact=True).locator("[data-card]")


def pane(visitor: Visitor) -> Locator:
    """The card that is open."""
    return visitor.page.get_by_role("region", name="Card", exact=True)


async def opens(visitor: Visitor, card: Locator) -> None:
    await visitor.presses(card.locator("[data-open]"))
    await visitor.sees(pane(visitor).get_by_role("heading", name="Annotator", exact=True))


async def approves(visitor: Visitor) -> None:
    await visitor.presses(pane(visitor).get_by_role("button", name="Approve"))


async def rejects(visitor: Visitor, reason: str, comment: str) -> None:
    await visitor.presses(pane(visitor).get_by_role("button", name="Reject"))
    reasons = visitor.page.get_by_role("group", name="Why is it rejected?")
    await visitor.presses(reasons.get_by_text(reason, exact=True))
    await reasons.get_by_role("textbox").fill(comment)
    await visitor.presses(reasons.get_by_role("button", name="Reject"))


async def overturns(visitor: Visitor, comment: str) -> None:
    await visitor.field("What you tell the annotator").fill(comment)
    await visitor.presses("Overturn and pay")
