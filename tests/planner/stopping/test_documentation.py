"""`docs/early-stopping.md` shows numbers that the rules really give."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "early-stopping.md"


@pytest.mark.slow
def test_every_example_of_the_page_gives_what_it_shows():
    """The page is run from top to bottom."""
    tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tried.attempted > 10
    assert tried.failed == 0
