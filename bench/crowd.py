"""`bin/tidemark crowd`: scripted people at work on a running server, through its public API and WebSockets only."""

from __future__ import annotations

import asyncio
import random
import secrets
import sys
import time
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import TYPE_CHECKING

import httpx

from bench import documents as say
from bench.client import Client, Failed
from bench.mailbox import Mailbox
from bench.partner import Partner
from bench.people import CARELESS, Annotator, Moderator, Tally, sign_in
from bench.script import BY_TITLE, Truth
from jobs.demo import PASSWORD as DEMO_PASSWORD
from jobs.demo.content import DemoAudio, DemoImage
from ops.settings import ROOT, settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

REPORT_SECONDS = 5.0
# How long after the last submission verdicts and appeals may take, and then their events.
DRAIN_SECONDS = 60.0
LAST_WORD_SECONDS = 30.0
LOOK_SECONDS = 0.2
JOIN_AT_ONCE = 6
# Tasks of the partner's that wait for each annotator.
AHEAD = 10
STEPS = ("WARNED", "RESTRICTED", "SUSPENDED", "BANNED")
MODERATORS = ("moderator@demo.test", "moderator2@demo.test")
LOCAL = {"127.0.0.1", "localhost", "::1"}
CANNOT_RUN = 2
# Which of each ten is careless.
CARELESS_OF_TEN = 7


async def run_crowd(base_url: str, annotators: int, minutes: float) -> int:
    """0 where nothing was lost, doubled or refused and the ledger holds; 1 where something was; 2 where it cannot run there."""
    try:
        return await Crowd(base_url, annotators, minutes).run()
    except (Failed, httpx.HTTPError, OSError, TimeoutError) as error:
        say_so(f"The crowd cannot work at {base_url}: {str(error) or type(error).__name__}")
        return CANNOT_RUN


def say_so(line: str) -> None:
    print(line, flush=True)


async def _not_yet() -> bool:
    return False


