"""Fields are pure: their tests need neither tables nor Redis."""

import pytest
from hypothesis import settings

# What is slow is the machine: timings have tests of their own.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(autouse=True)
def clean_slate() -> None:
    """In place of the one that empties the database."""
