"""Given configurations, from a list and from a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sweeps.errors import SpecError
from sweeps.space import Space
from sweeps.spec import Sweep, read_sweep
from sweeps.spec.listed import read_listed

if TYPE_CHECKING:
    from pathlib import Path

SPACE = Space.from_mapping(
    {
        "C": {"float": [1e-3, 1e3]},
        "kernel": {"choice": ["rbf", "poly", "1", None, True, [64, 32]]},
        "degree": {"int": [2, 5], "when": {"kernel": "poly"}},
        "tol": 0.1,
    }
)


def read(given: object, base: Path | None = None) -> list[dict[str, Any]]:
    rows, problems = read_listed(given, SPACE, base)
    assert problems == []
    return [dict(row) for row in rows or ()]


def problems_of(given: object, base: Path | None = None) -> list[str]:
    return [str(problem) for problem in read_listed(given, SPACE, base)[1]]


def test_duplicates_collapse_to_the_first_and_constants_are_filled_in():
    """Equal values are one configuration, whatever their order and numeric type."""
    given = [
        {"C": 2, "kernel": "rbf"},
        {"kernel": "poly", "degree": 3, "C": 1.0},
        {"kernel": "rbf", "C": 2.0, "tol": 0.1},
    ]
    assert read(given) == [
        {"C": 2.0, "kernel": "rbf", "tol": 0.1},
        {"C": 1.0, "kernel": "poly", "degree": 3, "tol": 0.1},
    ]


def test_a_csv_file_gives_the_same_as_the_list_it_was_made_from(tmp_path: Path):
    """Cells become values of their hyperparameter's type; empty ones are left out."""
    text = (
        "kernel, C ,degree\n"
        "rbf,1e-3,\n"
        "\n"
        "poly, 5 ,3\n"
        "1,7,\n"
        "None,7,\n"
        "null,8,\n"
        "True,9,\n"
        "true,10,\n"
        '"[64, 32]",11,\n'
        "rbf,0.001,\n"
    )
    (tmp_path / "configs.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert read("configs.csv", tmp_path) == read(
        [
            {"C": 0.001, "kernel": "rbf"},
            {"C": 5, "kernel": "poly", "degree": 3},
            {"C": 7, "kernel": "1"},
            {"C": 7, "kernel": None},
            {"C": 8, "kernel": None},
            {"C": 9, "kernel": True},
            {"C": 10, "kernel": True},
            {"C": 11, "kernel": [64, 32]},
        ]
    )


@pytest.mark.parametrize(
    ("given", "messages"),
    [
        (5, ["search.from: must be the path of a CSV file, or a list of configurations, got 5. "]),
        ([], ["search.from: there is no configuration in it. Give at least one."]),
        (
            [{"C": 1}, "rbf", [1]],
            [
                "search.from[1]: a configuration must be a mapping of hyperparameters to values, "
                "got 'rbf'.",
                "search.from[2]: a configuration must be a mapping",
            ],
        ),
        (
            [{"C": 1, "kernel": "rbf"}, {"C": 0, "kernel": "rfb"}, {"D": 1, "kernel": "poly"}],
            [
                "search.from[1].C: ",
                "search.from[1].kernel: ",
                "search.from[2].D: there is no hyperparameter of that name",
                "search.from[2].C: `C` is active here and needs a value",
                "search.from[2].degree: `degree` is active here and needs a value",
            ],
        ),
    ],
)
def test_what_is_wrong_in_a_list_is_said_of_its_entry(given: object, messages: list[str]):
    """Every wrong entry is reported with its position from 0, as in Python and YAML."""
    found = problems_of(given)
    assert len(found) == len(messages)
    assert all(text.startswith(start) for text, start in zip(found, messages, strict=True)), found


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("", ["search.from: there is no configuration in it"]),
        ("C,kernel\n", ["search.from: there is no configuration in it"]),
        (
            "C,kernl,C\n1,rbf,2\n",
            [
                "search.from (a.csv header): column `C` stands 2 times. Keep one of them.",
                "search.from (a.csv header): `kernl` is no hyperparameter of the space. Did you "
                "mean `kernel`?",
            ],
        ),
        (
            "C,kernel\n1,rbf\n1\n1,rbf,3\n",
            [
                "search.from (a.csv row 2): the row must have as many cells as the header, which "
                "has 2, got 1. Correct the row.",
                "search.from (a.csv row 3): the row must have as many cells",
            ],
        ),
        (
            "C,kernel\n1,rbf\nmany,rbf\n1,[\n",
            ["search.from (a.csv row 2).C: ", "search.from (a.csv row 3).kernel: "],
        ),
        ('C,kernel\n1,"rbf\n', ["search.from: `a.csv` line 2 is no CSV: unexpected end of data."]),
    ],
)
def test_what_is_wrong_in_a_csv_file_is_said_of_its_row(
    tmp_path: Path, text: str, messages: list[str]
):
    """Every wrong row is reported with its number, counted from 1 below the header."""
    (tmp_path / "a.csv").write_text(text)
    found = problems_of("a.csv", tmp_path)
    assert len(found) == len(messages)
    assert all(text.startswith(start) for text, start in zip(found, messages, strict=True)), found


def test_a_csv_file_that_cannot_be_read_says_why(tmp_path: Path):
    """Missing files come with the nearest one; folders and other encodings are refused."""
    (tmp_path / "configs.csv").write_bytes(b"C\n\xff\n")
    assert "there is no file `" in problems_of("confgs.csv", tmp_path)[0]
    assert "Did you mean `configs.csv`?" in problems_of("confgs.csv", tmp_path)[0]
    assert "is not text in UTF-8. Save it as CSV" in problems_of("configs.csv", tmp_path)[0]
    assert "cannot be read: Is a directory. Give the path" in problems_of(".", tmp_path)[0]


def test_a_long_list_of_mistakes_is_cut():
    """Twenty wrong rows are shown, and the rest are counted."""
    found = problems_of([{"C": -1, "kernel": "rbf"}] * 1025)
    assert len(found) == 21
    assert found[-1].startswith("search.from: 1,005 more of 1,025 configurations are not legal.")


def test_rows_are_not_judged_without_a_space():
    """When the space is wrong, only the form of the list is checked."""
    assert read_listed([{"anything": 1}], None, None) == (None, [])


def test_a_sweep_over_a_csv_file_keeps_its_rows_and_names_its_lines(folder: Path):
    """The path starts from the definition's folder; problems stand at the line of `from`."""
    text = "objective: train.py\nseeds: 3\nsearch:\n  sampler: listed\n  from: data/a.csv\n"
    (folder / "a.yaml").write_text(text)
    (folder / "data").mkdir()
    (folder / "data" / "a.csv").write_text("x,kind\n0.5,a\n0.25,b\n0.5,a\n")
    sweep = read_sweep(folder / "a.yaml")
    assert sweep.search.listed == ((("x", 0.5), ("kind", "a")), (("x", 0.25), ("kind", "b")))
    (folder / "data" / "a.csv").unlink()
    assert Sweep.from_mapping(sweep.document(), base=folder) == sweep
    (folder / "data" / "a.csv").write_text("x,kind\n5,a\n0.9,b\n")
    with pytest.raises(SpecError) as caught:
        read_sweep(folder / "a.yaml")
    assert [(problem.line, problem.where) for problem in caught.value.problems] == [
        (5, "search.from (a.csv row 1).x"),
        (5, "search.from (a.csv row 2)"),
    ]
