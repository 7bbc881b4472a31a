"""What looks like fraud, and whose rejections do not stand: for staff."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import strawberry

import models
from models.overturned import Overturned
from schema.context import Info
from schema.judgement import Annotation
from schema.node import Node
from schema.people import Annotator
from schema.projects import Project

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

# So much of an address is shown at either end: enough to compare, too little to pay to.
SHOWN_OF_ADDRESS = 8


@strawberry.type(description="What looks like fraud, with the evidence. It stops nobody by itself.")
class FraudSignal(Node):
    row: strawberry.Private[models.FraudSignal]

    @strawberry.field
    def kind(self) -> models.FraudKind:
        return self.row.kind

    @strawberry.field(description="Who it is about.")
    async def annotators(self, info: Info) -> list[Annotator]:
        return [Annotator(row=await info.context.loaders.row(models.User, each)) for each in self.row.users]

    @strawberry.field(description="The evidence in a sentence.")
    def words(self) -> str:
        if self.row.kind is models.FraudKind.SAME_ADDRESS:
            return _same_address(self.row.evidence)
        return _WORDS[self.row.kind].format(**self.row.evidence)

    @strawberry.field(description="So many show it of those that were counted.")
    def found(self) -> int:
        return int(self.row.evidence["found"])

    @strawberry.field
    def counted(self) -> int:
        return int(self.row.evidence["counted"])

    @strawberry.field(description="Some of those that show it, latest first; the same answers of two people one after the other.")
    async def annotations(self, info: Info) -> list[Annotation]:
        numbers = self.row.evidence.get("annotations", [])
        return [Annotation(row=await info.context.loaders.row(models.Annotation, each)) for each in numbers]

    @strawberry.field
    def at(self) -> datetime:
        return self.row.at

    @strawberry.field
    async def dismissed_by(self, info: Info) -> Annotator | None:
        if self.row.dismissed_by_id is None:
            return None
        return Annotator(row=await info.context.loaders.row(models.User, self.row.dismissed_by_id))

    @strawberry.field
    def dismissed_at(self) -> datetime | None:
        return self.row.dismissed_at

    @strawberry.field(description="Why it was dismissed.")
    def reason(self) -> str | None:
        return self.row.reason


def _same_address(evidence: Mapping[str, Any]) -> str:
    address = evidence["address"]
    return (
        f"{evidence['found']} accounts were to be paid to one {evidence['coin']} address, "
        f"{address[:SHOWN_OF_ADDRESS]}…{address[-SHOWN_OF_ADDRESS:]}."
    )


_WORDS = {
    models.FraudKind.SAME_DEVICE: "{found} accounts that work signed in from one browser.",
    models.FraudKind.SAME_ANSWERS: "Two accounts drew exactly the same on {found} items.",
    models.FraudKind.IMPOSSIBLE_SPEED: "{found} of the last {counted} answers took {seconds} seconds or so.",
    models.FraudKind.ONE_BUTTON: "{found} of the last {counted} answers in a project are the same; of others' {others:.0%} are.",
}


@strawberry.type(description="Of one moderator, one project, one source or one basis how many of the latest rejections were overturned.")
class OverturnFigures:
    figures: strawberry.Private[Overturned]

    @strawberry.field
    async def moderator(self, info: Info) -> Annotator | None:
        if self.figures.moderator_id is None:
            return None
        return Annotator(row=await info.context.loaders.row(models.User, self.figures.moderator_id))

    @strawberry.field
    async def project(self, info: Info) -> Project | None:
        if self.figures.project_id is None:
            return None
        return Project(row=await info.context.loaders.row(models.Project, self.figures.project_id))

    @strawberry.field
    def source(self) -> models.VerdictSource | None:
        return self.figures.source

    @strawberry.field(description="What automatic ones rest on.")
    def basis(self) -> models.VerdictBasis | None:
        return self.figures.basis

    @strawberry.field
    def rejected(self) -> int:
        return self.figures.rejected

    @strawberry.field
    def appealed(self) -> int:
        return self.figures.appealed

    @strawberry.field
    def overturned(self) -> int:
        return self.figures.overturned

    @strawberry.field(description="Of the rejections, in [0, 1].")
    def share(self) -> float:
        return self.figures.overturned / self.figures.rejected

    @strawberry.field(description="Whether it is so often that chance does not explain it.")
    def is_too_often(self) -> bool:
        return self.figures.is_too_often
