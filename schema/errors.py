"""What a GraphQL error says to a client: a code of the contract, its figures, and of our own failures nothing but a reference."""

from __future__ import annotations

from secrets import token_hex
from typing import Any, ClassVar

from graphql import FieldNode, GraphQLError, GraphQLSyntaxError
from strawberry.exceptions import StrawberryInputCoercionError

from models.errors import Refusal, Refused
from ops.logs import logger
from ops.redis import REDIS_AWAY
from realtime.cursor import CursorExpired, MalformedCursor
from realtime.past import DATABASE_AWAY

log = logger(__name__)


# A database or a Redis that restarts is back by then, mostly.
BACK_SECONDS = 5
# Refusals that bear their own code also where there is no payload to put them in.
KEEPS_FROM_WORK = frozenset({"EMAIL_UNCONFIRMED", "ACCOUNT_SUSPENDED", "TUTORIAL_REQUIRED", "QUALIFICATION_REQUIRED", "NOT_ELIGIBLE"})


class ApiError(GraphQLError):
    """An error with a code of the contract. Keyword arguments become figures in `extensions`; a figure that is None is left out."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(self, message: str, **figures: Any) -> None:
        told = {name: value for name, value in figures.items() if value is not None}
        super().__init__(message, extensions={"code": self.code, **told})


class ParseFailed(ApiError):
    code = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(ApiError):
    code = "GRAPHQL_VALIDATION_FAILED"


class PersistedQueryNotFound(ApiError):
    """The document is not known by its digest: clients of the protocol send its text then. They look for this very message."""

    code = "PERSISTED_QUERY_NOT_FOUND"

    def __init__(self) -> None:
        super().__init__("PersistedQueryNotFound")


class BadUserInput(ApiError):
    """`path` says where in the variables or arguments, such as ["input", "fields", "0", "key"]."""

    code = "BAD_USER_INPUT"


class Unauthenticated(ApiError):
    code = "UNAUTHENTICATED"

    def __init__(self, message: str = "Sign in first.") -> None:
        super().__init__(message)


class Forbidden(ApiError):
    code = "FORBIDDEN"

    def __init__(self, message: str = "Your roles do not reach this.", **figures: Any) -> None:
        super().__init__(message, **figures)


class NotFoundError(ApiError):
    code = "NOT_FOUND"

    def __init__(self, message: str = "There is no such thing here.", **figures: Any) -> None:
        super().__init__(message, **figures)


class QueryTooComplex(ApiError):
    """Names the limit, what it allows and what was asked for."""

    code = "QUERY_TOO_COMPLEX"

    def __init__(self, message: str, *, measure: str, limit: int, actual: int | None = None) -> None:
        super().__init__(message, measure=measure, limit=limit, actual=actual)


class RateLimited(ApiError):
    """`retry_after` in seconds, rounded up to whole ones."""

    code = "RATE_LIMITED"

    def __init__(self, message: str = "Too many requests. Wait a little.", *, retry_after: int, limit: int | None = None) -> None:
        super().__init__(message, retryAfter=retry_after, limit=limit)
        self.retry_after = retry_after


class CursorExpiredError(ApiError):
    code = "CURSOR_EXPIRED"

    def __init__(self, message: str = "What came after this cursor is not kept any more. Read the state anew.") -> None:
        super().__init__(message)


class Refusing(ApiError):
    """A refusal under its own code: what keeps somebody from work ends a stream of it."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message, path=list(refusal.path) or None)
        self.extensions = {**(self.extensions or {}), "code": refusal.code}


class Internal(ApiError):
    """A failure of ours. It tells a reference; what happened stands in the logs beside it. `retry_after`, in seconds, where it passes by
    itself."""

    code = "INTERNAL"

    def __init__(self, reference: str, *, retry_after: int | None = None) -> None:
        message = f"Something went wrong on our side. If it lasts, tell us this reference: {reference}."
        super().__init__(message, reference=reference, retryAfter=retry_after)


def tell(error: Exception) -> dict[str, Any]:
    """What a client is told of an error of any kind, as a GraphQL response's `errors` has it; logs what is masked."""
    shown = translated(error)
    return entry_of(shown, error if isinstance(error, GraphQLError) else shown)


def entry_of(shown: ApiError, located: GraphQLError) -> dict[str, Any]:
    """An entry of `errors`: message and extensions of one error, the place in document and response of the other."""
    entry: dict[str, Any] = {"message": shown.message}
    if located.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in located.locations]
    if located.path is not None:
        entry["path"] = located.path
    entry["extensions"] = shown.extensions
    return entry


def translated(error: Exception) -> ApiError:
    """The error of the contract for any exception that may end an operation or a field."""
    cause = origin(error)
    if isinstance(cause, ApiError):
        return cause
    if isinstance(cause, Refused):
        return of_refusal(cause.errors[0])
    if isinstance(cause, Refusal):
        return of_refusal(cause)
    if isinstance(cause, CursorExpired):
        return CursorExpiredError()
    if isinstance(cause, MalformedCursor):
        return BadUserInput(str(cause), path=["after"])
    if isinstance(cause, GraphQLSyntaxError):
        return ParseFailed(cause.message)
    if isinstance(cause, GraphQLError) and is_of_the_input(cause):
        return BadUserInput(cause.message)
    return masked(error, cause)


def origin(error: Exception) -> Exception:
    """The error beneath graphql-core's wrapping, which may be twofold."""
    while isinstance(error, GraphQLError) and not isinstance(error, ApiError) and error.original_error is not None:
        error = error.original_error
    return error


def of_refusal(refusal: Refusal) -> ApiError:
    """A refusal that reached a query or a subscription: these have no payload to put it in."""
    if refusal.code == "NOT_FOUND":
        return NotFoundError(refusal.message, path=list(refusal.path) or None)
    if refusal.code in KEEPS_FROM_WORK:
        return Refusing(refusal)
    reason = None if refusal.code == "INVALID_INPUT" else refusal.code
    return BadUserInput(refusal.message, reason=reason, path=list(refusal.path) or None)


def is_of_the_input(error: GraphQLError) -> bool:
    """Whether graphql-core or Strawberry complains of what the caller wrote: it then points at an argument, not at the field
    (an output that does not fit its type points at the field, and is our failure)."""
    if isinstance(error, StrawberryInputCoercionError):
        return True
    return bool(error.nodes) and not any(isinstance(node, FieldNode) for node in error.nodes or ())


def masked(error: Exception, cause: BaseException) -> Internal:
    reference = token_hex(6)
    path = error.path if isinstance(error, GraphQLError) else None
    log.error("internal_error", reference=reference, path=path, exc_info=(type(cause), cause, cause.__traceback__))
    return Internal(reference, retry_after=BACK_SECONDS if isinstance(cause, (*DATABASE_AWAY, *REDIS_AWAY)) else None)
