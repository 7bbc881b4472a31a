"""`make pictures`: every page as people see it, on a phone and on a desk, light and dark, into docs/pictures.

On servers of its own, from the demo's data and a few weeks of work that the demo's people did; nothing else is touched. A picture is
`NAME-desk-dark.webp` and so on; `ONLY=earnings,board` takes just those.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from itertools import product
from typing import Any

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from bench.script import BY_TITLE, Truth, right, wrong
from bench.stage import an_annotator, cookie_of, empty_stage, web_and_worker
from jobs.demo import fill_demo
from models import (
    Annotation,
    Appeal,
    Assignment,
    AuditSample,
    Decision,
    FraudKind,
    FraudSignal,
    Item,
    Project,
    RejectionReason,
    Review,
    StandingStep,
    TaskKind,
    Ticket,
    User,
    Verdict,
    VerdictSource,
)
from models.fields.inputs import answers_input
from models.judge import judge_due, sum_up_done
from ops.database import sql
from ops.settings import ROOT
from quality.ladder import LOOK_CLOSELY, OF_THIS_KIND, Step
from schema.ids import public_id

FOLDER = ROOT / "docs" / "pictures"
COMMANDS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Width, height, and how many pixels of the screen a pixel of the page has.
SIZES = {"desk": (1440, 900, 1.0), "phone": (390, 844, 1.5)}
SCHEMES = ("light", "dark")
QUALITY = 55
SETTLE_MS = 700
# Something to see, nothing that only holds its place, and no picture half loaded.
IS_THERE = """() => document.querySelector("h1, h2, [role=application]") && !document.querySelector("[role=status][aria-label=Loading]")
  && [...document.images].every((image) => image.complete || image.loading === "lazy")"""
MOST_BYTES = 6_000_000

# What the demo's people did before anybody looks.
TASKS_A_PROJECT = 4
DAYS = 24
WRONG_EVERY = 7
LEFT_WAITING = 12
CLAIMED = 3
LABELS = ("annotator", "annotator2", "annotator3")


@dataclass(frozen=True)
class View:
    """A page, who looks at it, and what they do before the picture is taken."""

    name: str
    who: str | None
    path: str
    act: Callable[[Page], Awaitable[None]] | None = None


async def main(only: set[str]) -> None:
    async with empty_stage():
        await fill_demo()
        places = await _lived_in()
        async with web_and_worker() as url, async_playwright() as playwright:
            path = next((found for command in COMMANDS if (found := shutil.which(command))), None)
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            FOLDER.mkdir(exist_ok=True)
            for view, size, scheme in product(_views(places), SIZES, SCHEMES):
                if not only or view.name in only:
                    await _take(browser, url, view, size, scheme)
    total = sum(file.stat().st_size for file in FOLDER.glob("*.webp"))
    sys.stdout.write(f"{len(list(FOLDER.glob('*.webp')))} pictures, {total / 1e6:.1f} MB\n")
    assert total < MOST_BYTES, "The pictures have grown too large for the repository."


def _views(places: dict[str, str]) -> list[View]:
    """All there is to see; `places` are ids."""
    task = "/work/tasks?project={}".format
    return [
        View("join", None, "/join"),
        View("sign-in", None, "/sign-in"),
        View("welcome", "newcomer", "/welcome"),
        View("tutorial", "newcomer", "/work/tutorial"),
        View("lesson", "newcomer", f"/work/tutorial/{places['lesson']}"),
        View("lesson-feedback", "newcomer", f"/work/tutorial/{places['lesson']}", _draws_badly),
        View("unlocked", "graduate", "/work/tutorial"),
        View("work", "annotator", "/work"),
        View("editor", "graduate", task(places["Box every coin"]), _picture),
        View("editor-outline", "graduate", task(places["Outline the thing that is named"]), _picture),
        View("editor-text", "graduate", task(places["Praise and complaints in reviews"])),
        View("editor-audio", "graduate", task(places["Count the beeps"]), _listens),
        View("earnings", "annotator", "/earnings"),
        View("reports", "annotator", "/reports"),
        View("report", "annotator", f"/reports/{places['rejected']}"),
        View("help", "annotator", "/help"),
        View("tickets", "annotator", "/help/tickets"),
        View("ticket", "annotator", f"/help/tickets/{places['ticket']}"),
        View("ticket-new", "annotator", "/help/tickets/new"),
        View("profile", "annotator", "/profile"),
        View("standing", "annotator3", "/reports/standing"),
        View("board", "moderator", "/review/board"),
        View("board-detail", "moderator", f"/review/board?card={places['held']}"),
        View("board-fix", "moderator", f"/review/board?card={places['alike']}", _fixes),
        View("second-look", "moderator", f"/review/board/second-look?sample={places['sample']}"),
        View("people", "moderator", "/review/people"),
        View("signals", "moderator", "/review/people/signals", _evidence),
        View("standing-appeals", "moderator", "/review/people/appeals"),
        View("overturned", "admin", "/review/people/overturned"),
        View("staff-tickets", "moderator", "/review/tickets"),
        View("organizations", "admin", "/review/organizations"),
        View("audit", "admin", "/review/audit"),
        View("projects", "partner", "/console/projects"),
        View("project", "partner", f"/console/projects/{places['Box every coin']}"),
        View("project-form", "partner", f"/console/projects/{places['Box every coin']}/form"),
        View("project-import", "partner", f"/console/projects/{places['Box every coin']}/import"),
        View("project-items", "partner", f"/console/projects/{places['Box every coin']}/items"),
        View("project-results", "partner", f"/console/projects/{places['Box every coin']}/results"),
        View("project-judging", "partner", f"/console/projects/{places['Does the search result fit?']}/judging"),
        View("project-settings", "partner", f"/console/projects/{places['Box every coin']}/settings"),
        View("tokens", "partner", "/console/tokens"),
        View("graphiql", "partner", "/console/graphiql"),
    ]


# ------------------------------------------------------------------ what the pictures show
async def _lived_in() -> dict[str, str]:
    """Weeks of work: answers right and wrong, verdicts, an appeal, tickets; and where they are to be seen."""
    chance, truth = random.Random(7), Truth()
    moderator, second = [await _user(name) for name in ("moderator", "moderator2")]
    annotations = [each for name in LABELS for each in await _works(await _user(name), truth, chance)]
    reviews = [await Review.get(annotation_id=each.id) for each, _ in annotations]
    # What is left waiting is of all projects, the last of everybody's, and all of somebody's in one.
    alone = await Project.get(title="Parts of a motorcycle")
    several = {
        n for n, (each, _) in enumerate(annotations) if each.project_id == alone.id and each.annotator_id == annotations[-1][0].annotator_id
    }
    left = several | set(range(len(annotations) - 1, 0, -(len(annotations) // LEFT_WAITING)))
    judged = [each for n, each in enumerate(zip(reviews, annotations, strict=True)) if n not in left]
    rejected: list[Annotation] = []
    for review, (annotation, is_right) in judged:
        await _decides(review, moderator if annotation.id % 2 else second, is_right)
        rejected += [] if is_right else [annotation]
    await Review.claim(moderator, count=CLAIMED)
    await Review.claim(second, count=1)
    mine = [each for each in rejected if each.annotator_id == annotations[0][0].annotator_id]
    for annotation in mine[1:3]:
        await Appeal.against_rejection(annotation, "The shade is not part of the coin, and the outline ends where the metal does.")
    await _climbs(await _user(LABELS[2]))
    await _copies(await _user(LABELS[0]), await _user(LABELS[1]))
    alike, sample = await _judged(second)
    await _moved_back()
    # Through the tutorial a moment ago: the pictures are taken in this order, and soon.
    await _half_done(await an_annotator("graduate"), truth)
    newcomer = await _user("newcomer")
    await newcomer.update_profile({"country": "PT", "languages": ["en"], "devices": ["SMARTPHONE"], "time_zone": "Europe/Lisbon"})
    ticket = await _asks(await _user("annotator"), second)
    held = await Review.filter(claimed_by_id=moderator.id, decided_at=None).first()
    assert held is not None
    return {
        **{project.title: public_id("Project", project.id) for project in await Project.all()},
        "lesson": public_id("Lesson", 1),
        "rejected": public_id("Annotation", mine[0].id),
        "ticket": public_id("Ticket", ticket.id),
        "held": public_id("Annotation", held.annotation_id),
        "alike": public_id("Annotation", alike),
        "sample": public_id("AuditSample", sample),
    }


async def _works(user: User, truth: Truth, chance: random.Random) -> list[tuple[Annotation, bool]]:
    """A few tasks of each project, every seventh answered wrongly; those that ask for a photograph or a recording stay where they are."""
    done: list[tuple[Annotation, bool]] = []
    for row in await Project.all().order_by("id"):
        project = BY_TITLE[row.title]
        if any(field["kind"] == "media" for field in project.form):
            continue
        for assignment in await Assignment.lease(user.id, up_to=TASKS_A_PROJECT, project_id=row.id):
            item = await Item.get(id=(await assignment.task).item_id)
            known = truth.items[project.title][item.external_id].truth
            if known is None:
                await assignment.skip()
                continue
            is_right = len(done) % WRONG_EVERY != WRONG_EVERY - 2
            answers = right(known, item.content, chance, {}, project) if is_right else wrong(project, item.content, known, chance, {})
            done.append((await assignment.submit(answers_input(answers), active_seconds=chance.uniform(6, 22)), is_right))
    return done


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
    """Two who drew the same."""
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
    await FraudSignal.raise_for(FraudKind.SAME_ANSWERS, f"{one.id}:{other.id}", (one.id, other.id), evidence)


async def _judged(moderator: User) -> tuple[int, int]:
    """What the judge makes of the rest, some of it looked at again: an annotation that others are like, and a sample that waits."""
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
    alike = await sql.value(
        """
        SELECT min(annotation_id) FROM reviews WHERE decided_at IS NULL AND claimed_by_id IS NULL
        GROUP BY annotator_id, project_id, why ORDER BY count(*) DESC LIMIT 1
        """
    )
    return alike, left.id


async def _moved_back() -> None:
    """The work of a moment as that of weeks: the ledger refuses to be changed, but this one is thrown away with its database."""
    share = "(1 - (id - (SELECT min(id) FROM entries))::float / (SELECT max(id) - min(id) + 1 FROM entries))"
    await sql.run("ALTER TABLE entries DISABLE TRIGGER entries_are_immutable")
    await sql.run(f"UPDATE entries SET created_at = created_at - {share} * interval '{DAYS} days'")  # noqa: S608 - constants
    await sql.run("ALTER TABLE entries ENABLE TRIGGER entries_are_immutable")


async def _asks(user: User, staff: User) -> Ticket:
    await Ticket.open_by(user, "A picture did not load", "The task stayed dark for a minute, then it came. Was anything lost?")
    ticket = await Ticket.open_by(user, "When are appeals decided?", "I appealed on Monday. When will I know?")
    await ticket.reply(staff, "Within days, and always by another moderator. It shows on your reports page by itself.")
    return ticket


async def _user(name: str) -> User:
    user = await User.by_email(f"{name}@demo.test") or await User.by_email(f"{name}@load.test")
    assert user is not None
    return user


# ------------------------------------------------------------------ taking them
async def _take(browser: Browser, url: str, view: View, size: str, scheme: str) -> None:
    width, height, ratio = SIZES[size]
    options: Any = {"viewport": {"width": width, "height": height}, "device_scale_factor": ratio, "has_touch": size == "phone"}
    async with _context(browser, color_scheme=scheme, reduced_motion="reduce", locale="en-GB", **options) as page:
        if view.who:
            name, _, token = (await cookie_of(await _user(view.who))).partition("=")
            await page.context.add_cookies([{"name": name, "value": token, "url": url}])
        await page.goto(f"{url}{view.path}")
        await page.wait_for_load_state("networkidle")
        await page.wait_for_function(IS_THERE)
        if view.act:
            await view.act(page)
        await page.wait_for_timeout(SETTLE_MS)
        picture = Image.open(BytesIO(await page.screenshot()))
        picture.convert("RGB").save(FOLDER / f"{view.name}-{size}-{scheme}.webp", quality=QUALITY, method=6)


@asynccontextmanager
async def _context(browser: Browser, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(**options)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def _picture(page: Page) -> None:
    await page.get_by_role("toolbar", name="Tools").wait_for()


async def _fixes(page: Page) -> None:
    await page.get_by_role("button", name="Fix", exact=True).click()
    await page.get_by_role("region", name="Fix and approve").wait_for()


async def _evidence(page: Page) -> None:
    await page.get_by_role("button", name="Show the evidence: The same answers").click()
    await page.get_by_role("button", name="Next item").wait_for()


async def _draws_badly(page: Page) -> None:
    """Half a cup, and one that is none."""
    await page.get_by_role("button", name="Try it").click()
    await _draw_boxes(page, (0.33, 0.2, 0.6, 0.52), (0.76, 0.62, 0.88, 0.78))
    await page.get_by_role("button", name="Check", exact=True).click()
    await page.get_by_text("Not quite").wait_for()


async def _draw_boxes(page: Page, *boxes: tuple[float, float, float, float]) -> None:
    """Left, top, right and bottom as shares of what is drawn on."""
    await _picture(page)
    await page.wait_for_timeout(SETTLE_MS)
    stage = await page.get_by_role("application").bounding_box()
    assert stage is not None
    for from_x, from_y, to_x, to_y in boxes:
        await page.mouse.move(stage["x"] + from_x * stage["width"], stage["y"] + from_y * stage["height"])
        await page.mouse.down()
        await page.mouse.move(stage["x"] + to_x * stage["width"], stage["y"] + to_y * stage["height"], steps=4)
        await page.mouse.up()


async def _listens(page: Page) -> None:
    """To the middle."""
    slider = page.get_by_role("slider").first
    box = await slider.bounding_box()
    assert box is not None
    await page.mouse.click(box["x"] + box["width"] * 0.4, box["y"] + box["height"] / 2)


if __name__ == "__main__":
    asyncio.run(main({name for name in " ".join(sys.argv[1:]).replace(",", " ").split() if name}))
