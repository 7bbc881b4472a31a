"""Who sends a request: a browser's session, a partner's API token, or nobody we know; and whether a stranger's page sent it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from models.api_token import ApiToken, token_topic
from models.event import access_topic
from models.session import LIFETIME, Session
from models.user import Role, User
from ops.logs import in_every_line
from schema.errors import Unauthenticated

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from ops.settings import Settings

SESSION_COOKIE = "tidemark_session"
# A random mark of the browser, set with its first session and kept beyond it: who shares a browser is shown to moderators where it matters
# (models/fraud_signal.py). It says nothing of the machine, is kept as a hash, and is compared with nothing but itself.
DEVICE_COOKIE = "tidemark_device"
DEVICE_LIFETIME = timedelta(days=365)
BEARER = "bearer "
# Sessions and tokens have 43 to 60 characters; what is longer is not even looked up.
LONGEST_SECRET = 200

MEBIBYTE = 1024 * 1024
# Nobody at a browser sends more than a mask's corners; partners import 1,000 items a call.
BODY_LIMIT = MEBIBYTE
PARTNER_BODY_LIMIT = 16 * MEBIBYTE
# Objects in the variables: each is checked and converted in Python, so 10,000 take others half a second. The largest answer has some
# thousands; a full import with a known answer of ten shapes each has 16,000.
OBJECT_LIMIT = 10_000
PARTNER_OBJECT_LIMIT = 40_000


@dataclass(frozen=True, slots=True)
class Caller:
    """At most one of the two is there: with both, the token counts, since it is the one that was sent on purpose."""

    session: Session | None = None
    token: ApiToken | None = None
    secret: str = ""

    @property
    def viewer(self) -> User | None:
        return self.session.user if self.session else None

    @property
    def is_known(self) -> bool:
        return self.session is not None or self.token is not None

    @property
    def key(self) -> str | None:
        """Names the caller for rate limits and logs; None for somebody unknown."""
        if self.token is not None:
            return f"token:{self.token.id}"
        return f"user:{self.session.user_id}" if self.session else None

    @property
    def topic(self) -> str | None:
        """The hint that tells of a change in what the caller may do."""
        if self.token is not None:
            return token_topic(self.token.id)
        return access_topic(self.session.user_id) if self.session else None

    @property
    def is_partner(self) -> bool:
        """Who brings data, by a token or at the console."""
        return self.token is not None or (self.session is not None and self.session.user.has_role(Role.PARTNER))

    @property
    def body_limit(self) -> int:
        return PARTNER_BODY_LIMIT if self.is_partner else BODY_LIMIT

    @property
    def object_limit(self) -> int:
        return PARTNER_OBJECT_LIMIT if self.is_partner else OBJECT_LIMIT

    async def again(self) -> Caller | None:
        """The caller as they stand now, or None when session or token ended."""
        if self.token is not None:
            token = await ApiToken.by_secret(self.secret)
            return Caller(token=token, secret=self.secret) if token else None
        if self.session is not None:
            session = await Session.by_token(self.secret)
            return Caller(session=session, secret=self.secret) if session else None
        return self

    async def was_revoked(self) -> bool:
        """Of a session or token that ended: whether somebody ended it, rather than its time."""
        if self.token is not None:
            token = await ApiToken.get_or_none(id=self.token.id)
            return token is None or token.revoked_at is not None
        if self.session is not None:
            revoked_at, _ = await Session.state_of(self.session.id)
            return revoked_at is not None
        return False

    @property
    def rights(self) -> tuple[str, ...]:
        """What a socket was opened with: when this changes, it is to be opened anew."""
        if self.token is not None:
            return tuple(sorted(self.token.scopes))
        if self.session is not None:
            return (self.session.standing, *sorted(self.session.user.roles))
        return ()


async def caller_of(connection: HTTPConnection, settings: Settings) -> Caller:
    """Raises Unauthenticated for an Authorization header that is of no use. The cookie of an ended session counts for none."""
    authorization = connection.headers.get("authorization")
    if authorization is not None:
        return await caller_by_bearer(authorization)
    return await caller_by_cookie(connection, settings)


async def caller_by_cookie(connection: HTTPConnection, settings: Settings) -> Caller:
    secret = connection.cookies.get(cookie_name(settings), "")
    session = await Session.by_token(secret) if 0 < len(secret) <= LONGEST_SECRET else None
    return known(Caller(session=session, secret=secret) if session else Caller())


async def caller_by_bearer(authorization: str) -> Caller:
    if authorization[: len(BEARER)].lower() != BEARER:
        raise Unauthenticated("`Authorization` must be `Bearer` and an API token.")
    secret = authorization[len(BEARER) :].strip()
    token = await ApiToken.by_secret(secret) if len(secret) <= LONGEST_SECRET else None
    if token is None:
        raise Unauthenticated("This API token is unknown, revoked or expired.")
    return known(Caller(token=token, secret=secret))


def known(caller: Caller) -> Caller:
    in_every_line(viewer_id=caller.key)
    return caller


def cookie_name(settings: Settings, name: str = SESSION_COOKIE) -> str:
    return f"__Host-{name}" if settings.is_https else name


def session_cookie(settings: Settings, token: str | None) -> str:
    """The Set-Cookie header's value that begins a session, or with None ends it."""
    return _cookie(settings, cookie_name(settings), token or "", LIFETIME if token else timedelta())


def device_cookie(settings: Settings, mark: str) -> str:
    """The Set-Cookie header's value that marks a browser, or marks it for longer."""
    return _cookie(settings, cookie_name(settings, DEVICE_COOKIE), mark, DEVICE_LIFETIME)


def device_of(connection: HTTPConnection, settings: Settings) -> str:
    """The mark that a browser carries; empty where it has none, or one that is none of ours."""
    mark = connection.cookies.get(cookie_name(settings, DEVICE_COOKIE), "")
    return mark if len(mark) <= LONGEST_SECRET else ""


def _cookie(settings: Settings, name: str, value: str, lifetime: timedelta) -> str:
    cookie: SimpleCookie = SimpleCookie()
    cookie[name] = value
    cookie[name]["path"] = "/"
    cookie[name]["httponly"] = True
    cookie[name]["samesite"] = "Lax"
    cookie[name]["max-age"] = int(lifetime.total_seconds())
    if settings.is_https:
        cookie[name]["secure"] = True
    return cookie[name].OutputString()


def is_forged(connection: HTTPConnection, settings: Settings) -> bool:
    """Whether the request carries the session cookie and comes from a page that is not ours."""
    return cookie_name(settings) in connection.cookies and comes_from_elsewhere(connection, settings)


def comes_from_elsewhere(connection: HTTPConnection, settings: Settings) -> bool:
    origin = connection.headers.get("origin")
    if origin is not None:
        return origin not in own_origins(connection, settings)
    # Browsers tell this where they leave Origin away; what tells neither is no browser, and nobody forged it.
    return connection.headers.get("sec-fetch-site") in {"cross-site", "same-site"}


def has_own_origin(connection: HTTPConnection, settings: Settings) -> bool:
    return connection.headers.get("origin") in own_origins(connection, settings)


def own_origins(connection: HTTPConnection, settings: Settings) -> set[str]:
    """PUBLIC_URL's, and the one that the request was sent to: the cookie is bound to that host, so a page there is ours."""
    public = urlsplit(settings.public_url)
    scheme = {"ws": "http", "wss": "https"}.get(connection.url.scheme, connection.url.scheme)
    return {f"{public.scheme}://{public.netloc}", f"{scheme}://{connection.headers.get('host', '')}"}
