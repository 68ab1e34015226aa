"""`sweeps init`: the file that a newcomer starts from."""

from __future__ import annotations

import pytest

SHIPPED = ["forest", "mlp", "mlp_class", "svm", "synthetic"]


@pytest.mark.slow
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_objective_gives_a_sweep_that_runs(cli, folder, name):
    """The newcomer's two commands work as they stand."""
    answer = cli("init", f"objectives.{name}")
    assert answer.code == 0
    assert answer.out == f"Wrote {name}.yaml. Look through it, then:  sweeps run {name}.yaml\n"
    outlook = cli("run", f"{name}.yaml", "--dry-run")
    assert outlook.code == 0
    assert "20 configurations x 10 seeds = 200 runs. 0 stored, 200 left." in outlook.out


def test_an_own_file_is_an_objective(cli, folder):
    """The name of the file becomes the name of the definition."""
    assert cli("init", "model.py").code == 0
    assert "objective: model.py" in (folder / "model.yaml").read_text(encoding="utf-8")
    assert cli("run", "model.yaml", "--dry-run").code == 0


def test_json_names_file_and_objective(cli):
    """For scripts that go on with the file."""
    answer = cli("init", "model.py", "--out", "mine.yaml", "--json")
    assert answer.json == {"file": "mine.yaml", "objective": "model.py:train"}


def test_a_file_that_exists_is_kept(refused, cli, folder):
    """Nothing of the user's is overwritten unless asked for."""
    (folder / "model.yaml").write_text("mine", encoding="utf-8")
    assert refused("init", "model.py") == (
        "error: `model.yaml` exists already. Choose another file with --out, or add --force.\n"
    )
    assert cli("init", "model.py", "--force").code == 0
    assert (folder / "model.yaml").read_text(encoding="utf-8") != "mine"


@pytest.mark.parametrize("out", ["no/such/folder/x.yaml", "model.py/x.yaml", "."])
def test_a_file_that_cannot_be_written_is_refused(refused, out):
    """One sentence with the reason."""
    assert f"`{out}` cannot be written: " in refused("init", "model.py", "-o", out, "--force")


def test_an_unknown_objective_is_refused_with_the_nearest(refused):
    """A typing error is not worth a search."""
    assert "Did you mean `objectives.svm`?" in refused("init", "objectives.smv")
