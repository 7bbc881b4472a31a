"""Where uploads lie, by the hash of their bytes: a folder or an S3 bucket."""

import re
from collections.abc import AsyncIterator
from functools import lru_cache

import obstore
from obstore.store import LocalStore, S3Store

from ops.settings import folder_of, settings

CHUNK_BYTES = 256 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Storage:
    """Bytes under their sha256, given as 64 hex digits. What is stored never changes, so storing it again does nothing new."""

    def __init__(self, url: str) -> None:
        """`url` is file:DIR or s3://bucket/prefix, for which the AWS_ variables hold region, endpoint and keys."""
        self._store: LocalStore | S3Store
        if url.startswith("file:"):
            self._store = LocalStore(folder_of(url), mkdir=True)
        else:
            self._store = S3Store.from_url(url)

    async def put(self, sha256: str, data: bytes, content_type: str) -> None:
        if isinstance(self._store, LocalStore):  # a file has no attributes
            await obstore.put_async(self._store, _path(sha256), data)
        else:
            await obstore.put_async(self._store, _path(sha256), data, attributes={"Content-Type": content_type})

    async def open(self, sha256: str) -> AsyncIterator[bytes]:
        """The bytes, in chunks. Raises FileNotFoundError, before the first chunk, when they are not there."""
        found = await obstore.get_async(self._store, _path(sha256))

        async def chunks() -> AsyncIterator[bytes]:
            async for chunk in found.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)

        return chunks()

    async def exists(self, sha256: str) -> bool:
        try:
            await obstore.head_async(self._store, _path(sha256))
        except FileNotFoundError:
            return False
        return True


@lru_cache
def storage() -> Storage:
    """The store of STORAGE_URL."""
    return Storage(settings().storage_url)


def _path(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise ValueError("a sha256 has 64 hex digits")
    # Two levels: folders of a million files are slow to list and to back up.
    return f"{sha256[:2]}/{sha256}"
