"""Tests made of gold: who draws what, what an answer comes to, what a project asks for, and who is told of it."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest
from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from models import (
    Assignment,
    AttemptState,
    Decision,
    Item,
    Organization,
    Project,
    ProjectSpec,
    ProjectState,
    Qualification,
    QualificationAttempt,
    QualificationNotice,
    QualificationQuestion,
    QualificationSpec,
    TaskKind,
    User,
)
from models import qualification_notice as notices
from models.errors import (
    AccountSuspended,
    AlreadyDecided,
    Conflict,
    InvalidInput,
    NotEligible,
    QualificationRequired,
    Refused,
    TooLate,
    TutorialRequired,
)
from models.judge import make_gold
from models.qualification_attempt import QualificationStatus, Question, Reply, question_of, statuses_of
from models.sanction import suspend
from ops.database import sql
from tests.support.world import (
    CHOICE_FORM,
    a_choice,
    a_moderator,
    a_project,
    a_user,
    an_annotation,
    an_annotator,
    an_organization,
    bring_items,
    counts_of,
    decided,
)

TABLES = ("qualifications", "qualification_attempts", "qualification_questions", "qualification_notices")


async def a_qualification(
    project: Project | None = None,
    *,
    gold: int = 4,
    asked: bool = True,
    question_count: int = 2,
    pass_score: float = 0.5,
    retry_hours: int = 24,
    **spec: Any,
) -> Qualification:
    """Of a project's gold, whose right answer is the cat; `asked`: the project asks for it."""
    project = project or await a_project()
    await bring_items(project, gold, prefix=f"gold-{project.id}", gold=a_choice("cat"))
    qualification = await Qualification.make(
        project, a_spec(question_count=question_count, pass_score=pass_score, retry_hours=retry_hours, **spec)
    )
    if asked:
        await ask_for(project, qualification)
    return qualification


def a_spec(**changes: Any) -> QualificationSpec:
    said: dict[str, Any] = {"title": "Cats", "guide": "Look at the ears.", "pass_score": 0.8, "retry_hours": 24, "question_count": 2}
    return QualificationSpec(**(said | changes))


async def ask_for(project: Project, *qualifications: Qualification) -> None:
    await (await project.reread()).update(
        ProjectSpec(
            title=project.title,
            kind=TaskKind.CLASSIFICATION,
            instructions=project.instructions,
            form=CHOICE_FORM,
            price_micros_per_thousand=project.price_micros_per_thousand,
            min_accuracy=project.min_accuracy,
            countries=project.countries,
            qualification_ids=[each.id for each in qualifications],
        )
    )


async def drawn(qualification: Qualification, user: User) -> list[Question]:
    return (await QualificationAttempt.offer(user.id, [qualification.id]))[qualification.id]


async def answered(qualification: Qualification, user: User, *options: str) -> QualificationStatus:
    questions = await drawn(qualification, user)
    replies = [Reply(question.id, a_choice(option)) for question, option in zip(questions, options, strict=True)]
    return QualificationStatus.of(qualification, await QualificationAttempt.answer(qualification, user, replies))


async def wait_out(hours: int) -> None:
    """Decided so many hours ago: what was decided is never changed but by who goes around the trigger."""
    async with in_transaction():
        await sql.run("SET LOCAL session_replication_role = replica")
        await sql.run("UPDATE qualification_attempts SET decided_at = decided_at - make_interval(hours => $1)", hours)


async def grow_old() -> None:
    await sql.run("UPDATE qualification_attempts SET drawn_at = drawn_at - interval '25 hours'")


async def told_of() -> list[tuple[str, int]]:
    rows = await sql.rows("SELECT topic, ids->>'qualification' AS id FROM events WHERE kind = 'QualificationOffered' ORDER BY id")
    return [(row["topic"], int(row["id"])) for row in rows]


async def the_project(qualification: Qualification) -> Project:
    return await Project.get(id=qualification.project_id)


# ------------------------------------------------------------------ making one


async def test_a_test_is_made_of_a_projects_gold_and_all_that_is_wrong_with_it_is_told_at_once() -> None:
    project, other = await a_project(), await a_project()
    await bring_items(project, 3, prefix="gold", gold=a_choice())
    await bring_items(other, 3, prefix="gold", gold=a_choice())
    before = await counts_of(*TABLES)
    wrong = a_spec(title="", guide=" ", pass_score=1.1, retry_hours=-1, question_count=51, pool=[1, 1])

    with pytest.raises(Refused) as refused:
        await Qualification.make(project, wrong)

    assert [error.path for error in refused.value.errors] == [
        ("input", "title"),
        ("input", "guide"),
        ("input", "passScore"),
        ("input", "retryHours"),
        ("input", "questionCount"),
        ("input", "itemIds", "1"),
    ]
    assert await counts_of(*TABLES) == before


