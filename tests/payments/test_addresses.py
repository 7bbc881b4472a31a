import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bip_utils import Base58Encoder, BchBech32Encoder, SegwitBech32Encoder
from bitcash.cashaddress import Address as BitcashAddress
from hypothesis import given
from hypothesis import strategies as st

from models.coin import Coin, Network
from models.errors import InvalidAddress
from payments.addresses import BASE58_VERSIONS, LONGEST, STARTS, canonical
from payments.encodings import BASE32, BASE58

VECTORS: list[dict[str, Any]] = json.loads(Path(__file__).with_name("address_vectors.json").read_text())
USABLE = [vector for vector in VECTORS if vector["valid"] and not (vector["policy"] or "").startswith(("refuse", "warn/refuse"))]
REFUSED = [vector for vector in VECTORS if vector not in USABLE]
# Their library is asked what an address would be in lower case, on which network, behind which prefix.
WITNESS_PREFIX = {Network.MAIN: "ltc", Network.TEST: "tltc", Network.REGTEST: "rltc"}
CASHADDR_PREFIX = {Network.MAIN: "bitcoincash", Network.TEST: "bchtest", Network.REGTEST: "bchreg"}
BITCASH_SUFFIX = {Network.MAIN: "", Network.TEST: "-TESTNET", Network.REGTEST: "-REGTEST"}
BITCASH_KINDS = {"P2PKH": 20, "P2SH20": 20, "P2SH32": 32}
networks = st.sampled_from(list(Network))
KEY_HASH = bytes(range(20))
MISTYPED = "a character of it is wrong or missing"
SEGWIT = "ltc1qxjkwr09apz3w5hsr33uyq9sdfx8tn26g39g00g"
CASHADDR = "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"
MWEB = next(vector["address"] for vector in VECTORS if vector["type"] == "mweb")


