"""The judge: who is right, who is not, whom to ask; the same in any order, and the same again."""

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.consensus import Given
from quality.grade import Fault
from quality.judge import Judgement, Why, judge
from quality.policy import Policy
from tests.quality.drawing import a_box, a_field, a_painting, a_rectangle, answers, boxes, choices

CHOICE = [a_field("choice") | {"multiple": False, "required": True}]
BOXES = [a_field("box")]


def said(number: int, value: Any, kind: str = "choice", **more: Any) -> Given:
    return Given(id=number, answers=answers(kind, value), **{"accuracy": 0.8, "judged": 50, **more})


def chosen(*options: str, **more: Any) -> list[Given]:
    return [said(number, [option], **more) for number, option in enumerate(options)]


def ids(judgement: Judgement) -> dict[str, list[int]]:
    return {
        "approved": list(judgement.approved),
        "rejected": [each.id for each in judgement.rejected],
        "board": [each.id for each in judgement.board],
        "waiting": list(judgement.waiting),
    }


def test_an_answer_waits_for_another() -> None:
    judgement = judge(CHOICE, chosen("cat"))

    assert ids(judgement) == {"approved": [], "rejected": [], "board": [], "waiting": [0]}
    assert judgement.more
    assert judgement.consensus is None


def test_two_who_agree_are_approved() -> None:
    judgement = judge(CHOICE, chosen("cat", "cat"))

    assert ids(judgement) == {"approved": [0, 1], "rejected": [], "board": [], "waiting": []}
    assert not judgement.more
    assert judgement.consensus is not None
    assert judgement.consensus.answers == answers("choice", ["cat"])


def test_two_who_disagree_wait_for_a_third() -> None:
    judgement = judge(CHOICE, chosen("cat", "mug"))

    assert ids(judgement)["waiting"] == [0, 1]
    assert judgement.more


def test_where_two_agree_against_one_the_one_waits_until_it_is_certain() -> None:
    three, four = judge(CHOICE, chosen("cat", "mug", "cat")), judge(CHOICE, chosen("cat", "mug", "cat", "cat"))
    five = judge(CHOICE, chosen("cat", "mug", "cat", "cat", "cat"))

    assert (ids(three)["approved"], ids(three)["waiting"], three.more) == ([0, 2], [1], True)
    assert (ids(four)["approved"], ids(four)["waiting"], four.more) == ([0, 2, 3], [1], True)
    assert (ids(five)["approved"], ids(five)["rejected"], five.more) == ([0, 2, 3, 4], [1], False)
    assert [problem.fault for problem in five.rejected[0].problems] == [Fault.WRONG]


def test_an_outlier_that_cannot_be_certain_is_looked_at() -> None:
    judgement = judge(CHOICE, chosen("cat", "mug", "cat"), Policy(most=3))

    assert ids(judgement) == {"approved": [0, 2], "rejected": [], "board": [1], "waiting": []}
    assert judgement.board[0].why is Why.DISAGREEMENT
    assert not judgement.board[0].suggests
    assert not judgement.more


def test_a_newcomer_is_not_rejected_unseen() -> None:
    given_ = [*chosen("cat", "cat", "cat", "cat"), said(9, ["mug"], judged=3)]

    judgement = judge(CHOICE, given_)

    assert ids(judgement)["rejected"] == []
    assert [(doubt.id, doubt.why) for doubt in judgement.board] == [(9, Why.NEW_ANNOTATOR)]


def test_a_dispute_is_settled_by_looking_at_the_one_that_is_likeliest_right() -> None:
    given_ = [
        said(0, ["mug"], accuracy=0.6),
        said(1, ["cat"], accuracy=0.9),
        said(2, ["cat"], accuracy=0.55),
        said(3, ["mug"], accuracy=0.85),
    ]
    policy = Policy(most=4, certainty=0.9)

    disputed = judge(CHOICE, given_, policy)
    looked = [replace(each, approved=True, looked_at=True) if each.id == disputed.board[0].id else each for each in given_]
    settled = judge(CHOICE, looked, policy)

    assert ids(disputed) == {"approved": [], "rejected": [], "board": [1], "waiting": [0, 2, 3]}
    assert disputed.board[0].why is Why.DISAGREEMENT
    assert not disputed.more
    assert ids(settled) == {"approved": [2], "rejected": [0, 3], "board": [], "waiting": []}


def test_whom_a_moderator_rejects_is_heard_no_more() -> None:
    wrong = said(0, ["mug"], accuracy=0.95, approved=False, looked_at=True)

    judgement = judge(CHOICE, [wrong, *[said(n, ["cat"], accuracy=0.6) for n in (1, 2, 3, 4)]])

    assert ids(judgement)["approved"] == [1, 2, 3, 4]


def test_nobody_is_a_consensus_alone() -> None:
    expert, novice = said(0, ["cat"], accuracy=0.99), said(1, ["mug"], accuracy=0.55)

    assert ids(judge(CHOICE, [expert, novice])) == {"approved": [], "rejected": [], "board": [], "waiting": [0, 1]}


def test_a_consensus_does_not_prove_itself() -> None:
    decided = [replace(each, approved=True) for each in chosen("cat", "cat")]

    alone = judge(CHOICE, [*decided, said(2, ["mug"])])
    seen = judge(CHOICE, [*[replace(each, looked_at=True) for each in decided], said(2, ["mug"])])

    assert ids(alone)["waiting"] == [2]
    assert ids(seen)["rejected"] == [2]


