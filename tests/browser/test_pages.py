"""Every page: axe finds nothing, on a phone and on a desk, light and dark; and in German it is German."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Route, expect

from models import Appeal, Assignment, Decision, Membership, Organization, Role, Session, Ticket, User
from models.password import MAX_LENGTH, MIN_LENGTH
from schema.ids import public_id
from tests.api.client import Tidemark
from tests.browser.board import cards, pane
from tests.browser.conftest import Visits
from tests.browser.projects import a_project_behind_a_test, an_open_project
from tests.browser.visitor import PHONE, Look, Visitor
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import a_user, an_annotator, decided
from web import pages

pytestmark = pytest.mark.needs("chromium")

AXE = Path(pages.__file__).parent / "client" / "node_modules" / "axe-core" / "axe.min.js"
FIND = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`)"""
# Colours pass into those of the other theme, however quickly, and what inherits a colour passes into it once that has arrived, a frame
# later for each step down the page. Asking for the animations also begins those that are due.
SETTLED = """async (scheme) => {
  const isMoving = () => document.getAnimations().some(({ playState }) => playState === "running");
  while (!matchMedia(`(prefers-color-scheme: ${scheme})`).matches || isMoving()) await new Promise(requestAnimationFrame);
}"""
# How much of the page moves under its reader's eyes, as browsers count it; what is below a hundredth nobody sees.
NOTE_SHIFTS = """(() => {
  window.shifts = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
})()"""
LEAST_SHIFT = 0.01
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# The help and the form are there without an account, too.
DOOR = ["/join", "/sign-in", "/reset-password", "/confirm-email?token=none", "/help", "/help/tickets"]
SIGNED_IN = {
    "/work": "Work",
    "/work/tutorial": "Tutorial",
    "/welcome": "What shall we offer you?",
    "/earnings": "Earnings",
    "/reports": "Reports",
    "/reports/standing": "Standing",
    "/profile": "Profile",
    "/help": "Help",
    "/help/tickets": "My tickets",
    "/help/tickets/new": "Ask a person",
}


