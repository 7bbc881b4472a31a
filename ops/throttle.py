"""How often something may be tried."""

import time
from collections import OrderedDict

from redis.asyncio import Redis

from ops.metrics import THROTTLED

# The window opens with the first attempt and closes by itself; what is refused does not prolong it.
_ATTEMPT = """
local tried = tonumber(redis.call('GET', KEYS[1]) or '0')
if tried >= tonumber(ARGV[1]) then
  return redis.call('PTTL', KEYS[1])
end
if redis.call('INCR', KEYS[1]) == 1 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return -1
"""


async def throttle(redis: Redis, name: str, key: str, limit: int, per_seconds: int) -> float | None:
    """Counts an attempt at `name` by `key`: None when it may be made, else the seconds until it may be made again.

    At most `limit` attempts in the `per_seconds` after the first. One call to Redis, whose clock it is.
    """
    attempt = redis.register_script(_ATTEMPT)
    left_ms = int(await attempt(keys=[f"throttle:{name}:{key}"], args=[limit, per_seconds * 1000]))
    if left_ms < 0:
        return None
    THROTTLED.labels(limit=name).inc()
    return max(left_ms, 1) / 1000


_TAKE = """
local left = tonumber(ARGV[1]) - tonumber(redis.call('GET', KEYS[1]) or '0')
local taken = math.max(math.min(left, tonumber(ARGV[3])), 0)
if taken > 0 and redis.call('INCRBY', KEYS[1], taken) == taken then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return {taken, redis.call('PTTL', KEYS[1])}
"""
# Of a limit: what a process takes at once. What it does not use by the window's end is lost, which nobody notices of a hundredth.
_SHARE = 100
_MOST_KEYS = 10_000


class Allowance:
    """As `throttle`, for what is tried all the time: a process takes a hundredth of the limit at once, and asks Redis again when it is
    used up or the window is over."""

    def __init__(self, name: str, per_seconds: int) -> None:
        self._name = name
        self._per_seconds = per_seconds
        # By key and limit: how many attempts are left here, and until when by this process's clock.
        self._taken: OrderedDict[tuple[str, int], tuple[int, float]] = OrderedDict()

    async def throttle(self, redis: Redis, key: str, limit: int) -> float | None:
        """Counts an attempt by `key`: None when it may be made, else the seconds until it may be made again."""
        left, until = self._taken.get((key, limit), (0, 0.0))
        if left and time.monotonic() < until:
            self._taken[key, limit] = left - 1, until
            return None
        take = redis.register_script(_TAKE)
        taken, left_ms = await take(keys=[f"throttle:{self._name}:{key}"], args=[limit, self._per_seconds * 1000, max(limit // _SHARE, 1)])
        if not taken:
            THROTTLED.labels(limit=self._name).inc()
            return max(int(left_ms), 1) / 1000
        # Others may have taken more meanwhile.
        left, until = self._taken.get((key, limit), (0, 0.0))
        now = time.monotonic()
        self._taken[key, limit] = (left if now < until else 0) + int(taken) - 1, now + int(left_ms) / 1000
        if len(self._taken) > _MOST_KEYS:
            self._taken.popitem(last=False)
        return None
