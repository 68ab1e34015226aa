"""`sweeps list`, `show`, `best` and `delete`: what they say of a stored sweep."""

from __future__ import annotations

import io

import pytest
from ruamel.yaml import YAML

from sweeps.store import open_store

READERS = ["show", "best", "compare", "seeds", "delete"]


def test_list_shows_every_sweep(cli, put):
    """A line each, with status and counts."""
    put(n_failed=1)
    answer = cli("list")
    assert answer.code == 0
    header, _, row = answer.out.splitlines()
    assert header.split()[:2] == ["name", "status"]
    assert row.split()[:6] == ["parabola", "finished", "loss", "3", "6", "1"]


def test_list_in_json(cli, put):
    """The same, with times as seconds since the epoch."""
    put()
    (row,) = cli("list", "--json").json
    assert row["name"] == "parabola"
    assert (row["n_configs"], row["n_runs"], row["driver"]) == (3, 6, None)


def test_list_of_an_emptied_store(cli, put):
    """A sentence for people, an empty list for programs."""
    put()
    assert cli("delete", "parabola", "--yes").code == 0
    assert cli("list").out == "The store holds no sweep.\n"
    assert cli("list", "--json").json == []


def test_show_gives_facts_and_leaderboard(cli, put):
    """What was asked, how far it is, and who leads."""
    put()
    answer = cli("show", "parabola", "--top", "2")
    assert answer.code == 0
    for words in ("status", "loss, lower is better", "6 (3 configurations)", "leads with a mean"):
        assert words in answer.out
    assert "2 of 3 configurations shown; `--top` shows more." in answer.out


def test_a_terminal_gets_forty_rows_where_nobody_says_how_many(cli, put, folder):
    """JSON is for programs, so it has all of them."""
    more = (
        (folder / "parabola.yaml").read_text(encoding="utf-8").replace("configs: 3", "configs: 50")
    )
    (folder / "parabola.yaml").write_text(more, encoding="utf-8")
    put()
    assert "40 of 50 configurations shown; `--top` shows more." in cli("show", "parabola").out
    assert "configurations shown" not in cli("show", "parabola", "--top", "50").out
    assert "40 of 50 configurations shown" in cli("run", "parabola.yaml").out
    assert len(cli("show", "parabola", "--json").json["configs"]) == 50


def test_show_in_json(cli, put):
    """The facts, the leaderboard and where it came from."""
    put()
    shown = cli("show", "parabola", "--json").json
    assert (shown["name"], shown["status"], shown["mode"]) == ("parabola", "finished", "min")
    assert len(shown["configs"]) == 3
    assert shown["provenance"]["sessions"][-1]["objective"]["reference"] == "model.py:train"


def test_show_failures(cli, put):
    """The reason, and what was printed last."""
    put(n_failed=2)
    answer = cli("show", "parabola", "--failures")
    assert "2 of 6 runs of `parabola` failed." in answer.out
    assert "ValueError: too steep" in answer.out
    assert "training" in answer.out
    rows = cli("show", "parabola", "--failures", "--json").json
    assert [row["error"] for row in rows] == ["ValueError: too steep"] * 2
    assert len(cli("show", "parabola", "--failures", "--top", "1", "--json").json) == 1


def test_show_without_failures(cli, put):
    """Good news in a sentence, or in an empty list."""
    put()
    assert cli("show", "parabola", "--failures").out == "0 of 6 runs of `parabola` failed.\n"
    assert cli("show", "parabola", "--failures", "--json").json == []


def test_show_decisions_tells_the_story(cli, put):
    """What was decided, summed up, and what came of it; one by one where asked for."""
    put()
    said = cli("show", "parabola", "--decisions").out
    assert said.startswith("`parabola`: 3 decisions from 2001-09-0")
    assert "3 configurations were proposed by random." in said
    assert "leads with a mean loss" in said
    assert "by random, k 1" not in said
    some = cli("show", "parabola", "--decisions", "--top", "2").out
    assert "by random, k 1" in some
    assert "2 of 3 decisions shown." in some


def test_show_decisions_in_json(cli, put):
    """Every decision with its time and numbers, or the first few."""
    put()
    rows = cli("show", "parabola", "--decisions", "--json").json
    assert [row["kind"] for row in rows] == ["proposed"] * 3
    assert rows[1]["detail"] == {"by": "random", "k": 1}
    assert rows[1]["at"] == "2001-09-09 01:46:41+00:00"
    assert len(cli("show", "parabola", "--decisions", "--top", "1", "--json").json) == 1


