"""Judging by people: an answer mended in the editor, several decided together, second looks, signals of fraud, and one's own standing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import expect
from tortoise.transactions import in_transaction

from models import (
    Annotation,
    Appeal,
    AppealOutcome,
    Assignment,
    AuditSample,
    Correction,
    Decision,
    FraudKind,
    FraudSignal,
    Project,
    Review,
    Role,
    Standing,
    StandingStep,
    Status,
    User,
    Verdict,
)
from ops.database import sql
from quality.ladder import LOOK_CLOSELY, OF_THIS_KIND, Step
from schema.ids import public_id
from tests.api.client import Tidemark
from tests.browser.board import at_the_board, cards, pane
from tests.browser.conftest import Visits
from tests.browser.projects import HEIGHT, WIDTH, an_open_project
from tests.browser.test_board import A_BOX, shows, slow_to_hear
from tests.browser.test_pages import violations
from tests.browser.visitor import DESK, PHONE, Look, Visitor
from tests.support.world import a_moderator, a_user, an_annotator, an_audit, balances, decided

pytestmark = pytest.mark.needs("chromium")

# Eight cents a task.
REWARD = 80_000


async def answered_by(annotator: User, project: Project, items: int) -> list[Annotation]:
    assignments = await Assignment.lease(annotator.id, up_to=items, project_id=project.id)
    return [await assignment.submit(A_BOX) for assignment in assignments]


async def signed_in(visits: Visits, user: User, look: Look = DESK) -> Visitor:
    visitor = await visits.by(look)
    await visitor.has_session(user)
    return visitor


async def restricted(user: User, **values: Any) -> StandingStep:
    figures = {"good": 12, "counted": 20, "below": 0.75}
    async with in_transaction():
        return await StandingStep.impose(
            user.id,
            Step.RESTRICTED,
            reason="12 of your last 20 annotations were accepted.",
            rule="accuracy: restriction",
            figures=figures,
            advice=LOOK_CLOSELY,
            until=await sql.now() + timedelta(days=14),
            **values,
        )


async def test_an_answer_is_mended_in_the_editor_and_paid_while_the_mend_is_small(visits: Visits, tidemark: Tidemark) -> None:
    annotator = await an_annotator()
    [annotation] = await answered_by(annotator, await an_open_project(tidemark, "box"), 1)
    visitor = await at_the_board(visits, await a_moderator())
    press = visitor.page.keyboard.press
    await expect(cards(visitor, "To review")).to_have_count(1)

    await press("j")
    await shows(visitor, 0)
    await press("f")
    fix = visitor.page.get_by_role("region", name="Fix and approve")
    await visitor.picture(WIDTH, HEIGHT)
    await visitor.sees("Nothing is mended yet.")
    approve = fix.get_by_role("button", name="Approve as mended")
    await expect(approve).to_be_disabled()
    await visitor.presses(fix.get_by_role("button", name="1. Cup 235 × 290"))
    stage = visitor.page.get_by_role("application")
    for _ in range(8):
        await stage.press("Shift+ArrowRight")
    await visitor.sees(fix.get_by_text("more than a small mend"))
    await expect(approve).to_be_disabled()
    assert await Verdict.all().count() == 0
    for _ in range(7):
        await stage.press("Shift+ArrowLeft")
    await visitor.sees(fix.get_by_text("alike: a small mend, it is paid."))
    await visitor.presses(approve)

    await visitor.is_told("Approved as you mended it")
    await expect(cards(visitor, "Approved")).to_have_count(1)
    [mended] = await Correction.all()
    assert mended.annotation_id == annotation.id
    assert mended.answers[0]["value"][0]["x"] == pytest.approx(183)
    assert (await annotation.reread()).answers[0]["value"][0]["x"] == 173
    assert await balances(annotator) == (0, REWARD)


async def test_several_of_one_annotator_are_decided_together_and_can_be_taken_back(visits: Visits, tidemark: Tidemark) -> None:
    project = await an_open_project(tidemark, "box", items=4)
    alike = await answered_by(await an_annotator(), project, 3)
    await answered_by(await an_annotator(), project, 1)
    visitor = await at_the_board(visits, await a_moderator())
    press = visitor.page.keyboard.press
    await expect(cards(visitor, "To review")).to_have_count(4)
    await visitor.has_time_to_undo()

    await press("j")
    await shows(visitor, 0)
    await visitor.sees("2 more of this person wait for the same reason.")
    await press("g")
    together = visitor.page.get_by_role("region", name="Decide together")
    await expect(together.get_by_role("checkbox")).to_have_count(3)
    await press("a")
    await visitor.is_told("3 approved, and sent in a moment")
    await visitor.presses("Undo")
    await expect(cards(visitor, "Approved")).to_have_count(0)
    await shows(visitor, 0)
    await press("g")
    await visitor.presses(together.get_by_role("checkbox", name="photo-2"))
    await visitor.sees(together.get_by_role("button", name="Reject 2"))
    await press("x")
    reasons = together.get_by_role("group", name="Why is it rejected?")
    await visitor.sees(reasons.get_by_text("Spam", exact=True))
    await visitor.sees_no(reasons.get_by_text("Fraud", exact=True))
    await press("4")

    await visitor.sees(visitor.page.get_by_text("2 decided today"))
    verdicts = await Verdict.all().order_by("annotation_id")
    assert [(verdict.annotation_id, verdict.decision, verdict.reasons) for verdict in verdicts] == [
        (annotation.id, Decision.REJECTED, ["IMPRECISE_SHAPE"]) for annotation in alike[:2]
    ]


async def test_who_is_too_late_for_one_of_several_holds_none_of_them_and_is_told(visits: Visits, tidemark: Tidemark) -> None:
    await answered_by(await an_annotator(), await an_open_project(tidemark, "box", items=3), 3)
    winner = await a_moderator()
    visitor, hearing = await slow_to_hear(visits, await a_moderator())
    await expect(cards(visitor, "To review")).to_have_count(3)
    await visitor.page.keyboard.press("j")
    await shows(visitor, 0)
    hearing.is_deaf = True
    *_, last = await Review.all().order_by("id")
    await Review.claim(winner, ids=[last.id])

    await visitor.page.keyboard.press("g")

    await visitor.is_told("Somebody was faster", winner.display_name)
    await visitor.sees_no(visitor.page.get_by_role("region", name="Decide together"))
    assert await Review.filter(claimed_by_id__not_isnull=True).values_list("claimed_by_id", flat=True) == [winner.id]
    assert await Verdict.all().count() == 0


async def test_a_second_look_puts_right_what_the_judge_got_wrong(visits: Visits, tidemark: Tidemark) -> None:
    annotator = await an_annotator()
    [annotation] = await answered_by(annotator, await an_open_project(tidemark, "box"), 1)
    audit = await an_audit(annotation, Decision.REJECTED)
    visitor = await signed_in(visits, await a_moderator())
    await visitor.goes("/review/board")
    await visitor.follows("Second look")
    await visitor.has_time_to_undo()

    await visitor.sees(pane(visitor).get_by_role("heading", name="The judge's verdict"))
    await visitor.page.keyboard.press("a")
    await visitor.is_told("Noted, and sent in a moment")
    await visitor.page.keyboard.press("u")
    await visitor.sees(pane(visitor).get_by_role("heading", name="The judge's verdict"))
    assert (await audit.reread()).agrees is None
    await visitor.page.keyboard.press("a")
    await visitor.is_told("The judge was wrong")

    assert (await AuditSample.get(id=audit.id)).agrees is False
    assert await balances(annotator) == (0, REWARD)
    await visitor.sees("Nothing waits for a second look")


async def test_a_signal_of_fraud_is_looked_at_and_leads_to_a_ban_and_is_then_dismissed(visits: Visits, tidemark: Tidemark) -> None:
    project = await an_open_project(tidemark, "box", overlap=2)
    one, other = await an_annotator(), await an_annotator()
    pair = [annotation.id for person in (one, other) for annotation in await answered_by(person, project, 1)]
    evidence = {"annotations": pair, "found": 1, "counted": 1}
    await FraudSignal.raise_for(FraudKind.SAME_ANSWERS, f"{one.id}:{other.id}", (one.id, other.id), evidence)
    visitor = await signed_in(visits, await a_moderator())

    await visitor.goes("/review/people/signals")
    await visitor.sees_heading("The same answers")
    await visitor.presses("Show the evidence: The same answers")
    await visitor.sees(visitor.page.get_by_role("img", name="A red cup of coffee"))
    await visitor.presses(f"Decide about {other.display_name}")
    sheet = visitor.page.get_by_role("dialog")
    await visitor.presses(sheet.get_by_text("Ban", exact=True).first)
    await sheet.get_by_label("Reason").fill("Two accounts of one person.")
    await visitor.presses(sheet.get_by_role("button", name="Ban", exact=True))
    await visitor.is_told(f"{other.display_name} is banned")
    await visitor.presses(sheet.get_by_role("button", name="Close"))
    await visitor.presses("Dismiss the signal")
    await sheet.get_by_label("Reason").fill("One of the two is banned.")
    await visitor.presses(sheet.get_by_role("button", name="Dismiss"))

    await visitor.sees("Nothing looks like fraud")
    [signal] = await FraudSignal.all()
    assert signal.reason == "One of the two is banned."
    assert [(await Standing.of(each.id)).status for each in (one, other)] == [Status.ACTIVE, Status.BANNED]


async def test_a_restriction_shows_at_once_with_its_figures_and_is_appealed_where_it_stands(visits: Visits, tidemark: Tidemark) -> None:
    annotator = await an_annotator()
    visitor = await signed_in(visits, annotator, PHONE)
    await visitor.goes("/reports")
    await visitor.follows("Your standing, and what decides it")
    await visitor.sees_heading("In good standing")
    await visitor.sees("Nothing so far: no warning, no restriction.")
    await expect(visitor.page.locator("[data-link]:visible")).to_have_attribute("data-link", "live")

    await restricted(annotator)
    await visitor.sees_heading("Restricted")
    await visitor.sees(visitor.page.get_by_text("Of your last 20 judged answers 12 were right; at least 75% should be.").first)
    await visitor.field("Why it should be taken back").fill("The pictures were too dark to see anything.")
    await visitor.presses("Appeal")
    await visitor.sees("Your appeal is open")
    await visitor.sees_no(visitor.field("Why it should be taken back"))
    [appeal] = await Appeal.all()
    moderator = await signed_in(visits, await a_moderator())
    await moderator.goes("/review/people/appeals")
    await moderator.sees("The pictures were too dark to see anything.")
    await moderator.field("What you tell the annotator").fill("They were.")
    await moderator.presses("Take it back")

    await moderator.sees("No open appeals")
    await visitor.sees_heading("In good standing")
    assert (await appeal.reread()).state.value == AppealOutcome.OVERTURNED.value
    assert (await Standing.of(annotator.id)).status == Status.ACTIVE


async def test_each_kind_of_task_says_how_many_steps_were_taken_in_it_and_what_they_mean(visits: Visits, tidemark: Tidemark) -> None:
    annotator, project = await an_annotator(), await an_open_project(tidemark, "box", items=1)
    [annotation] = await answered_by(annotator, project, 1)
    await decided(annotation, Decision.APPROVED)
    visitor = await signed_in(visits, annotator, PHONE)
    await visitor.goes("/reports/standing")
    await visitor.sees("No step taken in this kind.")

    for rule, step, days in (("kind: warning", Step.WARNED, None), ("kind: restriction", Step.RESTRICTED, 14)):
        until = await sql.now() + timedelta(days=days) if days else None
        async with in_transaction():
            await StandingStep.impose(
                annotator.id, step, reason="Too loose.", rule=rule, kind=project.kind.value, advice=OF_THIS_KIND, until=until
            )

    kinds = visitor.page.locator("section").filter(has=visitor.page.get_by_role("heading", name="By kind of task"))
    await expect(kinds).to_contain_text("2 steps taken in this kind.")
    await expect(kinds).to_contain_text("You are kept from it until")
    await expect(kinds).to_contain_text("No harder one follows here")


@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_on_the_pages_of_judging(visits: Visits, tidemark: Tidemark, width: int) -> None:
    project, shared = await an_open_project(tidemark, "box", items=3), await an_open_project(tidemark, "box", overlap=2)
    one, other, admin = await an_annotator(), await an_annotator(), await a_user(Role.ADMIN, Role.MODERATOR)
    annotations = await answered_by(one, project, 3)
    pair = [annotation.id for person in (one, other) for annotation in await answered_by(person, shared, 1)]
    await FraudSignal.raise_for(
        FraudKind.SAME_ANSWERS, f"{one.id}:{other.id}", (one.id, other.id), {"annotations": pair, "found": 1, "counted": 1}
    )
    await an_audit(annotations[1], Decision.REJECTED)
    await restricted(one)
    await Appeal.against_standing(one, "The pictures were too dark.")
    visitor = await visits.by(Look(width=width, height=900, touch=width < 800))
    found: list[str] = []

    await visitor.has_session(one)
    await visitor.goes("/reports/standing")
    await visitor.sees("Your appeal is open")
    found += await violations(visitor)
    await visitor.has_session(admin)
    await visitor.goes(f"/review/board?card={public_id('Annotation', annotations[2].id)}")
    await visitor.presses(pane(visitor).get_by_role("button", name="Fix", exact=True))
    await visitor.picture(WIDTH, HEIGHT)
    found += await violations(visitor)
    await visitor.presses("Close without fixing")
    await visitor.presses(pane(visitor).get_by_role("button", name="Decide 2 together"))
    await visitor.sees(visitor.page.get_by_role("region", name="Decide together"))
    found += await violations(visitor)
    await visitor.goes(f"/review/board/second-look?sample={public_id('AuditSample', (await AuditSample.get()).id)}")
    await visitor.sees(pane(visitor).get_by_role("heading", name="The judge's verdict"))
    found += await violations(visitor)
    await visitor.goes("/review/people/signals")
    await visitor.presses("Show the evidence: The same answers")
    await visitor.sees(visitor.page.get_by_role("img", name="A red cup of coffee"))
    found += await violations(visitor)
    for path, title in {"appeals": "Appeals about standing", "overturned": "Overturned rejections"}.items():
        await visitor.goes(f"/review/people/{path}")
        await visitor.sees_heading(title)
        await visitor.page.wait_for_load_state("networkidle")
        found += await violations(visitor)
    await visitor.goes(f"/console/projects/{public_id('Project', project.id)}/judging")
    await visitor.page.wait_for_load_state("networkidle")
    found += await violations(visitor)

    assert found == []
