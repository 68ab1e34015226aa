"""What seeds do to a sweep in words: luck, reliability, and who would have won with fewer."""

from __future__ import annotations

import io
import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from sweeps.analysis.estimate import Estimate
from sweeps.report.luck import luck, luck_of
from sweeps.report.seeds import SeedAnswers, seed_report

NAN = math.nan


def frame(columns, **attrs):
    """A frame that says how it was made."""
    made = pd.DataFrame(columns)
    made.attrs.update(attrs)
    return made


def components(shares, **attrs):
    """Components of variance with these shares."""
    n = len(shares)
    columns = {
        "source": list(shares),
        "df": [5] * n,
        "mean_square": [1.0] * n,
        "variance": list(shares.values()),
        "share": list(shares.values()),
        "low": [0.1] * n,
        "high": [0.9] * n,
    }
    return frame(columns, **attrs)


CROSSED = components(
    {"configuration": 0.63, "seed": 0.17, "configuration:seed": 0.2},
    icc=Estimate(0.63, 0.4, 0.9, 60),
    reliability=Estimate(0.83, 0.7, 0.9, 60),
    mean_seeds=5,
    reasons=(),
)
TOP = components({"configuration": 0.2, "seed": 0.8}, icc=Estimate(0.2, 0.0, 0.5, 10))
NO_TOP = components({}, icc=Estimate.unknown("Too few configurations."))
STABILITY = frame(
    {
        "n_seeds": [1, 2, 5],
        "wrong": [0.42, 0.3, NAN],
        "clearly_wrong": [0.1, 0.0, NAN],
        "value": [0.8, 0.81, NAN],
        "cost": [0.02, 0.01, NAN],
        "low": [0.01, NAN, NAN],
        "high": [0.03, NAN, NAN],
        "reason": [None, "No interval.", "All 5 seeds are what it is compared with."],
    }
)
NO_STABILITY = STABILITY.assign(wrong=NAN, reason="Seeds are not shared.")
NEEDED = frame(
    {
        "goal": ["reliability", "difference"],
        "target": [0.9, 0.01],
        "seeds": pd.array([6, None], dtype="Int64"),
        "exact": [5.3, math.inf],
        "have": pd.array([5, 5], dtype="Int64"),
        "reason": [None, "Every score is the same; nothing varies."],
    }
)


