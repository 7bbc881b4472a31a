"""A question to the people who run Tidemark, and what was said about it: it names its task and carries screenshots.

Who cannot sign in asks from outside and is answered by mail. Whoever is suspended or banned asks as everybody does.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from tortoise import fields
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import in_transaction

from models.audit import AuditEntry
from models.errors import Conflict, InvalidInput, NotFound, Refusal, Refused
from models.event import TICKETS, Event, Hint, user_topic
from models.mail import Mail
from models.row import Row
from models.text import one_line, prose
from models.upload import Upload, UploadKind
from models.user import User, checked_email
from ops.database import sql
from ops.settings import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tortoise.queryset import QuerySet

SUBJECT_LENGTH = 120
# Room for a long error message with all that surrounds it.
BODY_LENGTH = 5_000
MOST_ATTACHMENTS = 5
# Waiting for an answer at once: more are one problem told many times.
MOST_OPEN = 20
# A ticket is read whole. After so many messages its owner begins a new one.
MOST_MESSAGES = 100
# Within this time the same words again are a repeated request, not a second message.
REPEAT_MINUTES = 10


class TicketState(StrEnum):
    OPEN = "OPEN"
    ANSWERED = "ANSWERED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True)
class About:
    """The row that a ticket names, by the type of its public id. That its owner may see it is the caller's to know."""

    type: str
    id: int


class Ticket(Row):
    # Whose it is: a person's, or an address's that somebody claims.
    user: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="tickets", on_delete=fields.RESTRICT, null=True
    )
    email = fields.CharField(254, null=True)
    subject = fields.CharField(SUBJECT_LENGTH)
    state = fields.CharEnumField(TicketState, max_length=10, db_default=TicketState.OPEN.value)
    about_type = fields.CharField(40, null=True)
    about_id = fields.BigIntField(null=True)
    created_at = fields.DatetimeField(db_default=Now())
    user_id: int | None

    class Meta:
        table = "tickets"
        indexes = (("user_id", "id"), ("state", "id"))

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Ticket]:
        return cls.filter(user_id=user_id)

    @classmethod
    async def open_by(
        cls, user: User, subject: str, body: str, *, about: About | None = None, attachments: Sequence[Upload] = ()
    ) -> Ticket:
        """A new ticket, or the one that the same words opened a moment ago. Raises Refused, Conflict; NotFound for another's upload."""
        subject, body = _all_checked(
            lambda: one_line(subject, SUBJECT_LENGTH, "The subject", "input", "subject"),
            lambda: prose(body, BODY_LENGTH, "The message", "input", "body"),
        )
        blocks = _attached(attachments, user, "input", "attachmentIds")
        async with in_transaction():
            # One at a time of a person, so that two at once neither pass MOST_OPEN nor become two of the same.
            await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", user.id)
            about_type, about_id = (about.type, about.id) if about else (None, None)
            known = await cls.one(_OPENED_BEFORE, user.id, subject, about_type, about_id, body, json.dumps(blocks), REPEAT_MINUTES)
            if known is not None:
                return known
            if await cls.of(user.id).filter(state=TicketState.OPEN).count() >= MOST_OPEN:
                raise Conflict(f"You have {MOST_OPEN} tickets that wait for an answer; add to one of them, or close some.", "input")
            ticket = await cls.add(user_id=user.id, subject=subject, about_type=about_type, about_id=about_id)
            await TicketMessage.add(ticket_id=ticket.id, author_id=user.id, body=body, from_staff=False, attachments=blocks)
            await Hint.record(TICKETS)
        return ticket

    @classmethod
    async def from_outside(cls, email: str, subject: str, body: str) -> Ticket:
        """Of somebody who cannot sign in. No account is looked for; staff's answer alone is sent to the address."""
        email, subject, body = _all_checked(
            lambda: checked_email(email, "email"),
            lambda: one_line(subject, SUBJECT_LENGTH, "The subject", "subject"),
            lambda: prose(body, BODY_LENGTH, "The message", "body"),
        )
        async with in_transaction():
            known = await cls.one(_WRITTEN_BEFORE, email, subject, body, REPEAT_MINUTES)
            if known is not None:
                return known
            ticket = await cls.add(email=email, subject=subject)
            await TicketMessage.add(ticket_id=ticket.id, body=body, from_staff=False)
            await Hint.record(TICKETS)
        return ticket

    async def reply(self, by: User, body: str, attachments: Sequence[Upload] = ()) -> Ticket:
        """By its owner, which opens it (again), or by staff, which answers it: whoever is neither has no business here.

        The same words again, a moment later, change nothing. Raises InvalidInput, Conflict; NotFound for another's upload.
        """
        assert self._is_of(by) or by.is_staff
        body = prose(body, BODY_LENGTH, "The message", "body")
        blocks = _attached(attachments, by, "attachmentIds")
        async with in_transaction():
            ticket = await self._locked()
            if await ticket._was_said(by, body, blocks):
                return ticket
            await (ticket._ask_more(by, body, blocks) if ticket._is_of(by) else ticket._answer(by, body, blocks))
        return ticket

    async def close(self, by: User) -> Ticket:
        """By its owner or by staff. Safe to repeat; a reply opens it again."""
        assert self._is_of(by) or by.is_staff
        async with in_transaction():
            ticket = await self._locked()
            if ticket.state == TicketState.CLOSED:
                return ticket
            await ticket._become(TicketState.CLOSED)
            if not ticket._is_of(by):
                await AuditEntry.record("closeTicket", by=by, subject=ticket)
                if ticket.user_id is not None:
                    await Event.record("TicketClosed", [user_topic(ticket.user_id)], ticket=ticket.id)
        return ticket

    async def _ask_more(self, by: User, body: str, blocks: list[dict[str, Any]]) -> None:
        if await TicketMessage.filter(ticket_id=self.id).count() >= MOST_MESSAGES:
            raise Conflict(f"A ticket holds {MOST_MESSAGES} messages; open a new one.", "ticketId")
        await TicketMessage.add(ticket_id=self.id, author_id=by.id, body=body, from_staff=False, attachments=blocks)
        await self._become(TicketState.OPEN)

    async def _answer(self, by: User, body: str, blocks: list[dict[str, Any]]) -> None:
        if self.email is not None and blocks:
            raise InvalidInput("This ticket is answered by mail, which carries no attachments.", "attachmentIds")
        await TicketMessage.add(ticket_id=self.id, author_id=by.id, body=body, from_staff=True, attachments=blocks)
        await self._become(TicketState.ANSWERED)
        await AuditEntry.record("replyToTicket", by=by, subject=self)
        if self.user_id is not None:
            await Event.record("TicketAnswered", [user_topic(self.user_id)], ticket=self.id)
        else:
            assert self.email is not None
            await Mail.write(self.email, f"Re: {self.subject}", _LETTER.format(body=body, url=settings().public_url))

    async def _locked(self) -> Self:
        ticket = await self.one("SELECT * FROM tickets WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert ticket is not None
        return ticket

    async def _become(self, state: TicketState) -> None:
        await sql.run("UPDATE tickets SET state = $2 WHERE id = $1", self.id, state.value)
        await Hint.record(TICKETS)
        self.state = state

    def _is_of(self, user: User) -> bool:
        return self.user_id is not None and self.user_id == user.id

    async def _was_said(self, by: User, body: str, blocks: list[dict[str, Any]]) -> bool:
        """Whether the latest message is this one, just now."""
        return bool(await sql.value(_SAID_BEFORE, self.id, by.id, body, json.dumps(blocks), REPEAT_MINUTES))


class TicketMessage(Row):
    ticket: fields.ForeignKeyRelation[Ticket] = fields.ForeignKeyField("models.Ticket", related_name="messages", on_delete=fields.RESTRICT)
    # Null for what came from outside.
    author: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="ticket_messages", on_delete=fields.RESTRICT, null=True
    )
    body = fields.TextField()
    from_staff = fields.BooleanField()
    # Content blocks of images that their author uploaded.
    attachments = fields.JSONField[list[dict[str, Any]]](db_default=SqlDefault("'[]'"))
    sent_at = fields.DatetimeField(db_default=Now())
    ticket_id: int
    author_id: int | None

    class Meta:
        table = "ticket_messages"
        indexes = (("ticket_id", "id"),)


