"""All verbs that move money, in any order: the money machine of the tests, played longer than the tests have time for."""

from __future__ import annotations

import traceback

from bench.proofs import Broken
from tests.models.test_money_machine import play

# Of a hundred steps each, where none ends early: twenty seeds are 50,000 steps and some.
GAMES = 30


async def prove_money(seed: int) -> str:
    """Every balance is the model's and every invariant of the ledger holds after every step. Raises Broken, with the shortest way there."""
    try:
        steps = await play(GAMES, seed)
    except Exception as broken:
        raise Broken("".join(traceback.format_exception(broken))) from broken
    return f"seed {seed}: {steps} steps"
