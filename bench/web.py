"""The web client: what is loaded, how soon it can be used, and what drawing costs, in a Chromium without a graphics processor.

Frames: 250 and 1,000 polygons of 24 corners over a photograph's worth of noise, at 1440 x 900, are zoomed, dragged, and a box is
drawn over them, by the engine, by elements of SVG and by Konva, in turn, in one run. With the frame rate unbound, the time from one
animation frame to the next is what a frame costs: scripts, rasterising and compositing, all in software; a graphics processor would
take over the last two. Zoom and drag are whole bursts of frames, what is painted anew meanwhile included. Of each movement the 95th
percentile is taken over all rounds, and the worst of the three is held against the target. On a machine that others use, the frames
of all three drawers grow, so the ratios are of processor time, all of the browser's processes together; `oversleeps` tells how busy
it was.

Input to paint: real moves of the mouse at the usual frame rate, from the browser's time of the event until the frame that shows it
was handed on for compositing. It lacks the compositor's own share.

Interactive: a browser that knows nothing yet, its processor slowed down fourfold and its line that of a slow 4G, until what is to be
pressed is there and the page has a moment to spare.
"""

from __future__ import annotations

import asyncio
import functools
import http.server
import shutil
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import orjson
from playwright.async_api import Browser, Page, Playwright, async_playwright

from bench.stage import an_annotator, cookie_of, empty_stage, web_and_worker
from ops.settings import ROOT

if TYPE_CHECKING:
    from bench.targets import Result

BUILD = ROOT / "web" / "client" / "tools" / "build.py"
COMMANDS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
UNBOUND = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
VIEW = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

DRAWERS = ("ours", "svg", "konva")
COUNTS = (250, 1_000)
MOVEMENTS = ("zoom", "pan", "box")
ROUNDS = 3
SETTLE_MS = 500
TOOLS = ("box", "polygon", "brush")
MOVES = 150

# What Lighthouse calls slow 4G, and a phone of the middle.
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
SLOWDOWN = 4
LOADS = 3
SLEEP_SECONDS = 0.01


async def run(result: Result) -> None:
    await _sizes(result)
    with tempfile.TemporaryDirectory(prefix="tidemark-web-") as folder:
        await _built("bench", folder)
        with _served(Path(folder)) as url:
            async with async_playwright() as playwright, _overslept() as late:
                frames = await _frames(playwright, url)
                delays = await _delays(playwright, url)
    result.add("this machine oversleeps p99", quantiles(late, n=100)[98], "ms: it was that busy with other things")
    _tell_frames(result, frames)
    for (tool, count), each in delays.items():
        result.add(f"input to paint p95, {tool}, {count:,} polygons", _p95(each), "ms of 32")
    await _interactive(result)


