"""JSON-RPC with a coin's node: amounts exact, answers bounded and held to their shape, faults told apart by what is known afterwards."""

import asyncio
import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Annotated, Any, NoReturn, TypeVar

import httpx
from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, TypeAdapter, ValidationError

from models.coin import SATOSHIS

# What a node answers is held in memory: a wallet of 50,000 coins lists them in some 20 MB.
ANSWER_BYTES = 32 * 1024 * 1024
# Calls in one request: few enough for a node to answer in a second.
BATCH = 500
# More than all coins of either kind there will ever be.
MOST_COINS = 100_000_000
REFUSED_LOGIN = (401, 403)
WARMING_UP = -28

Result = TypeVar("Result")


class NodeFault(Exception):
    """What a coin's node did, or did not do; str() is for people and never carries the password."""


class NodeAway(NodeFault):
    """No answer that can be read: whether the node did what it was asked is unknown."""


class NodeRefused(NodeFault):
    """The node said no, so it did nothing. `code` is JSON-RPC's, or HTTP's 401 and 403 where it refuses the password."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


def as_coins(satoshis: int) -> str:
    """1 is "0.00000001": the exact text that nodes read."""
    return f"{satoshis // SATOSHIS}.{satoshis % SATOSHIS:08d}"


def _satoshis(coins: object) -> int:
    if isinstance(coins, bool) or not isinstance(coins, Decimal | int):
        raise ValueError("is no number")  # noqa: TRY004 - what pydantic takes for a misfit
    exact = Decimal(coins)
    if not exact.is_finite() or abs(exact) > MOST_COINS or exact * SATOSHIS % 1:
        raise ValueError("is no amount of coins")
    return int(exact * SATOSHIS)


# Coins in an answer, 0.00000001, are satoshis with us, 1.
Satoshis = Annotated[int, BeforeValidator(_satoshis)]
Hash = Annotated[str, StringConstraints(pattern=r"\A[0-9a-f]{64}\z")]
Hex = Annotated[str, StringConstraints(pattern=r"\A([0-9a-f]{2})*\z")]


class Answer(BaseModel):
    """What we read of an answer; what else it holds is left alone."""

    model_config = ConfigDict(strict=True)


class _Problem(Answer):
    code: int
    message: str


class _Reply(Answer):
    id: int | None
    result: Any
    error: _Problem | None


REPLY = TypeAdapter(_Reply)
REPLIES = TypeAdapter(list[_Reply])


class Rpc:
    """One node at one URL, `http://user:password@host:port/wallet/NAME`, asked one question at a time."""

    def __init__(self, name: str, url: str, timeout: float) -> None:
        whole = httpx.URL(url)
        self._url = whole.copy_with(userinfo=b"")
        self._where = f"The {name} node at {whole.netloc.decode()}"
        self._timeout = timeout
        self._numbers = count(1)
        self._client = httpx.AsyncClient(
            auth=(whole.username, whole.password),
            timeout=None,  # noqa: S113 - one limit over the whole exchange instead of one for each of its steps
            # Each on a connection of its own: one that is kept may be closed as we ask, and then we could not tell what was done.
            limits=httpx.Limits(max_connections=1, max_keepalive_connections=0),
            trust_env=False,  # no proxy between us and the keys
            verify=whole.scheme == "https",  # reading the authorities takes a tenth of a second, which plain HTTP can do without
        )

    async def close(self) -> None:
        await self._client.aclose()

    async def call(self, shape: TypeAdapter[Result], method: str, *params: object) -> Result:
        """The result. Raises NodeAway, NodeRefused."""
        request = self._request(method, params)
        reply = self._shaped(REPLY, await self._exchange(request), method)
        if reply.id != request["id"]:
            self._garbled(method)
        return self._shaped(shape, self._result(reply, method), method)

    async def each(self, shape: TypeAdapter[Result], method: str, calls: Sequence[Sequence[object]]) -> list[Result | NodeRefused]:
        """The result of each call or its NodeRefused, in their order, asked in requests of BATCH calls. Raises NodeAway, NodeRefused."""
        results: list[Result | NodeRefused] = []
        for begin in range(0, len(calls), BATCH):
            batch = await self._batch(shape, method, calls[begin : begin + BATCH])
            results += batch
        return results

    async def _batch(self, shape: TypeAdapter[Result], method: str, calls: Sequence[Sequence[object]]) -> list[Result | NodeRefused]:
        requests = [self._request(method, params) for params in calls]
        replies = {reply.id: reply for reply in self._shaped(REPLIES, await self._exchange(requests), method)}
        if replies.keys() != {request["id"] for request in requests}:
            self._garbled(method)
        results: list[Result | NodeRefused] = []
        for request in requests:
            try:
                results.append(self._shaped(shape, self._result(replies[request["id"]], method), method))
            except NodeRefused as refusal:
                results.append(refusal)
        return results

    def _request(self, method: str, params: Sequence[object]) -> dict[str, Any]:
        return {"jsonrpc": "1.0", "id": next(self._numbers), "method": method, "params": params}

    async def _exchange(self, request: object) -> Any:
        """The JSON of the answer, whatever it is."""
        try:
            async with asyncio.timeout(self._timeout):
                status, body = await self._post(json.dumps(request).encode())
        except TimeoutError:
            raise NodeAway(f"{self._where} did not answer within {self._timeout:g} seconds.") from None
        except httpx.ConnectError:
            raise NodeAway(f"{self._where} cannot be reached.") from None
        except httpx.HTTPError as error:
            raise NodeAway(f"{self._where} broke off ({type(error).__name__}).") from None
        if status in REFUSED_LOGIN:
            raise NodeRefused(f"{self._where} refuses the user name and password it is given.", status)
        try:
            return json.loads(body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise NodeAway(f"{self._where} answered HTTP {status} and nothing that can be read.") from None

    async def _post(self, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        async with self._client.stream("POST", self._url, content=body, headers=headers) as response:
            answer = bytearray()
            async for part in response.aiter_raw():
                answer += part
                if len(answer) > ANSWER_BYTES:
                    raise NodeAway(f"{self._where} answered more than {ANSWER_BYTES >> 20} MB.")
            return response.status_code, bytes(answer)

    def _result(self, reply: _Reply, method: str) -> Any:
        if reply.error is None:
            return reply.result
        if reply.error.code == WARMING_UP:
            raise NodeAway(f"{self._where} is starting: {reply.error.message}")
        raise NodeRefused(f"{self._where} refuses {method}: {reply.error.message} ({reply.error.code})", reply.error.code)

    def _shaped(self, shape: TypeAdapter[Result], answer: Any, method: str) -> Result:
        try:
            return shape.validate_python(answer)
        except ValidationError:
            self._garbled(method)

    def _garbled(self, method: str) -> NoReturn:
        raise NodeAway(f"{self._where} answered {method} with something else than was asked for.") from None


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
