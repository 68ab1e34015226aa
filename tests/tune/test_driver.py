"""The driver's side of a sweep, with a real store; the tests play Ray and its workers."""

from __future__ import annotations

import dataclasses
import math

import pytest

from sweeps.errors import ExecutionError, MetricError
from sweeps.planner.batch import Idle, Told
from sweeps.planner.event import Curve, Decision, Role, Run, RunPaused, Status, StepReached
from sweeps.planner.plan import Validation
from sweeps.planner.stopping import Pause, Stop, ThresholdRule
from sweeps.tune.driver import UPDATE_S
from sweeps.tune.recorder import Announcement
from sweeps.tune.wire import Halt, run_of
from tests.tune.conftest import done, malformed, point


def test_proposals_are_recorded_before_their_runs(session):
    """A configuration stands in the store as soon as one of its runs is handed out."""
    play = session()
    play.batch()
    play.writer.flush()
    assert [config.values for config in play.store.configs(play.sweep_id)] == [{"x": 0}]
    assert [(d.kind, d.detail["by"]) for d in play.decisions()] == [("proposed", "listed")]


def test_reports_become_rows(session):
    """Everything that a worker says of a run is stored, and where it was executed."""
    play = session(n_configs=1, slots=1)
    batch = play.batch()
    curve = Curve((1, 2), {"score": (0.5, None)})
    play.report(batch, done(0, 0.75, steps=2, curve=curve), worker="host:77")
    (row,) = play.runs()
    assert row.run == Run(batch.configs[0].config_id, Role.RACE, batch.runs[0][2])
    assert (row.status, row.metrics) == (Status.FINISHED, {"score": 0.75})
    assert (row.steps, row.duration_s, row.started_at) == (2, 0.5, 990.0)
    assert (row.node, row.attempts) == ("host:77", 1)
    assert play.store.run_table(play.sweep_id)["score"].tolist() == [0.75]
    assert play.store.curve_table(play.sweep_id)["step"].tolist() == [1, 2]


def test_a_whole_sweep_ends_with_every_run_stored(session):
    """Batches are taken, reported and closed until there are none."""
    play = session(n_configs=5, n_seeds=4)
    while (batch := play.driver.next_batch()) is not Idle.DONE:
        play.report(batch, *(done(i) for i in range(len(batch.runs))))
        play.driver.close(batch.batch_id)
    assert len({row.run for row in play.runs()}) == 20


@pytest.mark.parametrize(
    ("metrics", "came"),
    [({}, "no metric at all"), ({"loss": 1.0, "f1": 0.5}, "`loss`, `f1`")],
)
def test_a_malformed_first_report_ends_the_sweep(session, metrics, came):
    """With the reason, the metrics that came, and what to change; nothing is stored."""
    play = session()
    batch = play.batch()
    message = rf"the metric `score`\. The metrics that came: {came}\. Change `metric` \(now `score`"
    with pytest.raises(MetricError, match=message):
        play.report(batch, malformed(0, **metrics))
    assert play.runs() == []


def test_a_later_malformed_report_is_a_failed_run(session):
    """One seed that goes wrong does not end a sweep that works."""
    play = session(n_configs=1, slots=1)
    batch = play.batch()
    play.report(batch, done(0))
    play.driver.close(batch.batch_id)
    batch = play.batch()
    play.report(batch, malformed(0, loss=1.0))
    rows = play.runs()
    assert [row.status for row in rows] == [Status.FINISHED, Status.FAILED]
    assert rows[1].error == "the run must report the metric `score`"
    assert rows[1].metrics == {"loss": 1.0}


def test_a_malformed_report_behind_a_good_one_is_a_failed_run(session):
    """Also when both come in one message."""
    play = session(n_configs=1, n_seeds=4, slots=1)
    play.report(play.batch(), done(0), malformed(1))
    assert [row.status for row in play.runs()] == [Status.FINISHED, Status.FAILED]


def test_runs_that_raised_say_nothing_about_the_metric(session):
    """The first run that gives something back is the one that is judged."""
    play = session(n_configs=1, n_seeds=4, slots=1)
    batch = play.batch()
    play.report(batch, done(0, None, "failed", error="ValueError: x"))
    with pytest.raises(MetricError, match="no metric at all"):
        play.report(batch, malformed(1))
    assert [row.status for row in play.runs()] == [Status.FAILED]


@pytest.mark.parametrize(("score", "status"), [(math.nan, "diverged"), (0.5, "timed_out")])
def test_a_run_with_the_metric_is_enough(session, score, status):
    """However it ended, the metric is known to be the right one."""
    play = session(n_configs=1, n_seeds=4, slots=1)
    play.report(play.batch(), done(0, score, status), malformed(1))
    assert [row.status for row in play.runs()] == [Status(status), Status.FAILED]


