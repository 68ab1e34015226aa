"""The winner in words and as a table: which number to quote, and why figures are missing."""

from __future__ import annotations

import io
import math
from dataclasses import replace

import pandas as pd
import pytest
from rich.console import Console

from sweeps.analysis.estimate import Estimate
from sweeps.report.quote import number_to_quote
from sweeps.report.winner import winner_report
from sweeps.results import Winner, from_frame

NAN = math.nan
NAIVE = Estimate(0.98, 0.97, 0.99, 10)
ONE_OUT = Estimate(0.975, 0.965, 0.985, 10)
SHRUNKEN = Estimate(0.974, 0.966, 0.982, 10)
VALIDATED = Estimate(0.97, 0.96, 0.98, 20)
NO_FRESH = Estimate.unknown("No run on fresh seeds has finished; ask for some with `validate`.")


@pytest.fixture
def results(monkeypatch):
    """Three configurations under two seeds, whose winner is the one of a test."""
    frame = pd.DataFrame({"C": [1, 1, 2, 2, 3, 3], "seed": [0, 1] * 3, "acc": [0.9, 0.8] * 3})
    made = from_frame(frame, metric="acc", mode="max", hyperparameters=["C"], name="lab")

    def use(winner):
        monkeypatch.setattr(made, "best", lambda: winner)
        return made

    return use


def winner_with(name, reasons=(), **parts):
    """A winner that is to be quoted by one of its estimates."""
    estimates = {
        "naive": NAIVE,
        "leave_one_seed_out": ONE_OUT,
        "shrunken": SHRUNKEN,
        "validated": NO_FRESH,
        **parts,
    }
    optimism = {key: 0.98 - each.value for key, each in estimates.items() if key != "naive"}
    return Winner(
        config={"C": 1},
        config_id="0123456789abcdef",
        **estimates,
        optimism=optimism,
        recommended=estimates[name],
        recommended_by=name,
        tied=(),
        n_failed=0,
        failure_rate=Estimate(0.0, 0.0, 0.3, 10),
        reasons=reasons,
        criterion="mean",
        criterion_value=estimates["naive"],
        criterion_validated=estimates["validated"],
    )


def printed(renderables, width=120):
    """Give what a terminal of that width shows."""
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    for renderable in renderables:
        console.print(renderable)
    return file.getvalue()


def said(results, winner):
    """Give the sentences on the number to quote."""
    return " ".join(number_to_quote(results(winner), winner))


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("validated", "Quote 0.970 ± 0.010, its mean on 20 fresh seeds;", "0.01 better, which"),
        (
            "leave_one_seed_out",
            "Quote 0.975 ± 0.010: what a config",
            "0.005 better, which is luck.",
        ),
        ("shrunken", "Quote 0.9740 ± 0.0080, its mean drawn", "0.006 better, which is luck."),
    ],
)
def test_the_number_to_quote_comes_with_the_luck_in_the_naive_one(results, name, start, end):
    """Whatever it was estimated by."""
    text = said(results, winner_with(name, validated=VALIDATED))
    assert text.startswith(start)
    assert "the seeds that chose it said 0.980" in text
    assert end in text


def test_no_luck_is_claimed_where_the_naive_mean_is_no_better(results):
    """An optimism below zero is chance as well."""
    better = Estimate(0.99, 0.98, 1.0, 20)
    assert said(results, winner_with("validated", validated=better)).endswith("which is no better.")


def test_other_seeds_are_not_called_luck(results):
    """Seeds under which the chosen one failed may be the easy ones, so only shared ones count."""
    fewer = Estimate(0.95, 0.94, 0.96, 7)
    winner = winner_with("leave_one_seed_out", leave_one_seed_out=fewer)
    for flattery, end in (
        (0.005, "said 0.980, 0.005 better under the same seeds, which is luck."),
        (-0.001, "said 0.980, which is no better under the same seeds."),
    ):
        optimism = {**winner.optimism, "leave_one_seed_out": flattery}
        assert said(results, replace(winner, optimism=optimism)).endswith(end)


