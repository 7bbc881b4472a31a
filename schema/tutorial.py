"""Lessons and how far one is through them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import strawberry

import models
from models import tutorial_progress as progress
from models.fields import load_answer
from models.qualification_attempt import Question
from models.tutorial.lessons import LESSONS
from models.tutorial.lessons import Lesson as StoredLesson
from models.tutorial.lessons import Step as StoredStep
from quality.feedback import Remark
from quality.grade import Fault
from schema.content import Content, content_type
from schema.context import Info
from schema.forms import AnswerValue, FormField, form_type
from schema.ids import public_id, read_id_or_zero
from schema.node import Node

# Content has no rows; its public ids are made of the order in which it stands.
STEPS = [step for lesson in LESSONS for step in lesson.steps]
# Questions of a qualification are steps too; their rows are numbered above all content.
FIRST_QUESTION = 1 << 32


@strawberry.type(description="A step of the tutorial, or a question of a qualification that the viewer has before them.")
class LessonStep(Node):
    row: strawberry.Private[StoredStep | Question]

    @strawberry.field
    def id(self) -> strawberry.ID:
        number = FIRST_QUESTION + self.row.id if isinstance(self.row, Question) else STEPS.index(self.row)
        return strawberry.ID(public_id("LessonStep", number))

    @strawberry.field
    def prompt(self) -> str:
        return self.row.prompt

    @strawberry.field
    def content(self) -> list[Content]:
        return content_type(self.row.content)

    @strawberry.field
    def form(self) -> list[FormField]:
        return form_type(self.row.form)

    @strawberry.field(description="Whether the viewer has passed it.")
    async def passed(self, info: Info) -> bool:
        # A question is answered once, with all others of its test.
        return not isinstance(self.row, Question) and self.row.key in await info.context.loaders.passed_steps()


@strawberry.type
class Lesson(Node):
    row: strawberry.Private[StoredLesson]

    @strawberry.field
    def id(self) -> strawberry.ID:
        return strawberry.ID(public_id("Lesson", LESSONS.index(self.row)))

    @strawberry.field
    def kind(self) -> models.TaskKind:
        return models.TaskKind(self.row.kind)

    @strawberry.field
    def title(self) -> str:
        return self.row.title

    @strawberry.field(description="Markdown.")
    def guide(self) -> str:
        return self.row.guide

    @strawberry.field
    def steps(self) -> list[LessonStep]:
        return [LessonStep(row=step) for step in self.row.steps]


@strawberry.type
class Tutorial:
    lessons: list[Lesson]


@strawberry.type
class TutorialProgress:
    passed_steps: int
    total_steps: int
    completed_at: datetime | None


@strawberry.type(description="One thing about an answer that is to be mended, to be told and drawn on the picture.")
class StepRemark:
    remark: strawberry.Private[Remark]

    @strawberry.field(description="The key of the field.")
    def key(self) -> str:
        return self.remark.problem.key

    @strawberry.field
    def fault(self) -> Fault:
        return self.remark.problem.fault

    @strawberry.field(description="A sentence.")
    def message(self) -> str:
        return self.remark.sentence

    @strawberry.field(description="What it is about of what was answered: one shape, or the whole value where nothing is drawn.")
    def given(self) -> AnswerValue | None:
        return self._value(self.remark.problem.given)

    @strawberry.field(description="What would have been right in its place, likewise.")
    def expected(self) -> AnswerValue | None:
        return self._value(self.remark.problem.expected)

    def _value(self, said: Any) -> Any:
        problem = self.remark.problem
        if said is None:
            return None
        whole = said if problem.fault is Fault.WRONG else [said]
        return load_answer({"key": problem.key, "kind": problem.kind, "value": whole})


def tutorial_progress(stored: progress.TutorialProgress) -> TutorialProgress:
    return TutorialProgress(passed_steps=stored.passed_steps, total_steps=stored.total_steps, completed_at=stored.completed_at)


def question_number(public: str) -> int:
    """The row of a question; 0 for what is no question's id."""
    return max(read_id_or_zero("LessonStep", public) - FIRST_QUESTION, 0)
