"""The tutorial: lessons, and steps that are checked at once."""

from __future__ import annotations

import strawberry

from models import StepPass
from models.fields import parse_answers
from models.tutorial.lessons import LESSONS
from models.tutorial_progress import progress_of
from quality.feedback import feedback, remarks
from quality.grade import grade
from resolvers.found import not_found
from schema.context import Info
from schema.forms import AnswerInput, plain_answers
from schema.ids import read_id
from schema.payload import UserError, mutation
from schema.tutorial import STEPS, Lesson, StepRemark, Tutorial, TutorialProgress, tutorial_progress


@strawberry.type
class TutorialStepPayload:
    correct: bool | None = None
    feedback: str | None = strawberry.field(default=None, description="What a right answer would have been, and why.")
    why: str | None = strawberry.field(default=None, description="Why the right answer is as it is.")
    remarks: list[StepRemark] = strawberry.field(default_factory=list, description="The first few things to mend, one by one.")
    more_remarks: int = strawberry.field(default=0, description="How many more there are to mend.")
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
        size = (image["width"], image["height"])
        told = remarks(result.problems, step.form, size)
        return TutorialStepPayload(
            correct=result.correct,
            why=step.why,
            feedback=step.why if result.correct else f"{feedback(result.problems, step.form, size)}\n\n{step.why}",
            remarks=[StepRemark(remark=each) for each in told],
            more_remarks=len(result.problems) - len(told),
            progress=tutorial_progress(await progress_of(user.id)),
        )
