"""Who asks, and with what: handed to every resolver of one operation, made anew for every event of a subscription."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import strawberry

from models import ApiToken, Membership, Project, Role, Scope, Session, User
from models.user import STAFF
from schema.errors import Forbidden, Unauthenticated
from schema.loaders import Loaders

if TYPE_CHECKING:
    from redis.asyncio import Redis

    from realtime.handout import Handout
    from realtime.hub import Hub
    from realtime.presence import Presence


@dataclass(frozen=True, slots=True)
class RequestMeta:
    ip: str
    user_agent: str
    request_id: str
    # The mark that the browser carries; empty where it has none.
    device: str = ""


@dataclass(slots=True)
class ResponseHeaders:
    """What a resolver wants told beside the body: the session that a cookie shall carry from now on; None ends it. And the mark that the
    browser shall carry."""

    session_token: str | None = None
    has_session: bool = False
    device: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """What several callers have in common: what is the same for all who have it may be made once for all of them. Never who they are."""

    roles: frozenset[Role]
    # Of an API token.
    organization_id: int | None
    scopes: frozenset[Scope]

    @property
    def is_staff(self) -> bool:
        return not self.roles.isdisjoint(STAFF)


@dataclass
class Context:
    viewer: User | None
    token: ApiToken | None
    session: Session | None
    request_meta: RequestMeta
    hub: Hub
    redis: Redis
    # None where cookies cannot be set: over a WebSocket.
    response: ResponseHeaders | None
    presence: Presence
    handout: Handout

    # Of one made for many: whether somebody asked who asks.
    is_personal = False

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self)

    def renewed(self) -> Context:
        """The same caller with loaders that remember nothing."""
        return Context(
            self.viewer, self.token, self.session, self.request_meta, self.hub, self.redis, self.response, self.presence, self.handout
        )

    @property
    def audience(self) -> Audience:
        roles = frozenset(map(Role, self.viewer.roles)) if self.viewer else frozenset()
        if self.token is None:
            return Audience(roles, None, frozenset())
        return Audience(roles, self.token.organization_id, frozenset(map(Scope, self.token.scopes)))

    def shared(self) -> SharedContext:
        """For all of the caller's audience."""
        return SharedContext(self.audience, self.hub, self.redis, self.presence, self.handout)

    def require_cookies(self) -> None:
        """Asked before anything changes by whoever sets the session afterwards."""
        if self.response is None:
            raise Forbidden("Sign in and out over HTTP: a socket cannot set the cookie.")

    def set_session(self, token: str | None, device: str | None = None) -> None:
        self.require_cookies()
        assert self.response is not None
        self.response.device = device
        self.response.session_token, self.response.has_session = token, True

    @property
    def user(self) -> User:
        """Who is signed in. Raises Unauthenticated, and Forbidden for an API token, which is nobody's session."""
        if self.token is not None:
            raise Forbidden("This is for people who sign in, not for API tokens.")
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer

    def require_role(self, *roles: Role) -> User:
        user = self.user
        if not user.has_role(*roles):
            raise Forbidden
        return user

    @property
    def is_staff(self) -> bool:
        return self.viewer is not None and self.viewer.is_staff

    def is_user(self, user_id: int) -> bool:
        """Whether that is who asks."""
        return self.viewer is not None and self.viewer.id == user_id

    @property
    def is_known(self) -> bool:
        """Somebody, be it a person or a token."""
        return self.viewer is not None or self.token is not None

    def require_known(self) -> None:
        if not self.is_known:
            raise Unauthenticated

    async def organization_ids(self, *scopes: Scope) -> frozenset[int]:
        """Those whose members' view the caller has: a person's by membership; a token's own, where it has any of the scopes."""
        if self.token is not None:
            return frozenset({self.token.organization_id}) if any(map(self.token.allows, scopes or Scope)) else frozenset()
        if self.viewer is None:
            return frozenset()
        return await self._memberships

    @cached_property
    def _memberships(self) -> asyncio.Task[frozenset[int]]:
        """Read once, however many fields ask at the same time."""

        async def read(user_id: int) -> frozenset[int]:
            ids: Any = await Membership.filter(user_id=user_id).values_list("organization_id", flat=True)
            return frozenset(ids)

        return asyncio.create_task(read(self.user.id))

    async def may_read_organization(self, organization_id: int, *scopes: Scope) -> bool:
        """Members and staff; a token of the organization with any of the scopes."""
        return self.is_staff or organization_id in await self.organization_ids(*scopes)

    async def may_read_project(self, project_id: int, *scopes: Scope) -> bool:
        project = await self.loaders.row(Project, project_id)
        return await self.may_read_organization(project.organization_id, *scopes)

    def require_scope(self, scope: Scope) -> None:
        """Tokens reach what their scopes say; people reach all that is theirs."""
        self.require_known()
        if self.token is not None and not self.token.allows(scope):
            raise Forbidden(f"This API token lacks the scope {scope.value}.", scope=scope.value)


class Personal(Exception):
    """Somebody asked who the viewer is, where there is none: what is being made differs from person to person."""


class _Nobody:
    """In place of what only one caller has."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, context: SharedContext | None, owner: type) -> Any:
        if context is None:
            return self
        context.is_personal = True
        raise Personal(f"`{self.name}` was asked for in what is made for many.")


class SharedContext(Context):
    """For what is made once for an audience. Whoever touches the caller gets Personal raised, and `is_personal` tells of it also where a
    resolver swallowed that: what was made is then thrown away and made for each caller."""

    viewer: Any = _Nobody()
    token: Any = _Nobody()
    session: Any = _Nobody()
    request_meta: Any = _Nobody()
    response: Any = _Nobody()

    def __init__(self, audience: Audience, hub: Hub, redis: Redis, presence: Presence, handout: Handout) -> None:
        self._audience = audience
        self.is_personal = False
        self.hub = hub
        self.redis = redis
        self.presence = presence
        self.handout = handout

    def __repr__(self) -> str:
        """Of the audience alone: whoever logs a traceback with its locals has not asked who the viewer is."""
        return f"SharedContext({self._audience!r})"

    @property
    def audience(self) -> Audience:
        return self._audience

    def renewed(self) -> SharedContext:
        return SharedContext(self._audience, self.hub, self.redis, self.presence, self.handout)

    def shared(self) -> SharedContext:
        return self.renewed()

    @property
    def is_staff(self) -> bool:
        return self._audience.is_staff


Info = strawberry.Info[Context, None]


def mentions(info: Info, field_name: str) -> bool:
    """Whether the document names a field anywhere: enough to spare a read that nobody asked for."""
    location = info._raw_info.operation.loc
    return location is None or field_name in location.source.body
