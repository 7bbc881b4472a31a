import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from models.coin import Coin
from models.rate import FIXED
from ops.settings import DEMO_RATES, PRICE_APIS
from payments.price_sources import (
    APIS,
    HIGHEST,
    LONGEST_ANSWER,
    LOWEST,
    Coinbase,
    CoinGecko,
    FixedPrices,
    Kraken,
    NoPrice,
    PriceApi,
    PriceSource,
    micros,
    named,
)
from payments.rates import Told, ask, fetch
from tests.support.ceiling import CEILING_SECONDS

# As the three answer, shortened nowhere.
COINBASE_LTC = b'{"data":{"amount":"84.465","base":"LTC","currency":"USD"}}'
COINBASE_BCH = b'{"data":{"amount":"492.205","base":"BCH","currency":"USD"}}'
COINBASE_UNKNOWN = b'{"errors":[{"id":"not_found","message":"Invalid base currency"}]}'
KRAKEN_LTC = (
    b'{"error":[],"result":{"XLTCZUSD":{"a":["84.47000","60","60.000"],"b":["84.46000","1","1.000"],"c":["84.46000","15.00000000"],'
    b'"v":["5859.12479512","14656.89611531"],"p":["84.51354","84.81599"],"t":[1186,2201],"l":["83.00000","83.00000"],'
    b'"h":["86.03000","86.50000"],"o":"84.90000"}}}'
)
KRAKEN_BCH = (
    b'{"error":[],"result":{"BCHUSD":{"a":["493.200000","1","1.000"],"b":["492.100000","1","1.000"],"c":["493.000000","0.09409409"],'
    b'"v":["6285.91000112","6402.41926847"],"p":["490.741428","490.497060"],"t":[12672,12902],"l":["488.200000","488.200000"],'
    b'"h":["499.600000","499.600000"],"o":"494.800000"}}}'
)
KRAKEN_UNKNOWN = b'{"error":["EQuery:Unknown asset pair"]}'
COINGECKO_LTC = b'{"litecoin":{"usd":84.47}}'
COINGECKO_BCH = b'{"bitcoin-cash":{"usd":493}}'
COINGECKO_TOO_OFTEN = b'{"status":{"error_code":429,"error_message":"You\'ve exceeded the Rate Limit. Please visit our pricing page."}}'
PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>"

COINBASE, KRAKEN, COINGECKO = Coinbase("https://one.test"), Kraken("https://two.test"), CoinGecko("https://three.test")
# Of every source, by its path.
WELL = {
    "/v2/prices/LTC-USD/spot": COINBASE_LTC,
    "/v2/prices/BCH-USD/spot": COINBASE_BCH,
    "/0/public/Ticker?pair=LTCUSD": KRAKEN_LTC,
    "/0/public/Ticker?pair=BCHUSD": KRAKEN_BCH,
    "/api/v3/simple/price?ids=litecoin&vs_currencies=usd": COINGECKO_LTC,
    "/api/v3/simple/price?ids=bitcoin-cash&vs_currencies=usd": COINGECKO_BCH,
}
FROM_KRAKEN = [Told(Coin.LTC, "kraken", 84_460_000), Told(Coin.BCH, "kraken", 493_000_000)]


@pytest.mark.parametrize(
    ("source", "coin", "body", "price"),
    [
        (COINBASE, Coin.LTC, COINBASE_LTC, 84_465_000),
        (COINBASE, Coin.BCH, COINBASE_BCH, 492_205_000),
        (KRAKEN, Coin.LTC, KRAKEN_LTC, 84_460_000),
        (KRAKEN, Coin.BCH, KRAKEN_BCH, 493_000_000),
        (COINGECKO, Coin.LTC, COINGECKO_LTC, 84_470_000),
        (COINGECKO, Coin.BCH, COINGECKO_BCH, 493_000_000),
        (KRAKEN, Coin.LTC, KRAKEN_LTC.replace(b"XLTCZUSD", b"LTCUSD"), 84_460_000),
    ],
)
def test_a_recorded_answer_is_read_to_the_micro_dollar(source: PriceApi, coin: Coin, body: bytes, price: int) -> None:
    assert source.read(coin, body) == price


