"""Somebody in front of a browser: goes to pages, presses, types and draws, by finger or by mouse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from playwright.async_api import CDPSession, Locator, Page, expect

from models import Session, User

Point = tuple[float, float]
# What the engine leaves free around a picture that is shown whole, CSS pixels.
MARGIN = 16
TOUCHES = 3
NOTICE_A_CLICK = """() => {
  window.clicked = new Promise((resolve) => addEventListener("click", () => resolve(true), { once: true, capture: true }));
}"""
WAS_CLICKED = "() => Promise.race([window.clicked, new Promise((resolve) => setTimeout(resolve, 500, false))])"


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
        # Chromium may take a touch that soon follows another for half of a double tap, or for a hand on what was flung, and click nothing.
        for _ in range(TOUCHES):
            await self.page.evaluate(NOTICE_A_CLICK)
            await target.tap()
            if await self.page.evaluate(WAS_CLICKED):
                return None
        raise AssertionError(f"No touch of {target} was a click")

    async def follows(self, name: str) -> None:
        await self.presses(self.link(name))

    async def sees(self, what: str | Locator, seconds: float = 8) -> None:
        await expect(self.text(what).first if isinstance(what, str) else what).to_be_visible(timeout=seconds * 1000)

    async def sees_no(self, what: str | Locator, seconds: float = 8) -> None:
        await expect(self.text(what) if isinstance(what, str) else what).to_have_count(0, timeout=seconds * 1000)

    async def sees_heading(self, name: str) -> None:
        await self.sees(self.page.get_by_role("heading", name=name, exact=True))

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
        stage = self.page.get_by_role("application")
        box = await stage.bounding_box()
        assert box is not None
        scale = min((box["width"] - 2 * MARGIN) / width, (box["height"] - 2 * MARGIN) / height)
        left = box["x"] + (box["width"] - width * scale) / 2
        top = box["y"] + (box["height"] - height * scale) / 2
        return Drawing(self, scale, left, top)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Draws in pixels of the picture, by the visitor's finger or mouse."""

    visitor: Visitor
    scale: float
    left: float
    top: float

    def at(self, point: Point) -> Point:
        return self.left + point[0] * self.scale, self.top + point[1] * self.scale

    async def drags(self, path: Sequence[Point]) -> None:
        first, *rest = [self.at(point) for point in path]
        if not self.visitor.touch:
            mouse = self.visitor.page.mouse
            await mouse.move(*first)
            await mouse.down()
            for point in rest:
                await mouse.move(*point, steps=3)
            await mouse.up()
            return
        await self._finger("touchStart", first)
        for point in rest:
            await self._finger("touchMove", point)
        await self._finger("touchEnd", None)

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
        for corner in corners:
            x, y = self.at(corner)
            if self.visitor.touch:
                await self._finger("touchStart", (x, y))
                await self._finger("touchEnd", None)
            else:
                await self.visitor.page.mouse.click(x, y)
        await self.visitor.presses("Finish the outline")
        await expect(self.shapes).to_have_count(shapes + 1)

    @property
    def shapes(self) -> Locator:
        return self.visitor.page.get_by_role("list", name="What is drawn").get_by_role("listitem")

    async def _finger(self, kind: str, at: Point | None) -> None:
        points = [] if at is None else [{"x": at[0], "y": at[1]}]
        await self.visitor.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
