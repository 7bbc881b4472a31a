"""Text: whatever is asked to be written down, such as a transcription or a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.fields.base import FieldKind, FormField, Submission, head, is_whole
from models.fields.plaintext import UNSTORABLE, fault_in
from models.fields.problems import Problems
from models.fields.samples import FormSample, Sample

# Some six pages: the transcription of a long recording. More does not fit a task of seconds.
LONGEST = 20_000
DEFAULT_LENGTH = 2_000


@dataclass(frozen=True, kw_only=True)
class TextField(FormField):
    """Free text. `maxLength` counts Unicode code points."""

    max_length: int


@dataclass(frozen=True, kw_only=True)
class TextAnswer:
    """The text, as it was written."""

    text: str


@dataclass(frozen=True, kw_only=True)
class TextFieldInput:
    """`maxLength` is 1 to 20,000."""

    max_length: int | None = DEFAULT_LENGTH


class Text(FieldKind[TextField, TextAnswer]):
    name = "text"
    member = "text"
    floor_micros_per_thousand = 4_000_000
    field = TextField
    answer = TextAnswer
    field_input = TextFieldInput
    answer_input = str

    def parse_form(self, raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
        length = raw.get("max_length")
        length = DEFAULT_LENGTH if length is None else length
        if not is_whole(length) or not 1 <= length <= LONGEST:
            problems.add(f"The greatest length is 1 to {LONGEST:,} characters.", "maxLength")
        return {"max_length": length}

    def parse_answer(self, field: Mapping[str, Any], raw: Any, submission: Submission, problems: Problems) -> str:
        fault = fault_in(raw, field["max_length"]) if submission.complete else fault_in(raw, LONGEST, unstorable=UNSTORABLE)
        if fault:
            problems.add(fault)
        return str(raw)

    def is_blank(self, value: Any) -> bool:
        return not value.strip()

    def load_field(self, stored: Mapping[str, Any]) -> TextField:
        return TextField(**head(stored), max_length=stored["max_length"])

    def load_answer(self, value: Any) -> TextAnswer:
        return TextAnswer(text=value)

    def form_samples(self) -> list[FormSample]:
        return [
            FormSample("a length", {"max_length": 20}, stored={"max_length": 20}),
            FormSample("no length", {}, stored={"max_length": 2000}),
            FormSample("length null", {"max_length": None}, stored={"max_length": 2000}),
            FormSample("the greatest length", {"max_length": 20_000}, stored={"max_length": 20_000}),
            FormSample("zero", {"max_length": 0}, refused_at=("maxLength",)),
            FormSample("beyond the greatest", {"max_length": 20_001}, refused_at=("maxLength",)),
            FormSample("a fraction", {"max_length": 2.5}, refused_at=("maxLength",)),
            FormSample("a truth value", {"max_length": True}, refused_at=("maxLength",)),
        ]

    def samples(self) -> list[Sample]:
        return [
            Sample("a text, kept as it is", " fünf\tUhr\r\n 🕰 ", stored=" fünf\tUhr\r\n 🕰 "),
            Sample("as long as it may be", "🕰" * 20, stored="🕰" * 20),
            Sample("one character too long", "🕰" * 21, refused_at=(), draft=True),
            Sample("longer than any text", "a" * 20_001, refused_at=()),
            Sample("NUL", "fünf\x00", refused_at=()),
            Sample("half a surrogate pair", "fünf\ud83d", refused_at=()),
            Sample("an escape character", "\x1b[31mred", refused_at=(), draft=True),
            Sample("a number", 5, refused_at=()),
            Sample("null", None, refused_at=()),
            Sample("nothing", "", refused_at=(), draft=True),
            Sample("blanks only", " \n ", refused_at=(), draft=True),
            Sample("nothing where nothing need be", "", stored="", field={"required": False}),
        ]


KIND = Text()