async def violations(visitor: Visitor) -> list[str]:
    """In both themes."""
    await visitor.page.evaluate(AXE.read_text())
    found = []
    for scheme in SCHEMES:
        await visitor.page.emulate_media(color_scheme=scheme)
        async with asyncio.timeout(CEILING_SECONDS):
            await visitor.page.evaluate(SETTLED, scheme)
        faults = await visitor.page.evaluate(FIND)
        found += [f"{visitor.page.url.partition('//')[2].partition('/')[2]} ({scheme}) {fault}" for fault in faults]
    return found


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_on_any_page(visits: Visits, tidemark: Tidemark, width: int) -> None:
    project = await an_open_project(tidemark, "box", "choice", "rating", "text", items=3)
    person = await an_annotator()
    answers = [
        {"key": "box", "value": {"boxes": [{"label": "cup", "x": 173, "y": 18, "width": 235, "height": 290}]}},
        {"key": "choice", "value": {"choices": ["cup"]}},
        {"key": "rating", "value": {"rating": 4}},
        {"key": "text", "value": {"text": "A cup."}},
    ]
    done = [await (await Assignment.lease(person.id, up_to=n, project_id=project.id))[-1].submit(answers) for n in (1, 2)]
    await decided(done[0], Decision.APPROVED)
    await decided(done[1], Decision.REJECTED, comment="Look at the handle again.")
    ticket = await Ticket.open_by(person, "It does not load", "See the picture.")
    for _ in range(2):
        await Session.open(person, "a phone of yesterday")
    visitor = await visits.by(Look(width=width, height=900, touch=width < 800))
    found: list[str] = []

    for path in DOOR:
        await visitor.goes(path)
        await visitor.sees(visitor.page.get_by_role("heading", level=1))
        found += await violations(visitor)
    await visitor.has_session(person)
    for path, title in SIGNED_IN.items():
        await visitor.goes(path)
        await visitor.sees_heading(title)
        await visitor.page.wait_for_load_state("networkidle")
        found += await violations(visitor)
    await visitor.goes(f"/reports/{public_id('Annotation', done[1].id)}")
    await visitor.sees("You see it differently?")
    found += await violations(visitor)
    await visitor.goes("/profile")
    await visitor.sees("Sign out everywhere else")
    found += await violations(visitor)
    await visitor.goes("/help#pay/balances")
    await visitor.sees(visitor.page.get_by_role("region", name="What do the balances mean?"))
    found += await violations(visitor)
    await visitor.goes(f"/help/tickets/{public_id('Ticket', ticket.id)}")
    await visitor.sees("See the picture.")
    found += await violations(visitor)
    await visitor.goes("/work/tasks")
    await visitor.sees(visitor.page.get_by_role("toolbar", name="Tools"))
    found += await violations(visitor)
    await visitor.presses("Instructions")
    found += await violations(visitor)

    assert found == []


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_on_the_pages_of_a_test(visits: Visits, tidemark: Tidemark, width: int) -> None:
    _, test = await a_project_behind_a_test(tidemark, "choice", {"choices": ["cup"]})
    visitor = await visits.by(Look(width=width, height=900, touch=width < 800))
    await visitor.has_session(await an_annotator())

    await visitor.goes(f"/work/qualifications/{public_id('Qualification', test.id)}")
    await visitor.sees(visitor.button("Begin the test"))
    found = await violations(visitor)
    await visitor.presses("Begin the test")
    for button in ("Next question", "Hand in the test"):
        await visitor.ticks("A plate")
        found += await violations(visitor)
        await visitor.presses(button)
    await visitor.sees("Not passed yet")
    found += await violations(visitor)

    assert found == []


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_on_any_page_of_staff(visits: Visits, tidemark: Tidemark, width: int) -> None:
    project = await an_open_project(tidemark, "box", "choice", items=3)
    annotator, admin = await an_annotator(), await a_user(Role.ADMIN, Role.MODERATOR)
    box = {"boxes": [{"label": "cup", "x": 173, "y": 18, "width": 235, "height": 290}]}
    answers = [{"key": "box", "value": box}, {"key": "choice", "value": {"choices": ["cup"]}}]
    leased = await Assignment.lease(annotator.id, up_to=3, project_id=project.id)
    rejected, _ = [await assignment.submit(answers) for assignment in leased[:2]]
    await decided(rejected, Decision.REJECTED, admin, "Look at the handle again.")
    await Appeal.against_rejection(await rejected.reread(), "The handle is inside.")
    ticket = await Ticket.open_by(annotator, "It does not load", "See the picture.")
    visitor = await visits.by(Look(width=width, height=900, touch=width < 800))
    await visitor.has_session(admin)
    found: list[str] = []

    await visitor.goes("/review/board")
    await visitor.sees_heading("Review board")
    await visitor.presses(cards(visitor, "To review").locator("[data-open]"))
    await visitor.sees(pane(visitor).get_by_role("heading", name="Annotator", exact=True))
    found += await violations(visitor)
    await visitor.presses(pane(visitor).get_by_role("button", name="Reject"))
    found += await violations(visitor)
    pages = {
        "/review/board": "Review board",
        "/review/people": "People",
        f"/review/people?person={public_id('Annotator', annotator.id)}": "People",
        "/review/tickets": "Tickets",
        f"/review/tickets?ticket={public_id('Ticket', ticket.id)}": "Tickets",
        "/review/organizations": "Organizations",
        f"/review/organizations?organization={public_id('Organization', project.organization_id)}": "Organizations",
        "/review/payouts": "Payouts",
        "/review/audit": "Audit log",
    }
    for path, title in pages.items():
        await visitor.goes(path)
        await visitor.sees_heading(title)
        await visitor.page.wait_for_load_state("networkidle")
        found += await violations(visitor)

    assert found == []


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_on_any_page_of_partners(visits: Visits, tidemark: Tidemark, width: int) -> None:
    project = await an_open_project(tidemark, "box", "choice", items=3)
    annotator, organization = await an_annotator(), await Organization.get()
    box = {"boxes": [{"label": "cup", "x": 173, "y": 18, "width": 235, "height": 290}]}
    answers = [{"key": "box", "value": box}, {"key": "choice", "value": {"choices": ["cup"]}}]
    [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
    await decided(await assignment.submit(answers), Decision.APPROVED)
    [membership] = await Membership.filter(organization_id=organization.id)
    visitor = await visits.by(Look(width=width, height=900, touch=width < 800))
    await visitor.has_session(await User.get(id=membership.user_id))
    found: list[str] = []
    of_project = f"/console/projects/{public_id('Project', project.id)}"

    pages = {
        "/console/projects": "Projects",
        f"/console/projects/new/{public_id('Organization', organization.id)}": "New project",
        **{f"{of_project}{each}": project.title for each in ("", "/form", "/import", "/items", "/results", "/judging", "/settings")},
        "/console/tokens": "API tokens",
        "/console/graphiql": "GraphQL",
    }
    for path, title in pages.items():
        await visitor.goes(path)
        await visitor.sees_heading(title)
        await visitor.page.wait_for_load_state("networkidle")
        found += await violations(visitor)

    assert found == []


async def test_a_german_browser_is_spoken_to_in_german(visits: Visits, tidemark: Tidemark) -> None:
    visitor = await visits.by(Look(locale="de-DE"))
    await visitor.has_session(await a_user(tutorial=False))

    await visitor.goes("/work")

    await visitor.sees_heading("Arbeit")
    await visitor.sees("Zuerst das Tutorial")
    assert await visitor.page.locator("html").get_attribute("lang") == "de"


async def test_the_errors_beside_the_fields_are_german_too_with_their_figures(visits: Visits, tidemark: Tidemark) -> None:
    visitor = await visits.by(Look(locale="de-DE"))
    await visitor.goes("/join")
    await visitor.field("Name").fill(" ")
    await visitor.field("E-Mail").fill("nobody")
    await visitor.field("Passwort").fill("kurz")
    await visitor.page.locator("form").evaluate("(form) => { form.noValidate = true; }")

    await visitor.presses("Konto anlegen")

    await visitor.sees("Das darf nicht leer sein.")
    await visitor.sees("Das ist keine E-Mail-Adresse.")
    await visitor.sees(f"Ein Passwort hat {MIN_LENGTH} bis {MAX_LENGTH} Zeichen.")
    await visitor.sees("Bedingungen und Datenschutz müssen angenommen werden.")
    assert await User.all().count() == 0


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/review/board", "This page is for moderators"),
        ("/review/board/second-look", "This page is for moderators"),
        ("/review/people", "This page is for moderators and admins"),
        ("/review/payouts", "This page is for admins"),
        ("/review/audit", "This page is for admins"),
    ],
)
async def test_of_a_page_for_others_only_the_refusal_shows_and_the_way_out(
    visits: Visits, tidemark: Tidemark, path: str, title: str
) -> None:
    visitor = await visits.by(PHONE)
    await visitor.has_session(await an_annotator())

    await visitor.goes(path)

    await visitor.sees(visitor.page.get_by_role("heading", name=title, level=1, exact=True))
    main = visitor.page.get_by_role("main")
    await expect(main.get_by_role("heading")).to_have_count(1)
    await expect(main.get_by_role("button")).to_have_count(0)
    assert await violations(visitor) == []
    await visitor.follows("Go to your pages")
    await visitor.sees_heading("Work")


