"""Of each coin the purse that payouts go from: what the ledger says is in it, what its node says, and what keeps it from paying."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from tortoise import fields
from tortoise.models import Model
from tortoise.transactions import atomic

from models.coin import Coin
from models.event import PAYOUTS, Hint
from models.ledger import Account, AccountKind, EntryKind, Ledger, Movement
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from asyncpg import Record


class HotWallet(Model):
    """Written by the worker, which alone knows the node. A coin that no worker has a node for has no row."""

    coin = fields.CharEnumField(Coin, max_length=3, primary_key=True)
    # Satoshis, as the node counted them last.
    balance: int | None = fields.BigIntField(null=True)
    checked_at: datetime | None = fields.DatetimeField(null=True)
    # What has to be put right before all that waits is paid, in words for admins.
    problem: str | None = fields.TextField(null=True)
    problem_since: datetime | None = fields.DatetimeField(null=True)
    # Whether a human has to act: time alone will not mend it.
    needs_human = fields.BooleanField(db_default=False)
    # Satoshis that the last claim found too few for what waits.
    lacking = fields.BigIntField(db_default=0)
    # How far the node's blocks were read for coins that came in.
    last_block = fields.CharField(64, null=True)

    class Meta:
        table = "hot_wallets"

    @classmethod
    def read(cls, record: Mapping[str, Any] | Record) -> Self:
        return cls._init_from_db(**dict(record))

    @classmethod
    async def of(cls, coin: Coin) -> HotWallet:
        record = await sql.row(
            "INSERT INTO hot_wallets (coin) VALUES ($1) ON CONFLICT (coin) DO UPDATE SET coin = excluded.coin RETURNING *", coin.value
        )
        assert record is not None
        return cls.read(record)

    async def account(self) -> int:
        """Satoshis, as the ledger has them."""
        return await hot_wallet(self.coin).balance()

    async def note(self, problem: str | None, *, needs_human: bool = False) -> bool:
        """What keeps it from paying now, or None; whether that is news."""
        noted = await sql.row(
            """
            WITH noted AS (
                UPDATE hot_wallets SET problem = $2, needs_human = $3, problem_since = CASE WHEN $2::text IS NULL THEN NULL ELSE now() END
                WHERE coin = $1 AND (problem, needs_human) IS DISTINCT FROM ($2, $3) RETURNING 1
            ), told AS (
                INSERT INTO hints (topic) SELECT $4 FROM noted
            )
            SELECT FROM noted
            """,
            self.coin.value,
            problem,
            needs_human,
            PAYOUTS,
        )
        self.problem, self.needs_human = problem, needs_human
        return noted is not None

    async def lacks(self, satoshis: int) -> None:
        """What the last claim found too little, for the oldest that it left out; 0 where it left out none."""
        if satoshis != self.lacking:
            await sql.run("UPDATE hot_wallets SET lacking = $2 WHERE coin = $1", self.coin.value, satoshis)
            self.lacking = satoshis

    async def unbooked(self, received: Sequence[tuple[str, int, int]]) -> int:
        """Satoshis of what came in, as (txid, output, satoshis), that `saw` has not booked yet."""
        keys = {self._key(txid, output): satoshis for txid, output, satoshis in received}
        booked = await sql.rows("SELECT key FROM entries WHERE key = ANY($1::text[])", list(keys))
        return sum(keys.values()) - sum(keys[row["key"]] for row in booked)

    def _key(self, txid: str, output: int) -> str:
        return f"topup:{self.coin.value}:{txid}:{output}"

    @atomic()
    async def saw(self, balance: int, received: Sequence[tuple[str, int, int]], last_block: str | None) -> int:
        """What the node told: its balance in satoshis, and what came in as (txid, output, satoshis); how much of it was new, and booked."""
        booked = 0
        for txid, output, satoshis in received:
            booked += await Ledger.post(
                Movement(
                    key=self._key(txid, output),
                    kind=EntryKind.TOPPED_UP,
                    moves=[(coin_deposits(self.coin), -satoshis), (hot_wallet(self.coin), satoshis)],
                    memo=f"{txid}:{output}",
                )
            )
        await sql.run(
            "UPDATE hot_wallets SET balance = $2, checked_at = now(), last_block = coalesce($3, last_block) WHERE coin = $1",
            self.coin.value,
            balance,
            last_block,
        )
        if booked or balance != self.balance:
            await Hint.record(PAYOUTS)
        self.balance, self.last_block = balance, last_block or self.last_block
        return booked


def hot_wallet(coin: Coin) -> Account:
    return Account(AccountKind.HOT_WALLET, currency=coin.value)


def network_fee(coin: Coin) -> Account:
    return Account(AccountKind.NETWORK_FEE, currency=coin.value)


def coin_deposits(coin: Coin) -> Account:
    return Account(AccountKind.DEPOSITS, currency=coin.value)


def coin_clearing(coin: Coin) -> Account:
    return Account(AccountKind.CLEARING, currency=coin.value)
