"""The tutorial: lessons, and steps that are checked at once."""

from __future__ import annotations

import strawberry

from models import StepPass
from models.fields import parse_answers
from models.tutorial.lessons import LESSONS
from models.tutorial_progress import progress_of
from quality.feedback import feedback
from quality.grade import grade
from resolvers.found import not_found
from schema.context import Info
from schema.forms import AnswerInput, plain_answers
from schema.ids import read_id
from schema.payload import UserError, mutation
from schema.tutorial import STEPS, Lesson, Tutorial, TutorialProgress, tutorial_progress


@strawberry.type
class TutorialStepPayload:
    correct: bool | None = None
    feedback: str | None = strawberry.field(default=None, description="What a right answer would have been, and why.")
    progress: TutorialProgress | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class TutorialQuery:
    @strawberry.field
    def tutorial(self) -> Tutorial:
        return Tutorial(lessons=[Lesson(row=lesson) for lesson in LESSONS])


@strawberry.type
class TutorialMutation:
    @mutation
    async def answer_tutorial_step(self, info: Info, step_id: strawberry.ID, answers: list[AnswerInput]) -> TutorialStepPayload:
        user = info.context.user
        number = read_id("LessonStep", step_id, "stepId")
        if number >= len(STEPS):
            raise not_found("stepId")
        step = STEPS[number]
        given = parse_answers(step.form, step.content, plain_answers(answers))
        result = grade(step.answers, given, iou=step.iou)
        if result.correct:
            await StepPass.note(user.id, step.key)
        image = step.content[0]
        told = step.why if result.correct else f"{feedback(result.problems, step.form, (image['width'], image['height']))}\n\n{step.why}"
        return TutorialStepPayload(correct=result.correct, feedback=told, progress=tutorial_progress(await progress_of(user.id)))
