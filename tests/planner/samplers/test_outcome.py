"""The order in which samplers see what became of configurations."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sweeps.planner.samplers.outcome import excerpt, outcomes_of
from tests.contracts.sampler_setting import INF, NAN, Known

TABLE: tuple[dict[str, Any], ...] = (
    {"failed": 2},  # 0
    {"mean": 0.5, "finished": 2},  # 1
    {"pending": 1},  # 2
    {"mean": 9.0, "finished": 1, "failed": 1},  # 3
    {"mean": 0.7, "stopped": 3},  # 4
    {"mean": 0.2, "stopped": 9},  # 5
    {"mean": 0.6, "finished": 1, "pending": 3},  # 6
    {"mean": NAN, "stopped": 9},  # 7
    {"mean": INF, "finished": 1},  # 8
    {},  # 9
)


def table(*, is_maximised: bool) -> Known:
    known = Known(is_maximised=is_maximised)
    for i, row in enumerate(TABLE):
        known.add({"x": i}, **row)
    return known


def test_whole_ones_first_then_part_failed_then_stopped_then_failed():
    """Within each, the better first; among stopped ones, the later."""
    assert outcomes_of(table(is_maximised=True)).order.tolist() == [6, 1, 3, 5, 7, 4, 0, 8]
    assert outcomes_of(table(is_maximised=False)).order.tolist() == [1, 6, 3, 5, 7, 4, 0, 8]


def test_losses_are_finite_and_never_better_than_what_finished():
    """Only configurations that finished whole have a loss of their own."""
    losses = outcomes_of(table(is_maximised=True)).losses
    worst = -0.5
    expected = [worst, -0.5, NAN, worst, worst, worst, -0.6, worst, worst, NAN]
    np.testing.assert_array_equal(losses, expected)


def test_what_has_no_run_yet_is_pending_too():
    """Configurations that were proposed in the same moment count."""
    assert outcomes_of(table(is_maximised=True)).pending.tolist() == [2, 9]


@pytest.mark.parametrize(("n", "expected"), [(6, 6), (7, 6), (10_000, 6)])
def test_an_excerpt_keeps_the_best_and_the_whole_range(n, expected):
    """The best, the worst, and between them no position twice."""
    found = excerpt(np.arange(n), 3, 6).tolist()
    assert len(set(found)) == len(found) == expected
    assert found[:3] == [0, 1, 2]
    assert found[-1] == n - 1
