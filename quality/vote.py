"""Weighted voting: an answer counts by the odds that its author is right, and a result is as sure as the votes for and against it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]

# Nobody counts for less than nothing, and nobody so much that many could not contradict.
LEAST_ACCURACY, MOST_ACCURACY = 0.51, 0.99
# Sums of the same weights in another order may differ by less.
EVEN = 1e-9


def weight(accuracy: float) -> float:
    """The logarithm of the odds that somebody of this accuracy is right; always more than 0."""
    trusted = min(max(accuracy, LEAST_ACCURACY), MOST_ACCURACY)
    return math.log(trusted / (1 - trusted))


def sure(weights_for: float, weights_against: float) -> float:
    """The probability that what some say and others deny is so, in (0, 1); 1/2 where they weigh the same."""
    return 1 / (1 + math.exp(weights_against - weights_for))


def elected(opinions: Sequence[str], accuracies: Sequence[float], order: Sequence[str]) -> tuple[str, float]:
    """
    The opinion that is most likely right, and how likely: one of several excludes the others, and who errs picks any of those that
    were picked. At even odds the first in `order` that was picked wins. This is one step of Dawid and Skene's with one coin a person.
    """
    picked = [opinion for opinion in order if opinion in set(opinions)]
    others = max(1, len(picked) - 1)
    trusted = np.clip(np.array(accuracies), LEAST_ACCURACY, MOST_ACCURACY)
    right, wrong = np.log(trusted), np.log((1 - trusted) / others)
    agrees = np.array([[opinion == candidate for opinion in opinions] for candidate in picked])
    likely = np.where(agrees, right, wrong).sum(1)
    if len(picked) == 1:
        likely = np.append(likely, wrong.sum())
    best = int(np.argmax(np.round(likely, 9)))
    return picked[best], float(1 / np.exp(likely - likely[best]).sum())


def medians(values: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """
    The lower and the upper weighted median of each row's values, shape [rows, sides], of values [rows, voices, sides] and weights
    [rows, voices], 0 for a voice that has none. They differ only where as much weight is below as above.
    """
    absent = np.where(weights[:, :, None] > 0, values, np.inf)
    order = np.argsort(absent, axis=1, kind="stable")
    ordered = np.take_along_axis(absent, order, axis=1)
    upto = np.cumsum(np.take_along_axis(np.broadcast_to(weights[:, :, None], values.shape), order, axis=1), axis=1)
    half = upto[:, -1:, :] / 2
    lower, upper = np.argmax(upto >= half - EVEN, axis=1, keepdims=True), np.argmax(upto > half + EVEN, axis=1, keepdims=True)
    return np.take_along_axis(ordered, lower, axis=1)[:, 0], np.take_along_axis(ordered, upper, axis=1)[:, 0]
