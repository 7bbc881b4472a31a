"""Nothing is lost: connections, sessions and tabs end in the middle of the work."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from models import Annotation, Assignment, AssignmentState, Decision, ProblemKind, Session, User
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.projects import an_open_project
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.world import PASSWORD, an_annotator, decided

pytestmark = pytest.mark.needs("chromium")


async def at_work(visits: Visits, person: User | None = None) -> Visitor:
    visitor = await visits.by(PHONE)
    await visitor.has_session(person or await an_annotator())
    await visitor.goes("/work/tasks")
    await visitor.sees(visitor.button("Submit"))
    return visitor


async def test_what_happens_while_the_connection_is_away_is_told_once_when_it_is_back(visits: Visits, tidemark: Tidemark) -> None:
    project = await an_open_project(tidemark, "choice", items=2)
    person = await an_annotator()
    visitor = await visits.by(DESK)
    await visitor.has_session(person)
    answers = [{"key": "choice", "value": {"choices": ["cup"]}}]
    one, other = [await (await a_lease(person, project.id, n)).submit(answers) for n in (1, 2)]
    await visitor.goes("/reports")
    pill = visitor.page.locator("[data-link]:visible")
    await expect(pill).to_have_attribute("data-link", "live")
    await decided(one, Decision.APPROVED)
    await visitor.is_told("Approved: $0.08")

    await visitor.page.context.set_offline(True)
    await expect(pill).to_have_attribute("data-link", "offline")
    await decided(other, Decision.REJECTED)
    await visitor.page.context.set_offline(False)

    await expect(pill).to_have_attribute("data-link", "live")
    await visitor.is_told("Not accepted")
    assert await visitor.told() == ["Approved: $0.08", "Not accepted"]


async def a_lease(person: User, project: int, number: int) -> Assignment:
    return (await Assignment.lease(person.id, up_to=number, project_id=project))[-1]


async def test_a_session_that_is_revoked_is_signed_in_to_again_in_place_and_the_draft_is_kept(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "text")
    person = await an_annotator()
    visitor = await at_work(visits, person)
    await visitor.page.get_by_role("textbox", name="The text").fill("A red cup")

    await Session.revoke_all(person.id)
    await visitor.sees_heading("Sign in again")
    await visitor.field("Password").fill(PASSWORD)
    await visitor.presses("Sign in")

    await visitor.sees_no(visitor.page.get_by_role("heading", name="Sign in again"))
    await expect(visitor.page.get_by_role("textbox", name="The text")).to_have_value("A red cup")
    await visitor.presses("Submit")
    await visitor.sees_heading("Nothing to do just now")


async def test_a_submission_is_taken_back_within_its_moment(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "choice")
    visitor = await at_work(visits)
    await visitor.has_time_to_undo()
    await visitor.ticks("A cup")

    await visitor.presses("Submit")
    await visitor.presses("Undo")

    await visitor.sees(visitor.button("Submit"))
    await expect(visitor.page.get_by_role("radio", name="A cup")).to_be_checked()
    assert await Annotation.all().count() == 0


async def test_a_tab_that_is_closed_in_the_moment_of_undo_has_submitted_all_the_same(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "choice")
    visitor = await at_work(visits)
    await visitor.ticks("A cup")
    await visitor.presses("Submit")
    await visitor.is_told("Submitted")

    second = await visitor.page.context.new_page()
    await visitor.page.close(run_before_unload=True)
    await second.goto("/work/tasks")
    await second.goto("/reports")

    await expect(second.get_by_text("In review").locator("visible=true").last).to_be_visible()


async def test_a_task_is_skipped_or_reported_and_its_time_extended(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "choice", items=3)
    visitor = await at_work(visits)
    [before] = await Assignment.all().order_by("id").limit(1)

    async with visitor.page.expect_response(lambda response: "extendLease" in (response.request.post_data or "")):
        await visitor.presses(visitor.page.get_by_role("button", name="ask for more time"))
    assert (await before.reread()).lease_expires_at > before.lease_expires_at
    await visitor.presses("Skip")
    await visitor.presses(visitor.page.get_by_role("dialog").get_by_role("button").last)
    await visitor.sees_no(visitor.page.get_by_role("dialog"))
    await visitor.presses("Skip")
    await visitor.ticks("It is brokenThe picture, text or recording does not load or cannot be used.")
    await visitor.presses("Report and go on")
    await visitor.sees_no(visitor.page.get_by_role("dialog"))

    given_back = await Assignment.filter(ended_at__isnull=False).order_by("id")
    assert [(each.state, each.problem) for each in given_back] == [
        (AssignmentState.SKIPPED, None),
        (AssignmentState.RELEASED, ProblemKind.BROKEN),
    ]


async def test_a_draft_that_another_tab_has_overtaken_stays_on_this_device(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "text")
    person = await an_annotator()
    one = await at_work(visits, person)
    other = await at_work(visits, person)

    await one.page.get_by_role("textbox", name="The text").fill("First")
    await one.sees(one.page.get_by_text("· Saved"))
    await other.page.get_by_role("textbox", name="The text").fill("Second")

    await other.sees(other.page.get_by_text("Changed in another tab"))


async def test_a_dialog_that_is_opened_by_keys_gives_the_focus_back(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "choice")
    visitor = await at_work(visits)
    await visitor.button("Skip").focus()
    await visitor.page.keyboard.press("Enter")
    await visitor.sees(visitor.page.get_by_role("dialog"))

    await visitor.page.keyboard.press("Escape")

    await visitor.sees_no(visitor.page.get_by_role("dialog"))
    await expect(visitor.button("Skip")).to_be_focused()