def test_an_answer_that_is_nearly_right_is_looked_at() -> None:
    things = [a_box(30 * n, 0, 20, 20) for n in range(3)]
    near = [[a_box(30 * n + k, 0, 20, 20) for n in range(3)] for k in (0, 0.5, 1)]

    judgement = judge(BOXES, [*[said(n, value, "box") for n, value in enumerate(near)], said(3, things[:2], "box")], Policy(certainty=0.9))

    assert ids(judgement) == {"approved": [0, 1, 2, 3], "rejected": [], "board": [], "waiting": []}
    strict = judge(BOXES, [*[said(n, value, "box") for n, value in enumerate(near)], said(3, things[:2], "box")], Policy(right=0.9))
    assert [(doubt.id, doubt.why, doubt.problems[0].fault) for doubt in strict.board] == [(3, Why.LOW_SCORE, Fault.MISSING)]


@pytest.mark.parametrize(
    ("kind", "value", "other"),
    [
        ("box", [a_box(0, 0, 20, 20), a_box(40, 0, 20, 20)], [a_box(1, 0, 20, 20), a_box(41, 0, 20, 20)]),
        ("polygon", [a_rectangle(0, 0, 20, 20)], [a_rectangle(1, 0, 20, 20)]),
        ("mask", [a_painting(2 * n, 0, 1, 1 + n) for n in range(9)], [a_painting(2 * n, 0, 1, 1 + n) for n in range(8)]),
    ],
)
def test_what_is_drawn_exactly_alike_is_said_once_and_looked_at(kind: str, value: Any, other: Any) -> None:
    form = [a_field(kind)]
    copies = [said(0, value, kind), said(1, value, kind)]

    two, three = judge(form, copies), judge(form, [*copies, said(2, other, kind)])

    assert ids(two) == {"approved": [], "rejected": [], "board": [], "waiting": [0, 1]}
    assert ids(three) == {"approved": [2], "rejected": [], "board": [0, 1], "waiting": []}
    assert {doubt.why for doubt in three.board} == {Why.COPY}
    assert ids(judge(form, copies, Policy(copies=False)))["approved"] == [0, 1]


def test_one_box_may_be_drawn_alike_by_chance() -> None:
    assert ids(judge(BOXES, [said(n, [a_box(0, 0, 20, 20)], "box") for n in (0, 1)]))["approved"] == [0, 1]


def test_a_single_answer_has_nothing_to_be_held_against() -> None:
    judgement = judge(CHOICE, chosen("cat", accuracy=0.7), Policy(least=1, most=1))

    assert [(doubt.id, doubt.why) for doubt in judgement.board] == [(0, Why.ALONE)]
    assert judgement.board[0].doubt == pytest.approx(0.3)
    assert not judgement.more


def test_what_everybody_makes_for_themselves_is_looked_at() -> None:
    form = [a_field("media"), *CHOICE]
    given_ = [
        Given(id=n, answers=answers("media", [{"kind": "image", "sha256": str(n)}]) + answers("choice", ["cat"]), accuracy=0.5 + n / 10)
        for n in (0, 1)
    ]

    judgement = judge(form, given_, Policy(least=3))

    assert ids(judgement) == {"approved": [], "rejected": [], "board": [0, 1], "waiting": []}
    assert judgement.more


def test_there_is_nothing_to_judge_without_an_answer() -> None:
    with pytest.raises(ValueError, match="no answer"):
        judge(CHOICE, [])


def test_an_item_whose_answers_all_have_verdicts_is_left_alone() -> None:
    judgement = judge(CHOICE, chosen("cat", "mug", approved=True))

    assert ids(judgement) == {"approved": [], "rejected": [], "board": [], "waiting": []}
    assert not judgement.more


verdicts = st.sampled_from([(None, False), (None, False), (True, False), (False, False), (True, True), (False, True)])
items = st.one_of(
    st.tuples(
        st.just(BOXES),
        st.just("box"),
        st.lists(st.tuples(boxes, st.floats(0.5, 0.95), st.integers(0, 20), verdicts), min_size=1, max_size=6),
    ),
    st.tuples(
        st.just([a_field("choice")]),
        st.just("choice"),
        st.lists(st.tuples(choices, st.floats(0.5, 0.95), st.integers(0, 20), verdicts), min_size=1, max_size=6),
    ),
)


@settings(max_examples=60)
@given(items, st.randoms(use_true_random=False), st.sampled_from([Policy(), Policy(most=3), Policy(confidence=0.6, certainty=0.6)]))
def test_judgement_is_one_whatever_the_order_complete_and_final(item: Any, chance: random.Random, policy: Policy) -> None:
    form, kind, rows = item
    given_ = [
        said(n, value, kind, accuracy=trust, judged=judged, approved=approved, looked_at=looked)
        for n, (value, trust, judged, (approved, looked)) in enumerate(rows)
    ]

    judgement = judge(form, given_, policy)

    assert repr(judge(form, chance.sample(given_, len(given_)), policy)) == repr(judgement)
    assert sorted(id_ for place in ids(judgement).values() for id_ in place) == [each.id for each in given_ if each.approved is None]
    assert [doubt.doubt for doubt in judgement.board] == sorted((doubt.doubt for doubt in judgement.board), reverse=True)
    assert all(0 <= doubt.doubt <= 1 for doubt in judgement.board)
    decided = dict.fromkeys(judgement.approved, True) | dict.fromkeys((each.id for each in judgement.rejected), False)
    again = judge(form, [replace(each, approved=decided.get(each.id, each.approved)) for each in given_], policy)
    assert (again.approved, again.rejected, again.board, again.waiting) == ((), (), judgement.board, judgement.waiting)
