"""A small schema for tests of the edge: one field for everything that can happen to an operation there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig

from models import User
from models.errors import AccountSuspended, NotFound
from realtime.broadcast import Aside, Broadcast
from realtime.cursor import Cursor, CursorExpired
from realtime.delivered import Delivered
from realtime.hub import TooSlow
from realtime.topics import BOARD
from schema.context import Context
from schema.errors import Forbidden, NotFoundError
from schema.inputs import given
from schema.scalars import SCALARS

Info = strawberry.Info[Context, None]

# What the mutation `note` was given, what of `forever` and `noteSlowly` runs, and each time an event of the board was executed.
notes: list[str] = []
running: list[str] = []
executed: list[int] = []
# Who is at the board.
attending: list[int] = []


@strawberry.input(one_of=True)
class Choice:
    text: str | None = strawberry.UNSET
    number: int | None = strawberry.UNSET


@strawberry.input
class Corner:
    x: float
    y: float


@strawberry.input
class Shape:
    label: str
    corners: list[Corner]


@strawberry.type
class Thing:
    name: str

    @strawberry.field
    def thing(self) -> Thing:
        return Thing(name="inner")

    @strawberry.field
    def things(self, first: int = 20) -> list[Thing]:
        return [Thing(name=str(number)) for number in range(min(first, 3))]

    @strawberry.field
    def broken(self) -> str:
        raise RuntimeError("the password of the database is tulip")


@strawberry.type
class Posted:
    """An event of the board."""

    event: strawberry.Private[Delivered]

    @strawberry.field
    def cursor(self) -> Cursor:
        return self.event.cursor

    @strawberry.field
    async def number(self) -> int:
        executed.append(self.event.ids["number"])
        return self.event.ids["number"]

    @strawberry.field
    async def at_third_try(self) -> int:
        # Of what a compiled operation cannot show, the first attempt is followed by another at once.
        number = self.event.ids["number"]
        executed.append(number)
        if executed.count(number) < 3:
            raise ConnectionError("the database is away")
        return number

    @strawberry.field
    def large(self) -> str:
        return "x" * 50_000

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def is_staff(self, info: Info) -> bool:
        return info.context.is_staff

    @strawberry.field
    def email(self, info: Info) -> str | None:
        return email_of(info)

    @strawberry.field
    def email_of_odd(self, info: Info) -> str | None:
        """Asks who asks, but not at every event."""
        return email_of(info) if self.event.ids["number"] % 2 else None

    @strawberry.field
    def swallowed(self, info: Info) -> str:
        try:
            return info.context.user.email
        except Exception:
            return "nobody"


def email_of(info: Info) -> str | None:
    return info.context.viewer.email if info.context.viewer else None


class Attending:
    def __init__(self, user_id: int) -> None:
        self.user_id = user_id
        attending.append(user_id)

    def leave(self) -> None:
        if self.user_id in attending:
            attending.remove(self.user_id)


@asynccontextmanager
async def no_asides() -> AsyncIterator[AsyncIterator[Aside[Posted]]]:
    async def none() -> AsyncGenerator[Aside[Posted]]:
        await asyncio.Event().wait()
        yield lambda cursor: Posted(event=Delivered(cursor, BOARD, "", {}, datetime.now(UTC)))

    yield none()


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "world"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def me(self, info: Info) -> str | None:
        if info.context.token is not None:
            return f"token {info.context.token.id}"
        return info.context.viewer.email if info.context.viewer else None

    @strawberry.field
    async def name(self, info: Info) -> str | None:
        """By a loader."""
        viewer = info.context.viewer
        return (await info.context.loaders.row(User, viewer.id)).display_name if viewer else None

    @strawberry.field
    def ip(self, info: Info) -> str:
        return info.context.request_meta.ip

    @strawberry.field
    def thing(self) -> Thing:
        return Thing(name="outer")

    @strawberry.field
    def choose(self, choice: Choice) -> str:
        return "chosen"

    @strawberry.field
    def draw(self, shapes: list[Shape]) -> int:
        return len(shapes)

    @strawberry.field
    async def broken(self) -> str:
        raise RuntimeError("the password of the database is tulip")

    @strawberry.field
    def wrong_output(self) -> int:
        return "tulip"  # type: ignore[return-value]

    @strawberry.field
    def plain_error(self) -> str:
        raise GraphQLError("tulip")

    @strawberry.field
    def forbidden(self) -> str:
        raise Forbidden("Not yours.")

    @strawberry.field
    def refused(self) -> str:
        raise NotFound("No such thing.", "id")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def note(self, text: str) -> str:
        notes.append(text)
        return text

    @strawberry.mutation
    async def note_slowly(self, text: str) -> str:
        running.append(text)
        await asyncio.sleep(0.3)
        notes.append(text)
        running.remove(text)
        return text

    @strawberry.mutation
    def sign_in(self, info: Info, token: str) -> bool:
        info.context.set_session(token)
        return True

    @strawberry.mutation
    def sign_out(self, info: Info) -> bool:
        info.context.set_session(None)
        return True


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def things(self) -> AsyncGenerator[Thing]:
        yield Thing(name="only")

    @strawberry.subscription
    async def forever(self, name: str = "") -> AsyncGenerator[int]:
        running.append(name)
        try:
            yield 0
            await asyncio.Event().wait()
        finally:
            running.remove(name)

    @strawberry.subscription
    async def board(self, info: Info, after: Cursor | None = strawberry.UNSET) -> AsyncIterable[Posted]:
        attend = partial(Attending, info.context.user.id)
        return Broadcast(info.context.hub, BOARD, given(after), lambda event: Posted(event=event), no_asides, attend)

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str]:
        while True:
            yield "x" * 100_000
            await asyncio.sleep(0)

    @strawberry.subscription
    async def expired(self) -> AsyncGenerator[int]:
        yield 0
        raise CursorExpired

    @strawberry.subscription
    async def too_slow(self) -> AsyncGenerator[int]:
        yield 0
        raise TooSlow

    @strawberry.subscription
    async def suspended(self) -> AsyncGenerator[int]:
        yield 0
        raise AccountSuspended

    @strawberry.subscription
    async def hidden(self, project_id: str = "x") -> AsyncGenerator[int]:
        if project_id:
            raise NotFoundError(path=["projectId"])
        yield 0

    @strawberry.subscription
    async def broken(self) -> AsyncGenerator[int]:
        yield 0
        raise RuntimeError("the password of the database is tulip")


def code_of(response: dict[str, Any]) -> str:
    code: str = response["errors"][0]["extensions"]["code"]
    return code


schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription, config=StrawberryConfig(scalar_map=SCALARS))
