"""The ASGI app: the one place where the parts are put together."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from ops.database import connect, disconnect
from ops.redis import redis_client
from ops.settings import settings as read_settings
from ops.storage import storage
from realtime.broker import Broker
from realtime.handout import Handout
from realtime.hub import Hub
from realtime.presence import Presence
from schema.ids import load_key
from web import health
from web.assets import asset, photo
from web.execution import Engine
from web.graphql import graphql, graphql_first
from web.middleware import Observed
from web.pages import STATIC, client, client_file, nothing_here
from web.parts import Parts
from web.socket import graphql_socket
from web.trusted import trusted_documents
from web.uploads import upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import strawberry
    from starlette.types import Receive, Scope, Send

    from ops.settings import Settings


GRAPHQL = "/graphql"


class App(Starlette):
    """Starlette, but what is asked nearly always is answered before its layers and routes, observed as all the rest is."""

    first: tuple[Route, Observed]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == GRAPHQL and scope["method"] == "POST":
            scope["app"] = self
            scope["route"], answer = self.first
            await answer(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(*, schema: strawberry.Schema | None = None, settings: Settings | None = None) -> Starlette:
    """The app on the process's settings and the API's schema, unless others are given."""
    chosen = settings or read_settings()
    at_graphql = Route(GRAPHQL, graphql, methods=["GET", "POST"])
    app = App(
        routes=[
            at_graphql,
            WebSocketRoute(GRAPHQL, graphql_socket),
            Route("/uploads", upload, methods=["POST"]),
            Route("/assets/{sha256:path}", asset),
            Route("/tutorial/{name:path}", photo),
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz),
            Route("/metrics", health.metrics),
            Mount("/static", StaticFiles(directory=STATIC)),
            Route("/client/{name:path}", client_file),
        ],
        middleware=[Middleware(Observed, is_https=chosen.is_https)],
        exception_handlers={404: nothing_here},
        lifespan=lambda app: running(app, schema or the_schema(), chosen),
    )
    app.first = at_graphql, Observed(graphql_first, is_https=chosen.is_https)
    # An address is right or there is nothing; it is not almost right.
    app.router.redirect_slashes = False
    app.router.default = client
    return app


def the_schema() -> strawberry.Schema:
    import resolvers.schema

    return resolvers.schema.schema


@asynccontextmanager
async def running(app: Starlette, schema: strawberry.Schema, settings: Settings) -> AsyncIterator[None]:
    """Connected to database and Redis while the app serves."""
    async with AsyncExitStack() as stack:
        await connect(settings.database_url)
        stack.push_async_callback(disconnect)
        redis = redis_client(settings.redis_url)
        stack.push_async_callback(redis.aclose)
        broker = await stack.enter_async_context(Broker(redis))
        hub = await stack.enter_async_context(Hub(broker))
        await load_key()
        parts = Parts(
            settings=settings,
            engine=Engine(schema, trusted_documents()),
            redis=redis,
            broker=broker,
            hub=hub,
            presence=Presence(hub),
            handout=Handout(broker),
            storage=storage(),
        )
        app.state.parts = parts
        yield
        # Mutations whose clients went away are carried out before the database is let go.
        await asyncio.gather(*parts.unfinished, return_exceptions=True)
        await parts.handout.close()
        await parts.presence.close()