def _hash(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


def base58(version: int) -> str:
    return str(Base58Encoder.CheckEncode(bytes([version]) + KEY_HASH))


def bitcash(kind: str) -> str:
    return str(BitcashAddress(kind, list(KEY_HASH)).cash_address())


class Payee(NamedTuple):
    coin: Coin
    network: Network
    address: str


@st.composite
def payees(draw: st.DrawFn) -> Payee:
    """An address as its payee's wallet writes it, by the libraries that we do not use."""
    network = draw(networks)
    match draw(st.sampled_from(["base58", "witness", "cashaddr"])):
        case "base58":
            version = draw(st.sampled_from(sorted(set(BASE58_VERSIONS[Coin.LTC, network].values()))))
            return Payee(Coin.LTC, network, Base58Encoder.CheckEncode(bytes([version]) + draw(_hash(20))))
        case "witness":
            version, size = draw(st.sampled_from([(0, 20), (0, 32), (1, 32)]))
            return Payee(Coin.LTC, network, SegwitBech32Encoder.Encode(WITNESS_PREFIX[network], version, draw(_hash(size))))
        case _:
            kind, size = draw(st.sampled_from(sorted(BITCASH_KINDS.items())))
            written = BitcashAddress(kind + BITCASH_SUFFIX[network], list(draw(_hash(size))))
            return Payee(Coin.BCH, network, written.cash_address())


def refusal(coin: Coin, network: Network, text: str) -> str:
    with pytest.raises(InvalidAddress) as refused:
        canonical(coin, network, text, "input", "address")
    assert refused.value.path == ("input", "address")
    return refused.value.message


def _named(vector: dict[str, Any]) -> str:
    return f"{vector['coin']}-{vector['network']}-{vector['address'][:24]}-{vector['why'][:40]}"


@pytest.mark.parametrize("vector", USABLE, ids=_named)
def test_a_vector_that_may_be_paid_is_its_own_canonical_form_or_has_one(vector: dict[str, Any]) -> None:
    coin, network = Coin(vector["coin"]), Network(vector["network"])

    address = canonical(coin, network, vector["address"])

    assert canonical(coin, network, address) == address
    if coin is Coin.LTC:
        assert address == vector["address"]
    else:
        assert address.startswith(CASHADDR_PREFIX[network] + ":")


@pytest.mark.parametrize("vector", REFUSED, ids=_named)
def test_a_vector_that_is_wrong_or_could_lose_the_coins_is_refused(vector: dict[str, Any]) -> None:
    refusal(Coin(vector["coin"]), Network(vector["network"]), vector["address"])


@pytest.mark.parametrize("network", Network)
@pytest.mark.parametrize("vector", [each for each in VECTORS if "no network accepts it" in each["why"]], ids=_named)
def test_what_no_network_accepts_is_refused_on_each(vector: dict[str, Any], network: Network) -> None:
    refusal(Coin.LTC, network, vector["address"])


@given(payees())
def test_what_other_libraries_write_is_taken_as_it_is(payee: Payee) -> None:
    assert canonical(*payee) == payee.address


@given(payees(), st.sampled_from(["", " ", "\n", "\t\u00a0 "]), st.sampled_from(["", "  ", "\r\n"]))
def test_white_space_around_an_address_is_trimmed(payee: Payee, before: str, after: str) -> None:
    assert canonical(payee.coin, payee.network, before + payee.address + after) == payee.address


@given(payees().filter(lambda payee: payee.address.islower()))
def test_an_address_of_one_case_may_be_written_in_capitals(payee: Payee) -> None:
    assert canonical(payee.coin, payee.network, payee.address.upper()) == payee.address


@given(payees().filter(lambda payee: payee.coin is Coin.BCH))
def test_the_prefix_of_bitcoin_cash_may_be_left_out(payee: Payee) -> None:
    assert canonical(payee.coin, payee.network, payee.address.partition(":")[2]) == payee.address


@given(networks, st.sampled_from(sorted(BITCASH_KINDS.items())), st.data())
def test_the_form_for_tokens_is_the_same_payee(network: Network, kind: tuple[str, int], data: st.DataObject) -> None:
    digest = list(data.draw(_hash(kind[1])))
    plain = BitcashAddress(kind[0] + BITCASH_SUFFIX[network], digest).cash_address()
    for_tokens = BitcashAddress(f"{kind[0]}-CATKN{BITCASH_SUFFIX[network]}", digest).cash_address()

    assert canonical(Coin.BCH, network, for_tokens) == plain


@given(payees(), st.data())
def test_one_wrong_character_anywhere_is_refused(payee: Payee, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(payee.address) - 1))
    wrong = data.draw(st.sampled_from(sorted(set(BASE58 + BASE32 + "0OIl:") - {payee.address[place]})))

    refusal(payee.coin, payee.network, payee.address[:place] + wrong + payee.address[place + 1 :])


@given(payees().filter(lambda payee: payee.address.islower()), st.data())
def test_up_to_four_wrong_characters_are_refused_by_the_checksums_that_promise_it(payee: Payee, data: st.DataObject) -> None:
    letters = list(payee.address)
    start = max(payee.address.find("1"), payee.address.find(":")) + 1
    for place in data.draw(st.sets(st.integers(start, len(letters) - 1), min_size=1, max_size=4)):
        letters[place] = data.draw(st.sampled_from(sorted(set(BASE32) - {letters[place]})))

    refusal(payee.coin, payee.network, "".join(letters))


@given(payees(), st.data())
def test_a_character_lost_doubled_or_swapped_with_its_neighbour_is_refused(payee: Payee, data: st.DataObject) -> None:
    text = payee.address
    # Where the whole prefix of Bitcoin Cash goes, the address is right again.
    place = data.draw(st.integers(0, len(text) - 2).filter(lambda place: text[place] != text[place + 1]))

    for broken in (
        text[:place] + text[place + 1 :],
        text[:place] + text[place] + text[place:],
        text[:place] + text[place + 1] + text[place] + text[place + 2 :],
    ):
        refusal(payee.coin, payee.network, broken)


@given(payees(), st.sampled_from(list(Coin)), networks)
def test_an_address_is_paid_only_by_its_coin_on_its_network(payee: Payee, coin: Coin, network: Network) -> None:
    own = {payee.network} if payee.address.islower() else {at for at in Network if (at is Network.MAIN) == (payee.network is Network.MAIN)}
    # Key hashes are written alike by both coins where they are tested.
    coins = set(Coin) if payee.address[0] in "mn" else {payee.coin}

    if coin in coins and network in own:
        assert canonical(coin, network, payee.address)
    else:
        refusal(coin, network, payee.address)


