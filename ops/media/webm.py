"""As much of WebM as an audio recording needs: is it audio only, how long does it last, and where are its tags.

A browser's recorder writes WebM as it goes, so sizes may be unknown and the duration missing; then the last block's time tells it.
Elements: https://www.rfc-editor.org/rfc/rfc8794 (EBML) and rfc9559 (Matroska).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

EBML, DOC_TYPE = 0x1A45DFA3, 0x4282
SEGMENT, INFO, TRACKS, CLUSTER, TAGS, ATTACHMENTS = 0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1254C367, 0x1941A469
TITLE, DATE = 0x7BA9, 0x4461
TIMESTAMP_SCALE, DURATION, TIMESTAMP = 0x2AD7B1, 0x4489, 0xE7
TRACK_ENTRY, TRACK_TYPE, CODEC = 0xAE, 0x83, 0x86
SIMPLE_BLOCK, BLOCK_GROUP, BLOCK = 0xA3, 0xA0, 0xA1
VOID = 0xEC

CONTAINERS = frozenset({SEGMENT, INFO, TRACKS, CLUSTER, TRACK_ENTRY, BLOCK_GROUP, EBML})
PERSONAL = frozenset({TAGS, ATTACHMENTS, TITLE, DATE})
AUDIO_TRACK = 2
CODECS = frozenset({b"A_OPUS", b"A_VORBIS"})
DEFAULT_SCALE_NS = 1_000_000
# A recording of an hour has 180,000 blocks; what has many more elements only wants to keep us busy.
MAX_ELEMENTS = 500_000


class Element(NamedTuple):
    identity: int
    start: int
    """Where the element begins, its header included."""
    body: int
    end: int


class Webm:
    """Raises ValueError for what is no audio recording in WebM."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.elements = list(self.walk())
        if self.text(DOC_TYPE) not in {b"webm", b"matroska"}:
            raise ValueError("no WebM")
        if {self.number(track) for track in self.all(TRACK_TYPE)} != {AUDIO_TRACK}:
            raise ValueError("not one track of sound")
        if not {self.content[codec.body : codec.end] for codec in self.all(CODEC)} <= CODECS:
            raise ValueError("neither Opus nor Vorbis")

    def seconds(self) -> float:
        """What the file says, else up to the last block and a usual 20 ms for it."""
        scale = next((self.number(element) for element in self.all(TIMESTAMP_SCALE)), DEFAULT_SCALE_NS)
        for element in self.all(DURATION):
            size = element.end - element.body
            if size in {4, 8}:
                (duration,) = struct.unpack(">f" if size == 4 else ">d", self.content[element.body : element.end])  # noqa: PLR2004
                return float(duration) * scale / 1e9
        return self.last_block() * scale / 1e9 + 0.02

    def last_block(self) -> int:
        cluster = last = 0
        for element in self.elements:
            if element.identity == TIMESTAMP:
                cluster = self.number(element)
            elif element.identity in {SIMPLE_BLOCK, BLOCK}:
                _, place = self.variable(element.body)
                (offset,) = struct.unpack_from(">h", self.content, place)
                last = max(last, cluster + offset)
        return last

    def without_tags(self) -> bytes:
        """The same bytes with what could name a person blanked, so that nothing moves and every offset stays right."""
        output = bytearray(self.content)
        for element in self.elements:
            if element.identity in PERSONAL:
                output[element.start : element.end] = void(element.end - element.start)
        return bytes(output)

    def all(self, identity: int) -> list[Element]:
        return [element for element in self.elements if element.identity == identity]

    def text(self, identity: int) -> bytes:
        return next((self.content[element.body : element.end].rstrip(b"\0") for element in self.all(identity)), b"")

    def number(self, element: Element) -> int:
        return int.from_bytes(self.content[element.body : element.end][:8], "big")

    def walk(self) -> Iterator[Element]:
        """Every element that is of use, in the order of the file; containers before what is in them."""
        place = 0
        for _ in range(MAX_ELEMENTS):
            if place >= len(self.content):
                return
            start = place
            identity, place = self.identity(place)
            size, place = self.variable(place)
            is_unknown = size is None
            end = len(self.content) if is_unknown else place + (size or 0)
            if end > len(self.content):
                raise ValueError("cut off")
            if is_unknown and identity not in {SEGMENT, CLUSTER}:
                raise ValueError("an element without an end")
            yield Element(identity, start, place, end)
            if identity not in CONTAINERS:
                place = end
        raise ValueError("too many elements")

    def identity(self, place: int) -> tuple[int, int]:
        length = width(self.content[place])
        if length > 4:  # noqa: PLR2004
            raise ValueError("no element")
        return int.from_bytes(self.content[place : place + length], "big"), place + length

    def variable(self, place: int) -> tuple[int | None, int]:
        """A number of variable width; None where all its bits are set, which means unknown."""
        length = width(self.content[place])
        mask = (1 << (7 * length)) - 1
        value = int.from_bytes(self.content[place : place + length], "big") & mask
        return (None if value == mask else value), place + length


def width(first: int) -> int:
    """The bytes of a number that begins with this one: its leading zero bits tell."""
    if first == 0:
        raise ValueError("no number")
    return 9 - first.bit_length()


def void(length: int) -> bytes:
    """An element of nothing, `length` bytes with its header, 2 at the least."""
    if length < 10:  # noqa: PLR2004
        return bytes([VOID, 0x80 | (length - 2)]) + bytes(length - 2)
    return bytes([VOID, 0x01]) + (length - 9).to_bytes(7, "big") + bytes(length - 9)