_LETTER = """Hello,

you wrote to Tidemark. This is the answer of our support:

{body}

To write again, use the form under Help at {url}; an answer to this mail is read by nobody.
If you did not write to us, ignore this mail: somebody gave your address by mistake.
"""
# `first` is the message that opened the ticket.
_OPENED_BEFORE = """
SELECT t.* FROM tickets t JOIN LATERAL (SELECT * FROM ticket_messages m WHERE m.ticket_id = t.id ORDER BY m.id LIMIT 1) AS first ON true
WHERE t.user_id = $1 AND t.subject = $2 AND t.about_type IS NOT DISTINCT FROM $3 AND t.about_id IS NOT DISTINCT FROM $4::bigint
    AND first.body = $5 AND first.attachments = $6::jsonb AND t.created_at > now() - make_interval(mins => $7::int)
ORDER BY t.id DESC LIMIT 1
"""
_WRITTEN_BEFORE = """
SELECT t.* FROM tickets t JOIN LATERAL (SELECT * FROM ticket_messages m WHERE m.ticket_id = t.id ORDER BY m.id LIMIT 1) AS first ON true
WHERE t.email = $1 AND t.subject = $2 AND first.body = $3 AND t.created_at > now() - make_interval(mins => $4::int)
ORDER BY t.id DESC LIMIT 1
"""
_SAID_BEFORE = """
SELECT m.author_id = $2 AND m.body = $3 AND m.attachments = $4::jsonb AND m.sent_at > now() - make_interval(mins => $5::int)
FROM ticket_messages m WHERE m.ticket_id = $1 ORDER BY m.id DESC LIMIT 1
"""


def _all_checked(*checks: Callable[[], str]) -> list[str]:
    """What each check gives. Raises all that is wrong at once."""
    given: list[str] = []
    errors: list[Refusal] = []
    for check in checks:
        try:
            given.append(check())
        except Refusal as refusal:
            errors.append(refusal)
    if errors:
        raise Refused(errors)
    return given


def _attached(uploads: Sequence[Upload], author: User, *path: str) -> list[dict[str, Any]]:
    """The uploads as content blocks. Raises InvalidInput by place, NotFound for what is not the author's own."""
    if len(uploads) > MOST_ATTACHMENTS:
        raise InvalidInput(f"At most {MOST_ATTACHMENTS} screenshots a message.", *path)
    for n, upload in enumerate(uploads):
        if upload.user_id != author.id:
            raise NotFound("There is no such thing here.", *path, str(n))
        if upload.kind != UploadKind.IMAGE:
            raise InvalidInput("Only pictures can be attached.", *path, str(n))
    return [upload.block(f"Attachment {n}") for n, upload in enumerate(uploads, start=1)]
