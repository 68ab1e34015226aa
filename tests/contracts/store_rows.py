"""What every store promises of configurations, runs, curves and decisions."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from sweeps.errors import LeaseError, StoreError
from sweeps.planner.event import Curve, Decision, Role, Status
from sweeps.store.schema import runs
from tests.contracts.store_setting import (
    CURVE,
    INF,
    NAN,
    Clock,
    StoreSetting,
    config,
    create,
    ended,
    write,
)

if TYPE_CHECKING:
    from sweeps.store import Store, SweepRow, Writer


class RowsContract(StoreSetting):
    """What is written comes back as it was."""

    def test_configurations_come_back_in_order_with_their_types(self, store: Store, row: SweepRow):
        """Numbers, words, truth values, nothing, lists and tuples stay what they were."""
        values = {
            "C": 1 / 3,
            "n": 1,
            "one": 1.0,
            "flag": True,
            "none": None,
            "kernel": "rbf",
            "layers": (64, (32, 16)),
            "list": [1, [2.5, None]],
            "tiny": 1e-12,
        }
        given_configs = [config(2), config(0, **values), config(1, tuple=[1])]
        write(store, row, configs=given_configs)
        stored = store.configs(row.sweep_id)
        assert stored == sorted(given_configs, key=lambda one: one.index)
        assert repr(stored[0].values) == repr(values)

    def test_runs_come_back_in_order_of_arrival(self, store: Store, row: SweepRow):
        """Replay tells the planner what it was told, also across sessions."""
        first = [ended(1, 3), ended(0, 2, Role.VALIDATION), ended(0, 2)]
        second = [ended(0, 0), ended(1, 1)]
        write(store, row, *first, configs=[config(0), config(1)])
        write(store, row, *second)
        assert store.runs(row.sweep_id) == [*first, *second]

    def test_every_field_of_a_run_comes_back(self, store: Store, row: SweepRow):
        """A failed run is read whole by `failures`, and without its long texts by `runs`."""
        failed = ended(
            seed=4,
            status=Status.FAILED,
            metrics={"accuracy": 0.25},
            steps=3,
            duration_s=1.5,
            attempts=2,
            started_at=1e9 + 0.125,
            node="host:12",
            error="boom",
            traceback="Traceback ...",
            output="last words",
        )
        stopped = ended(seed=5, status=Status.STOPPED)
        write(store, row, ended(), failed, stopped)
        assert store.failures(row.sweep_id) == [failed]
        assert store.runs(row.sweep_id)[1] == replace(failed, traceback=None, output=None)

    @pytest.mark.slow
    def test_metrics_survive_bit_for_bit(self, store: Store, row: SweepRow, writer: Writer):
        """Any numbers under any names come back as they were: NaN, infinity, absent apart."""
        seeds = count()

        @settings(max_examples=40)
        @given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.floats(), max_size=4))
        def check(metrics: dict[str, float]):
            run = ended(seed=next(seeds), metrics=metrics)
            writer.add_run(run, None)
            writer.flush()
            stored = store.runs(row.sweep_id)[-1].metrics
            assert {name: repr(value) for name, value in stored.items()} == {
                name: repr(value) for name, value in metrics.items()
            }

        check()

    def test_nan_infinity_and_absent_stay_three_things(self, store: Store, row: SweepRow):
        """In the table too, where an absent metric is NaN and marked."""
        values = [0.5, NAN, INF, -INF]
        told = [ended(seed=i, metrics={"accuracy": value}) for i, value in enumerate(values)]
        write(store, row, *told, ended(seed=4, metrics={"loss": 1.0}))
        table = store.run_table(row.sweep_id)
        np.testing.assert_array_equal(table["metric:accuracy"], [*values, NAN])
        assert table["absent:accuracy"].tolist() == [False] * 4 + [True]
        assert table["absent:loss"].tolist() == [True] * 4 + [False]
        np.testing.assert_array_equal(table["score"], [*values, NAN])

    def test_metrics_may_come_later(self, store: Store, row: SweepRow):
        """Rows written before a metric was first seen read as not having reported it."""
        write(store, row, ended(seed=0, metrics={"accuracy": 0.5}))
        write(store, row, ended(seed=1, metrics={"loss": 2.0, "accuracy": 0.75}))
        assert store.get("digits").metric_names == ("accuracy", "loss")
        assert [run.metrics for run in store.runs(row.sweep_id)] == [
            {"accuracy": 0.5},
            {"accuracy": 0.75, "loss": 2.0},
        ]
        table = store.run_table(row.sweep_id)
        assert table["absent:loss"].tolist() == [True, False]

    def test_the_table_has_every_column(self, store: Store, row: SweepRow):
        """Columns are arrays of the documented types, ordered by configuration, role and seed."""
        late = ended(0, 1, status=Status.FAILED, error="boom", node="b:2", attempts=3, steps=2)
        early = ended(1, 0, metrics={"accuracy": 0.5}, duration_s=0.25, started_at=9.5, node="a:1")
        validation = ended(0, 0, Role.VALIDATION)
        write(store, row, early, validation, late, configs=[config(0), config(1)])
        table = {name: column.tolist() for name, column in store.run_table(row.sweep_id).items()}
        ids = [config(0).config_id, config(0).config_id, config(1).config_id]
        assert table.pop("config_id") == ids
        assert str(table.pop("score")) == "[nan, nan, 0.5]"
        assert str(table.pop("metric:accuracy")) == "[nan, nan, 0.5]"
        assert table == {
            "config_index": [0, 0, 1],
            "role": ["race", "validation", "race"],
            "seed": [1, 0, 0],
            "seq": [2, 1, 0],
            "status": ["failed", "finished", "finished"],
            "steps": [2, 0, 0],
            "duration_s": [0.0, 0.0, 0.25],
            "attempts": [3, 1, 1],
            "started_at": [0.0, 0.0, 9.5],
            "node": ["b:2", "", "a:1"],
            "error": ["boom", None, None],
            "absent:accuracy": [True, True, False],
        }

    def test_the_short_table_says_the_same_as_the_long_one(self, store: Store, row: SweepRow):
        """Row by row, words as positions in their enumerations."""
        scores = iter([0.5, NAN, INF, -0.0, 1e-310, 2.0, 3.0])
        told = [
            ended(i % 2, 7 * i, role, status, steps=i, metrics={"accuracy": next(scores, 0.0)})
            for i, (role, status) in enumerate((role, status) for role in Role for status in Status)
        ]
        write(store, row, *told, configs=[config(0), config(1)])
        long, short = store.run_table(row.sweep_id), store.score_table(row.sweep_id)
        for name in ("config_index", "seed", "score", "steps"):
            np.testing.assert_array_equal(short[name], long[name])
            assert short[name].dtype == long[name].dtype
        for name, words in (("role", list(Role)), ("status", list(Status))):
            assert [words[code] for code in short[name]] == long[name].tolist()
            assert short[name].dtype == np.int64

    def test_neighbours_in_the_store_change_no_table(self, store: Store, row: SweepRow):
        """A small sweep beside a large one is found by its key, and has the same rows."""
        told = [ended(i % 2, seed, metrics={"accuracy": i / 7}) for i, seed in enumerate((2, 0, 1))]
        write(store, row, *told, configs=[config(0), config(1)])
        alone = store.score_table(row.sweep_id)
        other = create(store, "other")
        write(store, other, *(ended(seed=seed) for seed in range(50)))
        beside = store.score_table(row.sweep_id)
        for name, column in alone.items():
            np.testing.assert_array_equal(beside[name], column)
        assert len(store.score_table(other.sweep_id)["seed"]) == 50

    def test_a_sweep_without_runs_has_an_empty_table(self, store: Store, row: SweepRow):
        """All columns are there, with their types and no entry."""
        table = store.run_table(row.sweep_id)
        assert {len(column) for column in table.values()} == {0}
        assert table["seed"].dtype == np.int64
        assert table["score"].dtype == np.float64
        assert {len(column) for column in store.score_table(row.sweep_id).values()} == {0}
        assert {len(column) for column in store.curve_table(row.sweep_id).values()} == {0}
        assert store.runs(row.sweep_id) == []
        assert store.configs(row.sweep_id) == []
        assert not store.has_runs(row.sweep_id)

    def test_a_run_told_again_replaces_itself(self, store: Store, row: SweepRow):
        """The last attempt counts, in its place of arrival, and with its own curve only."""
        write(store, row, ended(seed=0, status=Status.LOST, curve=CURVE), ended(seed=1))
        again = ended(seed=0, metrics={"accuracy": 1.0}, attempts=2)
        write(store, row, again)
        assert store.runs(row.sweep_id) == [ended(seed=1), again]
        assert len(store.curve_table(row.sweep_id)["step"]) == 0
        assert store.sweeps()[0].n_runs == 2

    def test_a_run_told_twice_in_one_flush_counts_once(self, store: Store, row: SweepRow):
        """The same holds within one transaction."""
        last = ended(attempts=2)
        write(store, row, ended(curve=CURVE), last)
        assert store.runs(row.sweep_id) == [last]
        assert len(store.curve_table(row.sweep_id)["step"]) == 0

    def test_curves_come_back_step_by_step(self, store: Store, row: SweepRow):
        """One entry a step, with NaN, infinity and not-reported apart."""
        short = Curve((2, 4), {"accuracy": (0.5, 0.75)})
        write(store, row, ended(1, curve=CURVE), ended(0, 2, curve=short), ended(0, 1),
              configs=[config(0), config(1)])  # fmt: skip
        table = store.curve_table(row.sweep_id)
        assert table["step"].tolist() == [2, 4, 1, 2, 3]
        assert table["seed"].tolist() == [2, 2, 0, 0, 0]
        assert table["config_index"].tolist() == [0, 0, 1, 1, 1]
        assert table["config_id"].tolist()[2] == config(1).config_id
        assert table["role"].tolist() == ["race"] * 5
        np.testing.assert_array_equal(table["metric:loss"], [NAN, NAN, 3.0, NAN, NAN])
        assert table["absent:loss"].tolist() == [True, True, False, True, False]
        np.testing.assert_array_equal(table["metric:accuracy"], [0.5, 0.75, 0.1, INF, 0.3])
        assert not table["absent:accuracy"].any()

    def test_curves_of_one_configuration(self, store: Store, row: SweepRow):
        """A configuration that has none, or is unknown, gives empty columns."""
        write(store, row, ended(1, curve=CURVE), configs=[config(0), config(1)])
        ids = [config(i).config_id for i in (1, 0, 9)]
        steps = [store.curve_table(row.sweep_id, config_id=id_)["step"].tolist() for id_ in ids]
        assert steps == [[1, 2, 3], [], []]

    def test_curves_written_before_a_metric_was_known(self, store: Store, row: SweepRow):
        """An old curve reads as not having reported it."""
        write(store, row, ended(curve=Curve((1, 2), {"accuracy": (0.5, 0.6)})))
        write(store, row, ended(seed=1, curve=Curve((1,), {"loss": (4.0,)})))
        table = store.curve_table(row.sweep_id)
        assert table["absent:loss"].tolist() == [True, True, False]
        assert table["absent:accuracy"].tolist() == [False, False, True]

    def test_decisions_come_back_in_order(self, store: Store, row: SweepRow):
        """With their time and the numbers behind them, across sessions."""
        proposed = Decision("proposed", config().config_id, {"k": 3, "score": 0.1})
        exhausted = Decision("exhausted", None, {"n_found": 2})
        for at, decision in ((10.5, proposed), (11.5, exhausted)):
            with store.acquire(row.sweep_id) as lease:
                writer = store.writer(row.sweep_id, lease)
                writer.add_decision(decision, at)
                writer.close()
        assert store.decisions(row.sweep_id) == [(0, 10.5, proposed), (1, 11.5, exhausted)]

    def test_odd_characters_do_no_harm(self, store: Store, row: SweepRow):
        """Whatever a run prints can be stored; what a database refuses is written out."""
        odd = "\x00 \udc80 é 漢 \U0001f600"
        write(store, row, ended(status=Status.FAILED, error=odd, traceback=odd, output=odd))
        store.update(row.sweep_id, provenance={"command": odd}, status="failed", message=odd)
        (failed,) = store.failures(row.sweep_id)
        expected = "\\x00 \\udc80 é 漢 \U0001f600"
        assert failed.error == failed.traceback == failed.output == expected
        changed = store.get("digits")
        assert changed.message == expected
        assert changed.provenance["sessions"][1]["command"] == odd

    def test_two_sweeps_do_not_mix(self, store: Store, row: SweepRow):
        """The same run of another sweep is another run."""
        other = create(store, "other")
        write(store, row, ended(metrics={"accuracy": 1.0}))
        write(store, other, ended(metrics={"loss": 2.0}), ended(seed=1))
        assert [run.metrics for run in store.runs(row.sweep_id)] == [{"accuracy": 1.0}]
        assert len(store.runs(other.sweep_id)) == 2
        assert store.get("other").metric_names == ("loss",)

    def test_curves_are_found_by_their_run(self, store: Store, row: SweepRow):
        """Runs of other seeds and roles are other runs; those that report once have none."""
        other = Curve((1, 2), {"accuracy": (0.5, INF)})
        told = ended(seed=3, curve=CURVE), ended(0, 3, Role.VALIDATION, curve=other), ended(seed=4)
        write(store, row, *told)
        curves = store.curves(row.sweep_id)
        assert curves.keys() == {each.run for each in told[:2]}
        assert repr(curves[told[0].run]) == repr(CURVE)
        assert curves[told[1].run].metrics["accuracy"] == (0.5, INF)

    def test_a_state_is_replaced_by_the_next(self, store: Store, row: SweepRow, writer: Writer):
        """Only the last one counts, any bytes, and none at first."""
        assert store.state(row.sweep_id) is None
        for state in (b"one", b"", bytes(range(256))):
            writer.add_config(config())
            writer.set_state(b"overtaken")
            writer.set_state(state)
            writer.flush()
            assert store.state(row.sweep_id) == state
        writer.add_run(ended(), None)
        writer.flush()
        assert store.state(row.sweep_id) == bytes(range(256))

    def test_a_state_is_written_with_what_led_to_it(
        self, store: Store, row: SweepRow, writer: Writer, elsewhere: Store, clock: Clock
    ):
        """Both or neither, so that a searcher never knows of proposals that nobody has."""
        writer.set_state(b"memory")
        assert store.state(row.sweep_id) is None
        clock.now += 31
        with elsewhere.acquire(row.sweep_id):
            with pytest.raises(LeaseError):
                writer.flush()
            assert (store.state(row.sweep_id), store.configs(row.sweep_id)) == (None, [])

    def test_a_run_needs_its_configuration(self, writer: Writer):
        """What could not be told apart later is refused at once."""
        with pytest.raises(StoreError, match="must belong to a configuration of its sweep"):
            writer.add_run(ended(5), None)

    def test_nothing_is_seen_before_the_flush(self, store: Store, row: SweepRow, writer: Writer):
        """And all of it after."""
        writer.add_run(ended(), None)
        assert not store.has_runs(row.sweep_id)
        writer.flush()
        assert store.has_runs(row.sweep_id)

    def test_a_reader_keeps_its_moment_while_the_driver_writes(
        self, store: Store, row: SweepRow, writer: Writer, elsewhere: Store
    ):
        """A transaction that reads neither waits for a flush nor holds it up."""
        with elsewhere._database.reading() as connection:
            assert connection.scalar(select(func.count()).select_from(runs)) == 0
            writer.add_run(ended(), None)
            writer.flush()
            assert connection.scalar(select(func.count()).select_from(runs)) == 0
        assert len(elsewhere.runs(row.sweep_id)) == len(store.runs(row.sweep_id)) == 1
