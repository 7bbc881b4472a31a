"""Weighted votes: by the odds, as crowd-kit has them where it measures the same."""

import math

import numpy as np
import pandas as pd
import pytest
from crowdkit.aggregation import MajorityVote, OneCoinDawidSkene
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.vote import LEAST_ACCURACY, MOST_ACCURACY, elected, medians, sure, weight

# What crowd-kit 1.4 does is not what pandas 3.1 likes.
pytestmark = pytest.mark.filterwarnings("ignore:The (inplace|copy) keyword")
OPTIONS = ["cat", "dog", "fox"]
accuracies = st.floats(0.55, 0.95)


def test_a_vote_weighs_the_odds_of_its_author() -> None:
    assert weight(0.9) == pytest.approx(math.log(9))
    assert weight(0.0) == weight(LEAST_ACCURACY) > 0
    assert weight(1.0) == weight(MOST_ACCURACY)


def test_those_who_weigh_the_same_leave_it_open() -> None:
    assert sure(2.0, 2.0) == 0.5
    assert sure(weight(0.8), 0) == pytest.approx(0.8)
    assert sure(0, weight(0.8)) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("opinions", "trust", "winner", "probability"),
    [
        (["cat"], [0.8], "cat", 0.8),
        (["cat", "cat"], [0.8, 0.8], "cat", 0.64 / (0.64 + 0.04)),
        (["cat", "dog"], [0.8, 0.8], "cat", 0.5),
        (["dog", "cat"], [0.8, 0.8], "cat", 0.5),
        (["cat", "dog"], [0.6, 0.9], "dog", 0.36 / (0.36 + 0.06)),
        (["cat", "dog", "dog"], [0.95, 0.6, 0.6], "cat", (0.95 * 0.16) / (0.95 * 0.16 + 0.05 * 0.36)),
    ],
)
def test_one_of_several_is_elected(opinions: list[str], trust: list[float], winner: str, probability: float) -> None:
    found, likely = elected(opinions, trust, OPTIONS)

    assert found == winner
    assert likely == pytest.approx(probability)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["cat", "dog"]), accuracies), min_size=1, max_size=6))
def test_of_two_options_the_weighted_majority_is_crowd_kits(votes: list[tuple[str, float]]) -> None:
    answers = pd.DataFrame([("item", n, label) for n, (label, _) in enumerate(votes)], columns=["task", "worker", "label"])
    skills = pd.Series({n: weight(trust) for n, (_, trust) in enumerate(votes)})
    shares = MajorityVote().fit_predict_proba(answers, skills=skills).loc["item"]

    found, likely = elected([label for label, _ in votes], [trust for _, trust in votes], OPTIONS)

    assert shares[found] == pytest.approx(shares.max())
    assert likely >= 0.5 - 1e-9


def test_the_probability_is_that_of_dawid_and_skene_with_one_coin_a_person() -> None:
    chance = np.random.default_rng(1)
    rows = [
        (item, worker, "cat" if chance.random() < trust else "dog")
        for item in range(200)
        for worker, trust in enumerate((0.9, 0.8, 0.7, 0.6))
    ]
    answers = pd.DataFrame(rows, columns=["task", "worker", "label"])
    # Their priors are the shares of the labels; with both labels as frequent these tell nothing.
    mirrored = answers.assign(task=answers.task + 200, label=answers.label.map({"cat": "dog", "dog": "cat"}))
    model = OneCoinDawidSkene(n_iter=100, tol=0).fit(pd.concat([answers, mirrored]))

    assert model.skills_ is not None
    assert model.probas_ is not None
    assert model.labels_ is not None
    for item in range(200):
        said = answers[answers.task == item]
        found, likely = elected(list(said.label), [float(model.skills_[worker]) for worker in said.worker], OPTIONS)
        theirs = float(model.probas_.loc[item].max())
        if len(set(said.label)) == 2 and abs(theirs - 0.5) > 0.01:
            assert found == model.labels_[item]
            assert likely == pytest.approx(theirs, abs=0.01)


def test_medians_stand_between_half_and_half() -> None:
    values = np.array([[[1.0], [2.0], [9.0]], [[1.0], [2.0], [9.0]], [[4.0], [0.0], [6.0]]])
    weights = np.array([[1.0, 1.0, 1.0], [3.0, 1.0, 1.0], [1.0, 0.0, 1.0]])

    lower, upper = medians(values, weights)

    assert lower.ravel().tolist() == [2, 1, 4]
    assert upper.ravel().tolist() == [2, 1, 6]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 5)), min_size=1, max_size=7))
def test_no_more_than_half_the_weight_is_on_either_side_of_a_median(voices: list[tuple[float, float]]) -> None:
    values, weights = (np.array(each) for each in zip(*voices, strict=True))

    for [[median]] in medians(values[None, :, None], weights[None]):
        assert weights[values < median].sum() <= weights.sum() / 2 + 1e-6
        assert weights[values > median].sum() <= weights.sum() / 2 + 1e-6
