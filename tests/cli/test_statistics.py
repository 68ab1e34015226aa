"""`sweeps best`, `compare` and `seeds`: a sentence first, then tables, or JSON and nothing else."""

from __future__ import annotations

import re

import pytest

COMMANDS = [["best"], ["compare"], ["compare", "1", "2"], ["seeds"]]
DESIGNS = [
    {"n_seeds": 8, "luck": 0.3},
    {"n_seeds": 8, "luck": 0.3, "n_failed": 2},
    {"n_seeds": 2, "luck": 0.3},
    {"n_seeds": 2},
    {"n_seeds": 1},
    {"n_seeds": 1, "n_failed": 1},
]


def call(cli, command, *options):
    """Ask about the sweep of the fixture."""
    name, *rest = command
    return cli(name, "parabola", *rest, *options)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("command", COMMANDS)
def test_no_design_shows_a_number_that_it_does_not_have(cli, put, command, design):
    """Few seeds, failures, no luck at all: sentences, never NaN; every line fits."""
    put(**design)
    answer = call(cli, command)
    assert (answer.code, answer.err) == (0, "")
    assert max(len(line) for line in answer.out.splitlines()) <= 100
    words = set(re.split(r"[\s,;:()\[\]]+", answer.out))
    assert not {"nan", "NaN", "inf", "-inf", "<NA>", "NaT", "None."} & words
    assert answer.out.splitlines()[0][0].isalnum() or answer.out.startswith("`")


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("command", COMMANDS)
def test_json_parses_and_knows_no_nan(cli, put, command, design):
    """Unknown figures are null; exit code 0 and nothing on standard error."""
    put(**design)
    answer = call(cli, command, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert isinstance(answer.json, dict)
    assert "NaN" not in answer.out
    assert "Infinity" not in answer.out


def test_compare_names_both_and_takes_ranks_and_identifiers(cli, put):
    """A rank, the beginning of an identifier or `best` mean the same configuration."""
    put(n_seeds=8, luck=0.3)
    first, second, _ = (
        row["config_id"] for row in cli("show", "parabola", "--json").json["configs"]
    )
    said = cli("compare", "parabola", "1", "2")
    assert first[:8] in said.out
    assert second[:8] in said.out
    assert cli("compare", "parabola", "best", second[:6]).out == said.out
    assert cli("compare", "parabola", first, second).out == said.out


def test_compare_of_one_sets_it_against_the_best(cli, put):
    """The best need not be named."""
    put(n_seeds=8, luck=0.3)
    assert cli("compare", "parabola", "2").out == cli("compare", "parabola", "2", "best").out


def test_compare_in_json_has_every_figure(cli, put):
    """Those that the documentation names."""
    put(n_seeds=8, luck=0.3)
    compared = cli("compare", "parabola", "1", "2", "--json").json
    assert compared["paired"] is True
    assert compared["low"] < compared["difference"] < compared["high"]
    assert 0 < compared["p_value"] <= 1
    assert compared["smallest_p"] == pytest.approx(2 / 2**8)
    assert set(compared["probability_of_improvement"]) >= {"value", "low", "high", "n", "reason"}


def test_compare_without_names_lists_the_others(cli, put):
    """One row each; the best is what they are compared with."""
    put(n_seeds=8, luck=0.3)
    best, *others = (
        row["config_id"][:8] for row in cli("show", "parabola", "--json").json["configs"]
    )
    head, _, table = cli("compare", "parabola").out.partition("rank")
    assert best in head
    assert best not in table
    assert all(config_id in table for config_id in others)
    assert "1 of 2 configurations shown" in cli("compare", "parabola", "--top", "1").out
    assert len(cli("compare", "parabola", "--top", "1", "--json").json["rows"]) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["1", "99"], "99"),
        (["1", "zzzz"], "zzzz"),
        (["1", "ab"], "ab"),
    ],
)
def test_a_configuration_that_is_not_there_is_refused(refused, put, words, said):
    """The message says what came."""
    put(n_seeds=2)
    assert said in refused("compare", "parabola", *words)


@pytest.mark.parametrize(
    "options", [["--role", "race"], ["1", "2", "--pooled"], ["1", "--top", "3"]]
)
def test_options_of_the_other_form_are_refused(cli, put, options):
    """Nothing is ignored in silence."""
    put(n_seeds=2)
    answer = cli("compare", "parabola", *options)
    assert (answer.code, answer.out) == (2, "")
    assert "Leave out the names" in answer.err or "Name them" in answer.err


def test_an_unknown_role_is_refused(refused, put):
    """There are two."""
    put(n_seeds=2)
    assert "validation" in refused("compare", "parabola", "1", "2", "--role", "test")


@pytest.mark.slow
def test_seeds_says_luck_first_and_answers_what_is_asked(cli, put):
    """One goal on the command line is one row."""
    put(n_seeds=8, luck=0.3)
    out = cli("seeds", "parabola").out
    assert out.startswith("Luck is ")
    for title in (
        "Where the variance of one run comes from",
        "How many seeds it takes",
        "fooled us?",
    ):
        assert title in out
    asked = cli("seeds", "parabola", "--difference", "0.1", "--json").json
    assert [row["target"] for row in asked["seeds_needed"]["rows"]] == [0.1]
    assert asked["seeds_needed"]["rows"][0]["seeds"] >= 2
    assert {"variance", "near_the_top", "seeds_needed", "stability"} == set(asked)
    more = cli("seeds", "parabola", "--difference", "0.1", "--power", "0.95", "--json").json
    assert more["seeds_needed"]["rows"][0]["seeds"] > asked["seeds_needed"]["rows"][0]["seeds"]


def test_seeds_says_which_source_the_luck_comes_from(cli, put, folder):
    """Where the seeds follow a design over their sources."""
    path = folder / "parabola.yaml"
    crossed = "seeds: {design: crossed, sources: {split: 3, init: 4}}"
    path.write_text(path.read_text(encoding="utf-8").replace("seeds: 2", crossed), "utf-8")
    put(n_seeds=12, luck=0.3)
    out = " ".join(cli("seeds", "parabola").out.split())
    assert "Of the variance, " in out
    for words in ("from `split`", "from `init`", "from anything else"):
        assert words in out


@pytest.mark.parametrize(
    "option",
    [["--reliability", "1.5"], ["--probability", "0"], ["--difference", "-1"], ["--width", "0"]],
)
def test_a_goal_out_of_its_range_is_refused(refused, put, option):
    """With what came."""
    put(n_seeds=4, luck=0.3)
    assert f"got {float(option[1])}" in refused("seeds", "parabola", *option)


@pytest.mark.slow
def test_the_same_answer_comes_twice(cli, put):
    """Whatever is random has its seed."""
    put(n_seeds=8, luck=0.3)
    for command in COMMANDS:
        assert call(cli, command, "--json").out == call(cli, command, "--json").out
