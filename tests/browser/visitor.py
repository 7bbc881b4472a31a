"""Somebody in front of a browser: goes to pages, presses, types and draws, by finger or by mouse."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import CDPSession, Locator, Page, expect

from models import Session, User
from tests.support.ceiling import CEILING_SECONDS

Point = tuple[float, float]
# What the engine leaves free around a picture that is shown whole, CSS pixels, and for the tools beneath it.
MARGIN, FOOT = 16, 48
# Between two events of a finger that draws, and how long it rests before it is lifted.
STEP_SECONDS = 0.03
REST_SECONDS = 0.3
# Of a page that is shown with a failure.
MOST_LINES = 100
# Once a touch: a label that is clicked clicks its box too.
TELL_OF_CLICKS = """(() => {
  let isDown = false;
  addEventListener("pointerdown", () => { isDown = true; }, true);
  addEventListener("click", () => { if (isDown) tellOfClick(); isDown = false; }, true);
})()"""
# The moment of undo, of four seconds, is longer: a busy machine may need more to press the button.
LONG_MOMENTS = """(() => {
  const begin = window.setTimeout;
  window.setTimeout = (call, milliseconds, ...given) =>
    begin(call, milliseconds > 1_000 && milliseconds <= 4_000 ? 3 * milliseconds : milliseconds, ...given);
})()"""
# Toasts go by themselves: here is what they said, titles for `told`, and the whole for `is_told`.
NOTE_TOASTS = """(() => {
  window.toasts = [];
  window.untold = [];
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) {
      if (!(target instanceof Element && target.matches('section[aria-label="Messages"]'))) continue;
      for (const node of addedNodes) {
        window.toasts.push(node.querySelector("p").textContent);
        window.untold.push(node.textContent);
      }
    }
  }).observe(document, { childList: true, subtree: true });
})()"""
TAKE_TOAST = """(words) => {
  const at = window.untold.findIndex((said) => words.every((each) => said.includes(each)));
  if (at >= 0) window.untold.splice(at, 1);
  return at >= 0;
}"""


@dataclass(frozen=True, slots=True)
class Look:
    width: int = 390
    height: int = 844
    touch: bool = True
    scheme: Literal["light", "dark"] = "light"
    locale: str = "en-GB"


PHONE = Look()
DESK = Look(width=1440, height=900, touch=False)


@dataclass(slots=True)
class Visitor:
    page: Page
    touch: bool
    devtools: CDPSession
    faults: list[str] = field(default_factory=list)
    # What the page wrote to its console as an error.
    complaints: list[str] = field(default_factory=list)
    clicked: asyncio.Event = field(default_factory=asyncio.Event)

    async def is_watched(self) -> None:
        """Before the first page is opened: notes its errors and its clicks."""
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        await self.page.expose_binding("tellOfClick", lambda _: self.clicked.set())
        await self.page.add_init_script(TELL_OF_CLICKS)
        await self.page.add_init_script(NOTE_TOASTS)

    async def has_time_to_undo(self) -> None:
        """On this page, from now on."""
        await self.page.evaluate(LONG_MOMENTS)

    async def is_told(self, *words: str) -> None:
        """By a toast that says them all, since the page was loaded; each counts once."""
        async with asyncio.timeout(CEILING_SECONDS):
            while not await self.page.evaluate(TAKE_TOAST, list(words)):  # noqa: ASYNC110 - the page is asked
                await asyncio.sleep(0.05)

    async def told(self) -> list[str]:
        """The titles of all toasts since the page was loaded, in the order in which they came."""
        return list(await self.page.evaluate("window.toasts"))

    async def shown(self) -> str:
        """What is before the visitor, for a report."""
        page = await self.page.locator("body").aria_snapshot(timeout=10_000)
        lines = [self.page.url, *(f"error: {each}" for each in [*self.faults, *self.complaints]), *page.splitlines()]
        return "\n".join([*lines[:MOST_LINES], *(["…"] if len(lines) > MOST_LINES else [])])

    async def has_session(self, user: User) -> str:
        """Signed in without the form, as by a cookie of yesterday; its token."""
        _, token = await Session.open(user, "tests")
        await self.page.context.add_cookies([{"name": "tidemark_session", "value": token, "url": await self.origin()}])
        return token

    async def origin(self) -> str:
        if self.page.url == "about:blank":
            await self.page.goto("/theme.js")
        return "/".join(self.page.url.split("/")[:3])

    async def goes(self, path: str) -> None:
        await self.page.goto(path)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label, exact=True)

    def text(self, words: str) -> Locator:
        return self.page.get_by_text(words, exact=True)

    async def presses(self, what: str | Locator) -> None:
        """A button by its name, or anything."""
        target = self.button(what) if isinstance(what, str) else what
        if not self.touch:
            return await target.click()
        # Never twice: a click that comes late on a busy machine would be two.
        self.clicked.clear()
        await target.tap()
        try:
            await asyncio.wait_for(self.clicked.wait(), CEILING_SECONDS)
        except TimeoutError:
            raise AssertionError(f"The touch of {target} was no click") from None
        return None

    async def follows(self, name: str) -> None:
        await self.presses(self.link(name))

    async def sees(self, what: str | Locator) -> None:
        await expect(self.text(what).first if isinstance(what, str) else what).to_be_visible()

    async def sees_no(self, what: str | Locator) -> None:
        await expect(self.text(what) if isinstance(what, str) else what).to_have_count(0)

    async def sees_heading(self, name: str) -> None:
        # A page may have a part that is called as it is.
        await self.sees(self.page.get_by_role("heading", name=name, exact=True).first)

    async def chooses(self, label: str, words: str) -> None:
        """In a field that one types in to find."""
        box = self.page.get_by_role("combobox", name=label, exact=True)
        await self.presses(box)
        await box.fill(words)
        await self.presses(self.page.get_by_role("option", name=words, exact=True))

    async def ticks(self, label: str) -> None:
        # The digit that is its key stands behind some.
        await self.presses(self.page.locator("label").filter(has_text=re.compile(rf"^{re.escape(label)}\d?$")))

    def toast(self, words: str) -> Locator:
        return self.page.get_by_role("region", name="Messages").get_by_text(words)

    async def picture(self, width: int, height: int) -> Drawing:
        """What is drawn on, shown whole; its size in pixels of the picture."""
        await self.sees(self.page.get_by_role("toolbar", name="Tools"))
        await self.presses("Show the whole picture")
        return Drawing(self, width, height)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws in pixels of the picture, by the visitor's finger or mouse."""

    visitor: Visitor
    width: int
    height: int

    async def places(self, path: Sequence[Point]) -> list[Point]:
        """Where they are on the screen now: the page may have moved since the last stroke."""
        stage = self.visitor.page.get_by_role("application")
        await stage.scroll_into_view_if_needed()
        box = await stage.bounding_box()
        assert box is not None
        scale = min((box["width"] - 2 * MARGIN) / self.width, (box["height"] - FOOT - 2 * MARGIN) / self.height)
        left = box["x"] + (box["width"] - self.width * scale) / 2
        top = box["y"] + (box["height"] - FOOT - self.height * scale) / 2
        return [(left + x * scale, top + y * scale) for x, y in path]

    async def drags(self, path: Sequence[Point]) -> None:
        first, *rest = await self.places(path)
        if self.visitor.touch:
            return await self._strokes(first, rest)
        mouse = self.visitor.page.mouse
        await mouse.move(*first)
        await mouse.down()
        for point in rest:
            await mouse.move(*point, steps=3)
        await mouse.up()
        return None

    async def flicks(self, path: Sequence[Point]) -> None:
        """A finger that is lifted while it is still quick."""
        first, *rest = await self.places(path)
        await self._strokes(first, rest, rests=0)

    async def draws_box(self, x: float, y: float, width: float, height: float) -> None:
        shapes = await self.shapes.count()
        await self.drags([(x, y), (x + width / 2, y + height / 3), (x + width, y + height)])
        # The list beside the picture grows, and pushes down what is pressed next.
        await expect(self.shapes).to_have_count(shapes + 1)

    async def paints(self, path: Sequence[Point]) -> None:
        """A stroke that begins a mask."""
        await self.drags(path)
        await expect(self.shapes).not_to_have_count(0)

    async def draws_polygon(self, corners: Sequence[Point]) -> None:
        shapes = await self.shapes.count()
        for corner in await self.places(corners):
            if self.visitor.touch:
                await self._strokes(corner, [])
            else:
                await self.visitor.page.mouse.click(*corner)
        await self.visitor.presses("Finish the outline")
        await expect(self.shapes).to_have_count(shapes + 1)

    @property
    def shapes(self) -> Locator:
        return self.visitor.page.get_by_role("list", name="What is drawn").get_by_role("listitem")

    async def _strokes(self, first: Point, rest: Sequence[Point], rests: float = REST_SECONDS) -> None:
        """The events bear a hand's times, whatever time their sending takes."""
        at = time.time() - len(rest) * STEP_SECONDS - rests
        await self._finger("touchStart", first, at)
        for step, point in enumerate(rest, start=1):
            await self._finger("touchMove", point, at + step * STEP_SECONDS)
        await self._finger("touchEnd", None, at + len(rest) * STEP_SECONDS + rests)

    async def _finger(self, kind: str, place: Point | None, at: float) -> None:
        points = [] if place is None else [{"x": place[0], "y": place[1]}]
        await self.visitor.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points, "timestamp": at})