async def test_it_asks_what_is_gold_of_its_project_and_no_more_than_there_is() -> None:
    project, other = await a_project(), await a_project()
    await bring_items(project, 3, prefix="gold", gold=a_choice())
    await bring_items(other, 1, prefix="gold", gold=a_choice())
    gold = [item.id for item in await Item.filter(project_id=project.id, gold__isnull=False).order_by("id")]
    ordinary, foreign = await Item.get(project_id=project.id, external_id="item-0"), await Item.get(project_id=other.id, gold__isnull=False)
    before = await counts_of(*TABLES)

    with pytest.raises(Refused) as refused:
        await Qualification.make(project, a_spec(pool=[gold[0], ordinary.id, foreign.id]))
    assert [(error.code, error.path) for error in refused.value.errors] == [
        ("NOT_FOUND", ("input", "itemIds", "1")),
        ("NOT_FOUND", ("input", "itemIds", "2")),
    ]
    for spec in (a_spec(question_count=4), a_spec(question_count=3, pool=gold[:2])):
        with pytest.raises(Refused) as refused:
            await Qualification.make(project, spec)
        assert [error.path for error in refused.value.errors] == [("input", "questionCount")]
    assert await counts_of(*TABLES) == before

    made = await Qualification.make(project, a_spec(question_count=2, pool=gold[:2]))

    assert (made.organization_id, made.pool, made.retry_hours) == (project.organization_id, gold[:2], 24)


# ------------------------------------------------------------------ what a project asks for


async def test_no_task_is_given_before_the_test_is_passed_and_every_way_says_so() -> None:
    qualification = await a_qualification()
    project, annotator = await the_project(qualification), await an_annotator()
    assert await project.blocked_by(annotator.id) == ["QUALIFICATION_REQUIRED"]
    assert [blocked for blocked, _ in await Project.offered_to(annotator.id, 0, 0, 10)] == [1]
    with pytest.raises(QualificationRequired):
        await Assignment.claim(annotator, project)
    assert await Assignment.lease(annotator.id, up_to=2) == []

    await answered(qualification, annotator, "cat", "cat")

    assert await project.blocked_by(annotator.id) == []
    assert len(await Assignment.lease(annotator.id, up_to=2)) == 2
    assert await sql.value("SELECT count(*) FROM hints WHERE topic = $1", f"work:{annotator.id}") == 1


async def test_of_several_tests_all_must_be_passed() -> None:
    project = await a_project()
    first = await a_qualification(project, asked=False)
    second = await Qualification.make(project, a_spec(title="Dogs", question_count=1))
    await ask_for(project, first, second)
    annotator = await an_annotator()

    await answered(first, annotator, "cat", "cat")
    blocked_by_one = await project.blocked_by(annotator.id)
    await answered(second, annotator, "cat")

    assert blocked_by_one == ["QUALIFICATION_REQUIRED"]
    assert await project.blocked_by(annotator.id) == []


async def test_who_is_not_eligible_hears_that_first() -> None:
    qualification = await a_qualification(await a_project(countries=["DE"]))
    project, annotator = await the_project(qualification), await an_annotator()

    with pytest.raises(NotEligible):
        await Assignment.claim(annotator, project)

    assert await project.blocked_by(annotator.id) == ["NOT_ELIGIBLE", "QUALIFICATION_REQUIRED"]


async def test_a_project_asks_for_five_tests_at_most() -> None:
    project = await a_project()
    qualification = await a_qualification(project, asked=False)
    spec = ProjectSpec("Cats", TaskKind.CLASSIFICATION, "Look.", CHOICE_FORM, 12_000_000, qualification_ids=[qualification.id] * 6)

    with pytest.raises(Refused) as refused:
        await project.update(spec)

    assert [error.path for error in refused.value.errors] == [("input", "requirements", "qualificationIds")]
    assert (await project.reread()).qualification_ids == []


# ------------------------------------------------------------------ drawing


