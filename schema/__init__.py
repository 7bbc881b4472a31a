"""The API's nouns: types, inputs, scalars, loaders, context."""

from schema import enums  # noqa: F401 - first of all
