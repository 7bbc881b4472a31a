"""Help over the API: the FAQ for everybody, tickets for their owners and for staff, the contact form for who cannot sign in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models import Annotation, ApiToken, Appeal, Assignment, Decision, Entry, Mail, Role, Scope, Ticket, User, sanction
from models.ticket import BODY_LENGTH, MOST_ATTACHMENTS, MOST_OPEN, SUBJECT_LENGTH
from ops.database import sql
from resolvers.limits import CONTACT_OF_ACCOUNT, MESSAGE_OF_ACCOUNT
from schema.ids import public_id
from tests.api.client import Client, Tidemark
from tests.api.scene import the_id, unchanged
from tests.support.payouts import earn, requested
from tests.support.photos import a_photo
from tests.support.sql import counted_sql
from tests.support.world import (
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    an_organization,
    decided,
)
from tests.web.media import a_wav

TICKET = """fragment All on Ticket { id subject state about createdAt email openedBy { displayName }
  messages { body fromStaff sentAt attachments { url width height alt } } }"""
FAQ = "{ faq { key title entries { key question answer } } }"
OPEN = f"mutation ($input: TicketInput!) {{ openTicket(input: $input) {{ ticket {{ ...All }} errors {{ code path }} }} }} {TICKET}"
REPLY = f"""mutation ($id: ID!, $body: String!, $attachments: [ID!]) {{
  replyToTicket(ticketId: $id, body: $body, attachmentIds: $attachments) {{ ticket {{ ...All }} errors {{ code path }} }} }} {TICKET}"""
CLOSE = f"mutation ($id: ID!) {{ closeTicket(ticketId: $id) {{ ticket {{ ...All }} errors {{ code path }} }} }} {TICKET}"
CONTACT = """mutation ($email: String!, $subject: String!, $body: String!) {
  contactSupport(email: $email, subject: $subject, body: $body) { accepted errors { code path } } }"""
TICKETS = f"""query ($first: Int, $after: String, $state: TicketState) {{ tickets(first: $first, after: $after, state: $state) {{
  edges {{ node {{ ...All }} }} pageInfo {{ hasNextPage endCursor }} }} }} {TICKET}"""
MINE = f"""query ($first: Int, $after: String) {{ viewer {{ tickets(first: $first, after: $after) {{
  edges {{ node {{ ...All }} }} pageInfo {{ hasNextPage endCursor }} }} }} }} {TICKET}"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ __typename ...All }} }} {TICKET}"
ACTIVITY = f"""subscription ($after: Cursor) {{ activity(after: $after) {{ __typename cursor
  ... on TicketAnswered {{ ticket {{ ...All }} }} ... on TicketClosed {{ ticket {{ ...All }} }} }} }} {TICKET}"""
WAITING = "subscription { ticketsWaiting }"
CURSOR = "{ viewer { activityCursor } }"
HELLO = {"subject": "It does not load", "body": "See the picture."}
HOSTILE = ["", " \n ", "bell\u0007", "\u202egnp.exe"]


async def an_annotator_at(tidemark: Tidemark) -> Client:
    return await tidemark.signed_in(await an_annotator())


async def a_ticket_of(client: Client, **more: Any) -> str:
    return str((await client.do(OPEN, input=HELLO | more))["ticket"]["id"])


# ------------------------------------------------------------------ the FAQ
async def test_the_faq_is_there_for_everybody(tidemark: Tidemark) -> None:
    topics = (await tidemark.anonymous.ask(FAQ))["faq"]

    assert {"joining", "work", "pay", "appeals", "privacy"} <= {topic["key"] for topic in topics}
    answers = {entry["key"]: entry["answer"] for topic in topics for entry in topic["entries"]}
    assert "within 7 days" in answers["how-to-appeal"]
    with counted_sql() as statements:
        await tidemark.anonymous.ask(FAQ)
    assert statements == []


