"""What several answers come to: for every kind, in any order, and always an answer that could have been stored."""

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import SegmentationMajorityVote
from hypothesis import given, settings
from hypothesis import strategies as st
from pycocotools import mask as coco

from models.fields import kind_of, parse_answers
from quality.consensus import Consensus, Given, consensus
from quality.likeness import likeness
from quality.overlap import overlaps
from quality.policy import STANDARD
from tests.quality.drawing import HEIGHT, KINDS, WIDTH, a_box, a_field, a_mask, a_painting, a_rectangle, answers

CONTENT: list[dict[str, Any]] = [
    {"kind": "text", "text": "x" * 40, "role": None},
    {"kind": "text", "text": "y" * 40, "role": None},
    {"kind": "image", "sha256": "ab" * 32, "width": 2 * WIDTH, "height": 2 * HEIGHT, "alt": "A cat"},
]


def voice(number: int, kind: str, value: Any, accuracy: float = 0.8) -> Given:
    return Given(id=number, answers=[] if value is None else answers(kind, value), accuracy=accuracy)


def voices(kind: str, values: list[Any], trust: list[float] | None = None) -> list[Given]:
    return [voice(number, kind, value, trust[number] if trust else 0.8) for number, value in enumerate(values)]


def agreed(kind: str, values: list[Any], trust: list[float] | None = None, **field: Any) -> Consensus:
    return consensus([a_field(kind) | field], voices(kind, values, trust))


def value_of(result: Consensus) -> Any:
    return result.answers[0]["value"] if result.answers else None


drawn_kinds = st.sampled_from([kind for kind in KINDS if kind != "media"])
several = drawn_kinds.flatmap(
    lambda kind: st.tuples(
        st.just(kind),
        st.lists(st.tuples(st.none() | KINDS[kind], st.floats(0.5, 0.95)), min_size=1, max_size=5),
        st.randoms(use_true_random=False),
    )
)


@settings(max_examples=100)
@given(several)
def test_the_same_answers_in_any_order_come_to_the_same_bit_for_bit(case: tuple[str, list[tuple[Any, float]], random.Random]) -> None:
    kind, said, chance = case
    given_ = [voice(number, kind, value, trust) for number, (value, trust) in enumerate(said)]

    one, other = consensus([a_field(kind)], given_), consensus([a_field(kind)], chance.sample(given_, len(given_)))

    assert repr((one.answers, one.agreement, one.confidence)) == repr((other.answers, other.agreement, other.confidence))
    assert one.grades == other.grades


@settings(max_examples=100)
@given(several, st.booleans())
def test_what_answers_come_to_could_have_been_stored(case: tuple[str, list[tuple[Any, float]], random.Random], required: bool) -> None:
    kind, said, _ = case
    form = [a_field(kind) | {"required": required}]
    said = [(value, trust) for value, trust in said if not required or (value is not None and not kind_of(form[0]).is_blank(value))]
    # Two spans with one label on one stretch are refused when they are submitted.
    said = [(value, trust) for value, trust in said if kind != "span" or len({str(span) for span in value or []}) == len(value or [])]
    if not said:
        return

    result = consensus(form, [voice(number, kind, value, trust) for number, (value, trust) in enumerate(said)])

    raw = [{"key": answer["key"], "value": {kind_of(answer).member: answer["value"]}} for answer in result.answers]
    stored = parse_answers(form, CONTENT, raw)
    assert [answer["key"] for answer in stored] == [answer["key"] for answer in result.answers]
    assert 0 <= result.confidence <= 1
    assert result.agreement is None or 0 <= result.agreement <= 1
    for answer, parsed in zip(result.answers, stored, strict=True):
        assert likeness(form[0], answer["value"], parsed["value"]) == pytest.approx(1)


@given(st.sampled_from([kind for kind in KINDS if kind != "media"]).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])))
def test_those_who_say_the_same_are_the_consensus(said: tuple[str, Any]) -> None:
    kind, value = said
    # Whoever marks one thing twice, or as two things, is nobody to agree with.
    if kind in {"box", "polygon", "mask", "span"} and value and (overlaps(kind, value, value) > 0.01).sum() > len(value):
        return

    result = agreed(kind, [value] * 3)

    assert likeness(a_field(kind), value_of(result), value) == pytest.approx(1)
    assert result.agreement == pytest.approx(1)
    assert result.confidence > 0.95
    assert all(grade.share == 1 for grade in result.grades.values())


