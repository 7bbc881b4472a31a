"""What the pictures show: weeks of work of the demo's people, and what came of it.

Through the models' own verbs, then moved back in time: the database refuses to be changed so, but this one is thrown away.
"""

from __future__ import annotations

import random
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bench.script import BY_TITLE, Truth, right, wrong
from bench.stage import an_annotator
from models import (
    Annotation,
    Appeal,
    Assignment,
    AuditSample,
    Coin,
    Decision,
    FraudKind,
    FraudSignal,
    HotWallet,
    Item,
    Organization,
    PayoutBatch,
    Project,
    Qualification,
    QualificationSpec,
    Rate,
    RejectionReason,
    Review,
    Session,
    StandingStep,
    TaskKind,
    Ticket,
    User,
    Verdict,
    VerdictSource,
    Withdrawal,
)
from models.fields.inputs import answers_input
from models.judge import judge_due, sum_up_done
from models.ledger import MICROS, EntryKind, Ledger, Movement, available, balance, pending
from models.review import Why
from ops.database import sql
from quality.ladder import LOOK_CLOSELY, OF_THIS_KIND, Step
from schema.ids import public_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LABELS = ("annotator", "annotator2", "annotator3")
TASKS_A_PROJECT = 4
DAYS = 19
A_DAY = 2
WRONG_EVERY = 7
# Of everybody's last answers so many have no verdict of a moderator yet, and so many got theirs today.
LEFT_WAITING, TODAY = 6, 3
CLAIMED = 3
# A few that are alike, for one decision.
ALIKE, ALIKE_IN = 5, "Box every coin"
# What two of them answered alike, so that the judge has something to decide and the partner something to read.
AGREED, AGREED_IN = 12, "What is in the picture?"
# What was earned before that, so that there is something to withdraw.
EARLIER, EARLIER_MICROS = 90, 90_000
LITECOIN, OTHER_LITECOIN = "rltc1q3kquwp848h4juq7rl5q3wqsr29pd3d6wprzz8k", "mgnucj8nYqdrPFh2JfZSB1NmUThUGnmsqe"
BITCOIN_CASH = "bchreg:qr7fzmep8g7h7ymfxy74lgc0v950j3r295m39d8z59"
RATES = {Coin.LTC: 80 * MICROS, Coin.BCH: 400 * MICROS}
# Where somebody is signed in besides.
PHONE = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36"
TABLET = "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"


async def lived_in() -> dict[str, str]:
    """Where it is to be seen: public ids by name, those of projects by their title."""
    chance, truth = random.Random(7), Truth()
    ana, baraka, carmela = [await the_user(name) for name in LABELS]
    moderator, second = [await the_user(name) for name in ("moderator", "moderator2")]
    rejected: list[Annotation] = []
    async with _history_may_change():
        for user in (ana, baraka, carmela):
            await _earned_before(user)
            lost = await _works(user, truth, chance, (moderator, second))
            rejected = rejected or lost
    await Review.claim(moderator, count=CLAIMED)
    await Review.claim(second, count=1)
    for annotation in rejected[-3:-1]:
        await Appeal.against_rejection(annotation, "The shade is not part of the coin, and the outline ends where the metal does.")
    await _agree((ana, baraka), truth, chance)
    await _climbs(carmela)
    await _copies(ana, baraka)
    sample = await _judged(second)
    alike = await _works_alike(baraka, truth, chance)
    # Through the tutorial a moment ago: the pictures are taken in this order, and soon.
    await _half_done(await an_annotator("graduate"), truth)
    newcomer = await the_user("newcomer")
    await newcomer.update_profile({"country": "PT", "languages": ["en"], "devices": ["SMARTPHONE"], "time_zone": "Europe/Lisbon"})
    ticket = await _asks(ana, second)
    for browser in (PHONE, TABLET):
        await Session.open(ana, browser)
    withdrawal, test = await _withdraws(ana, baraka, carmela), await _asks_for_a_test()
    held = await Review.filter(claimed_by_id=moderator.id, decided_at=None).first()
    assert held is not None
    return {
        **{project.title: public_id("Project", project.id) for project in await Project.all()},
        "lesson": public_id("Lesson", 1),
        "rejected": public_id("Annotation", rejected[-1].id),
        "ticket": public_id("Ticket", ticket.id),
        "held": public_id("Annotation", held.annotation_id),
        "alike": public_id("Annotation", alike.id),
        "sample": public_id("AuditSample", sample.id),
        "withdrawal": public_id("Withdrawal", withdrawal.id),
        "qualification": public_id("Qualification", test.id),
    }


