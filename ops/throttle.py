"""How often something may be tried."""

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
