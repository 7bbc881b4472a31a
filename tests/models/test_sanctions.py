"""Suspended, banned, reinstated: what ends at once, what stays, and who may do it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from models import Appeal, Assignment, AssignmentState, Decision, Role, Standing, Status, User, Withdrawal, sanction
from models.errors import AccountSuspended, Conflict, InvalidInput
from models.ledger_proof import verify
from models.withdrawal import FRAUD_HOLD
from ops.database import sql
from tests.support.payouts import an_annotator_with, requested
from tests.support.world import (
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    balances,
    counts_of,
    decided,
    task_states,
)

SANCTIONED = ("audit_entries", "events", "hints")


async def suspend(user: User, by: User, reason: str = "Careless.") -> None:
    await sanction.suspend(user, by=by, reason=reason)


async def ban(user: User, by: User, reason: str = "Fraud.") -> None:
    await sanction.ban(user, by=by, reason=reason)


async def reinstate(user: User, by: User, reason: str = "Enough.") -> None:
    await sanction.reinstate(user, by=by, reason=reason)


Verb = Callable[..., Awaitable[None]]


@pytest.mark.parametrize("verb", [suspend, ban])
async def test_leases_and_work_end_at_once_and_the_money_stays_theirs(verb: Verb) -> None:
    annotator, moderator, project = await an_annotator(), await a_moderator(), await a_project(items=4)
    await decided(await an_annotation(annotator, project), Decision.APPROVED)
    pending = await an_annotation(annotator, project)
    held = await Assignment.lease(annotator.id, up_to=2)

    await verb(annotator, moderator)

    assert {(await assignment.reread()).state for assignment in held} == {AssignmentState.RELEASED}
    assert (await task_states(project)).count("OPEN") == 2
    assert await Assignment.lease(annotator.id, up_to=1) == []
    with pytest.raises(AccountSuspended):
        await held[0].submit(a_choice())
    assert await balances(annotator) == (12_000, 12_000)
    await decided(pending, Decision.APPROVED)
    assert await balances(annotator) == (0, 24_000)
    assert await verify() == []


async def test_who_is_suspended_may_still_appeal() -> None:
    annotator = await an_annotator()
    annotation = await an_annotation(annotator)
    await decided(annotation, Decision.REJECTED)
    await suspend(annotator, await a_moderator())

    assert (await Appeal.against_rejection(annotation, "Look again.")).user_id == annotator.id


async def test_the_person_is_told_why_and_until_when_and_it_is_on_record() -> None:
    annotator, moderator = await an_annotator(), await a_moderator()
    until = await sql.now() + timedelta(days=3)

    await sanction.suspend(annotator, by=moderator, reason="  Ten in a row too fast. ", until=until)

    standing = await Standing.of(annotator.id)
    assert (standing.status, standing.until, standing.reason) == (Status.SUSPENDED, until, "Ten in a row too fast.")
    entry = await sql.row("SELECT * FROM audit_entries")
    assert entry is not None
    assert (entry["action"], entry["actor_id"], entry["subject_id"], entry["reason"]) == (
        "suspendAnnotator",
        moderator.id,
        annotator.id,
        "Ten in a row too fast.",
    )
    assert await sql.value("SELECT topic FROM events WHERE kind = 'StandingChanged'") == f"user:{annotator.id}"
    assert {f"work:{annotator.id}", f"access:{annotator.id}"} <= {row["topic"] for row in await sql.rows("SELECT topic FROM hints")}


async def test_a_ban_for_fraud_holds_what_was_asked_for_before_and_after_until_the_person_is_reinstated() -> None:
    annotator, moderator = await an_annotator_with(3_000_000), await a_moderator()
    before, ended = await requested(annotator, 500_000), await requested(annotator, 500_000)
    odd = await requested(annotator, 500_000)
    await ended.cancel()

    await sanction.ban(annotator, by=moderator, reason="Bots.", fraud=True)
    after = await requested(annotator, 500_000)

    assert [(await each.reread()).hold_reason for each in (before, after, odd, ended)] == [*[FRAUD_HOLD] * 3, None]
    # What is decided later takes nothing of it back: only a reinstatement does, and no other hold.
    await suspend(annotator, moderator)
    await ban(annotator, moderator)
    assert (await Standing.of(annotator.id)).for_fraud
    await odd.hold(by=await an_admin(), until=await sql.now() + timedelta(days=1), reason="The address.")
    await reinstate(annotator, moderator)
    assert [(await each.reread()).hold_reason for each in (before, after, odd)] == [None, None, "The address."]
    assert not (await Standing.of(annotator.id)).for_fraud
    assert (await requested(annotator, 500_000)).held_until is None
    told = await sql.rows("SELECT (ids->>'withdrawal')::bigint AS id FROM events WHERE kind = 'WithdrawalChanged' ORDER BY id")
    # Asked for thrice, cancelled once, held twice, asked for, held by an admin, released twice, asked for.
    assert len(told) == 11
    assert await verify() == []


@pytest.mark.parametrize("verb", [suspend, ban])
async def test_who_is_stopped_for_anything_else_is_paid_without_a_hold(verb: Verb) -> None:
    annotator = await an_annotator_with(1_000_000)
    before = await requested(annotator, 500_000)

    await verb(annotator, await a_moderator())

    assert (await before.reread()).held_until is None
    assert (await requested(annotator, 500_000)).held_until is None


async def test_no_request_slips_past_a_ban_for_fraud_that_is_just_decided() -> None:
    moderator = await a_moderator()
    for _ in range(5):
        annotator = await an_annotator_with(1_000_000)

        await asyncio.gather(
            sanction.ban(annotator, by=moderator, reason="Bots.", fraud=True), *(requested(annotator, 500_000) for _ in range(2))
        )

        assert {each.hold_reason for each in await Withdrawal.of(annotator.id)} == {FRAUD_HOLD}


async def test_who_is_reinstated_works_again() -> None:
    annotator, moderator, _ = await an_annotator(), await a_moderator(), await a_project()
    await ban(annotator, moderator)

    await reinstate(annotator, moderator)

    standing = await Standing.of(annotator.id)
    assert [standing.status, standing.until, standing.reason] == [Status.ACTIVE, None, None]
    assert len(await Assignment.lease(annotator.id, up_to=1)) == 1


@pytest.mark.parametrize("verb", [suspend, ban, reinstate])
@pytest.mark.parametrize("reason", ["", "  ", "x" * 1_001, "a\x00b", "\u202e"])
async def test_a_sanction_without_a_reason_changes_nothing(verb: Verb, reason: str) -> None:
    annotator, moderator = await an_annotator(), await a_moderator()
    before = await counts_of(*SANCTIONED)

    with pytest.raises(InvalidInput) as refusal:
        await verb(annotator, moderator, reason)

    assert refusal.value.path == ("reason",)
    assert await counts_of(*SANCTIONED) == before
    assert (await Standing.of(annotator.id)).status == Status.ACTIVE


@pytest.mark.parametrize("hours", [0, -1, -1_000])
async def test_a_suspension_ends_in_the_future(hours: int) -> None:
    annotator, moderator = await an_annotator(), await a_moderator()

    with pytest.raises(InvalidInput) as refusal:
        await sanction.suspend(annotator, by=moderator, reason="Careless.", until=await sql.now() + timedelta(hours=hours))

    assert refusal.value.path == ("until",)
    assert (await Standing.of(annotator.id)).status == Status.ACTIVE


@pytest.mark.parametrize("verb", [suspend, ban, reinstate])
async def test_nobody_decides_about_themselves_and_only_an_admin_about_staff(verb: Verb) -> None:
    moderator, other, admin = await a_moderator(), await a_user(Role.MODERATOR), await an_admin()
    before = await counts_of(*SANCTIONED)

    for user, by in ((moderator, moderator), (other, moderator), (admin, moderator), (admin, admin)):
        with pytest.raises(Conflict):
            await verb(user, by)

    assert await counts_of(*SANCTIONED) == before
    await verb(moderator, admin)
    assert (await counts_of("audit_entries"))["audit_entries"] == 1


async def test_suspensions_that_are_over_are_tidied_away_once_and_bans_never() -> None:
    people, moderator = [await an_annotator() for _ in range(4)], await a_moderator()
    for person in people[:2]:
        await sanction.suspend(person, by=moderator, reason="Careless.", until=await sql.now() + timedelta(hours=1))
    await suspend(people[2], moderator)
    await ban(people[3], moderator)
    await sql.run("UPDATE standings SET until = now() WHERE until IS NOT NULL")

    ended = await asyncio.gather(*(Standing.end_suspensions() for _ in range(4)))

    assert sum(ended) == 2
    assert [(await Standing.of(person.id)).status for person in people] == [Status.ACTIVE, Status.ACTIVE, Status.SUSPENDED, Status.BANNED]
    assert await sql.value("SELECT count(*) FROM events WHERE kind = 'StandingChanged'") == 6
