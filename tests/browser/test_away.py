"""Networks that let no socket through, and pages whose code cannot be loaded."""

from __future__ import annotations

import pytest
from playwright.async_api import Locator, expect

from models import Annotation, Decision
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.projects import an_open_project
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.world import an_annotator, decided

pytestmark = pytest.mark.needs("chromium")

# Where the server takes no socket: as a proxy refuses one. What waits a minute until the socket is tried again waits a second.
NO_SOCKET = """(() => {
  window.isSocketBlocked = true;
  window.sockets = 0;
  window.WebSocket = class extends WebSocket {
    constructor(url, protocols) {
      super(window.isSocketBlocked ? String(url).replace("/graphql", "/nowhere") : url, protocols);
      this.addEventListener("open", () => { window.sockets += 1; });
    }
  };
  const begin = window.setTimeout;
  window.setTimeout = (call, milliseconds, ...given) => begin(call, milliseconds === 60_000 ? 1_000 : milliseconds, ...given);
})()"""

SOCKETS_OPEN = """async (wanted) => {
  window.isSocketBlocked = false;
  while (window.sockets < wanted) await new Promise((resolve) => setTimeout(resolve, 50));
}"""


async def test_without_a_socket_a_task_and_its_verdict_arrive_all_the_same_and_the_socket_is_taken_once_it_opens(
    visits: Visits, tidemark: Tidemark
) -> None:
    person = await an_annotator()
    visitor = await visits.by(PHONE)
    await visitor.page.add_init_script(NO_SOCKET)
    await visitor.has_session(person)
    await visitor.goes("/work/tasks")
    await visitor.sees_heading("Nothing to do just now")

    await an_open_project(tidemark, "choice", items=2)
    for _ in range(2):
        await visitor.ticks("A cup")
        await visitor.presses("Submit")
    await visitor.sees_heading("Nothing to do just now")
    await visitor.presses("Back to the projects")
    await visitor.sees_heading("Work")
    await visitor.goes("/reports")
    await expect(visitor.page.get_by_role("main").get_by_role("listitem")).to_have_count(2)
    await expect(pill(visitor)).to_have_attribute("data-link", "live")
    one, other = await Annotation.filter(annotator_id=person.id).order_by("id")
    await decided(one, Decision.APPROVED)
    await visitor.is_told("Approved: $0.08")
    assert await visitor.page.evaluate("window.sockets") == 0

    # The one that is tried, and the one that is kept.
    await visitor.page.evaluate(SOCKETS_OPEN, 2)
    await expect(pill(visitor)).to_have_attribute("data-link", "live")
    await decided(other, Decision.REJECTED)
    await visitor.is_told("Not accepted")
    assert await visitor.told() == ["Approved: $0.08", "Not accepted"]


def pill(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-link]:visible")


async def test_a_page_that_was_never_loaded_says_that_the_network_is_away_and_comes_once_it_is_back(
    visits: Visits, tidemark: Tidemark
) -> None:
    visitor = await visits.by(DESK)
    await visitor.has_session(await an_annotator())
    await visitor.goes("/work")
    await visitor.sees_heading("Work")
    away = "No connection to Tidemark. What you have done is kept on this device."

    await visitor.page.context.set_offline(True)
    await visitor.follows("Reports")
    await visitor.sees_heading(away)
    await visitor.presses("Try again")
    await visitor.sees_heading(away)
    await visitor.follows("Work")
    await visitor.sees_heading("Work")
    await visitor.follows("Reports")
    await visitor.sees_heading(away)
    await visitor.page.context.set_offline(False)

    await visitor.sees_heading("Reports")
