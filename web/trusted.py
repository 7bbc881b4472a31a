"""Documents that are known before anybody sends them: the web client's build lists each that the client can ask with.

They may be asked for by the digest of their text alone, and where TRUSTED_DOCUMENTS_ONLY is set, nothing else is taken but from API tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import orjson

# Beside the client that it belongs to.
MANIFEST = Path(__file__).parent / "client" / "dist" / "documents.json"


def digest_of(text: str) -> bytes:
    """SHA-256, as the protocols of persisted documents have it."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def trusted_documents(manifest: Path = MANIFEST) -> Mapping[bytes, str]:
    """Texts by their digests; none where no client was built."""
    if not manifest.exists():
        return {}
    texts: list[str] = orjson.loads(manifest.read_bytes())
    return {digest_of(text): text for text in texts}
