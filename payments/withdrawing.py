"""What a person meets of payouts: when the next batch goes, and the request itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from models.coin import Network
from models.organization import KEY_LENGTH
from models.text import one_line
from models.withdrawal import Withdrawal
from ops.settings import settings
from payments.addresses import canonical

if TYPE_CHECKING:
    from datetime import datetime

    from models.coin import Coin
    from models.user import User


def network() -> Network:
    return Network(settings().coin_network)


async def request_withdrawal(user: User, *, coin: Coin, address: str, amount_micros: int, key: str) -> Withdrawal:
    """Withdrawal.request of an address as its payee wrote it: form first, then the address, the minimum, the funds, the standing.

    Raises InvalidInput, InvalidAddress, and what Withdrawal.request raises.
    """
    key = one_line(key, KEY_LENGTH, "The idempotency key", "input", "idempotencyKey")
    payee = canonical(coin, network(), address, "input", "address")
    return await Withdrawal.request(user.id, coin=coin, address=payee, amount_micros=amount_micros, key=key)


def next_batch_at(now: datetime) -> datetime:
    """The next daily hour, UTC."""
    today = now.replace(hour=settings().payout_hour, minute=0, second=0, microsecond=0)
    return today if now < today else today + timedelta(days=1)
