"""What counts as a report: a dict of scalar numbers under names that results can carry."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from sweeps.column import is_reserved


class MalformedReportError(ValueError):
    """What the objective gave back is no report; the message says why."""


def numbers(report: Any) -> dict[str, float]:
    """Check a report and turn its values into floats; None means not reported.

    Raises:
        MalformedReportError: It is no dict, a value is no scalar number, or a name is none.

    Example:
        >>> numbers({"accuracy": 1, "loss": None})
        {'accuracy': 1.0}
    """
    if not isinstance(report, Mapping):
        message = f"the objective must give a dict of metrics, but it gave {_described(report)}"
        raise MalformedReportError(message)
    reported = ((name, value) for name, value in report.items() if value is not None)
    return {_name(name): _number(name, value) for name, value in reported}


def _name(name: object) -> str:
    if not isinstance(name, str):
        message = f"a metric's name must be text, but it was {name!r}"
        raise MalformedReportError(message)
    if is_reserved(name):
        message = f"the metric name {name!r} is taken by a column of the results; rename it"
        raise MalformedReportError(message)
    # the driver may not know the class of an enumeration's member
    return name if type(name) is str else str.__str__(name)


def _number(name: str, value: Any) -> float:
    if type(value) is float:
        return value
    number = value if isinstance(value, Real) else _only_item(value)
    try:
        if isinstance(number, Real):
            return float(number)
    except OverflowError as error:
        message = f"the metric `{name}` must fit into a float, but it was too large; report its log"
        raise MalformedReportError(message) from error
    message = f"the metric `{name}` must be a number, but it was {_described(value)}"
    raise MalformedReportError(message)


def _only_item(value: Any) -> object:
    """Give what an array or a tensor of one element holds, None where it is something else."""
    try:
        return value.item()
    except (AttributeError, TypeError, ValueError, RuntimeError):  # torch raises the last one
        return None


def _described(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
