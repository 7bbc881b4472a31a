"""The assembled schema."""

from __future__ import annotations

from datetime import datetime

import strawberry
from strawberry.schema.config import StrawberryConfig

from ops.database import sql
from resolvers.help import HelpMutation, HelpQuery
from resolvers.moderation import ModerationMutation, ModerationQuery
from resolvers.nodes import NodeQuery
from resolvers.partners import PartnerMutation, PartnerQuery
from resolvers.payouts import PayoutMutation, PayoutQuery
from resolvers.people import PeopleMutation, PeopleQuery
from resolvers.qualifications import QualificationMutation
from resolvers.streams import Subscription
from resolvers.tutorial import TutorialMutation, TutorialQuery
from resolvers.work import WorkMutation, WorkQuery
from schema.events import EVENT_TYPES
from schema.forms import FIELD_TYPES
from schema.scalars import SCALARS


@strawberry.type
class Query(NodeQuery, PeopleQuery, TutorialQuery, WorkQuery, PartnerQuery, ModerationQuery, PayoutQuery, HelpQuery):
    @strawberry.field(description="For clocks that are off.")
    async def server_time(self) -> datetime:
        return await sql.now()


@strawberry.type
class Mutation(
    PeopleMutation, TutorialMutation, QualificationMutation, WorkMutation, PartnerMutation, ModerationMutation, PayoutMutation, HelpMutation
):
    pass


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=[*FIELD_TYPES, *EVENT_TYPES],
    config=StrawberryConfig(scalar_map=SCALARS),
)
