"""The ladder on real rows: who is weighed, by which figures, and the step that follows.

A rejection, a skip and an answer that came too fast mark their person (`standings.weigh_at`), in a statement that is run anyway; a duty
weighs whoever is marked. A window holds work that was begun after the last step: no step rests twice on the same errors.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tortoise.transactions import atomic

from models.assignment import Assignment
from models.standing import RECENT, STOPPED, Standing
from models.standing_step import STOPS, StandingStep
from ops.database import sql
from quality.ladder import HARDNESS, SKIPPING, Figures, Fired, Measure, Record, Step, next_step
from quality.wilson import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# So many of the latest are in a window: who drifts is seen within it, and who was good long ago is not carried by that.
WINDOW = 100
# Of a person's annotations since the last step so many are looked at, for the windows of all kinds together.
LOOKED_AT = 500
# So much good work behind a step, and it counts no more.
RECOVERED_AFTER, RECOVERED_SHARE = 100, 0.85
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Weighed:
    """A person's record, the annotations between which its windows lie, by kind (None for all), and the steps behind it, oldest first."""

    record: Record
    spans: dict[str | None, tuple[int, int]]
    steps: list[StandingStep]

    def in_force(self, now: datetime) -> list[StandingStep]:
        """The steps that bar the person from anything at that moment, the hardest first and the latest of equal ones."""
        bars = [each for each in self.steps if each.step is not Step.WARNED and each.overturned_at is None]
        left = [each for each in reversed(bars) if each.until is None or each.until > now]
        return sorted(left, key=lambda each: HARDNESS[each.step], reverse=True)

    def has_recovered(self, kind: str | None) -> bool:
        window = self.record.accuracy if kind is None else self.record.kinds.get(kind, Figures())
        return window.counted >= RECOVERED_AFTER and window.good >= RECOVERED_SHARE * window.counted


async def weigh_due(most: int = 50) -> int:
    """Weighs people who are marked; how many."""
    due = await sql.rows("SELECT user_id FROM standings WHERE weigh_at IS NOT NULL ORDER BY weigh_at LIMIT $1", most)
    return sum([await weigh(row["user_id"]) for row in due])


@atomic()
async def weigh(user_id: int) -> bool:
    """Takes the step that is due, if one is. Whether the person was marked, and nobody else is at it."""
    marked = await sql.row("SELECT * FROM standings WHERE user_id = $1 AND weigh_at IS NOT NULL FOR NO KEY UPDATE SKIP LOCKED", user_id)
    if marked is None:
        return False
    await sql.run("UPDATE standings SET weigh_at = NULL WHERE user_id = $1", user_id)
    for step in await StandingStep.filter(user_id=user_id, overturned_at=None, rule__not_isnull=True):
        if await _was_mistaken(step):
            await step.overturn()
    standing = await Standing.of(user_id)
    # One who is stopped has nothing new to be weighed by, and one whose stop has just ended is soon marked again.
    if standing.status in STOPPED:
        return True
    weighed = (await weighings([user_id]))[user_id]
    await _let_lapse(weighed)
    fired = next_step(weighed.record)
    if fired is not None:
        await _take(user_id, fired, weighed)
    return True


async def _take(user_id: int, fired: Fired, weighed: Weighed) -> None:
    rule, figures = fired.rule, fired.figures
    figures_seen = {"good": figures.good, "counted": figures.counted, "below": rule.below}
    if rule.measure in {Measure.ACCURACY, Measure.ACCURACY_OF_KIND}:
        figures_seen["first"], figures_seen["last"] = weighed.spans[fired.kind]
    step = await StandingStep.impose(
        user_id,
        rule.step,
        reason=said(fired),
        rule=rule.name,
        kind=fired.kind,
        figures=figures_seen,
        advice=rule.advice,
        until=None if rule.days is None else await sql.now() + timedelta(days=rule.days),
    )
    if step.step in STOPS:
        await Assignment.end_all_of(user_id)


def said(fired: Fired) -> str:
    """What the rule saw, in a sentence."""
    good, counted, below = fired.figures.good, fired.figures.counted, f"{fired.rule.below:.0%}"
    match fired.rule.measure:
        case Measure.FINISHED:
            return f"You skipped {counted - good} of your last {counted} tasks; at least {below} should be answered."
        case Measure.UNHURRIED:
            return f"{counted - good} of your last {counted} answers came faster than the work can be done with care."
        case Measure.ACCURACY_OF_KIND:
            return f"Of your last {counted} judged answers of this kind {good} were right; at least {below} should be."
        case Measure.ACCURACY:
            return f"Of your last {counted} judged answers {good} were right; at least {below} should be."


async def _was_mistaken(step: StandingStep) -> bool:
    """Whether appeals have since put so much of what it rests on right that it would not be taken."""
    figures = step.figures
    if "first" not in figures:
        return False
    won = await sql.value(_WON, step.user_id, figures["first"], figures["last"], step.at, step.kind.value if step.kind else None)
    return bool(won) and wilson(min(figures["good"] + won, figures["counted"]), figures["counted"])[1] >= figures["below"]