@pytest.mark.parametrize(
    ("stored", "is_refused"), [(done(0), False), (done(0, None, "failed"), True)]
)
def test_a_resumed_sweep_knows_its_metric_from_a_run_that_finished(session, stored, is_refused):
    """Stored failures do not prove that the metric is right."""
    first = session(n_configs=1, n_seeds=4, slots=1)
    first.report(first.batch(), stored)
    first.leave()
    play = session(n_configs=1, n_seeds=4, slots=1)
    if is_refused:
        with pytest.raises(MetricError, match="could not be scored"):
            play.report(play.batch(), malformed(0))
    else:
        play.report(play.batch(), malformed(0))
        assert [row.status for row in play.runs()] == [Status.FINISHED, Status.FAILED]


def test_a_resumed_sweep_runs_what_is_left(session):
    """Stored runs are not handed out again, and are shown as resumed."""
    first = session(n_configs=2, n_seeds=2, slots=1)
    batch = first.batch()
    first.report(batch, done(0), done(1))
    first.leave()
    play = session(n_configs=2, n_seeds=2, slots=1)
    seen = play.driver.progress()
    assert (seen.n_runs, seen.n_done, seen.n_resumed) == (4, 2, 2)
    assert play.batch().configs[0].values == {"x": 1}


@pytest.mark.parametrize(
    ("validation", "phase"), [(Validation(), "race"), (Validation(n_seeds=2), "validation")]
)
def test_only_a_sweep_with_validation_has_that_phase(session, validation, phase):
    """The display names it, so that it must not come up at the end of every sweep."""
    play = session(n_configs=1, n_seeds=1, slots=1, validation=validation)
    batch = play.batch()
    play.report(batch, done(0))
    play.driver.close(batch.batch_id)
    play.driver.next_batch()
    assert play.driver.progress().phase == phase


def test_an_exhausted_space_is_noted_once(session):
    """The user is told that there are fewer configurations than asked for, and so is the record."""
    play = session(n_configs=3, n_seeds=1, n_wanted=10)
    while (batch := play.driver.next_batch()) is not Idle.DONE:
        play.report(batch, *(done(i) for i in range(len(batch.runs))))
        play.driver.close(batch.batch_id)
    assert play.driver.next_batch() is Idle.DONE
    note = "The space has only 3 configurations, not 10: all of them are run."
    assert play.watcher.notes == [note]
    (decision,) = [d for d in play.decisions() if d.kind == "exhausted"]
    assert decision.detail == {"n_wanted": 10, "n_found": 3}


def test_a_lost_run_that_was_announced_is_tried_again(session):
    """The last word of its process names the suspect; the others go back without blame."""
    play = session(n_configs=1, n_seeds=4, slots=1)
    batch = play.batch()
    assert len(batch.runs) == 2
    play.driver.lose(batch.batch_id, "exit code 9", Announcement(1, 999.0, "last words"))
    assert play.runs() == []
    (decision,) = [d for d in play.decisions() if d.kind == "retried"]
    seed = batch.runs[1][2]
    detail = {"role": "race", "seed": seed, "reason": "exit code 9", "node": ""}
    assert decision.detail == detail
    alone = play.batch()
    assert alone.runs == (batch.runs[1],)
    play.report(alone, done(0))
    assert [row.attempts for row in play.runs()] == [2]


def test_a_lost_run_without_retries_is_a_row(session):
    """With what it printed last, how long it ran, where, and why it is given up."""
    play = session(n_configs=1, n_seeds=2, slots=1, retries=0)
    batch = play.batch()
    play.driver.lose(batch.batch_id, "exit code 9", Announcement(0, 998.5, "last words"))
    play.writer.flush()
    (row,) = play.store.failures(play.sweep_id)
    assert (row.status, row.error) == (Status.LOST, "its process was lost: exit code 9")
    assert (row.started_at, row.duration_s, row.output) == (998.5, 1.5, "last words")
    assert [d.kind for d in play.decisions()] == ["proposed", "abandoned"]


def test_a_lost_run_that_was_over_its_limit_timed_out(session):
    """It was stuck in C, and its process was ended on purpose."""
    play = session(n_configs=1, n_seeds=2, slots=1, timeout_s=10.0)
    batch = play.batch()
    play.driver.lose(batch.batch_id, "exit code 1", Announcement(0, 985.0, ""))
    (row,) = play.runs()
    assert row.status is Status.TIMED_OUT


def test_a_loss_without_a_last_word_is_everybodys(session):
    """Nobody knows who it was: each unfinished run is tried alone, those that ended are kept."""
    play = session(n_configs=1, n_seeds=6, slots=1)
    batch = play.batch()
    assert len(batch.runs) == 3
    play.report(batch, done(0), worker="host:5")
    play.driver.lose(batch.batch_id, "the process ended without a word", None)
    alone = [play.batch(), play.batch()]
    assert [batch.runs for batch in alone] == [(run,) for run in batch.runs[1:]]
    assert all(each.is_watched for each in alone)
    assert [row.run.seed for row in play.runs()] == [batch.runs[0][2]]


