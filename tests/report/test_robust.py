"""A winner by more than its mean in words: by what, among whom, and who has the best mean."""

from __future__ import annotations

import io

import numpy as np
import pytest
from rich.console import Console

from sweeps.report.robust import chosen_said
from sweeps.report.winner import winner_report
from tests.results.making import frame_of, race_of, results_of

TABLE = np.array([[9.0, 9.0, 9.0, 9.0, 1.0, 9.0], [6.0, 7.0, 6.1, 7.0, 6.2, 7.0]])


def said(results, criterion, tail=0.2):
    """Give the sentences on a winner."""
    return " ".join(chosen_said(results, results.best(criterion, tail=tail), tail=tail))


@pytest.mark.parametrize(
    ("criterion", "meaning"),
    [
        ("lower_bound", "the bad end of the 95 % interval of its mean: 6.028 over 6 seeds."),
        ("cvar", "the mean of the worst 20 % of its seeds: 6.0 ± 2.2 over 6 seeds."),
        ("worst", "its worst seed: 6 over 6 seeds."),
    ],
)
def test_the_criterion_is_explained_and_its_figure_given(criterion, meaning):
    """With the configuration that would lead by its mean."""
    text = said(results_of(frame_of(TABLE)), criterion)
    assert f"is the best by `{criterion}`, {meaning}" in text
    assert "has the best mean, 7.7 ± 3.4." in text
    assert "Its mean score is 6.55 ± 0.52" in text


def test_one_that_has_the_best_mean_as_well_is_said_to():
    """Nothing is given up for its small spread."""
    assert "which is the best mean, too." in said(results_of(frame_of(TABLE[1:])), "worst")


def test_those_it_was_compared_with_are_named_where_others_were_not():
    """By failures and seeds, or by the rung of a race."""
    short = frame_of([[9.0, 9.0]], first=2)
    ragged = said(results_of(frame_of(TABLE), short), "worst")
    assert "6 seeds, among those with as few failures and as many seeds." in ragged
    table = np.tile(TABLE, 2)[:, :9]
    assert "9 seeds, among those of the leader's rung." in said(race_of(frame_of(table)), "worst")


def test_fresh_seeds_say_the_honest_figure():
    """And where their number alone makes it another one."""
    for n, but in ((6, False), (12, True)):
        fresh = frame_of(np.full((2, n), 3.0), "validation")
        text = said(results_of(frame_of(TABLE), fresh), "worst")
        assert f"On {n} fresh seeds it is 3" in text
        assert ("another number of seeds alone" in text) is but


def test_the_report_shows_its_estimates_and_why_ties_are_unknown():
    """The table is that of any winner."""
    results = results_of(frame_of(TABLE))
    file = io.StringIO()
    console = Console(file=file, width=100, color_system=None)
    for part in winner_report(results, results.best("worst")):
        console.print(part)
    flat = " ".join(file.getvalue().split())
    assert flat.startswith("Configuration ")
    assert "leave one seed out" in flat
    assert "`tied` is empty" in flat
    assert "The worst score has no interval" in flat
