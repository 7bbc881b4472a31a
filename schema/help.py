"""Help: the FAQ, and tickets with what was said about them."""

from __future__ import annotations

from datetime import datetime

import strawberry

import models
from models import faq
from schema.content import ImageContent, image_type
from schema.context import Info
from schema.ids import public_id
from schema.node import Node
from schema.people import Annotator

TicketState = strawberry.enum(models.TicketState, name="TicketState")


@strawberry.type
class FaqEntry:
    key: str = strawberry.field(description="Stays when the words change: for links.")
    question: str
    answer: str = strawberry.field(description="Markdown.")


@strawberry.type
class FaqTopic:
    key: str = strawberry.field(description="Stays when the words change: for links.")
    title: str
    entries: list[FaqEntry]


def faq_type() -> list[FaqTopic]:
    return [
        FaqTopic(
            key=topic.key,
            title=topic.title,
            entries=[FaqEntry(key=entry.key, question=entry.question, answer=entry.answer) for entry in topic.entries],
        )
        for topic in faq.TOPICS
    ]


@strawberry.type
class TicketMessage:
    row: strawberry.Private[models.TicketMessage]

    @strawberry.field
    def body(self) -> str:
        return self.row.body

    @strawberry.field
    def from_staff(self) -> bool:
        return self.row.from_staff

    @strawberry.field
    def attachments(self) -> list[ImageContent]:
        return [image_type(block) for block in self.row.attachments]

    @strawberry.field
    def sent_at(self) -> datetime:
        return self.row.sent_at


@strawberry.type
class Ticket(Node):
    row: strawberry.Private[models.Ticket]

    @strawberry.field
    def subject(self) -> str:
        return self.row.subject

    @strawberry.field
    def state(self) -> models.TicketState:
        return self.row.state

    @strawberry.field(description="The task or project that it is about.")
    def about(self) -> strawberry.ID | None:
        if self.row.about_type is None or self.row.about_id is None:
            return None
        return strawberry.ID(public_id(self.row.about_type, self.row.about_id))

    @strawberry.field(description="Oldest first.")
    async def messages(self, info: Info) -> list[TicketMessage]:
        return [TicketMessage(row=row) for row in await info.context.loaders.messages_of_ticket.load(self.row.id)]

    @strawberry.field
    def created_at(self) -> datetime:
        return self.row.created_at

    @strawberry.field(description="Whose it is; null where somebody wrote who could not sign in.")
    async def opened_by(self, info: Info) -> Annotator | None:
        if self.row.user_id is None:
            return None
        return Annotator(row=await info.context.loaders.row(models.User, self.row.user_id))

    @strawberry.field(description="Where the answer goes by mail, of somebody who could not sign in; otherwise null.")
    def email(self) -> str | None:
        return self.row.email


@strawberry.input
class TicketInput:
    subject: str
    body: str
    about: strawberry.ID | None = strawberry.field(
        default=strawberry.UNSET, description="What it is about, such as a task, an assignment, an annotation or a project."
    )
    attachment_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="Pictures of the caller's, made with POST /uploads; at most 5."
    )
