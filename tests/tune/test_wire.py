"""What travels between driver and workers arrives as it was sent."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sweeps.planner.batch import Batch
from sweeps.planner.event import Config, Curve, Role, Run, Status
from sweeps.tune.wire import (
    PAUSED,
    Point,
    Report,
    ended,
    pack_batch,
    pack_points,
    pack_reports,
    paused,
    reached,
    run_of,
    unpack_batch,
    unpack_points,
    unpack_reports,
)

NAMES = st.text(max_size=8)
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8)
)
SECONDS = st.floats(0, 1e9)


@st.composite
def curves(draw):
    n = draw(st.integers(1, 5))
    value = st.one_of(st.none(), st.floats())
    points = st.lists(value, min_size=n, max_size=n).map(tuple)
    return Curve(tuple(range(1, n + 1)), draw(st.dictionaries(NAMES, points, max_size=3)))


REPORTS = st.builds(
    Report,
    i_run=st.integers(0, 5000),
    status=st.sampled_from([status.value for status in Status]),
    metrics=st.dictionaries(NAMES, st.floats(), max_size=4),
    steps=st.integers(0, 100),
    duration_s=SECONDS,
    started_at=SECONDS,
    error=st.none() | st.text(),
    traceback=st.none() | st.text(),
    output=st.none() | st.text(),
    curve=st.none() | curves(),
    is_malformed=st.booleans(),
    has_checkpoint=st.booleans(),
)
POINTS = st.builds(
    Point,
    i_run=st.integers(0, 5000),
    step=st.integers(1, 10**6),
    metrics=st.dictionaries(NAMES, st.floats(), max_size=4),
)


@st.composite
def batches(draw):
    values = draw(st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=4))
    configs = tuple(Config(f"c{i}", each, i, "random") for i, each in enumerate(values))
    place, seed = st.integers(0, len(configs) - 1), st.integers(0, 2**32 - 1)
    run = st.tuples(place, st.sampled_from(Role), seed)
    return Batch(
        batch_id=draw(st.integers(1, 10**6)),
        configs=configs,
        runs=tuple(draw(st.lists(run, min_size=1, max_size=6))),
        limit_s=draw(SECONDS),
        slice_s=draw(SECONDS),
        is_watched=draw(st.booleans()),
    )


def exact(value):
    """Give something that is equal only for equal bits, so that NaN equals itself and 0 not -0."""
    if isinstance(value, float):
        return struct.pack("<d", value)
    if isinstance(value, Curve):
        return exact((value.steps, value.metrics))
    if isinstance(value, dict):
        return [(name, exact(item)) for name, item in value.items()]
    return [exact(item) for item in value] if isinstance(value, (list, tuple)) else (value,)


@pytest.mark.slow
@given(st.lists(REPORTS, max_size=4))
def test_reports_arrive_as_they_were_sent(reports):
    """To the last bit: NaN, infinities, signed zeros, holes in a curve, any text."""
    again = unpack_reports(pack_reports(reports))
    assert all(type(report) is Report for report in again)
    assert exact(again) == exact(reports)


@pytest.mark.slow
@given(st.lists(POINTS, max_size=4))
def test_points_arrive_as_they_were_sent(points):
    """To the last bit, like reports."""
    again = unpack_points(pack_points(points))
    assert all(type(point) is Point for point in again)
    assert exact(again) == exact(points)


@pytest.mark.slow
@given(batches(), POINTS)
def test_a_point_becomes_an_event(batch, point):
    """About the run at that place of the batch."""
    point = point._replace(i_run=point.i_run % len(batch.runs))
    event = reached(batch, point)
    assert event.run == run_of(batch, point.i_run)
    assert exact((event.step, event.metrics)) == exact((point.step, point.metrics))


@pytest.mark.slow
@given(batches(), REPORTS)
def test_a_run_that_was_put_aside_becomes_an_event(batch, report):
    """With all that it has so far."""
    report = report._replace(i_run=report.i_run % len(batch.runs), status=PAUSED)
    event = paused(batch, report, node="host:1")
    assert event.run == run_of(batch, report.i_run)
    assert event.node == "host:1"
    kept = ("metrics", "steps", "duration_s", "started_at", "curve")
    assert [exact(getattr(event, name)) for name in kept] == [
        exact(getattr(report, name)) for name in kept
    ]


@pytest.mark.slow
@given(batches())
def test_a_batch_arrives_as_it_was_sent(batch):
    """What a worker needs of it: configurations, runs, limits; types and all."""
    order = unpack_batch(pack_batch(batch))
    assert order.batch_id == batch.batch_id
    assert order.runs == batch.runs
    assert order.is_watched == batch.is_watched
    assert exact((order.limit_s, order.slice_s)) == exact((batch.limit_s, batch.slice_s))
    sent = [(config.config_id, config.values) for config in batch.configs]
    assert exact(list(order.configs)) == exact(sent)
    kinds = [[type(value) for value in values.values()] for _, values in order.configs]
    assert kinds == [[type(value) for value in values.values()] for _, values in sent]


@pytest.mark.slow
@given(batches(), REPORTS, st.integers(1, 5))
def test_a_report_becomes_a_row_of_results(batch, report, attempts):
    """Nothing that a worker says is lost, and the run is the one at that place of the batch."""
    i_run = report.i_run % len(batch.runs)
    report = report._replace(i_run=i_run)
    row = ended(batch, report, node="host:1", attempts=attempts)
    i_config, role, seed = batch.runs[i_run]
    assert row.run == run_of(batch, i_run) == Run(f"c{i_config}", role, seed)
    assert row.status is Status(report.status)
    assert (row.node, row.attempts) == ("host:1", attempts)
    kept = ("metrics", "steps", "duration_s", "started_at", "error", "traceback", "output", "curve")
    assert [exact(getattr(row, name)) for name in kept] == [
        exact(getattr(report, name)) for name in kept
    ]


def test_a_report_is_small():
    """Ten thousand short runs a minute pass through the driver."""
    report = Report(3, "finished", {"accuracy": 0.9, "loss": 0.1}, 1, 0.01, 1.7e9)
    packed = pack_reports([report._replace(i_run=i) for i in range(100)])
    assert len(packed) / 100 < 100