anything = st.one_of(
    st.text(max_size=250),
    st.text(BASE58 + BASE32 + ":1 ", max_size=LONGEST),
    st.binary(max_size=90).map(Base58Encoder.CheckEncode),
)


@given(anything, st.sampled_from(sorted(STARTS)))
def test_whatever_is_typed_is_an_address_or_refused_without_being_repeated(text: str, place: tuple[Coin, Network]) -> None:
    said = ""
    try:
        canonical(*place, text)
    except InvalidAddress as refused:
        said = refused.message

    assert len(text.strip()) < 20 or text.strip() not in said


@given(st.integers(0, 255), _hash(20))
def test_every_other_version_of_base58_is_refused(version: int, digest: bytes) -> None:
    text = Base58Encoder.CheckEncode(bytes([version]) + digest)

    for (coin, network), versions in BASE58_VERSIONS.items():
        if version not in versions:
            refusal(coin, network, text)


@given(st.sampled_from(sorted(CASHADDR_PREFIX.values())), st.integers(0, 255), st.binary(max_size=40))
def test_a_cashaddr_is_taken_only_where_its_version_fits_its_hash(prefix: str, version: int, digest: bytes) -> None:
    text = BchBech32Encoder.Encode(prefix, bytes([version]), digest)
    network = next(network for network, its_prefix in CASHADDR_PREFIX.items() if its_prefix == prefix)

    if {0x00: 20, 0x08: 20, 0x0B: 32, 0x10: 20, 0x18: 20, 0x1B: 32}.get(version) == len(digest):
        assert canonical(Coin.BCH, network, text)
    else:
        assert "no addresses of this kind" in refusal(Coin.BCH, network, text)


@given(networks, st.integers(0, 16), st.binary(min_size=2, max_size=40))
def test_a_witness_program_is_paid_only_where_it_means_something(network: Network, version: int, program: bytes) -> None:
    text = SegwitBech32Encoder.Encode(WITNESS_PREFIX[network], version, program)

    if (version, len(program)) in {(0, 20), (0, 32), (1, 32)}:
        assert canonical(Coin.LTC, network, text) == text
    else:
        assert "anyone may be able to take" in refusal(Coin.LTC, network, text)


@pytest.mark.parametrize(
    ("coin", "network", "text", "said"),
    [
        (Coin.LTC, Network.MAIN, "", "There is no address."),
        (Coin.LTC, Network.MAIN, "L" * (LONGEST + 1), "This is too long for an address."),
        (Coin.LTC, Network.MAIN, f"litecoin:{SEGWIT}", "What stands before the colon is no part of an address."),
        (Coin.LTC, Network.MAIN, base58(30), "This is not a Litecoin address."),
        (Coin.LTC, Network.MAIN, base58(0), "This is a Bitcoin address, and Litecoin was chosen."),
        (Coin.LTC, Network.MAIN, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "This is a Bitcoin address, and Litecoin was chosen."),
        (Coin.LTC, Network.MAIN, CASHADDR, "This is a Bitcoin Cash address, and Litecoin was chosen."),
        (Coin.LTC, Network.MAIN, CASHADDR.partition(":")[2], "This is a Bitcoin Cash address, and Litecoin was chosen."),
        (Coin.BCH, Network.MAIN, SEGWIT, "This is a Litecoin address, and Bitcoin Cash was chosen."),
        (Coin.BCH, Network.MAIN, base58(48), "This is a Litecoin address, and Bitcoin Cash was chosen."),
        (Coin.BCH, Network.REGTEST, base58(58), "This is a Litecoin address, and Bitcoin Cash was chosen."),
        (Coin.LTC, Network.MAIN, base58(111), "This address is of Litecoin's network “test”, and payments go out on “main”."),
        (Coin.LTC, Network.REGTEST, base58(48), "This address is of Litecoin's network “main”, and payments go out on “regtest”."),
        (Coin.LTC, Network.TEST, SEGWIT, "This address is of Litecoin's network “main”, and payments go out on “test”."),
        (Coin.BCH, Network.MAIN, base58(111), "This address is of Bitcoin Cash's network “test”, and payments go out on “main”."),
        (Coin.BCH, Network.TEST, CASHADDR, "This address is of Bitcoin Cash's network “main”, and payments go out on “test”."),
        (Coin.LTC, Network.MAIN, MWEB, "This is an MWEB address, and payments to those cannot be followed."),
    ],
)
def test_a_refusal_says_what_is_wrong_and_which_addresses_are_right(coin: Coin, network: Network, text: str, said: str) -> None:
    right = f"Use a {coin.label} address that starts with {STARTS[coin, network]}."

    assert refusal(coin, network, text) == f"{said} {right}"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("abandon ability able", "An address has no spaces. If these are the secret words of a wallet: never paste them anywhere."),
        (f"L{SEGWIT[1:]}", "Small and capital letters are mixed. Copy the whole address again."),
        (f"bitcoincash:{CASHADDR.upper().partition(':')[2]}", "Small and capital letters are mixed. Copy the whole address again."),
        # The Kelvin sign, which becomes a plain k in small letters.
        (
            SEGWIT.upper().replace("K", "\u212a"),
            "This holds a character that no address has, perhaps one that cannot be seen. Copy the address again.",
        ),
        (
            SEGWIT[:-1] + "q",
            f"This is no Litecoin address, or {MISTYPED}: copy the whole of it again. One starts with ltc1q, ltc1p, L or M.",
        ),
    ],
)
def test_a_mistake_in_writing_is_told_with_what_to_do(text: str, said: str) -> None:
    assert refusal(Coin.LTC, Network.MAIN, text) == said


