"""The connection to Redis."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import BusyLoadingError, ConnectionError, TimeoutError

# Together about a second and a half of waiting: longer is an outage, which callers must see.
RETRIES = 5
RETRY_BASE_SECONDS = 0.05
RETRY_CAP_SECONDS = 1.0
# A blocking read must wait for less than this.
SOCKET_TIMEOUT_SECONDS = 5.0


def redis_client(url: str) -> Redis:
    """A client that answers bytes and tries again when the connection drops; the caller closes it with aclose()."""
    return Redis.from_url(
        url,
        decode_responses=False,
        socket_timeout=SOCKET_TIMEOUT_SECONDS,
        socket_connect_timeout=SOCKET_TIMEOUT_SECONDS,
        health_check_interval=30,
        retry=Retry(ExponentialWithJitterBackoff(cap=RETRY_CAP_SECONDS, base=RETRY_BASE_SECONDS), RETRIES),
        retry_on_error=[BusyLoadingError, ConnectionError, TimeoutError],
    )
