"""`docs/racing.md` shows numbers that the race really gives."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "racing.md"


@pytest.mark.slow
def test_every_example_of_the_page_gives_what_it_shows():
    """The page is run from top to bottom."""
    tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert tried.attempted > 10
    assert tried.failed == 0
