"""Progress displays: what they write, where, and how often."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from rich.text import Text

from sweeps.planner.progress import BestSoFar, Progress
from sweeps.report.console import PatientConsole
from sweeps.report.live import LineDisplay, LiveDisplay, Quiet, live_observer

STATE = Progress(
    name="digits-svm",
    metric="accuracy",
    n_runs=1200,
    n_done=300,
    n_running=2,
    n_failed=1,
    n_resumed=100,
    elapsed_s=12.3,
    runs_per_s=16.26,
    time_left_s=55.4,
    best=BestSoFar("0123456789abcdef", {"C": 1 / 3, "kernel": "rbf"}, 0.98765, 12),
)


@dataclass(frozen=True, slots=True)
class Phased(Progress):
    """A state that says what the sweep is doing."""

    phase: str = "race"


class Clock:
    """Seconds that pass when told to."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Closed(io.StringIO):
    """A file that nobody reads any more."""

    def __init__(self, error):
        super().__init__()
        self.error = error

    def write(self, _text):
        raise self.error


@pytest.fixture
def clock():
    """A clock that stands still."""
    return Clock()


def plain_console(width=100, file=None):
    """Give a console that is no terminal."""
    return PatientConsole(file=file or io.StringIO(), width=width)


def terminal(width=100, file=None):
    """Give a console that is a terminal."""
    return PatientConsole(
        file=file or io.StringIO(), width=width, force_terminal=True, legacy_windows=False
    )


def written(console: Any) -> str:
    """Give what was written so far."""
    return str(console.file.getvalue())


def lines_of(console):
    """Give the lines written so far."""
    return written(console).splitlines()


def test_line_says_everything(clock):
    """Runs done, running, failed, per second, time left, and the best so far, on one line."""
    console = plain_console(width=40)
    LineDisplay(console, clock).start(STATE)
    assert lines_of(console) == [
        "digits-svm: 300 of 1,200 runs, 2 running, 1 failed, 55 s left, 16.3 per second, "
        "12 s so far, 100 from before, best accuracy 0.9877 (mean of 12 seeds) by 01234567 "
        "C=0.3333 kernel=rbf"
    ]


def test_lines_come_at_the_start_every_five_seconds_and_at_the_end(clock):
    """A log of an hour has some 700 lines, not 36,000."""
    console = plain_console()
    display = LineDisplay(console, clock)
    display.start(STATE)
    for tenth in range(1, 121):
        clock.now = tenth / 10
        display.update(replace(STATE, n_done=300 + tenth))
    display.stop()
    done = [line.split()[1] for line in lines_of(console)]
    assert done == ["300", "350", "400", "420"]


def test_last_line_is_not_repeated(clock):
    """A state that stands there already is not written again, however often it is stopped."""
    console = plain_console()
    display = LineDisplay(console, clock)
    display.start(STATE)
    display.update(STATE)
    display.stop()
    display.stop()
    assert len(lines_of(console)) == 1


def test_note_is_written_at_once(clock):
    """A sentence for the user does not wait for the next line."""
    console = plain_console()
    LineDisplay(console, clock).note("The space has [no] more configurations.")
    assert lines_of(console) == ["The space has [no] more configurations."]


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_live_display_fits_the_terminal(clock, width):
    """Three lines, none longer than the terminal is wide."""
    console = terminal(width)
    display = LiveDisplay(console, clock)
    display.start(STATE)
    display.stop()
    shown = Text.from_ansi(written(console)).plain
    assert "300/1,200 runs" in shown
    assert all(len(line) <= width for line in shown.splitlines())


def test_live_display_ends_in_an_empty_line(clock):
    """A terminal writes `^C` there, and the next drawing starts where it should."""
    console = terminal(40)
    display = LiveDisplay(console, clock)
    display.start(STATE)
    assert Text.from_ansi(written(console)).plain.split("\n")[-1].strip() == ""


def test_a_narrow_terminal_cuts_off_what_matters_least(clock):
    """The time left can be read in 60 columns."""
    console = terminal(60)
    display = LiveDisplay(console, clock)
    display.start(STATE)
    assert "55 s left" in written(console)


def test_live_display_draws_four_times_a_second_at_most(clock):
    """States that come faster are skipped, but the last one is drawn."""
    console = terminal()
    display = LiveDisplay(console, clock)
    display.start(STATE)
    for hundredth in range(1, 201):
        clock.now = hundredth / 100
        display.update(replace(STATE, n_done=hundredth))
    display.stop()
    text = written(console)
    assert text.count("/1,200 runs") <= 1 + 8 + 3
    assert "200/1,200 runs" in text


