"""GraphQL over HTTP, by its specification: POST with a JSON body, GET for queries, both media types answered; and by server-sent events."""

from __future__ import annotations

import re
import time
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from graphql import OperationType
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ops.metrics import OPERATION_SECONDS, OPERATIONS, labelled
from schema.context import Context, ResponseHeaders
from schema.errors import BadUserInput, QueryTooComplex, tell
from schema.scalars import as_json
from web.admission import Denied, admitted
from web.body import TooLarge, read_body
from web.caller import device_cookie, session_cookie
from web.event_stream import EVENT_STREAM, Answer, EventStream, Follower, resumed
from web.execution import Operation, Rejected, Request, Result
from web.pages import page
from web.parts import Parts

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from web.caller import Caller

JSON = "application/json"
GRAPHQL_JSON = "application/graphql-response+json"
HTML = "text/html"
# Of a query string; those that are no JSON there.
PARAMETERS = ("query", "documentId", "operationName", "variables", "extensions")
TEXTS = frozenset(PARAMETERS[:3])
CHARSET = re.compile(r"charset\s*=\s*\"?([^\";\s]*)", re.IGNORECASE)


async def graphql_first(scope: Scope, receive: Receive, send: Send) -> None:
    """`graphql` as an application: nearly every request is for it, and needs neither Starlette's routes nor its layers."""
    response = await graphql(HttpRequest(scope, receive, send))
    await response(scope, receive, send)


async def graphql(request: HttpRequest) -> Response | EventStream:
    parts: Parts = request.app.state.parts
    media_type = JSON
    try:
        if is_for_the_console(request):
            return page("console.html")
        wanted = acceptable(request)
        if wanted == EVENT_STREAM:
            return await streamed(request, parts)
        media_type = wanted
        return await answered(request, parts, media_type)
    except Denied as denied:
        return respond({"errors": [tell(denied.error)]}, denied.status, media_type, **denied.headers)
    except Rejected as rejected:
        # By the specification a request that is not executed is 400 to those who know its media type, and 200 to those who do not.
        return respond({"errors": rejected.errors}, 400 if media_type == GRAPHQL_JSON else 200, media_type)


def is_for_the_console(request: HttpRequest) -> bool:
    """A person who opens the address in a browser."""
    is_plain = request.method != "POST" and request.query_params.keys().isdisjoint(PARAMETERS)
    return is_plain and accepted(request, JSON, GRAPHQL_JSON, HTML) == HTML


async def answered(request: HttpRequest, parts: Parts, media_type: str) -> Response:
    caller, meta = await admitted(request, parts)
    parameters = await parameters_of(request, caller)
    operation = parts.choose(parameters, caller)
    check_method(request, operation)
    headers = ResponseHeaders()
    result = await execute(parts, operation, parameters, parts.context(caller, meta, headers))
    response = respond(result, 200, media_type)
    if headers.has_session:
        response.headers.append("set-cookie", session_cookie(parts.settings, headers.session_token))
    if headers.device:
        response.headers.append("set-cookie", device_cookie(parts.settings, headers.device))
    return response


async def streamed(request: HttpRequest, parts: Parts) -> EventStream:
    """What is wrong with the operation is told in the stream: a browser shows nothing of an answer that is none."""
    caller, meta = await admitted(request, parts)
    # How long it lasts says nothing of how quick we are.
    request.state.is_stream = True
    try:
        parameters = await parameters_of(request, caller)
        operation = parts.choose(parameters, caller)
    except Rejected as rejected:
        return Answer.refusal(rejected)
    if operation.kind is OperationType.SUBSCRIPTION:
        variables = resumed(operation, parameters.variables, request.headers.get("last-event-id"))
        return Follower(parts, operation, variables, caller, meta)
    check_method(request, operation)
    return Answer(lambda: execute(parts, operation, parameters, parts.context(caller, meta, None)))


async def parameters_of(request: HttpRequest, caller: Caller) -> Request:
    try:
        if request.method == "POST":
            return await posted(request, caller)
        return without_nul(Request.read({name: parameter(request, name) for name in PARAMETERS}))
    except BadUserInput as error:
        raise Denied(400, error) from None
    except TooLarge as error:
        told = QueryTooComplex(f"The body is larger than {error.limit:,} bytes.", measure="bytes", limit=error.limit)
        raise Denied(413, told, connection="close") from None


