"""How many runs share a batch."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.batching import (
    BATCH_S,
    FIRST_SIZE,
    MOST,
    Pace,
    batch_s,
    batch_size,
    slice_s,
)


@given(st.one_of(st.none(), st.floats(0, 1e6)), st.integers(0, 10**6), st.integers(1, 10_000))
def test_a_batch_holds_at_least_one_run_and_not_too_many(duration_s, n_left, slots):
    """Whatever the durations, a batch is between one run and the largest size."""
    assert 1 <= batch_size(duration_s, n_left, slots) <= MOST


@pytest.mark.parametrize(
    ("duration_s", "expected"), [(1e-9, MOST), (0.02, 300), (1.0, 6), (60.0, 1)]
)
def test_size_follows_the_duration(duration_s, expected):
    """A batch holds somewhat more than what fits into its time, so that none runs dry."""
    assert batch_size(duration_s, 10**6, 2) == expected
    assert expected in {1, MOST} or expected * duration_s == pytest.approx(1.5 * BATCH_S)


def test_the_first_batch_is_of_a_fixed_size():
    """Nothing is known of the duration yet."""
    assert batch_size(None, 10**6, 2) == FIRST_SIZE


def test_the_last_batches_are_worth_their_handing_over():
    """Runs of no duration are not handed out one by one at the end; long ones are."""
    assert batch_size(1e-4, 100, 2) == 1000
    assert batch_size(1.0, 3, 2) == 1


def test_the_pace_follows_recent_runs():
    """The first observation counts fully, later ones move the estimate towards themselves."""
    pace = Pace()
    pace.observe(1.0, 1)
    assert pace.duration_s == 1.0
    pace.observe(2.0, 1)
    assert 1.0 < pace.duration_s < 1.2
    for _ in range(10):
        pace.observe(2.0, 20)
    assert pace.duration_s == pytest.approx(2.0, rel=0.01)


@pytest.mark.parametrize("is_adaptive", [False, True])
def test_many_slots_get_longer_batches_and_slices(is_adaptive):
    """One driver is never asked for more than it can do; a laptop notices nothing."""
    for slots in (1, 2, 16, 100, 1_000, 10_000):
        length, slice_length = batch_s(slots, is_adaptive=is_adaptive), slice_s(slots)
        assert slots / length <= 200 if slots <= 100 else slots / length <= 50
        assert slots / slice_length <= 200
        assert slice_length <= length
    assert (batch_s(16, is_adaptive=is_adaptive), slice_s(16)) == (0.5 if is_adaptive else 4.0, 0.5)
