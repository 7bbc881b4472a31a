"""How far duties came that go through what is new, once and in order: one worker at a time is at each."""

from __future__ import annotations

from datetime import timedelta

from ops.database import sql

# What was written this recently may still have older neighbours that are not committed.
SETTLED = timedelta(seconds=10)


async def position(name: str) -> int | None:
    """How far it came, held until the caller's transaction ends; None where another worker is at it."""
    await sql.run("INSERT INTO watched (name) VALUES ($1) ON CONFLICT DO NOTHING", name)
    reached: int | None = await sql.value("SELECT position FROM watched WHERE name = $1 FOR UPDATE SKIP LOCKED", name)
    return reached


async def move(name: str, reached: int) -> None:
    await sql.run("UPDATE watched SET position = $2 WHERE name = $1", name, reached)