# ------------------------------------------------------------------ a conversation
async def test_a_ticket_with_a_screenshot_is_answered_and_followed_up(tidemark: Tidemark, worker: None) -> None:
    annotator, moderator = await an_annotator_at(tidemark), await tidemark.signed_in(await a_moderator())
    project = await a_project()
    cursor = (await annotator.ask(CURSOR))["viewer"]["activityCursor"]
    picture = await annotator.upload(a_photo())

    opened = (await annotator.do(OPEN, input=HELLO | {"about": the_id(project), "attachmentIds": [picture]}))["ticket"]

    assert (opened["state"], opened["about"], opened["email"]) == ("OPEN", the_id(project), None)
    [message] = opened["messages"]
    assert (message["body"], message["fromStaff"]) == ("See the picture.", False)
    [attachment] = message["attachments"]
    assert (attachment["width"], attachment["height"], attachment["alt"]) == (600, 400, "Attachment 1")
    shown = await tidemark.http.get(f"{tidemark.origin}{attachment['url']}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")

    async with annotator.following(ACTIVITY, after=cursor) as activity:
        await moderator.do(REPLY, id=opened["id"], body="Reload the page.")
        answered = await activity.until("TicketAnswered")
        assert answered["ticket"]["state"] == "ANSWERED"
        assert [message["fromStaff"] for message in answered["ticket"]["messages"]] == [False, True]
        await moderator.do(CLOSE, id=opened["id"])
        assert (await activity.until("TicketClosed"))["ticket"]["state"] == "CLOSED"
    again = (await annotator.do(REPLY, id=opened["id"], body="It is back.", attachments=[picture]))["ticket"]
    assert (again["state"], len(again["messages"])) == ("OPEN", 3)
    assert len(again["messages"][-1]["attachments"]) == 1


@pytest.mark.parametrize(("kind", "mutation"), [("TicketAnswered", REPLY), ("TicketClosed", CLOSE)])
async def test_old_state_and_the_event_are_fresh_state(tidemark: Tidemark, worker: None, kind: str, mutation: str) -> None:
    annotator, moderator = await an_annotator_at(tidemark), await tidemark.signed_in(await a_moderator())
    ticket = await a_ticket_of(annotator)
    await a_ticket_of(annotator, subject="Another")
    held = {edge["node"]["id"]: edge["node"] for edge in (await annotator.ask(MINE))["viewer"]["tickets"]["edges"]}
    cursor = (await annotator.ask(CURSOR))["viewer"]["activityCursor"]

    await moderator.do(mutation, id=ticket, **({"body": "Reload."} if mutation == REPLY else {}))
    async with annotator.following(ACTIVITY, after=cursor) as activity:
        told = (await activity.until(kind))["ticket"]

    held[told["id"]] = told
    fresh = {edge["node"]["id"]: edge["node"] for edge in (await annotator.ask(MINE))["viewer"]["tickets"]["edges"]}
    assert without_addresses(held) == without_addresses(fresh)


def without_addresses(tickets: dict[str, Any]) -> dict[str, Any]:
    """Signed addresses move with the clock."""
    for ticket in tickets.values():
        for message in ticket["messages"]:
            message["attachments"] = [{**each, "url": ""} for each in message["attachments"]]
    return tickets


@pytest.mark.parametrize("staff", [a_moderator, an_admin])
async def test_staff_hears_of_every_ticket_that_is_written_answered_or_closed(
    staff: Callable[[], Awaitable[User]], tidemark: Tidemark, worker: None
) -> None:
    annotator, helper, stranger = await an_annotator_at(tidemark), await tidemark.signed_in(await staff()), tidemark.anonymous

    async with helper.following(WAITING) as waiting:
        assert await waiting.next() == 0
        ticket = await a_ticket_of(annotator)
        assert await waiting.next() == 1
        await stranger.do(CONTACT, email="lost@example.test", subject="Locked out", body="Since today.")
        assert await waiting.next() == 2
        await helper.do(REPLY, id=ticket, body="Reload.")
        assert await waiting.next() == 1
        await annotator.do(REPLY, id=ticket, body="I did.")
        assert await waiting.next() == 2
        await annotator.do(CLOSE, id=ticket)
        assert await waiting.next() == 1


