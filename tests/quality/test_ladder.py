"""The ladder: step by step, never by chance, and never the honest."""

import random
from itertools import pairwise

import pytest

from quality.ladder import LADDER, Figures, Fired, Measure, Record, Rule, Step, good_ones_to_recover, nearing, next_step

BAD, GOOD = Figures(5, 40), Figures(36, 40)


def step_of(fired: Fired | None) -> tuple[Step, int | None] | None:
    return None if fired is None else (fired.rule.step, fired.rule.days)


def test_poor_work_leads_up_the_ladder_one_step_at_a_time() -> None:
    assert [step_of(next_step(Record(accuracy=BAD, level=level))) for level in range(6)] == [
        (Step.WARNED, None),
        (Step.RESTRICTED, 14),
        (Step.SUSPENDED, 7),
        (Step.SUSPENDED, 30),
        (Step.BANNED, None),
        None,
    ]


def test_haste_leads_as_far_as_a_suspension_and_skipping_no_further_than_fewer_projects() -> None:
    assert [step_of(next_step(Record(unhurried=BAD, level=level))) for level in range(5)] == [
        (Step.WARNED, None),
        (Step.RESTRICTED, 14),
        (Step.SUSPENDED, 7),
        (Step.SUSPENDED, 30),
        None,
    ]
    assert [step_of(next_step(Record(finished=BAD, skip_level=level))) for level in range(3)] == [
        (Step.WARNED, None),
        (Step.RESTRICTED, 7),
        None,
    ]


def test_each_ladder_is_climbed_by_itself() -> None:
    """Who skips has not worked poorly, and who fails in one kind of task not in all."""
    elsewhere = Record(accuracy=BAD, skip_level=2, kind_levels={"box": 2})
    assert step_of(next_step(elsewhere)) == (Step.WARNED, None)
    assert step_of(next_step(Record(finished=BAD, level=4))) == (Step.WARNED, None)
    assert step_of(next_step(Record(kinds={"box": BAD}, kind_levels={"text": 2}, level=4, skip_level=2))) == (Step.WARNED, None)


def test_good_work_leads_nowhere() -> None:
    for level in range(6):
        assert next_step(Record(accuracy=GOOD, finished=GOOD, unhurried=GOOD, level=level, kinds={"box": GOOD})) is None


def test_what_chance_explains_leads_nowhere() -> None:
    # Two thirds wrong, of three; and 26 of 40 right where 32 were wanted, which one in a hundred honest ones has.
    assert next_step(Record(accuracy=Figures(1, 3))) is None
    assert next_step(Record(accuracy=Figures(26, 40))) is None
    assert next_step(Record(accuracy=Figures(24, 40))) is not None


def test_even_the_worst_are_judged_by_enough_verdicts() -> None:
    assert next_step(Record(accuracy=Figures(0, 9))) is None
    assert next_step(Record(accuracy=Figures(0, 10))) is not None


def test_a_kind_of_task_has_steps_of_its_own() -> None:
    record = Record(accuracy=GOOD, kinds={"box": BAD, "text": GOOD}, kind_levels={"box": 1})

    fired = next_step(record)

    assert fired is not None
    assert (fired.kind, fired.figures, step_of(fired)) == ("box", BAD, (Step.RESTRICTED, 14))
    assert fired.rule.measure is Measure.ACCURACY_OF_KIND
    assert next_step(Record(kinds={"box": BAD}, kind_levels={"box": 2})) is None


def test_of_several_steps_the_hardest_is_due_and_of_those_the_clearest() -> None:
    fired = next_step(Record(accuracy=Figures(15, 40), unhurried=BAD, finished=BAD, level=2))
    both = next_step(Record(accuracy=Figures(15, 40), unhurried=BAD, level=1))

    assert step_of(fired) == (Step.SUSPENDED, 7)
    assert both is not None
    assert both.rule.measure is Measure.UNHURRIED


def test_a_person_sees_the_rules_they_near() -> None:
    near = nearing(Record(accuracy=Figures(26, 40), finished=GOOD, unhurried=GOOD))

    assert [each.rule.measure for each in near] == [Measure.ACCURACY, Measure.UNHURRIED, Measure.FINISHED]
    assert 0 < near[0].margin < 0.1
    assert Figures(26, 40).share == 0.65
    assert Figures().share is None


@pytest.mark.parametrize(("figures", "below", "good"), [(Figures(24, 40), 0.8, 40), (Figures(32, 40), 0.8, 0), (Figures(0, 1), 0.5, 1)])
def test_how_to_recover_is_a_number(figures: Figures, below: float, good: int) -> None:
    assert good_ones_to_recover(figures, below) == good


def test_the_rules_are_data() -> None:
    own = Rule("strict", Measure.ACCURACY, 0, 0.99, 1, Step.BANNED, None, "Be right.")

    assert next_step(Record(accuracy=Figures(5, 10)), [own]) == Fired(own, Figures(5, 10))
    assert all(rule.advice.endswith(".") for rule in LADDER)
    assert len({rule.name for rule in LADDER}) == len(LADDER)


def test_steps_get_harder_upward() -> None:
    order = list(Step)
    for measure in Measure:
        rules = [rule for rule in LADDER if rule.measure is measure]
        assert [rule.level for rule in rules] == list(range(len(rules)))
        assert all(order.index(one.step) <= order.index(other.step) for one, other in pairwise(rules))


def test_the_honest_are_never_suspended() -> None:
    """Right nine times of ten, 300 verdicts, 200 people; a thousand of each in the benchmark."""
    for seed in range(200):
        chance, verdicts, level = random.Random(seed), list[bool](), 0
        for _ in range(300):
            verdicts = [*verdicts, chance.random() < 0.9][-100:]
            if not verdicts[-1] and next_step(Record(accuracy=Figures(sum(verdicts), len(verdicts)), level=level)):
                level, verdicts = level + 1, []
        assert level < 2
