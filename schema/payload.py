"""What a mutation answers: its result, or what the caller can put right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from inspect import getdoc
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension

from models.errors import Refusal, Refused


@strawberry.enum
class ErrorCode(StrEnum):
    INVALID_INPUT = "INVALID_INPUT"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    IDEMPOTENCY_MISMATCH = "IDEMPOTENCY_MISMATCH"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    TOKEN_EXPIRED = "TOKEN_EXPIRED"  # noqa: S105
    EMAIL_UNCONFIRMED = "EMAIL_UNCONFIRMED"
    TUTORIAL_REQUIRED = "TUTORIAL_REQUIRED"
    QUALIFICATION_REQUIRED = "QUALIFICATION_REQUIRED"
    NOT_ELIGIBLE = "NOT_ELIGIBLE"
    ACCOUNT_SUSPENDED = "ACCOUNT_SUSPENDED"
    LEASE_EXPIRED = "LEASE_EXPIRED"
    ALREADY_SUBMITTED = "ALREADY_SUBMITTED"
    ALREADY_DECIDED = "ALREADY_DECIDED"
    NOTHING_AVAILABLE = "NOTHING_AVAILABLE"
    INSUFFICIENT_FUNDS = "INSUFFICIENT_FUNDS"
    BELOW_MINIMUM = "BELOW_MINIMUM"
    INVALID_ADDRESS = "INVALID_ADDRESS"
    TOO_LATE = "TOO_LATE"


@strawberry.type(
    description="What the caller can put right, told beside the payload's result. A caller who may not see or do a thing at all "
    "gets a GraphQL error with `extensions.code` instead."
)
class UserError:
    code: ErrorCode
    message: str
    path: list[str] = strawberry.field(description='Where in the input, such as ["answers", "0", "value"].')


@strawberry.type
class AcceptedPayload:
    accepted: bool = False
    errors: list[UserError] = strawberry.field(default_factory=list)


class _Told(FieldExtension):
    """Turns what a verb refuses into the payload's `errors`. Every payload can be made of errors alone."""

    async def resolve_async(self, next_: Callable[..., Awaitable[Any]], source: Any, info: strawberry.Info[Any, Any], **kwargs: Any) -> Any:
        try:
            return await next_(source, info, **kwargs)
        except Refused as refused:
            errors = refused.errors
        except Refusal as refusal:
            errors = [refusal]
        payload: Any = info.return_type
        return payload(errors=[UserError(code=ErrorCode(error.code), message=error.message, path=list(error.path)) for error in errors])


def mutation(resolver: Callable[..., Any]) -> Any:
    """A mutation whose refusals are told in its payload."""
    return strawberry.mutation(resolver=resolver, extensions=[_Told()], description=getdoc(resolver))
