"""A new kind of field is one new file."""

import subprocess
import sys
from pathlib import Path

from models.fields import kinds

ROOT = Path(__file__).parents[3]

NEW_KIND = '''
from dataclasses import dataclass

from models.fields.base import FieldKind, FormField, head
from models.fields.samples import FormSample, Sample


@dataclass(frozen=True, kw_only=True)
class ArrowField(FormField):
    """Which way it points."""

    degrees_a_step: int


@dataclass(frozen=True, kw_only=True)
class ArrowAnswer:
    """The direction, in degrees."""

    direction: int


@dataclass(frozen=True, kw_only=True)
class ArrowFieldInput:
    """How fine."""

    degrees_a_step: int | None = 15


class Arrow(FieldKind[ArrowField, ArrowAnswer]):
    name, member, floor_micros_per_thousand = "arrow", "direction", 3_000_000
    field, answer, field_input, answer_input = ArrowField, ArrowAnswer, ArrowFieldInput, int

    def parse_form(self, raw, problems):
        return {"degrees_a_step": raw["degrees_a_step"]}

    def parse_answer(self, field, raw, submission, problems):
        if raw % field["degrees_a_step"]:
            problems.add("Not a step.")
        return raw

    def is_blank(self, value):
        return False

    def load_field(self, stored):
        return ArrowField(**head(stored), degrees_a_step=stored["degrees_a_step"])

    def load_answer(self, value):
        return ArrowAnswer(direction=value)

    def form_samples(self):
        return [FormSample("steps", {"degrees_a_step": 15}, stored={"degrees_a_step": 15})]

    def samples(self):
        return [Sample("up", 90, stored=90)]


KIND = Arrow()
'''

USE = """
import sys, models.fields
models.fields.__path__.append(sys.argv[1])
import strawberry
from models.fields import floor_micros_per_thousand, parse_answers, parse_form
form = parse_form([{"key": "way", "label": "Way", "kind": {"arrow": {"degrees_a_step": 15}}}])
answers = parse_answers(form, [], [{"key": "way", "value": {"direction": 90}}])
assert floor_micros_per_thousand(form) == 3_000_000
from schema.forms import FIELD_TYPES, Answer, AnswerInput, FormField, FormFieldInput, answers_type, form_type

@strawberry.type
class Query:
    @strawberry.field
    def form(self, input: list[FormFieldInput]) -> list[FormField]:
        return form_type(form)

    @strawberry.field
    def answers(self, answers_: list[AnswerInput]) -> list[Answer]:
        return answers_type(answers)

schema = strawberry.Schema(Query, types=FIELD_TYPES)
query = '''{
  form(input: [{key: "way", label: "Way", kind: {arrow: {degreesAStep: 15}}}]) { __typename ... on ArrowField { degreesAStep } }
  answers(answers_: [{key: "way", value: {direction: 90}}]) { value { ... on ArrowAnswer { direction } } }
}'''
print(schema.execute_sync(query).data)
"""


def test_the_kinds_are_those_of_the_contract() -> None:
    assert set(kinds()) == {"choice", "box", "polygon", "mask", "text", "rating", "span", "media"}


def test_one_new_file_brings_form_answer_price_and_types_of_the_api(tmp_path: Path) -> None:
    (tmp_path / "arrow.py").write_text(NEW_KIND)

    used = subprocess.run([sys.executable, "-c", USE, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False)

    assert used.stdout.strip() == str(
        {"form": [{"__typename": "ArrowField", "degreesAStep": 15}], "answers": [{"value": {"direction": 90}}]}
    ), used.stderr
