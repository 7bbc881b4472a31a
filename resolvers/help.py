"""The FAQ, and tickets: asked, answered, closed."""

from __future__ import annotations

import strawberry

import models
from models import Ticket, Upload
from models.ticket import About
from models.user import STAFF
from resolvers.found import found, not_found
from resolvers.limits import CONTACT_FROM_ADDRESS, CONTACT_OF_ACCOUNT, MESSAGE_OF_ACCOUNT
from resolvers.nodes import seen_node
from resolvers.seeing import tickets_seen_by
from resolvers.work import uploads_of
from schema import help as types
from schema.context import Context, Info
from schema.ids import read_id, type_of
from schema.page import Connection, newest_first
from schema.payload import AcceptedPayload, UserError, mutation

# What a ticket can be about: what one works on, is judged by and is paid.
ABOUT = frozenset({"Task", "Project", "Item", "Assignment", "Annotation", "Verdict", "Appeal", "Transaction", "Withdrawal"})


@strawberry.type
class TicketPayload:
    ticket: types.Ticket | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class HelpQuery:
    @strawberry.field
    def faq(self) -> list[types.FaqTopic]:
        return types.faq_type()

    @strawberry.field(description="Of everybody, latest first. Staff only.")
    async def tickets(
        self, info: Info, first: int | None = 50, after: str | None = None, state: models.TicketState | None = strawberry.UNSET
    ) -> Connection[types.Ticket]:
        info.context.require_role(*STAFF)
        rows = Ticket.filter(state=state) if state else Ticket.all()
        return await newest_first(rows, 50 if first is None else first, after, lambda row: types.Ticket(row=row))


@strawberry.type
class HelpMutation:
    @mutation
    async def open_ticket(self, info: Info, input: types.TicketInput) -> TicketPayload:
        """The same words again, a moment later, give the ticket that they opened."""
        user = info.context.user
        await MESSAGE_OF_ACCOUNT.count(info.context, str(user.id))
        about = None if input.about in (None, strawberry.UNSET) else await _about(info, input.about)
        attachments = await _attachments(info.context, input.attachment_ids or [], "input", "attachmentIds")
        ticket = await Ticket.open_by(user, input.subject, input.body, about=about, attachments=attachments)
        return TicketPayload(ticket=types.Ticket(row=ticket))

    @mutation
    async def contact_support(self, info: Info, email: str, subject: str, body: str) -> AcceptedPayload:
        """For those who cannot sign in; answered by mail. Says the same whether or not the address is known."""
        await CONTACT_FROM_ADDRESS.count(info.context, info.context.request_meta.ip)
        await CONTACT_OF_ACCOUNT.count(info.context, email.strip().lower()[:254])
        await Ticket.from_outside(email, subject, body)
        return AcceptedPayload(accepted=True)

    @mutation
    async def reply_to_ticket(
        self, info: Info, ticket_id: strawberry.ID, body: str, attachment_ids: list[strawberry.ID] | None = strawberry.UNSET
    ) -> TicketPayload:
        """By its owner, which opens it (again), or by staff, which answers it."""
        user = info.context.user
        if not user.is_staff:
            await MESSAGE_OF_ACCOUNT.count(info.context, str(user.id))
        ticket = await found(tickets_seen_by(info.context), ticket_id, "ticketId")
        attachments = await _attachments(info.context, attachment_ids or [], "attachmentIds")
        return TicketPayload(ticket=types.Ticket(row=await ticket.reply(user, body, attachments)))

    @mutation
    async def close_ticket(self, info: Info, ticket_id: strawberry.ID) -> TicketPayload:
        """By its owner or by staff; a reply opens it again."""
        user = info.context.user
        ticket = await found(tickets_seen_by(info.context), ticket_id, "ticketId")
        return TicketPayload(ticket=types.Ticket(row=await ticket.close(user)))


async def _about(info: Info, public: str) -> About:
    """Something that the caller may see. Raises NotFound."""
    name = type_of(public)
    if name not in ABOUT or await seen_node(info, public) is None:
        raise not_found("input", "about")
    return About(name, read_id(name, public))


async def _attachments(context: Context, public_ids: list[strawberry.ID], *path: str) -> list[Upload]:
    """The caller's own uploads of these ids, each once. Raises NotFound by place."""
    wanted = list(dict.fromkeys(public_ids))
    if len(wanted) > models.ticket.MOST_ATTACHMENTS:
        raise models.errors.InvalidInput(f"At most {models.ticket.MOST_ATTACHMENTS} screenshots a message.", *path)
    owned = await uploads_of(context, wanted)
    for public in wanted:
        if public not in owned:
            raise not_found(*path, str(public_ids.index(public)))
    return [owned[public] for public in wanted]