def test_a_lost_row_names_the_node_that_was_heard_of(session):
    """The worker's name is known from its first report on."""
    play = session(n_configs=1, n_seeds=4, slots=1, retries=0)
    batch = play.batch()
    play.report(batch, done(0), worker="host:5")
    play.driver.lose(batch.batch_id, "exit code 9", None)
    assert [(row.status, row.node) for row in play.runs()] == [
        (Status.FINISHED, "host:5"),
        (Status.LOST, "host:5"),
    ]


def test_losing_a_batch_twice_costs_once(session):
    """A batch that is over, or was never there, cannot be lost."""
    play = session(n_configs=1, n_seeds=2, slots=1, retries=0)
    batch = play.batch()
    for _ in range(2):
        play.driver.lose(batch.batch_id, "exit code 9", Announcement(0, 999.0, ""))
    play.driver.lose(99, "exit code 9", None)
    assert len(play.runs()) == 1


def test_runs_that_were_not_started_come_back(session):
    """Closing a batch early hands its other runs out again."""
    play = session(n_configs=1, n_seeds=8, slots=1)
    batch = play.batch()
    play.report(batch, done(0))
    play.driver.close(batch.batch_id)
    assert play.driver.progress().n_running == 0
    assert play.batch().runs[0] == batch.runs[1]


def test_a_tick_flushes_what_is_due(session):
    """Not before it is due, so that transactions stay few."""
    play = session()
    play.report(play.batch(), done(0))
    play.clock.now += 1e6  # later than whatever the store's own clock says
    play.driver.tick()
    assert len(play.store.runs(play.sweep_id)) == 1
    play.report(play.batch(), done(0))
    play.clock.now += 0.1
    play.driver.tick()
    assert len(play.store.runs(play.sweep_id)) == 1
    play.clock.now += 0.5
    play.driver.tick()
    assert len(play.store.runs(play.sweep_id)) == 2


def test_the_display_is_refreshed_four_times_a_second(session):
    """However often the driver ticks."""
    play = session()
    for _ in range(101):
        play.driver.tick()
        play.clock.now += 0.01
    assert len(play.watcher.updates) == pytest.approx(1.0 / UPDATE_S, abs=1)


def test_a_clock_that_was_set_back_does_not_stop_the_display(session):
    """Nothing waits for the clock to catch up."""
    play = session()
    play.driver.tick()
    play.clock.now -= 3600
    play.driver.tick()
    assert len(play.watcher.updates) == 2


def test_progress_counts_runs_and_estimates_the_rest(session):
    """Two of eight runs in ten seconds leave half a minute."""
    play = session(n_configs=2, n_seeds=4, slots=1)
    batch = play.batch()
    before = play.driver.progress()
    assert (before.n_done, before.n_running, before.time_left_s, before.best) == (0, 1, None, None)
    play.report(batch, done(0, 0.25), done(1, None, "failed"))
    play.clock.now += 10.0
    seen = play.driver.progress()
    assert (seen.name, seen.metric, seen.n_runs) == ("test", "score", 8)
    assert (seen.n_done, seen.n_failed, seen.n_resumed) == (2, 1, 0)
    assert (seen.elapsed_s, seen.runs_per_s, seen.time_left_s) == (10.0, 0.2, 30.0)
    assert seen.best is not None
    assert (seen.best.mean, seen.best.n_seeds) == (0.25, 1)


def test_the_rate_is_that_of_the_recent_past(session):
    """A slow start is forgotten after twenty seconds."""
    play = session(n_configs=1, n_seeds=8, slots=1)
    for _ in range(40):
        play.driver.progress()
        play.clock.now += 1.0
    play.report(play.batch(), *(done(i) for i in range(4)))
    assert play.driver.progress().runs_per_s == pytest.approx(4 / 20, rel=0.1)


def test_workers_that_cannot_load_the_objective_end_the_sweep(session):
    """With what they said."""
    with pytest.raises(
        ExecutionError, match=r"could not load the objective or its data\. (?s:.*)\nImportError: x"
    ):
        session().driver.fail_setup("Traceback\nImportError: x")


@pytest.fixture
def judged(session, monkeypatch):
    """Begin a session whose planner gives the verdicts that a test lays down; it keeps events."""

    def start(**plan):
        play = session(**plan)
        planner = play.driver.planner
        tell, play.verdicts, play.events = planner.tell, [], []
        # batches stay as they are without a rule, but somebody may halt runs
        planner.plan = dataclasses.replace(planner.plan, stopping=ThresholdRule())

        def judge(event):
            play.events.append(event)
            stepwise = isinstance(event, RunPaused) or (
                isinstance(event, list) and any(isinstance(e, StepReached) for e in event)
            )
            told: Told = Told() if stepwise else tell(event)
            told.verdicts += play.verdicts
            told.decisions += [Decision("stopped", run.config_id, {}) for run, _ in play.verdicts]
            return told

        monkeypatch.setattr(planner, "tell", judge)
        return play

    return start