async def _built(*arguments: str) -> bytes:
    process = await asyncio.create_subprocess_exec(sys.executable, str(BUILD), *arguments, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    assert process.returncode == 0, f"build.py {' '.join(arguments)} failed"
    return output


# ------------------------------------------------------------------ what is loaded
async def _sizes(result: Result) -> None:
    output = await _built("sizes")
    parts: list[tuple[str, float, int]] = orjson.loads(output.splitlines()[-1])
    (_, first, _), *rest = parts
    name, heaviest, limit = max((part for part in rest if not part[0].endswith(".css")), key=lambda part: part[1])
    _, sheet, most = max((part for part in rest if part[0].endswith(".css")), key=lambda part: part[1])
    result.add(f"heaviest route, {name}", heaviest, f"KB gzip of {limit}")
    result.add("largest sheet of styles", sheet, f"KB gzip of {most}")
    result.hold("first load JavaScript, gzip KB", first)


# ------------------------------------------------------------------ drawing
@dataclass
class Frames:
    """Of one drawer, number of polygons and movement, milliseconds each: from frame to frame, and of processor time in all."""

    took: list[float] = field(default_factory=list)
    worked: float = 0.0

    @property
    def cpu(self) -> float:
        return self.worked / len(self.took)


async def _frames(playwright: Playwright, url: str) -> dict[tuple[str, int, str], Frames]:
    """The drawers take turns."""
    frames: dict[tuple[str, int, str], Frames] = defaultdict(Frames)
    for _ in range(ROUNDS):
        for count in COUNTS:
            for drawer in DRAWERS:
                async with _page(playwright, *UNBOUND) as page:
                    await _fill(page, f"{url}?by={drawer}", count)
                    for movement in MOVEMENTS:
                        each, before = frames[drawer, count, movement], await _processor_ms(page)
                        each.took += await page.evaluate("measure", movement)
                        each.worked += await _processor_ms(page) - before
    return frames


async def _processor_ms(page: Page) -> float:
    """What all processes of the browser have used so far."""
    assert page.context.browser
    devtools = await page.context.browser.new_browser_cdp_session()
    processes = (await devtools.send("SystemInfo.getProcessInfo"))["processInfo"]
    await devtools.detach()
    return float(sum(each["cpuTime"] for each in processes)) * 1e3


async def _delays(playwright: Playwright, url: str) -> dict[tuple[str, int], list[float]]:
    """Milliseconds from a move of the mouse to its frame, by tool and polygons."""
    delays: dict[tuple[str, int], list[float]] = {}
    for count in COUNTS:
        async with _page(playwright) as page:
            await _fill(page, url, count)
            for tool in TOOLS:
                await page.evaluate("setTool", tool)
                await page.mouse.move(300, 300)
                await page.mouse.down()
                await page.evaluate("delays()")
                for step in range(MOVES):
                    await page.mouse.move(300 + 4 * step, 300 + step * 7 % 250)
                await page.mouse.up()
                delays[tool, count] = await page.evaluate("delays()")
                await page.keyboard.press("Escape")
    return delays


async def _fill(page: Page, url: str, count: int) -> None:
    await page.goto(url)
    await page.evaluate("ready")
    await page.evaluate("fill", count)
    await page.wait_for_timeout(SETTLE_MS)


def _tell_frames(result: Result, frames: dict[tuple[str, int, str], Frames]) -> None:
    for count in COUNTS:
        for movement in MOVEMENTS:
            named = f"{movement}, {count:,} polygons"
            for drawer in DRAWERS:
                each = frames[drawer, count, movement]
                result.add(
                    f"{named}, {drawer}: p95", _p95(each.took), "ms a frame", p50=round(median(each.took), 1), cpu=round(each.cpu, 1)
                )
            for peer in DRAWERS[1:]:
                ratio = frames[peer, count, movement].cpu / frames["ours", count, movement].cpu
                result.add(f"{named}: {peer} over ours", ratio, "times the processor time a frame")
    worst = {count: max(_p95(frames["ours", count, movement].took) for movement in MOVEMENTS) for count in COUNTS}
    result.add("draw 1,000 polygons p95", worst[1_000], "ms a frame")
    result.hold("draw 250 polygons p95, ms", worst[250])


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[18]


# ------------------------------------------------------------------ interactive
async def _interactive(result: Result) -> None:
    async with empty_stage(), web_and_worker() as url, async_playwright() as playwright:
        name, _, token = (await cookie_of(await an_annotator("phone"))).partition("=")
        cookie = {"name": name, "value": token, "url": url}
        for what, path, cookies, ready in (
            ("signing in", "/sign-in", [], "button[type=submit]"),
            ("the list of projects", "/work", [cookie], "h1"),
        ):
            seconds = [await _loaded(playwright, f"{url}{path}", cookies, ready) for _ in range(LOADS)]
            result.add(f"interactive on a slow phone, {what}", median(seconds), "s of 3")


async def _loaded(playwright: Playwright, url: str, cookies: list[Any], ready: str) -> float:
    """Seconds from nothing to what is waited for."""
    async with _browser(playwright) as browser:
        context = await browser.new_context(viewport=PHONE, device_scale_factor=2, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
        await context.add_cookies(cookies)
        page = await context.new_page()
        devtools = await context.new_cdp_session(page)
        await devtools.send("Network.enable")
        await devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
        await devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
        await page.goto(url, wait_until="commit")
        await page.wait_for_selector(ready)
        # Only when the page's thread is free does it answer.
        milliseconds: float = await page.evaluate("new Promise((done) => requestIdleCallback(() => done(performance.now())))")
        return milliseconds / 1000


# ------------------------------------------------------------------ the browser and its page
@asynccontextmanager
async def _browser(playwright: Playwright, *flags: str) -> AsyncIterator[Browser]:
    path = next((found for command in COMMANDS if (found := shutil.which(command))), None)
    browser = await playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
    try:
        yield browser
    finally:
        await browser.close()


@asynccontextmanager
async def _page(playwright: Playwright, *flags: str) -> AsyncIterator[Page]:
    async with _browser(playwright, *flags) as browser:
        yield await browser.new_page(viewport=VIEW)  # type: ignore[arg-type]


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    """Modules are not taken from files."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@asynccontextmanager
async def _overslept() -> AsyncIterator[list[float]]:
    """Milliseconds by which short sleeps of this process are late, meanwhile."""
    late: list[float] = []

    async def sleep() -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(SLEEP_SECONDS)
            late.append((loop.time() - began - SLEEP_SECONDS) * 1e3)

    sleeping = asyncio.create_task(sleep())
    try:
        yield late
    finally:
        sleeping.cancel()