def printed(answers, width=120, status="finished"):
    """Give what a terminal of that width shows."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    results: Any = SimpleNamespace(
        name="lab",
        metric="accuracy",
        mode="max",
        status=status,
        n_planned=None if status == "finished" else 9,
        runs=pd.DataFrame({"role": ["race"] * 4}),
    )
    for renderable in seed_report(results, answers):
        console.print(renderable)
    text = file.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert "nan" not in text.lower()
    assert "<NA>" not in text
    return text


def test_the_sentence_says_luck_reliability_and_stability():
    """One breath, before any table."""
    assert luck(CROSSED, STABILITY, TOP) == (
        "Luck is 37 % (10 % to 60 %) of the variance of one run (17 % shifts all configurations "
        "alike, which changes no ranking); 5 seeds rank the configurations with reliability 0.83 "
        "(0.70 to 0.90); with 1 seed another one would have won 42 % of the time, a clearly worse "
        "one 10 %. Among the best 10 configurations luck is 80 % (50 % to 100 %)."
    )


def test_an_interval_that_spans_nearly_everything_tells_nothing():
    """Then no figure is given that somebody might quote."""
    vague = components({"configuration": 0.9, "seed": 0.1}, icc=Estimate(0.9, 0.02, 0.95, 5))
    said = luck(vague, NO_STABILITY, vague)
    assert said == (
        "Which share of the variance of one run is luck cannot be told (5 % to 98 %). Among the "
        "best 5 configurations the share of luck cannot be told (5 % to 98 %)."
    )


def test_components_of_the_validated_are_called_so():
    """In a race without a pilot they say nothing of all configurations."""
    validated = CROSSED.copy()
    validated.attrs = {**CROSSED.attrs, "role": "validation"}
    said = luck(validated, NO_STABILITY, NO_TOP)
    assert "of the variance of one run of a validated configuration" in said
    assert "5 seeds rank these configurations" in said


def test_luck_of_one_configuration_is_told_in_its_own_unit():
    """There is no share without a second one, but a spread."""
    alone = components({"configuration": NAN, "seed": NAN}).assign(variance=[NAN, 0.25])
    assert luck(alone, NO_STABILITY, NO_TOP) == "Luck has a standard deviation of 0.5 in one run."


def test_a_sweep_that_is_running_says_so():
    """Before anything that looks final."""
    text = printed(SeedAnswers(CROSSED, TOP, NEEDED, STABILITY), status="running")
    assert text.startswith("The sweep is not done: 4 of 9 runs are over.")


def test_a_reason_is_told_under_one_table_only():
    """Components and numbers of seeds rest on the same runs."""
    of_pilot = CROSSED.copy()
    of_pilot.attrs = {**CROSSED.attrs, "reasons": ("Those of the pilot.",)}
    needed = NEEDED.copy()
    needed.attrs = {"reasons": ("Those of the pilot.",)}
    assert printed(SeedAnswers(of_pilot, TOP, needed, STABILITY)).count("the pilot") == 1


def test_what_is_not_known_is_left_out_of_the_sentence():
    """Each part by itself; nothing at all gives no sentence."""
    unknown = components({"configuration": NAN, "seed": NAN})
    assert luck(unknown, STABILITY, NO_TOP).startswith("With 1 seed another one would have won")
    assert luck(unknown, NO_STABILITY, NO_TOP) == ""
    answers = SeedAnswers(unknown, NO_TOP, NEEDED, NO_STABILITY)
    assert printed(answers).startswith("`lab` cannot say what its seeds do.")


def test_luck_is_told_by_source_where_a_design_tells_them_apart():
    """What a source does to all and to single configurations is its own."""
    by_source = components(
        {
            "configuration": 0.5,
            "split": 0.1,
            "init": 0.05,
            "split:init": 0.01,
            "configuration:split": 0.2,
            "configuration:init": 0.04,
            "configuration:split:init": 0.1,
        }
    )
    assert luck_of(by_source) == pytest.approx({"split": 0.3, "init": 0.09, "split:init": 0.11})
    assert (
        "Of the variance, 30 % comes from `split`, 11 % from `split` and `init` together (noise "
        "included) and 9 % from `init`."
    ) in luck(by_source, NO_STABILITY, NO_TOP)


def test_seed_alone_is_no_source_worth_a_sentence():
    """It is all there is."""
    assert "Of the variance" not in luck(CROSSED, STABILITY, TOP)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_three_tables_follow_with_their_reasons(width):
    """Every number that is missing has its sentence."""
    text = printed(SeedAnswers(CROSSED, TOP, NEEDED, STABILITY), width)
    flat = " ".join(text.split())
    assert "configuration 63 % [10 %, 90 %] 0.63" in flat
    assert "reliability 0.9 6 5" in flat
    assert "difference 0.01: Every score is the same; nothing varies." in flat
    assert "1 42 % 10 % 0.020 [0.010, 0.030]" in flat
    assert "2 30 % 0 % 0.01 -" in flat
    assert "No interval." in flat
    assert "All 5 seeds are what it is compared with." in flat


def test_a_reason_for_all_goals_is_told_once():
    """One sentence instead of one a row."""
    unknown = NEEDED.assign(seeds=pd.array([None, None], dtype="Int64"), reason="Nothing known.")
    flat = " ".join(printed(SeedAnswers(CROSSED, TOP, unknown, STABILITY)).split())
    assert flat.count("Nothing known.") == 1
    assert ": Nothing known." not in flat


def test_an_effective_number_of_seeds_is_called_about():
    """Where configurations have different numbers of seeds."""
    odd = CROSSED.copy()
    odd.attrs = {**CROSSED.attrs, "mean_seeds": 4.6}
    assert "; about 5 seeds rank the configurations" in luck(odd, STABILITY, TOP)


def test_a_table_without_rows_is_a_sentence():
    """With its reason below."""
    answers = SeedAnswers(CROSSED, TOP, NEEDED, NO_STABILITY)
    flat = " ".join(printed(answers).split())
    assert "Would fewer seeds have fooled us? Nothing is known. Seeds are not shared." in flat


def test_an_interval_too_short_to_show_is_left_out():
    """`under 0.1 % (under 0.1 % to under 0.1 %)` would say nothing."""
    sure = components(
        {"configuration": 0.9999, "seed": 0.0001},
        icc=Estimate(0.9999, 0.9998, 0.99995, 60),
        reliability=Estimate(0.9999, 0.9998, 1.0, 60),
        mean_seeds=10,
    )
    said = luck(sure, NO_STABILITY, NO_TOP)
    assert "Luck is under 0.1 % of the variance" in said
    assert "with reliability 1.00" in said
    assert " to " not in said
