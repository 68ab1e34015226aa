"""Two configurations beside each other in words: a verdict only where the data give one."""

from __future__ import annotations

import io
import math
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from sweeps.analysis.estimate import Estimate
from sweeps.report.comparing import comparison_report

NAN = math.nan
FIGURES = {
    "config_a": "aaaaaaaa00000000",
    "config_b": "bbbbbbbb00000000",
    "difference": 0.02,
    "low": 0.01,
    "high": 0.03,
    "level": 0.95,
    "p_value": 0.004,
    "p_t": 0.002,
    "p_exact": 0.004,
    "smallest_p": 0.00195,
    "t": 4.0,
    "df": 9.0,
    "probability_of_improvement": Estimate(0.8, 0.6, 0.95, 10),
    "effect_size": Estimate(1.2, 0.4, 2.0, 10),
    "role": "race",
    "paired": True,
    "n_a": 10,
    "n_b": 10,
    "n_failed_a": 0,
    "n_failed_b": 0,
    "n_pairs": 10,
    "seeds_needed": 7.3,
    "anytime_low": -0.001,
    "anytime_high": 0.041,
    "anytime_p": 0.06,
    "reasons": (),
}


def report(width=120, mode="max", levels=(), **changes):
    """Give what a terminal shows of a comparison, with single spaces."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    compared: Any = SimpleNamespace(**{**FIGURES, **changes})
    results: Any = SimpleNamespace(metric="accuracy", mode=mode, levels=levels)
    for renderable in comparison_report(results, compared):
        console.print(renderable)
    text = file.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert "nan" not in text
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("mode", "better", "worse"),
    [("max", "aaaaaaaa", "bbbbbbbb"), ("min", "bbbbbbbb", "aaaaaaaa")],
)
def test_the_better_one_is_named_in_the_direction_of_the_metric(mode, better, worse):
    """A higher loss is no victory."""
    assert report(mode=mode).startswith(
        f"{better} is better than {worse}: the mean accuracy differs by 0.020 ± 0.010 "
        "(aaaaaaaa minus bbbbbbbb) over 10 shared seeds, p = 0.004."
    )


def test_an_interval_that_holds_zero_is_no_verdict():
    """Whatever the sign of the difference."""
    text = report(low=-0.01, high=0.05, p_value=0.3, p_exact=0.3)
    assert text.startswith("The data cannot tell aaaaaaaa and bbbbbbbb apart: ")
    assert "better than" not in text


def test_interval_and_exact_test_that_disagree_are_both_told():
    """As with 5 shared seeds, where no exact p can be below 0.05."""
    reason = "With 5 shared seeds no exact p can be below 0.0625."
    text = report(p_value=0.0625, p_exact=0.0625, n_pairs=5, smallest_p=0.0625, reasons=(reason,))
    assert "The t interval holds no zero, but the sign-flip test" in text
    assert "sees none (p = 0.062)" in text
    assert reason in text
    assert "sign-flip" not in report()


def test_a_difference_without_an_interval_is_said_to_be_open():
    """One run each says nothing of luck."""
    nothing = Estimate.unknown("One seed gives no interval; run more.", value=1.0, n=1)
    unknown = dict.fromkeys(
        ("low", "high", "p_value", "p_t", "p_exact", "smallest_p", "t", "df", "seeds_needed"), NAN
    )
    text = report(
        **unknown,
        n_pairs=1,
        anytime_low=-math.inf,
        anytime_high=math.inf,
        anytime_p=1.0,
        effect_size=nothing,
        probability_of_improvement=nothing,
    )
    assert "and nothing says how much of that is luck." in text
    assert "Under a new seed" not in text
    assert "One seed gives no interval; run more." in text
    assert "[no limit, no limit]" in text
    assert "seeds needed -" in text


def test_fresh_seeds_are_called_fresh():
    """They took no part in choosing either."""
    assert "over 10 shared fresh seeds, p" in report(role="validation")
    assert "over 10 runs of one and 10 of the other on fresh seeds" in report(
        role="validation", paired=False
    )


def test_nothing_in_common_is_one_sentence():
    """No difference, no verdict."""
    text = report(difference=NAN, low=NAN, high=NAN, n_pairs=0)
    assert text.startswith("Nothing can be said of aaaaaaaa and bbbbbbbb")


def test_failures_stand_beside_the_means():
    """The difference leaves them out, and says so."""
    text = report(paired=False, n_a=8, n_failed_a=2)
    assert "over 8 runs of one and 10 of the other" in text
    assert "With one more run each, aaaaaaaa would be the better one" in text
    assert "runs of aaaaaaaa 8, 2 failed" in text
    assert "counts a failed run as the worst" in text
    assert "failed" not in report()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_fits_and_rounds_seeds_up(width):
    """7.3 seeds are 8."""
    text = report(width)
    assert "takes about 8 seeds each (power 80 %)." in text
    assert "seeds needed 8" in text


def test_sign_flips_of_levels_are_not_called_exact():
    """They are so only where no other source adds luck, which nobody knows."""
    levels = {"split": 5, "init": 6}
    assert "p, by sign flips of level means" in report(levels=levels)
    assert "p, exact by sign flips" in report(levels=levels, role="validation")
    assert "p, exact by sign flips" in report()


def test_reasons_of_the_comparison_are_shown():
    """Such as that one of the two was picked by these very scores."""
    picked = "One of the two was picked as the best by these very scores."
    assert picked in report(reasons=(picked,))
