"""The demo: people, an organization and projects of every kind, made on an empty database."""

from tortoise.transactions import in_transaction

from ops.database import sql

PASSWORD = "tidemark-demo"  # noqa: S105 - told to everybody
LOGINS: list[tuple[str, str]] = [
    ("annotator@demo.test", "an annotator, through the tutorial"),
    ("annotator2@demo.test", "another, with a phone that records and photographs"),
    ("annotator3@demo.test", "a third, with a tablet"),
    ("newcomer@demo.test", "confirmed, tutorial not begun"),
    ("moderator@demo.test", "a moderator"),
    ("moderator2@demo.test", "another, for appeals"),
    ("partner@demo.test", "a partner with an organization and open projects"),
    ("admin@demo.test", "an admin"),
]

# Any number that nobody else locks: of two processes that start at once one fills, and the other finds it done.
FILL_LOCK = 0x7469_6465_6465
_IS_EMPTY = "SELECT NOT EXISTS (SELECT 1 FROM users)"


async def fill_demo() -> bool:
    """True when it was filled, all of it or nothing; False where the database holds anybody already. The process is connected."""
    if not await sql.value(_IS_EMPTY):
        return False
    # Its pictures bring NumPy and Pillow: no start but the first waits for them.
    from jobs.demo.fill import fill

    async with in_transaction():
        await sql.run("SELECT pg_advisory_xact_lock($1)", FILL_LOCK)
        if not await sql.value(_IS_EMPTY):
            return False
        await fill(PASSWORD)
    return True
