"""`sweeps best --criterion`: another winner, and the sentence that says by what it was chosen."""

from __future__ import annotations

import re

import pytest

ROBUST = ["lower_bound", "cvar", "worst"]
DESIGNS = [{"n_seeds": 8, "luck": 0.3}, {"n_seeds": 8, "luck": 0.3, "n_failed": 2}, {"n_seeds": 2}]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("criterion", ROBUST)
def test_the_first_sentence_says_by_what_it_was_chosen(cli, put, criterion, design):
    """No line is too long, and nothing that is not known is shown as a number."""
    put(**design)
    answer = cli("best", "parabola", "--criterion", criterion)
    assert (answer.code, answer.err) == (0, "")
    assert re.match(rf"Configuration \w{{8}} is the best by `{criterion}`", answer.out)
    assert max(len(line) for line in answer.out.splitlines()) <= 100
    assert not {"nan", "NaN", "inf"} & set(re.split(r"[\s,;:()\[\]]+", answer.out))


@pytest.mark.parametrize("criterion", ROBUST)
def test_json_and_yaml_are_about_the_same_winner(cli, put, criterion):
    """With the criterion and its figure."""
    put(n_seeds=8, luck=0.3)
    winner = cli("best", "parabola", "--criterion", criterion, "--json").json
    assert winner["criterion"] == criterion
    assert winner["criterion_value"]["n"] == 8
    said = cli("best", "parabola", "--criterion", criterion, "--yaml").out
    assert f"x: {winner['config']['x']}" in said
    assert winner["config_id"] in cli("best", "parabola", "--criterion", criterion).out


def test_the_tail_is_that_of_cvar(cli, put):
    """A whole tail is the mean."""
    put(n_seeds=8, luck=0.3)
    answer = cli("best", "parabola", "--criterion", "cvar", "--tail", "0.5")
    assert "the mean of the worst 50 % of its seeds" in answer.out
    whole = cli("best", "parabola", "--criterion", "cvar", "--tail", "1", "--json").json
    assert whole["config_id"] == cli("best", "parabola", "--json").json["config_id"]


def test_the_mean_is_said_as_ever(cli, put):
    """Naming the default changes nothing."""
    put(n_seeds=8, luck=0.3)
    assert cli("best", "parabola", "--criterion", "mean").out == cli("best", "parabola").out


@pytest.mark.parametrize(
    ("design", "options", "said"),
    [
        ({"n_seeds": 8}, ["--criterion", "median"], "No criterion 'median'"),
        ({"n_seeds": 8}, ["--criterion", "cvar", "--tail", "2"], "`tail` must lie above 0"),
        ({"n_seeds": 1}, ["--criterion", "worst"], "needs at least 2 finished seeds"),
    ],
)
def test_what_cannot_be_answered_is_refused_in_a_sentence(cli, put, design, options, said):
    """On standard error, with nothing on standard output."""
    put(**design)
    answer = cli("best", "parabola", *options)
    assert answer.code != 0
    assert answer.out == ""
    assert said in " ".join(answer.err.split())
