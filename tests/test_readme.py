"""The README's promises that its own examples can show; pytest runs its `>>>` lines besides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sweeps.cli.main import COMMANDS
from sweeps.objective import load_objective
from sweeps.seeds import make_seed
from sweeps.spec import parse_sweep

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, start: str) -> str:
    """Give the fenced block of the README that starts with these words."""
    found = re.search(rf"^```{language}\n({re.escape(start)}.*?)^```$", README, re.DOTALL | re.M)
    assert found, f"README.md has no block in {language} that starts with {start!r}"
    return found[1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with the README's objective in it."""
    (tmp_path / "wine.py").write_text(block("python", "# wine.py"), encoding="utf-8")
    return tmp_path


@pytest.mark.slow
def test_objective_of_the_readme_trains(folder: Path):
    """The ten lines under "Your own model" are all that an objective needs."""
    objective = load_objective("wine.py", base=folder)
    metrics = objective.function({"max_depth": 3, "max_features": 0.5}, make_seed(0, "race", 0))
    assert set(metrics) == {objective.metric}
    assert 0.8 < metrics["accuracy"] <= 1


def test_definition_of_the_readme_is_legal(folder: Path):
    """The example of a definition passes every check and means what its comments say."""
    sweep = parse_sweep(block("yaml", "name: wine-forest"), source="README.md", base=folder)
    assert (sweep.search.configs, sweep.seeds.n) == (50, 20)
    drawn = [sweep.space.propose(0, k) for k in range(50)]
    assert all(("max_samples" in values) == values["bootstrap"] for values in drawn)


def test_table_of_commands_is_complete():
    """The README's table and the program know the same commands."""
    assert set(re.findall(r"^\| `sweeps ([a-z]+)", README, re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\]\(([\w./-]+)\)", README))))
def test_links_of_the_readme_lead_somewhere(name: str):
    """Whatever the README points to in this repository is there."""
    assert (ROOT / name).exists()
