"""WebSocket frames of a server (RFC 6455), without extensions: headers of what is sent, messages of what comes. Knows no socket.

What comes is held to the letter: whatever a client may not send raises BadFrames with the close code that the protocol has for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA
_CONTINUATION = 0x0
_FINAL, _RESERVED, _OPCODE = 0x80, 0x70, 0x0F
_MASKED, _LENGTH = 0x80, 0x7F
_TWO_BYTES, _EIGHT_BYTES = 126, 127
_LONG = 8
LONGEST_CONTROL = 125
_CODE_BYTES = _SHORTEST = 2
MOST_PARTS = 4096
"""Frames of one message: empty ones would fill memory under any limit of bytes."""

PROTOCOL_ERROR, NO_CODE, NOT_UTF_8, TOO_BIG = 1002, 1005, 1007, 1009
# Codes that may be sent: the registered ones, libraries', and applications'.
_REGISTERED = frozenset({1000, 1001, 1002, 1003, *range(1007, 1015)})
_OTHERS = range(3000, 5000)


class BadFrames(Exception):
    """What came breaks the protocol: the connection is closed with `code`."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@lru_cache(maxsize=4096)
def text_header(length: int) -> bytes:
    """What goes before a text of `length` bytes."""
    return _header(TEXT, length)


def control_frame(opcode: int, payload: bytes = b"") -> bytes:
    return _header(opcode, len(payload)) + payload


def close_frame(code: int, reason: str) -> bytes:
    """The reason is cut to what a control frame holds."""
    told = reason.encode()[: LONGEST_CONTROL - 2].decode(errors="ignore").encode()
    return control_frame(CLOSE, code.to_bytes(2) + told)


def close_code(payload: bytes) -> int:
    """The code of a close frame that came, NO_CODE where it has none. Raises BadFrames."""
    if not payload:
        return NO_CODE
    code = int.from_bytes(payload[:_CODE_BYTES])
    if len(payload) < _CODE_BYTES or (code not in _REGISTERED and code not in _OTHERS):
        raise BadFrames(PROTOCOL_ERROR, "No close code")
    decoded(payload[_CODE_BYTES:])
    return code


def decoded(payload: bytes) -> str:
    """Raises BadFrames for what is not UTF-8."""
    try:
        return payload.decode()
    except UnicodeDecodeError:
        raise BadFrames(NOT_UTF_8, "Not UTF-8") from None


def masked(payload: bytes | bytearray, mask: bytes) -> bytes:
    """Each byte with the mask's XORed: it hides and it shows."""
    length = len(payload)
    keys = mask * (length // 4) + mask[: length % 4]
    return (int.from_bytes(payload, "little") ^ int.from_bytes(keys, "little")).to_bytes(length, "little")


class Frames:
    """Bytes in, messages out. `limit` is of a message's bytes, and may be changed between calls."""

    __slots__ = ("_kind", "_parts", "_rest", "_size", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        # What of the next frame is there; None rather than something empty, since of most connections nothing is.
        self._rest: bytearray | None = None
        # A message in several frames: its opcode and what came of it.
        self._kind = 0
        self._parts: list[bytes] | None = None
        self._size = 0

    def messages(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Whole texts, binaries and control frames, as (opcode, payload). Raises BadFrames after the last good one; then it is over."""
        rest = self._rest
        if rest is None:
            rest = bytearray(data)
        else:
            rest += data
        self._rest = None
        at = 0
        while (frame := self._frame(rest, at)) is not None:
            at, is_final, opcode, payload = frame
            if opcode >= CLOSE:
                yield opcode, payload
            elif (message := self._joined(is_final, opcode, payload)) is not None:
                yield message
        if at < len(rest):
            del rest[:at]
            self._rest = rest

    def _frame(self, rest: bytearray, at: int) -> tuple[int, bool, int, bytes] | None:
        """The frame that begins there: (where the next begins, is it final, opcode, payload); None where it is not whole yet."""
        if len(rest) - at < _SHORTEST:
            return None
        first, second = rest[at], rest[at + 1]
        opcode, length, start = first & _OPCODE, second & _LENGTH, at + 2
        self._check(first, second)
        if length >= _TWO_BYTES:
            width = 2 if length == _TWO_BYTES else _LONG
            if len(rest) < start + width:
                return None
            length = _extended(rest[start : start + width])
            start += width
        if opcode < CLOSE and self._size + length > self.limit:
            raise BadFrames(TOO_BIG, f"Messages have at most {self.limit} bytes")
        end = start + 4 + length
        if len(rest) < end:
            return None
        payload = masked(rest[start + 4 : end], bytes(rest[start : start + 4])) if length else b""
        return end, bool(first & _FINAL), opcode, payload

    def _check(self, first: int, second: int) -> None:
        opcode = first & _OPCODE
        if first & _RESERVED:
            raise BadFrames(PROTOCOL_ERROR, "Reserved bits are set")
        if not second & _MASKED:
            raise BadFrames(PROTOCOL_ERROR, "Frames of clients are masked")
        if opcode >= CLOSE:
            if opcode > PONG:
                raise BadFrames(PROTOCOL_ERROR, "Unknown opcode")
            if not first & _FINAL or second & _LENGTH > LONGEST_CONTROL:
                raise BadFrames(PROTOCOL_ERROR, "Control frames are short and whole")
        elif opcode > BINARY:
            raise BadFrames(PROTOCOL_ERROR, "Unknown opcode")
        elif (opcode == _CONTINUATION) != (self._parts is not None):
            raise BadFrames(PROTOCOL_ERROR, "Frames of a message come one after the other")

    def _joined(self, is_final: bool, opcode: int, payload: bytes) -> tuple[int, bytes] | None:
        """The message that this frame ends."""
        if is_final and self._parts is None:
            return opcode, payload
        if self._parts is None:
            self._kind, self._parts = opcode, []
        if len(self._parts) == MOST_PARTS:
            raise BadFrames(TOO_BIG, f"Messages have at most {MOST_PARTS} frames")
        self._parts.append(payload)
        self._size += len(payload)
        if not is_final:
            return None
        whole = self._kind, b"".join(self._parts)
        self._parts, self._size = None, 0
        return whole


def _header(opcode: int, length: int) -> bytes:
    if length < _TWO_BYTES:
        return bytes((_FINAL | opcode, length))
    if length < 1 << 16:
        return bytes((_FINAL | opcode, _TWO_BYTES)) + length.to_bytes(2)
    return bytes((_FINAL | opcode, _EIGHT_BYTES)) + length.to_bytes(8)


def _extended(length: bytes | bytearray) -> int:
    value = int.from_bytes(length)
    if value < (1 << 16 if len(length) == _LONG else _TWO_BYTES) or value >> 63:
        raise BadFrames(PROTOCOL_ERROR, "Lengths are written as short as they can be")
    return value
