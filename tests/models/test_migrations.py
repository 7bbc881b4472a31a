"""The tables and the migrations say the same."""

from __future__ import annotations

from tortoise import Tortoise
from tortoise.migrations.autodetector import MigrationAutodetector

from ops.database import CONFIG


async def test_nothing_of_the_tables_waits_for_a_migration() -> None:
    apps = Tortoise.apps
    assert apps is not None

    changes = await MigrationAutodetector(apps, CONFIG["apps"]).changes()

    assert [writer.operations for writer in changes] == []
