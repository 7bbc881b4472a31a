"""The record of what staff did: always there, never changed."""

from __future__ import annotations

import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models import Appeal, AppealOutcome, AuditEntry, Decision, sanction
from models.errors import Conflict
from ops.database import sql
from tests.support.world import a_moderator, an_admin, an_annotation, an_annotator, an_organization, decided


async def test_every_act_says_who_did_what_to_whom_and_why() -> None:
    admin, annotator = await an_admin(), await an_annotator()
    organization = await an_organization(admin, dollars=1)
    annotation = await an_annotation(annotator)
    await decided(annotation, Decision.REJECTED)
    appeal = await Appeal.against_rejection(annotation, "Look again.")
    await appeal.decide(admin, AppealOutcome.UPHELD, "No.")
    await sanction.suspend(annotator, by=admin, reason="Careless.")

    acts = await AuditEntry.filter(actor_id=admin.id).order_by("id")

    assert [(act.action, act.subject_type, act.subject_id, act.reason) for act in acts] == [
        ("creditOrganization", "Organization", organization.id, "invoice 1: $1"),
        ("decideAppeal", "Appeal", appeal.id, "UPHELD: No."),
        ("suspendAnnotator", "User", annotator.id, "Careless."),
    ]


async def test_the_command_line_acts_without_an_account() -> None:
    await AuditEntry.record("grantRole", by=None, subject=await an_annotator(), reason="ADMIN")

    [act] = await AuditEntry.all()

    assert (act.actor_id, act.subject_type, act.reason) == (None, "User", "ADMIN")


async def test_an_act_that_was_refused_leaves_no_entry() -> None:
    moderator = await a_moderator()

    with pytest.raises(Conflict):
        await sanction.ban(moderator, by=moderator, reason="Myself.")
    with pytest.raises(RuntimeError):
        async with in_transaction():
            await sanction.ban(await an_annotator(), by=moderator, reason="Fraud.")
            raise RuntimeError

    assert await AuditEntry.all().count() == 0


@pytest.mark.parametrize(
    "change", ["UPDATE audit_entries SET reason = 'else'", "UPDATE audit_entries SET actor_id = NULL", "DELETE FROM audit_entries"]
)
async def test_an_entry_is_for_good(change: str) -> None:
    await AuditEntry.record("banAnnotator", by=await a_moderator(), reason="Fraud.")

    with pytest.raises(IntegrityError, match="is never changed"):
        await sql.run(change)

    assert (await AuditEntry.get()).reason == "Fraud."
