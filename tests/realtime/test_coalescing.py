from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from realtime.coalescing import Coalescing


def test_the_first_hint_of_a_project_is_told_at_once_and_those_that_follow_are_one_at_the_seconds_end() -> None:
    coalescing = Coalescing()

    assert coalescing.offer(["tasks:1", "tasks:1"], 10.0) == ["tasks:1"]
    assert coalescing.offer(["tasks:1"], 10.2) == []
    assert coalescing.offer(["tasks:1"], 10.5) == []
    assert coalescing.seconds_to_next(10.5) == 0.5
    assert coalescing.offer([], 11.0) == ["tasks:1"]
    assert coalescing.seconds_to_next(11.0) is None


def test_projects_do_not_wait_for_each_other_and_persons_wait_for_nobody() -> None:
    coalescing = Coalescing()
    coalescing.offer(["tasks:1"], 10.0)

    assert coalescing.offer(["work:1", "tasks:2", "project:1", "tasks:1", "access:4"], 10.1) == [
        "work:1",
        "access:4",
        "project:1",
        "tasks:2",
    ]
    assert coalescing.offer(["work:1", "access:4"], 10.2) == ["work:1", "access:4"]


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(["tasks:1", "project:1"])), min_size=1))
def test_no_hint_is_lost_and_none_is_told_twice_within_a_second(steps: list[tuple[int, str]]) -> None:
    coalescing, now, told, offered = Coalescing(), 0.0, list[tuple[float, str]](), dict[str, float]()

    for milliseconds, topic in steps:
        now += milliseconds / 1000
        offered[topic] = now
        told += [(now, each) for each in coalescing.offer([topic], now)]
    while (rest := coalescing.seconds_to_next(now)) is not None:
        now += rest + 1e-6
        told += [(now, each) for each in coalescing.offer([], now)]

    for topic, last in offered.items():
        times = [at for at, each in told if each == topic]
        assert times[-1] >= last
        assert all(later - earlier >= 1 - 1e-9 for earlier, later in pairwise(times))