async def _let_lapse(weighed: Weighed) -> None:
    """Steps behind which there is much good work count no more, from now on."""
    lapsed = [step.id for step in weighed.steps if step.counts and weighed.has_recovered(step.kind.value if step.kind else None)]
    if lapsed:
        await sql.run("UPDATE standing_steps SET lapsed_at = now() WHERE id = ANY($1::bigint[])", lapsed)


async def weighings(user_ids: Sequence[int]) -> dict[int, Weighed]:
    """What the ladder knows of each of these people."""
    steps: dict[int, list[StandingStep]] = defaultdict(list)
    for step in await StandingStep.filter(user_id__in=list(user_ids)).order_by("id"):
        steps[step.user_id].append(step)
    people, since = list(user_ids), [_since(step for step in steps[each] if step.kind is None) for each in user_ids]
    done: dict[int, list[Any]] = defaultdict(list)
    for row in await sql.rows(_DONE, people, since, LOOKED_AT):
        done[row["user_id"]].append(row)
    last_step = [_since(steps[each]) for each in people]
    finished = {row["user_id"]: Figures(row["good"], row["counted"]) for row in await sql.rows(_FINISHED, people, last_step, RECENT)}
    return {each: _weighed(steps[each], done[each], finished[each]) for each in people}


def _weighed(steps: list[StandingStep], done: list[Any], finished: Figures) -> Weighed:
    overall = [row for row in done if row["submitted_at"] > _since(steps)]
    timed = [row["unhurried"] for row in overall if row["unhurried"] is not None][:WINDOW]
    windows: dict[str | None, list[Any]] = {None: _decided(overall)}
    for kind in sorted({row["kind"] for row in done}):
        since = _since(step for step in steps if step.kind is None or step.kind.value == kind)
        windows[kind] = _decided(row for row in done if row["kind"] == kind and row["submitted_at"] > since)
    figures = {kind: Figures(sum(row["state"] == "APPROVED" for row in rows), len(rows)) for kind, rows in windows.items()}
    record = Record(
        accuracy=figures.pop(None),
        finished=finished,
        unhurried=Figures(sum(timed), len(timed)),
        kinds={kind: each for kind, each in figures.items() if kind is not None},
    )
    weighed = Weighed(record, {kind: (rows[-1]["id"], rows[0]["id"]) for kind, rows in windows.items() if rows}, steps)
    levels: dict[str | None, int] = defaultdict(int)
    skip_level = 0
    for step in steps:
        kind = step.kind.value if step.kind else None
        counts = step.counts and not weighed.has_recovered(kind)
        if step.rule in SKIPPING:
            skip_level += counts
        else:
            levels[kind] += counts
    of_kinds = {kind: n for kind, n in levels.items() if kind is not None}
    return replace(weighed, record=replace(record, level=levels[None], skip_level=skip_level, kind_levels=of_kinds))


def _decided(rows: Iterable[Any]) -> list[Any]:
    return [row for row in rows if row["state"] != "IN_REVIEW"][:WINDOW]


def _since(steps: Iterable[StandingStep]) -> datetime:
    return max((step.at for step in steps), default=_LONG_AGO)


# Of people and since when: their latest annotations, latest first.
_DONE = """
SELECT people.user_id, a.id, a.state, a.submitted_at, a.kind, a.unhurried
FROM unnest($1::bigint[], $2::timestamptz[]) AS people(user_id, since), LATERAL (
    SELECT n.id, n.state, n.submitted_at, p.kind, n.elapsed_seconds >= p.least_seconds AS unhurried
    FROM annotations n JOIN projects p ON p.id = n.project_id
    WHERE n.annotator_id = people.user_id AND n.submitted_at > people.since ORDER BY n.id DESC LIMIT $3
) AS a
"""
_FINISHED = """
SELECT people.user_id, (count(*) FILTER (WHERE a.state = 'SUBMITTED'))::int AS good, count(a.state)::int AS counted
FROM unnest($1::bigint[], $2::timestamptz[]) AS people(user_id, since) LEFT JOIN LATERAL (
    SELECT state FROM assignments
    WHERE annotator_id = people.user_id AND state IN ('SUBMITTED', 'SKIPPED') AND ended_at > people.since ORDER BY id DESC LIMIT $3
) AS a ON true GROUP BY people.user_id
"""
# Of the rejections that a step rests on, those that an appeal put right after it: by when the verdict of the appeal fell.
_WON = """
SELECT count(*)::int FROM annotations n JOIN projects p ON p.id = n.project_id JOIN verdicts v ON v.annotation_id = n.id
WHERE n.annotator_id = $1 AND n.id BETWEEN $2 AND $3 AND v.source = 'APPEAL' AND v.decided_at > $4 AND ($5::text IS NULL OR p.kind = $5)
    AND EXISTS (SELECT 1 FROM verdicts w WHERE w.annotation_id = n.id AND w.id < v.id AND w.decided_at <= $4)
"""
