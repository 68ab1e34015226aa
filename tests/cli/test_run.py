"""`sweeps run` as far as it goes without Ray: what it refuses, foretells, or need not do."""

from __future__ import annotations

import pytest

from sweeps.store import open_store

BAD_SPACE = """\
objective: model.py
space:
  lr: {float: [1, 0]}
  n: {int: [0, 10], log: true}
  kind: {choise: [a, b]}
search: {sampler: random, configs: 3}
seeds: 2
"""
SYNTAX_ERROR = "name: x\nobjective: model.py\nspace: {lr: [1, 2\nseeds: 2\n"
DUPLICATE = "objective: model.py\nseeds: 2\nsearch: {sampler: random, configs: 3}\nseeds: 3\n"


def content_of(store):
    """The sweep in a store, its runs and its decisions."""
    with open_store(store, create=False) as opened:
        row = opened.get("parabola")
        return row, opened.runs(row.sweep_id), opened.decisions(row.sweep_id)


@pytest.mark.parametrize("command", ["run", "try"])
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SYNTAX_ERROR, ["bad.yaml", "line 4"]),
        (BAD_SPACE, ["3 problems in bad.yaml", "line 3, space.lr", "line 4, space.n", "`choice`?"]),
        (DUPLICATE, ["line 4, seeds: key `seeds` stands twice, first in line 2"]),
        ("objective: objectives.smv\nseeds: 2\n", ["line 1", "Did you mean `objectives.svm`?"]),
        ("objective: modle.py\nseeds: 2\n", ["line 1", "Did you mean `model.py`?"]),
        ("objective: model.py:fit\nseeds: 2\n", ["line 1", "no function `fit`", "`train`"]),
        ("objective: model.py\nseed: 2\n", ["line 2, seed", "Did you mean `seeds`?"]),
        ("", ["the file is empty"]),
        ("- 1\n", ["must be a mapping"]),
    ],
)
def test_a_bad_definition_is_refused_with_its_lines(refused, folder, command, text, said):
    """Each problem has its line, and nothing is written."""
    (folder / "bad.yaml").write_text(text, encoding="utf-8")
    message = refused(command, "bad.yaml")
    for words in said:
        assert words in message


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("parabla.yaml", "Did you mean `parabola.yaml`?"),
        (".", "cannot be read: Is a directory"),
        ("parabola.yaml/x.yaml", "cannot be read: Not a directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(refused, file, said):
    """The reason stands there, and the nearest file."""
    assert said in refused("run", file)


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("seeds", "must be a dotted key, `=` and a value"),
        ("seeds=many", "--set seeds: "),
        ("search.config=3", "Did you mean `configs`?"),
        ("configs=3", "no key `configs`"),
        ("search.configs=[", "--set search.configs"),
        ("mode=best", "--set mode"),
        ("objective=objectives.smv", "Did you mean `objectives.svm`?"),
        ("space.y.float=[2, 1]", "--set space.y"),
    ],
)
@pytest.mark.parametrize("command", ["run", "try"])
def test_mistakes_in_set_are_refused_by_name(refused, command, override, said):
    """The message says which override is wrong, as it was typed."""
    assert said in refused(command, "parabola.yaml", "--set", override)


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("sqlite:///no/such.db", "There is no folder"),
        ("sqlite:///model.py/such.db", "model.py"),
        ("sqlite:///../{folder}", "is a folder"),
        ("sqlite:///model.py", "must be an SQLite file made by `sweeps`"),
        ("postgresql://ann:secret@127.0.0.1:1/db", "does not answer"),
        ("results", "a path ending in `.db`"),
    ],
)
def test_a_store_that_cannot_be_written_is_refused(refused, folder, store, said):
    """Before anything is started; a password is not shown."""
    address = store.format(folder=folder.name)
    message = refused("run", "parabola.yaml", "--set", f"store={address}")
    assert said in message
    assert "secret" not in message


def test_a_name_that_is_taken_is_refused_with_the_difference(refused, put):
    """Also before a dry run; the stored sweep stays as it is."""
    put()
    for option in ("--quiet", "--dry-run"):
        message = refused("run", "parabola.yaml", "--set", "master_seed=7", option)
        assert "`master_seed` was 0, is now 7." in message
        assert "another `name`, or start afresh with `--fresh`" in message


def test_changed_code_is_refused_with_the_diff(cli, put, folder):
    """The lines that changed and the ways out; the stored sweep stays as it is, and free."""
    sweep = put(status="interrupted", n_seeds=1)
    before = content_of(sweep.store)
    text = (folder / "model.py").read_text(encoding="utf-8")
    (folder / "model.py").write_text(text.replace("** 2", "** 4"), encoding="utf-8")
    answer = cli("run", "parabola.yaml")
    assert (answer.code, answer.out) == (2, "")
    message = answer.err
    assert '-    return {"loss": config["x"] ** 2 + int(seed)}' in message
    assert '+    return {"loss": config["x"] ** 4 + int(seed)}' in message
    assert "`--accept-code-change`" in message
    assert "`--fresh`" in message
    assert "Traceback" not in message
    assert content_of(sweep.store) == before
    assert cli("list", "--json").json[0]["driver"] is None


