"""What is executed once for an audience: every field that a shared subscription can show, with every two viewers of that audience."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from graphql import GraphQLField, get_named_type, is_abstract_type, is_composite_type, is_required_argument
from tortoise.transactions import in_transaction

from models import Appeal, Decision, Review, Role, StandingStep, User, Verdict
from ops.database import sql
from quality.ladder import Step
from realtime.cursor import Cursor
from realtime.delivered import Delivered
from realtime.topics import BOARD
from resolvers.schema import schema
from schema.context import Context, Personal, RequestMeta
from schema.events import BOARD_EVENTS, PresenceChanged
from schema.judgement import ModeratorPresence
from tests.api.client import Tidemark
from tests.support.world import a_moderator, a_project, an_annotation, an_organization, decided
from tests.web.conftest import Edge
from web.execution import Engine, Request

SCHEMA = schema._schema
# The root fields that return a Broadcast, with the types of what they tell.
SHARED = {"reviewBoard": "ReviewBoardEvent"}
# Of those fields that cannot be asked without.
ARGUMENTS = {"Review.likeness": "(answers: [])"}


def fields_within(root: str) -> Iterator[tuple[str, str]]:
    """Each field of each type that can be reached, once, by the shortest way: (Type.field, a selection on `root`)."""
    waiting: deque[tuple[Any, str, str]] = deque([(SCHEMA.get_type(root), "", "")])
    seen = {root}
    while waiting:
        parent, before, after = waiting.popleft()
        if is_abstract_type(parent):
            for each in SCHEMA.get_possible_types(parent):
                if each.name not in seen:
                    seen.add(each.name)
                    waiting.append((each, f"{before} ... on {each.name} {{", f"}} {after}"))
        for name, field in getattr(parent, "fields", {}).items():
            type_: Any = get_named_type(field.type)
            place = f"{parent.name}.{name}"
            given = ARGUMENTS.get(place, "")
            yield place, f"{before} {name}{given} {'{ __typename }' if is_composite_type(type_) else ''} {after}"
            if is_composite_type(type_) and type_.name not in seen:
                seen.add(type_.name)
                waiting.append((type_, f"{before} {name} {{", f"}} {after}"))


def arguments_of(place: str) -> Any:
    type_name, name = place.split(".")
    field: GraphQLField = SCHEMA.get_type(type_name).fields[name]  # type: ignore[union-attr]
    return field.args.values()


@pytest.fixture
async def world(whole_edge: Edge, emptied: None) -> tuple[list[User], dict[str, list[dict[str, int]]]]:
    """Two of one audience who have as little in common as two can: one wrote the annotations, the other owns the project; and rows for
    every kind of event."""
    author, other, third = await a_moderator(), await a_moderator(), await a_moderator()
    await other.update_profile({"country": "JP", "languages": ["ja"], "devices": ["PHONE"], "time_zone": "Asia/Tokyo"})
    organization = await an_organization(other)
    await author.gain(Role.PARTNER)
    project = await a_project(organization, items=8)
    waiting, rejected, appealed = [await an_annotation(author, project) for _ in range(3)]
    await decided(rejected, Decision.REJECTED, third)
    await decided(appealed, Decision.REJECTED, third)
    appeal = await Appeal.against_rejection(appealed, "Look again.")
    review = await Review.get(annotation_id=waiting.id)
    verdict = await Verdict.get(annotation_id=rejected.id)
    # The author's own standing is appealed too: what an appeal is about has fields of its own.
    async with in_transaction():
        await StandingStep.impose(author.id, Step.RESTRICTED, reason="Poor.", until=await sql.now() + timedelta(days=1))
    about_standing = await Appeal.against_standing(author, "It was dark.")
    rows = {"review": review.id, "verdict": verdict.id}
    people = [await author.reread(), await other.reread()]
    of_each = [rows | {"appeal": each.id} for each in (appeal, about_standing)]
    return people, dict.fromkeys(BOARD_EVENTS, of_each)


async def test_nothing_that_differs_between_two_viewers_is_shared(
    whole_edge: Edge, world: tuple[list[User], dict[str, list[dict[str, int]]]]
) -> None:
    people, rows = world
    parts, engine = whole_edge.parts, Engine(schema)
    contexts = [
        Context(user, None, None, RequestMeta("127.0.0.1", "", ""), parts.hub, parts.redis, None, parts.presence, parts.handout)
        for user in people
    ]
    assert len({context.audience for context in contexts}) == 1
    assert contexts[0].audience.roles >= {Role.MODERATOR}
    at = Delivered(Cursor("epoch", 1), BOARD, "", {}, datetime.now(UTC))
    events = [
        kind(event=Delivered(at.cursor, BOARD, name, ids, at.at))
        for name, kind in BOARD_EVENTS.items()
        for ids in (rows[name] if "Appeal" in name else rows[name][:1])
    ]
    events.append(PresenceChanged(event=at, present=[ModeratorPresence(id="x", display_name="Ada", since=at.at)]))  # type: ignore[arg-type]
    personal, shared = set(), set()

    for root, type_name in SHARED.items():
        for place, selection in fields_within(type_name):
            assert place in ARGUMENTS or not any(map(is_required_argument, arguments_of(place))), f"{place}: give its arguments"
            operation = engine.choose(Request(f"subscription {{ {root} {{ __typename {selection} }} }}", {}, None))
            executor = engine.begin(operation, {}, contexts[0])
            for event in events:
                told = [await engine.event(executor, event, context.renewed()) for context in contexts]
                try:
                    one = await engine.event(executor, event, contexts[0].shared())
                except Personal:
                    personal.add(place)
                else:
                    shared.add(place)
                    assert one == told[0] == told[1], place

    assert {"Project.blockedBy", "Assignment.draft"} <= personal
    assert {"Review.id", "Annotation.annotator", "Annotation.appeal", "ReviewBoardEvent.counts", "StandingStep.reason"} <= shared - personal


async def test_every_subscription_that_is_shared_is_looked_at(tidemark: Tidemark) -> None:
    """Those that return a Broadcast say so by what they are annotated with."""
    from resolvers.streams import Subscription

    annotated = {
        field.graphql_name or field.name
        for field in Subscription.__strawberry_definition__.fields  # type: ignore[attr-defined]
        if "AsyncIterable" in str(field.base_resolver.wrapped_func.__annotations__["return"])
    }
    assert annotated == {"review_board"}
