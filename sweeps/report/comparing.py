"""Two configurations beside each other: which is better, how surely, and by how much."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rich.text import Text

from sweeps.analysis.estimate import Estimate
from sweeps.report.column import Column, Grid
from sweeps.report.figure import interval, notes, p_text, percent, spoken
from sweeps.report.wording import MISSING, count, measured, short_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from sweeps.results import Results
    from sweeps.results.comparing import ConfigComparison


def comparison_report(results: Results, compared: ConfigComparison) -> list[RenderableType]:
    """Show how two configurations compare: in words, then every figure.

    Args:
        results: The sweep that they are of.
        compared: Their comparison.
    """
    said = Text(" ".join(_sentences(results, compared)))
    return [said, Text(), Grid(_figures(results, compared)), *notes(_remarks(compared))]


def _sentences(results: Results, compared: ConfigComparison) -> Iterator[str]:
    difference = _difference(compared)
    yield _verdict(results, compared, difference)
    if difference.is_known:
        yield from _disagreement(compared)
    chance = compared.probability_of_improvement
    if chance.is_known:
        under = "Under a new seed" if compared.paired else "With one more run each"
        yield (
            f"{under}, {short_id(compared.config_a)} would be the better one with a probability of "
            f"{spoken(chance)}."
        )
    if math.isfinite(compared.seeds_needed):
        n_seeds = count(math.ceil(compared.seeds_needed), "seed")
        yield f"To see a difference as large as this takes about {n_seeds} each (power 80 %)."


def _difference(compared: ConfigComparison) -> Estimate:
    n = compared.n_pairs if compared.paired else compared.n_a + compared.n_b
    return Estimate(compared.difference, compared.low, compared.high, n)


def _verdict(results: Results, compared: ConfigComparison, difference: Estimate) -> str:
    """Say which one is better, if that can be said."""
    a, b = short_id(compared.config_a), short_id(compared.config_b)
    what = f"mean {results.metric}"
    if math.isnan(difference.value):
        return f"Nothing can be said of {a} and {b}: there is no run of both to compare."
    by = f"{spoken(difference)} ({a} minus {b}) {_basis(compared)}"
    if not difference.is_known:
        return f"The {what} differs by {by}, and nothing says how much of that is luck."
    p = f"p {_equals(compared.p_value)}" if math.isfinite(compared.p_value) else "no p-value"
    if difference.low <= 0 <= difference.high:
        return f"The data cannot tell {a} and {b} apart: the {what} differs by {by}, {p}."
    a_is_better = (difference.value > 0) == (results.mode == "max")
    better, worse = (a, b) if a_is_better else (b, a)
    return f"{better} is better than {worse}: the {what} differs by {by}, {p}."


def _equals(p: float) -> str:
    text = p_text(p)
    return text if text.startswith("<") else f"= {text}"


def _basis(compared: ConfigComparison) -> str:
    fresh = "fresh " if compared.role == "validation" else ""
    if compared.paired:
        return f"over {count(compared.n_pairs, f'shared {fresh}seed')}"
    on_fresh = " on fresh seeds" if fresh else ""
    return f"over {count(compared.n_a, 'run')} of one and {compared.n_b:,} of the other{on_fresh}"


def _disagreement(compared: ConfigComparison) -> Iterator[str]:
    """Say that interval and exact test do not agree, where they do not."""
    by_interval = not compared.low <= 0 <= compared.high
    by_test = compared.p_exact <= 1 - compared.level
    if math.isnan(compared.p_exact) or by_interval == by_test:
        return
    test = "the sign-flip test" if compared.paired else "the permutation test"
    said = "sees one" if by_test else "sees none"
    holds = "holds no zero" if by_interval else "holds zero"
    p = _equals(compared.p_exact)
    yield f"The t interval {holds}, but {test}, which assumes no normal scores, {said} (p {p})."


def _figures(results: Results, compared: ConfigComparison) -> list[Column]:
    """Give every figure with its interval as a table."""
    a, b = short_id(compared.config_a), short_id(compared.config_b)
    difference = _difference(compared)
    effect, chance = compared.effect_size, compared.probability_of_improvement
    anytime = Estimate(
        compared.difference, compared.anytime_low, compared.anytime_high, difference.n
    )
    exact = "p, exact by sign flips" if compared.paired else "p, exact by permutations"
    if results.levels and compared.paired and compared.role == "race":
        exact = "p, by sign flips of level means"
    estimates = {
        f"{results.metric}, {a} minus {b}": difference,
        "the same, valid at any time": anytime,
        "effect size, in standard deviations": effect,
        f"probability that {a} is better": chance,
    }
    tests = {
        exact: compared.p_exact,
        "smallest p that this test can reach": compared.smallest_p,
        f"p, {'paired' if compared.paired else 'Welch'} t test": compared.p_t,
        "p, valid at any time": compared.anytime_p,
    }
    runs = {
        f"runs of {a}": _runs(compared.n_a, compared.n_failed_a),
        f"runs of {b}": _runs(compared.n_b, compared.n_failed_b),
        "seeds needed": _ceiling(compared.seeds_needed),
    }
    values = [
        *(measured(each.value, each.low, each.high).mean for each in estimates.values()),
        *(p_text(p) for p in tests.values()),
        *runs.values(),
    ]
    intervals = [interval(each.value, each.low, each.high) for each in estimates.values()]
    intervals += [""] * (len(values) - len(intervals))
    return [
        Column("figure", [*estimates, *tests, *runs], is_number=False, wraps=True),
        Column("value", values),
        Column(f"{percent(compared.level)} interval", intervals),
    ]


def _runs(n: int, n_failed: int) -> str:
    return f"{n:,}, {n_failed:,} failed" if n_failed else f"{n:,}"


def _ceiling(n_seeds: float) -> str:
    return f"{math.ceil(n_seeds):,}" if math.isfinite(n_seeds) else MISSING


def _remarks(compared: ConfigComparison) -> Iterator[str]:
    if compared.n_failed_a or compared.n_failed_b:
        yield (
            "The difference is of finished runs; the probability of being better counts a failed "
            "run as the worst."
        )
    for each in (compared.probability_of_improvement, compared.effect_size):
        if each.reason:
            yield each.reason
    yield from compared.reasons