@pytest.mark.parametrize(
    ("source", "body"),
    [
        *(
            (source, body)
            for source in (COINBASE, KRAKEN, COINGECKO)
            for body in (b"", PAGE, b"null", b"[]", b'"84"', b"84", b"{}", b"\xff\xfe")
        ),
        (COINBASE, COINBASE_UNKNOWN),
        (COINBASE, COINBASE_LTC[:-1]),
        (COINBASE, COINBASE_BCH),
        (COINBASE, COINBASE_LTC.replace(b"USD", b"EUR")),
        (COINBASE, COINBASE_LTC.replace(b'"amount":"84.465",', b"")),
        (COINBASE, KRAKEN_LTC),
        (KRAKEN, KRAKEN_UNKNOWN),
        (KRAKEN, b'{"error":["EQuery:Unknown asset pair"],"result":{}}'),
        (KRAKEN, b'{"error":["EGeneral:Temporary lockout"],' + KRAKEN_LTC.partition(b",")[2]),
        (KRAKEN, KRAKEN_LTC[:200]),
        (KRAKEN, KRAKEN_BCH),
        (KRAKEN, KRAKEN_LTC.replace(b"XLTCZUSD", b"XLTCZEUR")),
        (KRAKEN, KRAKEN_LTC.replace(b'"result":{', b'"result":{"BCHUSD":{},')),
        (KRAKEN, KRAKEN_LTC.replace(b'"c":["84.46000","15.00000000"]', b'"c":[]')),
        (KRAKEN, COINGECKO_LTC),
        (COINGECKO, COINGECKO_TOO_OFTEN),
        (COINGECKO, COINGECKO_LTC[:-2]),
        (COINGECKO, COINGECKO_BCH),
        (COINGECKO, b'{"litecoin":{}}'),
        (COINGECKO, b'{"litecoin":{"eur":84.47}}'),
        (COINGECKO, b'{"litecoin":{"usd":84.47},"bitcoin":{"usd":84.47}}'),
        (COINGECKO, b'{"litecoin":{"usd":NaN}}'),
        (COINGECKO, b'{"litecoin":{"usd":Infinity}}'),
        (COINGECKO, b'{"litecoin":{"usd":null}}'),
        (COINGECKO, b'{"litecoin":{"usd":true}}'),
        (COINGECKO, b'{"litecoin":{"usd":[84.47]}}'),
        (COINGECKO, b'{"litecoin":{"usd":' + b"9" * 5_000 + b"}}"),
        (COINGECKO, b"[" * 50_000),
    ],
)
def test_another_answer_is_no_price(source: PriceApi, body: bytes) -> None:
    with pytest.raises(NoPrice):
        source.read(Coin.LTC, body)


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "0",
        "0.00",
        "-84.465",
        "+84",
        "NaN",
        "nan",
        "Infinity",
        "1e3",
        "84,465",
        "1_000",
        " 84",
        "84 ",
        "84.",
        ".5",
        "0x54",
        "٨٤",
        "84\n",
    ],
)
def test_what_is_not_written_as_a_price_is_none(amount: str) -> None:
    with pytest.raises(NoPrice):
        COINBASE.read(Coin.LTC, json.dumps({"data": {"amount": amount, "base": "LTC", "currency": "USD"}}).encode())


@pytest.mark.parametrize("amount", ["0.009999", "1000000.000001", "999999999"])
def test_a_price_that_no_coin_could_have_is_a_mistake_in_units(amount: str) -> None:
    with pytest.raises(NoPrice, match="no price that a coin could have"):
        micros(amount)


def test_the_limits_of_a_price_are_prices() -> None:
    assert micros("0.01") == LOWEST
    assert micros("1000000") == HIGHEST


