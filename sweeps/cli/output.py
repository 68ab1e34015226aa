"""Prints to standard output: JSON for programs, sentences and tables for people."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from rich.console import RenderableType

    from sweeps.results import Results


def say(text: str) -> None:
    """Print a line; that nobody reads it is no error."""
    try:
        typer.echo(text)
    except BrokenPipeError:
        from sweeps.report.console import abandon

        abandon(sys.stdout)


def print_json(value: Any) -> None:
    """Print plain data as JSON; NaN and infinity become null, as JSON knows neither."""
    say(json.dumps(_plain(value), indent=2, allow_nan=False))


def print_rich(renderables: Iterable[RenderableType]) -> None:
    """Print tables and sentences, as wide as the terminal."""
    from sweeps.report.console import PatientConsole

    console = PatientConsole()
    for renderable in renderables:
        console.print(renderable)


@contextmanager
def json_alone(as_json: bool) -> Iterator[None]:
    """Send what the objective prints to standard error, where standard output is for JSON."""
    if not as_json:
        yield
        return
    with redirect_stdout(sys.stderr):
        yield


def facts(results: Results, *, top: int | None) -> dict[str, Any]:
    """Give a sweep and its leaderboard as plain data, `top` configurations of it or all."""
    return {
        "name": results.name,
        "status": results.status,
        "metric": results.metric,
        "mode": results.mode,
        "n_runs": len(results.runs),
        "configs": records(results.configs, top),
    }


def records(frame: pd.DataFrame, top: int | None) -> list[dict[str, Any]]:
    """Give the first rows of a frame, or all of them, each as a dict."""
    shown = frame if top is None else frame.head(top)
    return [{str(key): value for key, value in row.items()} for row in shown.to_dict("records")]


def answer(frame: pd.DataFrame, top: int | None = None) -> dict[str, Any]:
    """Give a frame as plain data: its rows, and beside them how it was made."""
    made = {str(name): fact for name, fact in frame.attrs.items()}
    return {"rows": records(frame, top), **made}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    return None if type(value).__name__ in {"NAType", "NaTType"} else str(value)
