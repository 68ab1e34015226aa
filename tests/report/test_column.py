"""Tables of plain text: their widths, and what becomes of entries that do not fit."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from sweeps.report.column import Column, Grid, wrapped

COLUMNS = [
    Column("n", ["1", "1,000"]),
    Column("name", ["b", "a long name of many words"], is_number=False, wraps=True),
    Column("mean", ["0.5", "12.25"]),
]


def lines_of(grid, width, encoding="utf-8"):
    """Give the lines that a terminal of that width and encoding shows."""
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    console = Console(file=file, width=width, color_system=None)
    console.print(grid)
    file.flush()
    return file.buffer.getvalue().decode(encoding).splitlines()


def test_numbers_stand_at_the_right_and_words_at_the_left():
    """Every column is as wide as its widest entry, two spaces apart."""
    assert lines_of(Grid(COLUMNS), 80) == [
        "    n  name                        mean",
        "─" * 39,
        "    1  b                            0.5",
        "1,000  a long name of many words  12.25",
    ]
    assert Grid(COLUMNS).width == 39


def test_only_columns_that_may_wrap_get_narrower():
    """Figures stay whole where words can give way."""
    assert lines_of(Grid(COLUMNS), 24)[2:] == [
        "    1  b             0.5",
        "1,000  a long      12.25",
        "       name of",
        "       many words",
    ]


@pytest.mark.parametrize("width", [5, 12, 24, 30, 39, 80])
def test_no_line_is_wider_than_the_terminal(width):
    """Where even wrapping does not help, lines are cut."""
    assert max(cell_len(line) for line in lines_of(Grid(COLUMNS), width)) <= width


def test_wide_characters_and_line_breaks_keep_the_columns_straight():
    """A character of two cells counts as two; a line break in an entry is a space."""
    columns = [Column("x", ["\u5b57", "a\nb"], is_number=False), Column("n", ["1", "2"])]
    assert lines_of(Grid(columns), 80)[2:] == ["\u5b57   1", "a b  2"]


def test_terminal_without_unicode_gets_plain_characters():
    """The rule is made of hyphens where nothing else can be written."""
    assert lines_of(Grid(COLUMNS), 80, "ascii")[1] == "-" * 39


def test_words_longer_than_a_line_are_broken():
    """Nothing is lost, not even of a word without spaces."""
    assert "".join(wrapped("x" * 25, 10)) == "x" * 25
    assert wrapped("", 10) == [""]
