"""Fields are pure: their tests need neither tables nor Redis."""

import pytest


@pytest.fixture(autouse=True)
def clean_slate() -> None:
    """In place of the one that empties the database."""