@given(st.integers(LOWEST, HIGHEST), st.integers(0, 10**12 - 1))
def test_a_price_is_exact_and_what_is_finer_than_a_micro_dollar_is_cut_off(price: int, finer: int) -> None:
    whole, fraction = divmod(price, 1_000_000)
    text = f"{whole}.{fraction:06}"

    if price < HIGHEST:
        text += f"{finer:012}"
    assert micros(text) == price
    assert micros(Decimal(text)) == price


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["data", "amount", "base", "currency", "error", "result", "XLTCZUSD", "c", "litecoin", "usd"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@given(st.sampled_from([COINBASE, KRAKEN, COINGECKO]), json_values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=200))
def test_whatever_is_answered_is_a_price_within_limits_or_none(source: PriceApi, body: bytes) -> None:
    price = LOWEST
    try:
        price = source.read(Coin.LTC, body)
    except NoPrice as none:
        told = str(none)
        price = LOWEST if len(told) < 300 else 0

    assert LOWEST <= price <= HIGHEST


class Exchange:
    """An HTTP server that answers as it is told, byte by byte, by path; and what it was asked."""

    def __init__(self, answers: dict[str, bytes]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.headers: list[str] = []
        self.origin = ""

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ")[1]
        self.asked.append(path)
        self.headers.append(head.lower())
        try:
            for part in self.answers[path].split(b"<wait>"):
                writer.write(part)
                await writer.drain()
                if part is not self.answers[path]:
                    await asyncio.sleep(0.05)
        except ConnectionError:
            pass
        finally:
            writer.close()


@asynccontextmanager
async def an_exchange(answers: dict[str, bytes]) -> AsyncIterator[Exchange]:
    exchange = Exchange(answers)
    server = await asyncio.start_server(exchange.converse, "127.0.0.1", 0)
    exchange.origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server:
        yield exchange


def http(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    said = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status}\r\n{said}Content-Length: {len(body) if length is None else length}\r\n\r\n".encode() + body


def well() -> dict[str, bytes]:
    return {path: http(body) for path, body in WELL.items()}


async def test_every_source_is_asked_for_every_coin_at_its_own_path_and_asks_for_nothing_packed() -> None:
    async with an_exchange(well()) as exchange:
        told = await ask([Coinbase(exchange.origin), Kraken(exchange.origin), CoinGecko(exchange.origin)])

    assert told == [
        Told(Coin.LTC, "coinbase", 84_465_000),
        Told(Coin.BCH, "coinbase", 492_205_000),
        *FROM_KRAKEN,
        Told(Coin.LTC, "coingecko", 84_470_000),
        Told(Coin.BCH, "coingecko", 493_000_000),
    ]
    assert sorted(exchange.asked) == sorted(WELL)
    assert all("accept-encoding: identity\r\n" in head for head in exchange.headers)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http(COINBASE_UNKNOWN, "404 Not Found"), 'NoPrice: 404 {"errors":[{"id":"not_found","message":"Invalid base currency"}]}'),
        (http(COINBASE_LTC, "500 Internal Server Error"), "NoPrice: 500 "),
        (http(b"", "429 Too Many Requests", "Retry-After: 60"), "NoPrice: 429 "),
        (http(COINBASE_LTC, "203 Non-Authoritative Information"), "NoPrice: 203 "),
        (http(b"", "302 Found", "Location: /0/public/Ticker?pair=LTCUSD"), "NoPrice: 302 "),
        (http(PAGE), "NoPrice: no JSON: <!DOCTYPE html>"),
        (http(COINBASE_BCH), "NoPrice: another answer than expected: "),
        (http(b" " * LONGEST_ANSWER + COINBASE_LTC), "NoPrice: more than 65,536 bytes"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 10_000_000 + COINBASE_LTC, "NoPrice: more than 65,536 bytes"),
        (http(gzip.compress(b" " * 1_000_000 + COINBASE_LTC), "200 OK", "Content-Encoding: gzip"), "NoPrice: no JSON: "),
        (http(COINBASE_LTC, length=len(COINBASE_LTC) + 1), "RemoteProtocolError: "),
        (b"", "RemoteProtocolError: "),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "RemoteProtocolError: "),
    ],
)
async def test_a_source_that_fails_is_named_in_the_logs_and_disturbs_no_other(answer: bytes, why: str) -> None:
    answers = well() | {"/v2/prices/LTC-USD/spot": answer}

    with capture_logs() as logs:
        async with an_exchange(answers) as exchange:
            told = await ask([Coinbase(exchange.origin), Kraken(exchange.origin)])

    assert told == [Told(Coin.BCH, "coinbase", 492_205_000), *FROM_KRAKEN]
    (line,) = logs
    assert line["log_level"] == "warning"
    assert (line["event"], line["source"], line["coin"]) == ("no rate", "coinbase", "LTC")
    assert line["why"].startswith(why)
    assert len(line["why"]) < 300
    # Nobody was sent elsewhere.
    assert len(exchange.asked) == 4


