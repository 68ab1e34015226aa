"""Frames of answers as rows of plain values, and what is to be said where they have none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame, each as a dict."""
    return [{str(key): cell for key, cell in row.items()} for row in frame.to_dict("records")]


def why(frame: pd.DataFrame) -> str:
    """Give the reasons that a frame names, each once.

    Example:
        >>> import pandas as pd
        >>> frame = pd.DataFrame()
        >>> frame.attrs["reasons"] = ("Run more.", "Run more.")
        >>> why(frame)
        'Run more.'
    """
    return " ".join(dict.fromkeys(frame.attrs.get("reasons", ())))


def number_of(frame: pd.DataFrame, name: str) -> float:
    """Give a number that a frame says about itself, NaN where it does not.

    Example:
        >>> import pandas as pd
        >>> number_of(pd.DataFrame(), "fit")
        nan
    """
    found = frame.attrs.get(name)
    return math.nan if found is None else float(found)


def is_there(content: object) -> bool:
    """Say whether a cell holds anything: neither None, NaN nor NA.

    Example:
        >>> [is_there(content) for content in (0, "", None, float("nan"))]
        [True, True, False, False]
    """
    if content is None or type(content).__name__ in {"NAType", "NaTType"}:
        return False
    return not isinstance(content, float) or content == content  # noqa: PLR0124 - NaN is not
