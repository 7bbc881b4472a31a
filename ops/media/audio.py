"""A recording that somebody sent: recognised by content, its length read from its own structure, its tags dropped."""

from __future__ import annotations

import io
import struct
import wave
from dataclasses import dataclass
from typing import Any

from mutagen import MutagenError
from mutagen.mp3 import MP3, HeaderNotFoundError
from mutagen.oggopus import OggOpus
from mutagen.oggvorbis import OggVorbis

from ops.media.image import UnfitFile
from ops.media.webm import Webm

MEBIBYTE = 1024 * 1024
AUDIO_LIMIT = 50 * MEBIBYTE
# Tasks take seconds; an hour is more than anybody listens to in one.
MAX_SECONDS = 3600.0

HEAD_BYTES = 64
# What the readers raise for broken files; RuntimeError is the wave module's, for a chunk that claims to be longer than the file.
DAMAGED = (MutagenError, wave.Error, EOFError, ValueError, LookupError, TypeError, ArithmeticError, RuntimeError, struct.error)
MP3_MASK, MP3_SYNC = 0xFFE6, 0xFFE2


@dataclass(frozen=True, slots=True)
class Recording:
    content: bytes
    content_type: str
    seconds: float


def is_audio(head: bytes) -> bool:
    """By its first bytes, whatever its name says."""
    return kind_of(head) is not None


def kind_of(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"OggS"):
        return "ogg"
    if head.startswith(b"\x1aE\xdf\xa3"):
        return "webm"
    # Layer III of MPEG 1, 2 or 2.5, or the tag that most encoders put before it.
    if head.startswith(b"ID3") or int.from_bytes(head[:2], "big") & MP3_MASK == MP3_SYNC:
        return "mp3"
    return None


def read_recording(content: bytes) -> Recording:
    """The recording without its tags. Raises UnfitFile. Takes CPU: call it in a thread."""
    readers = {"wav": read_wav, "ogg": read_ogg, "webm": read_webm, "mp3": read_mp3}
    kind = kind_of(content[:HEAD_BYTES])
    if kind is None:
        raise UnfitFile("This is no recording that can be read.")
    try:
        recording = readers[kind](content)
    except DAMAGED as error:
        raise UnfitFile(f"This recording is damaged: {str(error)[:100] or type(error).__name__}.") from None
    if not 0 < recording.seconds <= MAX_SECONDS:
        raise UnfitFile(f"A recording lasts up to {MAX_SECONDS:,.0f} seconds; this one seems to last {recording.seconds:,.1f}.")
    return recording


def read_wav(content: bytes) -> Recording:
    """Written anew: sound only, which leaves every other chunk behind."""
    output = io.BytesIO()
    with wave.open(io.BytesIO(content)) as source:
        if source.getframerate() <= 0:
            raise UnfitFile("This recording names no sample rate.")
        frames = source.readframes(source.getnframes())
        frame_bytes = source.getsampwidth() * source.getnchannels()
        if len(frames) < source.getnframes() * frame_bytes:
            raise UnfitFile("This recording is cut off.")
        with wave.open(output, "wb") as copy:
            copy.setparams(source.getparams())
            copy.writeframes(frames)
        seconds = source.getnframes() / source.getframerate()
    return Recording(output.getvalue(), "audio/wav", seconds)


def read_mp3(content: bytes) -> Recording:
    file = io.BytesIO(content)
    try:
        found: Any = MP3(file)  # type: ignore[no-untyped-call]
    except HeaderNotFoundError:
        raise UnfitFile("This is no recording that can be read.") from None
    if found.info.sketchy:
        raise UnfitFile("This is no recording that can be read.")
    file.seek(0)
    found.delete(file)
    return Recording(file.getvalue(), "audio/mpeg", float(found.info.length))


def read_ogg(content: bytes) -> Recording:
    """Opus or Vorbis, by the first packet."""
    file = io.BytesIO(content)
    is_opus = b"OpusHead" in content[:HEAD_BYTES]
    if not is_opus and b"\x01vorbis" not in content[:HEAD_BYTES]:
        raise UnfitFile("Of Ogg, Opus and Vorbis are taken.")
    reader: Any = OggOpus if is_opus else OggVorbis
    found = reader(file)
    file.seek(0)
    found.delete(file)
    return Recording(file.getvalue(), "audio/ogg", float(found.info.length))


def read_webm(content: bytes) -> Recording:
    webm = Webm(content)
    return Recording(webm.without_tags(), "audio/webm", webm.seconds())
