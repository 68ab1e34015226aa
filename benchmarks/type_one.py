"""How often tests find a difference where there is none: `python -m benchmarks.type_one`.

Prints Markdown tables, in per cent, at a nominal 5 %. Seeds are fixed, so they come out the same
each time. Two configurations of equal mean are compared; their scores have one distribution, or
those of the first are spread three times as widely around the same mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from benchmarks.coverage import DISTRIBUTIONS, LEVEL, true_value
from sweeps.analysis.comparing.anytime import running_p
from sweeps.analysis.comparing.contrast import Contrast
from sweeps.analysis.comparing.permutation import permutation, sign_flip
from sweeps.analysis.moments import Moments

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sweeps.analysis.array import Floats

    Sizes = tuple[int, int]

N_SAMPLES = 40_000
N_EXACT = 4_000
SYMMETRIC = ("normal", "t, 3 degrees of freedom")
EQUAL: Sequence[Sizes] = ((3, 3), (5, 5), (6, 6), (10, 10), (20, 20), (30, 30))
UNEQUAL: Sequence[Sizes] = ((5, 10), (10, 5), (10, 30), (30, 10))
COUNTED: Sequence[Sizes] = ((3, 3), (5, 5), (6, 6), (8, 8))
KEPT = tuple((name, 1) for name in DISTRIBUTIONS) + tuple((name, 3) for name in SYMMETRIC)
"""Distributions and ratios of spread for which the tests are meant."""
BROKEN = tuple((name, 3) for name in DISTRIBUTIONS if name not in SYMMETRIC)
"""Skewed scores of unequal spread, which no test of a mean likes."""


def welch_rate(name: str, ratio: int, sizes: Sizes, *, n_samples: int = N_SAMPLES) -> float:
    """Say how often Welch's test rejects equal means.

    Args:
        name: One of `DISTRIBUTIONS`.
        ratio: Spread of the first configuration over that of the second.
        sizes: Numbers of seeds of both.
        n_samples: Number of simulated comparisons.
    """
    samples = (_described(x) for x in _two(name, ratio, sizes, n_samples))
    return _share(Contrast.of_samples(*samples).p_value())


def paired_t_rate(name: str, ratio: int, sizes: Sizes, *, n_samples: int = N_SAMPLES) -> float:
    """Say how often the paired t test rejects equal means; arguments as for `welch_rate`."""
    a, b = _two(name, ratio, sizes, n_samples)
    return _share(Contrast.of_pairs(_described(a - b)).p_value())


def sign_flip_rate(name: str, ratio: int, sizes: Sizes, *, n_samples: int = N_EXACT) -> float:
    """Say how often the sign flips reject equal means; arguments as for `welch_rate`."""
    a, b = _two(name, ratio, sizes, n_samples)
    rng = np.random.default_rng(0)
    return _share(np.array([sign_flip(row, rng=rng).p_value for row in a - b]))


def permutation_rate(name: str, ratio: int, sizes: Sizes, *, n_samples: int = N_EXACT) -> float:
    """Say how often permutations reject equal means; arguments as for `welch_rate`."""
    a, b = _two(name, ratio, sizes, n_samples)
    rng = np.random.default_rng(0)
    both = zip(a, b, strict=True)
    return _share(np.array([permutation(*rows, rng=rng).p_value for rows in both]))


def peeking_rates(name: str, n: int, *, n_samples: int = 10_000) -> tuple[float, float]:
    """Say how often somebody errs who looks at every number of shared seeds from 3 on.

    Args:
        name: One of `DISTRIBUTIONS`.
        n: Number of seeds at the last look.
        n_samples: Number of simulated comparisons.

    Returns:
        The shares: by the paired t test at each look, and by the p-value made for looking.
    """
    a, b = _two(name, 1, (n, n), n_samples)
    pairs = a - b
    numbers = np.arange(3.0, n + 1)
    mean = np.cumsum(pairs, axis=1)[:, 2:] / numbers
    squares = np.cumsum(pairs**2, axis=1)[:, 2:] - numbers * mean**2
    sd = np.sqrt(np.maximum(squares, 0.0) / (numbers - 1))
    looks = Contrast.of_pairs(Moments(np.broadcast_to(numbers, mean.shape), mean, sd)).p_value()
    return _share(looks.min(axis=1)), _share(running_p(pairs)[:, -1])


def _two(name: str, ratio: int, sizes: Sizes, n_samples: int) -> tuple[Floats, Floats]:
    """Draw the scores of both, of mean 0."""
    rng = np.random.default_rng([ratio, *sizes, *name.encode()])
    centre = true_value("mean", name)
    a, b = (DISTRIBUTIONS[name](rng, (n_samples, n)) - centre for n in sizes)
    return ratio * a, b


def _described(samples: Floats) -> Moments:
    n_samples, n = samples.shape
    return Moments(np.full(n_samples, float(n)), samples.mean(axis=1), samples.std(axis=1, ddof=1))


def _share(p_values: Floats) -> float:
    """Give the share of rejections; rounding must not lose a p of exactly 5 %."""
    return float((p_values <= (1 - LEVEL) * (1 + 1e-9)).mean())


def _row(name: str, ratio: int) -> str:
    return name if ratio == 1 else f"{name}, spread {ratio} : 1"


def _table(title: str, head: Iterable[str], rows: Iterable[tuple[str, Iterable[float]]]) -> str:
    names = list(head)
    lines = [f"**{title}**", "", "| | " + " | ".join(names) + " |", "|---" * (len(names) + 1) + "|"]
    for name, shares in rows:
        lines.append(f"| {name} | " + " | ".join(f"{100 * share:.1f}" for share in shares) + " |")
    return "\n".join(lines) + "\n"


def _sizes(sizes: Iterable[Sizes]) -> list[str]:
    return [f"{a} seeds" if a == b else f"{a} v {b}" for a, b in sizes]


def main() -> None:
    """Print all tables."""
    for title, cases, sizes, rate in (
        ("Welch's test", KEPT, EQUAL, welch_rate),
        ("Welch's test where it breaks: skewed scores, unequal spread", BROKEN, EQUAL, welch_rate),
        ("Welch's test at unequal numbers of seeds", KEPT + BROKEN, UNEQUAL, welch_rate),
        ("Paired t test", KEPT, EQUAL, paired_t_rate),
        ("Sign flips, shared seeds", KEPT, COUNTED, sign_flip_rate),
        ("Permutations, one distribution", KEPT[: len(DISTRIBUTIONS)], COUNTED, permutation_rate),
        ("Permutations, unequal spread", (*KEPT[-2:], *BROKEN), COUNTED, permutation_rate),
    ):
        rows = ((_row(*case), [rate(*case, size) for size in sizes]) for case in cases)
        print(_table(title, _sizes(sizes), rows))
    looks = ((name, peeking_rates(name, 200)) for name in DISTRIBUTIONS)
    head = ("t test at every look", "p made for looking")
    print(_table("Looking at 3 to 200 shared seeds, one after the other", head, looks))


if __name__ == "__main__":
    main()
