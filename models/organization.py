"""A partner's house: its members, its money that is not yet set aside, its projects and tokens."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.expressions import Q, Subquery
from tortoise.fields.db_defaults import Now
from tortoise.transactions import atomic

from models.audit import AuditEntry
from models.errors import Conflict, EmailUnconfirmed, IdempotencyMismatch, InvalidInput
from models.event import Event, Hint, access_topic, user_topic
from models.ledger import DEPOSITS, MICROS, Entry, EntryKind, Ledger, Movement, balance
from models.row import Row
from models.text import one_line
from models.user import Role, User
from ops.database import sql

if TYPE_CHECKING:
    from tortoise.queryset import QuerySet

NAME_LENGTH = 80
# All of them are read with whatever their member asks; two at once may pass it by one.
MOST_ORGANIZATIONS = 50
KEY_LENGTH = 64
REFERENCE_LENGTH = 120
# A billion dollars at once is a typing error.
MOST_CREDITED = 1_000_000_000 * MICROS


class Organization(Row):
    name = fields.CharField(NAME_LENGTH)
    created_at = fields.DatetimeField(db_default=Now())

    class Meta:
        table = "organizations"

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Organization]:
        """Those that a person belongs to."""
        return cls.filter(memberships__user_id=user_id)

    @classmethod
    @atomic()
    async def found_by(cls, user: User, name: str) -> Organization:
        """Anyone with a confirmed address may found one, and becomes a partner by it."""
        if not user.is_confirmed:
            raise EmailUnconfirmed
        if await Membership.filter(user_id=user.id).count() >= MOST_ORGANIZATIONS:
            raise Conflict(f"Nobody belongs to more than {MOST_ORGANIZATIONS} organizations.")
        organization = await cls.add(name=one_line(name, NAME_LENGTH, "The name", "name"))
        await Membership.add(organization_id=organization.id, user_id=user.id)
        await user.gain(Role.PARTNER)
        # Open sockets are for who they were.
        await Hint.record(access_topic(user.id))
        return organization

    async def lock(self) -> None:
        """Held by whoever takes money out of the balance, until their transaction ends."""
        await sql.run("SELECT 1 FROM organizations WHERE id = $1 FOR NO KEY UPDATE", self.id)

    @classmethod
    def found_for(cls, search: str) -> QuerySet[Organization]:
        """Those whose name, or the address of a member, holds the text."""
        known = Subquery(Membership.filter(user__email__icontains=search).values("organization_id"))
        return cls.filter(Q(name__icontains=search) | Q(id__in=known))

    @atomic()
    async def credit(self, amount_micros: int, *, reference: str, key: str, by: User) -> None:
        """By an admin, when the partner's payment has arrived. The key makes it repeatable."""
        if not 0 < amount_micros <= MOST_CREDITED:
            raise InvalidInput(f"An amount above zero, and at most ${MOST_CREDITED // MICROS:,}.", "amount")
        reference = one_line(reference, REFERENCE_LENGTH, "The reference", "reference")
        movement = Movement(
            key=f"credit:{self.id}:{checked_key(key)}",
            kind=EntryKind.CREDITED,
            moves=[(DEPOSITS, -amount_micros), (balance(self.id), amount_micros)],
            memo=reference,
        )
        if await Ledger.post(movement):
            members: Any = await Membership.filter(organization_id=self.id).values_list("user_id", flat=True)
            await Event.record("OrganizationCredited", [user_topic(each) for each in members], organization=self.id)
            await AuditEntry.record("creditOrganization", by=by, subject=self, reason=f"{reference}: ${Decimal(amount_micros) / MICROS:,f}")
        else:
            await require_same(movement)


class Membership(Row):
    organization: fields.ForeignKeyRelation[Organization] = fields.ForeignKeyField(
        "models.Organization", related_name="memberships", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="memberships", on_delete=fields.RESTRICT)
    created_at = fields.DatetimeField(db_default=Now())
    organization_id: int
    user_id: int

    class Meta:
        table = "memberships"
        unique_together = (("user_id", "organization_id"),)


def checked_key(key: str) -> str:
    return one_line(key, KEY_LENGTH, "The idempotency key", "idempotencyKey")


async def require_same(movement: Movement) -> None:
    """Raises IdempotencyMismatch where the entry that was posted under this key moved other money, or for another reason."""
    entry = await Entry.get(key=movement.key)
    rows = await sql.rows("SELECT account, owner_id, amount FROM postings WHERE entry_id = $1", entry.id)
    posted = {(row["account"], row["owner_id"], row["amount"]) for row in rows}
    if posted != {(account.kind.value, account.owner_id, amount) for account, amount in movement.moves} or entry.memo != movement.memo:
        raise IdempotencyMismatch
