"""The program on a real Ray, as somebody types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import sweeps
from sweeps.cli.main import main
from sweeps.store import open_store

MODEL = """\
SPACE = {"x": {"float": [-1, 1]}}
METRIC, MODE = "loss", "min"


def train(config, seed):
    return {"loss": config["x"] ** 2}
"""
DESIGN = "search: {sampler: random, configs: 2}\nseeds: 2\n"


@pytest.mark.timeout(240)
def test_a_newcomers_two_commands(cli, tmp_path, store):
    """`init`, then `run`: the table on standard output, progress on standard error."""
    made = cli("init", "objectives.svm", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    small = ["--set", "search.configs=2", "--set", "seeds=2"]
    done = cli("run", "svm.yaml", *small, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "leads with a mean accuracy of" in done.stdout
    assert "rank" in done.stdout
    assert "4 of 4 runs" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["svm.yaml", "sweeps.db"]
    again = cli("run", "svm.yaml", *small, "--json", cwd=tmp_path)
    assert json.loads(again.stdout)["n_runs"] == 4
    assert again.stderr == "`svm` is finished already; nothing was run.\n"


@pytest.mark.timeout(240)
def test_json_is_alone_on_standard_output(cli, tmp_path):
    """Whatever loading, data and runs of an objective print."""
    loads = "\n\ndef load_data():\n    print('loading data')\n    return 1\n"
    text = "print('importing')\n" + MODEL.replace("seed):", "seed, data):\n    print('training')")
    (tmp_path / "loud.py").write_text(text + loads, encoding="utf-8")
    path = tmp_path / "loud.yaml"
    path.write_text(f"objective: loud.py\n{DESIGN}", encoding="utf-8")
    done = cli("run", path, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["status"] == "finished"
    assert "loading data" in done.stderr
    assert "4 of 4 runs" in done.stderr


@pytest.fixture
def program(monkeypatch, capsys, store):
    """Call the program in this process, on the Ray that the module shares."""

    def call(*arguments):
        monkeypatch.setenv("SWEEPS_STORE", store)
        monkeypatch.setattr("sys.argv", ["sweeps", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as info:
            main()
        said = capsys.readouterr()
        return int(info.value.code or 0), said.out, said.err

    return call


@pytest.mark.usefixtures("shared_ray")
def test_fresh_keeps_the_old_sweep_aside(program, sweep_file, store):
    """Under NAME.1, then NAME.2, each with its runs."""
    path = sweep_file("again", n_configs=2, n_seeds=2)
    for seed in range(3):
        code, _, said = program("run", path, "--set", f"master_seed={seed}", "--fresh", "--quiet")
        assert code == 0, said
    with open_store(store) as opened:
        kept = {row.name: opened.get(row.name).definition for row in opened.sweeps()}
    seeds = {name: definition["master_seed"] for name, definition in kept.items()}
    assert seeds == {"again.1": 0, "again.2": 1, "again": 2}
    assert all(len(sweeps.load(name, store=store).runs) == 4 for name in seeds)


@pytest.mark.usefixtures("shared_ray")
def test_changed_code_is_refused_until_it_is_accepted(program, tmp_path, store):
    """Refused with the diff; accepted, it goes on, and `decisions` says so."""
    model, path = tmp_path / "model.py", tmp_path / "changing.yaml"
    model.write_text(MODEL, encoding="utf-8")
    path.write_text(f"objective: model.py\n{DESIGN}", encoding="utf-8")
    assert program("run", path, "--quiet")[0] == 0
    model.write_text(MODEL.replace("** 2", "** 4"), encoding="utf-8")
    grow = ["run", path, "--set", "seeds=3", "--quiet"]
    code, out, said = program(*grow)
    assert (code, out) == (2, "")
    assert '+    return {"loss": config["x"] ** 4}' in said
    assert len(sweeps.load("changing", store=store).runs) == 4
    code, out, said = program(*grow, "--accept-code-change")
    assert code == 0, said
    results = sweeps.load("changing", store=store)
    assert len(results.runs) == 6
    (decision,) = results.decisions.query("kind == 'code_changed'").itertuples()
    assert '+    return {"loss": config["x"] ** 4}' in str(decision.detail)


def test_doctor_finds_a_sound_machine(program):
    """Every check is really tried; JSON holds the same."""
    code, out, _ = program("doctor")
    assert code == 0
    assert all(line.startswith("ok  ") for line in out.splitlines())
    code, out, _ = program("doctor", "--json")
    assert code == 0
    assert {"Python", "store", "Ray"} <= {check["name"] for check in json.loads(out)}


def test_doctor_finds_a_bad_store(program, tmp_path):
    """Exit 2, and what to do about it."""
    bad = Path(tmp_path) / "bad.db"
    bad.write_text("no database", encoding="utf-8")
    code, out, _ = program("doctor", "--store", f"sqlite:///{bad}")
    assert code == 2
    assert "BAD  store: " in out
