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
from ops.settings import settings

if TYPE_CHECKING:
    from bench.client import Json
    from bench.people import Tally
    from jobs.demo.content import DemoItem

# Of each project, so many of its items are brought again and again.
ITEMS_A_ROUND = 4
# A rejected answer's reward stays contested while its task waits for money again.
FUNDED_TIMES = Decimal("1.6")
CENT = Decimal("0.01")
PAUSE_SECONDS = 1.0
WATCHED = 3


@dataclass
class Partner:
    """Whose projects are those of the demo. `ahead`: so many tasks of all of them are to be open at the least."""

    client: Client
    truth: Truth
    tally: Tally
    run: str
    ahead: int
    projects: list[Json] = field(default_factory=list)
    rounds: int = 0
    token: str = ""
    _program: Client | None = None
    _items: dict[str, list[Json]] = field(default_factory=dict)

    async def bring_first(self) -> None:
        """The first of the work, and learns how all that is there looks to those who are shown it. Raises Failed."""
        organizations = (await self.client.ask(say.PROJECTS))["organizations"]
        self.projects = _of_the_demo(organizations)
        if not self.projects:
            raise Failed("the partner has no open project of the demo")
        offered = [edge["node"]["title"] for edge in (await self.client.ask(say.OPEN_PROJECTS))["projects"]["edges"]]
        if others := sorted(set(offered) - set(BY_TITLE)):
            raise Failed(
                f"the crowd knows the demo's projects alone, and {', '.join(others)} would be offered to it as well: pause that first"
            )
        await self._take_token(organizations[0]["id"])
        for project in self.projects:
            # What nobody can hold against anything is for people to judge: the demo has enough of that as it is.
            items = [item for item in self.truth.items[project["title"]].values() if item.truth and not item.gold]
            self._items[project["id"]] = [await self._given(item) for item in items[:ITEMS_A_ROUND]]
            await self._bring(project)
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

    async def bring_more(self, closing: asyncio.Event, ends_at: float) -> None:
        """The rest, while people work: tasks arrive as they come into being.

        People stay in a project while it has work for them, so each gets more only when what it has is nearly done: or the second answers
        to its items would wait for whoever comes there. What would not be answered, and judged besides, by that moment of the monotonic
        clock is not begun.
        """
        began = time.monotonic()
        ends_at -= settings().judge_delay[1]
        try:
            while not closing.is_set():
                await asyncio.sleep(PAUSE_SECONDS)
                now = time.monotonic()
                can_be_done = self.tally.submissions / (now - began) * (ends_at - now)
                open_ = await self._open()
                for project in self.projects:
                    tasks = len(self._items[project["id"]]) * project["overlap"]
                    if open_[project["id"]] < self.ahead / len(self.projects) and sum(open_.values()) + tasks < can_be_done:
                        await self._bring(project)
                        open_[project["id"]] += tasks
        except (Failed, OSError) as failed:
            self.tally.error("partner", repr(failed))

    async def _open(self) -> dict[str, int]:
        """Tasks that wait for somebody, by project."""
        organizations = (await self.client.ask(say.PROJECTS))["organizations"]
        return {project["id"]: project["progress"]["tasksOpen"] for project in _of_the_demo(organizations)}

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

    async def _bring(self, project: Json) -> None:
        """A round of its items, with the money for them."""
        self.rounds += 1
        mark = f"{MARK}{self.run}.{self.rounds}"
        items = [item | {"externalId": item["externalId"] + mark} for item in self._items[project["id"]]]
        if not items:
            return
        tasks = len(items) * project["overlap"]
        amount = (Decimal(project["pricePerThousand"]["amount"]) / 1000 * tasks * FUNDED_TIMES).quantize(CENT, "ROUND_UP")
        funded = await self.client.act(say.FUND, id=project["id"], amount=str(amount), key=f"crowd-{mark}")
        imported = await self.client.act(say.IMPORT, id=project["id"], items=items)
        if funded["errors"] or imported["errors"]:
            raise Failed(f"{project['title']}: {funded['errors'] or imported['errors']}")

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


def _of_the_demo(organizations: list[Json]) -> list[Json]:
    """Their projects that are open and whose right answers are known."""
    nodes = [edge["node"] for each in organizations for edge in each["projects"]["edges"]]
    return [project for project in nodes if project["state"] == "OPEN" and project["title"] in BY_TITLE]
