"""Whatever comes in, it is taken or refused: nothing else is raised, and what is taken can be stored."""

import json
import math
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.fields import digest, kinds, media_ids, parse_answers, parse_form
from models.fields.samples import PHOTO, PHOTO_AND_QUERY
from tests.models.fields.asking import a_form, answered, outcome

EVERY_KIND = list(kinds())
MEMBERS = [kind.member for kind in kinds().values()]
WORDS = [
    "key",
    "value",
    "label",
    "cat",
    "yes",
    "x",
    "y",
    "width",
    "height",
    "points",
    "size",
    "counts",
    "content",
    "start",
    "end",
    *MEMBERS,
]

numbers = st.one_of(
    st.integers(-5, 120), st.integers(), st.floats(), st.booleans(), st.sampled_from([10**400, -(2**31), 2**63, math.nan, -0.0])
)
texts = st.one_of(st.sampled_from(WORDS), st.text(), st.text("0123PPon", max_size=12), st.sampled_from(["\x00", "\ud800", "🕰" * 21]))
scalars = st.one_of(st.none(), numbers, texts)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=8) | st.dictionaries(st.sampled_from(WORDS) | texts, inner, max_size=6), max_leaves=30
)

labels = st.sampled_from(["cat", "mug", "dog", "", None, 5]) | st.just("cat")
coordinates = st.one_of(st.floats(-1, 101), st.integers(-1, 101), scalars)
shapes = st.fixed_dictionaries(
    {"label": labels},
    optional={
        "x": coordinates,
        "y": coordinates,
        "width": coordinates,
        "height": coordinates,
        "points": st.lists(st.floats(0, 80) | coordinates, max_size=16),
        "size": st.just([80, 100]) | anything,
        "counts": st.text("0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmno", max_size=20) | anything,
        "content": st.integers(-1, 3) | scalars,
        "start": st.integers(-1, 24) | scalars,
        "end": st.integers(-1, 24) | scalars,
    },
)
values = st.dictionaries(st.sampled_from(MEMBERS), st.lists(shapes, max_size=5) | anything, min_size=1, max_size=2)
likely = st.lists(st.fixed_dictionaries({"key": st.sampled_from(EVERY_KIND), "value": values}) | anything, max_size=5)


@settings(max_examples=400)
@given(answers=likely | anything, complete=st.booleans())
def test_hostile_answers_are_taken_or_refused(answers: Any, complete: bool) -> None:
    form = a_form(*EVERY_KIND, required=False)

    uploads = dict.fromkeys(media_ids(answers), PHOTO)
    stored, errors = outcome(lambda: parse_answers(form, PHOTO_AND_QUERY, answers, uploads=uploads, complete=complete))

    if stored is None:
        assert 1 <= len(errors) <= 20
        assert all(error.path[0] == "answers" and error.message for error in errors)
        return

    kept = json.dumps(stored, ensure_ascii=False, allow_nan=False).encode()
    assert b"\x00" not in kept
    assert json.loads(kept) == stored
    assert digest(json.loads(kept)) == digest(stored)


@settings(max_examples=300)
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "key": texts,
                "label": texts,
                "kind": st.dictionaries(st.sampled_from(EVERY_KIND), st.dictionaries(texts, anything), max_size=2),
            },
            optional={"help": scalars, "required": scalars},
        )
        | anything,
        max_size=3,
    )
    | anything
)
def test_hostile_forms_are_taken_or_refused(fields: Any) -> None:
    form, errors = outcome(lambda: parse_form(fields))

    assert bool(errors) == (form is None)
    assert all(error.path[:2] == ("input", "form") for error in errors)
    assert json.loads(json.dumps(form, allow_nan=False)) == form


boxes = st.builds(
    lambda x, y, width, height: {"label": "cat", "x": x, "y": y, "width": width, "height": height},
    *[st.floats(-0.02, 100.02)] * 4,
)


@settings(max_examples=300)
@given(st.lists(boxes, min_size=1, max_size=3))
def test_boxes_that_are_taken_lie_inside_the_image_and_parse_to_themselves(drawn: list[dict[str, Any]]) -> None:
    form = a_form("box")
    stored, _ = outcome(lambda: parse_answers(form, PHOTO_AND_QUERY, answered("box", drawn)))
    if not stored:
        return

    for box in stored[0]["value"]:
        assert box["x"] >= 0
        assert box["y"] >= 0
        assert min(box["width"], box["height"]) >= 1
        assert box["x"] + box["width"] <= 100 + 1e-9
        assert box["y"] + box["height"] <= 80 + 1e-9
    assert parse_answers(form, PHOTO_AND_QUERY, answered("box", stored[0]["value"])) == stored
