"""Figures as text: nothing that is unknown looks like a number."""

from __future__ import annotations

import math

import pytest

from sweeps.analysis.estimate import Estimate
from sweeps.report.figure import interval, notes, p_text, percent, percent_interval, spoken

NAN, INF = math.nan, math.inf


@pytest.mark.parametrize("write", [percent, p_text, lambda value: spoken(Estimate.unknown("x"))])
def test_a_missing_figure_is_a_dash(write):
    """NaN is never shown."""
    assert write(NAN) == "-"


@pytest.mark.parametrize("bounds", [(NAN, NAN), (NAN, 1.0), (0.0, NAN)])
def test_an_interval_without_a_bound_is_a_dash(bounds):
    """Half an interval is none."""
    assert interval(0.5, *bounds) == percent_interval(*bounds) == "-"


@pytest.mark.parametrize(
    ("bounds", "text"),
    [((-INF, INF), "[no limit, no limit]"), ((0.25, INF), "[0.25, no limit]")],
)
def test_a_bound_without_limit_is_said_in_words(bounds, text):
    """As few values give for an interval that is valid at any time."""
    assert interval(0.5, *bounds) == text


@pytest.mark.parametrize("share", [1e-9, 0.5, 1 - 1e-9])
def test_a_share_is_nothing_or_all_only_where_it_is(share):
    """Rounding makes no certainty."""
    assert percent(share) not in {"0 %", "100 %", "0.0 %", "100.0 %"}


def test_a_skewed_interval_is_not_written_as_if_it_were_even():
    """± would name two bounds that are not there."""
    assert "±" not in spoken(Estimate(0.9, 0.5, 0.95, 10))
    assert "±" in spoken(Estimate(0.7, 0.5, 0.9, 10))


def test_notes_say_each_sentence_once_and_nothing_where_there_is_none():
    """In their order."""
    assert notes([None, ""]) == []
    assert [str(line) for line in notes(["b", "a", "b", None])] == ["", "b", "a"]