async def test_questions_are_drawn_once_and_kept_and_everybody_draws_their_own() -> None:
    qualification = await a_qualification(gold=30, question_count=10)
    annotator, other = await an_annotator(), await an_annotator()

    first, second = await drawn(qualification, annotator), await drawn(qualification, annotator)
    others = await drawn(qualification, other)

    assert first == second
    assert len(first) == 10
    assert not {question.id for question in first} & {question.id for question in others}
    items = [{each.item_id for each in await QualificationQuestion.filter(user_id=user.id)} for user in (annotator, other)]
    # One chance in 30 million that they are the same.
    assert items[0] != items[1]
    assert all(question.prompt == "What is it?" for question in first)
    assert await question_of(annotator.id, first[0].id) == first[0]
    assert await question_of(other.id, first[0].id) is None


async def test_two_who_are_one_draw_once_however_they_race() -> None:
    qualification, annotator = await a_qualification(), await an_annotator()

    draws = await asyncio.gather(*(drawn(qualification, annotator) for _ in range(5)))

    assert all(each == draws[0] for each in draws)
    assert await QualificationAttempt.all().count() == 1
    assert await QualificationQuestion.all().count() == 2


async def test_questions_come_from_the_pool_alone_and_never_from_what_was_taken_out() -> None:
    project = await a_project()
    await bring_items(project, 6, prefix="gold", gold=a_choice())
    gold = [item.id for item in await Item.filter(project_id=project.id, gold__isnull=False).order_by("id")]
    qualification = await Qualification.make(project, a_spec(question_count=4, pool=gold[:4]))
    await ask_for(project, qualification)
    await (await Item.get(id=gold[0])).remove()
    await sql.run("UPDATE items SET gold_retired_at = now() WHERE id = $1", gold[1])

    await drawn(qualification, await an_annotator())

    assert {question.item_id for question in await QualificationQuestion.all()} == {gold[2], gold[3]}


async def test_what_was_asked_is_no_gold_for_that_person_and_what_was_gold_is_not_asked() -> None:
    project = await a_project(items=30)
    qualification = await a_qualification(project, gold=4, asked=False, question_count=2)
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
    had = {each.item_id for each in await Assignment.lease(annotator.id, up_to=1, project_id=project.id)}
    assert await sql.value("SELECT count(*) FROM items WHERE id = ANY($1::bigint[]) AND gold IS NOT NULL", list(had)) == 1
    await ask_for(project, qualification)

    await answered(qualification, annotator, "cat", "cat")
    asked = {question.item_id for question in await QualificationQuestion.all()}
    leased = {each.item_id for each in await Assignment.lease(annotator.id, up_to=20, project_id=project.id)}

    assert len(asked) == 2
    assert not asked & had
    assert not asked & leased
    # The one gold that is left is.
    gold = {item.id for item in await Item.filter(project_id=project.id, gold__isnull=False)}
    assert leased & gold == gold - asked - had


async def test_what_gold_was_made_of_is_known_to_who_answered_it_and_so_it_is_not_asked_of_them() -> None:
    project, annotator, other = await a_project(items=1), await an_annotator(), await an_annotator()
    await decided(await an_annotation(annotator, project), Decision.APPROVED)
    made = await make_gold(await Item.get(project_id=project.id))
    qualification = await a_qualification(project, gold=1, question_count=2)

    await drawn(qualification, annotator)
    await drawn(qualification, other)

    asked = {person.id: {each.item_id for each in await QualificationQuestion.filter(user_id=person.id)} for person in (annotator, other)}
    assert (len(asked[annotator.id]), len(asked[other.id])) == (1, 2)
    assert made.id in asked[other.id] - asked[annotator.id]


async def test_where_all_gold_is_known_already_there_is_nothing_to_draw() -> None:
    project = await a_project(items=30)
    qualification = await a_qualification(project, gold=2, asked=False)
    annotator = await an_annotator()
    await sql.run("UPDATE standings SET gold_share = 1 WHERE user_id = $1", annotator.id)
    for assignment in await Assignment.lease(annotator.id, up_to=2, project_id=project.id):
        await assignment.submit(a_choice())
    await ask_for(project, qualification)

    assert await drawn(qualification, annotator) == []
    assert await QualificationAttempt.all().count() == 0


