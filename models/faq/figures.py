"""The figures that answers tell, out of the rules that hold them."""

from __future__ import annotations

from datetime import timedelta

from models import (
    api_token,
    appeal,
    assignment,
    item,
    leasing,
    mail_token,
    password,
    project_spec,
    rate,
    review,
    session,
    standing,
    ticket,
    verdict,
    weighing,
    withdrawal,
)
from models.coin import Coin
from models.fields.registry import kinds
from models.ledger import MICROS
from models.mail_token import Purpose
from ops.media.audio import AUDIO_LIMIT
from ops.media.image import IMAGE_LIMIT
from quality.ladder import LADDER, Measure

# The rules about accuracy, from the first step up.
_ACCURACY = [rule for rule in LADDER if rule.measure is Measure.ACCURACY]
_STEPS = dict(zip(("warning", "restriction", "suspension", "second_suspension", "ban"), _ACCURACY, strict=True))
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_MEBIBYTE = 1024 * 1024


def _dollars(micros: int) -> str:
    """Such as $2 or $2.50."""
    whole, rest = divmod(micros, MICROS)
    return f"${whole}" if not rest else f"${micros / MICROS:.2f}"


def _price(kind: str) -> str:
    return _dollars(kinds()[kind].floor_micros_per_thousand)


FIGURES = {
    name: str(value)
    for name, value in {
        # joining
        "confirm_days": mail_token.LIFETIMES[Purpose.CONFIRM] // _DAY,
        "reset_hours": mail_token.LIFETIMES[Purpose.RESET] // _HOUR,
        "password_length": password.MIN_LENGTH,
        "session_days": session.LIFETIME // _DAY,
        # work
        "longest_lease": leasing.LONGEST_LEASE,
        "most_held": leasing.MOST_HELD,
        "grace_seconds": assignment.GRACE_SECONDS,
        "reports_to_hold": assignment.REPORTS_TO_HOLD,
        "recent": standing.RECENT,
        # standing
        "window": weighing.WINDOW,
        "recovered_after": weighing.RECOVERED_AFTER,
        "recovered_percent": f"{weighing.RECOVERED_SHARE:.0%}",
        "most_held_restricted": standing.MOST_HELD_RESTRICTED,
        "least_judged": min(rule.least for rule in _ACCURACY),
        **{f"{name}_percent": f"{rule.below:.0%}" for name, rule in _STEPS.items()},
        **{f"{name}_days": rule.days for name, rule in _STEPS.items() if rule.days},
        # judgement
        "appeal_days": verdict.APPEAL_DAYS,
        "due_business_days": appeal.DUE_BUSINESS_DAYS,
        "most_open_in_vain": appeal.MOST_OPEN_IN_VAIN,
        "in_vain": appeal.IN_VAIN,
        "looked_at": appeal.LOOKED_AT,
        "claim_minutes": review.CLAIM_SECONDS // 60,
        "most_claimed": review.MOST_CLAIMED,
        # pay, per 1,000 annotations
        "lowest_price": _dollars(min(kind.floor_micros_per_thousand for kind in kinds().values())),
        **{f"price_{kind}": _price(kind) for kind in kinds()},
        # withdrawals
        "least_withdrawal": _dollars(withdrawal.MINIMUM_MICROS),
        "litecoin_confirmations": Coin.LTC.confirmations,
        "bitcoin_cash_confirmations": Coin.BCH.confirmations,
        "longest_hold_days": withdrawal.LONGEST_HOLD // _DAY,
        "rate_minutes": rate.FRESH // _MINUTE,
        "rate_percent": rate.MOST_APART_PERCENT,
        # partners
        "most_items": f"{item.MOST_ITEMS:,}",
        "most_overlap": project_spec.MOST_OVERLAP,
        "image_mebibytes": IMAGE_LIMIT // _MEBIBYTE,
        "audio_mebibytes": AUDIO_LIMIT // _MEBIBYTE,
        "token_prefix": api_token.PREFIX,
        # help
        "most_attachments": ticket.MOST_ATTACHMENTS,
        "most_open_tickets": ticket.MOST_OPEN,
    }.items()
}
