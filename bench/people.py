"""The scripted people. Each has a client of their own and knows nothing of the others but what the API tells."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bench import documents as say
from bench.client import Client, Failed
from bench.script import BY_PROMPT, BY_TITLE, Truth, right, stored, wrong
from models.fields.inputs import answers_input

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from bench.client import Arrived, Json, Subscription
    from bench.mailbox import Mailbox

PASSWORD = "tidemark-crowd"
PREFETCH = 2
# Tasks take seconds; these are drawn, and answered, by script.
THINK_SECONDS = 3.0
AWAY_SECONDS = 2.0
# So long after it was plugged in a cable is pulled.
PULLED_AFTER_SECONDS = 4.0
CLAIM_AT_ONCE = 8
QUIET_SECONDS = 0.5
# What the judge decided is looked at again now and then, and not before whom it concerns could object.
AUDIT_SECONDS = 5.0
# Of the careless: the share of what they get right, and how much longer others take.
CARELESS, HASTIER = 0.2, 3
# What somebody is told whose work ended under their hands.
STOPPED = frozenset({"ACCOUNT_SUSPENDED", "LEASE_EXPIRED"})
# What a moderator is told who wanted what another took.
QUICKER = frozenset({"CONFLICT", "ALREADY_DECIDED"})
# Moderators are people: now and then one rejects what was right, which is what appeals are for.
HASTE = 0.03
APPEALS_OF_THE_CARELESS = 0.1
PROFILE = {
    "country": "PT",
    "languages": ["en"],
    "devices": ["DESKTOP", "SMARTPHONE", "TABLET", "MICROPHONE", "CAMERA"],
    "timeZone": "Europe/Lisbon",
}


@dataclass
class Tally:
    """What all of them did and saw, counted in one place."""

    submissions: int = 0
    skips: int = 0
    verdicts: int = 0
    rejections: int = 0
    # Of moderators' verdicts those on what the judge went on waiting for answers to, when nobody gave any more.
    left_over: int = 0
    # Verdicts as annotators were told of them, those that were given automatically, and their rejections with the conflicts that they show.
    heard: int = 0
    automatic: int = 0
    automatic_rejections: int = 0
    with_conflicts: int = 0
    appeals: int = 0
    # By id, for of two moderators who decide the same nobody is told that the other was quicker: appeals, and what the judge had decided.
    appeals_decided: set[str] = field(default_factory=set)
    audited: set[str] = field(default_factory=set)
    drops: int = 0
    with_next_in_hand: int = 0
    progress: int = 0
    verdict_ms: list[float] = field(default_factory=list)
    next_ms: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    # Seconds that the server's clock is ahead of ours.
    clock: float = 0.0

    def error(self, where: str, what: object) -> None:
        self.errors.append(f"{where}: {what}")

    def refused(self, where: str, payload: Json) -> bool:
        """Whether a mutation was refused, which nobody here expects."""
        if payload["errors"]:
            self.error(where, payload["errors"])
        return bool(payload["errors"])


async def sign_in(client: Client, email: str, password: str) -> list[str]:
    """The codes of what stood in the way; none where it went well."""
    payload = await client.act(say.SIGN_IN, input={"email": email, "password": password})
    return [error["code"] for error in payload["errors"]]


@dataclass
class Annotator:
    """How careful they are is the share of right answers; `skips` that of tasks skipped; a dropper's cable is pulled in the middle."""

    email: str
    client: Client
    truth: Truth
    tally: Tally
    chance: random.Random
    care: float = 0.97
    skips: float = 0.01
    drops: bool = False
    # A suspension or a ban: there is no more work, and still something to hear.
    is_stopped: bool = False
    media: dict[str, str] = field(default_factory=dict)
    cursor: str = ""
    # Whether each own annotation was right, by its id; and what came of it, as the events told.
    submitted: dict[str, bool] = field(default_factory=dict)
    judged: dict[str, list[str]] = field(default_factory=dict)
    # Where an audit found that the judge was wrong.
    mended: dict[str, list[str]] = field(default_factory=dict)
    appealed: set[str] = field(default_factory=set)
    decided: dict[str, list[str]] = field(default_factory=dict)
    wallet: Json = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _waiting: deque[float] = field(default_factory=deque)

    @property
    def is_careless(self) -> bool:
        return self.care == CARELESS

    async def join(self, mailbox: Mailbox, files: dict[str, bytes]) -> None:
        """Registered, confirmed by the mail's link, through the tutorial; what was done in an earlier run is done. Raises Failed."""
        codes = await sign_in(self.client, self.email, PASSWORD)
        if codes:
            if codes == ["INVALID_CREDENTIALS"]:
                name = self.email.partition("@")[0].title()
                new = {"email": self.email, "password": PASSWORD, "displayName": name, "acceptTerms": True}
                await self.client.act(say.REGISTER, input=new)
            elif not mailbox.has(self.email):
                await self.client.act(say.CONFIRM_AGAIN, email=self.email)
            await self.client.act(say.CONFIRM, token=await mailbox.token_for(self.email))
            if codes := await sign_in(self.client, self.email, PASSWORD):
                raise Failed(f"{self.email} cannot sign in: {codes}")
        await self.client.act(say.PROFILE, input=PROFILE)
        await self._learn()
        self.media = {kind: await self.client.upload(file) for kind, file in files.items()}
        self.cursor = (await self.client.ask(say.POSITION))["viewer"]["activityCursor"]

    async def _learn(self) -> None:
        told = await self.client.ask(say.TUTORIAL)
        if told["viewer"]["tutorialProgress"]["completedAt"] is not None:
            return
        for step in [step for lesson in told["tutorial"]["lessons"] for step in lesson["steps"] if not step["passed"]]:
            payload = await self.client.act(say.STEP, id=step["id"], answers=answers_input(BY_PROMPT[step["prompt"]].answers))
            if not payload["correct"]:
                raise Failed(f"the tutorial: {payload}")

    async def live(self, closing: asyncio.Event, over: asyncio.Event) -> None:
        """Works until `closing`, and hears of verdicts until `over`; opens a new socket where the old one fell."""
        while not over.is_set():
            try:
                async with self.client.socket() as socket:
                    activity = await socket.subscribe(say.ACTIVITY, after=self.cursor)
                    tasks: list[asyncio.Task[Any]] = [asyncio.create_task(self._hear(activity)), asyncio.create_task(over.wait())]
                    if not closing.is_set() and not self.is_stopped:
                        work = await socket.subscribe(say.WORK, prefetch=PREFETCH)
                        tasks.append(asyncio.create_task(self._work(work, closing)))
                    if self.drops:
                        self.drops = False
                        tasks.append(asyncio.create_task(self._pull(socket.drop)))
                    await self._first_end(tasks)
            except Failed as failed:
                self.is_stopped |= self.is_careless and "ACCOUNT_SUSPENDED" in failed.codes
                if failed.codes != ("CLOSED",) and not self.is_stopped:
                    self.tally.error(self.email, failed)
                    return
                await asyncio.sleep(AWAY_SECONDS)
            except OSError as error:
                self.tally.error(self.email, repr(error))
                return

    async def _first_end(self, tasks: list[asyncio.Task[Any]]) -> None:
        """Until somebody said that it is over, or the socket fell."""
        try:
            hearing, over, *others = tasks
            waiting = {hearing, over, *others}
            while not over.done():
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pull(self, drop: Callable[[], None]) -> None:
        await asyncio.sleep(PULLED_AFTER_SECONDS)
        self.tally.drops += 1
        drop()

    async def _work(self, work: Subscription, closing: asyncio.Event) -> None:
        """One task after the other; what is pushed meanwhile waits in hand."""
        # A new stream begins with what is leased already: that is no answer to what was sent before.
        self._waiting.clear()
        in_hand: deque[Json] = deque()
        while not closing.is_set():
            while not work.queue.empty() or not in_hand:
                arrived = await _unless(closing, anext(work))
                if arrived is None:
                    return
                self._take(arrived, in_hand)
            await asyncio.sleep(self.chance.expovariate((HASTIER if self.is_careless else 1) / THINK_SECONDS))
            await self._finish(in_hand.popleft())
            self.tally.with_next_in_hand += bool(in_hand) or not work.queue.empty()

    def _take(self, arrived: Arrived, in_hand: deque[Json]) -> None:
        task = arrived.data["taskStream"]
        if task["id"] in self._answered:
            self.tally.error(self.email, f"{task['id']} was sent again after it was answered")
            return
        in_hand.append(task)
        # The first ones of a stream answer nothing.
        if self._waiting and arrived.at >= self._waiting[0]:
            self.tally.next_ms.append((arrived.at - self._waiting.popleft()) * 1e3)

    async def _finish(self, task: Json) -> None:
        self._answered.add(task["id"])
        self._waiting.append(time.monotonic())
        try:
            await self._answer(task)
        except asyncio.CancelledError:
            # The cable was pulled before the answer to it came: whoever does not know whether it arrived may be sent it again.
            self._answered.discard(task["id"])
            raise

    async def _answer(self, task: Json) -> None:
        if self.chance.random() >= self.skips:
            await self._submit(task)
        elif not self._refused("skips", await self.client.act(say.SKIP, id=task["id"])):
            self.tally.skips += 1

    async def _submit(self, task: Json) -> None:
        title, content = task["task"]["project"]["title"], task["task"]["item"]["content"]
        truth = self.truth.of(title, content)
        is_careful = self.chance.random() < self.care
        project = BY_TITLE[title]
        if is_careful:
            answers = right(truth, content, self.chance, self.media, project)
        else:
            answers = wrong(project, content, truth, self.chance, self.media)
        payload = await self.client.act(say.SUBMIT, id=task["id"], answers=answers_input(answers), seconds=THINK_SECONDS)
        if not self._refused(f"submits to {title}", payload):
            self.tally.submissions += 1
            self.submitted[payload["annotation"]["id"]] = is_careful

    def _refused(self, what: str, payload: Json) -> bool:
        """As the tally has it, but for those whose work ended under their hands for how they do it."""
        if self.is_careless and payload["errors"] and {error["code"] for error in payload["errors"]} <= STOPPED:
            return True
        return self.tally.refused(f"{self.email} {what}", payload)

    async def _hear(self, activity: Subscription) -> None:
        async for arrived in activity:
            event = arrived.data["activity"]
            self.cursor = event["cursor"]
            if event["__typename"] == "VerdictIssued":
                verdict = event["verdict"]
                annotation = verdict["annotation"]["id"]
                told = self.mended if verdict["source"] == "APPEAL" else self.judged
                told.setdefault(annotation, []).append(verdict["decision"])
                decided_at = datetime.fromisoformat(verdict["decidedAt"]).timestamp()
                self.tally.verdict_ms.append((arrived.wall + self.tally.clock - decided_at) * 1e3)
                self.wallet = event["wallet"]
                self._tell(verdict)
                if verdict["decision"] == "REJECTED":
                    await self._object(annotation)
            elif event["__typename"] == "AppealDecided":
                self.decided.setdefault(event["appeal"]["annotation"]["id"], []).append(event["appeal"]["state"])
                self.wallet = event["wallet"]

    def _tell(self, verdict: Json) -> None:
        """A rejection that nobody gave says why, or it is amiss."""
        tally = self.tally
        is_automatic = verdict["source"] == "AUTOMATIC"
        tally.heard += verdict["source"] != "APPEAL"
        tally.automatic += is_automatic
        if is_automatic and verdict["decision"] == "REJECTED":
            tally.automatic_rejections += 1
            tally.with_conflicts += bool(verdict["conflicts"])
            if not verdict["reasons"]:
                tally.error(self.email, f"{verdict['id']} is a rejection without a reason")

    async def _object(self, annotation: str) -> None:
        """Against a rejection of what was right; the careless try their luck."""
        was_right = self.submitted.get(annotation)
        if was_right is None or annotation in self.appealed or not (was_right or self.chance.random() < APPEALS_OF_THE_CARELESS):
            return
        payload = await self.client.act(say.APPEAL, id=annotation, message="Please look again: it is as the instructions ask.")
        # Whoever appealed in vain too often has to wait.
        if self.is_careless and [error["code"] for error in payload["errors"]] == ["CONFLICT"]:
            return
        self.appealed.add(annotation)
        if not self.tally.refused(self.email, payload):
            self.tally.appeals += 1

    async def steps(self) -> list[str]:
        """What became of their standing, oldest first."""
        told = (await self.client.ask(say.STANDING))["viewer"]["standing"]
        return [step["step"] for step in reversed(told["steps"])]

    @property
    def has_heard_all(self) -> bool:
        """Of every verdict, and of the end of every appeal."""
        return self.submitted.keys() <= self.judged.keys() and self.appealed <= self.decided.keys()

    async def what_is_amiss(self) -> list[str]:
        """The state read anew against the events: each verdict, and each appeal's end, told once and only once."""
        amiss: list[str] = []
        after: str | None = None
        left = set(self.submitted)
        while left:
            page = (await self.client.ask(say.JUDGED, after=after))["viewer"]["annotations"]
            for node in (edge["node"] for edge in page["edges"]):
                if node["id"] in left:
                    left.discard(node["id"])
                    amiss += self._amiss(node)
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        return amiss + [f"{self.email}: {annotation} was submitted and is not there" for annotation in left]

    def _amiss(self, node: Json) -> list[str]:
        verdicts, ends = self.judged.get(node["id"], []), self.decided.get(node["id"], [])
        expected = 0 if node["state"] == "IN_REVIEW" else 1
        expected_ends = 1 if node["appeal"] and node["appeal"]["state"] != "OPEN" else 0
        is_mended = verdicts == ["REJECTED"] and node["state"] == "APPROVED" and "OVERTURNED" not in ends
        mends = self.mended.get(node["id"], [])
        amiss = []
        if mends != ["APPROVED"] * is_mended:
            amiss.append(f"{self.email}: {node['id']} is {node['state']}, was told {verdicts}, and after an audit {mends}")
        if len(verdicts) != expected:
            amiss.append(f"{self.email}: {node['id']} is {node['state']}, and its verdict was told {len(verdicts)} times")
        if len(ends) != expected_ends:
            amiss.append(f"{self.email}: the appeal of {node['id']} is {node['appeal']}, and its end was told {len(ends)} times")
        return amiss