def test_a_sweep_that_is_being_run_is_refused(refused, put):
    """One driver at a time; the message says which one."""
    sweep = put(status="running", n_seeds=1)
    with open_store(sweep.store) as store, store.acquire(store.get("parabola").sweep_id):
        assert "parabola" in refused("run", "parabola.yaml")
        assert "parabola" in refused("delete", "parabola", "--yes")


def test_a_finished_sweep_says_so_and_shows_its_leaderboard(cli, put):
    """Nothing is run again; the sentence is on standard error, the table on standard output."""
    put()
    answer = cli("run", "parabola.yaml")
    assert answer.code == 0
    assert answer.err == "`parabola` is finished already; nothing was run.\n"
    assert "leads with a mean loss of" in answer.out
    assert "rank" in answer.out
    assert cli("run", "parabola.yaml", "--quiet").err == ""


def test_json_is_alone_on_standard_output(cli, put, folder):
    """Also where the objective's file prints while it is loaded."""
    with (folder / "model.py").open("a", encoding="utf-8") as file:
        file.write("print('loading')\n")
    put()
    answer = cli("run", "parabola.yaml", "--json", "--top", "2")
    assert list(answer.json) == ["name", "status", "metric", "mode", "n_runs", "configs"]
    assert answer.json["name"] == "parabola"
    assert answer.json["n_runs"] == 6
    assert [row["rank"] for row in answer.json["configs"]] == [1, 2]
    assert "loading" in answer.err
    assert cli("run", "parabola.yaml", "--json", "--dry-run").json["n_done"] == 6


def test_ctrl_c_says_how_to_go_on(cli, folder):
    """With the overrides, without which it would be another sweep, quoted for the shell."""
    path = folder / "model.py"
    text = path.read_text(encoding="utf-8").replace("(config, seed)", "(config, seed, data)")
    loads = "\n\ndef load_data():\n    raise KeyboardInterrupt\n"
    path.write_text(text + loads, encoding="utf-8")
    overrides = ["--set", "seeds=[1, 2]", "--set", "search.configs=2"]
    answer = cli("run", "parabola.yaml", "--fresh", *overrides)
    assert (answer.code, answer.out) == (130, "")
    assert answer.err.endswith(
        "Stopped; what was reported is stored. To go on:\n"
        "  sweeps run parabola.yaml --set 'seeds=[1, 2]' --set search.configs=2\n"
    )


def test_a_dry_run_of_something_new_writes_nothing(cli, folder):
    """Not even an empty store; it says how to find out how long a run takes."""
    answer = cli("run", "parabola.yaml", "--dry-run", "--set", "seeds=5")
    assert answer.code == 0
    assert "3 configurations x 5 seeds = 15 runs. 0 stored, 15 left." in answer.out
    assert "sweeps try parabola.yaml --set seeds=5" in answer.out
    assert not list(folder.glob("*.db*"))


def test_a_dry_run_foretells_the_time_from_what_is_stored(cli, put):
    """Runs of four seconds each: what is left takes that much, and nothing left takes none."""
    put()
    grown = cli("run", "parabola.yaml", "--dry-run", "--set", "seeds=32")
    assert "3 configurations x 32 seeds = 96 runs. 6 stored, 90 left." in grown.out
    assert "About 6 min 00 s of work (4 s a run)" in grown.out
    done = cli("run", "parabola.yaml", "--dry-run")
    assert done.out == "3 configurations x 2 seeds = 6 runs. 6 stored, 0 left.\n"
    facts = cli("run", "parabola.yaml", "--dry-run", "--json").json
    counts = {"n_configs": 3, "n_seeds": 2, "n_runs": 6, "n_done": 6}
    no_race = {"rungs": [], "n_pilot": 0, "n_validation": 0, "levels": {}}
    assert facts == {**counts, **no_race, "run_s": 4.0, "work_s": 0.0}


def test_a_dry_run_names_the_levels_of_a_design(cli):
    """So that whoever reads it sees where the number of seeds comes from."""
    design = "seeds={design: crossed, sources: {split: 5, init: 6}}"
    answer = cli("run", "parabola.yaml", "--dry-run", "--set", design)
    assert "3 configurations x 30 seeds (5 split x 6 init) = 90 runs." in answer.out


def test_a_dry_run_of_a_race_foretells_its_cost(cli):
    """Rungs, pilot and validation, from the number of configurations or from the budget."""
    race = ["--set", "seeds={race: 9, validate: 5, pilot: 2, contenders: 1}"]
    more = cli("run", "parabola.yaml", "--dry-run", *race, "--set", "search.configs=27")
    assert more.out.startswith(
        "A race: 27 configurations start on 1 seed, and the best of each rung go on to 3 and 9. "
        "About 73 runs, of which up to 10 validate the best on fresh seeds; 2 random "
        "configurations get a second seed to measure the noise. 0 stored, 73 left."
    )
    less = cli(
        "run",
        "parabola.yaml",
        "--dry-run",
        *race,
        "--set",
        "search={sampler: tpe}",
        "--set",
        "budget.runs=50",
    )
    assert "At most 50 runs, of which up to 10" in less.out
