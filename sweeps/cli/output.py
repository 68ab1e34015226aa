"""Prints to standard output: JSON for programs, rich renderables for people."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from rich.console import RenderableType


def print_json(value: Any) -> None:
    """Print plain data as JSON; NaN and infinity become null, as JSON knows neither."""
    typer.echo(json.dumps(_plain(value), indent=2, ensure_ascii=False, allow_nan=False))


def print_rich(renderables: Iterable[RenderableType]) -> None:
    """Print tables and sentences, as wide as the terminal."""
    from rich.console import Console

    console = Console()
    for renderable in renderables:
        console.print(renderable)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Turn a frame into JSON-able rows; what is missing is left out as null."""
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    return None if type(value).__name__ in {"NAType", "NaTType"} else str(value)
