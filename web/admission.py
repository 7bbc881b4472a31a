"""Whether a request is looked at at all: sent by a page of ours or by no page, by somebody we know or by nobody, and not too often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema.errors import Forbidden, RateLimited, Unauthenticated
from web.caller import caller_of, is_forged
from web.parts import Parts, meta_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from schema.context import RequestMeta
    from schema.errors import ApiError
    from web.caller import Caller


class Denied(Exception):
    """Told as `error` with the HTTP status and headers."""

    def __init__(self, status: int, error: ApiError, **headers: str) -> None:
        super().__init__(error.message)
        self.status = status
        self.error = error
        self.headers = headers


async def admitted(request: Request, parts: Parts) -> tuple[Caller, RequestMeta]:
    """Who asks, and from where. Raises Denied: 403 for another origin's page, 401 for a useless token, 429 for too many requests."""
    if is_forged(request, parts.settings):
        raise Denied(403, Forbidden("This request was sent by a page of another origin."))
    try:
        caller = await caller_of(request, parts.settings)
        meta = meta_of(request, parts.settings)
        await parts.admit(caller, meta)
    except Unauthenticated as error:
        raise unauthenticated(error) from None
    except RateLimited as error:
        raise too_often(error) from None
    return caller, meta


def unauthenticated(error: Unauthenticated) -> Denied:
    return Denied(401, error, **{"www-authenticate": "Bearer"})


def too_often(error: RateLimited) -> Denied:
    return Denied(429, error, **{"retry-after": str(error.retry_after)})
