"""The tutorial's lessons, in the order in which they are taken."""

from models.tutorial import classification, detection, segmentation
from models.tutorial.lesson import PHOTO_SIZES, PHOTOS, Lesson, Step

__all__ = ["LESSONS", "PHOTOS", "PHOTO_SIZES", "Lesson", "Step", "lesson", "step"]

LESSONS: tuple[Lesson, ...] = (classification.LESSON, detection.LESSON, segmentation.LESSON)

_LESSONS = {each.key: each for each in LESSONS}
_STEPS = {each.key: each for of in LESSONS for each in of.steps}


def lesson(key: str) -> Lesson:
    """The lesson of that key. Raises KeyError where there is none."""
    return _LESSONS[key]


def step(key: str) -> Step:
    """The step of that key, which is unique across the lessons. Raises KeyError where there is none."""
    return _STEPS[key]
