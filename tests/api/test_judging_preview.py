"""What other thresholds would have decided, as the API tells it: worked out by hand, for whom, how often, and not for nonsense."""

from __future__ import annotations

import asyncio
from typing import Any

from redis.asyncio import Redis

from models import Annotation, Assignment, AuditSample, Decision, Project, Verdict
from models.judge import judge_item
from ops.database import sql
from resolvers.limits import PREVIEW_OF_PROJECT
from tests.api.client import Client, Tidemark
from tests.api.scene import a_scene, the_id, unchanged
from tests.support.world import (
    BOX_FORM,
    a_box,
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_annotator,
    an_organization,
    bring_items,
    decided,
)

PREVIEW = """query ($id: ID!, $judging: JudgingInput, $overlap: Int, $maxOverlap: Int) {
  judgingPreview(projectId: $id, judging: $judging, overlap: $overlap, maxOverlap: $maxOverlap) {
    items annotations changed before { ...counts } after { ...counts } } }
  fragment counts on PreviewedVerdicts { approved rejected toPeople notAsked unanswered checked agreeing }"""
NOTHING = {"approved": 0, "rejected": 0, "toPeople": 0, "notAsked": 0, "unanswered": 0, "checked": 0, "agreeing": 0}
# Of answers that overlap the known one by 1, 0.82, 0.6 and 0.4: (overlap, match, how many are approved).
GOLD = [(0.95, 0.5, 1), (0.82, 0.5, 2), (0.75, 0.5, 2), (0.6, 0.5, 3), (0.6001, 0.5, 2), (0.4, 0.3, 4), (1.0, 1.0, 1)]
# Of the choices below: (what is asked, what it comes to, how many annotations fare otherwise).
CHOICES: list[tuple[dict[str, Any], dict[str, int], int]] = [
    # As it is: the two who agree are approved, one of them wrongly; of the two that differ one is shown to people, and where that is
    # right the other is told from it with 0.87, too little to reject it without them; the third agrees with what people approved.
    ({}, {"approved": 3, "toPeople": 2, "checked": 1}, 0),
    ({"judging": {}}, {"approved": 3, "toPeople": 2, "checked": 1}, 0),
    # Two of 0.96 agree with 0.998: less than 0.999, so people see the first, and what they approve makes the second sure.
    ({"judging": {"confidence": 0.999}}, {"approved": 2, "toPeople": 3, "checked": 1}, 1),
    # One answer is nobody's to compare with: people see the first of each, and the other three are not asked for.
    ({"overlap": 1}, {"toPeople": 2, "notAsked": 3}, 4),
    # Three: the first item lacks one; the second has them, and its cats outweigh the dog with 0.97. People said the same of both.
    ({"overlap": 3}, {"approved": 2, "rejected": 1, "toPeople": 2, "unanswered": 1, "checked": 2, "agreeing": 2}, 4),
    # Four: both lack some.
    ({"overlap": 4}, {"toPeople": 5, "unanswered": 2}, 3),
    # Two, and a third where they differ.
    ({"maxOverlap": 3}, {"approved": 4, "rejected": 1, "checked": 3, "agreeing": 2}, 2),
    ({"overlap": 2, "maxOverlap": 20}, {"approved": 4, "rejected": 1, "checked": 3, "agreeing": 2}, 2),
    # How many are asked is fixed where that is said and no more.
    ({"overlap": 2, "maxOverlap": None}, {"approved": 3, "toPeople": 2, "checked": 1}, 0),
]
REFUSED = {"BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"judging": {"match": 0.0}}, ["judging", "match"]),
    ({"judging": {"text": 1.01}}, ["judging", "text"]),
    ({"judging": {"confidence": -1e300}}, ["judging", "confidence"]),
    ({"judging": {"right": 1e300}}, ["judging", "right"]),
    ({"judging": {"points": -1}}, ["judging", "points"]),
    ({"judging": {"points": 11}}, ["judging", "points"]),
    ({"judging": {"match": 0.8}}, ["judging", "overlap"]),
    ({"judging": {"outlier": 0.9}}, ["judging", "outlier"]),
    ({"judging": {"match": "0.5"}}, ["judging", "match"]),
    ({"judging": {"points": 1.5}}, ["judging", "points"]),
    ({"judging": {"newcomer": 1}}, ["judging", "newcomer"]),
    ({"judging": {"certainty": 0.5}}, ["judging", "certainty"]),
    ({"judging": [0.5]}, ["judging"]),
    ({"overlap": 0}, ["overlap"]),
    ({"overlap": -1}, ["overlap"]),
    ({"overlap": 21}, ["overlap"]),
    ({"overlap": 2**31}, ["overlap"]),
    ({"maxOverlap": 0}, ["maxOverlap"]),
    ({"maxOverlap": 2}, ["maxOverlap"]),
    ({"maxOverlap": 21}, ["maxOverlap"]),
    ({"overlap": 5, "maxOverlap": 5}, ["maxOverlap"]),
]


