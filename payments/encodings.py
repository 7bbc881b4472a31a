"""How addresses are written: Base58Check, bech32 (BIP 173), bech32m (BIP 350) and CashAddr, and the checksum of each."""

from __future__ import annotations

from hashlib import sha256

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The alphabet of bech32 and of CashAddr, a letter for five bits.
BASE32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
# What the remainder has to be.
BECH32, BECH32M, CASHADDR = 1, 0x2BC830A3, 1
CHECK_BYTES = 4
BECH32_CHECK_VALUES = 6
CASHADDR_CHECK_VALUES = 8
BECH32_GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CASHADDR_GENERATORS = (0x98F2BC8E61, 0x79B76D99E2, 0xF33E5FB3C4, 0xAE2EABE2A8, 0x1E4F43E470)
GROUP = 5


class Mistyped(Exception):
    """Not what anyone's wallet wrote."""


def base58check_content(text: str) -> bytes:
    """Raises Mistyped."""
    number = 0
    for letter in text:
        number = number * 58 + _place(letter, BASE58)
    zeros = len(text) - len(text.lstrip(BASE58[0]))
    content = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if _base58_check(content[:-CHECK_BYTES]) != content[-CHECK_BYTES:]:
        raise Mistyped
    return content[:-CHECK_BYTES]


def base58check(content: bytes) -> str:
    """Of content that does not begin with a zero: no address of Litecoin's does."""
    number, text = int.from_bytes(content + _base58_check(content), "big"), ""
    while number:
        number, value = divmod(number, 58)
        text = BASE58[value] + text
    return text


def witness_program(prefix: str, data: str) -> tuple[int, bytes]:
    """Version and program of the segwit address `<prefix>1<data>`, in lower case. Raises Mistyped."""
    values = _values(data)
    expanded = [ord(letter) >> GROUP for letter in prefix] + [0, *_low_bits(prefix)]
    # Version 0 has the first checksum, all later ones the second.
    if _remainder([*expanded, *values], BECH32_GENERATORS) != (BECH32 if values[:1] == [0] else BECH32M):
        raise Mistyped
    return values[0], _content(values[1:-BECH32_CHECK_VALUES])


def is_cashaddr(prefix: str, data: str) -> bool:
    """Whether the checksum holds of `<prefix>:<data>`, in lower case. Raises Mistyped."""
    return _remainder([*_low_bits(prefix), 0, *_values(data)], CASHADDR_GENERATORS) == CASHADDR


def cashaddr_content(data: str) -> bytes:
    """The version byte and the hash. Raises Mistyped."""
    return _content(_values(data)[:-CASHADDR_CHECK_VALUES])


def cashaddr(prefix: str, content: bytes) -> str:
    bits = 8 * len(content)
    padding = -bits % GROUP
    values = _groups(int.from_bytes(content, "big") << padding, (bits + padding) // GROUP)
    check = _remainder([*_low_bits(prefix), 0, *values, *[0] * CASHADDR_CHECK_VALUES], CASHADDR_GENERATORS) ^ CASHADDR
    return f"{prefix}:" + "".join(BASE32[value] for value in values + _groups(check, CASHADDR_CHECK_VALUES))


def _remainder(values: list[int], generators: tuple[int, ...]) -> int:
    """What is left of the polynomial of these values in the code of these generators."""
    remainder, top_place = 1, generators[0].bit_length() // GROUP * GROUP - GROUP
    for value in values:
        top = remainder >> top_place
        remainder = (remainder & ((1 << top_place) - 1)) << GROUP ^ value
        for place, generator in enumerate(generators):
            remainder ^= generator * (top >> place & 1)
    return remainder


def _low_bits(prefix: str) -> list[int]:
    return [ord(letter) & 31 for letter in prefix]


def _values(data: str) -> list[int]:
    return [_place(letter, BASE32) for letter in data]


def _place(letter: str, alphabet: str) -> int:
    place = alphabet.find(letter)
    if place < 0:
        raise Mistyped
    return place


def _groups(number: int, count: int) -> list[int]:
    return [number >> GROUP * place & 31 for place in reversed(range(count))]


def _content(values: list[int]) -> bytes:
    """Groups of five bits as bytes; what is left over must be less than a group, and zero."""
    number, padding = 0, GROUP * len(values) % 8
    for value in values:
        number = number << GROUP | value
    if padding >= GROUP or number & ((1 << padding) - 1):
        raise Mistyped
    return (number >> padding).to_bytes(GROUP * len(values) // 8, "big")


def _base58_check(content: bytes) -> bytes:
    return sha256(sha256(content).digest()).digest()[:CHECK_BYTES]
