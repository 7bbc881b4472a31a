"""Tickets: asked, answered, asked again, closed; whose they are, and how much of them there may be."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tortoise.exceptions import IntegrityError

from models import AuditEntry, Mail, Ticket, TicketMessage, TicketState, Upload, User, faq, sanction
from models.errors import Conflict, InvalidInput, NotFound, Refused
from models.faq import read_topic
from models.faq.figures import FIGURES
from models.ticket import BODY_LENGTH, MOST_ATTACHMENTS, MOST_MESSAGES, MOST_OPEN, SUBJECT_LENGTH, About
from models.verdict import APPEAL_DAYS
from ops.database import sql
from tests.support.world import a_moderator, a_user, an_admin, an_annotator, counts_of

CHANGED = ("tickets", "ticket_messages", "events", "audit_entries", "mails")
HOSTILE = ["", " \n ", "a\x00b", "a\u202eb", "\ud800"]


async def a_ticket(user: User | None = None, *, subject: str = "It does not load", body: str = "See the picture.", **more: Any) -> Ticket:
    return await Ticket.open_by(user or await an_annotator(), subject, body, **more)


async def an_upload(owner: User, kind: str = "IMAGE") -> Upload:
    size = {"width": 640, "height": 480, "seconds": None} if kind == "IMAGE" else {"width": None, "height": None, "seconds": 2.0}
    return await Upload.record(sha256="a" * 64, kind=kind, content_type="image/png", bytes=1, owner=owner, **size)


async def said_in(ticket: Ticket) -> list[tuple[str, bool]]:
    return [(row.body, row.from_staff) for row in await TicketMessage.filter(ticket_id=ticket.id).order_by("id")]


async def state_of(ticket: Ticket) -> TicketState:
    return (await ticket.reread()).state


# ------------------------------------------------------------------ opening
async def test_a_ticket_names_its_subject_and_keeps_the_screenshots() -> None:
    annotator = await an_annotator()
    uploads = [await an_upload(annotator) for _ in range(MOST_ATTACHMENTS)]

    ticket = await a_ticket(annotator, about=About("Task", 7), attachments=uploads)

    assert (ticket.user_id, ticket.state, ticket.about_type, ticket.about_id) == (annotator.id, TicketState.OPEN, "Task", 7)
    message = await TicketMessage.get(ticket_id=ticket.id)
    assert (message.author_id, message.from_staff) == (annotator.id, False)
    assert message.attachments[0] == {"kind": "image", "sha256": "a" * 64, "width": 640, "height": 480, "alt": "Attachment 1"}
    assert len(message.attachments) == MOST_ATTACHMENTS


@pytest.mark.parametrize("wrong", [*HOSTILE, "x" * (BODY_LENGTH + 1)])
async def test_subject_and_body_are_text_of_some_length(wrong: str) -> None:
    annotator = await an_annotator()

    with pytest.raises(Refused) as refused:
        await Ticket.open_by(annotator, wrong, wrong)

    assert [error.path for error in refused.value.errors] == [("input", "subject"), ("input", "body")]
    assert await counts_of("tickets", "ticket_messages") == {"tickets": 0, "ticket_messages": 0}


async def test_the_longest_texts_are_kept_whole() -> None:
    ticket = await a_ticket(subject="s" * SUBJECT_LENGTH, body="ü" * BODY_LENGTH)

    assert ticket.subject == "s" * SUBJECT_LENGTH
    assert await said_in(ticket) == [("ü" * BODY_LENGTH, False)]


@pytest.mark.parametrize("attached", ["too many", "a recording", "another's"])
async def test_only_a_few_pictures_of_ones_own_are_attached(attached: str) -> None:
    annotator, stranger = await an_annotator(), await an_annotator()
    own = await an_upload(annotator)
    attachments = {
        "too many": [own] * (MOST_ATTACHMENTS + 1),
        "a recording": [own, await an_upload(annotator, "AUDIO")],
        "another's": [own, await an_upload(stranger)],
    }[attached]

    with pytest.raises((InvalidInput, NotFound)) as refusal:
        await a_ticket(annotator, attachments=attachments)

    assert refusal.value.path == ("input", "attachmentIds", *(() if attached == "too many" else ("1",)))
    assert await Ticket.all().count() == 0


async def test_so_many_tickets_wait_at_once_and_no_more_however_many_are_sent_together() -> None:
    annotator = await an_annotator()
    for n in range(MOST_OPEN - 2):
        await a_ticket(annotator, subject=f"Number {n}")

    outcomes = await asyncio.gather(*(a_ticket(annotator, subject=f"Late {n}") for n in range(6)), return_exceptions=True)

    assert sum(isinstance(outcome, Ticket) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 4
    await (await Ticket.of(annotator.id).first()).close(annotator)  # type: ignore[union-attr]
    await a_ticket(annotator, subject="There is room again")
    await a_ticket(await an_annotator(), subject="Another's")


async def test_the_same_words_sent_again_open_one_ticket() -> None:
    annotator = await an_annotator()

    tickets = await asyncio.gather(*(a_ticket(annotator) for _ in range(6)))

    assert len({ticket.id for ticket in tickets}) == 1
    assert await counts_of("tickets", "ticket_messages") == {"tickets": 1, "ticket_messages": 1}
    assert (await a_ticket(annotator, about=About("Task", 7))).id != tickets[0].id
    await sql.run("UPDATE tickets SET created_at = now() - interval '1 hour'")
    assert (await a_ticket(annotator)).id not in {ticket.id for ticket in tickets}


async def test_the_suspended_and_the_banned_keep_the_way_to_tickets() -> None:
    admin, suspended, banned = await an_admin(), await an_annotator(), await an_annotator()
    await sanction.suspend(suspended, by=admin, reason="Careless.")
    await sanction.ban(banned, by=admin, reason="Fraud.")

    for user in (suspended, banned):
        ticket = await a_ticket(user)
        await ticket.reply(await a_moderator(), "We look.")
        await ticket.reply(user, "Thank you.")
        assert await state_of(ticket) == TicketState.OPEN


# ------------------------------------------------------------------ answering
async def test_staff_answer_and_the_owner_is_told_and_may_ask_again() -> None:
    moderator, annotator = await a_moderator(), await an_annotator()
    ticket = await a_ticket(annotator)

    answered = await ticket.reply(moderator, "Reload the page.", [await an_upload(moderator)])

    assert answered.state == await state_of(ticket) == TicketState.ANSWERED
    event = await sql.row("SELECT topic, ids::text FROM events WHERE kind = 'TicketAnswered'")
    assert event is not None
    assert (event["topic"], event["ids"]) == (f"user:{annotator.id}", f'{{"ticket": {ticket.id}}}')
    entry = await AuditEntry.get()
    assert (entry.action, entry.actor_id, entry.subject_type, entry.subject_id) == ("replyToTicket", moderator.id, "Ticket", ticket.id)
    assert (await ticket.reply(annotator, "It still does not.")).state == TicketState.OPEN
    assert await said_in(ticket) == [("See the picture.", False), ("Reload the page.", True), ("It still does not.", False)]
    assert await counts_of("events", "audit_entries", "mails") == {"events": 1, "audit_entries": 1, "mails": 0}


async def test_staff_who_ask_are_answered_by_others() -> None:
    moderator = await a_moderator()
    ticket = await a_ticket(moderator)

    await ticket.reply(moderator, "More about it.")

    assert await said_in(ticket) == [("See the picture.", False), ("More about it.", False)]
    assert await state_of(ticket) == TicketState.OPEN
    assert await AuditEntry.all().count() == 0


async def test_a_reply_sent_again_is_said_once() -> None:
    moderator, annotator = await a_moderator(), await an_annotator()
    ticket = await a_ticket(annotator)

    await asyncio.gather(*(ticket.reply(moderator, "Reload the page.") for _ in range(6)))

    assert await said_in(ticket) == [("See the picture.", False), ("Reload the page.", True)]
    assert await counts_of("events", "audit_entries") == {"events": 1, "audit_entries": 1}
    await ticket.reply(annotator, "No.")
    await ticket.reply(moderator, "Reload the page.")
    assert len(await said_in(ticket)) == 4


@pytest.mark.parametrize("wrong", [*HOSTILE, "x" * (BODY_LENGTH + 1)])
async def test_a_reply_is_text_of_some_length(wrong: str) -> None:
    ticket = await a_ticket()
    before = await counts_of(*CHANGED)

    with pytest.raises(InvalidInput) as refusal:
        await ticket.reply(await a_moderator(), wrong)

    assert refusal.value.path == ("body",)
    assert await counts_of(*CHANGED) == before
    assert await state_of(ticket) == TicketState.OPEN


async def test_a_full_ticket_can_still_be_answered_but_not_be_added_to() -> None:
    annotator = await an_annotator()
    ticket = await a_ticket(annotator)
    await sql.run(
        "INSERT INTO ticket_messages (ticket_id, author_id, body, from_staff) SELECT $1, $2, 'x', false FROM generate_series(2, $3::int)",
        ticket.id,
        annotator.id,
        MOST_MESSAGES,
    )

    with pytest.raises(Conflict):
        await ticket.reply(annotator, "And another thing.")

    assert len(await said_in(ticket)) == MOST_MESSAGES
    assert (await ticket.reply(await a_moderator(), "Here is all of it.")).state == TicketState.ANSWERED


# ------------------------------------------------------------------ closing
async def test_the_owner_closes_and_a_reply_opens_again() -> None:
    annotator = await an_annotator()
    ticket = await a_ticket(annotator)

    for _ in range(2):
        assert (await ticket.close(annotator)).state == TicketState.CLOSED

    assert await counts_of("events", "audit_entries") == {"events": 0, "audit_entries": 0}
    assert (await ticket.reply(annotator, "It is back.")).state == TicketState.OPEN


async def test_staff_close_on_record_and_the_owner_is_told() -> None:
    annotator, moderator = await an_annotator(), await a_moderator()
    ticket = await a_ticket(annotator)

    await asyncio.gather(*(ticket.close(moderator) for _ in range(4)))

    assert await state_of(ticket) == TicketState.CLOSED
    assert await sql.value("SELECT array_agg(topic || ' ' || kind) FROM events") == [f"user:{annotator.id} TicketClosed"]
    assert await sql.value("SELECT array_agg(action) FROM audit_entries") == ["closeTicket"]


# ------------------------------------------------------------------ from outside
async def test_who_cannot_sign_in_is_answered_by_mail() -> None:
    moderator = await a_moderator()
    ticket = await Ticket.from_outside(" Ada@Example.test", "I cannot\nsign in", "The link is dead {url}.")

    assert (ticket.user_id, ticket.email, ticket.subject) == (None, "ada@example.test", "I cannot sign in")
    assert await Mail.all().count() == 0
    await ticket.reply(moderator, "Here is {another}.")

    letter = await Mail.get()
    assert (letter.recipient, letter.subject) == ("ada@example.test", "Re: I cannot sign in")
    assert "Here is {another}." in letter.body
    # What somebody wrote in another's name is not sent to them.
    assert "The link is dead" not in letter.body
    assert await state_of(ticket) == TicketState.ANSWERED
    assert await counts_of("events", "audit_entries") == {"events": 0, "audit_entries": 1}


async def test_a_message_from_outside_belongs_to_no_account_of_that_address() -> None:
    annotator = await an_annotator()

    ticket = await Ticket.from_outside(annotator.email, "Help", "Please.")
    again = await Ticket.from_outside(annotator.email, "Help", "Please.")

    assert ticket.user_id is None
    assert again.id == ticket.id
    assert await Ticket.of(annotator.id).count() == 0


async def test_all_that_is_wrong_with_a_message_from_outside_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        await Ticket.from_outside("nobody", "", "x" * (BODY_LENGTH + 1))

    assert [error.path for error in refused.value.errors] == [("email",), ("subject",), ("body",)]
    assert await Ticket.all().count() == 0


async def test_an_answer_by_mail_carries_no_attachments() -> None:
    moderator = await a_moderator()
    ticket = await Ticket.from_outside("ada@example.test", "Help", "Please.")

    with pytest.raises(InvalidInput) as refusal:
        await ticket.reply(moderator, "Look.", [await an_upload(moderator)])

    assert refusal.value.path == ("attachmentIds",)
    assert await counts_of("mails", "audit_entries") == {"mails": 0, "audit_entries": 0}


# ------------------------------------------------------------------ what the database refuses
@pytest.mark.parametrize(
    "columns",
    [
        "(subject) VALUES ('of nobody')",
        "(subject, user_id, email) SELECT 'of both', id, email FROM users",
        "(subject, email, about_type) VALUES ('half', 'a@b.test', 'Task')",
    ],
)
async def test_a_ticket_is_a_persons_or_an_addresses_and_names_something_whole_or_nothing(columns: str) -> None:
    await a_user()

    with pytest.raises(IntegrityError):
        await sql.run(f"INSERT INTO tickets {columns}")


# ------------------------------------------------------------------ the FAQ
def test_every_answer_of_the_faq_is_short_and_every_figure_filled_in() -> None:
    entries = [entry for topic in faq.TOPICS for entry in topic.entries]

    assert 25 <= len(entries) <= 60
    assert len({entry.key for entry in entries}) == len(entries)
    assert len({topic.key for topic in faq.TOPICS}) == len(faq.TOPICS)
    for entry in entries:
        assert 20 <= len(entry.answer) <= 1_500, entry.key
        assert "{{" not in entry.answer, entry.key


def test_answers_tell_the_figures_of_the_rules() -> None:
    answers = {entry.key: entry.answer for topic in faq.TOPICS for entry in topic.entries}

    assert f"within {APPEAL_DAYS} days" in answers["how-to-appeal"]
    assert "| polygon | $12 |" in answers["how-much"]
    assert "up to 3 times" in answers["how-long"]
    # None is left over that no answer tells any more.
    texts = "".join(path.read_text("utf-8") for path in faq.FOLDER.glob("*.md"))
    assert [name for name in FIGURES if f"{{{{{name}}}}}" not in texts] == []
    assert {path.stem for path in faq.FOLDER.glob("*.md")} == {*faq.FILES}


@pytest.mark.parametrize("text", ["## No topic {#x}\n", "# No key\n", "# Topic {#t}\n\n## Q {#q}\n{{unknown}}\n"])
def test_a_topic_that_is_written_wrong_stops_the_start(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        read_topic(text)