async def test_nobody_else_hears_of_an_answer(tidemark: Tidemark, worker: None) -> None:
    annotator, stranger, moderator = [
        await tidemark.signed_in(user) for user in (await an_annotator(), await an_annotator(), await a_moderator())
    ]
    ticket = await a_ticket_of(annotator)

    async with stranger.following(ACTIVITY) as activity:
        await moderator.do(REPLY, id=ticket, body="Reload.")
        await activity.nothing()


async def test_a_request_sent_again_changes_nothing_more(tidemark: Tidemark) -> None:
    annotator, moderator = await an_annotator_at(tidemark), await tidemark.signed_in(await a_moderator())
    ticket = await a_ticket_of(annotator)
    await moderator.do(REPLY, id=ticket, body="Reload.")

    async with unchanged():
        assert await a_ticket_of(annotator) == ticket
        await moderator.do(REPLY, id=ticket, body="Reload.")
    await annotator.do(CLOSE, id=ticket)
    async with unchanged():
        await annotator.do(CLOSE, id=ticket)


async def test_the_suspended_and_the_banned_still_ask_and_are_answered(tidemark: Tidemark) -> None:
    admin = await an_admin()
    for verb in (sanction.suspend, sanction.ban):
        user = await an_annotator()
        await verb(user, by=admin, reason="Careless.")
        client = await tidemark.signed_in(user)

        ticket = await a_ticket_of(client)

        await client.do(REPLY, id=ticket, body="Please.")
        assert len((await client.ask(MINE))["viewer"]["tickets"]["edges"]) == 1


# ------------------------------------------------------------------ who may
async def test_a_ticket_is_seen_by_its_owner_and_staff_alone(tidemark: Tidemark) -> None:
    owner = await an_annotator_at(tidemark)
    ticket = await a_ticket_of(owner)
    staff = [await tidemark.signed_in(await a_moderator()), await tidemark.signed_in(await an_admin())]
    others = [
        tidemark.anonymous,
        await an_annotator_at(tidemark),
        await tidemark.signed_in(await a_user(Role.PARTNER)),
        await a_token_of(tidemark),
    ]

    for client in (owner, *staff):
        assert (await client.ask(NODE, id=ticket))["node"]["__typename"] == "Ticket"
    for client in others:
        assert (await client.ask(NODE, id=ticket))["node"] is None


async def a_token_of(tidemark: Tidemark) -> Client:
    partner = await a_user(Role.PARTNER)
    organization = await an_organization(partner)
    _, secret = await ApiToken.issue(organization, name="all", scopes=list(Scope), by=partner)
    return tidemark.with_token(secret)


@pytest.mark.parametrize("mutation", [REPLY, CLOSE])
async def test_a_strangers_ticket_does_not_exist(tidemark: Tidemark, mutation: str) -> None:
    owner = await an_annotator_at(tidemark)
    ticket = await a_ticket_of(owner)
    strangers = [await an_annotator_at(tidemark), await tidemark.signed_in(await a_user(Role.PARTNER))]
    more = {"body": "Mine."} if mutation == REPLY else {}

    async with unchanged():
        for stranger in strangers:
            assert await stranger.refused(mutation, id=ticket, **more) == [("NOT_FOUND", ["ticketId"])]
        for wrong in ("", "Ticket:1", "Ticket_7zzzzzzzzzzzz", public_id("Task", 1), public_id("Ticket", 999_999)):
            assert await owner.refused(mutation, id=wrong, **more) == [("NOT_FOUND", ["ticketId"])], wrong


@pytest.mark.parametrize("mutation", [OPEN, REPLY, CLOSE])
async def test_tickets_are_for_people_who_are_signed_in(tidemark: Tidemark, mutation: str) -> None:
    ticket = await a_ticket_of(await an_annotator_at(tidemark))
    token = await a_token_of(tidemark)
    wanted: dict[str, dict[str, Any]] = {OPEN: {"input": HELLO}, REPLY: {"id": ticket, "body": "Mine."}, CLOSE: {"id": ticket}}
    variables = wanted[mutation]

    async with unchanged():
        assert await tidemark.anonymous.error(mutation, **variables) == "UNAUTHENTICATED"
        assert await token.error(mutation, **variables) == "FORBIDDEN"


