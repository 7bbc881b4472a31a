"""Payouts by the clock: rates are asked for every minute, and each coin that has a node is taken a step further."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count

import asyncpg

from models import Coin, HotWallet, PayoutBatch, Quote
from ops.database import sql
from ops.settings import settings
from payments.batch import Payouts
from payments.node import Node
from payments.rates import fetch
from payments.withdrawing import network, next_batch_at

# The advisory locks of whoever pays out a coin: one worker at a time, though two would do no harm.
LOCKS = dict(zip(Coin, count(0x7469_6465_7061), strict=False))
# A step ends within a second, or where its node does not answer in half a minute.
TRIES, PAUSE_SECONDS = 40, 1.0


async def keep_rates() -> int:
    """Always 0: there is no hurry for the next round."""
    await Quote.keep(await fetch(settings().rates_url))
    return 0


async def pay_out() -> int:
    """A step for every coin that has a node: what was requested before the daily hour that came last. How many may go on at once."""
    before = next_batch_at(await sql.now()) - timedelta(days=1)
    return sum(await asyncio.gather(*(_step(coin, before) for coin in Coin)))


@asynccontextmanager
async def paying(coin: Coin) -> AsyncIterator[Payouts | None]:
    """The coin's payouts, for whoever alone holds their lock; None where another has it, or no node is configured."""
    url = settings().rpc_url(coin.value)
    if url is None:
        yield None
        return
    connection = await asyncpg.connect(settings().database_url)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCKS[coin]):
            yield None
            return
        async with Node(coin, url) as node:
            yield Payouts(node, network())
    finally:
        await connection.close()


async def _step(coin: Coin, before: datetime) -> bool:
    async with paying(coin) as payouts:
        return payouts is not None and await payouts.step(before)


async def run_now(coin: Coin, tell: Callable[[str], None], *, dry: bool = False) -> bool:
    """Pays what waits without waiting for the daily hour, as far as it gets without new blocks; False where something kept it from it."""
    async with paying(coin) as payouts:
        if payouts is None:
            tell(f"{coin.value}: no node is configured here, or a worker is just paying out.")
            return False
        await keep_rates()
        now = await sql.now()
        plan = await payouts.plan(now)
        tell(f"{coin.value}: {plan}")
        if dry or plan.problem:
            return not plan.problem
        while await payouts.step(now):
            pass
        wallet = await HotWallet.of(coin)
        batch = await PayoutBatch.filter(coin=coin).order_by("-id").first()
        if batch is not None:
            tell(f"{coin.value}: batch {batch.id} is {batch.state.value}" + (f", transaction {batch.txid}" if batch.txid else ""))
        if wallet.problem:
            tell(f"{coin.value}: {wallet.problem}")
        return wallet.problem is None


async def disagreements() -> list[str]:
    """Where a coin's node has other coins than the ledger, of those that have a node: a line each, and of what could not be compared.

    Raises NodeFault.
    """
    lines = [await _compared(coin) for coin in Coin if settings().rpc_url(coin.value) is not None]
    return [line for line in lines if line is not None]


async def _compared(coin: Coin) -> str | None:
    """Between two steps of the worker, whom it waits for."""
    for _ in range(TRIES):
        async with paying(coin) as payouts:
            if payouts is not None:
                return await payouts.disagreement()
        await asyncio.sleep(PAUSE_SECONDS)
    return f"the coins of {coin.label} could not be compared: somebody was paying out all the while"
