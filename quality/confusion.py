"""Which classes are taken for which: what answers say beside what was asked for, class by class."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, TypeAlias

from quality.grade import Fault, Grade, graded
from quality.likeness import Field
from quality.policy import STANDARD, Policy

# What was wanted and what was given, by the keys of their classes; None where nothing was.
Cell: TypeAlias = tuple[str | None, str | None]


@dataclass(frozen=True)
class Confused:
    """Of one value of a field: whether it is right under the policy, and how often which class was given for which."""

    right: bool
    cells: Counter[Cell]


def confused(field: Field, wanted: Any, given: Any, policy: Policy = STANDARD) -> Confused:
    """A stored value, or None, beside the stored one that is right. Of texts and media, which have no classes, there are no cells."""
    grade = graded({"key": field["key"], "kind": field["kind"], "value": wanted}, given, policy)
    return Confused(grade.share >= policy.right, _cells(field, wanted, given, grade))


def _cells(field: Field, wanted: Any, given: Any, grade: Grade) -> Counter[Cell]:
    match field["kind"]:
        case "choice":
            return _of_options(wanted, given or [])
        case "rating":
            return Counter([(str(wanted), None if given is None else str(given))])
        case "box" | "polygon" | "mask" | "span":
            return _of_shapes(wanted, grade)
    return Counter()


def _of_options(wanted: list[str], given: list[str]) -> Counter[Cell]:
    """One left out and one too many is the one taken for the other."""
    cells: Counter[Cell] = Counter((option, option) for option in wanted if option in given)
    missed = [option for option in wanted if option not in given]
    extra = [option for option in given if option not in wanted]
    if len(missed) == len(extra) == 1:
        cells[missed[0], extra[0]] += 1
        return cells
    cells.update((option, None) for option in missed)
    cells.update((None, option) for option in extra)
    return cells


def _of_shapes(wanted: list[dict[str, Any]], grade: Grade) -> Counter[Cell]:
    """A shape that is drawn too loosely is of its class all the same."""
    cells: Counter[Cell] = Counter((shape["label"], shape["label"]) for shape in wanted)
    for problem in grade.problems:
        asked = problem.expected["label"] if problem.expected else None
        match problem.fault:
            case Fault.MISSING:
                cells[asked, asked] -= 1
                cells[asked, None] += 1
            case Fault.WRONG_LABEL:
                cells[asked, asked] -= 1
                cells[asked, problem.given["label"]] += 1
            case Fault.EXTRA | Fault.TWICE:
                cells[None, problem.given["label"]] += 1
    return +cells
