"""Payouts by the clock: rates are asked for every minute, and each coin that has a node is taken a step further."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

import asyncpg

from models import Coin, Quote
from models.coin import Network
from ops.database import sql
from ops.settings import settings
from payments.batch import Payouts
from payments.node import Node
from payments.rates import fetch

# The advisory locks of whoever pays out a coin: one worker at a time, though two would do no harm.
LOCKS = dict(zip(Coin, count(0x7469_6465_7061), strict=False))


async def keep_rates() -> int:
    """Always 0: there is no hurry for the next round."""
    await Quote.keep([(quote.coin, quote.source, quote.rate_micros) for quote in await fetch(settings().rates_url)])
    return 0


async def pay_out() -> int:
    """A step for every coin that has a node: what was requested before the daily hour that came last. How many may go on at once."""
    before = last_daily_hour(await sql.now())
    return sum(await asyncio.gather(*(_step(coin, before) for coin in Coin)))


def last_daily_hour(now: datetime) -> datetime:
    """When the last daily batches began, UTC."""
    today = now.replace(hour=settings().payout_hour, minute=0, second=0, microsecond=0)
    return today if today <= now else today - timedelta(days=1)


@asynccontextmanager
async def paying(coin: Coin) -> AsyncIterator[Payouts | None]:
    """The coin's payouts, for whoever alone holds their lock; None where another has it, or no node is configured."""
    url = settings().rpc_url(coin)
    if url is None:
        yield None
        return
    connection = await asyncpg.connect(settings().database_url)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCKS[coin]):
            yield None
            return
        async with Node(coin, url) as node:
            yield Payouts(node, Network(settings().coin_network))
    finally:
        await connection.close()


async def _step(coin: Coin, before: datetime) -> bool:
    async with paying(coin) as payouts:
        return payouts is not None and await payouts.step(before)


async def run_now(coin: Coin, tell: Callable[[str], None], *, dry: bool = False) -> bool:
    """Begins the batch that is due without waiting for its hour, and goes on as far as it gets without new blocks; False where it could not."""
    async with paying(coin) as payouts:
        if payouts is None:
            tell(f"{coin.value}: no node is configured here, or a worker is just paying out.")
            return False
        await keep_rates()
        now = await sql.now()
        plan = await payouts.plan(now)
        if isinstance(plan, str):
            tell(f"{coin.value}: {plan}")
            return False
        tell(f"{coin.value}: {plan}")
        if not dry:
            while await payouts.step(now):
                pass
        return True
