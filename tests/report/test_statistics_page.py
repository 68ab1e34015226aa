"""`docs/statistics.md` and `docs/sensitivity.md` leave no question out."""

from __future__ import annotations

from pathlib import Path

import pytest

from sweeps.analysis.describing.statistic import STATISTICS
from sweeps.cli.main import COMMANDS
from sweeps.report.winner import ESTIMATES
from sweeps.results.questions import Questions

DOCS = Path(__file__).parents[2] / "docs"
PAGE = "".join(
    (DOCS / name).read_text(encoding="utf-8") for name in ("statistics.md", "sensitivity.md")
)
METHODS = [name for name in dir(Questions) if not name.startswith("_")]


@pytest.mark.parametrize("name", METHODS)
def test_every_method_that_answers_a_question_is_explained(name):
    """By its name, as it is called."""
    assert f"r.{name}(" in PAGE


@pytest.mark.parametrize("name", [*STATISTICS[1:], *ESTIMATES])
def test_every_statistic_and_estimate_is_explained(name):
    """By the word that is typed."""
    assert f"`{name}`" in PAGE


@pytest.mark.parametrize("name", ["best", "compare", "importance", "seeds"])
def test_every_command_that_answers_a_question_is_named(name):
    """Beside the method that it calls."""
    assert name in COMMANDS
    assert f"`sweeps {name} NAME" in PAGE