async def posted(request: HttpRequest, caller: Caller) -> Request:
    media_type, _, rest = request.headers.get("content-type", "").partition(";")
    if media_type.strip().lower() != JSON:
        raise Denied(415, BadUserInput(f"The body's content type must be {JSON}."))
    charset = CHARSET.search(rest)
    if charset is not None and charset[1].lower() not in {"utf-8", "utf8"}:
        raise Denied(415, BadUserInput("The body must be UTF-8."))
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Denied(415, BadUserInput("Compressed bodies are not taken."))
    body = await read_body(request, caller.body_limit)
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadUserInput(f"The body is not JSON: {error}.") from None
    parameters = Request.read(parsed, len(body))
    if too_large := parameters.size_error(caller.object_limit):
        raise Rejected.by(too_large)
    return without_nul(parameters) if b"\\u0000" in body else parameters


def without_nul(parameters: Request) -> Request:
    if error := parameters.nul_error():
        raise error
    return parameters


def parameter(request: HttpRequest, name: str) -> Any:
    """A parameter of the query string; variables and extensions are JSON there."""
    value = request.query_params.get(name)
    if value is None or name in TEXTS:
        return value
    try:
        return orjson.loads(value) if value else None
    except orjson.JSONDecodeError as error:
        raise BadUserInput(f"`{name}` is not JSON: {error}.", path=[name]) from None


def check_method(request: HttpRequest, operation: Operation) -> None:
    if operation.kind is OperationType.SUBSCRIPTION:
        raise Denied(400, BadUserInput(f"Subscriptions come by WebSocket (graphql-transport-ws), or to `Accept: {EVENT_STREAM}`."))
    if operation.kind is not OperationType.QUERY and request.method != "POST":
        raise Denied(405, BadUserInput("Only queries are taken by GET."), allow="POST")


async def execute(parts: Parts, operation: Operation, parameters: Request, context: Context) -> Result:
    """Runs a query or a mutation, by HTTP or WebSocket. Raises Rejected."""
    started = time.perf_counter()
    kind = operation.kind.value
    try:
        if parameters.is_large:
            executor = await parts.engine.begin_large(operation, parameters.variables, context)
        else:
            executor = parts.engine.begin(operation, parameters.variables, context)
    except Rejected:
        labelled(OPERATIONS, kind, "rejected").inc()
        raise
    if operation.kind is OperationType.MUTATION:
        result: Result = await parts.finish(parts.engine.run(executor))
        # What it recorded is committed: the relay need not wait for its next sweep.
        parts.broker.wake()
    else:
        result = await parts.engine.run(executor)
    labelled(OPERATIONS, kind, "errors" if "errors" in result else "done").inc()
    labelled(OPERATION_SECONDS, kind).observe(time.perf_counter() - started)
    return result


def respond(result: Result, status: int, media_type: str, **headers: str) -> Response:
    # Answers are the caller's own: no cache keeps them.
    return Response(
        as_json(result),
        status,
        {"content-type": f"{media_type}; charset=utf-8", "cache-control": "no-store", "vary": "Accept, Cookie, Authorization", **headers},
    )


def acceptable(request: HttpRequest) -> str:
    media_type = accepted(request, JSON, GRAPHQL_JSON, EVENT_STREAM)
    if media_type is None:
        raise Denied(406, BadUserInput(f"This address answers {GRAPHQL_JSON}, {JSON} and {EVENT_STREAM}."))
    return media_type


def accepted(request: HttpRequest, *offers: str) -> str | None:
    """The offer that the Accept header likes best, the first where it says nothing."""
    return liked(",".join(request.headers.getlist("accept")), offers)


# Clients send few different ones, and mostly the same.
@lru_cache(maxsize=64)
def liked(header: str, offers: tuple[str, ...]) -> str | None:
    if not header.strip():
        return offers[0]
    wishes = dict(wish(part) for part in header.split(","))
    best = max(offers, key=lambda offer: liking(offer, wishes))
    return best if liking(best, wishes)[0] > 0 else None


def wish(part: str) -> tuple[str, float]:
    """A media range and how much it is wanted, 0 to 1."""
    media_range, *parameters = part.split(";")
    weight = 1.0
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip().lower() == "q":
            try:
                weight = float(value)
            except ValueError:
                weight = 0.0
    return media_range.strip().lower(), weight


def liking(offer: str, wishes: dict[str, float]) -> tuple[float, bool, bool]:
    """Weight first; then what is named beats what a wildcard covers; and who names both JSON types knows the newer one."""
    if offer in wishes:
        return wishes[offer], True, offer == GRAPHQL_JSON
    wildcard = f"{offer.partition('/')[0]}/*"
    return wishes.get(wildcard, wishes.get("*/*", 0.0)), False, False