async def the_user(name: str) -> User:
    user = await User.by_email(f"{name}@demo.test") or await User.by_email(f"{name}@load.test")
    assert user is not None
    return user


async def nobody_is_late() -> None:
    """What is held stays held, however long it takes until it is photographed."""
    await sql.run("UPDATE reviews SET claim_expires_at = now() + interval '9 minutes' WHERE claimed_by_id IS NOT NULL")
    await sql.run("UPDATE assignments SET lease_expires_at = now() + interval '4 minutes' WHERE state = 'LEASED'")


# ------------------------------------------------------------------ work and verdicts
@asynccontextmanager
async def _history_may_change() -> AsyncIterator[None]:
    tables = ("annotations", "verdicts", "entries")
    for table in tables:
        await sql.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        await sql.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def _earned_before(user: User) -> None:
    """What came before the work that is shown in full."""
    organization = await Organization.all().order_by("id").first()
    assert organization is not None
    for n in range(EARLIER):
        micros = EARLIER_MICROS * (3 + n * 7 % 5) // 5
        moves = [(balance(organization.id), -micros), (pending(user.id), micros)]
        await Ledger.post(Movement(key=f"before:{user.id}:{n}:earned", kind=EntryKind.EARNED, moves=moves))
        moves = [(pending(user.id), -micros), (available(user.id), micros)]
        await Ledger.post(Movement(key=f"before:{user.id}:{n}:approved", kind=EntryKind.APPROVED, moves=moves))
        await sql.run(
            "UPDATE entries SET created_at = $2 WHERE key LIKE $1", f"before:{user.id}:{n}:%", await _moment(n * DAYS * A_DAY // EARLIER)
        )


async def _works(user: User, truth: Truth, chance: random.Random, moderators: tuple[User, User]) -> list[Annotation]:
    """A few tasks of each project, every seventh answered wrongly; what of it was rejected.

    Projects that ask for a photograph or a recording stay where they are.
    """
    rows = [row for row in await Project.all().order_by("id") if all(field["kind"] != "media" for field in BY_TITLE[row.title].form)]
    chance.shuffle(rows)
    rejected: list[Annotation] = []
    number, last = 0, len(rows) * TASKS_A_PROJECT - LEFT_WAITING
    for row in rows:
        for assignment in await Assignment.lease(user.id, up_to=TASKS_A_PROJECT, project_id=row.id):
            is_right = number % WRONG_EVERY != WRONG_EVERY - 2
            annotation = await _submits(assignment, truth, chance, is_right=is_right)
            number += annotation is not None
            if annotation is None or number >= last:
                continue
            await _decides(await Review.get(annotation_id=annotation.id), moderators[number % 2], is_right)
            rejected += [] if is_right else [annotation]
            if number < last - TODAY:
                await _move_back(annotation, await _moment(number))
    return rejected


async def _submits(assignment: Assignment, truth: Truth, chance: random.Random, *, is_right: bool) -> Annotation | None:
    """None of what has no right answer: it is skipped."""
    item = await Item.get(id=(await assignment.task).item_id)
    project = BY_TITLE[(await Project.get(id=item.project_id)).title]
    known = truth.items[project.title][item.external_id].truth
    if known is None:
        await assignment.skip()
        return None
    answers = right(known, item.content, chance, {}, project) if is_right else wrong(project, item.content, known, chance, {})
    # It took its time.
    seconds = chance.uniform(6, 22)
    await sql.run("UPDATE assignments SET leased_at = leased_at - make_interval(secs => $2) WHERE id = $1", assignment.id, seconds + 2)
    return await assignment.submit(answers_input(answers), active_seconds=seconds)


async def _moment(number: int) -> datetime:
    """When somebody's work of that number was done: some a day, up to yesterday."""
    days = max(1, DAYS - number // A_DAY)
    midnight = (await sql.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days) + timedelta(hours=9 + 5 * (number % A_DAY), minutes=number * 17 % 60)


async def _move_back(annotation: Annotation, at: datetime) -> None:
    """It was submitted then, and judged soon after."""
    judged = at + timedelta(minutes=23)
    await sql.run("UPDATE annotations SET submitted_at = $2 WHERE id = $1", annotation.id, at)
    await sql.run(
        """
        UPDATE verdicts SET decided_at = $2::timestamptz, appealable_until = appealable_until - (decided_at - $2::timestamptz)
        WHERE annotation_id = $1
        """,
        annotation.id,
        judged,
    )
    await sql.run(
        "UPDATE entries SET created_at = CASE kind WHEN 'EARNED' THEN $2::timestamptz ELSE $3::timestamptz END WHERE annotation_id = $1",
        annotation.id,
        at,
        judged,
    )


async def _half_done(user: User, truth: Truth) -> None:
    """A task in hand, with all boxes but the last."""
    project = await Project.get(title="Box every coin")
    [assignment] = await Assignment.lease(user.id, up_to=1, project_id=project.id)
    item = await Item.get(id=(await assignment.task).item_id)
    known = truth.items[project.title][item.external_id].truth
    assert known
    await assignment.save_draft(answers_input([{**known[0], "value": known[0]["value"][:-1]}]), uploads={})


async def _decides(review: Review, moderator: User, is_right: bool) -> None:
    await Review.claim(moderator, ids=[review.id])
    if is_right:
        await review.decide(moderator, Decision.APPROVED)
    else:
        comment = "Look again at where it begins and ends."
        await review.decide(moderator, Decision.REJECTED, reasons=[RejectionReason.WRONG_LABEL], comment=comment)


async def _judged(moderator: User) -> AuditSample:
    """What the judge makes of the rest, some of it looked at again: a sample that waits."""
    await sql.run("UPDATE reviews SET judge_at = now() WHERE decided_at IS NULL AND claimed_by_id IS NULL")
    while await judge_due():
        pass
    while await sum_up_done():
        pass
    # What is still left is people's: no other answer comes.
    await sql.run("UPDATE reviews SET judge_at = NULL, why = coalesce(why, 'ALONE') WHERE decided_at IS NULL")
    for verdict in await Verdict.filter(source=VerdictSource.AUTOMATIC):
        await AuditSample.draw(verdict, await Project.get(id=(await verdict.annotation).project_id))
    *looked, left = await AuditSample.filter(decided_at=None).order_by("id")
    for sample in looked[::2]:
        await sample.decide(moderator, agrees=True)
    return left


async def _works_alike(user: User, truth: Truth, chance: random.Random) -> Annotation:
    """One sitting of which nothing is decided: an annotation of it."""
    project = await Project.get(title=ALIKE_IN)
    leased = await Assignment.lease(user.id, up_to=ALIKE, project_id=project.id)
    done = [annotation for each in leased if (annotation := await _submits(each, truth, chance, is_right=True))]
    for annotation in done:
        await Review.filter(annotation_id=annotation.id).update(judge_at=None, why=Why.NEW_ANNOTATOR)
    return done[0]


async def _agree(users: tuple[User, ...], truth: Truth, chance: random.Random) -> None:
    """Each answers what the others do, and no moderator has looked."""
    project = await Project.get(title=AGREED_IN)
    for user in users:
        for assignment in await Assignment.lease(user.id, up_to=AGREED, project_id=project.id):
            await _submits(assignment, truth, chance, is_right=True)


# ------------------------------------------------------------------ what follows from it
async def _climbs(user: User) -> None:
    """A warning, then a restriction, which they appeal."""
    now = await sql.now()
    warned: dict[str, Any] = {"rule": "accuracy: warning", "figures": {"good": 14, "counted": 20, "below": 0.8}, "advice": LOOK_CLOSELY}
    await StandingStep.impose(user.id, Step.WARNED, reason="14 of your last 20 annotations were accepted.", **warned)
    kept: dict[str, Any] = {
        "rule": "kind: restriction",
        "kind": TaskKind.DETECTION.value,
        "figures": {"good": 5, "counted": 12, "below": 0.7},
        "advice": OF_THIS_KIND,
        "until": now + timedelta(days=14),
    }
    await StandingStep.impose(user.id, Step.RESTRICTED, reason="5 of your last 12 annotations of this kind were accepted.", **kept)
    # What they did is counted from then on.
    await sql.run("ALTER TABLE standing_steps DISABLE TRIGGER USER")
    await sql.run("UPDATE standing_steps SET at = at - interval '2 days' / id WHERE user_id = $1", user.id)
    await sql.run("ALTER TABLE standing_steps ENABLE TRIGGER USER")
    await Appeal.against_standing(user, "The coins lay on each other, and the instructions do not say what to do then.")


async def _copies(one: User, other: User) -> None:
    """Two who drew the same, and one who was quick."""
    pairs = await sql.rows(
        """
        SELECT a.id AS one, b.id AS other
        FROM annotations a JOIN annotations b ON b.item_id = a.item_id JOIN projects p ON p.id = a.project_id
        WHERE a.annotator_id = $1 AND b.annotator_id = $2 AND p.kind IN ('DETECTION', 'SEGMENTATION') ORDER BY a.id LIMIT 4
        """,
        one.id,
        other.id,
    )
    shown = [number for row in pairs for number in (row["one"], row["other"])]
    evidence = {"annotations": shown, "found": len(pairs), "counted": len(pairs)}
    quick = {"annotations": shown[1::2], "found": 12, "counted": 20, "seconds": 0.7}
    await FraudSignal.raise_for(FraudKind.IMPOSSIBLE_SPEED, str(other.id), (other.id,), quick)
    await FraudSignal.raise_for(FraudKind.SAME_ANSWERS, f"{one.id}:{other.id}", (one.id, other.id), evidence)


async def _withdraws(ana: User, baraka: User, carmela: User) -> Withdrawal:
    """One paid long ago, one on its way (which is returned), some that wait, of which one is held."""
    now = await sql.now()
    for coin, satoshis in ((Coin.LTC, 240_000_000), (Coin.BCH, 31_000_000)):
        await (await HotWallet.of(coin)).saw(satoshis, [("ab" * 32, 0, satoshis)], None)
    await Withdrawal.request(ana.id, coin=Coin.LTC, address=LITECOIN, amount_micros=2 * MICROS, key="first")
    first = await _sent(Coin.LTC, confirmations=6)
    await first.settle()
    moving = await Withdrawal.request(ana.id, coin=Coin.LTC, address=LITECOIN, amount_micros=1_250_000, key="second")
    await Withdrawal.request(baraka.id, coin=Coin.LTC, address=OTHER_LITECOIN, amount_micros=3 * MICROS, key="first")
    await _sent(Coin.LTC, confirmations=3)
    await Withdrawal.request(baraka.id, coin=Coin.LTC, address=OTHER_LITECOIN, amount_micros=600_000, key="second")
    held = await Withdrawal.request(carmela.id, coin=Coin.BCH, address=BITCOIN_CASH, amount_micros=900_000, key="first")
    reason = "The restriction is being looked at."
    await held.hold(by=await the_user("admin"), until=now + timedelta(days=2), reason=reason)
    await (await HotWallet.of(Coin.BCH)).note("The node does not answer.")
    return moving


async def _sent(coin: Coin, *, confirmations: int) -> PayoutBatch:
    """All that waits, as a node would have sent it."""
    rate = Rate(coin=coin, micros=RATES[coin], at=await sql.now(), sources="fixed")
    claimed = await PayoutBatch.claim(rate, before=await sql.now() + timedelta(seconds=1), spendable=10**9, per_payee=34)
    assert claimed.batch is not None
    txid = f"{random.Random(claimed.batch.id).getrandbits(256):064x}"
    assert await claimed.batch.keep_signed(b"signed", txid, [(txid, 1)], 2_260)
    await claimed.batch.mark_broadcast()
    await claimed.batch.see(confirmations)
    return claimed.batch


async def _asks_for_a_test() -> Qualification:
    """A test of one project's gold, which the project asks for."""
    project = await Project.get(title="Which department?")
    guide = (
        "Each product belongs in **one** department. Read the whole name: a *phone case* is no phone.\n\n"
        "Unsure? Take the department in which you would look for it first."
    )
    spec = QualificationSpec("Products and departments", guide, pass_score=0.6, retry_hours=24, question_count=3)
    test = await Qualification.make(project, spec)
    await sql.run("UPDATE projects SET qualification_ids = ARRAY[$2::bigint] WHERE id = $1", project.id, test.id)
    return test


async def _asks(user: User, staff: User) -> Ticket:
    await Ticket.open_by(user, "A picture did not load", "The task stayed dark for a minute, then it came. Was anything lost?")
    ticket = await Ticket.open_by(user, "When are appeals decided?", "I appealed on Monday. When will I know?")
    await ticket.reply(staff, "Within days, and always by another moderator. It shows on your reports page by itself.")
    return ticket
