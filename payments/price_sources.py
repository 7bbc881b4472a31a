"""Where prices come from: public APIs that want no key, each with its own way of answering, or fixed ones for tests and the demo."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NoReturn
from urllib.parse import urlsplit

import httpx

from models.coin import Coin
from models.ledger import MICROS
from models.rate import FIXED

FIXED_SCHEME = f"{FIXED}:"
# An answer has some 300 bytes. More is something else, and is not read to its end.
LONGEST_ANSWER = 64 * 1024
# As plain as all of them write it: no sign, no exponent, no NaN.
PRICE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?", re.ASCII)
# Micro-dollars for a coin. What lies outside is a mistake in units, not a price.
LOWEST, HIGHEST = MICROS // 100, 1_000_000 * MICROS
# How much of an unknown answer is told to the logs.
EXCERPT = 200


class NoPrice(Exception):
    """What a source said is no price; str() says what it said."""


class PriceSource(ABC):
    # Under which its word is kept.
    name: str

    @abstractmethod
    async def price(self, client: httpx.AsyncClient, coin: Coin) -> int:
        """Micro-dollars for one coin. Raises NoPrice, or httpx.HTTPError where there is no answer."""


@dataclass(frozen=True)
class FixedPrices(PriceSource):
    """What the operator says, such as `fixed:LTC=80,BCH=400`."""

    prices: dict[str, str]
    name = FIXED

    @classmethod
    def read(cls, setting: str) -> FixedPrices:
        return cls(dict(part.split("=") for part in setting.removeprefix(FIXED_SCHEME).split(",")))

    async def price(self, client: httpx.AsyncClient, coin: Coin) -> int:
        return micros(self.prices.get(coin.value))


@dataclass(frozen=True)
class PriceApi(PriceSource):
    origin: str

    async def price(self, client: httpx.AsyncClient, coin: Coin) -> int:
        async with client.stream("GET", self.origin + self.path(coin)) as response:
            body = b""
            # As it came: what was packed small could grow without an end.
            async for part in response.aiter_raw():
                body += part
                if len(body) > LONGEST_ANSWER:
                    raise NoPrice(f"more than {LONGEST_ANSWER:,} bytes")
        if response.status_code != httpx.codes.OK:
            raise NoPrice(f"{response.status_code} {_excerpt(body)}")
        return self.read(coin, body)

    @abstractmethod
    def path(self, coin: Coin) -> str:
        """Where it tells the price of the coin."""

    @abstractmethod
    def told(self, coin: Coin, answer: Any) -> Any:
        """The price within a parsed answer, None where it is another answer than the one we know."""

    def read(self, coin: Coin, body: bytes) -> int:
        """Micro-dollars for one coin. Raises NoPrice."""
        try:
            answer = json.loads(body, parse_float=Decimal, parse_constant=_refused)
        except (ValueError, RecursionError):
            raise NoPrice(f"no JSON: {_excerpt(body)}") from None
        told = self.told(coin, answer)
        if told is None:
            raise NoPrice(f"another answer than expected: {_excerpt(body)}")
        return micros(told)


class Coinbase(PriceApi):
    name = "coinbase"

    def path(self, coin: Coin) -> str:
        return f"/v2/prices/{coin.value}-USD/spot"

    def told(self, coin: Coin, answer: Any) -> Any:
        match answer:
            case {"data": {"base": coin.value, "currency": "USD", "amount": amount}}:
                return amount
        return None


class Kraken(PriceApi):
    name = "kraken"

    def path(self, coin: Coin) -> str:
        return f"/0/public/Ticker?pair={coin.value}USD"

    def told(self, coin: Coin, answer: Any) -> Any:
        match answer:
            # "c" is the last trade: its price and its volume.
            case {"error": [], "result": {**pairs}} if len(pairs) == 1:
                # Older coins are answered under another name than they are asked for: XLTCZUSD for LTCUSD.
                match pairs.get(f"{coin.value}USD") or pairs.get(f"X{coin.value}ZUSD"):
                    case {"c": [price, _]}:
                        return price
        return None


class CoinGecko(PriceApi):
    name = "coingecko"

    def path(self, coin: Coin) -> str:
        return f"/api/v3/simple/price?ids={_gecko_id(coin)}&vs_currencies=usd"

    def told(self, coin: Coin, answer: Any) -> Any:
        # Where we asked too often, it may say so with status 200.
        match answer:
            case {**coins} if list(coins) == [_gecko_id(coin)]:
                match coins[_gecko_id(coin)]:
                    case {"usd": price}:
                        return price
        return None


# By host; settings refuses all others.
APIS: dict[str, Callable[[str], PriceSource]] = {"api.coinbase.com": Coinbase, "api.kraken.com": Kraken, "api.coingecko.com": CoinGecko}


def named(rates_url: str | None) -> list[PriceSource]:
    """The sources that the setting RATES_URL names."""
    if rates_url is None:
        return []
    if rates_url.startswith(FIXED_SCHEME):
        return [FixedPrices.read(rates_url)]
    hosts = dict.fromkeys(urlsplit(address.strip()).hostname or "" for address in rates_url.split(",") if address.strip())
    return [APIS[host](f"https://{host}") for host in hosts]


def micros(price: object) -> int:
    """Micro-dollars, rounded down, of a price in dollars as text or a number of JSON. Raises NoPrice."""
    text = str(price)
    if isinstance(price, bool) or not isinstance(price, str | int | Decimal) or not PRICE.fullmatch(text):
        raise NoPrice(f"no price: {text[:EXCERPT]!r}")
    amount = int(Decimal(text) * MICROS)
    if not LOWEST <= amount <= HIGHEST:
        raise NoPrice(f"no price that a coin could have: {text}")
    return amount


def _gecko_id(coin: Coin) -> str:
    return coin.label.lower().replace(" ", "-")


def _refused(constant: str) -> NoReturn:
    raise ValueError(constant)


def _excerpt(body: bytes) -> str:
    return body[:EXCERPT].decode(errors="replace")
