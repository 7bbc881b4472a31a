"""Stored forms and answers, said as callers of the API say them."""

from models.fields.inputs import answers_input, form_input

__all__ = ["answers_input", "form_input"]
