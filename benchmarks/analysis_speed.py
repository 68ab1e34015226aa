"""How fast questions to a sweep are answered, beside what peers take: `make bench-analysis`.

Every measurement has a process of its own, in which ours and the peer's take turns; ratios are
taken turn by turn. A whole measurement replaces the tables in docs/benchmarks.md; `--quick` and
`--only` print theirs only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.figures import Figure
from benchmarks.measuring import command, in_fresh_process

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = (
    "numpy",
    "pandas",
    "pyarrow",
    "SQLAlchemy",
    "rliable",
    "arch",
    "scikit-learn",
    "optuna",
)


ATARI = (10, 26)
"""Runs and tasks: those of the Atari benchmark that rliable comes with."""
MANY_RUNS = (100, 10)
FANOVA = (400, 5)
"""Configurations and hyperparameters on which Optuna's fANOVA is timed."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure.

    Attributes:
        n_configs: Configurations of the large sweep.
        n_seeds: Seeds of each.
        n_draws: Resamples of an interquartile mean.
        n_few_draws: Resamples of a probability of improvement, for which rliable takes longer.
        repeats: Turns of each measurement.
    """

    n_configs: int = 10_000
    n_seeds: int = 100
    n_draws: int = 10_000
    n_few_draws: int = 1_000
    repeats: int = 7


QUICK = Size(n_configs=1_000, n_draws=1_000, n_few_draws=50, repeats=2)


def reading(size: Size) -> list[Figure]:
    """Compare reading a large sweep with pandas."""
    found = in_fresh_process(
        "analysis.reading",
        "reading",
        n_configs=size.n_configs,
        n_seeds=size.n_seeds,
        repeats=size.repeats,
    )
    runs = f"{size.n_configs * size.n_seeds:,} runs"
    read_sql = "`pd.read_sql` of configuration, seed and score"
    short = "`pd.read_parquet` of configuration, seed and score"
    seconds = {
        "read_sql_s": read_sql,
        "first_s": "`load(...).configs`, the first time",
        "short_parquet_s": short,
        "open_s": "opening again",
        "configs_s": "`load(...).configs` again",
        "details_s": "`load(...).runs`, the first time",
        "runs_parquet_s": "`pd.read_parquet` of all columns of `runs`",
        "runs_s": "`load(...).runs` again",
    }
    return [
        _ratio(
            f"{runs}: `configs`, the first time / {read_sql}", found, "first_s", "read_sql_s", 2
        ),
        _ratio(f"{runs}: opening again / {short}", found, "open_s", "short_parquet_s", 5),
        _ratio(
            f"{runs}: `runs` again / `pd.read_parquet` of all its columns",
            found,
            "runs_s",
            "runs_parquet_s",
            5,
        ),
        _ratio(f"{runs}: `configs` again / {short}", found, "configs_s", "short_parquet_s"),
        *(
            Figure(f"{runs}: {what}, seconds", tuple(found[name]), form="{:.3f}")
            for name, what in seconds.items()
        ),
        Figure(f"{runs}: the store, MB", (found["store_mb"],), form="{:.0f}"),
        Figure(f"{runs}: the copies of its columns, MB", (found["cache_mb"],), form="{:.0f}"),
    ]


def peers(size: Size) -> list[Figure]:
    """Compare intervals by resampling with rliable's."""
    figures = []
    iqm, better = "interquartile mean", "probability of improvement"
    for function, what, n_draws, goal, (n_runs, n_tasks) in (
        ("interquartile_mean", iqm, size.n_draws, 25, ATARI),
        ("interquartile_mean", iqm, size.n_few_draws, 25, MANY_RUNS),
        ("improvement", better, size.n_few_draws, 200, ATARI),
    ):
        found = in_fresh_process(
            "analysis.peers",
            function,
            n_draws=n_draws,
            repeats=min(size.repeats, 5),
            n_runs=n_runs,
            n_tasks=n_tasks,
        )
        times = tuple(
            theirs / ours for ours, theirs in zip(found["ours_s"], found["theirs_s"], strict=True)
        )
        named = f"{what} with interval, {n_runs} runs x {n_tasks} tasks, {n_draws:,} resamples"
        figures += [
            Figure(f"{named}: times rliable", times, form="{:.0f}", low=goal),
            Figure(f"{named}, milliseconds", tuple(1e3 * s for s in found["ours_s"])),
        ]
    return figures


def questions(size: Size) -> list[Figure]:
    """Say how long each question takes on a large sweep."""
    found = in_fresh_process(
        "analysis.size", "questions", n_configs=size.n_configs, n_seeds=size.n_seeds, repeats=3
    )
    shape = f"{size.n_configs:,} x {size.n_seeds}"
    return [Figure(f"{shape}: {what}, seconds", tuple(times)) for what, times in found.items()]


def importance(size: Size) -> list[Figure]:
    """Compare the importance of hyperparameters with Optuna's, and time it on a large sweep."""
    return [*_beside_optuna(size), *_large(size)]


def _beside_optuna(size: Size) -> list[Figure]:
    n_configs, n_hyperparameters = FANOVA
    repeats = min(size.repeats, 5)
    found = in_fresh_process(
        "analysis.importance",
        "beside_optuna",
        n_configs=n_configs,
        n_hyperparameters=n_hyperparameters,
        repeats=repeats,
    )
    named = f"main effects of {n_configs} configurations x {n_hyperparameters}"
    ours = {
        "one_forest_s": f"{named}, one forest of 64 trees",
        "answer_s": f"{named}, `importance()` whole, intervals and total effects included",
    }
    figures = []
    for name, what in ours.items():
        pairs = zip(found[name], found["theirs_s"], strict=True)
        times = tuple(theirs / mine for mine, theirs in pairs)
        goal = 20 if name == "one_forest_s" else None
        figures += [
            Figure(f"{what}: times Optuna's fANOVA", times, form="{:.0f}", low=goal),
            Figure(f"{what}, seconds", tuple(found[name])),
        ]
    return [*figures, Figure(f"{named}, Optuna's fANOVA, seconds", tuple(found["theirs_s"]))]


def _large(size: Size) -> list[Figure]:
    n_hyperparameters, n_seeds = 10, 3
    found = in_fresh_process(
        "analysis.importance",
        "large",
        n_configs=size.n_configs,
        n_hyperparameters=n_hyperparameters,
        n_seeds=n_seeds,
        repeats=min(size.repeats, 3),
    )
    named = f"{size.n_configs:,} configurations x {n_hyperparameters} hyperparameters: `importance"
    return [
        Figure(f"{named}()`, seconds", tuple(found["main_s"]), form="{:.1f}"),
        Figure(f"{named}(order=2)`, seconds", tuple(found["pairs_s"]), form="{:.1f}", high=60),
    ]


SECTIONS: dict[str, Callable[[Size], list[Figure]]] = {
    "reading": reading,
    "peers": peers,
    "questions": questions,
    "importance": importance,
}


def main() -> None:
    """Measure as the command line says."""
    command(
        "analysis",
        (__doc__ or "").splitlines()[0],
        SECTIONS,
        sizes=(Size(), QUICK),
        quick="small sizes, two turns: a trial",
        packages=PACKAGES,
    )


def _ratio(
    what: str, found: dict[str, list[float]], over: str, under: str, high: float | None = None
) -> Figure:
    values = (a / b for a, b in zip(found[over], found[under], strict=True))
    return Figure(what, tuple(values), high=high)


if __name__ == "__main__":
    main()
