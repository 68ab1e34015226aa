"""All against the best in words: ruled out, not told apart, or never compared."""

from __future__ import annotations

import io
import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from rich.console import Console

from sweeps.report.against_best import against_best

NAN = math.nan
IDS = [f"{digit}" * 16 for digit in "abcdef"]
DROPPED = "The race dropped it on fewer seeds than the leader has."


def report(fates, *, width=120, mode="max", top=None, status="finished", name="depth", **attrs):
    """Give what a terminal shows, with single spaces; fates: tied, out or dropped."""
    n = 1 + len(fates)
    known = {"tied": (-0.1, -0.3, 0.1), "out": (-0.5, -0.7, -0.3), "dropped": (NAN, NAN, NAN)}
    rows = [(0.0, 0.0, 0.0), *(known[fate] for fate in fates)]
    table = pd.DataFrame(rows, columns=["difference", "low", "high"])
    table = table.assign(
        config_id=IDS[:n],
        rank=range(1, n + 1),
        n=10,
        p_value=0.01,
        p_adjusted=[NAN, *(NAN if fate == "dropped" else 0.02 for fate in fates)],
        tied=[True, *(fate == "tied" for fate in fates)],
        reason=pd.array(["", *(DROPPED * (fate == "dropped") for fate in fates)], dtype="str"),
        C=[0.5] * n,
        gamma=[1.0, *[NAN] * (n - 1)],
        **{name: range(n)},
    )
    table["reason"] = table["reason"].replace("", None)
    table.attrs.update(attrs)
    results: Any = SimpleNamespace(
        metric="accuracy",
        mode=mode,
        hyperparameters=("C", name, "gamma"),
        status=status,
        n_planned=None if status == "finished" else 9,
        runs=pd.DataFrame({"role": ["race"] * 4}),
        compare_to_best=lambda **_options: table,
    )
    file = io.StringIO()
    console = Console(file=file, width=width, color_system=None)
    for renderable in against_best(results, top=top):
        console.print(renderable)
    text = file.getvalue()
    assert max(len(line) for line in text.splitlines()) <= width
    assert "nan" not in text
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("fates", "said"),
    [
        (
            ["tied", "out", "out"],
            "aaaaaaaa leads. Of 3 other configurations, 1 cannot be told apart from aaaaaaaa and 2 "
            "can be ruled out. This takes into account how many were compared.",
        ),
        (["out", "out"], "aaaaaaaa leads. Of 2 other configurations, 2 can be ruled out."),
        (["tied"], "Of 1 other configuration, 1 cannot be told apart from aaaaaaaa."),
        (["out", "dropped"], "1 can be ruled out and 1 was not compared with it."),
        ([], "aaaaaaaa is the only configuration, so there is nothing to compare it with."),
    ],
)
def test_the_sentence_counts_each_fate(fates, said):
    """A configuration that was never compared is not ruled out."""
    assert said in report(fates)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_table_has_a_row_each_and_the_meaning_of_its_marks(width):
    """Inactive and constant hyperparameters are left out, unknown figures are dashes."""
    text = report(["tied", "dropped"], width=width)
    rows = text if width > 60 else text.replace("depth", "0.02 10 depth", 1)
    assert "2= bbbbbbbb -0.10 [-0.30, 0.10] 0.02 10 depth=1" in rows
    assert "3 cccccccc - - " in text
    assert "depth=2" in text
    assert f"1 x {DROPPED}" in text
    assert "so negative is worse" in text
    assert "gamma=" not in text
    assert "C=" not in text


@pytest.mark.parametrize("width", [45, 60, 80])
def test_no_value_is_broken_in_two(width):
    """Long ones go below their row where they do not fit beside it."""
    text = report(["tied", "out"], width=width, name="weight_decay_of_the_encoder")
    assert "weight_decay_of_the_encoder=1" in text
    assert "weight_decay_of_the_encoder=2" in text
    assert "bbbbbbbb -0.10 [-0.30, 0.10]" in text


def test_a_sweep_that_is_running_says_so():
    """Before anything that looks final."""
    text = report(["tied"], status="running")
    assert text.startswith("The sweep is not done: 4 of 9 runs are over. aaaaaaaa leads.")


def test_worse_is_positive_for_a_loss():
    """The sign is that of the metric."""
    assert "so positive is worse" in report(["out"], mode="min")


def test_a_part_is_announced_as_a_part():
    """As in the leaderboard."""
    text = report(["out", "out", "tied"], top=1)
    assert "1 of 3 configurations shown" in text
    assert "cccccccc" not in text


def test_reasons_of_the_whole_answer_are_told():
    """Such as seeds that are not shared."""
    assert "Seeds are not shared." in report(["out"], reasons=("Seeds are not shared.",))
