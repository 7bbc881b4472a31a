"""What is noted of the purse that payouts go from, and who is told."""

from __future__ import annotations

from models import Coin, HotWallet
from models.event import PAYOUTS
from models.ledger_proof import verify
from ops.database import sql


async def hints() -> int:
    """That admins were given so far; whoever passes them on leaves none behind."""
    return int(await sql.value("SELECT count(*) FROM hints WHERE topic = $1", PAYOUTS))


async def test_a_problem_is_noted_of_its_coin_alone_is_news_once_and_keeps_since_when() -> None:
    purse, other = await HotWallet.of(Coin.LTC), await HotWallet.of(Coin.BCH)

    assert await purse.note("The node is away.")
    since = (await HotWallet.of(Coin.LTC)).problem_since
    assert not await purse.note("The node is away.")
    assert await hints() == 1
    assert await purse.note("The node is away.", needs_human=True)

    noted = await HotWallet.of(Coin.LTC)
    assert since is not None
    assert noted.problem_since is not None
    assert noted.problem_since > since
    assert (noted.problem, noted.needs_human) == ("The node is away.", True)
    assert (await HotWallet.of(Coin.BCH)).problem is None
    assert await purse.note(None)
    cleared = await HotWallet.of(Coin.LTC)
    assert (cleared.problem, cleared.problem_since, cleared.needs_human) == (None, None, False)
    assert not await other.note(None)
    assert await hints() == 3


async def test_what_lacks_is_kept_of_its_coin_alone() -> None:
    purse, other = await HotWallet.of(Coin.LTC), await HotWallet.of(Coin.BCH)

    await purse.lacks(500)
    assert ((await HotWallet.of(Coin.LTC)).lacking, purse.lacking) == (500, 500)
    await other.lacks(7)
    await purse.lacks(0)

    assert ((await HotWallet.of(Coin.LTC)).lacking, (await HotWallet.of(Coin.BCH)).lacking) == (0, 7)


async def test_coins_that_came_in_are_booked_once_and_told() -> None:
    purse, other = await HotWallet.of(Coin.LTC), await HotWallet.of(Coin.BCH)
    receipts = [("ab" * 32, 0, 5_000), ("ab" * 32, 1, 2_000)]

    assert await purse.saw(7_000, receipts, "block 1") == 2
    assert await hints() == 1
    assert await purse.saw(7_000, receipts, None) == 0
    assert await hints() == 1
    # Gone without our doing, or on its way out.
    assert await purse.saw(6_000, [], "block 2") == 0
    assert await hints() == 2
    # What came in while as much went out.
    assert await purse.saw(6_000, [("cd" * 32, 0, 9)], None) == 1
    assert await hints() == 3

    seen = await HotWallet.of(Coin.LTC)
    assert (seen.balance, seen.last_block, purse.last_block) == (6_000, "block 2", "block 2")
    assert seen.checked_at is not None
    assert await purse.account() == 7_009
    assert (await HotWallet.of(Coin.BCH)).checked_at is None
    assert await other.account() == 0
    assert await verify() == []


async def test_what_came_in_is_counted_until_it_is_booked() -> None:
    wallet, received = await HotWallet.of(Coin.LTC), [("aa" * 32, 0, 5), ("aa" * 32, 1, 7)]
    assert await wallet.unbooked(received) == 12

    await wallet.saw(5, received[:1], None)

    assert await wallet.unbooked(received) == 7
    assert await wallet.unbooked([]) == 0
    assert await (await HotWallet.of(Coin.BCH)).unbooked(received) == 12
