"""`sweeps importance`: what to tune, what to leave, how much is luck; or why none can be told."""

from __future__ import annotations

import re

import pytest

EVERYTHING = ["--interactions", "--instability", "--near-best", "--tunability"]
N_CONFIGS = 40


@pytest.fixture
def many(folder, put):
    """A sweep in which `x` decides and `kind` does nothing."""

    def store_it(*, n_configs=N_CONFIGS, **options):
        path = folder / "parabola.yaml"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("configs: 3", f"configs: {n_configs}"), encoding="utf-8")
        put(**{"n_seeds": 4, "luck": 0.05} | options)

    return store_it


def flat(text):
    """A text with single spaces."""
    return " ".join(text.split())


@pytest.mark.slow
def test_the_first_words_say_what_to_tune_and_how_much_is_luck(cli, many):
    """Then stand the tables."""
    many()
    answer = cli("importance", "parabola")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Tune `x` ")
    text = flat(answer.out)
    assert "is luck of the seed" in text
    assert "What decides the score of one run" in text
    assert "The model predicts " in text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("design", "columns"),
    [({}, "80"), ({"n_seeds": 1}, "100"), ({"n_failed": 2}, "100"), ({"n_configs": 5}, "80")],
)
def test_no_design_shows_a_number_that_it_does_not_have(cli, many, monkeypatch, design, columns):
    """Few configurations, one seed, failures: sentences, never NaN; every line fits."""
    many(**design)
    monkeypatch.setenv("COLUMNS", columns)
    answer = cli("importance", "parabola", *EVERYTHING)
    assert (answer.code, answer.err) == (0, "")
    assert max(len(line) for line in answer.out.splitlines()) <= int(columns)
    words = set(re.split(r"[\s,;:()\[\]]+", answer.out))
    assert not {"nan", "NaN", "inf", "-inf", "<NA>", "NaT", "None"} & words


@pytest.mark.slow
def test_json_has_what_was_asked_and_no_nan(cli, many):
    """One key a question; the answer of each is its rows and how they were made."""
    many()
    asked = cli("importance", "parabola", "--json").json
    assert set(asked) == {"importance", "near_the_top", "components"}
    answer = cli("importance", "parabola", *EVERYTHING, "--json")
    assert (answer.code, answer.err) == (0, "")
    assert set(answer.json) == {
        "importance",
        "near_the_top",
        "instability",
        "local",
        "ablation",
        "tunability",
        "components",
    }
    assert "NaN" not in answer.out
    rows = answer.json["importance"]["rows"]
    assert rows[0]["term"] == "x"
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert answer.json["near_the_top"]["top"] == pytest.approx(5 / N_CONFIGS)


@pytest.mark.slow
def test_too_few_configurations_are_told_in_a_sentence(cli, many):
    """How many it takes, and how many there are."""
    many(n_configs=5)
    answer = cli("importance", "parabola")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Importance needs at least 20 configurations")
    assert "there are 5" in answer.out
    assert cli("importance", "parabola", "--json").json["importance"]["rows"] == []


@pytest.mark.slow
@pytest.mark.parametrize("top", ["0", "1.5", "-0.1"])
def test_a_share_of_good_ones_out_of_its_range_is_refused(refused, many, top):
    """With what came."""
    many()
    assert f"got {float(top)}" in refused("importance", "parabola", "--top", top)


def test_a_sweep_that_is_not_there_is_refused(refused, put):
    """As for every command."""
    put()
    assert "hyperbola" in refused("importance", "hyperbola")


@pytest.mark.slow
def test_the_same_answer_comes_twice(cli, many):
    """Whatever is random has its seed."""
    many()
    call = ["importance", "parabola", "--instability", "--json"]
    assert cli(*call).out == cli(*call).out


def test_defaults_are_named_as_in_yaml(cli, put):
    """What is no name and value, or belongs to no question that was asked, is refused."""
    put()
    for words, said in (
        (["--tunability", "--default", "x"], "NAME=VALUE"),
        (["--default", "x=0.5"], "goes with --near-best"),
    ):
        answer = cli("importance", "parabola", *words)
        assert (answer.code, answer.out) == (2, "")
        assert said in answer.err


@pytest.mark.slow
def test_tuning_is_measured_from_the_defaults_that_are_named(cli, many):
    """Without any the answer says how to name them."""
    many()
    unknown = flat(cli("importance", "parabola", "--tunability").out)
    assert "`--default NAME=VALUE`" in unknown
    named = ["--default", "x=0.9", "--default", "kind=flat"]
    asked = cli("importance", "parabola", "--tunability", *named, "--json").json
    assert asked["tunability"]["defaults"] == {"x": 0.9, "kind": "flat"}
    assert {"all", "x", "kind"} == {row["term"] for row in asked["tunability"]["rows"]}
