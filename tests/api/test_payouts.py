"""Payouts over the API: what is offered, asked for, followed live, and what admins do; nobody sees what is another's."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis.asyncio import Redis

from models import Coin, HotWallet, PayoutBatch, Quote, User, Wallet, Withdrawal, sanction
from models.coin import Network
from models.ledger_proof import verify
from models.withdrawal import FRAUD_HOLD
from ops.database import sql
from ops.settings import settings
from payments.addresses import STARTS
from payments.withdrawing import next_batch_at
from resolvers.limits import ADDRESS_OF_ACCOUNT, CANCELLATION_OF_ACCOUNT, WITHDRAWAL_OF_ACCOUNT, Limit
from schema.ids import public_id
from tests.api.client import Client, Stream, Tidemark
from tests.api.scene import the_id, unchanged
from tests.support.ceiling import CEILING_SECONDS
from tests.support.payouts import (
    BITCOIN_CASH_PAYEE,
    PAYEE,
    a_batch,
    a_batch_in_conflict,
    an_annotator_with,
    claimed,
    purse,
    requested,
    signed_and_sent,
    topped_up,
)
from tests.support.sql import counted_sql
from tests.support.world import a_moderator, an_admin

ALL = """fragment All on Withdrawal { id coin address amount { amount } fee { amount } coinAmount rate state heldUntil holdReason txid
  confirmations confirmationsNeeded explorerUrl reason requestedAt timeline { state at } }"""
WALLET = "available { amount } withdrawing { amount } withdrawn { amount }"
REQUEST = f"""mutation ($input: RequestWithdrawalInput!) {{ requestWithdrawal(input: $input) {{
  withdrawal {{ ...All }} errors {{ code path message }} }} }} {ALL}"""
CANCEL = f"mutation ($id: ID!) {{ cancelWithdrawal(withdrawalId: $id) {{ withdrawal {{ ...All }} errors {{ code path }} }} }} {ALL}"
HOLD = f"""mutation ($id: ID!, $until: DateTime!, $reason: String!) {{ holdWithdrawal(withdrawalId: $id, until: $until, reason: $reason) {{
  withdrawal {{ ...All }} errors {{ code path }} }} }} {ALL}"""
RELEASE = f"""mutation ($id: ID!, $reason: String!) {{ releaseWithdrawal(withdrawalId: $id, reason: $reason) {{
  withdrawal {{ ...All }} errors {{ code path }} }} }} {ALL}"""
REFUSE = f"""mutation ($id: ID!, $reason: String!) {{ refuseWithdrawal(withdrawalId: $id, reason: $reason) {{
  withdrawal {{ ...All }} errors {{ code path }} }} }} {ALL}"""
MINE = f"""query ($first: Int, $after: String, $states: [WithdrawalState!], $coin: Coin) {{ viewer {{ wallet {{ {WALLET} }}
  withdrawals(first: $first, after: $after, states: $states, coin: $coin) {{
    edges {{ node {{ ...All }} }} pageInfo {{ hasNextPage endCursor }} }} }} }} {ALL}"""
NODE = f"query ($id: ID!) {{ node(id: $id) {{ __typename ...All }} }} {ALL}"
METHODS = """{ payoutMethods { coin name minimum { amount } fee { amount } rate rateAt nextBatchAt waiting confirmations
  addressStarts } }"""
CHECK = "query ($coin: Coin!, $address: String!) { checkAddress(coin: $coin, address: $address) { canonical problem } }"
ACTIVITY = f"""subscription ($after: Cursor) {{ activity(after: $after) {{ __typename cursor
  ... on WithdrawalChanged {{ withdrawal {{ ...All }} wallet {{ {WALLET} }} }} }} }} {ALL}"""
GIVE_BACK = """mutation ($id: ID!, $reason: String!) { givePayoutBack(batchId: $id, reason: $reason) {
  batch { id state orderedBackAt resolvedAt } errors { code path } } }"""
PURSES = "subscription { hotWallets { coin accountBalance problem } }"
CURSOR = "{ viewer { activityCursor } }"
HELD = """query ($held: Boolean, $state: WithdrawalState) { withdrawals(held: $held, state: $state) {
  edges { node { id holdReason requestedBy { displayName } } } } }"""


def asked(**changes: Any) -> dict[str, Any]:
    return {"coin": "LTC", "address": PAYEE, "amount": "0.75", "idempotencyKey": "one"} | changes


async def at(tidemark: Tidemark, user: User) -> Client:
    return await tidemark.signed_in(user)


async def shown(client: Client, withdrawal: Withdrawal) -> Any:
    return (await client.ask(NODE, id=the_id(withdrawal)))["node"]


# ------------------------------------------------------------------ asking
async def test_a_withdrawal_is_asked_for_and_asking_again_with_the_same_key_gives_the_same(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(2_000_000)
    client = await at(tidemark, annotator)

    made = (await client.do(REQUEST, input=asked(address=f"  {PAYEE.upper()}\n")))["withdrawal"]

    assert (made["coin"], made["address"], made["state"]) == ("LTC", PAYEE, "REQUESTED")
    assert (made["amount"], made["fee"]) == ({"amount": "0.75"}, {"amount": "0"})
    assert [made[name] for name in ("coinAmount", "rate", "txid", "confirmations", "explorerUrl", "reason", "heldUntil")] == [None] * 7
    assert [step["state"] for step in made["timeline"]] == ["REQUESTED"]
    async with unchanged():
        assert (await client.do(REQUEST, input=asked()))["withdrawal"] == made
        assert await client.refused(REQUEST, input=asked(amount="0.76")) == [("IDEMPOTENCY_MISMATCH", ["input", "idempotencyKey"])]
    assert await purse(annotator) == (1_250_000, 750_000, 0)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"idempotencyKey": "", "address": "no", "amount": "0.1"}, "INVALID_INPUT", "idempotencyKey"),
        ({"amount": "0.0000001", "address": "no"}, "INVALID_INPUT", "amount"),
        ({"address": "no", "amount": "0.1"}, "INVALID_ADDRESS", "address"),
        ({"amount": "0.1"}, "BELOW_MINIMUM", "amount"),
        ({"amount": "50"}, "INSUFFICIENT_FUNDS", "amount"),
    ],
    ids=["form: key", "form: amount", "address", "minimum", "funds"],
)
async def test_what_is_wrong_is_told_in_this_order(tidemark: Tidemark, wrong: dict[str, str], code: str, field: str) -> None:
    client = await at(tidemark, await an_annotator_with(0))

    async with unchanged():
        assert await client.refused(REQUEST, input=asked(**wrong)) == [(code, ["input", field])]


async def test_sixty_four_equal_requests_at_once_make_one(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(2_000_000)
    client = await at(tidemark, annotator)

    made = await asyncio.gather(*(client.do(REQUEST, input=asked()) for _ in range(64)))

    assert len({each["withdrawal"]["id"] for each in made}) == 1
    assert await purse(annotator) == (1_250_000, 750_000, 0)


async def test_who_is_banned_withdraws_what_they_earned(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(2_000_000)
    await sanction.ban(annotator, by=await a_moderator(), reason="Careless.")

    made = (await (await at(tidemark, annotator)).do(REQUEST, input=asked()))["withdrawal"]

    assert (made["state"], made["heldUntil"]) == ("REQUESTED", None)


async def test_of_who_is_banned_for_fraud_it_is_held_with_the_reason(tidemark: Tidemark) -> None:
    annotator, moderator = await an_annotator_with(2_000_000), await at(tidemark, await a_moderator())
    client = await at(tidemark, annotator)
    before = await requested(annotator, 500_000)
    ban = """mutation ($id: ID!) {
      banAnnotator(annotatorId: $id, reason: "Bots.", fraud: true) { annotator { standing { status } } errors { code } } }"""

    await moderator.do(ban, id=public_id("Annotator", annotator.id))

    after = (await client.do(REQUEST, input=asked()))["withdrawal"]
    for each in (after, await shown(client, before)):
        assert (each["holdReason"], each["state"]) == (FRAUD_HOLD, "REQUESTED")
        assert each["heldUntil"] is not None


async def test_cancelling_gives_the_money_back_until_a_batch_has_it(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(2_000_000)
    client = await at(tidemark, annotator)
    first, second = await requested(annotator, 500_000), await requested(annotator, 600_000)

    cancelled = (await client.do(CANCEL, id=the_id(first)))["withdrawal"]
    assert (cancelled["state"], cancelled["reason"]) == ("CANCELLED", "Cancelled by you.")
    assert (await client.do(CANCEL, id=the_id(first)))["withdrawal"] == cancelled

    await a_batch()
    async with unchanged():
        assert await client.refused(CANCEL, id=the_id(second)) == [("TOO_LATE", ["withdrawalId"])]
    assert await purse(annotator) == (1_400_000, 600_000, 0)
    assert await verify() == []


# ------------------------------------------------------------------ following
async def test_every_step_arrives_on_the_socket_with_the_wallet_and_no_txid_before_it_is_sent(tidemark: Tidemark, worker: None) -> None:
    annotator = await an_annotator_with(1_000_000)
    client = await at(tidemark, annotator)
    await topped_up(Coin.LTC, 10_000_000)
    cursor = (await client.ask(CURSOR))["viewer"]["activityCursor"]

    async with client.following(ACTIVITY, after=cursor) as activity:
        await client.do(REQUEST, input=asked())
        event = await activity.until("WithdrawalChanged")
        assert (event["withdrawal"]["state"], event["wallet"]["withdrawing"]) == ("REQUESTED", {"amount": "0.75"})
        batch = await a_batch(rate=80_000_000)
        processing = (await activity.until("WithdrawalChanged"))["withdrawal"]
        assert (processing["state"], processing["coinAmount"], processing["rate"]) == ("PROCESSING", "0.009375", "80")
        await batch.keep_signed(b"bytes", "ab" * 32, [("cd" * 32, 0)], 1_000)
        [mine] = (await client.ask(MINE))["viewer"]["withdrawals"]["edges"]
        assert [mine["node"][name] for name in ("txid", "confirmations", "explorerUrl")] == [None] * 3
        await batch.mark_broadcast()
        sent = (await activity.until("WithdrawalChanged"))["withdrawal"]
        assert (sent["state"], sent["txid"], sent["confirmations"], sent["confirmationsNeeded"]) == ("SENT", "ab" * 32, 0, 6)
        await batch.see(3)
        assert (await activity.until("WithdrawalChanged"))["withdrawal"]["confirmations"] == 3
        await batch.see(6)
        assert (await activity.until("WithdrawalChanged"))["withdrawal"]["confirmations"] == 6
        await batch.settle()
        last = await activity.until("WithdrawalChanged")

    assert [step["state"] for step in last["withdrawal"]["timeline"]] == ["REQUESTED", "PROCESSING", "SENT", "CONFIRMED"]
    assert last["wallet"] == {"available": {"amount": "0.25"}, "withdrawing": {"amount": "0"}, "withdrawn": {"amount": "0.75"}}
    fresh = (await client.ask(MINE))["viewer"]
    assert ([last["withdrawal"]], last["wallet"]) == ([edge["node"] for edge in fresh["withdrawals"]["edges"]], fresh["wallet"])


async def test_what_was_sent_on_the_main_network_can_be_looked_up_by_anyone(tidemark: Tidemark, monkeypatch: pytest.MonkeyPatch) -> None:
    annotator = await an_annotator_with(1_000_000)
    withdrawal = await requested(annotator, 500_000)
    await signed_and_sent(await a_batch())
    client = await at(tidemark, annotator)
    assert (await shown(client, withdrawal))["explorerUrl"] is None

    with set_to(monkeypatch, COIN_NETWORK="main"):
        told = await shown(client, withdrawal)

    assert told["explorerUrl"] == f"https://blockchair.com/litecoin/transaction/{told['txid']}"


@contextmanager
def set_to(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Iterator[None]:
    """The served process is this one, so its settings can be others for a while."""
    with monkeypatch.context() as changed:
        for name, value in environment.items():
            changed.setenv(name, value)
        settings.cache_clear()
        try:
            yield
        finally:
            changed.undo()
            settings.cache_clear()


async def test_ones_own_are_filtered_and_paged_and_nobody_elses_are_among_them(tidemark: Tidemark) -> None:
    annotator, other = await an_annotator_with(3_000_000), await an_annotator_with(1_000_000)
    client = await at(tidemark, annotator)
    mine = [await requested(annotator, 500_000) for _ in range(3)]
    cash = await requested(annotator, 500_000, coin=Coin.BCH, address=BITCOIN_CASH_PAYEE)
    await requested(other, 500_000)
    await mine[0].cancel()

    async def told(**arguments: Any) -> list[str]:
        return [edge["node"]["id"] for edge in (await client.ask(MINE, **arguments))["viewer"]["withdrawals"]["edges"]]

    assert await told() == [the_id(each) for each in (cash, *reversed(mine))]
    assert await told(states=["CANCELLED"]) == [the_id(mine[0])]
    assert await told(states=["REQUESTED", "SENT"], coin="LTC") == [the_id(mine[2]), the_id(mine[1])]
    assert await told(coin="BCH") == [the_id(cash)]
    page = (await client.ask(MINE, first=2))["viewer"]["withdrawals"]["pageInfo"]
    assert page["hasNextPage"]
    assert await told(first=2, after=page["endCursor"]) == [the_id(mine[1]), the_id(mine[0])]


async def test_of_anothers_nothing_is_seen_or_done(tidemark: Tidemark) -> None:
    withdrawal = await requested(await an_annotator_with(1_000_000), 500_000)
    stranger, moderator = await at(tidemark, await an_annotator_with(0)), await at(tidemark, await a_moderator())

    async with unchanged():
        for client in (stranger, moderator, tidemark.anonymous):
            assert await shown(client, withdrawal) is None
        for client in (stranger, moderator):
            assert await client.refused(CANCEL, id=the_id(withdrawal)) == [("NOT_FOUND", ["withdrawalId"])]
            assert await client.error(HELD, held=True) == "FORBIDDEN"
            assert await client.error(REFUSE, id=the_id(withdrawal), reason="Mine.") == "FORBIDDEN"


async def test_the_history_names_the_withdrawal_of_each_movement(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(1_000_000)
    withdrawal = await requested(annotator, 500_000)
    await withdrawal.cancel()
    history = """{ viewer { wallet { transactions(kinds: [WITHDRAWAL_REQUESTED, WITHDRAWAL_RETURNED]) { edges { node {
      kind availableDelta withdrawingDelta withdrawal { id } } } } } } }"""

    told = (await (await at(tidemark, annotator)).ask(history))["viewer"]["wallet"]["transactions"]["edges"]

    assert [edge["node"] for edge in told] == [
        {"kind": "WITHDRAWAL_RETURNED", "availableDelta": "0.5", "withdrawingDelta": "-0.5", "withdrawal": {"id": the_id(withdrawal)}},
        {"kind": "WITHDRAWAL_REQUESTED", "availableDelta": "-0.5", "withdrawingDelta": "0.5", "withdrawal": {"id": the_id(withdrawal)}},
    ]


# ------------------------------------------------------------------ terms
async def test_the_terms_of_each_coin_stand_as_they_are_and_say_what_keeps_it(tidemark: Tidemark) -> None:
    client = await at(tidemark, await an_annotator_with(0))
    await HotWallet.of(Coin.LTC)
    await Quote.keep([(Coin.LTC, "one", 80_000_000), (Coin.LTC, "two", 80_800_000), (Coin.BCH, "one", 400_000_000)])

    with counted_sql() as statements:
        litecoin, cash = (await client.ask(METHODS))["payoutMethods"]

    assert len(statements) <= 4, statements
    assert (litecoin["coin"], litecoin["name"], litecoin["minimum"], litecoin["fee"]) == (
        "LTC",
        "Litecoin",
        {"amount": "0.5"},
        {"amount": "0"},
    )
    assert (litecoin["rate"], litecoin["confirmations"], litecoin["addressStarts"]) == ("80.4", 6, STARTS[Coin.LTC, Network.REGTEST])
    assert litecoin["waiting"] is None
    assert datetime.fromisoformat(litecoin["nextBatchAt"]) == next_batch_at(await sql.now())
    assert (cash["rate"], cash["rateAt"], cash["confirmations"]) == (None, None, 10)
    assert "No Bitcoin Cash node" in cash["waiting"]
    await HotWallet.of(Coin.BCH)
    assert "Only one source" in await waiting_of(client, "BCH")


async def waiting_of(client: Client, coin: str) -> str:
    return str({each["coin"]: each["waiting"] for each in (await client.ask(METHODS))["payoutMethods"]}[coin])


@pytest.mark.parametrize(("needs_human", "told"), [(True, "halted until one of us"), (False, "delayed, and go on by themselves")])
async def test_what_is_wrong_with_a_purse_concerns_admins_alone(tidemark: Tidemark, needs_human: bool, told: str) -> None:
    client, admin = await at(tidemark, await an_annotator_with(0)), await at(tidemark, await an_admin())
    await Quote.keep([(Coin.LTC, "fixed", 80_000_000)])
    await (await HotWallet.of(Coin.LTC)).note("node 10.0.0.7 lacks 3.2 LTC", needs_human=needs_human)

    waiting = await waiting_of(client, "LTC")

    assert told in waiting
    assert "10.0.0.7" not in waiting
    [purse_told] = (await admin.ask("{ hotWallets { coin problem problemSince needsHuman } }"))["hotWallets"]
    assert (purse_told["problem"], purse_told["needsHuman"]) == ("node 10.0.0.7 lacks 3.2 LTC", needs_human)
    assert purse_told["problemSince"] is not None


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-11-21T00:00:00", "2026-11-21T15:00:00"),
        ("2026-11-21T14:59:59.999999", "2026-11-21T15:00:00"),
        ("2026-11-21T15:00:00", "2026-11-22T15:00:00"),
        ("2026-12-31T23:00:00", "2027-01-01T15:00:00"),
    ],
)
def test_the_next_batch_goes_at_the_next_daily_hour(now: str, then: str) -> None:
    assert settings().payout_hour == 15
    assert next_batch_at(datetime.fromisoformat(now).replace(tzinfo=UTC)) == datetime.fromisoformat(then).replace(tzinfo=UTC)


async def test_the_fee_that_is_shown_is_the_one_that_is_charged(tidemark: Tidemark, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await at(tidemark, await an_annotator_with(1_000_000))

    with set_to(monkeypatch, PAYOUT_FEE="0.05"):
        fees = {each["fee"]["amount"] for each in (await client.ask(METHODS))["payoutMethods"]}
        made = (await client.do(REQUEST, input=asked()))["withdrawal"]

    assert fees == {"0.05"} == {made["fee"]["amount"]}


# ------------------------------------------------------------------ addresses
async def test_an_address_is_checked_as_one_types_and_told_in_its_canonical_form_or_what_to_do(tidemark: Tidemark) -> None:
    client = await at(tidemark, await an_annotator_with(0))

    async def checked(coin: str, address: str) -> Any:
        return (await client.ask(CHECK, coin=coin, address=address))["checkAddress"]

    assert await checked("LTC", f" {PAYEE.upper()} ") == {"canonical": PAYEE, "problem": None}
    assert await checked("BCH", BITCOIN_CASH_PAYEE.removeprefix("bchreg:")) == {"canonical": BITCOIN_CASH_PAYEE, "problem": None}
    for coin, address in (("LTC", ""), ("LTC", PAYEE[:-1]), ("LTC", BITCOIN_CASH_PAYEE), ("BCH", PAYEE), ("LTC", "x" * 100_000)):
        told = await checked(coin, address)
        assert told["canonical"] is None
        assert told["problem"]


async def test_checking_addresses_has_its_limit(tidemark: Tidemark) -> None:
    client = await at(tidemark, await an_annotator_with(0))
    for _ in range(ADDRESS_OF_ACCOUNT.most):
        await client.ask(CHECK, coin="LTC", address="l")

    assert await client.error(CHECK, coin="LTC", address="l") == "RATE_LIMITED"


# ------------------------------------------------------------------ limits
@pytest.mark.parametrize("limit", [WITHDRAWAL_OF_ACCOUNT, CANCELLATION_OF_ACCOUNT], ids=["asking", "cancelling"])
async def test_asking_and_cancelling_have_their_limits_each_person_for_themself(tidemark: Tidemark, redis: Redis, limit: Limit) -> None:
    annotator, other = await an_annotator_with(2_000_000), await an_annotator_with(2_000_000)
    client = await at(tidemark, annotator)
    waiting = await requested(annotator, 500_000)
    await redis.set(f"throttle:{limit.name}:{annotator.id}", limit.most - 1, ex=limit.seconds)
    document, variables = (REQUEST, {"input": asked()}) if limit is WITHDRAWAL_OF_ACCOUNT else (CANCEL, {"id": the_id(waiting)})

    await client.do(document, **variables)
    async with unchanged():
        assert await client.error(document, **variables) == "RATE_LIMITED"

    await (await at(tidemark, other)).do(REQUEST, input=asked())
    assert await purse(other) == (1_250_000, 750_000, 0)


# ------------------------------------------------------------------ admins
async def test_an_admin_holds_releases_and_refuses_and_the_owner_reads_why(tidemark: Tidemark, worker: None) -> None:
    annotator = await an_annotator_with(1_000_000)
    client, admin = await at(tidemark, annotator), await at(tidemark, await an_admin())
    withdrawal = await requested(annotator, 500_000)
    other = await requested(annotator, 500_000)
    until = await sql.now() + timedelta(days=2)
    cursor = (await client.ask(CURSOR))["viewer"]["activityCursor"]

    async with client.following(ACTIVITY, after=cursor) as activity:
        await admin.do(HOLD, id=the_id(withdrawal), until=until.isoformat(), reason="An odd address.")
        told = await changed(activity, holdReason="An odd address.")
        assert datetime.fromisoformat(told["withdrawal"]["heldUntil"]) == until
        assert await held_ids(admin, held=True) == [the_id(withdrawal)]
        assert await held_ids(admin, held=False) == [the_id(other)]
        await admin.do(RELEASE, id=the_id(withdrawal), reason="It is theirs.")
        await changed(activity, heldUntil=None, id=the_id(withdrawal))
        assert await held_ids(admin, held=True) == []
        await admin.do(REFUSE, id=the_id(withdrawal), reason="A stolen account.")
        refused = await changed(activity, state="FAILED")

    assert refused["withdrawal"]["reason"] == "A stolen account."
    assert refused["wallet"]["available"] == {"amount": "0.5"}
    acts = (await admin.ask("{ auditLog(first: 3) { edges { node { action subject } } } }"))["auditLog"]["edges"]
    assert [act["node"]["action"] for act in acts] == ["refuseWithdrawal", "releaseWithdrawal", "holdWithdrawal"]
    assert {act["node"]["subject"] for act in acts} == {the_id(withdrawal)}
    assert await held_ids(admin, state="FAILED") == [the_id(withdrawal)]


async def changed(activity: Stream, **to: Any) -> Any:
    """The event that shows it so: what happened before the cursor may come once more."""
    while True:
        event = await activity.until("WithdrawalChanged")
        if {name: event["withdrawal"][name] for name in to} == to:
            return event


async def held_ids(admin: Client, **arguments: Any) -> list[str]:
    return [edge["node"]["id"] for edge in (await admin.ask(HELD, **arguments))["withdrawals"]["edges"]]


async def test_a_hold_that_is_over_is_shown_no_more(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(1_000_000)
    client, admin = await at(tidemark, annotator), await at(tidemark, await an_admin())
    withdrawal = await requested(annotator, 500_000)
    await sql.run("UPDATE withdrawals SET held_until = now() - interval '1 second', hold_reason = 'Odd.' WHERE id = $1", withdrawal.id)

    told = await shown(client, withdrawal)

    assert (told["heldUntil"], told["holdReason"]) == (None, None)
    assert await held_ids(admin, held=True) == []
    assert await held_ids(admin, held=False) == [the_id(withdrawal)]


async def test_an_admin_sees_batches_and_purses_and_anyones_withdrawal(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(1_000_000)
    admin = await at(tidemark, await an_admin())
    withdrawal = await requested(annotator, 1_000_000)
    await topped_up(Coin.LTC, 10_000_000)
    batch = await a_batch(rate=80_000_000)
    await signed_and_sent(batch, fee=1_234)
    await batch.see(6)
    await batch.settle()
    asked_for = """{ payoutBatches { edges { node { id coin state withdrawals amount { amount } coinAmount networkFee rate txid
      confirmations rateSources settledAt } } } hotWallets { coin accountBalance nodeBalance problem } }"""

    told = await admin.ask(asked_for)

    [edge] = told["payoutBatches"]["edges"]
    assert edge["node"].pop("settledAt")
    assert edge["node"] == {
        "id": the_id(batch),
        "coin": "LTC",
        "state": "SETTLED",
        "withdrawals": 1,
        "amount": {"amount": "1"},
        "coinAmount": "0.0125",
        "networkFee": "0.00001234",
        "rate": "80",
        "txid": f"{batch.id:064x}",
        "confirmations": 6,
        "rateSources": "fixed",
    }
    assert told["hotWallets"] == [{"coin": "LTC", "accountBalance": "0.08748766", "nodeBalance": "0.1", "problem": None}]
    assert (await shown(admin, withdrawal))["state"] == "CONFIRMED"
    assert (await Wallet.of(annotator.id)).withdrawn == 1_000_000


async def test_a_batch_is_shown_without_its_signed_bytes_being_read(tidemark: Tidemark) -> None:
    await requested(await an_annotator_with(1_000_000), 500_000)
    await signed_and_sent(await a_batch())
    admin = await at(tidemark, await an_admin())

    with counted_sql() as statements:
        await admin.ask("{ payoutBatches { edges { node { id txid } } } }")

    assert not any('"signed"' in statement or '"inputs"' in statement for statement in statements)
    assert await PayoutBatch.all().count() == 1


async def test_an_admin_orders_a_batch_in_conflict_back_and_its_payees_read_why_once_it_is(tidemark: Tidemark) -> None:
    annotator = await an_annotator_with(1_000_000)
    client, admin = await at(tidemark, annotator), await at(tidemark, await an_admin())
    batch = await a_batch_in_conflict(annotator, 600_000)
    withdrawal = await batch.contents().get()

    ordered = (await admin.do(GIVE_BACK, id=the_id(batch), reason="Its coins were spent otherwise."))["batch"]

    assert ordered["orderedBackAt"]
    assert (ordered["state"], ordered["resolvedAt"]) == ("CONFLICTED", None)
    # It is the worker that knows the node.
    assert (await shown(client, withdrawal))["state"] == "SENT"
    async with unchanged():
        assert (await admin.do(GIVE_BACK, id=the_id(batch), reason="Once more."))["batch"] == ordered
    [act] = (await admin.ask("{ auditLog(first: 1) { edges { node { action subject reason } } } }"))["auditLog"]["edges"]
    assert act["node"] == {"action": "givePayoutBack", "subject": the_id(batch), "reason": "Its coins were spent otherwise."}
    await batch.give_back()
    failed = await shown(client, withdrawal)
    assert (failed["state"], failed["reason"]) == ("FAILED", "Its coins were spent otherwise.")
    assert await purse(annotator) == (1_000_000, 0, 0)
    async with unchanged():
        assert await admin.refused(GIVE_BACK, id=the_id(batch), reason="Again.") == [("CONFLICT", ["batchId"])]
    assert await verify() == []


async def test_an_admins_page_is_told_of_every_step_and_of_what_keeps_it(tidemark: Tidemark, worker: None) -> None:
    annotator = await an_annotator_with(1_000_000)
    await topped_up(Coin.LTC, 10_000_000)
    admin = await at(tidemark, await an_admin())

    async with admin.following(PURSES) as purses:

        async def told(verb: Awaitable[object]) -> Any:
            """What comes after it; what came before and was not read yet is read first."""
            with suppress(TimeoutError):
                while True:
                    await purses.next(seconds=1.5)
            await verb
            return await purses.next()

        async def shows(name: str, value: str) -> bool:
            async with asyncio.timeout(CEILING_SECONDS):
                while (await purses.next())[0][name] != value:
                    continue
            return True

        [purse] = await purses.next()
        assert purse == {"coin": "LTC", "accountBalance": "0.1", "problem": None}
        await told(requested(annotator, 500_000))
        batch = (await claimed()).batch
        assert batch is not None
        await told(signed_and_sent(batch))
        await told(batch.see(3))
        await (await HotWallet.of(Coin.LTC)).note("The node is away.")
        assert await shows("problem", "The node is away.")
        await batch.see(6)
        await batch.settle()
        assert await shows("accountBalance", "0.09499")
