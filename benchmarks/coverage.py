"""How often intervals at a nominal 95 % hold the truth: `python -m benchmarks.coverage`.

Prints Markdown tables, in per cent. Seeds are fixed, so they come out the same each time.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr, ndtr, stdtrit

from sweeps.analysis.describing.band import band
from sweeps.analysis.describing.rate import wilson
from sweeps.analysis.describing.statistic import STATISTICS, group_statistics
from sweeps.analysis.describing.tasks import aggregate
from sweeps.analysis.resampling import draw_counts
from sweeps.analysis.scores import Scores

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sweeps.analysis.array import Floats

    Draw = Callable[[np.random.Generator, tuple[int, ...]], Floats]
    Bounds = tuple[Floats, Floats]

LEVEL = 0.95
N_SAMPLES = 20_000
N_DRAWS = 2_000
N_SEEDS = (3, 5, 6, 10, 20, 30)
BOOTSTRAPS = ("mean", "iqm", "cvar")


def _bimodal(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Draw scores near 0.9, of which 5 % collapse to 0.1."""
    collapses = rng.random(shape) < 0.05
    return np.where(collapses, rng.normal(0.1, 0.05, shape), rng.normal(0.9, 0.02, shape))


DISTRIBUTIONS: dict[str, Draw] = {
    "normal": lambda rng, shape: rng.normal(size=shape),
    "lognormal, sigma 0.5": lambda rng, shape: rng.lognormal(0.0, 0.5, shape),
    "beta(20, 2)": lambda rng, shape: rng.beta(20, 2, shape),
    "lognormal, sigma 1": lambda rng, shape: rng.lognormal(0.0, 1.0, shape),
    "t, 3 degrees of freedom": lambda rng, shape: rng.standard_t(3, shape),
    "5 % collapse": _bimodal,
}


def coverage(
    statistic: str, distribution: str, n: int, *, how: str = "ours", n_samples: int = N_SAMPLES
) -> float:
    """Say how often the interval of a statistic of `n` seeds holds its true value.

    Args:
        statistic: One of `STATISTICS`.
        distribution: One of `DISTRIBUTIONS`.
        n: Number of seeds.
        how: `ours`, the interval that `group_statistics` gives; `percentile`, the plain bootstrap;
            or `expanded`, the bootstrap read off further out.
        n_samples: Number of simulated configurations.

    Returns:
        The share that holds it; NaN where there is no interval.
    """
    rng = np.random.default_rng([n, *distribution.encode()])
    samples = DISTRIBUTIONS[distribution](rng, (n_samples, n))
    if how == "ours":
        low, high = _ours(samples, statistic)
    else:
        low, high = _bootstrap(samples, statistic, how, rng)
    if np.isnan(low).any():
        return float("nan")
    truth = true_value(statistic, distribution)
    return float(((low <= truth) & (truth <= high)).mean())


@cache
def true_value(statistic: str, distribution: str) -> float:
    """Give the statistic of a million draws, which is far more exact than any interval here."""
    draws = DISTRIBUTIONS[distribution](np.random.default_rng(0), (1, 1_000_000))
    return float(group_statistics(_scores(draws), statistic, mode="max").value[0])


def rate_coverage(rate: float, n: int) -> float:
    """Say how often Wilson's interval of `n` runs holds the true rate, without simulation."""
    hits = np.arange(n + 1.0)
    probability = np.diff(bdtr(hits, n, rate), prepend=0.0)
    return float(probability[wilson(hits, n, level=LEVEL).contains(rate)].sum())


def tasks_coverage(statistic: str, n_runs: int, n_tasks: int, *, n_samples: int) -> float:
    """Say how often the interval over tasks of different level and spread holds the truth."""
    rng = np.random.default_rng([n_runs, n_tasks])
    level, spread = np.linspace(0, 1, n_tasks), np.linspace(0.1, 1, n_tasks)
    truth = (
        aggregate(
            level + spread * rng.normal(size=(100_000, n_tasks)), "iqm", rng=rng, n_draws=1
        ).value
        if statistic == "iqm"
        else 0.5
    )
    held = 0
    for _ in range(n_samples):
        x = level + spread * rng.normal(size=(n_runs, n_tasks))
        found = aggregate(x, statistic, rng=rng, level=LEVEL, n_draws=500)
        held += found.low <= truth <= found.high
    return held / n_samples


def band_coverage(n: int, *, simultaneous: bool, n_samples: int, n_steps: int = 50) -> float:
    """Say how often a band holds a whole mean curve of normal values that forget slowly."""
    rng = np.random.default_rng(n)
    held = 0
    for _ in range(n_samples):
        curves = rng.normal(size=(n, n_steps))
        for step in range(1, n_steps):
            curves[:, step] = 0.9 * curves[:, step - 1] + np.sqrt(0.19) * curves[:, step]
        found = band(curves, rng=rng, level=LEVEL, simultaneous=simultaneous, n_draws=500)
        held += bool(((found.low <= 0) & (found.high >= 0)).all())
    return held / n_samples


