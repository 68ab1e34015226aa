"""Reads the entries of hyperparameters with bounds: `{float: [1e-3, 1], log: true, grid: 5}`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from sweeps.errors import Problem
from sweeps.space.number import Float, Integer
from sweeps.space.value import finite_number, is_list

if TYPE_CHECKING:
    from collections.abc import Mapping

LARGEST_INT: Final = 2**53
"""Integers up to here are exact as floats, with which ConfigSpace computes."""


@dataclass(frozen=True, slots=True)
class _Range:
    low: int | float
    high: int | float
    log: bool
    grid: int | None


def read_float(name: str, entry: Mapping[str, object], problems: list[Problem]) -> Float | None:
    """Read an entry of kind `float`; None where something is wrong with its bounds."""
    found = _read_range(f"space.{name}", "float", entry, problems)
    if found is None:
        return None
    return Float(name, (), float(found.low), float(found.high), found.log, found.grid)


def read_integer(name: str, entry: Mapping[str, object], problems: list[Problem]) -> Integer | None:
    """Read an entry of kind `int`; None where something is wrong with its bounds."""
    found = _read_range(f"space.{name}", "int", entry, problems)
    if found is None:
        return None
    result = Integer(name, (), int(found.low), int(found.high), found.log, found.grid)
    if found.grid is not None and found.grid > len(result.every):
        rule = f"`grid` has more points than there are integers, {len(result.every)}"
        remedy = "Leave `grid` out: then all of them are used."
        problems.append(Problem(f"space.{name}.grid", rule, str(found.grid), remedy))
    return result


def read_number(where: str, label: str, raw: object, problems: list[Problem]) -> int | float | None:
    """Read a finite number; `label` names it in the rule."""
    number = finite_number(raw)
    if number is not None:
        return number
    is_text = isinstance(raw, str)
    got = f"{raw!r}, a string" if is_text else repr(raw)
    remedy = "Write a number."
    if is_text and (meant := _number_in(str(raw))) is not None:
        remedy = f"Remove the quotes, or write {meant!r}."
    problems.append(Problem(where, f"{label} must be a finite number", got, remedy))
    return None


def _read_range(
    where: str, kind: str, entry: Mapping[str, object], problems: list[Problem]
) -> _Range | None:
    log = entry.get("log", False)
    if not isinstance(log, (bool, np.bool_)):
        rule = "`log` must be true or false"
        problems.append(Problem(f"{where}.log", rule, repr(log), "Write `log: true`."))
        log = False
    grid = _read_grid(f"{where}.grid", entry.get("grid"), problems)
    place = f"{where}.{kind}"
    raw = entry[kind]
    if not is_list(raw) or len(raw) != 2:
        rule = "bounds are a list of two numbers"
        problems.append(Problem(place, rule, repr(raw), "Write `[low, high]`."))
        return None
    low, high = (
        _read_bound(place, side, bound, problems, is_whole=kind == "int")
        for side, bound in zip(("low", "high"), raw, strict=True)
    )
    if low is None or high is None:
        return None
    problem = _order_problem(place, low, high, log=bool(log))
    if problem:
        problems.append(problem)
        return None
    return _Range(low, high, bool(log), grid)


def _read_grid(where: str, raw: object, problems: list[Problem]) -> int | None:
    if raw is None:
        return None
    number = finite_number(raw)
    if isinstance(number, int) and number >= 2:
        return number
    rule = "`grid` must be a whole number of points, 2 or more"
    problems.append(Problem(where, rule, repr(raw), "Write `grid: 5`, for example."))
    return None


def _read_bound(
    where: str, side: str, raw: object, problems: list[Problem], *, is_whole: bool
) -> int | float | None:
    number = read_number(where, f"`{side}`", raw, problems)
    if number is None or not is_whole:
        return number
    if isinstance(number, float) and not number.is_integer():
        rule = f"`{side}` of an `int` must be a whole number"
        remedy = f"Write {round(number)}, or make it a `float`."
        problems.append(Problem(where, rule, repr(number), remedy))
        return None
    if abs(number) > LARGEST_INT:
        rule = f"`{side}` of an `int` must lie within 2**53 of 0"
        remedy = "Make it a `float`, or let the objective scale it."
        problems.append(Problem(where, rule, repr(number), remedy))
        return None
    return int(number)


def _order_problem(where: str, low: float, high: float, *, log: bool) -> Problem | None:
    rule, remedy = "`low` must be below `high`", ""
    if low == high:
        remedy = f"Write it as a constant: `{{constant: {low!r}}}`."
    elif low > high:
        remedy = "Swap them."
    elif log and low <= 0:
        rule, remedy = "`low` must be above 0 on a log scale", "Raise `low`, or leave `log` out."
    elif log and math.log(low) == math.log(high):
        rule, remedy = "`low` and `high` are too close for a log scale", "Leave `log` out."
    elif not math.isfinite(high - low):
        rule, remedy = "the range from `low` to `high` is too wide for a float", "Narrow it."
    return Problem(where, rule, f"low={low!r}, high={high!r}", remedy) if remedy else None


def _number_in(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