async def answered(project: Project, answers: list[dict[str, Any]], *, gold: bool = False) -> Annotation:
    """By somebody with a long record: 40 right of 40."""
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET approved = 40, gold_share = $2 WHERE user_id = $1", annotator.id, float(gold))
    [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
    return await assignment.submit(answers)


async def judged(annotation: Annotation) -> None:
    """As if the random delay were over."""
    await sql.run("UPDATE reviews SET judge_at = now() WHERE decided_at IS NULL AND judge_at IS NOT NULL")
    await judge_item(annotation.item_id)


async def a_project_of_boxes(client: Client) -> Project:
    """Gold of a box 100 wide, and four answers to it that overlap it by 1, 0.82, 0.6 and 0.4."""
    project = await a_project(await an_organization(client.user), items=5, overlap=2, form=BOX_FORM)
    await bring_items(project, 1, prefix="gold", gold=a_box(width=100))
    for width in (100, 82, 60, 40):
        await judged(await answered(project, a_box(width=width), gold=True))
    assert await Verdict.filter(decision=Decision.APPROVED).count() == 2
    return project


async def a_project_of_choices(client: Client) -> Project:
    """One item on which two agree, the second of whom a moderator who looked again found wrong; and one that a moderator decided: a cat is
    right and a dog is not, so a third was asked, who agrees with the cat."""
    project, moderator = await a_project(await an_organization(client.user), items=0, overlap=2), await a_moderator()
    await bring_items(project, 1, prefix="agreed")
    agreed = [await answered(project, a_choice("cat")) for _ in range(2)]
    await judged(agreed[0])
    verdict = await Verdict.get(annotation_id=agreed[1].id)
    await AuditSample.draw(verdict, project)
    await (await AuditSample.get(verdict_id=verdict.id)).decide(moderator, agrees=False)
    await bring_items(project, 1, prefix="disputed")
    cat, dog = [await answered(project, a_choice(option)) for option in ("cat", "dog")]
    await decided(cat, Decision.APPROVED, moderator)
    await decided(dog, Decision.REJECTED, moderator)
    await judged(await answered(project, a_choice("cat")))
    assert await sql.value("SELECT count(*) FROM items WHERE completed_at IS NOT NULL") == 2
    return project


async def a_partner_at(tidemark: Tidemark) -> Client:
    return await tidemark.signed_in(await a_user())


async def tried(client: Client, project: Project, **asked: Any) -> Any:
    async with unchanged():
        return (await client.ask(PREVIEW, id=the_id(project), **asked))["judgingPreview"]


async def test_gold_is_right_from_the_overlap_that_is_asked_for(tidemark: Tidemark) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project_of_boxes(client)

    for overlap, match, approved in GOLD:
        told = await tried(client, project, judging={"overlap": overlap, "match": match})

        # A known answer is no finished item: each answer to it is tried by itself.
        assert told == {
            "items": 4,
            "annotations": 4,
            "before": NOTHING | {"approved": 2, "rejected": 2},
            "after": NOTHING | {"approved": approved, "rejected": 4 - approved},
            "changed": abs(approved - 2),
        }, (overlap, match)


async def test_other_thresholds_and_overlaps_come_to_what_is_worked_out_by_hand(tidemark: Tidemark) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project_of_choices(client)

    for asked, after, changed in CHOICES:
        told = await tried(client, project, **asked)

        assert (told["items"], told["annotations"]) == (2, 5)
        assert told["before"] == NOTHING | {"approved": 3, "toPeople": 2, "checked": 1}
        assert (told["after"], told["changed"]) == (NOTHING | after, changed), asked


async def test_what_is_left_out_is_as_the_project_has_it(tidemark: Tidemark) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project_of_boxes(client)
    await sql.run("""UPDATE projects SET judging = '{"overlap": 0.6}' WHERE id = $1""", project.id)

    own = await tried(client, project)
    standard, others = [await tried(client, project, judging=thresholds) for thresholds in ({}, {"points": 2})]

    assert own["before"] == own["after"] == NOTHING | {"approved": 3, "rejected": 1}
    # Thresholds that are left out of those that are given are the standard ones, as where they are saved.
    assert standard["after"] == others["after"] == NOTHING | {"approved": 2, "rejected": 2}


async def test_a_project_without_results_is_tried_on_nothing(tidemark: Tidemark) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project(await an_organization(client.user), items=1)

    told = await tried(client, project, judging={"match": 0.1})

    assert told == {"items": 0, "annotations": 0, "changed": 0, "before": NOTHING, "after": NOTHING}


async def test_who_does_not_run_the_project_learns_nothing_and_uses_none_of_its_tries(tidemark: Tidemark, redis: Redis) -> None:
    scene = await a_scene(tidemark)
    denied = {"anonymous": "UNAUTHENTICATED", "blind token": "FORBIDDEN", "writing token": "FORBIDDEN"}

    async with unchanged():
        for who in ("annotator", "stranger", "moderator", "second", "admin", "rival", "rival token", "newcomer"):
            told = await scene.client(who).ask(PREVIEW, id=the_id(scene.project), judging={"match": 7.0})
            assert told == {"judgingPreview": None}, who
        for who, code in denied.items():
            assert await scene.client(who).error(PREVIEW, id=the_id(scene.project)) == code, who
        for nonsense in ("", "Project:5", "Project_7zzzzzzzzzzzz", the_id(scene.organization), the_id(scene.rival_draft), "x" * 100_000):
            assert await scene.client("partner").ask(PREVIEW, id=nonsense) == {"judgingPreview": None}, nonsense
        assert await redis.keys(f"throttle:{PREVIEW_OF_PROJECT.name}:*") == []
        for who in ("partner", "token"):
            assert (await scene.client(who).ask(PREVIEW, id=the_id(scene.project)))["judgingPreview"] is not None


async def test_thresholds_that_are_none_are_told_by_their_place_and_use_none_of_the_tries(tidemark: Tidemark, redis: Redis) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project(await an_organization(client.user), items=1, overlap=2)

    async with unchanged():
        for asked, path in WRONG:
            body = await client.send(PREVIEW, id=the_id(project), **asked)
            [error] = body["errors"]
            assert (error["extensions"]["code"], error["extensions"].get("path")) == ("BAD_USER_INPUT", path), asked

    assert await redis.keys(f"throttle:{PREVIEW_OF_PROJECT.name}:*") == []


async def test_a_number_that_is_none_is_refused_wherever_it_is_written(tidemark: Tidemark) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project(await an_organization(client.user), items=1, overlap=2)
    headers = client.headers | {"content-type": "application/json"}
    document = "query ($id: ID!, $match: Float) { judgingPreview(projectId: $id, judging: { match: $match }) { changed } }"

    async with unchanged():
        for number in ("NaN", "Infinity", "-Infinity", "1e999", "-1e999"):
            written = await client.send(document.replace("$match: Float", "").replace("$match", number), id=the_id(project))
            sent = await client.http.post(
                f"{client.origin}/graphql",
                content=f'{{"query": "{document}", "variables": {{"id": "{the_id(project)}", "match": {number}}}}}',
                headers=headers,
            )
            for body in (written, sent.json()):
                assert not (body.get("data") or {}).get("judgingPreview"), number
                assert body["errors"][0]["extensions"]["code"] in REFUSED, number


async def test_a_project_has_so_many_tries_an_hour_whoever_runs_it_and_others_have_their_own(tidemark: Tidemark, redis: Redis) -> None:
    scene = await a_scene(tidemark)
    await redis.set(f"throttle:{PREVIEW_OF_PROJECT.name}:{scene.project.id}", PREVIEW_OF_PROJECT.most - 1, ex=PREVIEW_OF_PROJECT.seconds)

    await scene.client("partner").ask(PREVIEW, id=the_id(scene.project))
    async with unchanged():
        for who in ("partner", "token"):
            body = await scene.client(who).send(PREVIEW, id=the_id(scene.project))
            [error] = body["errors"]
            assert (error["extensions"]["code"], error["extensions"]["limit"]) == ("RATE_LIMITED", 120)
            assert 0 < error["extensions"]["retryAfter"] <= PREVIEW_OF_PROJECT.seconds

    assert (await scene.client("partner").ask(PREVIEW, id=the_id(scene.draft)))["judgingPreview"] is not None
    # What is wrong is told also to who may not try.
    assert await scene.client("partner").error(PREVIEW, id=the_id(scene.project), overlap=0) == "BAD_USER_INPUT"


async def test_many_tries_at_once_are_all_answered(tidemark: Tidemark) -> None:
    client = await a_partner_at(tidemark)
    project = await a_project_of_choices(client)

    told = await asyncio.gather(*(client.ask(PREVIEW, id=the_id(project), judging={"confidence": 0.999}) for _ in range(10)))

    assert {each["judgingPreview"]["changed"] for each in told} == {1}
