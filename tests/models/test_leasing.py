"""Who gets which task, how long they have it, and what becomes of it: alone, and all at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from tortoise.transactions import in_transaction

from models import (
    Annotation,
    Assignment,
    AssignmentState,
    Decision,
    Item,
    ProblemKind,
    Project,
    ProjectState,
    Role,
    Task,
    TaskState,
    User,
    sanction,
)
from models.assignment import GRACE_SECONDS, REPORTS_TO_HOLD
from models.errors import (
    AccountSuspended,
    AlreadySubmitted,
    Conflict,
    EmailUnconfirmed,
    InvalidInput,
    LeaseExpired,
    NotEligible,
    NothingAvailable,
    Refusal,
    TutorialRequired,
)
from models.item import WAVE
from models.leasing import LONGEST_LEASE, MOST_HELD
from models.ledger_proof import verify
from models.standing import Standing
from ops.database import sql
from tests.support.sql import until_somebody_waits
from tests.support.world import (
    a_choice,
    a_project,
    a_user,
    an_admin,
    an_annotation,
    an_annotator,
    an_assignment,
    an_organization,
    balances,
    bring_items,
    counts_of,
    decided,
    let_lease_run_out,
    task_states,
)

AT_ONCE = 12
WORK = ("assignments", "annotations", "entries", "postings", "reviews")


async def several(number: int) -> list[User]:
    return [await an_annotator() for _ in range(number)]


async def lease_all(people: list[User], up_to: int) -> list[list[Assignment]]:
    return await asyncio.gather(*(Assignment.lease(person.id, up_to=up_to) for person in people))


# ------------------------------------------------------------------ many at once
async def test_a_task_is_never_leased_to_two() -> None:
    people, _ = await several(AT_ONCE), await a_project(items=30)

    leased = [assignment for batch in await lease_all(people, 5) for assignment in batch]

    assert len({assignment.task_id for assignment in leased}) == len(leased) == 30
    assert await Task.filter(state=TaskState.LEASED).count() == 30
    assert await verify() == []


async def test_nobody_gets_an_item_twice_however_many_streams_ask_for_them() -> None:
    """Twelve tabs of one person, and tasks enough of the same few items."""
    annotator, _ = await an_annotator(), await a_project(items=3, overlap=6)

    batches = await asyncio.gather(*(Assignment.lease(annotator.id, up_to=MOST_HELD) for _ in range(AT_ONCE)))

    items = [assignment.item_id for batch in batches for assignment in batch]
    assert sorted(items) == sorted(set(items))
    assert len(items) == 3
    assert await verify() == []


async def test_an_item_is_never_leased_past_its_overlap() -> None:
    people, project = await several(AT_ONCE), await a_project(items=2, overlap=3)

    leased = [assignment for batch in await lease_all(people, 2) for assignment in batch]

    assert len(leased) == 6
    assert sorted(await sql.value("SELECT array_agg(n::int) FROM (SELECT count(*) AS n FROM assignments GROUP BY item_id) AS c")) == [3, 3]
    assert await task_states(project) == ["LEASED"] * 6


async def test_all_items_get_their_first_answer_before_any_gets_its_second() -> None:
    first, second = await several(2)
    await a_project(items=3, overlap=2)

    await Assignment.lease(first.id, up_to=2)
    later = await Assignment.lease(second.id, up_to=3)

    rounds = [(await Task.get(id=assignment.task_id)).round for assignment in later]
    assert sorted(rounds) == [0, 1, 1]


async def test_of_a_large_import_some_items_are_done_before_others_begin() -> None:
    first, second = await several(2)
    project = await a_project(items=2 * WAVE, overlap=2)
    items = [item.id for item in await Item.filter(project_id=project.id).order_by("id")]

    leased = await Assignment.lease(first.id, up_to=WAVE) + await Assignment.lease(second.id, up_to=WAVE)

    assert [assignment.item_id for assignment in leased] == items[:WAVE] * 2


@pytest.mark.parametrize("up_to", [3, MOST_HELD])
async def test_streams_of_one_person_together_hold_no_more_than_asked_for(up_to: int) -> None:
    annotator, _ = await an_annotator(), await a_project(items=60)

    await asyncio.gather(*(Assignment.lease(annotator.id, up_to=up_to) for _ in range(AT_ONCE)))

    assert await Assignment.held_by(annotator.id).count() == up_to


async def test_nobody_holds_more_than_the_most_by_whatever_way() -> None:
    annotator = await an_annotator()
    organization = await an_organization()
    first = await a_project(organization, items=15, budget_micros=1_000_000)
    second = await a_project(items=15)

    await Assignment.lease(annotator.id, up_to=15, project_id=first.id)
    await Assignment.lease(annotator.id, up_to=10, project_id=second.id)

    assert await Assignment.held_by(annotator.id).count() == MOST_HELD
    with pytest.raises(Conflict):
        await Assignment.claim(annotator)
    assert await Assignment.lease(annotator.id, up_to=500) == []
    assert await Assignment.held_by(annotator.id).count() == MOST_HELD


async def test_racing_claims_stop_at_the_most() -> None:
    annotator, _ = await an_annotator(), await a_project(items=40)
    await Assignment.lease(annotator.id, up_to=MOST_HELD - 2)

    outcomes = await asyncio.gather(*(Assignment.claim(annotator) for _ in range(8)), return_exceptions=True)

    assert sum(isinstance(outcome, Assignment) for outcome in outcomes) == 2
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 6
    assert await Assignment.held_by(annotator.id).count() == MOST_HELD


async def test_prefetch_counts_what_is_held_of_that_project() -> None:
    annotator = await an_annotator()
    first, second = await a_project(items=5), await a_project(items=5)
    await Assignment.lease(annotator.id, up_to=2, project_id=first.id)

    assert len(await Assignment.lease(annotator.id, up_to=2, project_id=first.id)) == 0
    assert len(await Assignment.lease(annotator.id, up_to=3, project_id=second.id)) == 3
    assert len(await Assignment.lease(annotator.id, up_to=6)) == 1


async def test_people_stay_with_the_project_they_were_in() -> None:
    annotator = await an_annotator()
    await a_project(items=5)
    chosen = await a_project(items=5)
    await a_project(items=5)
    await an_assignment(annotator, chosen)

    leased = await Assignment.lease(annotator.id, up_to=7)

    assert [assignment.project_id for assignment in leased].count(chosen.id) == 4


# ------------------------------------------------------------------ projects and people that admit none
async def test_a_closed_or_paused_project_gives_no_lease_however_close_the_race() -> None:
    people = await several(8)
    for state in (ProjectState.CLOSED, ProjectState.PAUSED):
        project = await a_project(items=200)

        batches = await asyncio.gather(*(Assignment.lease(p.id, up_to=3, project_id=project.id) for p in people), project.set_state(state))

        assert batches[-1] is None
        assert [await Assignment.lease(person.id, up_to=20, project_id=project.id) for person in people] == [[]] * 8
        if state == ProjectState.CLOSED:
            assert set(await task_states(project)) == {"CLOSED"}
            assert await Assignment.filter(project_id=project.id, state=AssignmentState.LEASED).count() == 0
        assert await verify() == []


async def test_what_is_leased_of_a_paused_project_can_still_be_submitted() -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    assignment = await an_assignment(annotator, project)
    await project.set_state(ProjectState.PAUSED)

    await assignment.submit(a_choice())

    assert await balances(annotator) == (12_000, 0)


async def test_closing_ends_leases_and_submitting_is_too_late() -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    assignment = await an_assignment(annotator, project)
    await project.set_state(ProjectState.CLOSED)

    with pytest.raises(LeaseExpired):
        await assignment.submit(a_choice())

    assert (await assignment.reread()).state == AssignmentState.RELEASED
    assert await balances(annotator) == (0, 0)
    assert await verify() == []


@pytest.mark.parametrize("until_hours", [None, 1])
async def test_a_suspension_ends_leases_and_gives_no_other_however_close_the_race(until_hours: int | None) -> None:
    annotator, admin = await an_annotator(), await an_admin()
    await a_project(items=50)
    until = None if until_hours is None else await sql.now() + timedelta(hours=until_hours)

    await asyncio.gather(
        *(Assignment.lease(annotator.id, up_to=4) for _ in range(6)),
        sanction.suspend(annotator, by=admin, reason="Careless.", until=until),
        *(Assignment.lease(annotator.id, up_to=8) for _ in range(6)),
    )

    assert await Assignment.held_by(annotator.id).count() == 0
    assert await Assignment.lease(annotator.id, up_to=5) == []
    with pytest.raises(AccountSuspended):
        await Assignment.claim(annotator)
    assert await verify() == []


async def test_a_suspension_that_is_over_stops_nobody() -> None:
    annotator, _ = await an_annotator(), await a_project()
    await sanction.suspend(annotator, by=await an_admin(), reason="Careless.", until=await sql.now() + timedelta(hours=1))
    await sql.run("UPDATE standings SET until = now() - interval '1 second'")

    assert len(await Assignment.lease(annotator.id, up_to=1)) == 1


@pytest.mark.parametrize(
    ("person", "error"),
    [
        ({"confirmed": False}, EmailUnconfirmed),
        ({"tutorial": False}, TutorialRequired),
    ],
)
async def test_every_way_to_a_task_asks_for_address_and_tutorial(person: dict[str, Any], error: type[Refusal]) -> None:
    annotator, project = await a_user(**person), await a_project()
    before = await counts_of(*WORK)

    assert await Assignment.lease(annotator.id, up_to=3) == []
    for wanted in (None, project):
        with pytest.raises(error):
            await Assignment.claim(annotator, wanted)

    assert await counts_of(*WORK) == before
    assert set(await task_states(project)) == {"OPEN"}


@pytest.mark.parametrize(
    ("spec", "profile", "is_offered"),
    [
        ({}, {"country": None, "languages": [], "devices": []}, True),
        ({"countries": ["DE", "PT"]}, {"country": "PT"}, True),
        ({"countries": ["DE"]}, {"country": "PT"}, False),
        ({"countries": ["DE"]}, {"country": None}, False),
        ({"languages": ["pt"]}, {"languages": ["pt-BR"]}, True),
        ({"languages": ["pt-BR"]}, {"languages": ["pt"]}, False),
        ({"languages": ["fr", "en"]}, {"languages": ["en"]}, True),
        ({"languages": ["fr"]}, {"languages": ["en"]}, False),
        ({"languages": ["fr"]}, {"languages": []}, False),
        ({"devices": ["DESKTOP", "MICROPHONE"]}, {"devices": ["CAMERA", "DESKTOP", "MICROPHONE"]}, True),
        ({"devices": ["DESKTOP", "MICROPHONE"]}, {"devices": ["DESKTOP"]}, False),
        ({"devices": ["DESKTOP"]}, {"devices": []}, False),
    ],
)
async def test_requirements_are_met_or_there_is_no_task(spec: dict[str, Any], profile: dict[str, Any], is_offered: bool) -> None:
    annotator, project = await an_annotator(**profile), await a_project(**spec)

    leased = await Assignment.lease(annotator.id, up_to=1)

    assert bool(leased) == is_offered
    assert await project.blocked_by(annotator.id) == ([] if is_offered else ["NOT_ELIGIBLE"])
    if not is_offered:
        with pytest.raises(NotEligible):
            await Assignment.claim(annotator, project)
        with pytest.raises(NothingAvailable):
            await Assignment.claim(annotator)


async def test_an_accuracy_is_asked_of_who_has_one() -> None:
    newcomer, good, poor = await several(3)
    await sql.run("UPDATE standings SET approved = 9, rejected = 1 WHERE user_id = $1", good.id)
    await sql.run("UPDATE standings SET approved = 8, rejected = 2 WHERE user_id = $1", poor.id)
    project = await a_project(min_accuracy=0.9)

    assert await project.blocked_by(newcomer.id) == ["NOT_ELIGIBLE"]
    assert await project.blocked_by(poor.id) == ["NOT_ELIGIBLE"]
    assert len(await Assignment.lease(good.id, up_to=1)) == 1


async def test_nobody_works_on_a_project_of_their_own_organization() -> None:
    partner = await a_user(Role.PARTNER)
    project = await a_project(await an_organization(partner))

    assert await Assignment.lease(partner.id, up_to=1) == []
    with pytest.raises(NotEligible):
        await Assignment.claim(partner, project)


# ------------------------------------------------------------------ the end of a lease
async def test_a_lease_that_ran_out_goes_back_and_may_come_again_with_its_draft() -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    first = await an_assignment(annotator, project)
    await first.save_draft(a_choice("dog"), uploads={})
    await let_lease_run_out(first)

    assert await Assignment.end_due() == 1
    assert await task_states(project) == ["OPEN"]
    [second] = await Assignment.lease(annotator.id, up_to=1)

    assert second.id != first.id
    assert (second.draft, second.draft_version) == ([{"key": "label", "kind": "choice", "value": ["dog"]}], 1)
    assert (await first.reread()).state == AssignmentState.EXPIRED


async def test_a_draft_is_for_its_author_alone() -> None:
    annotator, other = await several(2)
    assignment = await an_assignment(annotator, await a_project(items=1))
    await assignment.save_draft(a_choice("dog"), uploads={})
    await let_lease_run_out(assignment)
    await Assignment.end_due()

    [leased] = await Assignment.lease(other.id, up_to=1)

    assert (leased.draft, leased.draft_version) == ([], 0)


async def test_a_draft_of_another_tab_is_not_overwritten() -> None:
    assignment = await an_assignment()
    saved = await assignment.save_draft(a_choice("dog"), uploads={}, version=0)

    with pytest.raises(Conflict):
        await assignment.save_draft(a_choice("cat"), uploads={}, version=0)

    assert saved.draft_version == 1
    assert (await assignment.reread()).draft == saved.draft


async def test_of_racing_drafts_with_one_version_one_is_kept() -> None:
    assignment = await an_assignment()

    outcomes = await asyncio.gather(
        *(assignment.save_draft(a_choice(option), uploads={}, version=0) for option in ("cat", "dog") * 4), return_exceptions=True
    )

    assert sum(isinstance(outcome, Assignment) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
    assert (await assignment.reread()).draft_version == 1


async def test_drafts_and_extensions_lengthen_a_lease_up_to_a_limit() -> None:
    project = await a_project(lease_seconds=60)
    assignment = await an_assignment(project=project)
    await sql.run("UPDATE assignments SET leased_at = now() - interval '100 seconds', lease_expires_at = now() + interval '30 seconds'")

    extended = await assignment.extend()
    saved = await assignment.save_draft(a_choice(), uploads={})
    await sql.run("UPDATE assignments SET leased_at = now() - interval '200 seconds', lease_expires_at = now() + interval '30 seconds'")
    at_the_end = await assignment.extend()

    assert 160 <= (extended.lease_expires_at - extended.leased_at).total_seconds() <= 180
    assert saved.lease_expires_at >= extended.lease_expires_at
    assert saved.lease_expires_at - saved.leased_at <= timedelta(seconds=60 * LONGEST_LEASE)
    assert at_the_end.lease_expires_at == (await assignment.reread()).lease_expires_at
    assert (at_the_end.lease_expires_at - at_the_end.leased_at).total_seconds() == 230


async def test_a_lease_that_ended_takes_neither_draft_nor_extension() -> None:
    assignment = await an_assignment(expired=True)

    with pytest.raises(LeaseExpired):
        await assignment.save_draft(a_choice(), uploads={})
    with pytest.raises(LeaseExpired):
        await assignment.extend()

    assert (await assignment.reread()).draft_version == 0


async def test_leases_without_a_draft_go_back_some_time_after_their_stream() -> None:
    annotator, _ = await an_annotator(), await a_project(items=3)
    drafted, *_others = await Assignment.lease(annotator.id, up_to=3)
    await drafted.save_draft(a_choice(), uploads={})

    await Assignment.let_go(annotator.id)
    assert await Assignment.end_due() == 0
    await sql.run("UPDATE assignments SET release_at = release_at - make_interval(secs => $1)", GRACE_SECONDS)

    assert await Assignment.end_due() == 2
    [kept] = await Assignment.held_by(annotator.id)
    assert kept.id == drafted.id


async def test_a_stream_that_comes_back_in_time_keeps_them() -> None:
    annotator, project = await an_annotator(), await a_project(items=2)
    other = await a_project(items=1)
    await Assignment.lease(annotator.id, up_to=2, project_id=project.id)
    await Assignment.lease(annotator.id, up_to=1, project_id=other.id)
    await Assignment.let_go(annotator.id)

    await Assignment.keep(annotator.id, project.id)
    await sql.run("UPDATE assignments SET release_at = release_at - make_interval(secs => $1)", GRACE_SECONDS)

    assert await Assignment.end_due() == 1
    assert {assignment.project_id for assignment in await Assignment.held_by(annotator.id)} == {project.id}


async def test_a_draft_saved_after_the_stream_went_away_keeps_its_lease() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)
    await Assignment.let_go(annotator.id)

    await assignment.save_draft(a_choice(), uploads={})
    await sql.run("UPDATE assignments SET release_at = release_at - make_interval(secs => $1)", GRACE_SECONDS)

    assert await Assignment.end_due() == 0
    assert (await assignment.reread()).state == AssignmentState.LEASED


async def test_a_lease_extended_while_the_worker_looks_is_not_ended() -> None:
    """The worker has picked it, and waits; meanwhile the draft is saved."""
    assignment = await an_assignment()
    await let_lease_run_out(assignment)

    is_extended = asyncio.Event()

    async def extends() -> None:
        async with in_transaction():
            await sql.run("UPDATE assignments SET lease_expires_at = now() + interval '1 minute' WHERE id = $1", assignment.id)
            is_extended.set()
            await until_somebody_waits()

    async def ends() -> int:
        await is_extended.wait()
        return await Assignment.end_due()

    _, ended = await asyncio.gather(extends(), ends())

    assert ended == 0
    assert (await assignment.reread()).state == AssignmentState.LEASED
    assert await verify() == []


async def test_workers_that_end_leases_at_once_end_each_once() -> None:
    annotator, project = await an_annotator(), await a_project(items=20)
    for assignment in await Assignment.lease(annotator.id, up_to=20):
        await let_lease_run_out(assignment)

    ended = await asyncio.gather(*(Assignment.end_due() for _ in range(6)))

    assert sum(ended) == 20
    assert set(await task_states(project)) == {"OPEN"}
    assert await sql.value("SELECT count(*) FROM events WHERE kind = 'AssignmentEnded'") == 20


# ------------------------------------------------------------------ submitting
async def test_a_lease_that_ended_is_taken_while_nobody_has_the_task() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator, expired=True)

    await assignment.submit(a_choice())

    assert await balances(annotator) == (12_000, 0)
    assert await verify() == []


async def test_a_lease_that_ended_is_refused_once_another_has_the_task_and_pays_nothing() -> None:
    annotator, other = await several(2)
    assignment = await an_assignment(annotator, await a_project(items=1), expired=True)
    await Assignment.lease(other.id, up_to=1)
    before = await counts_of(*WORK)

    with pytest.raises(LeaseExpired):
        await assignment.submit(a_choice())

    assert await balances(annotator) == (0, 0)
    assert await counts_of(*WORK) == before


async def test_a_lease_that_ended_is_refused_where_its_person_has_the_item_again() -> None:
    annotator, project = await an_annotator(), await a_project(items=1, overlap=2)
    first = await an_assignment(annotator, project, expired=True)
    other = await an_annotator()
    [blocking] = await Assignment.lease(other.id, up_to=1)
    [second] = await Assignment.lease(annotator.id, up_to=1)
    await blocking.skip()
    assert second.task_id != first.task_id
    before = await counts_of(*WORK)

    with pytest.raises(LeaseExpired):
        await first.submit(a_choice())

    assert await counts_of(*WORK) == before
    await second.submit(a_choice())
    assert await balances(annotator) == (12_000, 0)
    assert await verify() == []


async def test_submitting_again_gives_the_first_annotation_and_pays_once() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)

    submitted = await asyncio.gather(*(assignment.submit(a_choice()) for _ in range(8)))

    assert len({annotation.id for annotation in submitted}) == 1
    assert await balances(annotator) == (12_000, 0)
    assert await verify() == []


async def test_of_racing_submissions_with_different_answers_one_counts() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)

    outcomes = await asyncio.gather(*(assignment.submit(a_choice(option)) for option in ("cat", "dog") * 4), return_exceptions=True)

    assert sum(isinstance(outcome, Annotation) for outcome in outcomes) == 4
    assert sum(isinstance(outcome, AlreadySubmitted) for outcome in outcomes) == 4
    assert await Annotation.all().count() == 1
    assert await balances(annotator) == (12_000, 0)


async def test_late_submissions_of_several_race_for_one_task_and_one_is_paid() -> None:
    people, project = await several(6), await a_project(items=1)
    assignments = []
    for person in people:
        [assignment] = await Assignment.lease(person.id, up_to=1)
        await let_lease_run_out(assignment)
        await Assignment.end_due()
        assignments.append(assignment)

    outcomes = await asyncio.gather(*(assignment.submit(a_choice()) for assignment in assignments), return_exceptions=True)

    assert sum(isinstance(outcome, Annotation) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, LeaseExpired) for outcome in outcomes) == 5
    assert await sql.value("SELECT sum(pending)::int FROM wallets") == 12_000
    assert await task_states(project) == ["SUBMITTED"]
    assert await verify() == []


async def test_submitting_skipping_reporting_and_expiring_race_and_one_of_them_wins() -> None:
    for _ in range(5):
        annotator, project = await an_annotator(), await a_project(items=1)
        assignment = await an_assignment(annotator, project)
        await sql.run("UPDATE assignments SET release_at = now() WHERE id = $1", assignment.id)

        await asyncio.gather(
            assignment.submit(a_choice()),
            assignment.skip(),
            assignment.report(ProblemKind.UNCLEAR),
            Assignment.end_due(),
            sanction.suspend(annotator, by=await an_admin(), reason="Careless."),
            return_exceptions=True,
        )

        assert (await assignment.reread()).state != AssignmentState.LEASED
        assert await verify() == []


async def test_bad_answers_are_refused_with_their_path_and_change_nothing() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)
    before = await counts_of(*WORK)

    for seconds in (-1, 90_000, float("nan"), float("inf")):
        with pytest.raises(InvalidInput) as refusal:
            await assignment.submit(a_choice(), active_seconds=seconds)
        assert refusal.value.path == ("activeSeconds",)

    assert await counts_of(*WORK) == before
    assert (await assignment.reread()).state == AssignmentState.LEASED


async def test_who_was_suspended_submits_nothing_more() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)
    await sanction.suspend(annotator, by=await an_admin(), reason="Careless.")

    with pytest.raises(AccountSuspended):
        await assignment.submit(a_choice())

    assert await balances(annotator) == (0, 0)
    assert await Annotation.all().count() == 0


# ------------------------------------------------------------------ skips and reports
async def test_a_skipped_task_goes_to_somebody_else_and_never_comes_back() -> None:
    annotator, other = await several(2)
    assignment = await an_assignment(annotator, await a_project(items=1))

    skipped = await assignment.skip("Too hard.")
    again = await assignment.skip("Another reason.")

    assert (again.id, again.skip_reason) == (skipped.id, "Too hard.")
    assert (await Standing.of(annotator.id)).recent == "s"
    assert await Assignment.lease(annotator.id, up_to=1) == []
    assert len(await Assignment.lease(other.id, up_to=1)) == 1
    with pytest.raises(LeaseExpired):
        await assignment.submit(a_choice())


async def test_skips_and_submissions_are_what_the_skip_rate_tells() -> None:
    annotator, project = await an_annotator(), await a_project(items=4)
    await (await an_assignment(annotator, project)).skip()
    await an_annotation(annotator, project)
    await an_annotation(annotator, project)
    await (await an_assignment(annotator, project)).report(ProblemKind.BROKEN)

    standing = await Standing.of(annotator.id)

    assert standing.recent == "..s"
    assert standing.skip_rate == pytest.approx(1 / 3)


async def test_a_submitted_assignment_is_neither_skipped_nor_reported() -> None:
    annotator = await an_annotator()
    assignment = await an_assignment(annotator)
    await assignment.submit(a_choice())

    with pytest.raises(AlreadySubmitted):
        await assignment.skip()
    with pytest.raises(AlreadySubmitted):
        await assignment.report(ProblemKind.BROKEN)

    assert (await Standing.of(annotator.id)).recent == "."
    assert await balances(annotator) == (12_000, 0)


async def test_three_reports_at_once_take_an_item_out_with_all_its_open_tasks() -> None:
    people = await several(REPORTS_TO_HOLD)
    project = await a_project(items=1, overlap=5)
    assignments = [await an_assignment(person, project) for person in people]

    await asyncio.gather(*(assignment.report(ProblemKind.BROKEN, "It does not load.") for assignment in assignments))

    assert await task_states(project) == ["HELD"] * 5
    assert await Assignment.lease((await an_annotator()).id, up_to=1) == []
    assert await verify() == []


async def test_fewer_reports_leave_it_and_one_person_reports_once() -> None:
    first, second = await several(2)
    project = await a_project(items=1, overlap=3)
    assignment = await an_assignment(first, project)

    reported = await assignment.report(ProblemKind.UNCLEAR, "What is meant?")
    again = await assignment.report(ProblemKind.BROKEN)
    await (await an_assignment(second, project)).report(ProblemKind.UNSAFE)

    assert (again.problem, again.problem_message) == (reported.problem, "What is meant?")
    assert await task_states(project) == ["OPEN"] * 3
    assert await Assignment.lease(first.id, up_to=1) == []
    with pytest.raises(LeaseExpired):
        await assignment.submit(a_choice())


async def hold(project: Project, item: Item) -> None:
    """As three reports do."""
    for _ in range(REPORTS_TO_HOLD):
        annotator = await an_annotator()
        [assignment] = await Assignment.lease(annotator.id, up_to=1, project_id=project.id)
        assert assignment.item_id == item.id
        await assignment.report(ProblemKind.BROKEN)


async def test_a_lease_of_a_held_item_that_ends_is_held_too_and_a_rejection_stays_unpaid_for() -> None:
    project = await a_project(items=1, overlap=5)
    item = await Item.get(project_id=project.id)
    annotation = await an_annotation(await an_annotator(), project)
    leased = await an_assignment(await an_annotator(), project)
    await hold(project, item)

    await leased.skip()
    await decided(annotation, Decision.REJECTED)

    assert sorted(await task_states(project)) == ["HELD"] * 4 + ["WAITING"]
    assert await verify() == []


async def test_a_held_item_is_put_back_by_its_partner_and_old_reports_do_not_count_again() -> None:
    project = await a_project(items=1, overlap=5)
    item = await Item.get(project_id=project.id)
    await hold(project, item)

    await item.put_back()
    await item.put_back()
    assert await task_states(project) == ["OPEN"] * 5
    await (await an_assignment(await an_annotator(), project)).report(ProblemKind.BROKEN)

    assert await task_states(project) == ["OPEN"] * 5
    assert await verify() == []


async def test_a_removed_item_is_offered_no_more_and_its_money_is_free() -> None:
    organization = await an_organization()
    project = await a_project(organization, items=1, overlap=4)
    item = await Item.get(project_id=project.id)
    annotator, other = await several(2)
    annotation = await an_annotation(annotator, project)
    assignment = await an_assignment(other, project)

    await asyncio.gather(*(item.remove() for _ in range(4)))

    assert sorted(await task_states(project)) == ["CLOSED"] * 3 + ["SUBMITTED"]
    assert (await assignment.reread()).state == AssignmentState.RELEASED
    with pytest.raises(Conflict):
        await item.put_back()
    await decided(annotation, Decision.REJECTED)
    assert await verify() == []


async def test_the_last_open_task_tells_those_who_watch() -> None:
    annotator, project = await an_annotator(), await a_project(items=2)
    await sql.run("DELETE FROM hints")

    await Assignment.lease(annotator.id, up_to=1)
    assert await sql.value("SELECT count(*) FROM hints") == 0
    await Assignment.lease(annotator.id, up_to=2)

    assert await sql.value("SELECT array_agg(topic) FROM hints") == [f"tasks:{project.id}"]


async def test_new_items_are_there_for_who_had_all_others() -> None:
    annotator, project = await an_annotator(), await a_project(items=1)
    await an_annotation(annotator, project)
    with pytest.raises(NothingAvailable):
        await Assignment.claim(annotator, project)

    await bring_items(project, 1, prefix="new")

    assert (await Assignment.claim(annotator, project)).project_id == project.id