async def test_the_list_of_everybodys_tickets_is_for_staff(tidemark: Tidemark) -> None:
    annotator = await an_annotator_at(tidemark)
    ticket = await a_ticket_of(annotator)

    for user in (await a_moderator(), await an_admin()):
        [edge] = (await (await tidemark.signed_in(user)).ask(TICKETS))["tickets"]["edges"]
        assert (edge["node"]["id"], edge["node"]["openedBy"]["displayName"]) == (ticket, annotator.user and annotator.user.display_name)
    assert await annotator.error(TICKETS) == "FORBIDDEN"
    assert await (await tidemark.signed_in(await a_user(Role.PARTNER))).error(TICKETS) == "FORBIDDEN"
    assert await (await a_token_of(tidemark)).error(TICKETS) == "FORBIDDEN"
    assert await tidemark.anonymous.error(TICKETS) == "UNAUTHENTICATED"


# ------------------------------------------------------------------ what it is about
async def test_a_ticket_is_about_what_its_owner_may_see(tidemark: Tidemark) -> None:
    user, stranger = await an_annotator(), await an_annotator()
    project = await a_project(items=8)
    annotator = await tidemark.signed_in(user)

    for public in await everything_of(user, project):
        assert (await annotator.do(OPEN, input=HELLO | {"about": public}))["ticket"]["about"] == public
    foreign = [each for each in await everything_of(stranger, project) if not each.startswith(("Project_", "Task_", "Item_"))]
    foreign += [public_id("Task", 10**6), public_id("User", user.id), public_id("Ticket", 1), "", "Task:5", "Task_7zzzzzzzzzzzz"]
    async with unchanged():
        for public in foreign:
            assert await annotator.refused(OPEN, input=HELLO | {"about": public}) == [("NOT_FOUND", ["input", "about"])], public


async def everything_of(user: User, project: Any) -> list[str]:
    """Public ids of all that a ticket of theirs could be about."""
    assignment: Assignment = await an_assignment(user, project)
    annotation: Annotation = await an_annotation(user, project)
    verdict = await decided(annotation, Decision.REJECTED)
    appeal = await Appeal.against_rejection(annotation, "Look again.")
    entry = await Entry.filter(user_id=user.id).order_by("id").first()
    assert entry is not None
    rows = [public_id("Task", assignment.task_id), public_id("Item", assignment.item_id), public_id("Transaction", entry.id)]
    await earn(user, 500_000)
    withdrawal = await requested(user, 500_000)
    return rows + [the_id(row) for row in (project, assignment, annotation, verdict, appeal, withdrawal)]


async def test_a_task_that_one_never_had_is_not_there_to_be_asked_about(tidemark: Tidemark) -> None:
    assignment = await an_assignment()
    annotator = await an_annotator_at(tidemark)

    async with unchanged():
        told = await annotator.refused(OPEN, input=HELLO | {"about": public_id("Task", assignment.task_id)})
    assert told == [("NOT_FOUND", ["input", "about"])]


# ------------------------------------------------------------------ bad input
@pytest.mark.parametrize("wrong", [*HOSTILE, "x" * (BODY_LENGTH + 1), "x" * 400_000])
async def test_hostile_text_is_refused_by_its_path(tidemark: Tidemark, wrong: str) -> None:
    annotator = await an_annotator_at(tidemark)
    ticket = await a_ticket_of(annotator)

    async with unchanged():
        assert await annotator.refused(OPEN, input=HELLO | {"subject": wrong}) == [("INVALID_INPUT", ["input", "subject"])]
        assert await annotator.refused(OPEN, input=HELLO | {"body": wrong}) == [("INVALID_INPUT", ["input", "body"])]
        assert await annotator.refused(REPLY, id=ticket, body=wrong) == [("INVALID_INPUT", ["body"])]
        told = await tidemark.anonymous.refused(CONTACT, email="ada@example.test", subject=wrong, body=wrong)
        assert told == [("INVALID_INPUT", ["subject"]), ("INVALID_INPUT", ["body"])]


