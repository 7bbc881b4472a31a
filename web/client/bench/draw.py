"""Frames and input to paint of the drawing engine in Chromium: `python web/client/bench/draw.py <folder>`, the built page within."""

import json
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
# Frames as fast as they come, so that an interval is what a frame costs and not what the screen waits for.
UNCAPPED = ("--disable-frame-rate-limit", "--disable-gpu-vsync")
VIEWS = {"desk": ({"width": 1440, "height": 900}, 1), "phone": ({"width": 390, "height": 640}, 3)}
MEASURES = ("zoom", "pan", "box", "brush", "move")


def main(built: Path) -> None:
    """Prints one line of JSON a view and number of polygons; milliseconds."""
    with sync_playwright() as playwright:
        for name, (view, ratio) in VIEWS.items():
            for polygons in (250, 1000):
                figures: dict[str, object] = {"view": name, "polygons": polygons}
                for flags, measure in ((UNCAPPED, _frames), ((), _input)):
                    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
                    page = browser.new_page(viewport=view, device_scale_factor=ratio)
                    page.goto((built / "draw.html").as_uri())
                    page.evaluate("ready")
                    page.evaluate("count => fill(count)", polygons)
                    page.wait_for_timeout(500)
                    figures |= measure(page)
                    browser.close()
                sys.stdout.write(json.dumps(figures) + "\n")


def _frames(page: Page) -> dict[str, object]:
    return {measure: page.evaluate(f"measures.{measure}()") for measure in MEASURES}


def _input(page: Page) -> dict[str, object]:
    """From the browser's time of a move of the mouse until its frame was handed on."""
    figures: dict[str, object] = {}
    for tool in ("polygon", "brush"):
        page.evaluate("tool => engine.setTool(tool)", tool)
        page.mouse.move(150, 200)
        page.mouse.down()
        page.evaluate("delays()")
        for step in range(120):
            page.mouse.move(150 + step, 200 + (step * 7) % 150)
        page.mouse.up()
        figures[f"input to paint, {tool}"] = page.evaluate("delays()")
    return figures


main(Path(sys.argv[1]).resolve())