@dataclass
class Moderator:
    """Watches the board, claims some at once of what is left to people, decides each by what is right; looks again at what is audited."""

    email: str
    client: Client
    truth: Truth
    tally: Tally
    chance: random.Random
    # At the end of a run: what the judge would look at later than that, by the server's clock, nobody will answer any more.
    left_over_from: datetime | None = None
    seen: dict[str, int] = field(default_factory=dict)
    _decided: set[str] = field(default_factory=set)
    _appeals: asyncio.Queue[Json] = field(default_factory=asyncio.Queue)
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def live(self, over: asyncio.Event) -> None:
        board = (await self.client.ask(say.BOARD))["reviewBoard"]
        for edge in board["appeals"]["edges"]:
            self._appeals.put_nowait(edge["node"])
        works = (self._follow(board["cursor"]), self._judge(), self._judge_appeals(), self._audit())
        tasks = [asyncio.create_task(work) for work in works]
        over_too: asyncio.Task[Any] = asyncio.create_task(over.wait())
        try:
            await asyncio.wait({over_too, *tasks}, return_when=asyncio.FIRST_COMPLETED)
            for task in tasks:
                if task.done():
                    task.result()
        except (Failed, OSError) as failed:
            self.tally.error(self.email, repr(failed))
        finally:
            for task in (over_too, *tasks):
                task.cancel()
            await asyncio.gather(over_too, *tasks, return_exceptions=True)

    async def _follow(self, cursor: str) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with self.client.socket() as socket:
                    try:
                        async for arrived in await socket.subscribe(say.FOLLOW, after=cursor):
                            event = arrived.data["reviewBoard"]
                            cursor = event["cursor"]
                            self._note(event)
                    except Failed as failed:
                        # What reads too slowly is closed, and comes again where it stood.
                        if failed.codes != ("CLOSED",):
                            raise

    def _note(self, event: Json) -> None:
        match event["__typename"]:
            case "ReviewDecided":
                self.seen[event["reviewId"]] = self.seen.get(event["reviewId"], 0) + 1
                if self.seen[event["reviewId"]] > 1:
                    self.tally.error(self.email, f"{event['reviewId']} was decided twice")
            case "AppealOpened":
                self._appeals.put_nowait(event["appeal"])
            case "ReviewQueued" | "ReviewReleased":
                self._news.set()

    async def _judge(self) -> None:
        while True:
            reviews = await self._claim()
            for review in reviews:
                await self._decide(review)
            if not reviews:
                self._news.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), QUIET_SECONDS)

    async def _claim(self) -> list[Json]:
        """None where there is nothing for people, or the other was quicker: who names what they claim gets all of it or nothing."""
        for_people = [each async for each in self._waiting("RISK")]
        if self.left_over_from is not None:
            for_people += [each async for each in self._waiting("OLDEST") if self._is_left_over(each["judgeAt"])]
        if not for_people:
            return []
        ids = [each["id"] for each in self.chance.sample(for_people, min(CLAIM_AT_ONCE, len(for_people)))]
        payload = await self.client.act(say.CLAIM, ids=ids)
        if not {error["code"] for error in payload["errors"]} <= QUICKER:
            self.tally.refused(self.email, payload)
        reviews: list[Json] = payload["reviews"]
        return reviews

    async def _waiting(self, order: str) -> AsyncIterator[Json]:
        """By RISK, what is left to people; OLDEST has what the judge will look at besides."""
        after: str | None = None
        while True:
            waiting = (await self.client.ask(say.WAITING, order=order, after=after))["reviewBoard"]["waiting"]
            for edge in waiting["edges"]:
                if is_known(edge["node"]["annotation"]):
                    yield edge["node"]
            after = waiting["pageInfo"]["endCursor"]
            if not waiting["pageInfo"]["hasNextPage"]:
                return

    def _is_left_over(self, judge_at: str | None) -> bool:
        assert self.left_over_from is not None
        return judge_at is not None and datetime.fromisoformat(judge_at) > self.left_over_from

    async def _decide(self, review: Json) -> None:
        approves = self._is_right(review["annotation"]) and self.chance.random() > HASTE
        said = {} if approves else {"reasons": ["INCOMPLETE"], "comment": "This is not what the instructions ask for."}
        self._decided.add(review["annotation"]["id"])
        payload = await self.client.act(say.DECIDE, id=review["id"], decision="APPROVED" if approves else "REJECTED", **said)
        if not self.tally.refused(self.email, payload):
            self.tally.verdicts += 1
            self.tally.left_over += self.left_over_from is not None and review["judgeAt"] is not None
            self.tally.rejections += not approves

    async def _judge_appeals(self) -> None:
        while True:
            appeal = await self._appeals.get()
            annotation = appeal["annotation"]
            if annotation["id"] in self._decided or not is_known(annotation):
                continue
            outcome = "OVERTURNED" if self._is_right(annotation) else "UPHELD"
            payload = await self.client.act(say.DECIDE_APPEAL, id=appeal["id"], outcome=outcome, comment="Looked at it again.")
            codes = {error["code"] for error in payload["errors"]}
            # One of an earlier run, which we decided then; or the other was quicker.
            if not codes <= QUICKER:
                self.tally.refused(self.email, payload)
            if not codes:
                self.tally.appeals_decided.add(appeal["id"])

    async def _audit(self) -> None:
        while True:
            await asyncio.sleep(AUDIT_SECONDS)
            drawn_before = time.time() + self.tally.clock - AUDIT_SECONDS
            for edge in (await self.client.ask(say.AUDITS))["reviewBoard"]["audits"]["edges"]:
                is_due = datetime.fromisoformat(edge["node"]["drawnAt"]).timestamp() < drawn_before
                if is_due and is_known(edge["node"]["annotation"]):
                    await self._look_again(edge["node"])

    async def _look_again(self, audit: Json) -> None:
        agrees = (audit["verdict"]["decision"] == "APPROVED") is self._is_right(audit["annotation"])
        # Both may look, and see the same: the second time changes nothing.
        if not self.tally.refused(self.email, await self.client.act(say.DECIDE_AUDIT, id=audit["id"], agrees=agrees)):
            self.tally.audited.add(audit["id"])

    def _is_right(self, annotation: Json) -> bool:
        return self.truth.is_right(annotation["project"]["title"], annotation["item"]["content"], stored(annotation["answers"]))


def is_known(annotation: Json) -> bool:
    """Whether anybody here can tell right from wrong: other people's work may wait on the same board."""
    return annotation["project"]["title"] in BY_TITLE


async def _unless(closing: asyncio.Event, coming: Awaitable[Arrived]) -> Arrived | None:
    """What comes; None where it is closed before."""
    arriving, closed = asyncio.ensure_future(coming), asyncio.ensure_future(closing.wait())
    try:
        await asyncio.wait({arriving, closed}, return_when=asyncio.FIRST_COMPLETED)
        return arriving.result() if arriving.done() else None
    finally:
        arriving.cancel()
        closed.cancel()
