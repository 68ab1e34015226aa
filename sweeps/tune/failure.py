"""What an exception of the user's code becomes in a report: one line, and a traceback."""

from __future__ import annotations

import traceback

OURS = "sweeps.tune."
"""Modules whose frames come before the objective's own."""


def one_line(error: BaseException) -> str:
    """Give class and first line of an exception."""
    if isinstance(error, SystemExit):
        return f"called sys.exit({error.code!r})"
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # noqa: BLE001 - the error of an error is no news
        lines = []
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def trace_of(error: BaseException) -> str:
    """Give the traceback from the objective's own first frame on."""
    trace = error.__traceback__
    while trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith(OURS):
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace or error.__traceback__))
