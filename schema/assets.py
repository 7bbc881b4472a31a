"""Addresses of stored images and recordings: short-lived, signed, the same for everyone within a quarter of an hour."""

from __future__ import annotations

import hashlib
import hmac
import time

from ops.settings import settings

# Long enough for the longest lease; a link that is passed on dies soon.
SIGNED_FOR_SECONDS = 3600
# Expiries fall on these steps, so that an address stays the same for a while and caches can hold what is behind it.
STEP_SECONDS = 900
# So that no signature made for another purpose with the same key can pass here.
PURPOSE = b"tidemark asset"
# The largest time that we could have signed has ten digits; longer ones are not worth converting.
MAX_EXPIRY_DIGITS = 12


def asset_url(sha256: str, at: float | None = None) -> str:
    """The path, with query, under which the stored file is served for at least an hour from `at` (unix seconds; now)."""
    now = int(time.time() if at is None else at)
    expires = -(-(now + SIGNED_FOR_SECONDS) // STEP_SECONDS) * STEP_SECONDS
    return f"/assets/{sha256}?exp={expires}&sig={_signature(sha256, str(expires))}"


def check(sha256: str, exp: str, sig: str, at: float | None = None) -> bool:
    """Whether we signed this address and it has not expired yet at `at` (unix seconds; now). All but `at` as they stand in the address."""
    if not (exp.isascii() and exp.isdigit() and len(exp) <= MAX_EXPIRY_DIGITS):
        return False
    is_ours = hmac.compare_digest(_signature(sha256, exp).encode(), sig.encode(errors="replace"))
    return is_ours and int(exp) > (time.time() if at is None else at)


def _signature(sha256: str, expires: str) -> str:
    key = settings().secret_key.get_secret_value().encode()
    message = b"\n".join((PURPOSE, sha256.encode(errors="replace"), expires.encode()))
    return hmac.new(key, message, hashlib.sha256).hexdigest()
