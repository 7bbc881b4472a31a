"""
Form fields and the answers to them.

A kind of field is one module of this package: its form, its answer, their validation, storage and tests. Put a module with a
`KIND` here and the API, the price floor, the validation and the tests have it.
"""

from models.fields.answers import digest, load_answer, media_ids, media_in, parse_answers
from models.fields.base import FieldKind, FormField
from models.fields.form import check_content, floor_micros_per_thousand, load_form, parse_form
from models.fields.registry import kind_of, kinds

__all__ = [
    "FieldKind",
    "FormField",
    "check_content",
    "digest",
    "floor_micros_per_thousand",
    "kind_of",
    "kinds",
    "load_answer",
    "load_form",
    "media_ids",
    "media_in",
    "parse_answers",
    "parse_form",
]
