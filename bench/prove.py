"""`python -m bench.prove NAME`: the long proofs. Each prints its figures and exits 0 where they hold, else prints the seed."""

from __future__ import annotations

import asyncio
import logging
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

import typer

from bench.crash import crash_theatre
from bench.crowd_proof import prove_crowds
from bench.ending import ended_by_sigterm
from bench.faults import faults_theatre
from bench.fuzz import INPUTS, prove_fuzz
from bench.money_proof import prove_money
from bench.proofs import Broken, prove_events
from bench.sockets import SOCKETS, prove_sockets
from bench.stage import empty_stage, web_and_worker
from ops.logs import configure_logs

Prove = Callable[[int], Awaitable[str]]


@asynccontextmanager
async def _events() -> AsyncIterator[Prove]:
    async with empty_stage(), web_and_worker() as url:
        yield lambda seed: prove_events(url, seed)


@asynccontextmanager
async def _crowds() -> AsyncIterator[Prove]:
    async def prove_seed(seed: int) -> str:
        return prove_crowds(seed)

    yield prove_seed


@asynccontextmanager
async def _crash() -> AsyncIterator[Prove]:
    async with empty_stage(), crash_theatre() as theatre:
        yield theatre.play


@asynccontextmanager
async def _faults() -> AsyncIterator[Prove]:
    async with empty_stage(), faults_theatre() as theatre:
        yield theatre.play


@asynccontextmanager
async def _money() -> AsyncIterator[Prove]:
    async with empty_stage():
        yield prove_money


# Each with what all its seeds share.
PROOFS: dict[str, Callable[[], AbstractAsyncContextManager[Prove]]] = {
    "events": _events,
    "crowds": _crowds,
    "crash": _crash,
    "faults": _faults,
    "money": _money,
}
# Each by how many inputs or sockets, and a seed; and how many there are unless told.
MEASURED: dict[str, tuple[Callable[[int, int], Awaitable[str]], int]] = {"fuzz": (prove_fuzz, INPUTS), "sockets": (prove_sockets, SOCKETS)}
# Of code, not of what it does: it forks, and has an order of its own.
MUTATION = "mutation"
UNKNOWN = 2
SEEDS = 20


def main(
    name: str,
    n: Annotated[
        int | None, typer.Option("--n", envvar="N", min=1, help=f"How many seeds ({SEEDS} at random, or from SEED on), inputs or sockets.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", envvar="SEED", help="Replays one; with N, begins with it.")] = None,
) -> None:
    ended_by_sigterm()
    if name == MUTATION:
        from bench import mutation

        raise typer.Exit(mutation.main(n or mutation.SAMPLE, random.randrange(10**6) if seed is None else seed))
    if name not in PROOFS and name not in MEASURED:
        typer.echo(f"There is no proof {name}; there is {', '.join([*PROOFS, *MEASURED, MUTATION])}.")
        raise typer.Exit(UNKNOWN)
    configure_logs(level=logging.WARNING)
    if name in MEASURED:
        raise typer.Exit(asyncio.run(measure(name, n, random.randrange(10**6) if seed is None else seed)))
    seeds = random.sample(range(10**6), n or SEEDS) if seed is None else list(range(seed, seed + (n or 1)))
    raise typer.Exit(asyncio.run(prove(name, seeds)))


async def measure(name: str, n: int | None, seed: int) -> int:
    proven, usual = MEASURED[name]
    try:
        typer.echo(await proven(n or usual, seed))
    except Broken as broken:
        typer.echo(f"BROKEN, replay with N={n or usual} SEED={seed}: {broken}", err=True)
        return 1
    return 0


async def prove(name: str, seeds: list[int]) -> int:
    seed = seeds[0]
    try:
        async with PROOFS[name]() as proven:
            for seed in seeds:
                typer.echo(await proven(seed))
    except Broken as broken:
        typer.echo(f"BROKEN, replay with SEED={seed}: {broken}", err=True)
        return 1
    typer.echo(f"{name}: held for {len(seeds)} seeds")
    return 0


if __name__ == "__main__":
    sys.argv[0] = "bench.prove"
    typer.run(main)