def test_what_bitcoin_has_too_is_refused_with_the_form_to_use() -> None:
    what = "Written like this it is a Bitcoin address too."

    assert refusal(Coin.LTC, Network.MAIN, base58(5)) == f"{what} Use its Litecoin form: {base58(50)}"
    assert refusal(Coin.BCH, Network.MAIN, base58(0)) == f"{what} Use its Bitcoin Cash form: {bitcash('P2PKH')}"
    assert refusal(Coin.BCH, Network.MAIN, base58(5)) == f"{what} Use its Bitcoin Cash form: {bitcash('P2SH20')}"


@pytest.mark.parametrize("size", [32, 33, 38, 77])
def test_a_key_is_told_from_a_mistake_on_every_network(size: int) -> None:
    for coin, network in STARTS:
        said = refusal(coin, network, Base58Encoder.CheckEncode(bytes([176]) + bytes(size)))

        assert said == "This is a key, not an address. Never paste a private key anywhere: whoever sees it can take your coins."


@pytest.mark.parametrize("network", [Network.TEST, Network.REGTEST])
def test_where_coins_are_worth_nothing_the_old_forms_are_rewritten(network: Network) -> None:
    assert canonical(Coin.LTC, network, base58(196)) == base58(58)
    assert canonical(Coin.BCH, network, base58(111)) == bitcash(f"P2PKH{BITCASH_SUFFIX[network]}")
    assert canonical(Coin.BCH, network, base58(196)) == bitcash(f"P2SH20{BITCASH_SUFFIX[network]}")


@pytest.mark.parametrize(
    ("coin", "text"),
    [
        (Coin.LTC, "ltc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqcjywun"),  # a whole group of five bits is left over
        (Coin.LTC, "ltc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqplj6u5v"),  # what is left over is not zero
        (Coin.LTC, "ltc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq5e5u7z"),  # version 0 with the checksum of version 1
        (Coin.LTC, "ltc1pqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqhc79vu"),  # and the other way round
        (Coin.BCH, "bitcoincash:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq4vc355kg"),
        (Coin.BCH, "bitcoincash:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqp6swafeus"),
    ],
)
def test_a_right_checksum_over_what_is_not_bytes_is_refused(coin: Coin, text: str) -> None:
    assert MISTYPED in refusal(coin, Network.MAIN, text)


def test_a_right_checksum_over_nothing_is_refused() -> None:
    assert "no addresses of this kind" in refusal(Coin.BCH, Network.MAIN, "bitcoincash:a5a8yrhz")
    assert "This is not a Litecoin address." in refusal(Coin.LTC, Network.MAIN, Base58Encoder.CheckEncode(b""))
