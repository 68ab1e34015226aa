"""What a run costs beyond its objective, beside what peers cost: `make bench-overhead`.

Every measurement has a process of its own, one at a time, and the rounds take turns, so that
ratios compare what ran under the same conditions. Ratios are taken round by round. A whole
measurement replaces the tables in docs/benchmarks.md; `--quick` and `--only` print theirs only.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure
from benchmarks.measuring import command, in_fresh_process

if TYPE_CHECKING:
    from collections.abc import Callable

PACKAGES = ("ray", "optuna", "joblib", "numpy", "SQLAlchemy")
# Name: what it is, where it is measured.
PEERS = {
    "tuner": (
        "plain `tune.Tuner`, class trainable, reused actors, no loggers",
        "bare_tuner",
        "throughput",
    ),
    "optuna": ("Optuna, random sampler, SQLite, one process", "peers", "optuna_sqlite"),
    "joblib": ("joblib, `Parallel(n_jobs=2)`, nothing stored", "peers", "joblib_pool"),
    "limit": ("the limit, CPU time of the runs / cores", "peers", "loop"),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure.

    Attributes:
        n_repeats: Rounds of everything but the help page.
        n_help: Repeats of the help page.
        n_peer: Evaluations of each peer.
        n_few: Runs of our smaller sweep.
        n_many: Runs of our larger sweep.
        n_work: Runs with 20 ms of CPU.
    """

    n_repeats: int = 3
    n_help: int = 10
    n_peer: int = 2_000
    n_few: int = 10_000
    n_many: int = 100_000
    n_work: int = 3_000


QUICK = Size(n_repeats=1, n_help=3, n_peer=200, n_few=1_000, n_many=10_000, n_work=500)
WORK_S = 0.02


def throughput(size: Size) -> list[Figure]:
    """Compare trivial runs per second with the peers, and 100,000 runs with 10,000."""
    rounds = [_throughput_round(size) for _ in range(size.n_repeats)]
    many, few = f"{size.n_many:,} runs", f"{size.n_few:,}"

    def ratio(what: str, over: str, under: str, **goal: Any) -> Figure:
        return Figure(what, tuple(found[over] / found[under] for found in rounds), **goal)

    def rate(what: str, key: str) -> Figure:
        return Figure(what, tuple(found[key] for found in rounds), form="{:,.0f}")

    def memory(kind: str, **goal: Any) -> Figure:
        per_run = (
            (found[f"many_{kind}"] - found[f"few_{kind}"]) / (size.n_many - size.n_few)
            for found in rounds
        )
        what = f"driver memory from {few} to {many}, {kind}, bytes per run"
        return Figure(what, tuple(per_run), form="{:,.0f}", **goal)

    return [
        ratio(f"{many}: times plain Tune, executing", "many_x", "tuner", form="{:.1f}", low=50),
        ratio(
            f"{many}: times Optuna + SQLite, executing", "many_x", "optuna", form="{:.1f}", low=30
        ),
        ratio(f"{many}, our start included: times plain Tune", "many", "tuner", form="{:.1f}"),
        ratio(f"{many}, our start included: times Optuna", "many", "optuna", form="{:.1f}"),
        ratio(f"{many}: times joblib, executing", "many_x", "joblib"),
        ratio(f"cost per run at {many} against {few}, executing", "few_x", "many_x", high=1.15),
        ratio(f"cost per run at {many} against {few}, whole call", "few", "many", high=1.15),
        memory("resident", high=1000),
        memory("private"),
        Figure(
            f"{many}: time of the ninth tenth over that of the second",
            tuple(found["many_growth"] for found in rounds),
        ),
        *(
            rate(f"{PEERS[peer][0]}, {size.n_peer:,} evaluations, per second", peer)
            for peer in PEERS
        ),
        rate(f"`sweeps`, {few} runs, whole call, per second", "few"),
        rate(f"`sweeps`, {few} runs, executing, per second", "few_x"),
        rate(f"`sweeps`, {many}, whole call, per second", "many"),
        rate(f"`sweeps`, {many}, executing, per second", "many_x"),
    ]


def efficiency(size: Size) -> list[Figure]:
    """Say how much of two cores the objective gets when a run takes 20 ms of CPU."""
    rounds = [
        _measure("ours", "efficiency", n=size.n_work, work_s=WORK_S) for _ in range(size.n_repeats)
    ]
    what = f"{size.n_work:,} runs of {1000 * WORK_S:.0f} ms of CPU: "
    return [
        Figure(
            what + "CPU time / (cores x wall), both workers up",
            tuple(found["efficiency"] for found in rounds),
            form="{:.3f}",
            low=0.95,
        ),
        Figure(
            what + "the same over the whole call, start of Ray included",
            tuple(size.n_work * WORK_S / (2 * found["wall_s"]) for found in rounds),
            form="{:.3f}",
        ),
    ]


def help_page(size: Size) -> list[Figure]:
    """Compare `sweeps --help` with the help of an empty typer program."""
    found = _measure("startup", "help_page", repeats=size.n_help)
    return _against_bare(found, "`sweeps --help`", "an empty typer program's", high=3)


def first_run(size: Size) -> list[Figure]:
    """Compare the first finished run after `sweeps run` with a bare Tuner's first result."""
    found = _measure("startup", "first_run", repeats=5 if size.n_repeats > 1 else 1)
    return _against_bare(found, "first run finished", "a bare Tuner's first result", high=1.3)


SECTIONS: dict[str, Callable[[Size], list[Figure]]] = {
    "throughput": throughput,
    "efficiency": efficiency,
    "help": help_page,
    "first-run": first_run,
}


def main() -> None:
    """Measure as the command line says."""
    command(
        "overhead",
        (__doc__ or "").splitlines()[0],
        SECTIONS,
        sizes=(Size(), QUICK),
        quick="small sizes, one round: a trial",
        packages=PACKAGES,
    )


def _throughput_round(size: Size) -> dict[str, float]:
    """Measure everybody once; rates per second by name, `_x` for the executing part alone."""
    found: dict[str, float] = {
        peer: _measure(module, function, n=size.n_peer)["per_s"]
        for peer, (_, module, function) in PEERS.items()
    }
    for name, n in (("few", size.n_few), ("many", size.n_many)):
        ours = _measure("ours", "throughput", n=n)
        found[name] = n / ours["wall_s"]
        found[f"{name}_x"] = n / ours["executing_s"]
        found[f"{name}_growth"] = ours["growth"]
        found[f"{name}_resident"] = ours["resident_b"]
        found[f"{name}_private"] = ours["private_b"]
    return found


def _against_bare(
    found: dict[str, list[float]], what: str, bare: str, *, high: float
) -> list[Figure]:
    """Compare medians: single starts scatter too much to be divided pair by pair."""
    ours, others = tuple(found["ours_s"]), tuple(found["bare_s"])
    return [
        Figure(
            f"{what} / {bare} (of medians)",
            (statistics.median(ours) / statistics.median(others),),
            high=high,
        ),
        Figure(f"{what}, seconds", ours),
        Figure(f"{bare}, seconds", others),
    ]


def _measure(module: str, function: str, **arguments: Any) -> dict[str, Any]:
    """Run one measurement in a fresh process, and say what it found."""
    found = in_fresh_process(module, function, **arguments)
    print(f"  {module}.{function} {arguments}: {found}", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    main()
