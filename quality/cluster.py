"""What several people drew or marked, thing by thing: whose shapes are of one thing, and the shape and class that they come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, TypeAlias

import numpy as np

from quality.overlap import Floats, Layer, matched
from quality.policy import Policy
from quality.runs import decode_runs, encode_runs, joined
from quality.vote import EVEN, medians

# Who drew it, by their place among the layers, and the place of the shape in their layer.
Members: TypeAlias = dict[int, int]


@dataclass(frozen=True)
class Laid:
    """Layers laid over each other. Shapes are counted on from layer to layer."""

    layers: Sequence[Layer]
    firsts: Sequence[int]
    # How alike two layers are, pair by pair.
    likenesses: Sequence[float]
    # The pairs of shapes that match, whatever their classes, those that fit best first, with how much they overlap.
    links: Mapping[tuple[int, int], float]

    @classmethod
    def of(cls, layers: Sequence[Layer], policy: Policy) -> Laid:
        likenesses, links = [], [np.zeros((4, 0))]
        firsts = np.cumsum([0, *(len(layer.shapes) for layer in layers)])
        for one, other in combinations(range(len(layers)), 2):
            over = layers[one].over(layers[other], policy.match)
            rows, columns = np.nonzero((over >= policy.match) & (over > 0))
            shares, same = over[rows, columns], layers[one].same_labels(layers[other])[rows, columns]
            # Of one class before of one place: a rider is not matched with the horse.
            strengths = shares + same
            paired = matched(rows, columns, strengths)
            links.append(np.stack((-strengths, rows + firsts[one], columns + firsts[other], shares))[:, paired])
            alike = shares[paired] if same.all() else shares[same][matched(rows[same], columns[same], shares[same])]
            total = sum(over.shape)
            likenesses.append(min(1.0, 2 * float(alike.sum()) / total) if total else 1.0)
        found = np.concatenate(links, axis=1)
        found = found[:, np.lexsort(found[2::-1])]
        ends = zip(found[1].astype(int).tolist(), found[2].astype(int).tolist(), strict=True)
        return cls(layers, firsts.tolist(), likenesses, dict(zip(ends, found[3].tolist(), strict=True)))

    def clusters(self) -> list[Members]:
        """The shapes that are of one thing, at most one of each layer, in the order of the layers."""
        clusters: list[Members] = [{who: which} for who, layer in enumerate(self.layers) for which in range(len(layer.shapes))]
        home = list(range(len(clusters)))
        for one, other in self.links:
            first, second = home[one], home[other]
            kept, left = (first, second) if first < second else (second, first)
            # Those that are together already have somebody in common as well.
            if clusters[kept].keys().isdisjoint(clusters[left]):
                for who, which in clusters[left].items():
                    home[self.firsts[who] + which] = kept
                    clusters[kept][who] = which
                clusters[left] = {}
        return [dict(sorted(members.items())) for members in clusters if members]

    def middle(self, members: Members, votes: Sequence[float]) -> tuple[int, int]:
        """Of the shapes of one thing the one that overlaps the others most, by the votes of who drew them."""
        fits = {who: votes[who] for who in members}
        for (one, i), (other, j) in combinations(members.items(), 2):
            share = self.links.get((self.firsts[one] + i, self.firsts[other] + j), 0.0)
            fits[one] += votes[other] * share
            fits[other] += votes[one] * share
        best = max(fits, key=lambda who: (round(fits[who], 9), -who))
        return best, members[best]


def agreed_shapes(laid: Laid, weights: Floats) -> list[dict[str, Any]]:
    """What those who drew come to: each thing that more than half of them, by weight, have; stored shapes."""
    votes, half = weights.tolist(), float(weights.sum()) / 2
    clusters = [members for members in laid.clusters() if sum(votes[who] for who in members) > half + EVEN]
    if not clusters:
        return []
    said = [layer.labels for layer in laid.layers]
    labels = [_label(said, members, votes) for members in clusters]
    kind = laid.layers[0].kind
    return SHAPES[kind](laid, clusters, labels, weights)


def _label(labels: Sequence[Sequence[str]], members: Members, weights: Sequence[float]) -> str:
    """The class that most of them say, by weight; at even weights the first by the alphabet."""
    votes: dict[str, float] = {}
    for who, which in members.items():
        label = labels[who][which]
        votes[label] = votes.get(label, 0.0) + weights[who]
    return min(votes, key=lambda label: (-round(votes[label], 9), label))


def _boxes(laid: Laid, clusters: list[Members], labels: list[str], weights: Floats) -> list[dict[str, Any]]:
    """Edge by edge the median of those who drew it, half way where as much is on either side."""
    edges, votes = np.zeros((len(clusters), len(laid.layers), 4)), np.zeros((len(clusters), len(laid.layers)))
    for who, layer in enumerate(laid.layers):
        mine = [(place, members[who]) for place, members in enumerate(clusters) if who in members]
        if mine:
            places, which = (list(each) for each in zip(*mine, strict=True))
            sides = layer.ready[which]
            edges[places, who], votes[places, who] = np.hstack((sides[:, :2], sides[:, :2] + sides[:, 2:])), weights[who]
    lower, upper = medians(edges, votes)
    corners = ((lower + upper) / 2).tolist()
    return [
        {"label": label, "x": left, "y": top, "width": right - left, "height": bottom - top}
        for label, (left, top, right, bottom) in zip(labels, corners, strict=True)
    ]


def _spans(laid: Laid, clusters: list[Members], labels: list[str], weights: Floats) -> list[dict[str, Any]]:
    """End by end the median; each once, in the order of the text."""
    found = set()
    for members, label in zip(clusters, labels, strict=True):
        ends = np.array([[laid.layers[who].ready[which] for who, which in members.items()]])
        [(content, start, end)] = medians(ends, np.array([[weights[who] for who in members]]))[0].tolist()
        found.add((int(content), int(start), int(end), label))
    return [{"label": label, "content": content, "start": start, "end": end} for content, start, end, label in sorted(found)]


def _outlines(laid: Laid, clusters: list[Members], labels: list[str], weights: Floats) -> list[dict[str, Any]]:
    """The outline that overlaps the others most: a mean of corners would cross itself, where they are as many at all."""
    votes = weights.tolist()
    middles = [laid.middle(members, votes) for members in clusters]
    return [{**laid.layers[who].shapes[which], "label": label} for (who, which), label in zip(middles, labels, strict=True)]


def _masks(laid: Laid, clusters: list[Members], labels: list[str], weights: Floats) -> list[dict[str, Any]]:
    """Pixel by pixel what more than half of those who painted it have, by weight; where that is nothing, the middle one."""
    votes, masks = weights.tolist(), []
    for members, label in zip(clusters, labels, strict=True):
        who, which = laid.middle(members, votes)
        middle = laid.layers[who].shapes[which]
        painted = [(laid.layers[who].shapes[which]["counts"], votes[who]) for who, which in members.items()]
        counts = _voted(painted, *middle["size"]) or middle["counts"]
        masks.append({"label": label, "size": middle["size"], "counts": counts})
    return masks


def _voted(painted: Sequence[tuple[str, float]], height: int, width: int) -> str | None:
    pixels = height * width
    begins, changes = [], []
    for counts, weight in painted:
        ends = np.cumsum(decode_runs(counts, pixels))[:-1]
        begins.append(ends)
        # The first run is background: after it the paint is on, after the next it is off.
        changes.append(np.where(np.arange(len(ends)) % 2, -weight, weight))
    places, inverse = np.unique(np.concatenate(begins), return_inverse=True)
    votes = np.cumsum(np.bincount(inverse, np.concatenate(changes), len(places)))
    on = votes > sum(weight for _, weight in painted) / 2 + EVEN
    turns = places[np.flatnonzero(np.diff(on, prepend=False))]
    if not turns.size:
        return None
    return encode_runs(joined(np.diff(turns, prepend=0, append=pixels)).tolist(), height, width)


SHAPES: Mapping[str, Callable[[Laid, list[Members], list[str], Floats], list[dict[str, Any]]]] = {
    "box": _boxes,
    "polygon": _outlines,
    "mask": _masks,
    "span": _spans,
}
