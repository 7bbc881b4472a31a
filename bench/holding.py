"""What a client holds: the state as it read it, and every event since applied to it. So far as it goes, nobody has to read again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.client import Client, Json

_WALLET = "fragment W on Wallet { pending { amount } available { amount } withdrawing { amount } withdrawn { amount } }"
_STANDING = "fragment S on Standing { status accuracy decided approved rejected until reason }"
_ANNOTATION = "fragment A on Annotation { id state verdict { id decision } appeal { id state } }"
_COUNTS = "fragment C on ReviewCounts { waiting claimed decidedToday appeals }"

READ_ACTIVITY = f"""
query {{ viewer {{
  activityCursor wallet {{ ...W }} standing {{ ...S }}
  annotations(first: 100) {{ edges {{ node {{ ...A }} }} }}
  assignments(first: 100, state: LEASED) {{ edges {{ node {{ id }} }} }}
}} }} {_WALLET} {_STANDING} {_ANNOTATION}
"""
FOLLOW_ACTIVITY = f"""
subscription ($after: Cursor) {{ activity(after: $after) {{
  __typename cursor at
  ... on VerdictIssued {{ verdict {{ id decidedAt decision annotation {{ ...A annotator {{ standing {{ ...S }} }} }} }} wallet {{ ...W }} }}
  ... on AppealDecided {{ appeal {{ id decidedAt state annotation {{ ...A annotator {{ standing {{ ...S }} }} }} }} wallet {{ ...W }} }}
  ... on StandingChanged {{ standing {{ ...S }} }}
  ... on AssignmentEnded {{ assignment {{ id state }} }}
}} }} {_WALLET} {_STANDING} {_ANNOTATION}
"""
READ_BOARD = f"""
query {{ reviewBoard {{
  cursor counts {{ ...C }}
  waiting(first: 100) {{ edges {{ node {{ id }} }} }}
  claimed(first: 100) {{ edges {{ node {{ id claimedBy {{ id }} }} }} }}
  decided(first: 100) {{ edges {{ node {{ id state }} }} }}
  appeals(first: 100) {{ edges {{ node {{ id }} }} }}
  moderators {{ id }}
}} }} {_COUNTS}
"""
FOLLOW_BOARD = f"""
subscription ($after: Cursor) {{ reviewBoard(after: $after) {{
  __typename cursor at counts {{ ...C }}
  ... on ReviewQueued {{ review {{ id }} }}
  ... on ReviewClaimed {{ review {{ id claimedBy {{ id }} }} }}
  ... on ReviewReleased {{ review {{ id }} }}
  ... on ReviewDecided {{ reviewId verdict {{ decision annotation {{ id }} }} }}
  ... on AppealOpened {{ appeal {{ id }} }}
  ... on AppealClosed {{ appeal {{ id annotation {{ id state }} }} }}
  ... on PresenceChanged {{ moderators {{ id }} }}
}} }} {_COUNTS}
"""


@dataclass
class HeldActivity:
    """An annotator's: wallet, standing, annotations by id with what became of them, and the tasks they hold."""

    cursor: str = ""
    wallet: Json = field(default_factory=dict)
    standing: Json = field(default_factory=dict)
    annotations: dict[str, Json] = field(default_factory=dict)
    leased: set[str] = field(default_factory=set)

    @classmethod
    async def read(cls, client: Client) -> HeldActivity:
        """The newest hundred of each list."""
        viewer = (await client.ask(READ_ACTIVITY))["viewer"]
        return cls(
            cursor=viewer["activityCursor"],
            wallet=viewer["wallet"],
            standing=viewer["standing"],
            annotations={each["id"]: each for each in nodes(viewer["annotations"])},
            leased={each["id"] for each in nodes(viewer["assignments"])},
        )

    def apply(self, event: Json) -> None:
        """Twice does no harm: events bear what they are about as it is, not what they add to it."""
        self.cursor = event["cursor"]
        match event["__typename"]:
            case "VerdictIssued":
                self._judged(event["verdict"]["annotation"], event["wallet"])
            case "AppealDecided":
                self._judged(event["appeal"]["annotation"], event["wallet"])
            case "StandingChanged":
                self.standing = event["standing"]
            case "AssignmentEnded":
                self.leased.discard(event["assignment"]["id"])

    def _judged(self, annotation: Json, wallet: Json) -> None:
        self.standing = annotation.pop("annotator")["standing"]
        self.annotations[annotation["id"]] = annotation
        self.wallet = wallet


@dataclass
class HeldBoard:
    """A moderator's: what waits, who holds what, what was decided, which appeals are open, who is present."""

    cursor: str = ""
    counts: Json = field(default_factory=dict)
    waiting: set[str] = field(default_factory=set)
    claimed: dict[str, str] = field(default_factory=dict)
    decided: dict[str, str] = field(default_factory=dict)
    appeals: set[str] = field(default_factory=set)
    moderators: set[str] = field(default_factory=set)

    @classmethod
    async def read(cls, client: Client) -> HeldBoard:
        """The first hundred of each column."""
        board = (await client.ask(READ_BOARD))["reviewBoard"]
        return cls(
            cursor=board["cursor"],
            counts=board["counts"],
            waiting={each["id"] for each in nodes(board["waiting"])},
            claimed={each["id"]: each["claimedBy"]["id"] for each in nodes(board["claimed"])},
            decided={each["id"]: each["state"] for each in nodes(board["decided"])},
            appeals={each["id"] for each in nodes(board["appeals"])},
            moderators={each["id"] for each in board["moderators"]},
        )

    def apply(self, event: Json) -> None:
        """By the event's type alone: what a review shows is how it is on delivery, and of that its later events will tell."""
        self.cursor, self.counts = event["cursor"], event["counts"]
        match event["__typename"]:
            case "ReviewQueued" | "ReviewReleased":
                self.claimed.pop(event["review"]["id"], None)
                self.waiting.add(event["review"]["id"])
            case "ReviewClaimed":
                self.waiting.discard(event["review"]["id"])
                holder = event["review"]["claimedBy"]
                self.claimed[event["review"]["id"]] = holder["id"] if holder else ""
            case "ReviewDecided":
                self.waiting.discard(event["reviewId"])
                self.claimed.pop(event["reviewId"], None)
                self.decided[event["verdict"]["annotation"]["id"]] = event["verdict"]["decision"]
            case "AppealOpened":
                self.appeals.add(event["appeal"]["id"])
            case "AppealClosed":
                self.appeals.discard(event["appeal"]["id"])
                self.decided[event["appeal"]["annotation"]["id"]] = event["appeal"]["annotation"]["state"]
            case "PresenceChanged":
                self.moderators = {each["id"] for each in event["moderators"]}


def nodes(connection: Json) -> list[Any]:
    return [edge["node"] for edge in connection["edges"]]
