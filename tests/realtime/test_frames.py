"""WebSocket frames, held against the `websockets` package, and against whatever bytes there are."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from realtime.frames import BINARY, CLOSE, MOST_PARTS, PING, PONG, TEXT, BadFrames, Frames, close_code, close_frame, masked, text_header

LIMIT = 100_000
PAYLOADS = st.one_of(st.binary(max_size=300), st.integers(0, 70_000).map(lambda length: b"x" * length))
SOME = st.tuples(st.sampled_from([TEXT, BINARY, PING, PONG]), PAYLOADS)


def sent(opcode: int, payload: bytes, *, is_final: bool = True) -> bytes:
    """As a client sends it."""
    return Frame(Opcode(opcode), payload, is_final).serialize(mask=True)


def in_pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({cut % (len(data) + 1) for cut in cuts})
    return [data[start:end] for start, end in zip([0, *places], [*places, len(data)], strict=True)]


def received(pieces: list[bytes], limit: int = LIMIT) -> list[tuple[int, bytes]]:
    frames = Frames(limit)
    return [message for piece in pieces for message in frames.messages(piece)]


@given(st.lists(SOME, max_size=6), st.lists(st.integers(0, 10**6), max_size=8))
def test_what_a_client_sends_comes_whole_however_it_is_cut(messages: list[tuple[int, bytes]], cuts: list[int]) -> None:
    messages = [(opcode, payload[:125] if opcode in {PING, PONG} else payload) for opcode, payload in messages]
    data = b"".join(sent(opcode, payload) for opcode, payload in messages)

    assert received(in_pieces(data, cuts)) == messages


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=5), st.binary(max_size=20))
def test_a_message_in_several_frames_comes_as_one_and_control_frames_in_between_as_they_are(parts: list[bytes], ping: bytes) -> None:
    frames = [sent(TEXT if n == 0 else 0, part, is_final=n == len(parts) - 1) for n, part in enumerate(parts)]

    came = received([sent(PING, ping).join(frames)])

    assert came == [(PING, ping)] * (len(parts) - 1) + [(TEXT, b"".join(parts))]


def outcome(pieces: list[bytes], limit: int = LIMIT) -> int | None:
    """The close code that it ends with; None where it goes on."""
    try:
        for opcode, payload in received(pieces, limit):
            assert len(payload) <= max(limit, 125)
            if opcode == CLOSE:
                close_code(payload)
    except BadFrames as error:
        return error.code
    return None


@given(st.lists(st.binary(max_size=400), max_size=4), st.integers(0, 20_000))
def test_whatever_comes_is_messages_or_a_close_code(pieces: list[bytes], limit: int) -> None:
    assert outcome(pieces, limit) in {None, 1002, 1007, 1009}


@given(SOME, st.integers(0, 10**6), st.integers(1, 255))
def test_a_flipped_byte_is_a_message_or_a_close_code(message: tuple[int, bytes], place: int, flip: int) -> None:
    opcode, payload = message
    data = bytearray(sent(opcode, payload[:125] if opcode in {PING, PONG} else payload))
    data[place % len(data)] ^= flip

    assert outcome([bytes(data)]) in {None, 1002, 1007, 1009}


# Frames bear a random mask, and the processes that share the tests have to name them alike: by their number.
BROKEN = [
    (b"\x81\x05hello", 1002),
    (b"\xc1\x80\x00\x00\x00\x00", 1002),
    (b"\x83\x80\x00\x00\x00\x00", 1002),
    (b"\x8b\x80\x00\x00\x00\x00", 1002),
    (b"\x09\x80\x00\x00\x00\x00", 1002),
    (b"\x89\xfe\x00\x7e", 1002),
    (b"\x80\x80\x00\x00\x00\x00", 1002),
    (b"\x81\xfe\x00\x05", 1002),
    (b"\x81\xff\x00\x00\x00\x00\x00\x00\x00\x05", 1002),
    (b"\x81\xff\x80\x00\x00\x00\x00\x00\x00\x00", 1002),
    (b"\x81\xff\x00\x00\x00\x00\x00\x01\x86\xa1", 1009),
    (sent(TEXT, b"a", is_final=False) + sent(TEXT, b"b"), 1002),
    (sent(TEXT, b"a" * 60_000, is_final=False) + sent(0, b"b" * 60_000), 1009),
    (sent(TEXT, b"", is_final=False) + sent(0, b"", is_final=False) * MOST_PARTS, 1009),
]


@pytest.mark.parametrize(("data", "code"), BROKEN, ids=range(len(BROKEN)))
def test_what_breaks_the_protocol_has_its_close_code(data: bytes, code: int) -> None:
    with pytest.raises(BadFrames) as raised:
        received([data])

    assert raised.value.code == code


@pytest.mark.parametrize(
    ("payload", "code"), [(b"", 1005), (b"\x03\xe8", 1000), (b"\x0f\xa0bye", 4000), (b"\x11\x80too slow", 4480), (b"\x03\xf4", 1012)]
)
def test_a_close_code_is_read(payload: bytes, code: int) -> None:
    assert close_code(payload) == code


@pytest.mark.parametrize(
    ("payload", "code"), [(b"\x03", 1002), (b"\x03\xed", 1002), (b"\x03\xee", 1002), (b"\x00\x00", 1002), (b"\x03\xe8\xff", 1007)]
)
def test_what_is_no_close_code_is_refused(payload: bytes, code: int) -> None:
    with pytest.raises(BadFrames) as raised:
        close_code(payload)

    assert raised.value.code == code


@given(st.integers(0, 200_000))
def test_a_texts_header_is_what_the_package_writes(length: int) -> None:
    whole = Frame(Opcode.TEXT, b"x" * length).serialize(mask=False)

    assert text_header(length) == whole[: len(whole) - length]


@given(st.integers(3000, 4999), st.text(max_size=200))
def test_a_close_frame_holds_as_much_of_the_reason_as_fits(code: int, reason: str) -> None:
    frame = close_frame(code, reason)

    assert len(frame) <= 127
    assert close_code(frame[2:]) == code
    assert reason.startswith(frame[4:].decode())


@given(st.binary(max_size=1000))
def test_masking_twice_is_nothing(payload: bytes) -> None:
    mask = secrets.token_bytes(4)

    assert masked(masked(payload, mask), mask) == payload