def test_a_single_answer_agrees_with_nobody() -> None:
    result = agreed("box", [[a_box(0, 0, 9, 9)]])

    assert result.agreement is None
    assert result.confidence == pytest.approx(0.8)


@pytest.mark.parametrize("kind", ["choice", "box", "rating", "text", "span"])
def test_a_field_that_nobody_answers_is_left_out(kind: str) -> None:
    result = agreed(kind, [None, None])

    assert result.answers == []
    assert result.agreement == 1


def test_who_left_a_field_out_is_heard_too() -> None:
    assert value_of(agreed("rating", [None, None, 3])) is None
    assert value_of(agreed("rating", [None, 3, 3])) == 3
    assert value_of(agreed("choice", [None, None, ["cat"]], multiple=False)) is None
    # Nobody is graded for having answered what most left out.
    assert agreed("rating", [None, None, 3]).grades[2].correct


def test_a_single_choice_is_that_of_those_who_weigh_most() -> None:
    assert value_of(agreed("choice", [["cat"], ["cat"], ["mug"]], multiple=False)) == ["cat"]
    assert value_of(agreed("choice", [["cat"], ["cat"], ["mug"]], [0.6, 0.6, 0.95], multiple=False)) == ["mug"]
    assert agreed("choice", [["cat"], ["mug"]], multiple=False).confidence == pytest.approx(0.5)


def test_of_several_choices_each_is_voted_on_by_itself() -> None:
    assert value_of(agreed("choice", [["cat", "mug"], ["mug"], ["cat", "mug"]])) == ["cat", "mug"]
    assert value_of(agreed("choice", [["cat"], ["mug"], []])) == []


def test_a_field_that_must_be_answered_is() -> None:
    disputed: dict[str, list[Any]] = {"choice": [["cat"], ["mug"]], "box": [[a_box(0, 0, 9, 9)], [a_box(40, 40, 9, 9)]]}
    for kind, values in disputed.items():
        assert value_of(agreed(kind, values)) == []
        assert value_of(agreed(kind, values, required=True)) in values
        assert value_of(agreed(kind, values, [0.7, 0.9], required=True)) == values[1]


def test_a_rating_is_the_median_and_a_point_of_the_scale() -> None:
    assert value_of(agreed("rating", [1, 2, 5])) == 2
    assert value_of(agreed("rating", [1, 4])) == 1
    assert value_of(agreed("rating", [1, 5, 5], [0.95, 0.6, 0.6])) == 1


def test_a_text_is_the_one_that_is_most_like_the_others() -> None:
    assert value_of(agreed("text", ["It is five", "It is five!", "It is late"])) == "It is five"
    assert value_of(agreed("text", ["five", "nine"], [0.6, 0.9])) == "nine"


def test_a_box_is_the_median_of_its_edges() -> None:
    three = [[a_box(10, 10, 20, 20)], [a_box(11, 9, 20, 20)], [a_box(10, 10, 24, 22)]]

    assert value_of(agreed("box", three)) == [a_box(10, 10, 21, 20)]
    # Of two it is half way.
    assert value_of(agreed("box", three[:2])) == [a_box(10.5, 9.5, 20, 20)]


def test_what_less_than_half_have_drawn_is_no_thing() -> None:
    thing, ghost = a_box(0, 0, 10, 10), a_box(40, 40, 10, 10)

    result = agreed("box", [[thing, ghost], [thing], [thing]])

    assert value_of(result) == [thing]
    assert [problem.fault.value for problem in result.grades[0].problems] == ["extra"]
    assert value_of(agreed("box", [[thing, ghost], [thing, ghost], [thing]])) == [thing, ghost]


def test_a_class_is_that_of_those_who_weigh_most() -> None:
    cat, mug = a_box(0, 0, 10, 10), a_box(0, 0, 10, 10, "mug")

    result = agreed("box", [[cat], [mug], [mug]])

    assert [shape["label"] for shape in value_of(result)] == ["mug"]
    assert [problem.fault.value for problem in result.grades[0].problems] == ["wrong label"]
    assert [shape["label"] for shape in value_of(agreed("box", [[cat], [mug], [mug]], [0.95, 0.6, 0.6]))] == ["cat"]