@dataclass
class Crowd:
    """So many annotators at work for `minutes`, or until `is_enough`, which is asked several times a second."""

    base_url: str
    annotators: int
    minutes: float
    is_enough: Callable[[], Awaitable[bool]] = _not_yet
    tally: Tally = field(default_factory=Tally)
    # What became of each one's standing, by email, oldest first; known when it is over.
    steps: dict[str, list[str]] = field(default_factory=dict)

    async def run(self) -> int:
        self.truth, self.chance = Truth(), random.Random(secrets.randbits(64))
        async with AsyncExitStack() as stack:
            self.stack = stack
            await self._set_clock()
            partner = Partner(await self._client(), self.truth, self.tally, f"{int(time.time()):x}", AHEAD * self.annotators)
            await self._demo_signs_in(partner.client, "partner@demo.test")
            stack.push_async_callback(partner.leave)
            say_so(f"The partner brings work for {self.annotators} annotators")
            await partner.bring_first()
            moderators = [await self._moderator(email) for email in MODERATORS]
            people = await self._people()
            say_so(f"{len(people)} annotators, {len(moderators)} moderators, {self.minutes:g} minutes")
            amiss = await self._play(people, moderators, partner)
            return await self._conclude(people, amiss)

    async def _play(self, people: list[Annotator], moderators: list[Moderator], partner: Partner) -> list[str]:
        """What was lost or doubled."""
        closing, board_closes, over = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.began = time.monotonic()
        ends_at = self.began + self.minutes * 60
        work: list[Coroutine[None, None, None]] = [person.live(closing, over) for person in people]
        work += [moderator.live(board_closes) for moderator in moderators]
        work += [partner.bring_more(closing, ends_at), partner.watch(over)]
        tasks = [asyncio.create_task(each) for each in (*work, self._report(over))]
        try:
            await _wait(ends_at, self.is_enough)
            closing.set()
            # What comes while the last verdicts are waited for is no throughput.
            seconds = time.monotonic() - self.began
            self.rates = {name: getattr(self.tally, name) / seconds for name in ("submissions", "verdicts")}
            await self._drained(people, moderators)
            board_closes.set()
            amiss = await self._amiss(people)
            over.set()
            await asyncio.gather(*tasks)
            return amiss
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _drained(self, people: list[Annotator], moderators: list[Moderator]) -> None:
        """Until every annotation has its verdict and every appeal its end, as far as their people were told; or the time is over.

        What the judge would not look at in that time waits for answers that nobody gives any more: that is the moderators', too.
        """
        for moderator in moderators:
            moderator.left_over_from = datetime.fromtimestamp(time.time() + self.tally.clock + DRAIN_SECONDS, UTC)

        async def have_heard_all() -> bool:
            return all(person.has_heard_all for person in people)

        await _wait(time.monotonic() + DRAIN_SECONDS, have_heard_all)

    async def _amiss(self, people: list[Annotator]) -> list[str]:
        """What the state, read anew, has otherwise than the events told it. What has just happened may still be on its way."""
        until = time.monotonic() + LAST_WORD_SECONDS
        while amiss := [line for person in people for line in await person.what_is_amiss()]:
            if time.monotonic() > until:
                break
            await asyncio.sleep(LOOK_SECONDS)
        return amiss

    async def _report(self, over: asyncio.Event) -> None:
        while not over.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), REPORT_SECONDS)
            seconds, tally = time.monotonic() - self.began, self.tally
            say_so(
                f"{seconds:5.0f} s  {tally.submissions} submitted ({tally.submissions / seconds:.1f}/s)  {tally.verdicts} judged  "
                f"{tally.rejections} rejected  {tally.appeals} appealed  {tally.skips} skipped  {len(tally.errors)} errors"
            )

    async def _conclude(self, people: list[Annotator], amiss: list[str]) -> int:
        tally = self.tally
        say_so("")
        say_so(f"submissions        {tally.submissions} ({self.rates['submissions']:.1f}/s), {tally.skips} skipped")
        say_so(f"verdicts           {tally.heard}, {share(tally.automatic, tally.heard)} of them automatic")
        say_so(f"rejections         {tally.automatic_rejections} automatic, {tally.with_conflicts} of them with the conflicts to be drawn")
        by_people = f"{tally.verdicts} verdicts ({self.rates['verdicts']:.1f}/s), {tally.rejections} rejections"
        left_over = f"{tally.left_over} where no more answers came"
        say_so(f"moderators         {by_people}, {left_over}; looked at {len(tally.audited)} of the automatic verdicts")
        say_so(f"appeals            {tally.appeals}, {len(tally.appeals_decided)} decided; cables pulled: {tally.drops}")
        say_so(f"verdict to client  {latencies(tally.verdict_ms)}, from the start of its transaction")
        amiss += await self._standings(people)
        in_hand = share(tally.with_next_in_hand, tally.submissions + tally.skips)
        say_so(f"submit to next     {latencies(tally.next_ms)} until one more is pushed; {in_hand} had the next in hand")
        say_so(f"progress           {tally.progress} looks of the partner")
        for line in (*tally.errors[:10], *amiss[:10]):
            say_so(f"  {line}")
        say_so(f"errors             {len(tally.errors)}; lost or doubled: {len(amiss)}")
        holds = await self._ledger_holds()
        return 0 if holds and not tally.errors and not amiss and tally.submissions else 1

    async def _standings(self, people: list[Annotator]) -> list[str]:
        """What became of the careless and of the others, and who of the others lost access, whom nobody should have stopped."""
        self.steps = {person.email: await person.steps() for person in people}
        for name, careless in (("careless", True), ("others", False)):
            theirs = [self.steps[person.email] for person in people if person.is_careless is careless]
            had = ", ".join(f"{sum(step in each for each in theirs)} {step.lower()}" for step in STEPS)
            say_so(f"{name:<18} {len(theirs)}: {had}")
        lost = [person.email for person in people if not person.is_careless and set(self.steps[person.email]) - {"WARNED"}]
        return [f"{email} did honest work, and came to {', '.join(self.steps[email])}" for email in lost]

    async def _ledger_holds(self) -> bool:
        if httpx.URL(self.base_url).host not in LOCAL or self.base_url.rstrip("/") != settings().public_url:
            say_so("ledger             not verified: the server is not the one of these settings")
            return True
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(ROOT / "bin" / "tidemark"),
            "ledger",
            "verify",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        say_so(f"ledger             {output.decode().strip()}")
        return process.returncode == 0

    async def _client(self) -> Client:
        return await self.stack.enter_async_context(Client(self.base_url))

    async def _set_clock(self) -> None:
        client = await self._client()
        before = time.time()
        answered = (await client.ask(say.SERVER_TIME))["serverTime"]
        self.tally.clock = datetime.fromisoformat(answered).timestamp() - (before + time.time()) / 2

    async def _demo_signs_in(self, client: Client, email: str) -> None:
        if codes := await sign_in(client, email, DEMO_PASSWORD):
            raise Failed(f"{email} cannot sign in ({', '.join(codes)}): the crowd works on the demo, which `bin/tidemark demo` makes")

    async def _moderator(self, email: str) -> Moderator:
        client = await self._client()
        await self._demo_signs_in(client, email)
        return Moderator(email, client, self.truth, self.tally, random.Random(self.chance.random()))

    async def _people(self) -> list[Annotator]:
        """Every tenth is careless and in a hurry, another tenth skips much, and one drops its connection."""
        mailbox = Mailbox(Path(settings().mail_url.removeprefix("file:")))
        if not settings().mail_url.startswith("file:"):
            raise Failed("its people confirm their addresses by mail, and MAIL_URL names no folder that can be read here")
        files = {"IMAGE": _sample(DemoImage), "AUDIO": _sample(DemoAudio)}
        joining = asyncio.Semaphore(JOIN_AT_ONCE)
        people = [await self._annotator(n) for n in range(self.annotators)]

        async def join(person: Annotator) -> None:
            async with joining:
                await person.join(mailbox, files)

        await asyncio.gather(*(join(person) for person in people))
        return people

    async def _annotator(self, n: int) -> Annotator:
        chance = random.Random(self.chance.random())
        person = Annotator(f"crowd{n + 1}@crowd.test", await self._client(), self.truth, self.tally, chance)
        person.drops = n == 0
        person.care = CARELESS if n % 10 == CARELESS_OF_TEN else person.care
        person.skips = 0.2 if n % 10 == 3 else person.skips
        return person


async def _wait(until: float, is_reached: Callable[[], Awaitable[bool]]) -> None:
    """Until that moment of the monotonic clock at the latest."""
    while time.monotonic() < until and not await is_reached():  # noqa: ASYNC110 - what others do is heard of by asking
        await asyncio.sleep(LOOK_SECONDS)


def _sample(kind: type[DemoImage | DemoAudio]) -> bytes:
    """A file of that kind, for tasks that ask for one."""
    contents = (block for project in BY_TITLE.values() for item in project.items() for block in item.content)
    return next(block.bytes for block in contents if isinstance(block, kind))


def latencies(values: list[float]) -> str:
    if len(values) < 2:
        return "nothing measured"
    cuts = quantiles(values, n=100)
    return f"p50 {cuts[49]:.0f} ms, p99 {cuts[98]:.0f} ms ({len(values)})"


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0 %"
