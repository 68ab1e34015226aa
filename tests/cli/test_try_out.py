"""`sweeps try`: one run here and now."""

from __future__ import annotations

import pytest


def test_one_run_is_executed_and_nothing_is_stored(cli, folder):
    """What it prints comes through, then configuration, seed and metrics."""
    answer = cli("try", "parabola.yaml", "--seed", "1")
    assert answer.code == 0
    printed, configuration, metrics = answer.out.splitlines()
    assert printed == "training"
    assert configuration.startswith("configuration ")
    assert "kind='" in configuration
    assert metrics.startswith("seed 1: loss=")
    assert not list(folder.glob("*.db*"))


def test_json_is_alone_on_standard_output(cli):
    """What the objective prints goes to standard error."""
    answer = cli("try", "parabola.yaml", "--json")
    assert set(answer.json) == {"config_id", "config", "seed", "reports", "duration_s"}
    assert answer.json["reports"][0]["loss"] >= 0
    assert answer.err == "training\n"


def test_a_configuration_is_chosen_by_its_first_digits(cli):
    """As `sweeps show` lists them."""
    chosen = cli("try", "parabola.yaml", "--json").json["config_id"]
    assert cli("try", "parabola.yaml", "--config", chosen[:6], "--json").json["config_id"] == chosen


def test_an_unknown_configuration_is_refused(refused):
    """The message says what came."""
    assert "none begins with 'zzz'" in refused("try", "parabola.yaml", "--config", "zzz")


@pytest.mark.parametrize("seed", ["-1", "99999999999", "one"])
def test_an_impossible_seed_is_refused(cli, seed):
    """Exit 2, no traceback."""
    answer = cli("try", "parabola.yaml", "--seed", seed)
    assert answer.code == 2
    assert "seed" in answer.err


def test_a_malformed_report_is_refused(cli, folder):
    """The objective is named, and what it must give."""
    path = folder / "model.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("return {", "return None and {"), encoding="utf-8")
    answer = cli("try", "parabola.yaml")
    assert answer.code == 2
    assert "must give a dict of metrics" in answer.err
    assert "`model.py:train`" in answer.err
    assert "Traceback" not in answer.err
