"""The crowd's partner: brings the demo's items again under new keys, in step with the work, and watches how it goes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from bench import documents as say
from bench.client import Client, Failed
from bench.script import BY_TITLE, MARK, Truth
from jobs.demo.content import DemoText

if TYPE_CHECKING:
    from bench.client import Json
    from bench.people import Tally
    from jobs.demo.content import DemoItem

# Of each project, so many of its items are brought again and again.
ITEMS_A_ROUND = 8
# A rejected answer's reward stays contested while its task waits for money again.
FUNDED_TIMES = Decimal("1.6")
CENT = Decimal("0.01")
PAUSE_SECONDS = 1.0
WATCHED = 3


@dataclass
class Partner:
    client: Client
    truth: Truth
    tally: Tally
    run: str
    wanted: int
    """Tasks, in all."""
    ahead: int
    """So many tasks are brought before they are wanted."""
    brought: int = 0
    projects: list[Json] = field(default_factory=list)
    rounds: int = 0
    token: str = ""
    _program: Client | None = None
    _items: dict[str, list[Json]] = field(default_factory=dict)

    async def bring_first(self) -> None:
        """The first of the work, and learns how what it brought looks to those who are shown it. Raises Failed."""
        organizations = (await self.client.ask(say.PROJECTS))["organizations"]
        open_ = [edge["node"] for each in organizations for edge in each["projects"]["edges"] if edge["node"]["state"] == "OPEN"]
        self.projects = [project for project in open_ if project["title"] in BY_TITLE]
        if not self.projects:
            raise Failed("the partner has no open project of the demo")
        await self._take_token(organizations[0]["id"])
        for project in self.projects:
            items = list(self.truth.items[project["title"]].values())
            self._items[project["id"]] = [await self._given(item) for item in items if not item.gold][:ITEMS_A_ROUND]
        while self.brought < min(self.ahead, self.wanted):
            await self._bring_round()
        for project in self.projects:
            await self._learn(project)

    async def _take_token(self, organization: str) -> None:
        """Programs that send many files have a token: people have a limit on uploads."""
        wanted = {"organizationId": organization, "name": f"crowd {self.run}", "scopes": ["PROJECTS_WRITE"]}
        made = await self.client.act(say.TOKEN, input=wanted)
        if made["errors"]:
            raise Failed(f"no API token: {made['errors']}")
        self.token = made["apiToken"]["id"]
        self._program = Client(self.client.base_url, token=made["secret"])

    async def leave(self) -> None:
        if self._program is not None:
            await self._program.__aexit__()
            await self.client.act(say.REVOKE, id=self.token)

    async def bring_more(self, until: float) -> None:
        """The rest, while people work: tasks arrive as they come into being."""
        while self.brought < self.wanted and time.monotonic() < until:
            await asyncio.sleep(PAUSE_SECONDS)
            # In step with the work: the second answers to an item come when all have their first.
            if self.brought - self.tally.submissions > self.ahead:
                continue
            try:
                await self._bring_round()
            except (Failed, OSError) as failed:
                self.tally.error("partner", repr(failed))
                return

    async def watch(self, over: asyncio.Event) -> None:
        try:
            async with self.client.socket() as socket:
                followed = [await socket.subscribe(say.PROGRESS, id=project["id"]) for project in self.projects[:WATCHED]]

                async def count(number: int) -> None:
                    async for _ in followed[number]:
                        self.tally.progress += 1

                counting = [asyncio.create_task(count(number)) for number in range(len(followed))]
                await over.wait()
                for task in counting:
                    task.cancel()
                await asyncio.gather(*counting, return_exceptions=True)
        except (Failed, OSError) as failed:
            self.tally.error("partner", repr(failed))

    async def _bring_round(self) -> None:
        self.rounds += 1
        mark = f"{MARK}{self.run}.{self.rounds}"
        for project in self.projects:
            items = [item | {"externalId": item["externalId"] + mark} for item in self._items[project["id"]]]
            tasks = len(items) * project["overlap"]
            amount = (Decimal(project["pricePerThousand"]["amount"]) / 1000 * tasks * FUNDED_TIMES).quantize(CENT, "ROUND_UP")
            funded = await self.client.act(say.FUND, id=project["id"], amount=str(amount), key=f"crowd-{mark}")
            imported = await self.client.act(say.IMPORT, id=project["id"], items=items)
            if funded["errors"] or imported["errors"]:
                raise Failed(f"{project['title']}: {funded['errors'] or imported['errors']}")
            self.brought += tasks

    async def _given(self, item: DemoItem) -> Json:
        content: list[Json] = []
        for block in item.content:
            if isinstance(block, DemoText):
                content.append({"text": {"text": block.text, "role": block.role}})
                continue
            assert self._program is not None
            upload = {"uploadId": await self._program.upload(block.bytes)}
            content.append({"image": upload | {"alt": getattr(block, "alt", "")}} if hasattr(block, "alt") else {"audio": upload})
        return {"externalId": item.external_id, "content": content}

    async def _learn(self, project: Json) -> None:
        after: str | None = None
        while True:
            items = (await self.client.ask(say.ITEMS, id=project["id"], after=after))["project"]["items"]
            for edge in items["edges"]:
                self.truth.learn(project["title"], edge["node"]["externalId"], edge["node"]["content"])
            after = items["pageInfo"]["endCursor"]
            if not items["pageInfo"]["hasNextPage"]:
                return
