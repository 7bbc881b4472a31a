"""The shapes of a node's answers, so far as we read them."""

from typing import Any

from pydantic import Field, TypeAdapter

from payments.rpc import Answer, Hash, Hex, Satoshis


class ChainInfo(Answer):
    chain: str
    blocks: int
    headers: int
    bestblockhash: Hash
    initialblockdownload: bool


class BlockHeader(Answer):
    time: int


class NetworkInfo(Answer):
    subversion: str


class Validity(Answer):
    isvalid: bool
    # Of valid ones only: what an output that pays the address says.
    script: Hex = Field(default="", alias="scriptPubKey")


class AddressInfo(Answer):
    ismine: bool


class Funded(Answer):
    hex: Hex
    fee: Satoshis


class SignedHex(Answer):
    hex: Hex
    complete: bool


class UnspentOutput(Answer):
    value: Satoshis


class LockedCoin(Answer):
    txid: Hash
    vout: int


class Coin(LockedCoin):
    amount: Satoshis
    spendable: bool


class WalletTransaction(Answer):
    confirmations: int
    blockhash: Hash | None = None
    walletconflicts: list[Hash] = Field(default_factory=list)


class Raw(Answer):
    hex: Hex


class Entry(Answer):
    category: str
    amount: Satoshis
    confirmations: int
    txid: Hash
    # None of an output that is hidden in Litecoin's MWEB.
    vout: int | None = None


class Listing(Answer):
    transactions: list[Entry]
    lastblock: Hash


ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)
TEXT = TypeAdapter(str)
YES = TypeAdapter(bool)
HASH: TypeAdapter[str] = TypeAdapter(Hash)
HEX: TypeAdapter[str] = TypeAdapter(Hex)
AMOUNT: TypeAdapter[int] = TypeAdapter(Satoshis)
CHAIN = TypeAdapter(ChainInfo)
BLOCK = TypeAdapter(BlockHeader)
NETWORK = TypeAdapter(NetworkInfo)
VALIDITY = TypeAdapter(Validity)
ADDRESS = TypeAdapter(AddressInfo)
FUNDED = TypeAdapter(Funded)
SIGNED = TypeAdapter(SignedHex)
UNSPENT: TypeAdapter[UnspentOutput | None] = TypeAdapter(UnspentOutput | None)
LOCKED = TypeAdapter(list[LockedCoin])
COINS = TypeAdapter(list[Coin])
TRANSACTION = TypeAdapter(WalletTransaction)
RAW = TypeAdapter(Raw)
LISTING = TypeAdapter(Listing)
