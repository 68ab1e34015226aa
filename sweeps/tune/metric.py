"""What counts as a report: a dict of scalar numbers under names that results can carry."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from sweeps.space import RESERVED_NAMES


class MalformedReportError(ValueError):
    """What the objective gave back is no report; the message says why."""


def numbers(report: Any) -> dict[str, float]:
    """Check a report and turn its values into floats; None means not reported.

    Raises:
        MalformedReportError: It is no dict, a value is no scalar number, or a name is taken.

    Example:
        >>> numbers({"accuracy": 1, "loss": None})
        {'accuracy': 1.0}
    """
    if not isinstance(report, Mapping):
        message = f"the objective must give a dict of metrics, but it gave {_described(report)}"
        raise MalformedReportError(message)
    return {name: _number(name, value) for name, value in report.items() if value is not None}


def _number(name: object, value: Any) -> float:
    if type(value) is float and type(name) is str and name not in RESERVED_NAMES:
        return value
    if not isinstance(name, str) or name in RESERVED_NAMES:
        message = f"the metric name {name!r} is taken by a column of the results; rename it"
        raise MalformedReportError(message)
    if isinstance(value, Real):
        return float(value)
    if getattr(value, "size", None) == 1 or getattr(value, "ndim", None) == 0:
        return float(value.item())  # an array or a tensor that holds one number
    message = f"the metric `{name}` must be a number, but it was {_described(value)}"
    raise MalformedReportError(message)


def _described(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