@pytest.mark.parametrize("why", ["closed", "other country", "tutorial", "suspended", "own organization", "not asked for"])
async def test_nothing_is_drawn_for_whom_no_open_project_wants_for_it(why: str) -> None:
    partner = await a_user()
    project = await a_project(await an_organization(partner), countries=["DE"] if why == "other country" else [])
    qualification = await a_qualification(project, asked=why != "not asked for")
    person = partner if why == "own organization" else await a_user(tutorial=why != "tutorial")
    if why == "closed":
        await (await the_project(qualification)).set_state(ProjectState.CLOSED)
    if why == "suspended":
        await suspend(person, by=await a_moderator(), reason="Rude.")

    assert await drawn(qualification, person) == []
    assert await statuses_of(person.id) == []
    assert await QualificationAttempt.all().count() == 0


async def test_after_a_day_other_questions_are_drawn_and_the_old_are_too_late() -> None:
    qualification, annotator = await a_qualification(gold=4), await an_annotator()
    old = await drawn(qualification, annotator)
    await grow_old()

    with pytest.raises(TooLate):
        await QualificationAttempt.answer(qualification, annotator, [Reply(each.id, a_choice()) for each in old])
    assert await question_of(annotator.id, old[0].id) is None
    new = await drawn(qualification, annotator)

    assert [attempt.state for attempt in await QualificationAttempt.all().order_by("id")] == [AttemptState.LAPSED, AttemptState.PENDING]
    # Of four, those not seen before come first.
    assert len({each.item_id for each in await QualificationQuestion.all()}) == 4
    with pytest.raises(Refused):
        await QualificationAttempt.answer(qualification, annotator, [Reply(each.id, a_choice()) for each in old])
    assert await question_of(annotator.id, new[0].id) == new[0]


# ------------------------------------------------------------------ answering


@pytest.mark.parametrize(
    ("options", "state", "score"),
    [(("cat", "cat"), AttemptState.PASSED, 1.0), (("cat", "dog"), AttemptState.PASSED, 0.5), (("dog", "dog"), AttemptState.FAILED, 0.0)],
)
async def test_the_share_of_right_answers_decides(options: tuple[str, ...], state: AttemptState, score: float) -> None:
    qualification, annotator = await a_qualification(pass_score=0.5), await an_annotator()

    status = await answered(qualification, annotator, *options)

    assert (status.state, status.score) == (state, score)
    assert (status.retry_at is None) is (state == AttemptState.PASSED)
    [known] = await statuses_of(annotator.id)
    assert (known.state, known.score, known.retry_at) == (status.state, status.score, status.retry_at)


async def test_two_thirds_of_three_are_two_thirds() -> None:
    qualification = await a_qualification(question_count=3, pass_score=2 / 3)

    status = await answered(qualification, await an_annotator(), "cat", "dog", "cat")

    assert status.state == AttemptState.PASSED


async def test_after_a_failure_nothing_is_drawn_until_the_wait_is_over() -> None:
    qualification, annotator = await a_qualification(gold=2, retry_hours=24), await an_annotator()
    project = await the_project(qualification)
    status = await answered(qualification, annotator, "dog", "dog")
    attempt = await QualificationAttempt.get(user_id=annotator.id)
    assert status.retry_at is not None
    assert attempt.decided_at is not None
    assert (status.retry_at - attempt.decided_at).total_seconds() == 24 * 3600
    assert await drawn(qualification, annotator) == []
    await wait_out(23)
    assert await drawn(qualification, annotator) == []
    assert await project.blocked_by(annotator.id) == ["QUALIFICATION_REQUIRED"]

    await wait_out(1)

    assert (await answered(qualification, annotator, "cat", "cat")).state == AttemptState.PASSED
    assert await drawn(qualification, annotator) == []


async def test_sample_tasks_may_be_tried_again_at_once() -> None:
    qualification, annotator = await a_qualification(question_count=2, pass_score=1, retry_hours=0), await an_annotator()

    assert (await answered(qualification, annotator, "cat", "dog")).state == AttemptState.FAILED
    [pending] = await statuses_of(annotator.id)
    assert (await answered(qualification, annotator, "cat", "cat")).state == AttemptState.PASSED
    assert pending.state == AttemptState.FAILED


