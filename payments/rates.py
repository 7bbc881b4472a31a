"""Asking the sources what coins cost. What of it may be paid by is said in models/rate.py."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

import httpx

from models.coin import Coin
from ops.logs import logger
from payments.price_sources import NoPrice, PriceSource, named

CONNECT_SECONDS = 3.0
# For all of an answer: a source that drips it may not hold up the others.
TOTAL_SECONDS = 8.0
# No packed answers: their size would say nothing of what they hold.
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "tidemark"}

log = logger(__name__)


class Told(NamedTuple):
    """What a source says that one coin costs, in micro-dollars."""

    coin: Coin
    source: str
    rate_micros: int


async def fetch(rates_url: str | None) -> list[Told]:
    """What the sources that RATES_URL names say of each coin now. A source that fails is logged and left out; nothing is raised."""
    return await ask(named(rates_url))


async def ask(sources: Sequence[PriceSource], *, seconds: float = TOTAL_SECONDS) -> list[Told]:
    """What `fetch` returns, from all of them at once within so many seconds."""
    # Redirects are not followed: a price API has no reason to send us elsewhere.
    async with httpx.AsyncClient(timeout=httpx.Timeout(seconds, connect=CONNECT_SECONDS), headers=HEADERS) as client:
        told = await asyncio.gather(*(_ask_one(client, source, coin, seconds) for source in sources for coin in Coin))
    return [each for each in told if each is not None]


async def _ask_one(client: httpx.AsyncClient, source: PriceSource, coin: Coin, seconds: float) -> Told | None:
    try:
        async with asyncio.timeout(seconds):
            return Told(coin, source.name, await source.price(client, coin))
    except (NoPrice, httpx.HTTPError, TimeoutError) as failure:
        log.warning("no rate", source=source.name, coin=coin.value, why=f"{type(failure).__name__}: {failure}")
        return None
