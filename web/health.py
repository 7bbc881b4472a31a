"""Is it alive, is it ready, what does it count."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, Response

from ops.database import sql, unapplied
from ops.logs import logger
from ops.metrics import TASKS, exposition

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from starlette.requests import Request

    from web.parts import Parts

log = logger(__name__)

# A load balancer asks every few seconds and gives up sooner than a request would.
READY_SECONDS = 2.0


async def healthz(request: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def readyz(request: Request) -> Response:
    """200 when database, Redis and migrations are there, else 503; each by name."""
    parts: Parts = request.app.state.parts
    checks = {"database": database(), "redis": redis(parts), "migrations": migrations(parts)}
    found = dict(zip(checks, await asyncio.gather(*(passes(name, check) for name, check in checks.items())), strict=True))
    return JSONResponse(found, 200 if all(found.values()) else 503)


async def metrics(request: Request) -> Response:
    TASKS.set(len(asyncio.all_tasks()))
    body, content_type = exposition()
    return Response(body, media_type=content_type)


async def passes(name: str, check: Coroutine[None, None, bool]) -> bool:
    try:
        async with asyncio.timeout(READY_SECONDS):
            return await check
    except Exception as error:
        log.warning("not_ready", check=name, error=repr(error))
        return False


async def database() -> bool:
    return bool(await sql.value("SELECT 1"))


async def redis(parts: Parts) -> bool:
    return bool(await parts.redis.ping())


async def migrations(parts: Parts) -> bool:
    """Once they are there they stay, so it is asked no more: it opens a connection of its own."""
    if not parts.is_migrated:
        parts.is_migrated = not await unapplied(parts.settings.database_url)
    return parts.is_migrated