def test_live_display_gives_the_cursor_back(clock):
    """What was hidden is shown again, once, also when it is stopped twice."""
    console = terminal()
    display = LiveDisplay(console, clock)
    display.start(STATE)
    display.stop()
    display.stop()
    assert written(console).count("\x1b[?25l") == 1
    assert written(console).count("\x1b[?25h") == 1


def test_display_that_was_never_started_can_be_stopped(clock):
    """An error before the start leaves nothing to clean up."""
    for display in (LiveDisplay(terminal(), clock), LineDisplay(plain_console(), clock), Quiet()):
        display.stop()


@pytest.mark.parametrize(
    "error", [BrokenPipeError(), OSError("no terminal"), ValueError("closed file")]
)
@pytest.mark.parametrize("kind", [LiveDisplay, LineDisplay])
def test_closed_output_ends_the_display_and_not_the_sweep(clock, kind, error):
    """A pipe that nobody reads raises nothing."""
    make = terminal if kind is LiveDisplay else plain_console
    display = kind(make(file=Closed(error)), clock)
    display.start(STATE)
    clock.now = 10.0
    display.update(replace(STATE, n_done=301))
    display.note("Still here.")
    display.stop()


def test_state_before_the_first_run_can_be_shown(clock):
    """No rate, no estimate, no best."""
    console = plain_console()
    empty = replace(STATE, n_done=0, n_runs=0, runs_per_s=0.0, time_left_s=None, best=None)
    LineDisplay(console, clock).start(empty)
    display = LiveDisplay(terminal(), clock)
    display.start(empty)
    display.stop()
    assert "no run finished yet" in lines_of(console)[0]
    assert "left" not in lines_of(console)[0]


@pytest.mark.parametrize("n_runs", [0, None])
def test_unknown_number_of_runs_is_not_shown(clock, n_runs):
    """A race by the clock has no total: what is done is counted, and the bar only moves."""
    console, state = plain_console(), replace(STATE, n_runs=n_runs)
    LineDisplay(console, clock).start(state)
    assert lines_of(console)[0].startswith("digits-svm: 300 runs, 2 running, 1 failed, 55 s left")
    screen = terminal()
    display = LiveDisplay(screen, clock)
    display.start(state)
    display.stop()
    shown = Text.from_ansi(written(screen)).plain
    assert "300 runs" in shown
    assert "/" not in shown.splitlines()[0]


def test_number_of_runs_may_change(clock):
    """A race may plan more or fewer; more is never done than there is."""
    console = plain_console()
    display = LineDisplay(console, clock)
    display.start(STATE)
    for n_runs in (1500, 250):
        clock.now += 10.0
        display.update(replace(STATE, n_runs=n_runs))
    assert [line.split(",")[0] for line in lines_of(console)] == [
        "digits-svm: 300 of 1",
        "digits-svm: 300 of 1",
        "digits-svm: 300 of 300 runs",
    ]


def test_validation_is_named(clock):
    """Who waits sees that the race is over; the race itself needs no word."""
    console, screen = plain_console(), terminal()
    state = Phased(**{field.name: getattr(STATE, field.name) for field in fields(STATE)})
    LineDisplay(console, clock).start(state)
    LineDisplay(console, clock).start(replace(state, phase="validation"))
    display = LiveDisplay(screen, clock)
    display.start(replace(state, phase="validation"))
    display.stop()
    before, after = lines_of(console)
    assert before.startswith("digits-svm: 300")
    assert after.startswith("digits-svm (validation): 300")
    assert "digits-svm (validation)" in Text.from_ansi(written(screen)).plain


def test_display_follows_the_output():
    """A terminal gets the live display, anything else lines, and nobody nothing."""
    assert isinstance(live_observer(console=terminal()), LiveDisplay)
    assert isinstance(live_observer(console=plain_console()), LineDisplay)
    assert isinstance(live_observer(is_shown=False), Quiet)


def test_progress_goes_to_standard_error(capsys):
    """Standard output stays clean for results."""
    display = live_observer()
    display.start(STATE)
    display.stop()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "300 of 1,200 runs" in captured.err


def test_drawing_takes_two_milliseconds_at_most(clock):
    """Three refreshes in four; the driver has other things to do."""
    display = LiveDisplay(terminal(), clock)
    display.start(STATE)
    taken = []
    for _ in range(50):
        clock.now += 1.0
        start = time.perf_counter()
        display.update(STATE)
        taken.append(time.perf_counter() - start)
    display.stop()
    assert sorted(taken)[37] < 0.002