async def test_an_answer_of_the_greatest_length_is_still_read() -> None:
    body = b" " * (LONGEST_ANSWER - len(COINBASE_LTC)) + COINBASE_LTC

    async with an_exchange(well() | {"/v2/prices/LTC-USD/spot": http(body)}) as exchange:
        told = await ask([Coinbase(exchange.origin)])

    assert told[0] == Told(Coin.LTC, "coinbase", 84_465_000)


async def test_a_source_that_drips_its_answer_is_given_up_in_time() -> None:
    dripping = http(b"<wait>".join([b" "] * 1_000 + [COINBASE_LTC]), length=1_000 + len(COINBASE_LTC))

    with capture_logs() as logs:
        async with an_exchange(well() | {"/v2/prices/LTC-USD/spot": dripping}) as exchange, asyncio.timeout(CEILING_SECONDS):
            told = await ask([Coinbase(exchange.origin), Kraken(exchange.origin)], seconds=4)

    assert told == [Told(Coin.BCH, "coinbase", 492_205_000), *FROM_KRAKEN]
    assert [line["why"].partition(":")[0] for line in logs] == ["TimeoutError"]


async def test_a_source_that_is_not_there_is_left_out() -> None:
    async with an_exchange({}) as gone:
        pass

    with capture_logs() as logs:
        async with an_exchange(well()) as exchange:
            told = await ask([Coinbase(gone.origin), Kraken(exchange.origin)])

    assert told == FROM_KRAKEN
    assert [line["why"].partition(":")[0] for line in logs] == ["ConnectError", "ConnectError"]


async def test_fixed_rates_are_told_as_they_were_set() -> None:
    assert await fetch(DEMO_RATES) == [Told(Coin.LTC, FIXED, 80_000_000), Told(Coin.BCH, FIXED, 400_000_000)]


async def test_a_coin_that_the_fixed_rates_leave_out_has_none() -> None:
    assert await fetch("fixed:BCH=400.25") == [Told(Coin.BCH, FIXED, 400_250_000)]


async def test_with_no_source_nothing_is_told() -> None:
    assert await fetch(None) == []


@pytest.mark.parametrize(
    ("setting", "sources"),
    [
        (None, []),
        ("fixed:LTC=80", [FixedPrices({"LTC": "80"})]),
        ("https://api.kraken.com, https://api.coinbase.com/,", [Kraken("https://api.kraken.com"), Coinbase("https://api.coinbase.com")]),
        # One source named twice would agree with itself.
        ("https://api.kraken.com,https://api.kraken.com/", [Kraken("https://api.kraken.com")]),
    ],
)
def test_sources_are_named_by_their_address(setting: str | None, sources: list[PriceSource]) -> None:
    assert named(setting) == sources


def test_the_settings_know_the_sources_that_there_are() -> None:
    assert [f"https://{host}" for host in APIS] == list(PRICE_APIS)


def test_every_source_keeps_its_word_under_a_name_of_its_own() -> None:
    names: list[Any] = [source.name for address in PRICE_APIS for source in named(address)]

    assert len({*names, FIXED}) == len(names) + 1
