"""What can be refused, and why: facts with their data. The edge translates each once into a `UserError` of the API."""

from __future__ import annotations

from datetime import UTC, datetime


class Refusal(Exception):
    """One thing the caller can put right. `path` says where in the input, such as ("answers", "0", "value")."""

    code = "INVALID_INPUT"

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def under(self, *path: str) -> Refusal:
        """The same refusal, seen from further out."""
        self.path = (*path, *self.path)
        return self


class Refused(Exception):
    """Several refusals at once, in the order of the input."""

    def __init__(self, errors: list[Refusal]) -> None:
        super().__init__("; ".join(error.message for error in errors))
        self.errors = errors


class InvalidInput(Refusal):
    code = "INVALID_INPUT"


class NotFound(Refusal):
    code = "NOT_FOUND"


class Conflict(Refusal):
    code = "CONFLICT"


class IdempotencyMismatch(Refusal):
    code = "IDEMPOTENCY_MISMATCH"

    def __init__(self, *path: str) -> None:
        super().__init__("This key was used before, with another input.", *(path or ("idempotencyKey",)))


class InvalidCredentials(Refusal):
    code = "INVALID_CREDENTIALS"

    def __init__(self, *path: str) -> None:
        super().__init__("The email address or the password is wrong.", *path)


class TokenExpired(Refusal):
    code = "TOKEN_EXPIRED"

    def __init__(self, *path: str) -> None:
        super().__init__("This link is not valid any more. Ask for a new one.", *(path or ("token",)))


class EmailUnconfirmed(Refusal):
    code = "EMAIL_UNCONFIRMED"

    def __init__(self, *path: str) -> None:
        super().__init__("Confirm your email address first: the link is in the mail we sent.", *path)


class TutorialRequired(Refusal):
    code = "TUTORIAL_REQUIRED"

    def __init__(self, *path: str) -> None:
        super().__init__("Pass the tutorial first; it takes a few minutes.", *path)


class QualificationRequired(Refusal):
    code = "QUALIFICATION_REQUIRED"


class NotEligible(Refusal):
    code = "NOT_ELIGIBLE"


class AccountSuspended(Refusal):
    code = "ACCOUNT_SUSPENDED"

    def __init__(self, *path: str, until: datetime | None = None) -> None:
        end = f" until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if until else ""
        super().__init__(f"This account may not work{end}.", *path)
        self.until = until


class LeaseExpired(Refusal):
    code = "LEASE_EXPIRED"

    def __init__(self, *path: str, at: datetime | None = None) -> None:
        super().__init__("The lease of this task has ended.", *(path or ("assignmentId",)))
        self.at = at


class AlreadySubmitted(Refusal):
    code = "ALREADY_SUBMITTED"

    def __init__(self, *path: str) -> None:
        super().__init__("This task was submitted already, and what was submitted never changes.", *(path or ("assignmentId",)))


class AlreadyDecided(Refusal):
    code = "ALREADY_DECIDED"


class NothingAvailable(Refusal):
    code = "NOTHING_AVAILABLE"


class InsufficientFunds(Refusal):
    code = "INSUFFICIENT_FUNDS"


class BelowMinimum(Refusal):
    code = "BELOW_MINIMUM"


class InvalidAddress(Refusal):
    code = "INVALID_ADDRESS"


class TooLate(Refusal):
    code = "TOO_LATE"