async def test_an_address_with_nothing_behind_it_has_a_heading(visits: Visits, tidemark: Tidemark) -> None:
    visitor = await visits.by(PHONE)

    await visitor.goes("/nothing/is/here")

    await visitor.sees(visitor.page.get_by_role("heading", name="There is nothing at this address", level=1))
    assert await violations(visitor) == []


async def test_what_the_tutorial_opened_comes_late_and_moves_nothing(visits: Visits, tidemark: Tidemark) -> None:
    for kind in ("choice", "text", "rating"):
        await an_open_project(tidemark, kind)
    visitor = await visits.by(PHONE)
    await visitor.has_session(await an_annotator())
    projects = asyncio.Event()

    async def late(route: Route) -> None:
        if "OfferedProjects" in (route.request.post_data or ""):
            await projects.wait()
        await route.continue_()

    await visitor.page.route("**/graphql", late)
    await visitor.page.add_init_script(NOTE_SHIFTS)
    await visitor.goes("/work/tutorial")
    await visitor.sees("Start your first task")
    await visitor.page.wait_for_timeout(500)
    projects.set()
    await visitor.sees(visitor.page.get_by_text("Cups: rating"))
    await visitor.page.wait_for_timeout(500)

    assert await visitor.page.evaluate("window.shifts") < LEAST_SHIFT
