"""How good the chosen configuration is, beside what peers choose: `make bench-search`.

All methods play the same cases with the same budgets and the same luck. Each repetition is a job
of its own; results are kept in build/search-quality/ as they come, and a benchmark that was
interrupted goes on. A whole measurement replaces the tables in docs/benchmarks.md; with `--quick`,
`--cases`, `--methods`, `--reps` or `--budget` it only prints them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: as many processes as cores already run

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.search import live  # noqa: E402 - after the environment
from benchmarks.search.cases import HPOBENCH, LIVE, NAMES, SYNTHETIC  # noqa: E402
from benchmarks.search.methods import (  # noqa: E402
    CURVE_NAMES,
    LIVE_OURS,
    LIVE_PEERS,
    MAIN,
    METHODS,
    PEER_NAMES,
)
from benchmarks.search.record import Job, Record, append, execute, read  # noqa: E402
from benchmarks.search.report import Report  # noqa: E402
from benchmarks.search.timing import planner_times  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- search:begin -->", "<!-- search:end -->"
RESULTS = live.FOLDER / "results.jsonl"
BUDGET, LIVE_BUDGET = 256, 512
REPS, LIVE_REPS, QUICK_REPS = 30, 100, 5
CURVE_REPS = 30
"""For the methods that stop by step: simulating every step takes ten times as long."""

FREE_CASES = (*HPOBENCH, *SYNTHETIC, "failing")
COVERAGE_CASES = ("hpobench-kc1", "hpobench-vehicle", "synthetic-1")
COVERAGE_REPS = 200
"""Races for each, with the random sampler: validation does not depend on the sampler."""


def main() -> None:
    """Play what the command line asks for, print it, and keep it if it is everything."""
    options = _options()
    is_partial = any((options.quick, options.cases, options.methods, options.reps, options.budget))
    jobs = _jobs(options)
    for case in sorted({job.case for job in jobs} & set(LIVE)):
        _say(f"Training the learners of {case}, once …")
        live.load_live(case.removeprefix("live-"), options.processes)
    records = play(jobs, options.results, options.processes)
    times = {} if options.no_timing else planner_times(1_000 if options.quick else 10_000)
    report = Report([records[job] for job in jobs], times)
    text = f"{report.text()}\n\n{_conditions()}"
    print(text)
    if not is_partial:
        keep(text, PAGE)


def play(jobs: Sequence[Job], path: Path, n_processes: int) -> dict[Job, Record]:
    """Do the jobs that the file has no record of.

    Args:
        jobs: What to do.
        path: The file of records; new ones are appended as they come.
        n_processes: Jobs at the same time.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    records = read(path)
    todo = [job for job in jobs if job not in records]
    _say(f"{len(jobs)} jobs, {len(todo)} of them to do.")
    with multiprocessing.get_context("spawn").Pool(n_processes) as pool:
        for done, record in enumerate(pool.imap_unordered(execute, todo), start=1):
            append(path, record)
            records[record.job] = record
            if done % 100 == 0:
                _say(f"  {done} of {len(todo)}")
    return records


def keep(text: str, page: Path) -> None:
    """Put the tables between the page's markers."""
    before = page.read_text(encoding="utf-8")
    head, _, rest = before.partition(BEGIN)
    tail = rest.partition(END)[2]
    page.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def _jobs(options: argparse.Namespace) -> list[Job]:
    """Say what is to be done, repetition by repetition, so that early results say something."""
    reps = options.reps or (QUICK_REPS if options.quick else REPS)
    chosen = options.cases or [*FREE_CASES, *LIVE]
    jobs = []
    for rep in range(options.reps or (QUICK_REPS if options.quick else max(reps, LIVE_REPS))):
        for case in chosen:
            is_live = case in LIVE
            if rep >= reps and not is_live:
                continue
            budget = options.budget or (LIVE_BUDGET if is_live else BUDGET)
            jobs += [
                Job(case, method, rep, budget, options.workers)
                for method in _methods_of(case, options.methods)
                if method not in CURVE_NAMES or rep < CURVE_REPS
            ]
    if not options.methods:
        n_races = 10 if options.quick else options.reps or COVERAGE_REPS
        jobs += [
            Job(case, LIVE_OURS, rep, options.budget or BUDGET, options.workers)
            for case in COVERAGE_CASES
            if case in chosen
            for rep in range(n_races)
        ]
    return list(dict.fromkeys(jobs))


def _methods_of(case: str, wanted: Sequence[str] | None) -> list[str]:
    if case in LIVE:
        fitting = [LIVE_OURS, *LIVE_PEERS]
    else:
        fitting = [MAIN, *PEER_NAMES]
        if case in (*SYNTHETIC, "failing"):
            fitting += CURVE_NAMES
    return [name for name in wanted if case not in LIVE or name in fitting] if wanted else fitting


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="few repetitions: a trial")
    parser.add_argument("--reps", type=int, help=f"repetitions; {REPS}, live ones {LIVE_REPS}")
    parser.add_argument("--cases", nargs="+", choices=NAMES)
    parser.add_argument("--methods", nargs="+", choices=METHODS)
    parser.add_argument("--budget", type=int, help=f"runs; {BUDGET}, live cases {LIVE_BUDGET}")
    parser.add_argument("--workers", type=int, default=1, help="simulated runs at the same time")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--results", type=Path, default=RESULTS, help="file of partial results")
    parser.add_argument("--no-timing", action="store_true", help="do not time the planner")
    return parser.parse_args()


def _conditions() -> str:
    today = dt.datetime.now(tz=dt.UTC).date()
    return f"Measured on {today} by `make bench-search`."


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