def test_show_takes_one_thing_to_show(cli, put):
    """Failures or decisions, not both."""
    put()
    answer = cli("show", "parabola", "--failures", "--decisions")
    assert (answer.code, answer.out) == (2, "")
    assert "Only one of --failures and --decisions" in answer.err


def test_best_in_words_and_in_json(cli, put):
    """The leading configuration and those that cannot be told apart from it."""
    put()
    winner = cli("best", "parabola", "--json").json
    assert set(winner["config"]) == {"x", "kind"}
    assert winner["validated"]["value"] is None
    assert winner["validated"]["reason"]
    assert winner["recommended"] == winner[winner["recommended_by"]]
    said = cli("best", "parabola").out
    assert winner["config_id"] in said
    assert all(config_id[:8] in said for config_id in winner["tied"])


def test_best_as_yaml_loses_no_digit(cli, put):
    """What is printed reads back to the very configuration."""
    put()
    text = cli("best", "parabola", "--yaml").out
    assert YAML(typ="safe").load(text) == cli("best", "parabola", "--json").json["config"]


def test_best_of_a_sweep_without_finished_runs_is_refused(refused, put):
    """There is nothing to lead."""
    put(n_seeds=0, status="interrupted")
    assert "parabola" in refused("best", "parabola")


def test_delete_asks_and_takes_yes_for_an_answer(cli, put):
    """The question goes to standard error."""
    sweep = put()
    answer = cli("delete", "parabola", typed="y\n")
    assert answer.code == 0
    assert answer.out == "Deleted `parabola` with 6 runs.\n"
    assert "Delete `parabola` and all its runs from sqlite:///" in answer.err
    with open_store(sweep.store) as store:
        assert store.find("parabola") is None


@pytest.mark.parametrize("typed", ["n\n", "\n", "maybe\n", ""])
def test_delete_takes_anything_else_for_a_no(cli, put, typed):
    """Also the end of the input, as in a script that forgot --yes."""
    sweep = put()
    answer = cli("delete", "parabola", typed=typed)
    assert (answer.code, answer.out) == (2, "")
    assert answer.err.endswith("Nothing was deleted. With --yes no question is asked.\n")
    with open_store(sweep.store) as store:
        assert store.find("parabola") is not None


def test_delete_takes_ctrl_c_for_no_answer(cli, put, monkeypatch):
    """The program ends as everywhere else."""
    put()

    class Interrupted(io.StringIO):
        def readline(self, *_arguments):
            raise KeyboardInterrupt

    assert cli("delete", "parabola", typed=Interrupted()).code == 130
    assert cli("show", "parabola").code == 0


def test_delete_in_json(cli, put):
    """What is gone."""
    put()
    assert cli("delete", "parabola", "-y", "--json").json == {"deleted": "parabola", "runs": 6}


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_an_unknown_name_is_refused_with_the_nearest(refused, put, command, options):
    """A typing error is not worth a search."""
    put()
    assert "Did you mean `parabola`?" in refused(command, "parobola", *options)


@pytest.mark.parametrize("arguments", [["list"], *([command, "parabola"] for command in READERS)])
@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("missing.db", "There is no store at"),
        ("sqlite:///model.py", "must be an SQLite file made by `sweeps`"),
        ("sqlite:///no/such.db", "no"),
        ("results", "a path ending in `.db`"),
        ("mysql://ann:secret@host/db", "whose kind `mysql` is unknown"),
    ],
)
def test_a_store_that_cannot_be_read_is_refused(refused, arguments, store, said):
    """Reading makes no store, and shows no password."""
    message = refused(*arguments, "--store", store)
    assert said in message
    assert "secret" not in message


def test_the_store_comes_from_the_environment(cli, put, folder, monkeypatch):
    """`SWEEPS_STORE` where no option is given."""
    monkeypatch.setenv("SWEEPS_STORE", f"sqlite:///{folder}/team.db")
    put()
    assert (folder / "team.db").exists()
    assert cli("list", "--json").json[0]["name"] == "parabola"
    assert cli("list", "--store", "sweeps.db").code == 2