def expanded_tail(n: int, level: float) -> float:
    """Give the tail probability at which a percentile interval of n values is read off.

    Wider than (1 - level) / 2 by what the t distribution and the divisor n - 1 add to a mean's
    interval, since the plain percentile covers only 84 % at 5 values instead of 95 %.

    Args:
        n: Number of values that were resampled, at least 2.
        level: Confidence level, between 0 and 1.

    Example:
        >>> [round(expanded_tail(n, 0.95), 4) for n in (5, 10, 20)]
        [0.001, 0.0086, 0.0159]

    References:
        Hesterberg, "What teachers should know about the bootstrap", The American Statistician 69
        (2015), 371-386.
    """
    quantile = stdtrit(n - 1, (1 - level) / 2)
    return float(ndtr(np.sqrt(n / (n - 1)) * quantile))


def percentile_interval(draws: Floats, n: int, level: float) -> tuple[Floats, Floats]:
    """Read the expanded percentile interval of `n` values off draws, one along the first axis."""
    tail = expanded_tail(n, level)
    low, high = np.quantile(draws, [tail, 1 - tail], axis=0)
    return low, high


def _scores(samples: Floats) -> Scores:
    n_groups, n = samples.shape
    groups, seeds = np.divmod(np.arange(samples.size), n)
    return Scores(samples.ravel(), groups, seeds, n_groups)


def _ours(samples: Floats, statistic: str) -> Bounds:
    found = group_statistics(_scores(samples), statistic, mode="max", level=LEVEL)
    return found.low, found.high


def _bootstrap(samples: Floats, statistic: str, how: str, rng: np.random.Generator) -> Bounds:
    """Resample all samples alike: the counts are random, and nothing here compares samples."""
    ordered, n = np.sort(samples, axis=1), samples.shape[1]
    weights = _weights(draw_counts(rng, N_DRAWS, n), statistic)
    parts = []
    for rows in np.array_split(ordered, max(1, len(ordered) // 1_000)):
        draws = weights @ rows.T
        if how == "expanded":
            parts.append(percentile_interval(draws, n, LEVEL))
        else:
            tail = (1 - LEVEL) / 2
            parts.append(tuple(np.quantile(draws, [tail, 1 - tail], axis=0)))
    low, high = (np.concatenate(side) for side in zip(*parts, strict=True))
    return low, high


def _weights(counts: Floats, statistic: str) -> Floats:
    """Give how much each sorted score of a resample counts."""
    n = counts.shape[1]
    if statistic == "mean":
        return np.asarray(counts / n)
    below = np.cumsum(counts, axis=1)
    if statistic == "iqm":
        kept = np.clip(below, n // 4, n - n // 4) / (n - 2 * (n // 4))
        return np.asarray(np.diff(kept, axis=1, prepend=(n // 4) / (n - 2 * (n // 4))))
    n_worst = max(0.2 * n, 1.0)
    return np.asarray(np.diff(np.minimum(below, n_worst) / n_worst, axis=1, prepend=0.0))


def _table(title: str, head: Iterable[object], rows: Iterable[tuple[str, list[float]]]) -> str:
    names = [str(name) for name in head]
    lines = [f"**{title}**", "", "| " + " | ".join(["", *names]) + " |", "|---" * (len(names) + 1)]
    lines[-1] += "|"
    for name, shares in rows:
        cells = ("-" if np.isnan(share) else f"{100 * share:.1f}" for share in shares)
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _of_statistic(statistic: str, how: str) -> str:
    title = {
        "ours": f"`{statistic}`",
        "percentile": f"`{statistic}`, plain percentile bootstrap (not used)",
        "expanded": f"`{statistic}`, expanded percentile bootstrap (not used)",
    }[how]
    rows = (
        (name, [coverage(statistic, name, n, how=how) for n in N_SEEDS]) for name in DISTRIBUTIONS
    )
    return _table(title, (f"{n} seeds" for n in N_SEEDS), rows)


def main() -> None:
    """Print all tables."""
    for statistic in STATISTICS[:-1]:
        print(_of_statistic(statistic, "ours"))
    for statistic in BOOTSTRAPS:
        print(_of_statistic(statistic, "expanded" if statistic != "mean" else "percentile"))
    rates = (0.5, 0.8, 0.95)
    rows = ((f"rate {rate}", [rate_coverage(rate, n) for n in N_SEEDS]) for rate in rates)
    print(_table("Success rate", (f"{n} runs" for n in N_SEEDS), rows))
    designs = ((3, 5), (3, 20), (5, 5), (5, 20), (10, 5))
    over = (
        (name, [tasks_coverage(name, *design, n_samples=1_000) for design in designs])
        for name in ("mean", "iqm")
    )
    print(_table("Several tasks", (f"{n} runs, {m} tasks" for n, m in designs), over))
    kinds = {"each step alone": False, "simultaneous": True}
    sizes = (6, 10, 20)
    bands = (
        (name, [band_coverage(n, simultaneous=whole, n_samples=500) for n in sizes])
        for name, whole in kinds.items()
    )
    print(_table("Whole mean curve inside the band", (f"{n} seeds" for n in sizes), bands))


if __name__ == "__main__":
    main()
