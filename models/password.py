"""Passwords: Argon2id off the event loop, with as many at once as there are cores, so that a rush of sign-ins delays only sign-ins."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 8
MAX_LENGTH = 200

# OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_THREADS = ThreadPoolExecutor(max_workers=os.cpu_count() or 2, thread_name_prefix="argon2")
# Compared against where no account is, so that an unknown address takes as long as a wrong password.
_NOBODY = _HASHER.hash("nobody's password")


async def hashed(password: str) -> str:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, _HASHER.hash, password)


async def matches(password_hash: str | None, password: str) -> bool:
    """False for None too, after the same work."""
    found = await asyncio.get_running_loop().run_in_executor(_THREADS, _matches, password_hash or _NOBODY, password[: MAX_LENGTH + 1])
    return found and password_hash is not None


def _matches(password_hash: str, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
