"""What the edge works with: made once a process by the app's lifespan, handed to whoever answers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from math import ceil
from typing import TYPE_CHECKING, Any

from ops.logs import logger
from ops.redis import REDIS_AWAY
from ops.throttle import Allowance
from realtime.wire import Turn
from schema.context import Context, RequestMeta
from schema.errors import Forbidden, RateLimited
from web.caller import device_of
from web.execution import Rejected
from web.sharing import Sharing
from web.trusted import digest_of

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from redis.asyncio import Redis
    from starlette.requests import HTTPConnection

    from ops.settings import Settings
    from ops.storage import Storage
    from realtime.broker import Broker
    from realtime.handout import Handout
    from realtime.hub import Hub
    from realtime.presence import Presence
    from schema.context import ResponseHeaders
    from web.caller import Caller
    from web.execution import Engine, Operation, Request

log = logger(__name__)

# Against floods, not against work: a fast annotator makes about 200 requests a minute, a room of them shares one address.
ANONYMOUS_PER_MINUTE = 600
CALLER_PER_MINUTE = 6_000
MINUTE = 60
# While Redis is away a request waits for seconds to be counted: for so long nobody else does then.
UNCOUNTED_SECONDS = 20.0


@dataclass(slots=True)
class Parts:
    settings: Settings
    engine: Engine
    redis: Redis
    broker: Broker
    hub: Hub
    presence: Presence
    handout: Handout
    storage: Storage
    is_migrated: bool = False
    sockets: int = 0
    # Decoding takes CPU and hundreds of megabytes: two at once are enough for two cores.
    decoding: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(2))
    unfinished: set[asyncio.Task[Any]] = field(default_factory=set)
    # By the loop's clock.
    uncounted_until: float = 0.0
    requests: Allowance = field(default_factory=lambda: Allowance("requests", MINUTE))
    turn: Turn = field(default_factory=Turn)
    sharing: Sharing = field(init=False)

    def __post_init__(self) -> None:
        self.sharing = Sharing(self.engine)

    def context(self, caller: Caller, meta: RequestMeta, response: ResponseHeaders | None) -> Context:
        return Context(
            viewer=caller.viewer,
            token=caller.token,
            session=caller.session,
            request_meta=meta,
            hub=self.hub,
            redis=self.redis,
            response=response,
            presence=self.presence,
            handout=self.handout,
        )

    def choose(self, request: Request, caller: Caller) -> Operation:
        """The operation that the request names. Raises Rejected, also where only the web client's own are taken of such a caller."""
        if self.settings.trusted_documents_only and caller.token is None:
            digest = request.digest if request.query is None else digest_of(request.query)
            if digest not in self.engine.trusted:
                raise Rejected.by(Forbidden("Only the web client's own documents are taken here; for others there are API tokens."))
        return self.engine.choose(request)

    async def admit(self, caller: Caller, meta: RequestMeta) -> None:
        """Counts a request. Raises RateLimited for more than the general limit; what is dearer has limits of its own."""
        clock = asyncio.get_running_loop().time
        if clock() < self.uncounted_until:
            return
        limit = CALLER_PER_MINUTE if caller.key else ANONYMOUS_PER_MINUTE
        try:
            wait = await self.requests.throttle(self.redis, caller.key or f"ip:{meta.ip}", limit)
        except REDIS_AWAY as error:
            # Without Redis nothing is pushed, but everything can be asked: floods are the lesser harm.
            log.warning("not_throttled", error=repr(error))
            self.uncounted_until = clock() + UNCOUNTED_SECONDS
            return
        if wait is not None:
            raise RateLimited(retry_after=ceil(wait), limit=limit)

    async def finish(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Awaits work that goes on when the waiter is cancelled: a mutation whose client went away is still carried out."""
        task = asyncio.ensure_future(work)
        self.unfinished.add(task)
        task.add_done_callback(self.unfinished.discard)
        return await asyncio.shield(task)


def meta_of(connection: HTTPConnection, settings: Settings) -> RequestMeta:
    return RequestMeta(
        ip=connection.client.host if connection.client else "",
        user_agent=connection.headers.get("user-agent", ""),
        request_id=connection.state.request_id,
        device=device_of(connection, settings),
    )
