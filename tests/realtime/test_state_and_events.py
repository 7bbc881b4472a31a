"""In Zulip's manner: old state + event = fresh state, for every event there is, through the real subscriptions over a socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TypeVar

import pytest
from redis.asyncio import Redis

from bench.client import Client, Failed, Json
from bench.holding import FOLLOW_ACTIVITY, FOLLOW_BOARD, HeldActivity, HeldBoard
from jobs.relaying import relay_events
from models import Appeal, AppealOutcome, Assignment, Decision, ProjectState, Review, Session, User, sanction
from ops.database import sql
from ops.settings import settings
from schema.events import EVENT_TYPES
from tests.support.ceiling import CEILING_SECONDS
from tests.support.world import (
    a_moderator,
    a_project,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    decided,
    let_lease_run_out,
)
from tests.web.conftest import Edge, serving
from web.app import create_app

TESTED = {
    *("VerdictIssued", "AppealDecided", "StandingChanged", "AssignmentEnded"),
    # These two in tests/api/test_help.py.
    *("TicketAnswered", "TicketClosed"),
    # In tests/api/test_payouts.py and test_qualifications.py.
    *("WithdrawalChanged", "QualificationOffered"),
    # In tests/api/test_work.py.
    "OrganizationCredited",
    *("ReviewQueued", "ReviewClaimed", "ReviewReleased", "ReviewDecided", "AppealOpened", "AppealClosed", "PresenceChanged"),
}
Verb = Callable[[], Awaitable[object]]
T = TypeVar("T", HeldActivity, HeldBoard)


@pytest.fixture(scope="module")
async def app(database: None, redis: Redis) -> AsyncIterator[Edge]:
    """The whole of it: web process and relay."""
    stop = asyncio.Event()
    relaying = asyncio.create_task(relay_events(settings().database_url, redis, stop))
    async with serving(create_app()) as edge:
        yield edge
    stop.set()
    await relaying


@pytest.fixture
async def live(app: Edge, emptied: None) -> Edge:
    # Numbering began anew with the empty tables.
    await sql.run("UPDATE installation SET epoch = left(md5(random()::text), 12)")
    return app


def test_there_is_a_test_for_every_event() -> None:
    assert {event.__name__ for event in EVENT_TYPES} == TESTED


async def test_an_approval_tells_the_annotation_the_wallet_and_the_standing(live: Edge) -> None:
    annotator = await an_annotator()
    annotation = await an_annotation(annotator)

    held, fresh = await activity(live, annotator, "VerdictIssued", lambda: decided(annotation, Decision.APPROVED))

    assert held == fresh
    assert held.wallet["available"]["amount"] == "0.012"


async def test_a_rejection_tells_the_annotation_the_wallet_and_the_standing(live: Edge) -> None:
    annotator = await an_annotator()
    annotation = await an_annotation(annotator)

    held, fresh = await activity(live, annotator, "VerdictIssued", lambda: decided(annotation, Decision.REJECTED))

    assert held == fresh
    assert held.standing["rejected"] == 1


async def test_an_appeal_that_was_decided_tells_the_annotation_the_wallet_and_the_standing(live: Edge) -> None:
    annotator = await an_annotator()
    appeal = await an_appeal(annotator)

    held, fresh = await activity(live, annotator, "AppealDecided", lambda: overturned(appeal))

    assert held == fresh
    assert held.wallet["available"]["amount"] == "0.012"


async def test_a_suspension_tells_the_standing_on_a_socket_that_is_opened_anew_if_need_be(live: Edge) -> None:
    annotator, admin = await an_annotator(), await an_admin()

    held, fresh = await activity(live, annotator, "StandingChanged", lambda: sanction.suspend(annotator, by=admin, reason="Spam."))

    assert held == fresh
    assert held.standing["status"] == "SUSPENDED"


async def test_a_lease_that_ran_out_is_held_no_more(live: Edge) -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)
    await let_lease_run_out(assignment)

    held, fresh = await activity(live, annotator, "AssignmentEnded", Assignment.end_due)

    assert held == fresh
    assert held.leased == set()


async def test_a_lease_of_a_project_that_is_closed_is_held_no_more(live: Edge) -> None:
    annotator, project = await an_annotator(), await a_project()
    await an_assignment(annotator, project)

    held, fresh = await activity(live, annotator, "AssignmentEnded", lambda: project.set_state(ProjectState.CLOSED))

    assert held == fresh
    assert held.leased == set()


async def test_a_submission_waits_on_the_board(live: Edge) -> None:
    moderator = await a_moderator()

    held, fresh = await board(live, moderator, "ReviewQueued", an_annotation)

    assert held == fresh
    assert len(held.waiting) == 1


async def test_a_claim_moves_the_review_to_its_holder(live: Edge) -> None:
    moderator, other = await a_moderator(), await a_moderator()
    await an_annotation()

    held, fresh = await board(live, moderator, "ReviewClaimed", lambda: Review.claim(other))

    assert held == fresh
    assert len(held.claimed) == 1


async def test_a_release_puts_the_review_back(live: Edge) -> None:
    moderator, other = await a_moderator(), await a_moderator()
    await an_annotation()
    [review] = await Review.claim(other)

    held, fresh = await board(live, moderator, "ReviewReleased", lambda: review.release(other))

    assert held == fresh
    assert len(held.waiting) == 1


async def test_a_claim_that_ran_out_puts_the_review_back(live: Edge) -> None:
    moderator, other = await a_moderator(), await a_moderator()
    await an_annotation()
    [review] = await Review.claim(other)
    await sql.run("UPDATE reviews SET claim_expires_at = now() WHERE id = $1", review.id)

    held, fresh = await board(live, moderator, "ReviewReleased", Review.free_expired)

    assert held == fresh
    assert len(held.waiting) == 1


async def test_a_verdict_moves_the_review_to_what_was_decided(live: Edge) -> None:
    moderator, other = await a_moderator(), await a_moderator()
    await an_annotation()
    [review] = await Review.claim(other)

    held, fresh = await board(live, moderator, "ReviewDecided", lambda: review.decide(other, Decision.APPROVED))

    assert held == fresh
    assert set(held.decided.values()) == {"APPROVED"}


async def test_an_appeal_is_opened_on_the_board(live: Edge) -> None:
    moderator, annotator = await a_moderator(), await an_annotator()
    annotation = await an_annotation(annotator)
    await decided(annotation, Decision.REJECTED)

    held, fresh = await board(live, moderator, "AppealOpened", lambda: Appeal.against_rejection(annotation, "It is a cat."))

    assert held == fresh
    assert len(held.appeals) == 1


async def test_an_appeal_that_succeeds_leaves_the_board_and_mends_what_was_decided(live: Edge) -> None:
    moderator = await a_moderator()
    appeal = await an_appeal(await an_annotator())

    held, fresh = await board(live, moderator, "AppealClosed", lambda: overturned(appeal))

    assert held == fresh
    assert set(held.decided.values()) == {"APPROVED"}


async def test_a_colleague_who_comes_to_the_board_is_seen(live: Edge) -> None:
    moderator, colleague = await a_moderator(), await a_moderator()
    async with AsyncExitStack() as stack:

        async def come() -> None:
            client = await stack.enter_async_context(await client_of(live, colleague))
            await (await stack.enter_async_context(client.socket())).subscribe(FOLLOW_BOARD)

        held, fresh = await board(live, moderator, "PresenceChanged", come, lambda state: len(state.moderators) == 2, moderators=True)

    assert held == fresh


async def activity(live: Edge, user: User, kind: str, verb: Verb) -> tuple[HeldActivity, HeldActivity]:
    """The state read before the verb with the event applied, and the state read afterwards."""
    async with await client_of(live, user) as client:
        held = await HeldActivity.read(client)
        await follow(client, FOLLOW_ACTIVITY, held, kind, verb)
        fresh = await HeldActivity.read(client)
    assert held.cursor == fresh.cursor
    return held, fresh


async def board(
    live: Edge,
    user: User,
    kind: str,
    verb: Verb,
    enough: Callable[[HeldBoard], bool] = lambda _: True,
    *,
    moderators: bool = False,
) -> tuple[HeldBoard, HeldBoard]:
    async with await client_of(live, user) as client:
        held = await HeldBoard.read(client)
        # Read while the board is still open, for who follows it is present.
        fresh = await follow(client, FOLLOW_BOARD, held, kind, verb, enough=enough)
    assert held.cursor == fresh.cursor
    return (held, fresh) if moderators else (replace(held, moderators=set()), replace(fresh, moderators=set()))


async def follow(client: Client, document: str, held: T, kind: str, verb: Verb, *, enough: Callable[[T], bool] = lambda _: True) -> T:
    """Follows from before the verb until its event was applied, on a new socket where the old one is closed; and reads the state anew."""
    done: asyncio.Future[object] | None = None
    async with asyncio.timeout(CEILING_SECONDS):
        while True:
            try:
                async with client.socket() as socket:
                    events = await socket.subscribe(document, after=held.cursor)
                    done = done or asyncio.ensure_future(verb())
                    event: Json = {"__typename": None}
                    while event["__typename"] != kind or not enough(held):
                        event = await events.next()
                        held.apply(event)
                    await done
                    return await type(held).read(client)
            except Failed as failed:
                if failed.codes != ("CLOSED",):
                    raise


async def client_of(live: Edge, user: User) -> Client:
    _, token = await Session.open(user, "tests")
    return Client(live.origin, cookie=f"tidemark_session={token}")


async def an_appeal(annotator: User) -> Appeal:
    annotation = await an_annotation(annotator)
    await decided(annotation, Decision.REJECTED)
    return await Appeal.against_rejection(annotation, "It is a cat.")


async def overturned(appeal: Appeal) -> Appeal:
    return await appeal.decide(await a_moderator(), AppealOutcome.OVERTURNED, "It is one.")
