"""Withdrawals from the web page: asked for by thumb, followed live to the last step, cancelled; and what an admin does about one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Literal

import pytest
from playwright.async_api import Locator, Route, expect

from jobs.payouts import disagreements, keep_rates, run_now
from models import Coin, HotWallet, Quote, Withdrawal, WithdrawalState
from models.ledger_proof import verify
from ops.database import sql
from ops.settings import settings
from payments.regtest import PAYEE as PAYEES_WALLET
from tests.api.scene import the_id
from tests.browser.conftest import Visits
from tests.browser.test_pages import violations
from tests.browser.visitor import DESK, PHONE, Look, Visitor
from tests.support.coins import LitecoinPeer
from tests.support.payouts import PAYEE, a_batch, a_batch_in_conflict, an_annotator_with, purse, requested, signed_and_sent, topped_up
from tests.support.world import an_admin

pytestmark = pytest.mark.needs("chromium")


async def terms(rate: int = 80_000_000) -> None:
    """A node is there, and a rate."""
    await topped_up(Coin.LTC, 10_000_000)
    await Quote.keep([(coin, "fixed", rate) for coin in Coin])


def step(visitor: Visitor, name: str) -> Locator:
    """Where the withdrawal is."""
    return visitor.page.get_by_role("list", name="Steps").locator("[aria-current=step]").filter(has_text=name)


async def fills(visitor: Visitor, amount: str, address: str) -> None:
    await visitor.field("Amount in dollars").fill(amount)
    await visitor.field("Litecoin address").fill(address)


async def test_a_withdrawal_is_asked_for_by_thumb_and_moves_by_itself_to_its_last_step(visits: Visits) -> None:
    annotator = await an_annotator_with(2_000_000)
    await terms()
    phone = await visits.by(PHONE)
    await phone.has_session(annotator)
    await phone.goes("/earnings")
    await phone.follows("Withdraw")

    # It is checked as one types.
    await fills(phone, "0.4", "ltc1")
    await phone.sees("At least $0.50.")
    await phone.field("Amount in dollars").fill("3")
    await phone.sees(phone.page.get_by_text("More than the"))
    await phone.field("Litecoin address").fill("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    await phone.sees(phone.page.get_by_text("This does not look like an address of Litecoin"))
    await phone.field("Litecoin address").fill(PAYEE[:-1] + "q")
    await phone.sees(phone.page.get_by_text("copy the whole of it again"))
    await expect(phone.button("Check once more")).to_be_disabled()
    await fills(phone, "0,75", f" {PAYEE.upper()} ")
    await phone.sees(phone.page.get_by_text(f"Valid; it is paid as {PAYEE}"))
    await phone.sees("0.009375 LTC")

    await phone.presses("Check once more")
    await phone.sees(phone.page.get_by_role("dialog").get_by_text(PAYEE))
    await phone.presses("Withdraw $0.75")
    await phone.sees_heading("Withdrawal")
    await phone.sees(step(phone, "Requested"))
    withdrawal = await Withdrawal.get(user_id=annotator.id)
    assert (withdrawal.address, withdrawal.amount, await purse(annotator)) == (PAYEE, 750_000, (1_250_000, 750_000, 0))
    await phone.page.evaluate("window.isTheSamePage = true")

    batch = await a_batch(rate=80_000_000)
    await phone.sees(step(phone, "In a batch"))
    await phone.sees("0.009375 LTC")
    await phone.sees_no("Cancel the withdrawal")
    await signed_and_sent(batch)
    await phone.sees(step(phone, "Sent"))
    await phone.sees(phone.page.get_by_text("0 of 6 confirmations"))
    await phone.sees(f"{batch.id:064x}")
    await batch.see(4)
    await phone.sees(phone.page.get_by_text("4 of 6 confirmations"))
    await batch.see(6)
    await batch.settle()
    await phone.sees("Final. The coins are yours.")
    assert await phone.page.evaluate("window.isTheSamePage") is True

    await phone.presses(phone.link("All withdrawals"))
    await phone.sees(phone.page.get_by_role("main").get_by_role("link").filter(has_text="Confirmed"))
    async with phone.page.expect_download() as downloading:
        await phone.presses("Download as CSV")
    table = (await (await downloading.value).path()).read_text()
    assert table.splitlines()[1].split(",")[1:9] == ["CONFIRMED", "LTC", PAYEE, "0.75", "0", "0.009375", "80", f"{batch.id:064x}"]


@pytest.mark.needs("litecoind")
async def test_real_coins_arrive_by_the_batch_and_the_page_moves_with_every_block(
    visits: Visits, litecoin: LitecoinPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hot wallet's books begin with what earlier tests left in it.
    await litecoin.mine(Coin.LTC.confirmations + 1)
    async with litecoin.node() as node:
        await node.lock_only([])
        _, last_block = await node.received(None)
        balance = await node.balance()
    await (await HotWallet.of(Coin.LTC)).saw(balance, [("opening", 0, balance)], last_block)
    monkeypatch.setenv("LTC_RPC_URL", litecoin.url)
    settings.cache_clear()
    annotator, address = await an_annotator_with(2_000_000), await litecoin.regtest.address()
    await keep_rates()
    phone = await visits.by(PHONE)
    await phone.has_session(annotator)
    await phone.goes("/earnings/withdraw")
    await fills(phone, "1.60", address)
    await phone.presses("Check once more")
    await phone.presses("Withdraw $1.60")
    await phone.sees(step(phone, "Requested"))

    told: list[str] = []
    assert await run_now(Coin.LTC, told.append), told
    # From here on the worker goes on alone.
    await phone.sees(step(phone, "Sent"))
    await phone.sees("0.02 LTC")
    for confirmations in range(1, Coin.LTC.confirmations):
        await litecoin.mine()
        await phone.sees(phone.page.get_by_text(f"{confirmations} of 6 confirmations"))
    await litecoin.mine()
    await phone.sees("Final. The coins are yours.")

    arrived = await litecoin.regtest.ask("getreceivedbyaddress", address, Coin.LTC.confirmations, wallet=PAYEES_WALLET)
    assert arrived == Decimal("0.02")
    assert await purse(annotator) == (400_000, 0, 1_600_000)
    assert await disagreements() == []
    assert await verify() == []
    monkeypatch.undo()
    settings.cache_clear()


async def test_what_is_asked_for_again_because_no_answer_came_is_withdrawn_once(visits: Visits) -> None:
    annotator = await an_annotator_with(2_000_000)
    await terms()
    desk = await visits.by(DESK)
    await desk.has_session(annotator)
    await desk.goes("/earnings/withdraw")
    await fills(desk, "0.5", PAYEE)
    await desk.sees("A valid Litecoin address")
    await desk.presses("Check once more")
    # The request arrives; its answer does not.
    lost = "mutation RequestWithdrawal"
    await desk.page.route(
        "**/graphql", lambda route: _fetch_and_lose(route) if lost in (route.request.post_data or "") else route.continue_()
    )

    await desk.presses("Withdraw $0.50")
    await desk.sees(desk.page.get_by_text("it is withdrawn once, however often you do"))
    assert await purse(annotator) == (1_500_000, 500_000, 0)
    await desk.page.unroute_all()
    # Not even a reload forgets what was asked for.
    await desk.page.reload()
    await desk.presses("Check once more")
    await desk.presses("Withdraw $0.50")

    await desk.sees(step(desk, "Requested"))
    assert await purse(annotator) == (1_500_000, 500_000, 0)


async def _fetch_and_lose(route: Route) -> None:
    await route.fetch()
    await route.abort()


async def test_a_withdrawal_is_cancelled_while_it_waits(visits: Visits) -> None:
    annotator = await an_annotator_with(1_000_000)
    await terms()
    withdrawal = await requested(annotator, 1_000_000)
    phone = await visits.by(PHONE)
    await phone.has_session(annotator)
    await phone.goes("/earnings")
    await phone.presses(phone.page.get_by_role("main").get_by_role("link").filter(has_text="Requested").first)

    await phone.presses("Cancel the withdrawal")
    await phone.presses("Cancel it")

    await phone.sees(step(phone, "Cancelled"))
    await phone.sees(phone.page.get_by_role("link", name="Available: $1.00"))
    assert (await withdrawal.reread()).state == WithdrawalState.CANCELLED


async def test_an_admin_releases_what_is_held_and_its_owner_sees_it(visits: Visits) -> None:
    annotator, admin = await an_annotator_with(1_000_000), await an_admin()
    await terms()
    withdrawal = await requested(annotator, 600_000)
    await withdrawal.hold(by=admin, until=await sql.now() + timedelta(days=2), reason="A new address.")
    await (await HotWallet.of(Coin.LTC)).note("The node is on another chain.", needs_human=True)
    phone, desk = await visits.by(PHONE), await visits.by(DESK)
    await phone.has_session(annotator)
    await phone.goes("/earnings/withdrawals")
    await phone.presses(phone.page.get_by_role("main").get_by_role("link").filter(has_text="Held"))
    await phone.sees("A new address.")
    await desk.has_session(admin)
    await desk.goes("/review/people")

    await desk.follows("See what waits for you")
    await desk.sees("The node is on another chain.")
    await desk.presses(f"Decide about the withdrawal of {annotator.display_name}")
    await desk.field("Reason").fill("It is theirs.")
    await desk.presses("Release")

    await desk.is_told("Released: the next batch takes it")
    await desk.sees("Nothing is held")
    await phone.sees_no("A new address.")
    assert (await withdrawal.reread()).held_until is None


async def test_an_admins_page_moves_by_itself_and_orders_a_batch_in_conflict_back(visits: Visits) -> None:
    annotator, admin = await an_annotator_with(1_000_000), await an_admin()
    await terms()
    await requested(annotator, 600_000)
    batch = await a_batch(rate=80_000_000)
    desk = await visits.by(DESK)
    await desk.has_session(admin)
    await desk.goes("/review/payouts")
    await desk.sees("Claimed")
    await desk.page.evaluate("window.isTheSamePage = true")

    await signed_and_sent(batch)
    await desk.sees(desk.page.get_by_text("0 of 6 confirmations"))
    await batch.conflicted("the chain holds another transaction instead")
    await (await HotWallet.of(Coin.LTC)).note("The batch is in conflict.", needs_human=True)
    await desk.sees("In conflict")
    await desk.sees("The batch is in conflict.")
    await desk.presses("Give back…")
    await desk.sees(desk.page.get_by_role("dialog").get_by_text("100 blocks deep"))
    await desk.field("Reason").fill("Its coins were spent otherwise.")
    await desk.presses("Order it")

    await desk.sees(desk.page.get_by_text("once its node shows that nothing can pay it any more"))
    assert await purse(annotator) == (400_000, 600_000, 0)
    # As the worker does when it has asked the node.
    await batch.give_back()
    await desk.sees("Given back")
    assert await purse(annotator) == (1_000_000, 0, 0)
    assert await desk.page.evaluate("window.isTheSamePage") is True
    assert await verify() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
async def test_axe_finds_nothing_on_the_pages_of_payouts(visits: Visits, width: int, scheme: Literal["light", "dark"]) -> None:
    annotator, admin = await an_annotator_with(3_000_000), await an_admin()
    await terms()
    sent, held = await requested(annotator, 500_000), await requested(annotator, 600_000)
    await held.hold(by=admin, until=await sql.now() + timedelta(days=2), reason="A new address.")
    await signed_and_sent(await a_batch(rate=80_000_000))
    await a_batch_in_conflict(annotator)
    await (await HotWallet.of(Coin.LTC)).note("The node is on another chain.", needs_human=True)
    look = Look(width=width, height=900, touch=width < 800, scheme=scheme)
    visitor, staff = await visits.by(look), await visits.by(look)
    await visitor.has_session(annotator)
    await staff.has_session(admin)
    found: list[str] = []

    await visitor.goes("/earnings/withdraw")
    await fills(visitor, "9", "bc1q")
    await visitor.sees(visitor.page.get_by_text("More than the"))
    found += await violations(visitor)
    await fills(visitor, "0.5", PAYEE)
    await visitor.sees("A valid Litecoin address")
    found += await violations(visitor)
    await visitor.presses("Check once more")
    await visitor.sees(visitor.page.get_by_role("dialog"))
    found += await violations(visitor)
    for path, words in {
        "/earnings": "All withdrawals",
        "/earnings/withdrawals": "Held",
        f"/earnings/withdrawals/{the_id(sent)}": "Sent",
        f"/earnings/withdrawals/{the_id(held)}": "A new address.",
    }.items():
        await visitor.goes(path)
        await visitor.page.wait_for_load_state("networkidle")
        await visitor.sees(words)
        found += await violations(visitor)
    await staff.goes("/review/payouts")
    await staff.sees("Hot wallets")
    await staff.sees("Batches")
    await staff.page.wait_for_load_state("networkidle")
    found += await violations(staff)
    await staff.presses(f"Decide about the withdrawal of {annotator.display_name}")
    found += await violations(staff)
    await staff.presses("Close")
    await staff.presses("Give back…")
    await staff.sees(staff.page.get_by_role("dialog").get_by_text("100 blocks deep"))
    found += await violations(staff)

    assert found == []
