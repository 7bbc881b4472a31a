import hashlib
from pathlib import Path

import pytest

from ops.storage import Storage


@pytest.fixture
def store(tmp_path: Path) -> Storage:
    return Storage(f"file:{tmp_path}/new/uploads")


async def test_what_is_stored_comes_back_in_chunks(store: Storage) -> None:
    data = bytes(range(256)) * 5000
    name = hashlib.sha256(data).hexdigest()

    await store.put(name, data, "image/png")

    chunks = [chunk async for chunk in await store.open(name)]
    assert b"".join(chunks) == data
    assert len(chunks) > 1


async def test_storing_the_same_twice_does_no_harm(store: Storage) -> None:
    name = hashlib.sha256(b"twice").hexdigest()

    await store.put(name, b"twice", "text/plain")
    await store.put(name, b"twice", "text/plain")

    assert await store.exists(name)
    assert b"".join([chunk async for chunk in await store.open(name)]) == b"twice"


async def test_what_is_not_there_is_not_found(store: Storage) -> None:
    assert not await store.exists("0" * 64)
    with pytest.raises(FileNotFoundError):
        await store.open("0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 64 + "\n"])
async def test_only_a_hash_names_what_is_stored(store: Storage, name: str) -> None:
    with pytest.raises(ValueError, match="64 hex digits"):
        await store.put(name, b"", "text/plain")
    with pytest.raises(ValueError, match="64 hex digits"):
        await store.open(name)
