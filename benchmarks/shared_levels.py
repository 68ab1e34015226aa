"""What seeds that share levels do to intervals and tests: `python -m benchmarks.shared_levels`.

Prints Markdown tables, in per cent. Seeds are fixed, so they come out the same each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import stdtrit

from sweeps.analysis.comparing.contrast import Contrast

if TYPE_CHECKING:
    from sweeps.analysis.array import Floats, Integers

LEVEL = 0.95
N_SAMPLES = 20_000
DESIGNS: dict[str, tuple[tuple[int, ...], bool]] = {
    "crossed, 5 x 6": ((5, 6), False),
    "crossed, 2 x 15": ((2, 15), False),
    "crossed, 3 x 3 x 3": ((3, 3, 3), False),
    "nested, 5 x 6": ((5, 6), True),
}
"""Numbers of levels, the first source outermost, and whether it is nested."""
LUCKS: dict[str, tuple[float, ...]] = {
    "in the first source": (1.0, 0.0, 0.0),
    "in the second": (0.0, 1.0, 0.0),
    "in both": (1.0, 1.0, 0.0),
    "in neither": (0.0, 0.0, 0.0),
}
"""Standard deviation of what a level of each source adds, that of the noise being 0.5."""
NOISE = 0.5


def drawn(
    design: str, luck: str, n_samples: int, seed: int, *, failed: float = 0.0
) -> tuple[Floats, Integers]:
    """Draw scores with a true mean of 0 under the seeds of a design.

    Args:
        design: One of `DESIGNS`.
        luck: One of `LUCKS`.
        n_samples: How many samples.
        seed: Where the randomness starts.
        failed: Share of the runs that fail, and have no score.

    Returns:
        Scores, shape `(n_samples, n_seeds)`, and the levels that seeds share.
    """
    sizes, is_nested = DESIGNS[design]
    rng = np.random.default_rng(seed)
    values = NOISE * rng.normal(size=(n_samples, *sizes))
    for axis, (n, sd) in enumerate(zip(sizes, LUCKS[luck], strict=False), start=1):
        # An inner level of a nested design is another one under each outer level.
        own = [1] * axis + [n] + [1] * (len(sizes) - axis)
        shape = sizes[:axis] + (1,) * (len(sizes) - axis) if is_nested else own[1:]
        values = values + sd * rng.normal(size=(n_samples, *shape))
    values[rng.random(values.shape) < failed] = np.nan
    levels = np.indices(sizes).reshape(len(sizes), -1)
    return values.reshape(n_samples, -1), levels[:1] if is_nested else levels


def coverage(
    design: str, luck: str, *, kind: str = "mean", failed: float = 0.0, n_samples: int = N_SAMPLES
) -> float:
    """Say how often the interval of a mean, or of a difference of means, holds its true value.

    Args:
        design: One of `DESIGNS`.
        luck: One of `LUCKS`: of one configuration. Two differ by twice as much luck, and what they
            have in common cancels.
        kind: `mean`, `difference`, or `plain`: the mean as if seeds were independent.
        failed: Share of the runs that fail.
        n_samples: How many samples.
    """
    values, levels = drawn(design, luck, n_samples, 1, failed=failed)
    if kind == "difference":
        values = values - drawn(design, luck, n_samples, 2, failed=failed)[0]
    if kind == "plain":
        n = values.shape[1]
        half = -stdtrit(n - 1, (1 - LEVEL) / 2) * values.std(axis=1, ddof=1) / np.sqrt(n)
        return float((np.abs(values.mean(axis=1)) <= half).mean())
    return float(Contrast.of_levels(values, levels).interval(LEVEL).contains(0.0).mean())


def type_one(design: str, luck: str, *, n_samples: int = N_SAMPLES) -> float:
    """Say how often the t test at 5 % tells two equal configurations apart.

    Args:
        design: One of `DESIGNS`.
        luck: One of `LUCKS`, of the differences.
        n_samples: How many samples.
    """
    values, levels = drawn(design, luck, n_samples, 3)
    return float((Contrast.of_levels(values, levels).p_value() <= 1 - LEVEL).mean())


def main() -> None:
    """Print the tables."""
    columns: dict[str, dict[str, Any]] = {
        "mean": {"kind": "mean"},
        "difference": {"kind": "difference"},
        "mean, 10 % failed": {"kind": "mean", "failed": 0.1},
        "mean, as if independent": {"kind": "plain"},
    }
    print(f"| design | luck | {' | '.join(columns)} | wrongly apart |")
    print(f"|{'---|' * (len(columns) + 3)}")
    for design in DESIGNS:
        for luck in LUCKS:
            cells = [f"{100 * coverage(design, luck, **how):.1f}" for how in columns.values()]
            cells.append(f"{100 * type_one(design, luck):.1f}")
            print(f"| {design} | {luck} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
