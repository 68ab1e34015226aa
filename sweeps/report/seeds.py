"""How much the seed matters, how many seeds it takes, and whether fewer would have fooled us."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from rich.text import Text

from sweeps.report.column import Column, Grid
from sweeps.report.decision import listed
from sweeps.report.figure import interval, notes, percent, percent_interval
from sweeps.report.luck import luck
from sweeps.report.progress import unfinished
from sweeps.report.wording import MISSING, measured, number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd
    from rich.console import RenderableType

    from sweeps.results import Results

TOP = 0.1
"""Share of the configurations that count as the best, where these are not too few."""
FEWEST_ON_TOP = 5
"""Configurations that it takes to say how much they differ."""


@dataclass(frozen=True, slots=True)
class SeedAnswers:
    """Everything that a sweep says of its seeds.

    Attributes:
        components: Where the variance of the scores comes from.
        near_the_top: The same among the best configurations.
        needed: Numbers of seeds for several goals.
        stability: How often fewer seeds would have chosen another configuration.
    """

    components: pd.DataFrame
    near_the_top: pd.DataFrame
    needed: pd.DataFrame
    stability: pd.DataFrame


class Goals(TypedDict, total=False):
    """What seeds may be needed for: the keywords of `Results.seeds_needed`."""

    difference: float | None
    width: float | None
    reliability: float | None
    probability: float | None
    power: float
    top: float | None


def seed_answers(results: Results, **goals: Unpack[Goals]) -> SeedAnswers:
    """Ask a sweep everything about its seeds.

    Args:
        results: The sweep.
        goals: What seeds are needed for; without any the usual goals.

    Raises:
        ResultsError: A goal is out of its range.
    """
    n_configs = len(results.configs)
    top = min(max(TOP, FEWEST_ON_TOP / max(n_configs, 1)), 1.0)
    return SeedAnswers(
        results.variance(),
        results.variance(top=top),
        results.seeds_needed(**goals),
        results.stability(),
    )


def seed_report(results: Results, answers: SeedAnswers) -> list[RenderableType]:
    """Show what the seeds do to a sweep: in words, then three tables.

    Args:
        results: The sweep.
        answers: What it says of its seeds.
    """
    said = luck(answers.components, answers.stability, answers.near_the_top)
    text = said or f"`{results.name}` cannot say what its seeds do."
    of_variance = list(_reasons(answers.components))
    of_needed = [*_missing(answers.needed), *_reasons(answers.needed), *_whose(answers.needed)]
    of_stability = [*_meanings(answers.stability), *_reasons(answers.stability)]
    return [
        *unfinished(results),
        Text(text),
        *_table("Where the variance of one run comes from", _variance(answers.components)),
        *notes(of_variance),
        *_table("How many seeds it takes", _needed(answers.needed)),
        *notes(_new(of_needed, of_variance)),
        *_table("Would fewer seeds have fooled us?", _stability(answers.stability)),
        *notes(_new(of_stability, [*of_variance, *of_needed])),
    ]


def _new(sentences: Sequence[str], told: Sequence[str]) -> list[str]:
    """Leave out what was told already, under an earlier table."""
    return [sentence for sentence in sentences if sentence not in told]


def _table(title: str, columns: list[Column]) -> list[RenderableType]:
    heading = Text(f"\n{title}", style="bold")
    return [heading, Grid(columns)] if columns[0].cells else [heading, Text("Nothing is known.")]


def _variance(frame: pd.DataFrame) -> list[Column]:
    rows = _rows(frame)
    return [
        Column("source", [str(row["source"]) for row in rows], is_number=False),
        Column("share", [percent(row["share"]) for row in rows]),
        Column("95 % interval", [percent_interval(row["low"], row["high"]) for row in rows]),
        Column("variance", [number(row["variance"]) for row in rows]),
    ]


def _needed(frame: pd.DataFrame) -> list[Column]:
    rows = _rows(frame)
    return [
        Column("goal", [str(row["goal"]) for row in rows], is_number=False, wraps=True),
        Column("target", [number(float(row["target"])) for row in rows]),
        Column("seeds", [_whole(row["seeds"]) for row in rows]),
        Column("you have", [_whole(row["have"]) for row in rows]),
    ]


def _stability(frame: pd.DataFrame) -> list[Column]:
    rows = [row for row in _rows(frame) if not math.isnan(row["wrong"])]
    return [
        Column("seeds", [_whole(row["n_seeds"]) for row in rows]),
        Column("another won", [percent(row["wrong"]) for row in rows]),
        Column("clearly worse", [percent(row["clearly_wrong"]) for row in rows]),
        Column("cost", [measured(row["cost"], row["low"], row["high"]).mean for row in rows]),
        Column("95 % interval", [interval(row["cost"], row["low"], row["high"]) for row in rows]),
    ]


def _meanings(frame: pd.DataFrame) -> Iterator[str]:
    """Say what the columns mean, and why rows are missing."""
    if frame["wrong"].notna().any():
        yield (
            "another won: the share of such draws of seeds that choose another one than all seeds "
            "do; clearly worse: one that can be told apart from it."
        )
        yield (
            "cost: how much worse the chosen one is under the seeds that did not choose it than "
            "the one chosen with all seeds but one."
        )
    left_out = frame["wrong"].isna()
    yield from frame["reason"][~left_out].dropna()
    yield from frame["reason"][left_out].dropna().iloc[:1]


def _missing(needed: pd.DataFrame) -> Iterator[str]:
    """Give each reason why numbers are missing, with the goals it is about where not all."""
    goals: dict[str, list[str]] = {}
    for row in _rows(needed):
        if isinstance(row["reason"], str) and row["reason"]:
            target = number(float(row["target"])).replace(MISSING, "")
            goals.setdefault(row["reason"], []).append(f"{row['goal']} {target}".strip())
    for reason, about in goals.items():
        yield reason if len(about) == len(needed) else f"{listed(about)}: {reason}"


def _whose(needed: pd.DataFrame) -> Iterator[str]:
    """Say how to ask about the best alone, where reliability is that of everybody."""
    is_reliability = (needed["goal"] == "reliability") & needed["seeds"].notna()
    if needed.attrs.get("top") is None and is_reliability.any():
        yield f"Reliability is about all configurations; `--top {TOP}` asks about the best only."


def _reasons(frame: pd.DataFrame) -> Iterator[str]:
    yield from frame.attrs.get("reasons", ())


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    return [{str(key): cell for key, cell in row.items()} for row in frame.to_dict("records")]


def _whole(content: object) -> str:
    """Write a whole number, `-` where it is missing."""
    is_known = isinstance(content, int | float) and math.isfinite(content)
    return f"{content:,.0f}" if is_known else MISSING
