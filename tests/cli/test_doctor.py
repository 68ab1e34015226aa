"""`sweeps doctor` as far as it needs neither Ray nor a cluster."""

from __future__ import annotations

import pytest


def test_a_wrong_definition_is_told_first(cli, folder):
    """Nothing is started then, and nothing is made."""
    before = sorted(folder.iterdir())
    answer = cli("doctor", "parabola.yaml", "--set", "seeds=0", "--json")
    assert answer.code == 2
    (check,) = answer.json
    assert (check["name"], check["is_ok"]) == ("definition", False)
    assert "seeds" in check["found"]
    assert sorted(folder.iterdir()) == before


def test_an_objective_that_cannot_be_imported_is_told(cli, folder):
    """In words, with the mark that is looked for."""
    (folder / "model.py").write_text("import nowhere\n", encoding="utf-8")
    answer = cli("doctor", "parabola.yaml")
    assert answer.code == 2
    assert answer.out.startswith("BAD  definition: ")
    assert "No module named 'nowhere'" in answer.out
    assert answer.err == ""


def test_a_sweep_that_cannot_travel_is_told_before_the_cluster_is_asked(cli):
    """Its store is a file of this machine."""
    answer = cli("doctor", "parabola.yaml", "--address", "http://127.0.0.1:1")
    assert answer.code == 2
    assert answer.out.startswith(
        "ok   definition: parabola.yaml, the sweep `parabola`\nBAD  submission"
    )
    assert "PostgreSQL" in answer.out


@pytest.mark.slow
def test_a_cluster_that_does_not_answer_is_told(cli):
    """Within seconds, without the password."""
    store = "postgresql://ann:s3cr3t@127.0.0.1:1/db"
    answer = cli("doctor", "parabola.yaml", "--address", "http://127.0.0.1:1", "--store", store)
    assert answer.code == 2
    assert "BAD  cluster: No Ray cluster answers at http://127.0.0.1:1" in answer.out
    assert "s3cr3t" not in answer.out + answer.err
