"""What a comparison lacks, and what one has to know to read it, in plain sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sweeps.analysis.comparing import anytime
from sweeps.analysis.comparing.contrast import FEWEST

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sweeps.analysis.comparing.permutation import Exact


@dataclass(frozen=True, slots=True)
class Shared:
    """How seeds share levels.

    Attributes:
        names: The sources whose levels they share.
        flipped: The source whose levels the sign flips take as pairs.
        n: Number of its levels that have a pair.
        is_known: Whether there are enough levels for an interval.
    """

    names: tuple[str, ...]
    flipped: str
    n: int
    is_known: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentences depend on.

    Attributes:
        paired: Whether runs with the same seed were compared.
        n: Finished runs of either that were compared; the number of pairs twice where paired.
        n_failed: Failed runs of either.
        difference: The difference of means.
        varies: Whether there is a spread to judge the difference by.
        exact: Outcome of the exact test.
        level: Confidence level.
        shared: How seeds share levels, None where they are independent.
    """

    paired: bool
    n: tuple[int, int]
    n_failed: tuple[int, int]
    difference: float
    varies: bool
    exact: Exact
    level: float
    shared: Shared | None = None


def reasons_of(facts: Facts) -> tuple[str, ...]:
    """Give the sentences for a comparison, the gravest first.

    Example:
        >>> from sweeps.analysis.comparing.permutation import Exact
        >>> exact = Exact(0.0625, 0.0625, 16, is_enumerated=True)
        >>> facts = Facts(True, (5, 5), (0, 0), 0.1, True, exact, 0.95)
        >>> print(reasons_of(facts)[0])
        With 5 shared seeds no exact p can be below 0.0625, so the exact test shows no difference at
        the 95 % level whatever the scores. 6 shared seeds can reach 0.0312.
    """
    return (
        *_of_levels(facts),
        *_of_size(facts),
        *_of_failures(facts),
        *_of_exact(facts),
        *_of_anytime(facts),
    )


def _of_levels(facts: Facts) -> Iterator[str]:
    shared = facts.shared
    if shared is None:
        return
    names = " and ".join(shared.names)
    if not shared.is_known:
        if min(facts.n) >= FEWEST:
            yield (
                f"The seeds share levels of {names}, and an interval takes at least 2 levels of "
                "each that both finished. Run more seeds."
            )
        return
    yield (
        f"The seeds share levels of {names}, which the t interval and its p-value allow for. The "
        f"sign flips take the means over the {shared.n} levels of {shared.flipped} as pairs, which "
        "is exact where no other source adds luck. Seeds needed are independent ones."
    )


def _of_size(facts: Facts) -> Iterator[str]:
    if facts.shared is not None and not facts.shared.is_known and min(facts.n) >= FEWEST:
        return  # said already
    if min(facts.n) == 0:
        what = "seed that both finished" if facts.paired else "finished run of both"
        yield f"A comparison takes at least 1 {what}, and there is none. Run more seeds."
    elif min(facts.n) < FEWEST:
        what = "shared seeds that both finished" if facts.paired else "finished runs of both"
        yield (
            f"An interval takes at least 2 {what}, got {min(facts.n)}: nothing says how much of "
            "the difference is luck. Run more seeds."
        )
    elif not facts.varies and facts.difference == 0:
        yield "The scores are the same under every seed, so there is nothing to test."
    elif not facts.varies:
        yield (
            "The difference is the same under every seed, so t, effect size and number of seeds "
            "have no spread to measure it by. The p-value is that of the exact test."
        )


def _of_failures(facts: Facts) -> Iterator[str]:
    for name, n_failed in zip("ab", facts.n_failed, strict=True):
        if n_failed:
            runs = "1 run" if n_failed == 1 else f"{n_failed:,} runs"
            yield (
                f"{runs} of {name} failed. The difference is over finished runs only; the "
                "probability of improvement counts failed runs as the worst."
            )


def _of_exact(facts: Facts) -> Iterator[str]:
    smallest = facts.exact.smallest_p
    if not facts.varies and facts.difference == 0:
        return  # said already
    if smallest > 1 - facts.level and min(facts.n) > 0:
        if facts.shared is not None:
            seeds = f"{facts.shared.n} levels of {facts.shared.flipped}"
        elif facts.paired:
            seeds = "1 shared seed" if facts.n[0] == 1 else f"{facts.n[0]} shared seeds"
        else:
            seeds = f"{facts.n[0]} and {facts.n[1]} runs"
        level = f"{100 * facts.level:.4g} % level"
        yield (
            f"With {seeds} no exact p can be below {smallest:.4f}, so the exact test shows no "
            f"difference at the {level} whatever the scores. {_remedy(facts)}"
        )
    if not facts.exact.is_enumerated:
        yield (
            f"The exact test drew {facts.exact.n_arrangements:,} arrangements at random, since "
            "there are too many to count."
        )


def _remedy(facts: Facts) -> str:
    if not facts.paired:
        return "Run more seeds of both."
    n = 1
    while 2.0 ** (1 - n) > 1 - facts.level:
        n += 1
    n_pairs, pairs = facts.n[0], "shared seeds"
    if facts.shared is not None:
        n_pairs, pairs = facts.shared.n, "levels"
    if n <= n_pairs:
        return "Differences of exactly 0 say nothing either way; run more seeds."
    return f"{n} {pairs} can reach {2.0 ** (1 - n):.4f}."


def _of_anytime(facts: Facts) -> Iterator[str]:
    if not facts.paired:
        yield (
            "Figures that hold at any time are for shared seeds, one pair after the other; here "
            "there are none. Look once, when all runs are done, or share seeds."
        )
        return
    if facts.shared is not None:
        yield "Figures that hold at any time are for independent seeds, and these share levels."
        return
    fewest = anytime.fewest(level=facts.level)
    if facts.varies and facts.n[0] < fewest:
        yield (
            f"An interval that holds at any time takes at least {fewest} shared seeds, got "
            f"{facts.n[0]}. Run more seeds."
        )