async def test_what_is_foreign_missing_doubled_or_wrong_is_told_by_path_and_changes_nothing() -> None:
    qualification, annotator, other = await a_qualification(question_count=2), await an_annotator(), await an_annotator()
    first, second = await drawn(qualification, annotator)
    [foreign, _] = await drawn(qualification, other)
    before = await sql.rows("SELECT q::text, a::text FROM qualification_questions q JOIN qualification_attempts a ON a.id = q.attempt_id")
    right, answer = Reply(first.id, a_choice()), ("answers", "1", "questionId")
    cases: list[tuple[list[Reply], list[tuple[str, tuple[str, ...]]]]] = [
        ([], [("INVALID_INPUT", ("answers",))]),
        ([right], [("INVALID_INPUT", ("answers",))]),
        ([right, right], [("INVALID_INPUT", answer), ("INVALID_INPUT", ("answers",))]),
        ([right, Reply(foreign.id, a_choice())], [("NOT_FOUND", answer), ("INVALID_INPUT", ("answers",))]),
        ([right, Reply(0, a_choice())], [("NOT_FOUND", answer), ("INVALID_INPUT", ("answers",))]),
        ([right, Reply(second.id, a_choice()), right], [("INVALID_INPUT", ("answers", "2", "questionId"))]),
        ([right, Reply(second.id, a_choice("bird"))], [("INVALID_INPUT", ("answers", "1", "answers", "0", "value", "choices", "0"))]),
        ([right, Reply(second.id, [])], [("INVALID_INPUT", ("answers", "1", "answers"))]),
    ]

    for replies, expected in cases:
        with pytest.raises(Refused) as refused:
            await QualificationAttempt.answer(qualification, annotator, replies)
        assert [(error.code, error.path) for error in refused.value.errors] == expected
    with pytest.raises(InvalidInput, match="2 questions, and 4 answers"):
        await QualificationAttempt.answer(qualification, annotator, [right] * 4)

    assert (
        await sql.rows("SELECT q::text, a::text FROM qualification_questions q JOIN qualification_attempts a ON a.id = q.attempt_id")
        == before
    )


async def test_who_may_not_work_answers_no_test() -> None:
    qualification, annotator, stranger = await a_qualification(), await an_annotator(), await an_annotator()
    replies = [Reply(each.id, a_choice()) for each in await drawn(qualification, annotator)]
    with pytest.raises(Conflict):
        await QualificationAttempt.answer(qualification, stranger, replies)
    with pytest.raises(TutorialRequired):
        await QualificationAttempt.answer(qualification, await a_user(tutorial=False), replies)
    await suspend(annotator, by=await a_moderator(), reason="Rude.")

    with pytest.raises(AccountSuspended):
        await QualificationAttempt.answer(qualification, annotator, replies)

    assert (await QualificationAttempt.get(user_id=annotator.id)).state == AttemptState.PENDING


async def test_the_same_answers_again_give_the_first_result_and_others_are_refused() -> None:
    qualification, annotator = await a_qualification(), await an_annotator()
    questions = await drawn(qualification, annotator)
    replies = [Reply(each.id, a_choice("dog")) for each in questions]
    first = await QualificationAttempt.answer(qualification, annotator, replies)

    again = await QualificationAttempt.answer(qualification, annotator, list(reversed(replies)))
    with pytest.raises(AlreadyDecided):
        await QualificationAttempt.answer(qualification, annotator, [Reply(each.id, a_choice("cat")) for each in questions])

    assert (again.id, again.state, again.decided_at) == (first.id, AttemptState.FAILED, first.decided_at)
    assert await QualificationAttempt.all().count() == 1


async def test_answers_at_once_decide_one_attempt() -> None:
    qualification, annotator = await a_qualification(pass_score=1), await an_annotator()
    questions = await drawn(qualification, annotator)
    # More than two: the first may be done before the second has a connection.
    options = ["cat", "dog"] * 4

    outcomes = await asyncio.gather(
        *(
            QualificationAttempt.answer(qualification, annotator, [Reply(each.id, a_choice(option)) for each in questions])
            for option in options
        ),
        return_exceptions=True,
    )

    [attempt] = await QualificationAttempt.all()
    decided_by = "cat" if attempt.state == AttemptState.PASSED else "dog"
    assert [isinstance(outcome, QualificationAttempt) for outcome in outcomes] == [option == decided_by for option in options]
    assert all(isinstance(outcome, QualificationAttempt | AlreadyDecided) for outcome in outcomes)
    kept = [question.answers for question in await QualificationQuestion.all()]
    assert [answers and answers[0]["value"] for answers in kept] == [[decided_by]] * 2