def test_a_point_is_told_to_the_planner(judged):
    """With the run, the step and the metrics; where nothing follows the worker goes on."""
    play = judged(n_configs=1, n_seeds=4, slots=1)
    batch = play.batch()
    play.reach(batch, point(1, 3, 0.5))
    assert play.events == [[StepReached(run_of(batch, 1), 3, {"score": 0.5})]]
    assert play.driver.take_halts() == {}


def test_a_verdict_goes_to_the_batch_that_has_the_run(judged):
    """Which need not be the one that spoke; it is taken once, and the decision is recorded."""
    play = judged(n_configs=2, n_seeds=4, slots=2)
    one, two = play.batch(), play.batch()
    play.verdicts = [(run_of(two, 0), Stop("too low")), (run_of(one, 0), Pause())]
    play.reach(one, point(0))
    halts = {
        two.batch_id: [Halt(0, is_pause=False, reason="too low")],
        one.batch_id: [Halt(0, is_pause=True, reason="")],
    }
    assert play.driver.take_halts() == halts
    assert play.driver.take_halts() == {}
    assert [d.kind for d in play.decisions()].count("stopped") == 2


def test_a_verdict_on_a_run_that_is_nowhere_is_dropped(judged):
    """Its batch is over or lost, and there is nobody to halt."""
    play = judged(n_configs=1, n_seeds=4, slots=1)
    batch = play.batch()
    play.verdicts = [(Run("gone", "race", 0), Stop("too low"))]
    play.reach(batch, point(0))
    assert play.driver.take_halts() == {}


def test_reports_and_losses_may_bring_verdicts_too(judged):
    """A run that ends can be the one that a rule waited for."""
    play = judged(n_configs=2, n_seeds=4, slots=2)
    one, two = play.batch(), play.batch()
    play.verdicts = [(run_of(two, 0), Pause())]
    play.report(one, done(0))
    assert play.driver.take_halts() == {two.batch_id: [Halt(0, is_pause=True, reason="")]}
    play.driver.lose(one.batch_id, "exit code 9", None)
    assert play.driver.take_halts() == {two.batch_id: [Halt(0, is_pause=True, reason="")]}


def test_a_paused_run_is_no_row(judged):
    """It is told to the planner, which will ask for it again, and the others are stored."""
    play = judged(n_configs=1, n_seeds=4, slots=1)
    batch = play.batch()
    curve = Curve((1, 2), {"score": (0.5, 0.25)})
    play.report(batch, done(0, 0.25, "paused", steps=2, curve=curve), done(1))
    assert [row.run for row in play.runs()] == [run_of(batch, 1)]
    expected = RunPaused(run_of(batch, 0), {"score": 0.25}, 2, 0.5, 990.0, "host:1", curve)
    assert play.events[-1] == expected


def test_a_stopped_run_is_a_row(session):
    """With its curve up to the stop, and the reason."""
    play = session(n_configs=1, slots=1)
    curve = Curve((1, 2), {"score": (0.5, 0.25)})
    play.report(play.batch(), done(0, 0.25, "stopped", steps=2, curve=curve, error="too low"))
    play.writer.flush()
    (row,) = play.runs()
    assert (row.status, row.steps) == (Status.STOPPED, 2)
    assert play.store.curve_table(play.sweep_id)["step"].tolist() == [1, 2]


def test_checkpoints_go_when_their_run_is_stored(session):
    """Not before, or a driver that dies in between would lose both; paused runs keep theirs."""
    pruned = list[Run]()
    play = session(n_configs=1, n_seeds=6, slots=1, prune=pruned.append)
    batch = play.batch()
    saved = {"has_checkpoint": True}
    play.report(batch, done(0, **saved), done(1), done(2, status="paused", **saved))
    assert pruned == []
    play.clock.now += 1e6
    play.driver.tick()
    assert pruned == [run_of(batch, 0)]
    play.driver.flush()
    assert len(pruned) == 1


def test_checkpoints_of_a_run_that_was_given_up_go_too(session):
    """Nobody knows whether it had any: its process is gone."""
    pruned = list[Run]()
    play = session(n_configs=1, n_seeds=2, slots=1, retries=0, prune=pruned.append)
    batch = play.batch()
    play.driver.lose(batch.batch_id, "exit code 9", Announcement(0, 998.5, ""))
    play.driver.flush()
    assert pruned == [run_of(batch, 0)]
