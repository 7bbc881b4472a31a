"""Where a payee may be paid, of each coin on each network.

What the coin's node calls valid may be used, save what could lose the coins: forms that Bitcoin has too, witness versions that mean
nothing yet, and Litecoin's MWEB, whose outputs nobody can look up. No library on PyPI passes tests/payments/address_vectors.json.
"""

from __future__ import annotations

from models.coin import Coin, Network
from models.errors import InvalidAddress
from payments.encodings import BASE32, Mistyped, base58check, base58check_content, cashaddr, cashaddr_content, is_cashaddr, witness_program

# Before any work, which grows by the square: the longest address there is, of MWEB, has some 120 characters.
LONGEST = 200

STARTS = {
    (Coin.LTC, Network.MAIN): "ltc1q, ltc1p, L or M",
    (Coin.LTC, Network.TEST): "tltc1q, tltc1p, m, n or Q",
    (Coin.LTC, Network.REGTEST): "rltc1q, rltc1p, m, n or Q",
    (Coin.BCH, Network.MAIN): "bitcoincash:q or bitcoincash:p",
    (Coin.BCH, Network.TEST): "bchtest:q or bchtest:p",
    (Coin.BCH, Network.REGTEST): "bchreg:q or bchreg:p",
}
# The first byte in base58, and what it becomes: of Litecoin another first byte, of Bitcoin Cash the first byte in CashAddr.
BASE58_VERSIONS = {
    (Coin.LTC, Network.MAIN): {48: 48, 50: 50, 5: 50},
    (Coin.LTC, Network.TEST): {111: 111, 58: 58, 196: 58},
    (Coin.LTC, Network.REGTEST): {111: 111, 58: 58, 196: 58},
    (Coin.BCH, Network.MAIN): {0: 0x00, 5: 0x08},
    (Coin.BCH, Network.TEST): {111: 0x00, 196: 0x08},
    (Coin.BCH, Network.REGTEST): {111: 0x00, 196: 0x08},
}
# Of Bitcoin's main network, where what goes astray has a worth.
BITCOIN_VERSIONS = (0, 5)
# A version and a hash.
ADDRESS_BYTES = 21
# What else is in Base58Check: a private key, one of a compressed public key, one under a password (BIP 38), extended keys (BIP 32).
KEY_BYTES = (33, 34, 39, 78)
WITNESS_PREFIXES = {
    "ltc": (Coin.LTC.label, Network.MAIN),
    "tltc": (Coin.LTC.label, Network.TEST),
    "rltc": (Coin.LTC.label, Network.REGTEST),
    "bc": ("Bitcoin", Network.MAIN),
    "tb": ("Bitcoin", Network.TEST),
    "bcrt": ("Bitcoin", Network.REGTEST),
}
# Versions and lengths that have a meaning: P2WPKH, P2WSH, P2TR.
WITNESS_PROGRAMS = ((0, 20), (0, 32), (1, 32))
MWEB_PREFIXES = ("ltcmweb", "tmweb")
CASHADDR_PREFIXES = {"bitcoincash": Network.MAIN, "bchtest": Network.TEST, "bchreg": Network.REGTEST}
# The first byte and how many follow: P2PKH, P2SH, P2SH32, and the same for wallets that know of tokens.
CASHADDR_HASHES = {0x00: 20, 0x08: 20, 0x0B: 32, 0x10: 20, 0x18: 20, 0x1B: 32}
FOR_TOKENS = 0x10


class _Unusable(Exception):
    """What is wrong, and what to do where that is more than to use an address of the right kind."""

    def __init__(self, what: str, advice: str = "") -> None:
        super().__init__(what)
        self.advice = advice


def canonical(coin: Coin, network: Network, text: str, *path: str) -> str:
    """The one way of writing this address: segwit in lower case, Litecoin's scripts as M… (Q… where it is tested), Bitcoin Cash as
    CashAddr with its prefix.

    Raises InvalidAddress at `path`, which says what is wrong and what to do. It never repeats the text, which may be a private key.
    """
    try:
        return _read(coin, network, text.strip())
    except Mistyped:
        what = f"This is no {coin.label} address, or a character of it is wrong or missing: copy the whole of it again."
        raise InvalidAddress(f"{what} One starts with {STARTS[coin, network]}.", *path) from None
    except _Unusable as unusable:
        advice = unusable.advice or f"Use a {coin.label} address that starts with {STARTS[coin, network]}."
        raise InvalidAddress(f"{unusable} {advice}", *path) from None


