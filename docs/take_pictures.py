"""`make pictures`: every page as people see it, on a phone and on a desk, light and dark, into docs/pictures.

On servers of its own, from the demo's data and a few weeks of work that the demo's people did; nothing else is touched. A picture is
`NAME-desk-dark.webp` and so on; `ONLY=earnings,board` takes just those.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from bench.stage import empty_stage, web_and_worker
from docs.lived_in import LITECOIN, lived_in, nobody_is_late, the_user
from jobs.demo import fill_demo
from models import Session
from ops.settings import ROOT

FOLDER = ROOT / "docs" / "pictures"
COMMANDS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Width, height, and how many pixels of the screen a pixel of the page has.
SIZES = {"desk": (1440, 900, 1.0), "phone": (390, 844, 1.5)}
SCHEMES = ("light", "dark")
QUALITY = 55
SETTLE_MS = 700
# Something to see, nothing that only holds its place, and no picture half loaded.
IS_THERE = """() => document.querySelector("h1, h2, [role=application]") && !document.querySelector("[role=status][aria-label=Loading]")
  && [...document.images].every((image) => image.complete || image.loading === "lazy")"""
MOST_BYTES = 6_000_000

# What all of them look with; one session each, or the list of their sessions would be of pictures taken.
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"


@dataclass(frozen=True)
class View:
    """A page, who looks at it, and what they do before the picture is taken."""

    name: str
    who: str | None
    path: str
    act: Callable[[Page], Awaitable[None]] | None = None


async def main(only: set[str]) -> None:
    async with empty_stage():
        await fill_demo()
        places = await lived_in()
        async with web_and_worker() as url, async_playwright() as playwright:
            path = next((found for command in COMMANDS if (found := shutil.which(command))), None)
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            FOLDER.mkdir(exist_ok=True)
            views = [view for view in _views(places) if not only or view.name in only]
            tokens = {name: await _token(name) for name in {view.who for view in views} if name}
            for view, form in product(views, product(SIZES, SCHEMES)):
                await nobody_is_late()
                await _take(browser, url, view, form, tokens.get(view.who or ""))
    total = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.webp')))} pictures, {total / 1e6:.1f} MB\n")
    assert total < MOST_BYTES, "The pictures have grown too large for the repository."


def _views(places: dict[str, str]) -> list[View]:
    """All there is to see; `places` are ids."""
    task = "/work/tasks?project={}".format
    return [
        View("join", None, "/join"),
        View("sign-in", None, "/sign-in"),
        View("welcome", "newcomer", "/welcome"),
        View("tutorial", "newcomer", "/work/tutorial"),
        View("lesson", "newcomer", f"/work/tutorial/{places['lesson']}"),
        View("lesson-feedback", "newcomer", f"/work/tutorial/{places['lesson']}", _draws_badly),
        View("unlocked", "graduate", "/work/tutorial"),
        View("work", "annotator", "/work"),
        View("editor", "graduate", task(places["Box every coin"]), _picture),
        View("editor-outline", "graduate", task(places["Outline the thing that is named"]), _picture),
        View("editor-text", "graduate", task(places["Praise and complaints in reviews"])),
        View("editor-audio", "graduate", task(places["Count the beeps"]), _listens),
        View("qualification", "graduate", f"/work/qualifications/{places['qualification']}"),
        View("qualification-question", "graduate", f"/work/qualifications/{places['qualification']}", _begins),
        View("earnings", "annotator", "/earnings"),
        View("withdraw", "annotator", "/earnings/withdraw", _fills_in),
        View("withdraw-confirm", "annotator", "/earnings/withdraw", _checks_once_more),
        View("withdrawals", "annotator", "/earnings/withdrawals"),
        View("withdrawal", "annotator", f"/earnings/withdrawals/{places['withdrawal']}"),
        View("reports", "annotator", "/reports"),
        View("report", "annotator", f"/reports/{places['rejected']}"),
        View("help", "annotator", "/help"),
        View("tickets", "annotator", "/help/tickets"),
        View("ticket", "annotator", f"/help/tickets/{places['ticket']}"),
        View("ticket-new", "annotator", "/help/tickets/new"),
        View("profile", "annotator", "/profile"),
        View("sessions", "annotator", "/profile", _sees_sessions),
        View("standing", "annotator3", "/reports/standing"),
        View("board", "moderator", "/review/board"),
        View("board-detail", "moderator", f"/review/board?card={places['held']}"),
        View("board-fix", "moderator", f"/review/board?card={places['alike']}", _fixes),
        View("board-together", "moderator", f"/review/board?card={places['alike']}", _together),
        View("second-look", "moderator", f"/review/board/second-look?sample={places['sample']}"),
        View("people", "moderator", "/review/people"),
        View("signals", "moderator", "/review/people/signals", _evidence),
        View("standing-appeals", "moderator", "/review/people/appeals"),
        View("overturned", "admin", "/review/people/overturned"),
        View("staff-tickets", "moderator", "/review/tickets"),
        View("payouts", "admin", "/review/payouts"),
        View("organizations", "admin", "/review/organizations"),
        View("audit", "admin", "/review/audit"),
        View("projects", "partner", "/console/projects"),
        View("project", "partner", f"/console/projects/{places['Box every coin']}"),
        View("project-form", "partner", f"/console/projects/{places['Box every coin']}/form"),
        View("project-import", "partner", f"/console/projects/{places['Box every coin']}/import"),
        View("project-items", "partner", f"/console/projects/{places['Box every coin']}/items"),
        View("project-results", "partner", f"/console/projects/{places['What is in the picture?']}/results"),
        View("project-judging", "partner", f"/console/projects/{places['What is in the picture?']}/judging"),
        View("project-settings", "partner", f"/console/projects/{places['Box every coin']}/settings"),
        View("tokens", "partner", "/console/tokens"),
        View("graphiql", "partner", "/console/graphiql"),
    ]


# ------------------------------------------------------------------ taking them
async def _token(name: str) -> str:
    _, token = await Session.open(await the_user(name), BROWSER)
    return token


async def _take(browser: Browser, url: str, view: View, form: tuple[str, str], token: str | None) -> None:
    size, scheme = form
    width, height, ratio = SIZES[size]
    options: Any = {"viewport": {"width": width, "height": height}, "device_scale_factor": ratio, "has_touch": size == "phone"}
    async with _context(browser, color_scheme=scheme, reduced_motion="reduce", locale="en-GB", **options) as page:
        if token:
            await page.context.add_cookies([{"name": "tidemark_session", "value": token, "url": url}])
        await page.goto(f"{url}{view.path}")
        await page.wait_for_load_state("networkidle")
        await page.wait_for_function(IS_THERE)
        if view.act:
            await view.act(page)
        await page.wait_for_timeout(SETTLE_MS)
        picture = Image.open(BytesIO(await page.screenshot()))
        picture.convert("RGB").save(FOLDER / f"{view.name}-{size}-{scheme}.webp", quality=QUALITY, method=6)


@asynccontextmanager
async def _context(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**options)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def _picture(page: Page) -> None:
    await page.get_by_role("toolbar", name="Tools").wait_for()


async def _begins(page: Page) -> None:
    await page.get_by_role("button", name="Begin the test").click()
    await page.get_by_text("Question 1 of 3").wait_for()


async def _fills_in(page: Page) -> None:
    await page.get_by_label("Amount in dollars").fill("1.75")
    await page.get_by_label("Litecoin address").fill(LITECOIN)
    await page.get_by_text("A valid Litecoin address").wait_for()


async def _checks_once_more(page: Page) -> None:
    await _fills_in(page)
    await page.get_by_role("button", name="Check once more").click()
    await page.get_by_role("dialog").wait_for()


async def _sees_sessions(page: Page) -> None:
    await page.get_by_text("This one").wait_for()
    await page.get_by_text("This one").evaluate("(line) => line.closest('section').scrollIntoView()")


async def _together(page: Page) -> None:
    await page.get_by_role("button", name="together").click()
    await page.get_by_role("button", name="Approve 5").wait_for()
    await page.wait_for_load_state("networkidle")


async def _fixes(page: Page) -> None:
    await page.get_by_role("button", name="Fix", exact=True).click()
    await page.get_by_role("region", name="Fix and approve").wait_for()


async def _evidence(page: Page) -> None:
    await page.get_by_role("button", name="Show the evidence: The same answers").click()
    await page.get_by_role("button", name="Next item").wait_for()


async def _draws_badly(page: Page) -> None:
    """Half a cup, and one that is none."""
    await page.get_by_role("button", name="Try it").click()
    await _draw_boxes(page, (0.33, 0.2, 0.6, 0.52), (0.76, 0.62, 0.88, 0.78))
    await page.get_by_role("button", name="Check", exact=True).click()
    await page.get_by_text("Not quite").wait_for()


async def _draw_boxes(page: Page, *boxes: tuple[float, float, float, float]) -> None:
    """Left, top, right and bottom as shares of what is drawn on."""
    await _picture(page)
    await page.wait_for_timeout(SETTLE_MS)
    stage = await page.get_by_role("application").bounding_box()
    assert stage is not None
    for from_x, from_y, to_x, to_y in boxes:
        await page.mouse.move(stage["x"] + from_x * stage["width"], stage["y"] + from_y * stage["height"])
        await page.mouse.down()
        await page.mouse.move(stage["x"] + to_x * stage["width"], stage["y"] + to_y * stage["height"], steps=4)
        await page.mouse.up()


async def _listens(page: Page) -> None:
    """To the middle."""
    slider = page.get_by_role("slider").first
    box = await slider.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)


if __name__ == "__main__":
    asyncio.run(main({name for name in " ".join(sys.argv[1:]).replace(",", " ").split() if name}))
