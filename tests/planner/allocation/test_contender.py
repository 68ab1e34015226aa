"""Who is validated: the leader, and whoever cannot be told apart from it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.allocation import contenders
from sweeps.planner.allocation.contender import DEFAULTS, LEADER, TIED

NAN, LOST = np.nan, -np.inf
RUNGS = (1, 3, 9)


def chosen(*rows, most=4, rungs=RUNGS, defaults=None):
    """Choose from rows of scores that are as short as they were run."""
    goodness = np.full((len(rows), rungs[-1]), NAN)
    for row, scores in zip(goodness, rows, strict=True):
        row[: len(scores)] = scores
    return contenders(goodness, rungs, most, defaults)


def test_the_leader_comes_from_the_top_rung():
    """Better means over fewer seeds do not lead, however much better they are."""
    leader, *_ = chosen([9.0], [5.0, 6.0] * 4 + [5.0], [8.0] * 3)
    assert (leader.row, leader.n_seeds, leader.because) == (1, 9, LEADER)
    assert leader.mean == pytest.approx(49 / 9)


def test_a_rung_that_is_half_run_does_not_count():
    """Between two rungs the mean is over the seeds of the lower one."""
    leader, *_ = chosen([1.0, 1.0, 1.0, 99.0, 99.0], [2.0, 2.0, 2.0])
    assert (leader.row, leader.n_seeds, leader.mean) == (1, 3, 2.0)


@pytest.mark.parametrize("n_before", [1, 2, 3, 5, 8])
def test_whoever_lost_a_run_does_not_lead(n_before):
    """At whichever rung it was lost, and whatever the others have: they lead with one seed."""
    ranked = chosen([9.0] * n_before + [LOST], [1.0], [0.5])
    assert [each.row for each in ranked] == [1, 2]


def test_a_lost_last_seed_of_the_pilot_counts_too():
    """A configuration of the pilot that fails under the last seed ranks below the others."""
    first, *_ = chosen([9.0, *[NAN] * 7, LOST], [1.0])
    assert first.row == 1


def test_where_all_lost_a_run_the_one_with_fewest_leads():
    """There is a leader as long as any configuration finished its first seed."""
    leader, *_ = chosen([9.0, LOST, LOST], [1.0, 1.0, LOST], [LOST])
    assert leader.row == 1
    assert chosen([LOST], [LOST, LOST]) == []


def test_those_that_can_be_told_apart_are_no_contenders():
    """Paired differences decide, so that luck common to all seeds changes nothing."""
    luck = np.array([0.0, 5.0, -3.0, 2.0, -4.0, 1.0, 0.5, 9.0, -7.0])
    wobble = np.array([1, -1, 1, -1, 1, -1, 1, -1, 0.0]) * 0.1
    ranked = chosen(luck + 1, luck + 0.99 + wobble, luck + 0.5 + wobble)
    assert [(each.row, each.because) for each in ranked] == [(0, LEADER), (1, TIED)]


def test_the_best_contenders_come_first_and_no_more_than_asked_for():
    """One shared seed tells nobody apart, so the number is what limits."""
    ranked = chosen(*[[float(i)] for i in range(9)], most=3)
    assert [each.row for each in ranked] == [8, 7, 6, 5]


def test_the_defaults_are_validated_in_any_case():
    """Even where they are told apart, and beside the contenders; but only once."""
    rows = [[9.0] * 3, [1.0] * 3, [9.0] * 3]
    assert [(c.row, c.because) for c in chosen(*rows, defaults=1)][-1] == (1, DEFAULTS)
    assert [c.row for c in chosen(*rows, defaults=2)] == [0, 2]
    assert [c.row for c in chosen(*rows, defaults=2, most=1)] == [0, 2]


@given(
    st.lists(
        st.lists(st.sampled_from([LOST, 0.0, 0.5, 1.0, 2.0]), min_size=0, max_size=9), max_size=9
    ),
    st.integers(0, 5),
)
def test_no_contender_ranks_above_the_leader(rows, most):
    """Nobody chosen lost fewer runs, finished a higher rung with as few, or has a better mean."""
    ranked = chosen(*rows, most=most)
    assert len(ranked) <= most + 1
    assert bool(ranked) == any(row and row[0] > LOST for row in rows)
    keys = [(rows[c.row].count(LOST), -c.n_seeds, -c.mean) for c in ranked]
    assert keys == sorted(keys)
    assert all(np.isfinite(rows[c.row][: c.n_seeds]).all() for c in ranked)
