"""Every kind's own samples, through the public functions: a new kind is tested by being there."""

import json
from typing import Any

import pytest

from models.fields import kinds, load_answer, load_form, parse_answers, parse_form
from models.fields.base import FieldKind
from models.fields.samples import FormSample, Sample
from tests.models.fields.asking import answered, asked, outcome, refused

SAMPLES = [pytest.param(kind, each, id=f"{kind.name}-{each.says}") for kind in kinds().values() for each in kind.samples()]
FORM_SAMPLES = [pytest.param(kind, each, id=f"{kind.name}-{each.says}") for kind in kinds().values() for each in kind.form_samples()]
# Those that are taken, and do not name uploads: what was an id comes back as the block it stood for.
REPEATABLE = [
    pytest.param(kind, each, id=f"{kind.name}-{each.says}")
    for kind in kinds().values()
    for each in kind.samples()
    if each.refused_at is None and not kind.names_uploads
]


@pytest.mark.parametrize(("kind", "sample"), FORM_SAMPLES)
def test_a_partners_field_is_stored_or_refused_at_its_path(kind: FieldKind[Any, Any], sample: FormSample) -> None:
    fields = [{"key": "asked", "label": "What do you see?", "help": "Look closely.", "kind": {kind.name: sample.raw}}]

    form, errors = outcome(lambda: parse_form(fields))

    if sample.refused_at is not None:
        assert [error.path for error in errors] == [("input", "form", "0", "kind", kind.name, *sample.refused_at)]
        return
    head = {"key": "asked", "label": "What do you see?", "help": "Look closely.", "required": True, "kind": kind.name}
    assert errors == []
    assert sample.stored is not None
    assert form == [{**head, **sample.stored}]
    assert load_form(json.loads(json.dumps(form))) == load_form(form)


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_an_answer_is_stored_or_refused_at_its_path(kind: FieldKind[Any, Any], sample: Sample) -> None:
    form, answers = asked(kind.name, sample), answered(kind.name, sample.raw)

    stored, errors = outcome(lambda: parse_answers(form, sample.content, answers, uploads=sample.uploads))

    if sample.refused_at is not None:
        path = ("answers", "0", "value", kind.member, *sample.refused_at)
        assert [(error.code, error.path) for error in errors] == [(sample.code, path)]
        return
    assert errors == []
    assert stored == [{"key": kind.name, "kind": kind.name, "value": sample.stored}]


@pytest.mark.parametrize(("kind", "sample"), SAMPLES)
def test_a_draft_may_be_half_done_but_not_malformed(kind: FieldKind[Any, Any], sample: Sample) -> None:
    form, answers = asked(kind.name, sample), answered(kind.name, sample.raw)

    errors = refused(form, answers, content=sample.content, uploads=sample.uploads, complete=False)

    assert bool(errors) == (sample.refused_at is not None and not sample.draft)


@pytest.mark.parametrize(("kind", "sample"), REPEATABLE)
def test_a_stored_answer_parses_to_itself(kind: FieldKind[Any, Any], sample: Sample) -> None:
    form = asked(kind.name, sample)
    stored = parse_answers(form, sample.content, answered(kind.name, sample.raw))

    kept = json.loads(json.dumps(stored))

    assert parse_answers(form, sample.content, answered(kind.name, kept[0]["value"])) == stored


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_an_answer_is_loaded_from_storage(kind: FieldKind[Any, Any]) -> None:
    sample = kind.samples()[0]
    [stored] = parse_answers(asked(kind.name, sample), sample.content, answered(kind.name, sample.raw), uploads=sample.uploads)

    answer = load_answer(json.loads(json.dumps(stored)))

    assert isinstance(answer, kind.answer)
    assert getattr(answer, kind.member)


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_every_kind_brings_samples_that_are_taken_and_samples_that_are_refused(kind: FieldKind[Any, Any]) -> None:
    for samples in (kind.samples(), kind.form_samples()):
        assert {sample.refused_at is None for sample in samples} == {True, False}
        assert samples[0].refused_at is None
