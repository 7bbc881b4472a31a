"""A small schema for tests of the edge: one field for everything that can happen to an operation there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import strawberry
from graphql import GraphQLError

from models.errors import AccountSuspended, NotFound
from realtime.cursor import CursorExpired
from realtime.hub import TooSlow
from schema.context import Context
from schema.errors import Forbidden, NotFoundError

Info = strawberry.Info[Context, None]

# What the mutation `note` was given, and how many of the subscription `forever` run.
notes: list[str] = []
running: list[str] = []


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
        await asyncio.sleep(0.3)
        notes.append(text)
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


schema = strawberry.Schema(query=Query, mutation=Mutation, subscription=Subscription)
