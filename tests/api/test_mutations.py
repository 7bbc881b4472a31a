"""Every mutation of the schema as an attacker would try it: as each wrong caller, with each wrong value, and again. What is denied
changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.api.attacks import CASES, IDS, NUMBERS, TEXTS, Case
from tests.api.client import Client, Tidemark
from tests.api.documents import document, leaves, replaced, root
from tests.api.scene import Scene, a_scene, unchanged

# Their tests are elsewhere, together with all else about them.
ELSEWHERE = {"openTicket", "contactSupport", "replyToTicket", "closeTicket"}
GRAPHQL_ERRORS = {"UNAUTHENTICATED", "FORBIDDEN"}


def test_every_mutation_is_attacked() -> None:
    assert set(root("mutation").fields) == CASES.keys() | (ELSEWHERE & set(root("mutation").fields))


@pytest.mark.parametrize("way", ["by_whoever_may_not", "with_what_is_wrong", "with_what_is_hostile", "with_what_is_of_another_type"])
async def test_what_is_denied_is_told_by_code_and_path_and_changes_nothing(way: str, tidemark: Tidemark, redis: Redis) -> None:
    scene = await a_scene(tidemark)

    async with unchanged():
        for name, case in CASES.items():
            await getattr(Attack(name, case, scene, redis, case.variables(scene)), way)()


@pytest.mark.parametrize("name", CASES)
async def test_whoever_may_does_and_again_changes_nothing_more(name: str, tidemark: Tidemark) -> None:
    case, scene = CASES[name], await a_scene(tidemark)
    variables = case.variables(scene)

    assert await said(scene.client(case.by), name, variables) == []

    if case.again is not None:
        async with unchanged():
            told = await said(scene.client(case.by), name, variables)
        assert [refusal[0] for refusal in told] == ([] if case.again == "same" else [case.again])


@dataclass
class Attack:
    """On one mutation; `variables` are those with which it would succeed."""

    name: str
    case: Case
    scene: Scene
    redis: Redis
    variables: dict[str, Any]

    async def by_whoever_may_not(self) -> None:
        place = next((".".join(path) for path, type_ in self.leaves() if type_ == "ID"), "")
        for who, code in self.case.guard.items():
            told = await said(self.scene.client(who), self.name, self.variables)
            expected = code if code in GRAPHQL_ERRORS else [(code, place if code in {"NOT_FOUND", "CONFLICT"} else "")]
            assert told == expected, (self.name, who)

    async def with_what_is_wrong(self) -> None:
        foreign = [(path, value, "NOT_FOUND", path) for path, value in self.case.foreign(self.scene).items()]
        for path, value, code, at in [*self.case.wrong(self.scene), *foreign]:
            told = await self.tried(tuple(path.split(".")), value)
            assert (code, at) in told, (self.name, path, value, told)

    async def with_what_is_hostile(self) -> None:
        for path, type_ in self.leaves():
            for kind, value in hostile(self.case, path, type_).items():
                told = await self.tried(path, value)
                assert refuses(told, path, "NOT_FOUND" if type_ == "ID" else None), (self.name, path, kind, told)

    async def with_what_is_of_another_type(self) -> None:
        client = self.scene.client(self.case.by)
        for path, _ in self.leaves():
            body = await client.send(written(self.name), **replaced(self.variables, path, {"of": "another kind"}))
            codes = [(error["extensions"]["code"], error["extensions"].get("path")) for error in body["errors"]]
            assert codes == [("BAD_USER_INPUT", list(path))], self.name
        required = {argument for argument, each in root("mutation").fields[self.name].args.items() if str(each.type).endswith("!")}
        if required:
            body = await client.send(written(self.name))
            missing = {(error["extensions"]["code"], *error["extensions"]["path"]) for error in body["errors"]}
            assert missing == {("BAD_USER_INPUT", argument) for argument in required}, self.name

    def leaves(self) -> list[tuple[tuple[str, ...], str]]:
        return list(leaves("mutation", self.name, self.variables))

    async def tried(self, path: tuple[str, ...], value: Any) -> str | list[tuple[str, str]]:
        # Throttles are for test_people.py.
        await self.redis.flushall()
        return await said(self.scene.client(self.case.by), self.name, replaced(self.variables, path, value))


def hostile(case: Case, path: tuple[str, ...], type_: str) -> dict[str, Any]:
    """Values by what is wrong with them."""
    if type_ == "ID":
        return {kind: value.format("Project") for kind, value in IDS.items()}
    if type_ == "String":
        taken = case.takes.get(".".join(path), frozenset())
        return {kind: text for kind, text in TEXTS.items() if kind not in taken}
    return {str(number): number for number in NUMBERS.get(type_, ())}


def refuses(told: Any, path: tuple[str, ...], code: str | None) -> bool:
    """Whether it is refused at that place, or at what it is part of."""
    return any((code is None or each == code) and ".".join(path).startswith(at) for each, at in told) if isinstance(told, list) else False


def written(name: str) -> str:
    return document("mutation", name, "{ errors { code message path } }")


async def said(client: Client, name: str, variables: dict[str, Any]) -> str | list[tuple[str, str]]:
    """The code of a GraphQL error, or the refusals of the payload: (code, path) each."""
    body = await client.send(written(name), **variables)
    if body.get("errors"):
        return str(body["errors"][0]["extensions"]["code"])
    return [(error["code"], ".".join(error["path"])) for error in body["data"][name]["errors"]]
