"""The board of moderators: judged by keys alone, and two who want the same card."""

from __future__ import annotations

import pytest
from playwright.async_api import WebSocketRoute, expect

from models import Annotation, Assignment, Decision, Review, User, Verdict
from tests.api.client import Tidemark
from tests.browser.board import at_the_board, cards, pane
from tests.browser.conftest import Visits
from tests.browser.projects import an_open_project
from tests.browser.visitor import DESK, Visitor
from tests.support.world import a_moderator, an_annotator

pytestmark = pytest.mark.needs("chromium")

A_BOX = [{"key": "box", "value": {"boxes": [{"label": "cup", "x": 173, "y": 18, "width": 235, "height": 290}]}}]


async def answered(tidemark: Tidemark, items: int) -> list[Annotation]:
    project = await an_open_project(tidemark, "box", items=items)
    person = await an_annotator()
    assignments = await Assignment.lease(person.id, up_to=items, project_id=project.id)
    return [await assignment.submit(A_BOX) for assignment in assignments]


async def shows(visitor: Visitor, card: int) -> None:
    """The card of that number is open, with its picture and what was drawn."""
    await visitor.sees(pane(visitor).get_by_role("heading", name=f"photo-{card}", exact=True))
    await visitor.sees(pane(visitor).get_by_role("button", name="Hide the answer (O)"))


async def test_ten_cards_are_judged_by_keys_alone(visits: Visits, tidemark: Tidemark) -> None:
    annotations = await answered(tidemark, 10)
    moderator = await a_moderator()
    visitor = await at_the_board(visits, moderator)
    press = visitor.page.keyboard.press
    await expect(cards(visitor, "To review")).to_have_count(10)
    await visitor.has_time_to_undo()

    await press("j")
    await shows(visitor, 0)
    await press("j")
    await shows(visitor, 1)
    await press("k")
    await shows(visitor, 0)
    await press("o")
    await visitor.sees(visitor.button("Show the answer (O)"))
    await press("o")
    await press("c")
    await expect(cards(visitor, "In review")).to_have_count(1)
    await visitor.sees(pane(visitor).get_by_text("yours for"))
    assert await Review.claimed(by=moderator.id).count() == 1
    for card in range(10):
        await shows(visitor, card)
        if card % 3 == 1:
            await press("x")
            await visitor.sees(visitor.page.get_by_role("group", name="Why is it rejected?"))
            await press("4")
        else:
            await press("a")
        if card == 5:
            await shows(visitor, 6)
            await press("u")
            await shows(visitor, 5)
            await press("a")
    await visitor.sees(visitor.page.get_by_text("10 decided today"))

    decisions = {verdict.annotation_id: verdict.decision for verdict in await Verdict.all()}
    expected = [Decision.REJECTED if card % 3 == 1 else Decision.APPROVED for card in range(10)]
    assert [decisions[annotation.id] for annotation in annotations] == expected
    assert {tuple(verdict.reasons) for verdict in await Verdict.filter(decision=Decision.REJECTED)} == {("IMPRECISE_SHAPE",)}


class Hearing:
    """What the server tells a window, which can be kept from it for a while."""

    def __init__(self) -> None:
        self.is_deaf = False
        self.missed: list[str | bytes] = []
        self.window: WebSocketRoute | None = None

    def join(self, window: WebSocketRoute) -> None:
        self.window = window
        window.connect_to_server().on_message(self._hear)

    def comes_back(self) -> None:
        assert self.window is not None
        self.is_deaf = False
        for message in self.missed:
            self.window.send(message)

    def _hear(self, message: str | bytes) -> None:
        assert self.window is not None
        if self.is_deaf:
            self.missed.append(message)
        else:
            self.window.send(message)


async def slow_to_hear(visits: Visits, moderator: User) -> tuple[Visitor, Hearing]:
    visitor, hearing = await visits.by(DESK), Hearing()
    await visitor.page.route_web_socket("**/graphql", hearing.join)
    await visitor.has_session(moderator)
    await visitor.goes("/review/board")
    await expect(visitor.page.locator("[data-link]:visible")).to_have_attribute("data-link", "live")
    return visitor, hearing


async def test_of_two_who_want_a_card_one_gets_it_and_the_other_is_told_who(visits: Visits, tidemark: Tidemark) -> None:
    await answered(tidemark, 1)
    winner, loser = await a_moderator(), await a_moderator()
    one = await at_the_board(visits, winner)
    other, hearing = await slow_to_hear(visits, loser)
    await expect(cards(other, "To review")).to_have_count(1)
    hearing.is_deaf = True

    await one.page.keyboard.press("j")
    await one.page.keyboard.press("c")
    await one.sees(pane(one).get_by_text("yours for"))
    await other.page.keyboard.press("j")
    await other.page.keyboard.press("a")

    await other.is_told("Somebody was faster", winner.display_name)
    await expect(cards(other, "To review")).to_have_count(1)
    await expect(cards(other, "Approved")).to_have_count(0)
    hearing.comes_back()
    await expect(cards(other, "To review")).to_have_count(0)
    await expect(cards(other, "In review").get_by_role("img", name=winner.display_name)).to_be_visible()
    [review] = await Review.all()
    assert review.claimed_by_id == winner.id
    assert await Verdict.all().count() == 0
