"""Small texts that callers hand back and must neither read nor make: sealed under the installation's key, each for one purpose.

The tag is a MAC of the text and seeds the stream that hides it (the construction of RFC 5297): equal texts have equal seals, and nothing
else is told.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from schema.ids import installation_key

# One block of BLAKE2b hides as much.
LONGEST = 64
_TAG = 8
_LONGEST_SEALED = 4 * (LONGEST + _TAG) // 3 + 4


def sealed(purpose: str, text: bytes) -> str:
    """URL-safe. `text` has at most LONGEST bytes."""
    assert len(text) <= LONGEST
    tag = _tag(purpose, text)
    return base64.urlsafe_b64encode(tag + _hidden(tag, text)).decode().rstrip("=")


def unsealed(purpose: str, seal: str) -> bytes | None:
    """The text, or None for what `sealed` did not make for this purpose."""
    if len(seal) > _LONGEST_SEALED:
        return None
    try:
        raw = base64.b64decode(seal.encode("ascii") + b"=" * (-len(seal) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError):
        return None
    tag, text = raw[:_TAG], _hidden(raw[:_TAG], raw[_TAG:])
    if not hmac.compare_digest(tag, _tag(purpose, text)):
        return None
    # Base 64 can be written in several ways; a seal in one.
    return text if sealed(purpose, text) == seal else None


def _tag(purpose: str, text: bytes) -> bytes:
    return hashlib.blake2b(purpose.encode() + b"\0" + text, key=installation_key(), person=b"seal tag", digest_size=_TAG).digest()


def _hidden(tag: bytes, text: bytes) -> bytes:
    """Hides a plain text and shows a hidden one."""
    stream = hashlib.blake2b(tag, key=installation_key(), person=b"seal stream").digest()
    return bytes(one ^ other for one, other in zip(text, stream, strict=False))
