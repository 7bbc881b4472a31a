"""People with money, and what becomes of it on its way out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from models import Coin, Decision, HotWallet, PayoutBatch, Rate, User, Wallet, Withdrawal
from models.payout_batch import Claimed
from ops.database import sql
from tests.support.world import a_moderator, a_project, an_annotation, an_annotator, decided

_keys = count(1)
PAYEE = "rltc1q3kquwp848h4juq7rl5q3wqsr29pd3d6wprzz8k"
BITCOIN_CASH_PAYEE = "bchreg:qr7fzmep8g7h7ymfxy74lgc0v950j3r295m39d8z59"


async def an_annotator_with(micros: int) -> User:
    """With so much in the main balance."""
    annotator = await an_annotator()
    if micros:
        await earn(annotator, micros)
    return annotator


async def earn(annotator: User, micros: int) -> None:
    """Honestly, by one annotation."""
    project = await a_project(items=1, price_micros_per_thousand=micros * 1_000, budget_micros=micros)
    await decided(await an_annotation(annotator, project), Decision.APPROVED, await a_moderator())


async def requested(user: User, micros: int, *, key: str | None = None, address: str = PAYEE, coin: Coin = Coin.LTC) -> Withdrawal:
    return await Withdrawal.request(user.id, coin=coin, address=address, amount_micros=micros, key=key or f"key-{next(_keys)}")


async def purse(user: User) -> tuple[int, int, int]:
    """Available, withdrawing, withdrawn, in micro-dollars."""
    wallet = await Wallet.of(user.id)
    return wallet.available, wallet.withdrawing, wallet.withdrawn


# What a batch keeps of a transaction that no node made.
SIGNED: dict[str, Any] = {"signed": b"signed bytes", "txid": "11" * 32, "inputs": [("33" * 32, 0)], "fee_satoshis": 1_000}


def a_rate(micros: int = 100_000_000, coin: Coin = Coin.LTC) -> Rate:
    return Rate(coin=coin, micros=micros, at=datetime.now(UTC), sources="fixed")


async def claimed(*, rate: int = 100_000_000, spendable: int = 10**12, per_payee: int = 0, coin: Coin = Coin.LTC) -> Claimed:
    soon = await sql.now() + timedelta(seconds=1)
    return await PayoutBatch.claim(a_rate(rate, coin), before=soon, spendable=spendable, per_payee=per_payee)


async def a_batch(*, rate: int = 100_000_000, coin: Coin = Coin.LTC) -> PayoutBatch:
    """Of all that waits for the coin, claimed."""
    batch = (await claimed(rate=rate, coin=coin)).batch
    assert batch is not None
    return batch


async def signed_and_sent(batch: PayoutBatch, *, fee: int = 1_000) -> None:
    assert await batch.keep_signed(**SIGNED | {"fee_satoshis": fee, "txid": f"{batch.id:064x}", "inputs": [(f"{batch.id:064x}", 1)]})
    await batch.mark_broadcast()


async def a_batch_in_conflict(user: User, micros: int = 500_000) -> PayoutBatch:
    """In Bitcoin Cash: one that can never be paid, as another transaction spent its coins."""
    await requested(user, micros, coin=Coin.BCH, address=BITCOIN_CASH_PAYEE)
    batch = await a_batch(coin=Coin.BCH)
    await signed_and_sent(batch)
    assert await batch.conflicted("another transaction")
    return batch


async def topped_up(coin: Coin, satoshis: int) -> None:
    wallet = await HotWallet.of(coin)
    await wallet.saw(satoshis, [("ab" * 32, 0, satoshis)], None)