async def test_what_is_missing_or_no_text_is_said_so(tidemark: Tidemark) -> None:
    annotator = await an_annotator_at(tidemark)

    async with unchanged():
        for wrong in (
            {},
            {"subject": "Only"},
            HELLO | {"body": None},
            HELLO | {"subject": 5},
            HELLO | {"attachmentIds": [None]},
            HELLO | {"more": 1},
        ):
            assert await annotator.error(OPEN, input=wrong) == "BAD_USER_INPUT", wrong
        assert await annotator.error(TICKETS.replace("state: $state", "state: LOST")) == "GRAPHQL_VALIDATION_FAILED"
        for page in (0, -1, 101):
            assert await annotator.error(MINE, first=page) == "BAD_USER_INPUT"
        assert await annotator.error(MINE, after="nonsense") == "BAD_USER_INPUT"


async def test_only_pictures_of_ones_own_are_attached(tidemark: Tidemark) -> None:
    annotator, stranger = await an_annotator_at(tidemark), await an_annotator_at(tidemark)
    ticket = await a_ticket_of(annotator)
    own, foreign = await annotator.upload(a_photo()), await stranger.upload(a_photo())
    recording = await annotator.upload(a_wav(), "sound.wav")
    many = [await annotator.upload(a_photo()) for _ in range(MOST_ATTACHMENTS + 1)]

    async with unchanged():
        for attached, told in (
            ([own, foreign], ("NOT_FOUND", "1")),
            ([public_id("Task", 1)], ("NOT_FOUND", "0")),
            ([""], ("NOT_FOUND", "0")),
            ([own, recording], ("INVALID_INPUT", "1")),
            (many, ("INVALID_INPUT",)),
            (["x"] * 1_000, ("NOT_FOUND", "0")),
            ([str(n) for n in range(1_000)], ("INVALID_INPUT",)),
        ):
            code, *place = told
            opened = await annotator.refused(OPEN, input=HELLO | {"subject": "Other", "attachmentIds": attached})
            assert opened == [(code, ["input", "attachmentIds", *place])], attached
            assert await annotator.refused(REPLY, id=ticket, body="And?", attachments=attached) == [(code, ["attachmentIds", *place])]
    assert len((await annotator.do(REPLY, id=ticket, body="Five.", attachments=many[1:]))["ticket"]["messages"][-1]["attachments"]) == 5
    twice = (await annotator.do(REPLY, id=ticket, body="One.", attachments=[own, own]))["ticket"]["messages"][-1]["attachments"]
    assert len(twice) == 1


async def test_too_many_at_once_wait_for_an_answer(tidemark: Tidemark) -> None:
    annotator = await an_annotator_at(tidemark)
    for n in range(MOST_OPEN):
        await a_ticket_of(annotator, subject=f"Number {n}")

    async with unchanged():
        assert await annotator.refused(OPEN, input=HELLO) == [("CONFLICT", ["input"])]


async def test_messages_are_limited_to_those_of_a_conversation_and_staff_are_not(tidemark: Tidemark) -> None:
    annotator, moderator = await an_annotator_at(tidemark), await tidemark.signed_in(await a_moderator())
    ticket = await a_ticket_of(annotator)

    for n in range(MESSAGE_OF_ACCOUNT.most - 1):
        await annotator.do(REPLY, id=ticket, body=f"Number {n}")
    assert await annotator.error(REPLY, id=ticket, body="Once more") == "RATE_LIMITED"
    for n in range(MESSAGE_OF_ACCOUNT.most + 1):
        await moderator.do(REPLY, id=ticket, body=f"Answer {n}")


# ------------------------------------------------------------------ from outside
async def test_who_cannot_sign_in_is_told_the_same_known_or_not_and_answered_by_mail(tidemark: Tidemark) -> None:
    known, moderator = await an_annotator(), await tidemark.signed_in(await a_moderator())
    anonymous = tidemark.anonymous

    told = [await anonymous.ask(CONTACT, email=email, **HELLO) for email in (known.email, "nobody@example.test")]

    assert told[0] == told[1] == {"contactSupport": {"accepted": True, "errors": []}}
    assert await Mail.all().count() == 0
    tickets = [edge["node"] for edge in (await moderator.ask(TICKETS, state="OPEN"))["tickets"]["edges"]]
    assert [(ticket["email"], ticket["openedBy"]) for ticket in tickets] == [("nobody@example.test", None), (known.email, None)]
    await moderator.do(REPLY, id=tickets[1]["id"], body="Try again.")
    assert [letter.recipient for letter in await Mail.all()] == [known.email]
    assert (await (await tidemark.signed_in(known)).ask(NODE, id=tickets[1]["id"]))["node"] is None


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c", "a\r\nBcc: all@example.test", "x" * 10_000 + "@example.test", "<a@example.test>"])
async def test_the_contact_form_wants_an_address(tidemark: Tidemark, email: str) -> None:
    async with unchanged():
        assert await tidemark.anonymous.refused(CONTACT, email=email, **HELLO) == [("INVALID_INPUT", ["email"])]


