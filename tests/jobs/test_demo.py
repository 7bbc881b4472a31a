"""The demo as it lies in the database."""

from __future__ import annotations

import asyncio

import pytest

from jobs.demo import LOGINS, PASSWORD, fill_demo
from jobs.demo.content import PROJECTS
from models import Organization, Project, ProjectState, Role, Task, TaskState, Upload, User
from models.ledger import balance
from models.ledger_proof import verify
from models.password import matches
from models.project import blocked_by
from models.tutorial_progress import progress_of
from ops.storage import storage
from tests.support.world import a_user, counts_of


@pytest.fixture
async def demo(emptied: None) -> None:
    assert await fill_demo()


async def test_everybody_of_the_contract_is_there_with_the_password_that_is_told(demo: None) -> None:
    people = {email: await User.by_email(email) for email, _ in LOGINS}

    assert all(user is not None and user.is_confirmed for user in people.values())
    roles = {email.partition("@")[0]: set(user.roles) - {Role.ANNOTATOR} for email, user in people.items() if user}
    assert roles == {
        **{name: set() for name in ("annotator", "annotator2", "annotator3", "newcomer")},
        "moderator": {Role.MODERATOR},
        "moderator2": {Role.MODERATOR},
        "partner": {Role.PARTNER},
        "admin": {Role.ADMIN},
    }
    [password_hash] = {user.password_hash for user in people.values() if user}
    assert await matches(password_hash, PASSWORD)


async def test_annotators_are_through_the_tutorial_with_profiles_of_their_own_and_the_newcomer_is_not(demo: None) -> None:
    annotators = [await User.get(email=f"annotator{n}@demo.test") for n in ("", "2", "3")]
    newcomer = await User.get(email="newcomer@demo.test")

    assert all(user.tutorial_passed_at and not user.missing for user in annotators)
    assert len({(user.country, *user.languages, *user.devices) for user in annotators}) == len(annotators)
    assert newcomer.tutorial_passed_at is None
    assert (await progress_of(newcomer.id)).passed_steps == 0


async def test_every_project_is_open_wholly_paid_for_and_offered_to_somebody(demo: None) -> None:
    projects = await Project.all().order_by("id")
    annotators = await User.filter(email__startswith="annotator")

    assert [project.title for project in projects] == [project.title for project in PROJECTS]
    assert {project.state for project in projects} == {ProjectState.OPEN}
    assert not await Task.exclude(state=TaskState.OPEN).exists()
    blocked = [await blocked_by([project.id for project in projects], user.id) for user in annotators]
    assert all(any(reasons[project.id] == [] for reasons in blocked) for project in projects)


async def test_the_partner_has_credit_left_and_the_ledger_holds(demo: None) -> None:
    organization = await Organization.get()

    assert await balance(organization.id).balance() > 0
    assert await verify() == []


async def test_pictures_and_sounds_are_stored_as_uploads_of_the_partner(demo: None) -> None:
    partner = await User.get(email="partner@demo.test")

    uploads = await Upload.all()

    assert {upload.user_id for upload in uploads} == {partner.id}
    assert all([await storage().exists(upload.sha256) for upload in uploads])


async def test_of_two_processes_that_fill_at_once_one_does(emptied: None) -> None:
    filled = await asyncio.gather(fill_demo(), fill_demo())

    assert sorted(filled) == [False, True]
    assert await User.all().count() == len(LOGINS)


async def test_a_database_with_anybody_in_it_is_left_as_it_is(emptied: None) -> None:
    await a_user()
    before = await counts_of("users", "projects", "uploads", "entries")

    assert not await fill_demo()

    assert await counts_of("users", "projects", "uploads", "entries") == before
