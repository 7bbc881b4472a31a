"""Money: 10,000 withdrawals through a real litecoind until they are settled, and a wallet's history however long it is.

Beside it, in the same run, what one would do instead: the node's own `sendtoaddress` and `sendmany`, and pages by OFFSET.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from tortoise.transactions import in_transaction

from bench.stage import an_annotator, empty_stage
from models import Coin, HotWallet, PayoutBatch, Quote, User, Wallet, Withdrawal
from models.coin import SATOSHIS, Network
from models.ledger import MICROS, Entry, EntryKind, Ledger, Movement, available, withdrawing
from models.payout_batch import MOST_PAYEES
from ops.database import sql
from ops.settings import settings
from payments.batch import Payouts
from payments.encodings import base58check
from payments.node import Node
from payments.regtest import Regtest
from payments.rpc import as_coins
from schema.page import newest_first

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bench.targets import Result

WITHDRAWALS = 10_000
PAYEES = 1_000
RATE = 100 * MICROS
# Beyond the block at which Litecoin's MWEB begins.
FIRST_HEIGHT = 440
SENT_ONE_BY_ONE = 200
# A node passes on at most 25 payments that build on each other before a block holds them.
BETWEEN_BLOCKS = 20
SMALL, LARGE = 1_000, 1_000_000
# An entry of a wallet has two postings.
POSTINGS = 2
PAGE = 20
TURNS = 60

Look = Callable[[User], Awaitable[object]]


async def run(result: Result) -> None:
    async with empty_stage():
        async with _regtest() as regtest:
            await _pay_out(result, regtest)
            await _one_by_one(result, regtest)
        await _history(result)


@asynccontextmanager
async def _regtest() -> AsyncIterator[Regtest]:
    regtest = Regtest(settings().data_dir)
    await regtest.up()
    try:
        await regtest.mine(FIRST_HEIGHT - await regtest.ask("getblockcount"))
        yield regtest
    finally:
        await regtest.kill()


# ------------------------------------------------------------------ paying out
async def _pay_out(result: Result, regtest: Regtest) -> None:
    await Quote.keep([(Coin.LTC, "fixed", RATE)])
    await _requests()
    async with Node(Coin.LTC, regtest.url()) as node:
        balance, (_, last_block) = await node.balance(), await node.received(None)
        await (await HotWallet.of(Coin.LTC)).saw(balance, [("opening", 0, balance)], last_block)
        payouts = Payouts(node, Network.REGTEST)
        before = await sql.now() + timedelta(seconds=1)
        spent: dict[str, float] = {}
        while await Withdrawal.filter(state__not="CONFIRMED").exists():
            batch = await PayoutBatch.under_way(Coin.LTC)
            state = batch.state.value if batch else "none"
            began = time.perf_counter()
            more = await payouts.step(before)
            spent[state] = spent.get(state, 0.0) + time.perf_counter() - began
            if not more:
                # The chain's time, and nobody's work.
                await regtest.mine(Coin.LTC.confirmations)
        assert await payouts.disagreement() is None
    thousands = WITHDRAWALS / 1_000
    whole = f"{WITHDRAWALS:,} withdrawals, claimed to settled, in batches of {MOST_PAYEES:,}"
    result.add(whole, sum(spent.values()) / thousands, "s a thousand")
    for state, what in STEPS.items():
        result.add(f"  of it {what}", spent.get(state, 0.0) / thousands, "s a thousand")
    fees = await sql.value("SELECT sum(network_fee) FROM payout_batches WHERE state = 'SETTLED'")
    result.add("  the network's fee", int(fees) / WITHDRAWALS, "satoshis a withdrawal")


# By the state in which a step finds the batch.
STEPS = {
    "none": "checking addresses and claiming",
    "CLAIMED": "signing",
    "SIGNED": "sending",
    "BROADCAST": "watching",
    "CONFIRMED": "settling",
}


async def _requests() -> None:
    """Of PAYEES people, each to an address of its own. In bulk: asking is not what is measured."""
    first = await an_annotator("payee")
    people = await _copies(first, PAYEES)
    each = WITHDRAWALS // PAYEES
    await sql.run("UPDATE wallets SET available = $2 WHERE user_id = ANY($1)", people, each * 2 * MICROS)
    addresses = [base58check(b"\x6f" + secrets.token_bytes(20)) for _ in range(WITHDRAWALS)]
    rows = await sql.rows(
        """
        INSERT INTO withdrawals (user_id, key, coin, address, amount, fee)
        SELECT ($1::bigint[])[1 + n % $3], 'key-' || n, 'LTC', ($2::text[])[1 + n], 1000000 + n, 0
        FROM generate_series(0, $4::int - 1) AS n RETURNING id, user_id, amount
        """,
        people,
        addresses,
        PAYEES,
        WITHDRAWALS,
    )
    for start in range(0, WITHDRAWALS, MOST_PAYEES):
        await Ledger.post_each(
            [
                Movement(
                    key=f"hold:{row['id']}",
                    kind=EntryKind.WITHDRAWAL_REQUESTED,
                    moves=[(available(row["user_id"]), -row["amount"]), (withdrawing(row["user_id"]), row["amount"])],
                    withdrawal_id=row["id"],
                )
                for row in rows[start : start + MOST_PAYEES]
            ]
        )
    await sql.run("ANALYZE")


async def _copies(user: User, number: int) -> list[int]:
    """More people like this one; their ids."""
    rows = await sql.rows(
        """
        WITH fresh AS (
            INSERT INTO users SELECT (jsonb_populate_record(u, jsonb_build_object(
                'id', nextval(pg_get_serial_sequence('users', 'id')), 'email', 'copy' || n || '@load.test'))).*
            FROM users u, generate_series(1, $2::int) AS n WHERE u.id = $1 RETURNING id
        ), wallet AS (
            INSERT INTO wallets (user_id) SELECT id FROM fresh
        ), standing AS (
            INSERT INTO standings (user_id) SELECT id FROM fresh
        )
        SELECT id FROM fresh
        """,
        user.id,
        number,
    )
    return [row["id"] for row in rows]


async def _one_by_one(result: Result, regtest: Regtest) -> None:
    """By the node's own wallet: quick to write, and whoever is stopped in between pays twice or not at all."""
    seconds = 0.0
    for number in range(SENT_ONE_BY_ONE):
        address = base58check(b"\x6f" + secrets.token_bytes(20))
        began = time.perf_counter()
        await regtest.ask("sendtoaddress", address, as_coins(SATOSHIS // 100))
        seconds += time.perf_counter() - began
        if number % BETWEEN_BLOCKS == 0:
            await regtest.mine()
    result.add(f"the node's own sendtoaddress, {SENT_ONE_BY_ONE} of them, extrapolated", seconds / SENT_ONE_BY_ONE * 1_000, "s a thousand")
    await regtest.mine()
    many = {base58check(b"\x6f" + secrets.token_bytes(20)): as_coins(SATOSHIS // 100) for _ in range(MOST_PAYEES)}
    began = time.perf_counter()
    await regtest.ask("sendmany", "", many)
    took = time.perf_counter() - began
    what = f"the node's own sendmany of {MOST_PAYEES:,}, sent and neither kept, watched nor booked"
    result.add(what, took / MOST_PAYEES * 1_000, "s a thousand")


# ------------------------------------------------------------------ history
async def _history(result: Result) -> None:
    small, large = await an_annotator("small"), await an_annotator("large")
    for user, postings in ((small, SMALL), (large, LARGE)):
        await _fill(user, postings // POSTINGS)
    await sql.run("VACUUM ANALYZE")
    times: dict[str, dict[int, list[float]]] = {name: {small.id: [], large.id: []} for name in LOOKS}
    # Our own apart: what a page by OFFSET drives out of the processor's caches, the next look would have to fetch again.
    for names in (LOOKS.keys() - PEERS, PEERS):
        for turn in range(TURNS):
            for name in sorted(names):
                # In turns, as who comes second finds the machine warm.
                for user in ((small, large), (large, small))[turn % 2]:
                    began = time.perf_counter()
                    await LOOKS[name](user)
                    times[name][user.id].append(time.perf_counter() - began)
    ratios = {}
    for name, by_user in times.items():
        p50s = [median(by_user[user.id]) * 1e3 for user in (small, large)]
        ratios[name] = p50s[1] / p50s[0]
        result.add(f"{name}, p50 at {SMALL:,} postings", p50s[0], "ms")
        result.add(f"{name}, p50 at {LARGE:,} postings", p50s[1], "ms", ratio=round(ratios[name], 3))
    # The worst of them: a page is as slow as what it waits for.
    result.hold("history at 1,000,000 postings over 1,000", max(ratio for name, ratio in ratios.items() if name not in PEERS))


async def _fill(user: User, entries: int) -> None:
    """A history as years of work leave it, most of it approvals, fifty entries of a kind that is rare, so that all pages are full; and a
    withdrawal for fifty entries. In bulk, past the triggers: what is measured is reading."""
    async with in_transaction():
        await sql.run("SET LOCAL session_replication_role = replica")
        await sql.run(_ENTRIES, user.id, entries)
        await sql.run(_POSTINGS, user.id)
        await sql.run(_WITHDRAWALS, user.id, entries // 50)


_ENTRIES = """
INSERT INTO entries (key, kind, user_id, pending, available, withdrawing, withdrawn, created_at)
SELECT 'fill:' || $1::bigint || ':' || n,
    CASE WHEN n % ($2::int / 50) = 7 THEN 'WITHDRAWAL_RETURNED'
        WHEN n % 50 = 0 THEN 'WITHDRAWN' WHEN n % 2 = 0 THEN 'APPROVED' ELSE 'EARNED' END,
    $1::bigint, 0, 2000, 0, 0, now() - make_interval(secs => ($2::int - n) * 300.0)
FROM generate_series(1, $2::int) AS n
"""
_POSTINGS = """
INSERT INTO postings (entry_id, account, owner_id, amount)
SELECT e.id, p.account, p.owner_id, p.amount
FROM entries e CROSS JOIN (VALUES ('AVAILABLE', $1::bigint, 2000), ('RESERVED', 1, -2000)) AS p(account, owner_id, amount)
WHERE e.user_id = $1
"""
_WITHDRAWALS = """
INSERT INTO withdrawals (user_id, key, coin, address, amount, fee, state, requested_at)
SELECT $1::bigint, 'fill-' || n, 'LTC', 'an address', 1000000, 0, 'CANCELLED', now() - make_interval(secs => ($2::int - n) * 15000.0)
FROM generate_series(1, $2::int) AS n
"""


async def _wallet(user: User) -> object:
    return await Wallet.of(user.id)


async def _first_page(user: User) -> object:
    return await (await Wallet.of(user.id)).transactions(PAGE + 1)


def _of_kinds(*kinds: EntryKind) -> Look:
    async def look(user: User) -> object:
        return await (await Wallet.of(user.id)).transactions(PAGE + 1, kinds=[kind.value for kind in kinds])

    return look


async def _withdrawals(user: User) -> object:
    return await newest_first(Withdrawal.of(user.id), PAGE, None, lambda row: row)


async def _middle(user: User) -> int:
    """An id in the middle of a history, where a reader's cursor might be."""
    return int(await sql.value("SELECT (min(id) + max(id)) / 2 FROM entries WHERE user_id = $1", user.id))


async def _middle_page(user: User) -> object:
    return await (await Wallet.of(user.id)).transactions(PAGE + 1, await _middle(user))


async def _by_offset(user: User) -> object:
    """The same page as one would write it without a cursor."""
    half = LARGE // POSTINGS // 2 if user.display_name == "large" else SMALL // POSTINGS // 2
    return await Entry.filter(user_id=user.id).order_by("-id").offset(half).limit(PAGE + 1)


OFFSET = "transactions, a page in the middle by OFFSET"
LOOKS: dict[str, Look] = {
    "the wallet": _wallet,
    "transactions, first page": _first_page,
    "transactions, first page of a kind": _of_kinds(EntryKind.APPROVED),
    "transactions, first page of two rare kinds": _of_kinds(EntryKind.WITHDRAWAL_RETURNED, EntryKind.APPEAL_WON),
    "withdrawals, first page": _withdrawals,
    "transactions, a page in the middle": _middle_page,
    OFFSET: _by_offset,
}
PEERS = {OFFSET}