def test_a_choice_that_hangs_on_no_seed_is_said_to(results):
    """The value is the naive one exactly, because the others choose the same again."""
    same = Estimate(0.98, 0.965, 0.995, 10)
    winner = winner_with("leave_one_seed_out", leave_one_seed_out=same)
    text = said(results, winner)
    assert text.endswith(
        "said 0.980, and whichever seed is left out, the others choose this configuration again, "
        "or one that does as well."
    )
    assert "no better" not in text


def test_a_design_is_judged_by_seeds_that_share_no_level(results):
    """Not by the one seed that was left out."""
    winner = winner_with("leave_one_seed_out")
    made = results(winner)
    made.levels = {"split": 5, "init": 6}
    text = " ".join(number_to_quote(made, winner))
    assert (
        "what a configuration has under a seed that shares no level with those that chose" in text
    )
    assert "left out" not in text
    file = io.StringIO()
    console = Console(width=140, file=file)
    for part in winner_report(made):
        console.print(part)
    assert "read under a seed that shares no level" in file.getvalue()


def test_a_naive_number_is_not_recommended_without_a_warning(results):
    """It was chosen, and nothing says by how much it is flattered."""
    winner = winner_with("naive")
    text = said(results, winner)
    assert text.startswith("Expect somewhat worse than that")
    assert "Quote" not in text
    race = results(winner)
    race.rungs, race.status = (1, 3), "finished"
    (warning,) = number_to_quote(race, winner)
    assert warning.startswith("It has no run on fresh seeds, so expect somewhat worse")
    race.status = "running"
    assert not list(number_to_quote(race, winner))


def test_one_fresh_seed_is_too_few_to_quote(results):
    """The next best estimate is quoted instead."""
    one = Estimate(0.97, NAN, NAN, 1, reason="One run gives no interval.")
    text = said(results, winner_with("leave_one_seed_out", validated=one))
    assert text.startswith("On one fresh seed it has 0.97, which is too few to quote. Quote 0.975")


@pytest.mark.parametrize("width", [60, 80, 120])
def test_every_estimate_has_a_line_with_its_interval_or_a_reason(results, width):
    """Four lines; the one to quote is marked; nothing that is not known is shown as a number."""
    winner = winner_with("leave_one_seed_out", reasons=("The seeds are few.",))
    text = printed(winner_report(results(winner)), width)
    flat = " ".join(text.split())
    assert max(len(line) for line in text.splitlines()) <= width
    assert "nan" not in text.lower().replace("means", "")
    for name in ("naive", "leave one seed out", "shrunken", "validated"):
        assert f" {name} " in text
    figures = (
        "0.975, [0.965, 0.985], 10 runs, optimism" if width == 60 else "0.975 [0.965, 0.985] 10"
    )
    assert f"> leave one seed out {figures} 0.005" in flat
    assert f"Validated: {NO_FRESH.reason}" in flat
    assert "The seeds are few." in flat


def test_a_naive_mean_is_not_marked_as_the_one_to_quote(results):
    """The mark would recommend it."""
    assert ">" not in printed(winner_report(results(winner_with("naive"))))


def test_failures_of_the_winner_are_told_with_their_rate(results):
    """The mean of survivors is one statement, the failure rate another."""
    failed = replace(
        winner_with("shrunken"), n_failed=2, failure_rate=Estimate(0.2, 0.06, 0.51, 10)
    )
    flat = " ".join(printed(winner_report(results(failed))).split())
    assert "2 runs of it failed, which no mean counts; its failure rate is 20 % (95 %" in flat


def test_one_reason_is_told_once(results):
    """Also where estimate and winner both give it."""
    winner = winner_with("shrunken", leave_one_seed_out=Estimate.unknown("No shared seeds."))
    flat = printed(winner_report(results(replace(winner, reasons=("No shared seeds.",)))))
    assert flat.count("No shared seeds.") == 1
