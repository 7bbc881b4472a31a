"""Help: the answers found by typing and by their addresses, a ticket with a screenshot answered live, the form for who cannot sign in."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, Locator, expect

from models import Mail, Ticket, TicketState
from tests.api.client import Tidemark
from tests.browser.conftest import Visits
from tests.browser.projects import an_open_project
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.support.photos import a_photo
from tests.support.world import a_moderator, an_annotator

pytestmark = pytest.mark.needs("chromium")


def question(visitor: Visitor, words: str) -> Locator:
    return visitor.page.get_by_role("button", name=words)


def answer(visitor: Visitor, words: str) -> Locator:
    return visitor.page.get_by_role("region", name=words)


async def test_the_answers_are_found_by_typing_without_an_account_and_what_is_not_there_leads_to_the_form(visits: Visits) -> None:
    visitor = await visits.by(PHONE)
    await visitor.goes("/help")

    await visitor.presses(question(visitor, "How do I join?"))
    await visitor.sees(answer(visitor, "How do I join?").get_by_text("Pass the tutorial."))
    await visitor.presses(question(visitor, "How do I join?"))
    await expect(question(visitor, "How do I join?")).to_have_attribute("aria-expanded", "false")
    await expect(answer(visitor, "How do I join?")).to_have_count(0)

    await visitor.field("Search the answers").fill("Argon2id")
    await visitor.sees("1 answer")
    await visitor.sees(question(visitor, "How is my account protected?").get_by_text("hash, which nobody can turn back"))
    assert await visitor.page.evaluate("CSS.highlights.get('found').size") > 0

    await visitor.field("Search the answers").fill("a zeppelin")
    await visitor.sees("Nothing found for “a zeppelin”")
    await visitor.presses(visitor.page.get_by_role("main").get_by_role("link", name="Ask a person").last)
    await visitor.sees_heading("Contact us")
    await expect(visitor.field("Subject")).to_have_value("a zeppelin")


async def test_an_address_opens_its_answer_and_keys_go_from_question_to_question(visits: Visits) -> None:
    visitor = await visits.by(DESK)
    keyboard = visitor.page.keyboard
    await visitor.goes("/help#pay/balances")

    asked = question(visitor, "What do the balances mean?")
    await expect(asked).to_be_focused()
    await expect(asked).to_be_in_viewport()
    await visitor.sees(answer(visitor, "What do the balances mean?").get_by_text("approved, and yours."))
    await keyboard.press("ArrowDown")
    await expect(question(visitor, "When does pending become available?")).to_be_focused()
    await keyboard.press("Enter")
    await visitor.sees(answer(visitor, "When does pending become available?"))
    await keyboard.press("Home")
    await expect(question(visitor, "What is Tidemark?")).to_be_focused()


async def test_a_ticket_about_a_task_with_a_screenshot_is_answered_live_and_closed(visits: Visits, tidemark: Tidemark) -> None:
    await an_open_project(tidemark, "choice", title="Cups")
    annotator, moderator = await an_annotator(), await a_moderator()
    phone = await visits.by(PHONE)
    await phone.has_session(annotator)
    await phone.goes("/work/tasks")

    await phone.presses("Instructions")
    await phone.presses(phone.link("Get help with this task"))
    await phone.sees("About a task of Cups")
    await phone.field("Subject").fill("It does not load")
    await phone.page.get_by_role("textbox", name="Message").fill("See the picture.")
    await phone.page.get_by_label("Add screenshots").set_input_files(FilePayload(name="seen.jpg", mimeType="image/jpeg", buffer=a_photo()))
    await phone.sees(phone.page.get_by_role("img", name="seen.jpg"))
    await phone.page.reload()
    await expect(phone.field("Subject")).to_have_value("It does not load")
    await phone.page.get_by_label("Add screenshots").set_input_files(FilePayload(name="seen.jpg", mimeType="image/jpeg", buffer=a_photo()))
    await phone.presses("Send")
    await phone.sees_heading("It does not load")
    await phone.sees(phone.page.get_by_role("img", name="Attachment 1"))
    ticket = await Ticket.get(user_id=annotator.id)
    assert ticket.about_type == "Task"

    await phone.presses(phone.page.get_by_role("navigation").get_by_role("link", name="Work"))
    await phone.sees_heading("Work")
    await ticket.reply(moderator, "Load the page anew.")
    await phone.presses(phone.page.get_by_role("region", name="Messages").get_by_role("link", name="Read it"))
    await phone.sees("Load the page anew.")
    await (await ticket.reread()).reply(moderator, "Is it there now?")
    await phone.sees("Is it there now?")

    await phone.page.get_by_role("textbox", name="Your message").fill("It is, thank you.")
    await phone.presses("Send")
    await phone.sees(phone.page.get_by_role("log").get_by_text("It is, thank you."))
    await phone.presses("Solved: close it")
    await phone.sees("Closed")
    assert (await ticket.reread()).state == TicketState.CLOSED


async def test_who_cannot_sign_in_writes_by_the_form_and_is_answered_by_mail(visits: Visits) -> None:
    visitor = await visits.by(DESK)
    await visitor.goes("/help/tickets")

    await visitor.field("Your email").fill("ada@example.test")
    await visitor.field("Subject").fill("I cannot sign in")
    await visitor.page.get_by_role("textbox", name="Message").fill("My phone is lost.")
    await visitor.presses("Send")
    await visitor.sees("Sent. The answer comes to ada@example.test")

    ticket = await Ticket.get(email="ada@example.test")
    await ticket.reply(await a_moderator(), "Ask for a reset.")
    assert await Mail.filter(recipient="ada@example.test").exists()