def _read(coin: Coin, network: Network, text: str) -> str:
    if not text:
        raise _Unusable("There is no address.")
    if len(text) > LONGEST:
        raise _Unusable("This is too long for an address.")
    if len(text.split()) > 1:
        raise _Unusable("An address has no spaces.", "If these are the secret words of a wallet: never paste them anywhere.")
    if not text.isascii():
        raise _Unusable("This holds a character that no address has, perhaps one that cannot be seen.", "Copy the address again.")
    lower, is_one_case = text.lower(), text in (text.lower(), text.upper())
    prefix, colon, data = lower.rpartition(":")
    if colon or (is_one_case and set(lower) <= set(BASE32)):
        return _read_cashaddr(coin, network, prefix, data, is_one_case=is_one_case)
    prefix, _, data = lower.rpartition("1")
    if prefix in MWEB_PREFIXES:
        raise _Unusable("This is an MWEB address, and payments to those cannot be followed.")
    if prefix in WITNESS_PREFIXES:
        return _read_witness(coin, network, prefix, data, is_one_case=is_one_case)
    return _read_base58(coin, network, text)


def _read_cashaddr(coin: Coin, network: Network, prefix: str, data: str, *, is_one_case: bool) -> str:
    if prefix and prefix not in CASHADDR_PREFIXES:
        raise _Unusable("What stands before the colon is no part of an address.")
    _check_case(is_one_case=is_one_case)
    prefix = next((each for each in CASHADDR_PREFIXES if prefix in ("", each) and is_cashaddr(each, data)), "")
    if not prefix:
        raise Mistyped
    if (coin, network) != (Coin.BCH, CASHADDR_PREFIXES[prefix]):
        raise _foreign(coin, network, Coin.BCH.label, CASHADDR_PREFIXES[prefix])
    content = cashaddr_content(data)
    version, digest = int.from_bytes(content[:1], "big"), content[1:]
    if CASHADDR_HASHES.get(version) != len(digest):
        raise _Unusable("Bitcoin Cash has no addresses of this kind.")
    return cashaddr(prefix, bytes([version & ~FOR_TOKENS]) + digest)


def _read_witness(coin: Coin, network: Network, prefix: str, data: str, *, is_one_case: bool) -> str:
    if (coin.label, network) != WITNESS_PREFIXES[prefix]:
        raise _foreign(coin, network, *WITNESS_PREFIXES[prefix])
    _check_case(is_one_case=is_one_case)
    version, program = witness_program(prefix, data)
    if (version, len(program)) not in WITNESS_PROGRAMS:
        raise _Unusable("Addresses of this kind have no meaning yet: anyone may be able to take what is sent there.")
    return f"{prefix}1{data}"


def _read_base58(coin: Coin, network: Network, text: str) -> str:
    content = base58check_content(text)
    if len(content) in KEY_BYTES:
        raise _Unusable("This is a key, not an address.", "Never paste a private key anywhere: whoever sees it can take your coins.")
    versions = BASE58_VERSIONS[coin, network]
    if len(content) != ADDRESS_BYTES or content[0] not in versions:
        raise _not_ours(coin, network, content)
    rewritten = bytes([versions[content[0]]]) + content[1:]
    address = base58check(rewritten) if coin is Coin.LTC else cashaddr(_cashaddr_prefix(network), rewritten)
    if content[0] in BITCOIN_VERSIONS:
        raise _Unusable("Written like this it is a Bitcoin address too.", f"Use its {coin.label} form: {address}")
    return address


def _not_ours(coin: Coin, network: Network, content: bytes) -> _Unusable:
    # The same coin's first: the test networks share their versions.
    for (its_coin, its_network), versions in sorted(BASE58_VERSIONS.items(), key=lambda item: item[0][0] is not coin):
        if len(content) == ADDRESS_BYTES and content[0] in versions:
            is_bitcoin = coin is Coin.LTC and content[0] == BITCOIN_VERSIONS[0]
            return _foreign(coin, network, "Bitcoin" if is_bitcoin else its_coin.label, its_network)
    return _Unusable(f"This is not a {coin.label} address.")


def _foreign(coin: Coin, network: Network, its_label: str, its_network: Network) -> _Unusable:
    if its_label == coin.label:
        return _Unusable(f"This address is of {coin.label}'s network “{its_network}”, and payments go out on “{network}”.")
    return _Unusable(f"This is a {its_label} address, and {coin.label} was chosen.")


def _check_case(*, is_one_case: bool) -> None:
    if not is_one_case:
        raise _Unusable("Small and capital letters are mixed.", "Copy the whole address again.")


def _cashaddr_prefix(network: Network) -> str:
    return next(prefix for prefix, its_network in CASHADDR_PREFIXES.items() if its_network == network)