async def test_the_database_itself_refuses_a_second_attempt_and_a_changed_result() -> None:
    qualification, annotator = await a_qualification(), await an_annotator()
    await answered(qualification, annotator, "cat", "cat")

    for change in ("UPDATE qualification_attempts SET state = 'FAILED'", "DELETE FROM qualification_attempts"):
        with pytest.raises((IntegrityError, asyncpg.RestrictViolationError), match="never changed"):
            await sql.run(change)
    for state in ("PENDING", "PASSED"):
        values = "'PENDING', NULL, NULL" if state == "PENDING" else "'PASSED', 1, now()"
        add = f"INSERT INTO qualification_attempts (user_id, qualification_id, state, score, decided_at) VALUES ($1, $2, {values})"
        if state == "PENDING":
            await sql.run(add, annotator.id, qualification.id)
        with pytest.raises((IntegrityError, asyncpg.UniqueViolationError), match="duplicate key"):
            await sql.run(add, annotator.id, qualification.id)


# ------------------------------------------------------------------ what people see of it


async def test_tests_of_projects_that_would_fit_stand_as_pending_beside_those_attempted() -> None:
    organization: Organization = await an_organization()
    fitting, elsewhere = await a_project(organization), await a_project(organization, countries=["DE"])
    wanted, unwanted = await a_qualification(fitting), await a_qualification(elsewhere)
    annotator = await an_annotator()

    assert [(each.qualification.id, each.state, each.score) for each in await statuses_of(annotator.id)] == [
        (wanted.id, AttemptState.PENDING, None)
    ]
    await answered(wanted, annotator, "cat", "cat")
    await fitting.set_state(ProjectState.CLOSED)

    assert [(each.qualification.id, each.state) for each in await statuses_of(annotator.id)] == [(wanted.id, AttemptState.PASSED)]
    assert await wanted.is_open_to(annotator.id)
    assert not await wanted.is_open_to((await an_annotator()).id)
    assert await unwanted.is_open_to(annotator.id)


async def test_figures_count_what_was_decided() -> None:
    qualification, untried = await a_qualification(), await a_qualification()
    await answered(qualification, await an_annotator(), "cat", "cat")
    await answered(qualification, await an_annotator(), "dog", "dog")
    await drawn(qualification, await an_annotator())

    figures = await Qualification.figures([qualification.id, untried.id])

    assert (figures[qualification.id].attempts, figures[qualification.id].passed, figures[qualification.id].pass_rate) == (2, 1, 0.5)
    assert (figures[untried.id].attempts, figures[untried.id].pass_rate) == (0, None)


# ------------------------------------------------------------------ telling people


async def test_whom_an_open_project_would_fit_is_told_of_its_test_once() -> None:
    annotator, tried = await an_annotator(), await an_annotator()
    foreigner, newcomer = await an_annotator(country="DE"), await a_user(tutorial=False)
    project = await a_project(countries=["PT"], state=ProjectState.DRAFT)
    qualification = await a_qualification(project)
    assert await QualificationNotice.tell_due() == 0
    await project.set_state(ProjectState.OPEN)
    await answered(qualification, tried, "dog", "dog")

    assert await QualificationNotice.tell_due() > 0
    await project.set_state(ProjectState.PAUSED)
    await project.set_state(ProjectState.OPEN)
    await ask_for(project, qualification)

    assert await told_of() == [(f"user:{annotator.id}", qualification.id)]
    assert await QualificationNotice.tell_due() == 0
    assert foreigner.id != newcomer.id


async def test_a_test_that_an_open_project_asks_for_later_is_told_of_too() -> None:
    project, annotator = await a_project(), await an_annotator()
    first = await a_qualification(project)
    await QualificationNotice.tell_due()
    second = await Qualification.make(project, a_spec(title="Dogs"))
    await ask_for(project, first, second)

    await QualificationNotice.tell_due()

    assert await told_of() == [(f"user:{annotator.id}", first.id), (f"user:{annotator.id}", second.id)]


async def test_people_are_told_some_at_a_time_and_a_pause_interrupts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notices, "TOLD_AT_ONCE", 2)
    people = [await an_annotator() for _ in range(3)]
    qualification = await a_qualification()
    project = await the_project(qualification)
    wanted = [(f"user:{person.id}", qualification.id) for person in people]

    assert await QualificationNotice.tell_due() == 2
    assert await told_of() == wanted[:2]
    await project.set_state(ProjectState.PAUSED)
    assert await QualificationNotice.tell_due() == 0
    await project.set_state(ProjectState.OPEN)
    await asyncio.gather(*(QualificationNotice.tell_due() for _ in range(3)))
    while await QualificationNotice.tell_due():
        pass

    assert await told_of() == wanted
