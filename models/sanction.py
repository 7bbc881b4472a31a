"""What staff decide about an annotator: suspend, ban, reinstate. Always with a reason, always on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tortoise.transactions import in_transaction

from models.assignment import Assignment
from models.audit import AuditEntry
from models.errors import Conflict, InvalidInput
from models.standing import Status
from models.standing_step import StandingStep
from models.text import prose
from models.user import Role, User
from ops.database import sql
from quality.ladder import Step

if TYPE_CHECKING:
    from datetime import datetime

REASON_LENGTH = 1_000


async def suspend(user: User, *, by: User, reason: str, until: datetime | None = None) -> None:
    """Ends streams, leases and work at once; the wallet, appeals and tickets stay open to them.

    Without `until` it lasts until reinstated.
    """
    if until is not None and until <= await sql.now():
        raise InvalidInput("The end of a suspension lies in the future.", "until")
    await _decide("suspendAnnotator", user, Status.SUSPENDED, by=by, reason=reason, until=until)


async def ban(user: User, *, by: User, reason: str, fraud: bool = False) -> None:
    """For fraud, what they still have to be paid is held until somebody has looked at it. The flag goes with a reinstatement alone."""
    await _decide("banAnnotator", user, Status.BANNED, by=by, reason=reason, fraud=fraud)


async def reinstate(user: User, *, by: User, reason: str) -> None:
    await _decide("reinstateAnnotator", user, Status.ACTIVE, by=by, reason=reason)


async def _decide(
    action: str, user: User, status: Status, *, by: User, reason: str, until: datetime | None = None, fraud: bool = False
) -> None:
    if user.id == by.id:
        raise Conflict("Nobody decides about their own standing.", "annotatorId")
    if user.is_staff and not by.has_role(Role.ADMIN):
        raise Conflict("Only an admin decides about the standing of staff.", "annotatorId")
    reason = prose(reason, REASON_LENGTH, "The reason", "reason")
    async with in_transaction():
        await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", user.id)
        if status == Status.ACTIVE:
            await StandingStep.overturn_all_of(user.id)
        else:
            await StandingStep.supersede(user.id)
            await StandingStep.impose(user.id, Step(status.value), reason=reason, until=until, by_id=by.id, fraud=fraud)
            await Assignment.end_all_of(user.id)
        await AuditEntry.record(action, by=by, subject=user, reason=reason)
