"""What a coin costs in US dollars: the last answer of each source, and the rule that says when they may be paid by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import TYPE_CHECKING

from tortoise import fields

from models.coin import Coin
from models.row import Row
from ops.database import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

FRESH = timedelta(minutes=10)
# How far sources may lie apart, of the lowest.
MOST_APART_PERCENT = 2
# The one source that needs no second to be held against: the operator's own word.
FIXED = "fixed"


@dataclass(frozen=True, slots=True)
class Rate:
    """One for a coin at a moment: micro-dollars for one whole coin."""

    coin: Coin
    micros: int
    at: datetime
    sources: str


class Quote(Row):
    """The last word of a source on a coin."""

    coin = fields.CharEnumField(Coin, max_length=3)
    source = fields.CharField(100)
    micros = fields.BigIntField()
    at = fields.DatetimeField()

    class Meta:
        table = "quotes"
        unique_together = (("coin", "source"),)

    @classmethod
    async def keep(cls, quotes: Sequence[tuple[Coin, str, int]]) -> None:
        """What (coin, source, micro-dollars) were told just now."""
        await sql.run(
            """
            INSERT INTO quotes (coin, source, micros, at)
            SELECT c, s, m, now() FROM unnest($1::text[], $2::text[], $3::bigint[]) AS q(c, s, m)
            ON CONFLICT (coin, source) DO UPDATE SET micros = excluded.micros, at = excluded.at
            """,
            [coin.value for coin, _, _ in quotes],
            [source for _, source, _ in quotes],
            [micros for _, _, micros in quotes],
        )

    @classmethod
    async def usable(cls) -> dict[Coin, Rate | str]:
        """Of each coin the rate that it may be paid by, or why there is none, in words for those who wait."""
        told = await cls.rows("SELECT * FROM quotes WHERE at > now() - $1::interval ORDER BY coin, source", FRESH)
        return {coin: agreed(coin, [quote for quote in told if quote.coin == coin]) for coin in Coin}


def agreed(coin: Coin, fresh: Sequence[Quote]) -> Rate | str:
    """What fresh quotes of a coin come to."""
    if not fresh:
        return "No fresh rate is known."
    if len(fresh) == 1 and fresh[0].source != FIXED:
        return "Only one source tells a fresh rate, and two have to agree."
    lowest, highest = min(quote.micros for quote in fresh), max(quote.micros for quote in fresh)
    if (highest - lowest) * 100 > lowest * MOST_APART_PERCENT:
        return f"The sources of the rate are more than {MOST_APART_PERCENT} % apart."
    return Rate(
        coin=coin,
        micros=int(median(quote.micros for quote in fresh)),
        at=min(quote.at for quote in fresh),
        sources=", ".join(quote.source for quote in fresh),
    )
