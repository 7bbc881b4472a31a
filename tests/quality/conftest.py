"""Likeness is computed by pure functions."""

from hypothesis import settings

# What is slow is the machine: timings have tests of their own.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
