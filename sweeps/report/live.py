"""Progress of a running sweep: a live display in a terminal, plain lines elsewhere.

Everything goes to standard error, so that standard output holds results alone. A display
that can no longer be written to falls silent: it never ends a sweep.
"""

from __future__ import annotations

import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from sweeps.report.console import PatientConsole
from sweeps.report.wording import count, duration, number, short_id, value

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console, RenderableType

    from sweeps.planner.progress import Observer, Progress

REFRESH_S = 0.25
LINE_S = 5.0
FIRST_PHASE = "race"
UNWRITABLE = (OSError, ValueError)
"""Nobody reads any more, the file is closed, or it cannot hold one of the characters."""


def live_observer(*, is_shown: bool = True, console: Console | None = None) -> Observer:
    """Choose how to show progress.

    Args:
        is_shown: Whether to show any.
        console: Where to show it, standard error by default.

    Returns:
        A live display where the console is a terminal that can move its cursor, otherwise
        plain lines; one that does nothing where nothing is to be shown.
    """
    if not is_shown:
        return Quiet()
    chosen = PatientConsole(stderr=True) if console is None else console
    if chosen.is_terminal and not chosen.is_dumb_terminal:
        return LiveDisplay(chosen)
    return LineDisplay(chosen)


class Quiet:
    """Shows nothing."""

    def start(self, progress: Progress) -> None:
        """Do nothing."""

    def update(self, progress: Progress) -> None:
        """Do nothing."""

    def note(self, message: str) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class LineDisplay:
    """Writes a line at the start, at most one every five seconds, and one at the end.

    Args:
        console: Where to write.
        clock: Seconds that never go back.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._console: Console | None = console
        self._clock = clock
        self._last: Progress | None = None
        self._shown: Progress | None = None
        self._shown_at = 0.0

    def start(self, progress: Progress) -> None:
        """Write the first line."""
        self._show(progress)

    def update(self, progress: Progress) -> None:
        """Write a line if the last one is old enough."""
        self._last = progress
        if self._clock() - self._shown_at >= LINE_S:
            self._show(progress)

    def note(self, message: str) -> None:
        """Write the sentence at once."""
        self._write(message)

    def stop(self) -> None:
        """Write the last state, unless it stands there already."""
        if self._last is not None and self._last != self._shown:
            self._show(self._last)

    def _show(self, progress: Progress) -> None:
        self._last = self._shown = progress
        self._shown_at = self._clock()
        self._write(line(progress))

    def _write(self, text: str) -> None:
        if self._console is None:
            return
        try:
            self._console.print(Text(text), soft_wrap=True)
        except UNWRITABLE:
            self._console = None


class LiveDisplay:
    """Keeps a few lines at the bottom of a terminal up to date, four times a second at most.

    Args:
        console: The terminal.
        clock: Seconds that never go back.
    """

    def __init__(self, console: Console, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: Progress | None = None
        self._shown_at = 0.0
        self._live: Live | None = Live(
            console=console,
            auto_refresh=False,
            # What the driver prints goes above the display, unless it goes to a file.
            redirect_stdout=sys.stdout.isatty(),
        )

    def start(self, progress: Progress) -> None:
        """Draw the display."""
        self._last = progress
        self._guarded(Live.start)
        self._draw(progress)

    def update(self, progress: Progress) -> None:
        """Redraw the display if the last time is long enough ago."""
        self._last = progress
        if self._clock() - self._shown_at >= REFRESH_S:
            self._draw(progress)

    def note(self, message: str) -> None:
        """Write the sentence above the display."""
        self._guarded(lambda live: live.console.print(Text(message)))

    def stop(self) -> None:
        """Draw the last state and leave it there."""
        if self._last is not None:
            self._draw(self._last)
        self._guarded(Live.stop)
        self._live = None

    def _draw(self, progress: Progress) -> None:
        self._shown_at = self._clock()
        self._guarded(lambda live: live.update(picture(progress), refresh=True))

    def _guarded(self, action: Callable[[Live], object]) -> None:
        """Do something with the display while somebody reads it."""
        live = self._live
        if live is None:
            return
        try:
            action(live)
        except UNWRITABLE:
            self._live = None
            with suppress(*UNWRITABLE):
                live.stop()  # gives standard output back


def line(progress: Progress) -> str:
    """Write the state of a sweep as one line of text.

    Args:
        progress: The state.
    """
    n_runs = _n_runs(progress)
    done = f"{progress.n_done:,} of {count(n_runs, 'run')}" if n_runs else _n_done(progress)
    return f"{_title(progress)}: " + ", ".join([done, *_rates(progress), *_best(progress)])


def picture(progress: Progress) -> RenderableType:
    """Draw the state of a sweep: a bar, rates, and the best configuration so far.

    Args:
        progress: The state.
    """
    head = Table.grid(padding=(0, 1), expand=True)
    head.add_column(no_wrap=True, overflow="ellipsis", max_width=30)
    head.add_column(ratio=1)
    head.add_column(no_wrap=True, justify="right")
    n_runs = _n_runs(progress)
    bar = ProgressBar(total=n_runs, completed=progress.n_done)  # without a total it only moves
    done = f"{progress.n_done:,}/{count(n_runs, 'run')}" if n_runs else _n_done(progress)
    head.add_row(Text(_title(progress), style="bold"), bar, Text(done))
    lines = [", ".join(_rates(progress)), ", ".join(_best(progress))]
    # On the empty line there is room for the `^C` that a terminal writes: it moves nothing.
    return Group(head, *(Text(text, no_wrap=True, overflow="ellipsis") for text in lines), Text())


def _title(progress: Progress) -> str:
    """Give the name, and the phase where it is not the one that every sweep begins with."""
    phase = progress.phase
    return progress.name if phase == FIRST_PHASE else f"{progress.name} ({phase})"


def _n_runs(progress: Progress) -> int | None:
    """Give the number of runs, None where it is unknown; a race may outgrow what was expected."""
    return max(progress.n_runs, progress.n_done) if progress.n_runs else None


def _n_done(progress: Progress) -> str:
    return count(progress.n_done, "run")


def _rates(progress: Progress) -> list[str]:
    """Say how fast it goes; what matters least comes last, where a narrow terminal cuts it off."""
    words = [f"{progress.n_running:,} running", f"{progress.n_failed:,} failed"]
    n_runs = _n_runs(progress)
    if progress.time_left_s is not None and (n_runs is None or progress.n_done < n_runs):
        words.append(f"{duration(progress.time_left_s)} left")
    if progress.runs_per_s > 0:
        words.append(f"{number(progress.runs_per_s, 3)} per second")
    words.append(f"{duration(progress.elapsed_s)} so far")
    if progress.n_resumed:
        words.append(f"{progress.n_resumed:,} from before")
    return words


def _best(progress: Progress) -> list[str]:
    best = progress.best
    if best is None:
        return ["no run finished yet"]
    seeds = count(best.n_seeds, "seed")
    config = " ".join(f"{name}={value(content)}" for name, content in best.values.items())
    mean = number(best.mean)
    leader = f"best {progress.metric} {mean} (mean of {seeds}) by {short_id(best.config_id)}"
    return [f"{leader} {config}".strip()]
