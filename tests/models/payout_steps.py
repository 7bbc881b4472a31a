"""The steps of the money machine that take money out: withdrawals, and the batches that pay them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from tortoise.exceptions import IntegrityError

from models import Coin, PayoutBatch, Withdrawal
from models.errors import BelowMinimum, Conflict, IdempotencyMismatch, InsufficientFunds, Refusal, TooLate
from models.hot_wallet import hot_wallet
from ops.database import sql
from tests.support.payouts import PAYEE, a_rate

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from models import User
    from tests.models.books import Books

MINIMUM = 500_000
RATE = 81_370_000
FEE_OF_NETWORK = 700
OF_ALL = st.integers(0, 1_000)
FRAUD = "a ban's for fraud"
_WITHDRAWALS = "SELECT id, state, held_until IS NOT NULL AS is_held FROM withdrawals"


@dataclass
class Asked:
    """A withdrawal."""

    id: int
    user: int
    amount: int
    key: str
    state: str = "REQUESTED"
    # Why it is held.
    hold: str | None = None

    @property
    def satoshis(self) -> int:
        return self.amount * 100_000_000 // RATE


@dataclass
class Batch:
    id: int
    members: list[Asked]
    state: str = "CLAIMED"
    was_sent: bool = False
    is_ordered_back: bool = False
    is_resolved: bool = False


@dataclass
class Purse:
    """What is on its way out, and what is gone."""

    withdrawing: dict[int, int] = field(default_factory=dict)
    withdrawn: dict[int, int] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    hot: int = 0

    @property
    def under_way(self) -> Batch | None:
        return next((b for b in self.batches if b.state not in {"SETTLED", "ABANDONED"} and not b.is_resolved), None)


def must(*errors: type[Exception] | None) -> AbstractContextManager[Any]:
    """The first of these that applies has to be raised; nothing, where none does."""
    applying = [error for error in errors if error is not None]
    return pytest.raises(applying[0]) if applying else nullcontext()


class PayoutSteps:
    books: Books
    purse: Purse
    people: list[User]
    admin: User
    count: int

    if TYPE_CHECKING:  # the machine's

        def wait_for(self, work: Coroutine[Any, Any, Any]) -> Any: ...

    # -------------------------------------------------------------- withdrawals
    @rule(who=st.integers(0, 3), amount=st.sampled_from([MINIMUM - 1, MINIMUM, 700_001, 1_234_567]), repeated=st.booleans())
    def request(self, who: int, amount: int, repeated: bool) -> None:
        async def step() -> None:
            person = self.people[who]
            self.count += 1
            key = f"withdrawal{self.count}"
            poor = InsufficientFunds if self.books.available[person.id] < amount else None
            with must(BelowMinimum if amount < MINIMUM else None, poor):
                withdrawal = await Withdrawal.request(person.id, coin=Coin.LTC, address=PAYEE, amount_micros=amount, key=key)
                self.purse.asked.append(Asked(withdrawal.id, person.id, amount, key, hold=self.hold_of(person.id)))
                self.books.available[person.id] -= amount
                self.purse.withdrawing[person.id] += amount
                if repeated:
                    await self.asked_again(self.purse.asked[-1])

        self.wait_for(step())

    @precondition(lambda self: self.purse.asked)
    @rule(number=OF_ALL)
    def ask_again(self, number: int) -> None:
        self.wait_for(self.asked_again(self.purse.asked[number % len(self.purse.asked)]))

    async def asked_again(self, asked: Asked) -> None:
        """Whatever became of it since."""
        again = await Withdrawal.request(asked.user, coin=Coin.LTC, address=PAYEE, amount_micros=asked.amount, key=asked.key)
        assert again.id == asked.id
        with pytest.raises(IdempotencyMismatch):
            await Withdrawal.request(asked.user, coin=Coin.LTC, address=PAYEE, amount_micros=asked.amount + 1, key=asked.key)

    @precondition(lambda self: self.purse.asked)
    @rule(number=OF_ALL, verb=st.sampled_from(["cancel", "refuse", "hold", "release"]))
    def on_withdrawal(self, number: int, verb: str) -> None:
        async def step() -> None:
            asked = self.purse.asked[number % len(self.purse.asked)]
            withdrawal = await Withdrawal.get(id=asked.id)
            waits = asked.state == "REQUESTED"
            late: type[Refusal] | None = None if waits else Conflict
            if verb == "cancel":
                with must(None if waits or asked.state == "CANCELLED" else TooLate):
                    await withdrawal.cancel()
                    self.ended(asked, "CANCELLED")
                return
            with must(late):
                if verb == "refuse":
                    await withdrawal.refuse(by=self.admin, reason="Because.")
                    self.ended(asked, "FAILED")
                elif verb == "hold":
                    await withdrawal.hold(by=self.admin, until=await sql.now() + timedelta(days=1), reason="Because.")
                    asked.hold = "an admin's"
                else:
                    await withdrawal.release(by=self.admin, reason="Because.")
                    asked.hold = None

        self.wait_for(step())

    @rule(chosen=st.sets(OF_ALL, max_size=3))
    def fail(self, chosen: set[int]) -> None:
        """What no coin can be sent for, as a batch finds it."""

        async def step() -> None:
            found = {self.purse.asked[number % len(self.purse.asked)].id for number in chosen if self.purse.asked}
            waiting = [asked for asked in self.purse.asked if asked.id in found and asked.state == "REQUESTED"]
            assert await Withdrawal.refuse_each(dict.fromkeys(found, "Too little.")) == len(waiting)
            for asked in waiting:
                self.ended(asked, "FAILED")

        self.wait_for(step())

    def hold_of(self, user: int) -> str | None:
        """Why what a person asks for is held, without anybody's doing."""
        return FRAUD if user in self.books.fraudulent else None

    def held_for_fraud(self, user: int) -> None:
        for asked in self.purse.asked:
            if asked.user == user and asked.state == "REQUESTED":
                asked.hold = FRAUD

    def cleared_of_fraud(self, user: int) -> None:
        for asked in self.purse.asked:
            if asked.user == user and asked.hold == FRAUD:
                asked.hold = None

    def ended(self, asked: Asked, state: str) -> None:
        if asked.state == state:
            return
        asked.state, asked.hold = state, None
        self.purse.withdrawing[asked.user] -= asked.amount
        self.books.available[asked.user] += asked.amount

    # -------------------------------------------------------------- batches
    @rule(spendable=st.sampled_from([1_000_000, 2_000_000, 10**9]))
    def claim_batch(self, spendable: int) -> None:
        async def step() -> None:
            taken: list[Asked] = []
            left = spendable
            for asked in self.purse.asked:
                if asked.state == "REQUESTED" and asked.hold is None:
                    left -= asked.satoshis
                    if left < 0:
                        break
                    taken.append(asked)
            before = await sql.now() + timedelta(seconds=1)
            with must(IntegrityError if taken and self.purse.under_way else None):
                claimed = await PayoutBatch.claim(a_rate(RATE), before=before, spendable=spendable, per_payee=0)
                assert (claimed.batch is not None) == bool(taken)
                assert claimed.lacking == max(-left, 0)
                if claimed.batch is not None:
                    for asked in taken:
                        asked.state = "PROCESSING"
                        asked.hold = None
                    self.purse.batches.append(Batch(claimed.batch.id, taken))

        self.wait_for(step())

    @precondition(lambda self: self.purse.batches)
    @rule(
        verb=st.sampled_from(["abandons", "conflicts", "orders_back", "gives_back", *["signs", "sends", "settles"] * 2]),
        number=OF_ALL,
    )
    def on_batch(self, verb: str, number: int) -> None:
        """Mostly the last one, and now and then any: a worker that was stopped long ago."""

        async def step() -> None:
            model = self.purse.batches[number % len(self.purse.batches) if number % 4 == 0 else -1]
            await getattr(self, verb)(model, await PayoutBatch.get(id=model.id))

        self.wait_for(step())

    async def signs(self, model: Batch, batch: PayoutBatch) -> None:
        kept = await batch.keep_signed(b"bytes", f"{batch.id:064x}", [(f"{batch.id:064x}", 0)], FEE_OF_NETWORK)
        assert kept == (model.state == "CLAIMED")
        model.state = "SIGNED" if kept else model.state

    async def abandons(self, model: Batch, batch: PayoutBatch) -> None:
        assert await batch.abandon() == (model.state == "CLAIMED")
        if model.state == "CLAIMED":
            model.state = "ABANDONED"
            for asked in model.members:
                asked.state, asked.hold = "REQUESTED", self.hold_of(asked.user)

    async def sends(self, model: Batch, batch: PayoutBatch) -> None:
        await batch.mark_broadcast()
        if model.state == "SIGNED":
            model.state = "BROADCAST"
            self.sent(model)

    async def conflicts(self, model: Batch, batch: PayoutBatch) -> None:
        stands = model.state in {"SIGNED", "BROADCAST", "CONFIRMED"}
        assert await batch.conflicted("another") == stands
        model.state = "CONFLICTED" if stands else model.state

    async def orders_back(self, model: Batch, batch: PayoutBatch) -> None:
        stands = model.state == "CONFLICTED" and not model.is_resolved
        with must(None if stands else Conflict):
            await batch.order_back(by=self.admin, reason="It can never be paid.")
            model.is_ordered_back = True

    async def gives_back(self, model: Batch, batch: PayoutBatch) -> None:
        stands = model.state == "CONFLICTED" and model.is_ordered_back and not model.is_resolved
        with must(None if stands else Conflict):
            await batch.give_back()
            model.is_resolved = True
            for asked in model.members:
                self.ended(asked, "FAILED")

    async def settles(self, model: Batch, batch: PayoutBatch) -> None:
        assert await batch.settle() == (model.state == "CONFIRMED")
        if model.state == "CONFIRMED":
            self.settled(model)

    @precondition(lambda self: self.purse.batches)
    @rule(confirmations=st.sampled_from([-1, 0, 1, 5, 6, 6, 7]), number=OF_ALL)
    def see_batch(self, confirmations: int, number: int) -> None:
        async def step() -> None:
            model = self.purse.batches[number % len(self.purse.batches)] if number % 4 == 0 else self.purse.batches[-1]
            await (await PayoutBatch.get(id=model.id)).see(confirmations)
            if model.state in {"BROADCAST", "CONFIRMED", "CONFLICTED"} and not model.is_resolved:
                model.state = "CONFIRMED" if confirmations >= Coin.LTC.confirmations else "BROADCAST"
                self.sent(model)

        self.wait_for(step())

    def sent(self, model: Batch) -> None:
        for asked in model.members:
            asked.state = "SENT"

    def settled(self, model: Batch) -> None:
        model.state = "SETTLED"
        self.purse.hot -= FEE_OF_NETWORK
        for asked in model.members:
            asked.state = "CONFIRMED"
            self.purse.withdrawing[asked.user] -= asked.amount
            self.purse.withdrawn[asked.user] += asked.amount
            self.purse.hot -= asked.satoshis

    async def compare_payouts(self) -> None:
        withdrawals = {row["id"]: (row["state"], row["is_held"]) for row in await sql.rows(_WITHDRAWALS)}
        assert withdrawals == {asked.id: (asked.state, asked.hold is not None) for asked in self.purse.asked}
        states = {row["id"]: row["state"] for row in await sql.rows("SELECT id, state FROM payout_batches")}
        assert states == {batch.id: batch.state for batch in self.purse.batches}
        assert await hot_wallet(Coin.LTC).balance() == self.purse.hot
