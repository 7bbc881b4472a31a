"""People with money, and what becomes of it on its way out."""

from __future__ import annotations

from itertools import count

from models import Coin, Decision, User, Wallet, Withdrawal
from tests.support.world import a_moderator, a_project, an_annotation, an_annotator, decided

_keys = count(1)
PAYEE = "rltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kfm4r2e"


async def an_annotator_with(micros: int) -> User:
    """With so much in the main balance, honestly earned by one annotation."""
    annotator = await an_annotator()
    if micros:
        project = await a_project(items=1, price_micros_per_thousand=micros * 1_000, budget_micros=micros)
        await decided(await an_annotation(annotator, project), Decision.APPROVED, await a_moderator())
    return annotator


async def requested(user: User, micros: int, *, key: str | None = None, address: str = PAYEE, coin: Coin = Coin.LTC) -> Withdrawal:
    return await Withdrawal.request(user.id, coin=coin, address=address, amount_micros=micros, key=key or f"key-{next(_keys)}")


async def purse(user: User) -> tuple[int, int, int]:
    """Available, withdrawing, withdrawn, in micro-dollars."""
    wallet = await Wallet.of(user.id)
    return wallet.available, wallet.withdrawing, wallet.withdrawn