async def test_the_contact_form_is_throttled_for_each_account(tidemark: Tidemark) -> None:
    anonymous = tidemark.anonymous
    for n in range(CONTACT_OF_ACCOUNT.most):
        await anonymous.do(CONTACT, email="Ada@example.test", subject=f"Number {n}", body="Please.")

    async with unchanged():
        assert await anonymous.error(CONTACT, email=" ada@EXAMPLE.test", **HELLO) == "RATE_LIMITED"
    await anonymous.do(CONTACT, email="bob@example.test", **HELLO)


async def test_the_contact_form_is_throttled_for_each_place(tidemark: Tidemark, monkeypatch: pytest.MonkeyPatch) -> None:
    from resolvers import help, limits

    monkeypatch.setattr(help, "CONTACT_FROM_ADDRESS", limits.Limit("contact:address", 2, 3600))
    for n in range(2):
        await tidemark.anonymous.do(CONTACT, email=f"ada{n}@example.test", **HELLO)

    async with unchanged():
        assert await tidemark.anonymous.error(CONTACT, email="other@example.test", **HELLO) == "RATE_LIMITED"


# ------------------------------------------------------------------ lists
async def test_lists_page_newest_first_and_by_state(tidemark: Tidemark) -> None:
    annotator, moderator = await an_annotator_at(tidemark), await tidemark.signed_in(await a_moderator())
    made = [await a_ticket_of(annotator, subject=f"Number {n}") for n in range(5)]
    await moderator.do(CLOSE, id=made[1])

    first = (await moderator.ask(TICKETS, first=2, state="OPEN"))["tickets"]
    rest = (await moderator.ask(TICKETS, first=2, state="OPEN", after=first["pageInfo"]["endCursor"]))["tickets"]
    mine = (await annotator.ask(MINE, first=100))["viewer"]["tickets"]

    assert [edge["node"]["id"] for edge in (*first["edges"], *rest["edges"])] == [made[4], made[3], made[2], made[0]]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert [edge["node"]["id"] for edge in mine["edges"]] == made[::-1]
    assert [edge["node"]["id"] for edge in (await moderator.ask(TICKETS, state="CLOSED"))["tickets"]["edges"]] == [made[1]]


async def test_a_list_of_fifty_costs_as_many_statements_as_one_of_five(tidemark: Tidemark) -> None:
    moderator = await tidemark.signed_in(await a_moderator())
    for n in range(50):
        ticket = await Ticket.open_by(await an_annotator(), f"Number {n}", "Please.")
        await sql.run("INSERT INTO ticket_messages (ticket_id, body, from_staff) VALUES ($1, 'more', true), ($1, 'again', true)", ticket.id)

    counts = []
    for first in (5, 50):
        with counted_sql() as statements:
            edges = (await moderator.ask(TICKETS, first=first))["tickets"]["edges"]
        assert len(edges) == first
        assert all(len(edge["node"]["messages"]) == 3 for edge in edges)
        counts.append(len(statements))

    # The session, the page, the messages, the people.
    assert counts == [4, 4]


async def test_the_longest_subject_is_taken(tidemark: Tidemark) -> None:
    annotator = await an_annotator_at(tidemark)

    opened = await annotator.do(
        OPEN, input={"subject": "s" * SUBJECT_LENGTH, "body": "b" * BODY_LENGTH, "about": None, "attachmentIds": None}
    )

    assert len(opened["ticket"]["subject"]) == SUBJECT_LENGTH