def test_a_rider_is_not_taken_for_the_horse() -> None:
    horse, rider = a_box(0, 0, 30, 30), a_box(2, 0, 26, 30, "mug")
    # One draws them so that each is nearer to the other's class.
    near = [a_box(2, 0, 26, 30), a_box(0, 0, 30, 30, "mug")]

    assert sorted(shape["label"] for shape in value_of(agreed("box", [[horse, rider], near, [rider, horse]]))) == ["cat", "mug"]


def test_nobody_has_two_shapes_of_one_thing() -> None:
    thing = a_box(0, 0, 10, 10)

    assert len(value_of(agreed("box", [[thing, thing], [thing], [thing]]))) == 1


def test_an_outline_is_the_one_that_fits_the_others_best() -> None:
    three = [[a_rectangle(0, 0, 20, 20)], [a_rectangle(0, 0, 21, 20)], [a_rectangle(0, 0, 28, 20, "mug")]]

    assert value_of(agreed("polygon", three)) == three[1]
    assert value_of(agreed("polygon", three, [0.6, 0.6, 0.95])) == three[2]


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.integers(0, 4)] * 4), min_size=3, max_size=5))
def test_a_mask_is_the_vote_of_its_pixels_as_crowd_kit_has_it(offsets: list[tuple[int, int, int, int]]) -> None:
    painted = []
    for left, top, hole, more in offsets:
        pixels = np.zeros((HEIGHT, WIDTH), np.bool_)
        pixels[2 + top : 22 + top, 3 + left : 27 + more] = True
        pixels[8 : 10 + hole, 10:14] = False
        painted.append(pixels)
    rows = pd.DataFrame([("item", worker, pixels) for worker, pixels in enumerate(painted)], columns=["task", "worker", "segmentation"])
    theirs = SegmentationMajorityVote().fit_predict(rows)["item"]

    [mask] = value_of(agreed("mask", [[a_mask(pixels)] for pixels in painted]))

    ours = coco.decode({"size": mask["size"], "counts": mask["counts"]}).astype(bool)
    # At even votes theirs is painted and ours is not.
    even = 2 * np.sum(painted, axis=0) == len(painted)
    assert (ours[~even] == theirs[~even]).all()
    assert not ours[even].any()


def test_masks_that_have_nothing_in_common_come_to_the_middle_one() -> None:
    # Each half covers the next, and no pixel is in more than three of the six.
    chain = [[a_painting(x, 0, 3, 4)] for x in range(6)]

    [mask] = value_of(agreed("mask", chain))

    assert [mask] in chain[1:5]


def test_spans_are_the_median_of_their_ends_and_each_is_there_once() -> None:
    def span(start: int, end: int, label: str = "cat") -> dict[str, Any]:
        return {"label": label, "content": 0, "start": start, "end": end}

    assert value_of(agreed("span", [[span(0, 10), span(20, 25)], [span(1, 10)], [span(1, 11), span(20, 25)]])) == [
        span(1, 10),
        span(20, 25),
    ]
    # Two that come to the same.
    twice = [[span(0, 10), span(0, 10, "mug")], [span(0, 10), span(1, 10)], [span(0, 10), span(0, 10)]]
    assert value_of(agreed("span", twice)) == [span(0, 10)]


def test_photographs_are_everybodys_own() -> None:
    photo, other = [{"kind": "image", "sha256": "a"}], [{"kind": "image", "sha256": "b"}]

    result = agreed("media", [photo, other, other])

    assert value_of(result) in (photo, other)
    assert result.confidence == 0


def test_a_kind_that_is_not_known_is_decided_by_what_is_equal() -> None:
    assert value_of(agreed("arrow", [90, 45, 90])) == 90


def test_a_form_is_as_sure_as_its_least_sure_field() -> None:
    form = [a_field("rating"), a_field("text")]
    said = [
        Given(id=number, answers=answers("rating", rating) + answers("text", "five"), accuracy=0.8)
        for number, rating in enumerate((1, 5, 5))
    ]

    result = consensus(form, said, STANDARD)

    assert result.confidence == min(field.confidence for field in result.fields) < max(field.confidence for field in result.fields)
    assert [answer["key"] for answer in result.answers] == ["rating", "text"]
    assert [result.grades[number].correct for number in range(3)] == [False, True, True]
