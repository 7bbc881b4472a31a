"""Who has which role: granted and taken by an admin or at the command line, always on record."""

from __future__ import annotations

from tortoise.transactions import atomic

from models.audit import AuditEntry
from models.errors import Conflict
from models.event import Hint, access_topic
from models.review import Review
from models.sanction import REASON_LENGTH
from models.text import prose
from models.user import Role, User


@atomic()
async def set_role(user: User, role: Role, *, granted: bool, by: User | None, reason: str) -> None:
    """Safe to repeat. Open sockets of the person are told to come again within two seconds. `by` is None at the command line."""
    reason = prose(reason, REASON_LENGTH, "The reason", "reason")
    if by is not None and by.id == user.id and not granted and role == Role.ADMIN:
        raise Conflict("An admin cannot give up being one; another admin can take it.", "role")
    if granted == user.has_role(role):
        return
    await (user.gain(role) if granted else user.lose(role))
    if role == Role.MODERATOR and not granted:
        await Review.free_all_of(user.id)
    await AuditEntry.record("grantRole" if granted else "revokeRole", by=by, subject=user, reason=f"{role.value}: {reason}")
    await Hint.record(access_topic(user.id))
