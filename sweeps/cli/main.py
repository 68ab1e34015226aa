"""The program `sweeps`: its commands, and what becomes of their errors."""

from __future__ import annotations

import io
import os
import signal
import sys
from typing import TYPE_CHECKING, Annotated

import typer

import sweeps
from sweeps.cli import (
    best,
    compare,
    delete,
    doctor,
    importance,
    init,
    listing,
    logs,
    run,
    seeds,
    show,
    status,
    stop,
    submit,
    try_out,
)
from sweeps.errors import ExecutionError, SweepError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="sweeps",
    help="Hyperparameter sweeps in which the random seed is a first-class dimension.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"sweeps {sweeps.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Say the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


COMMANDS: dict[str, Callable[..., None]] = {
    "init": init.init,
    "run": run.run,
    "try": try_out.try_out,
    "submit": submit.submit,
    "status": status.status,
    "logs": logs.logs,
    "stop": stop.stop,
    "list": listing.list_sweeps,
    "show": show.show,
    "best": best.best,
    "compare": compare.compare,
    "seeds": seeds.seeds,
    "importance": importance.importance,
    "delete": delete.delete,
    "doctor": doctor.doctor,
}
for name, command in COMMANDS.items():
    app.command(name)(command)


def main() -> None:
    """Run the program: exit code 0, 1 for our faults, 2 for the user's, 130 after Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # not all encodings have `±`
            stream.reconfigure(errors="replace")
    if os.environ.get("RAY_JOB_STOP_SIGNAL") == "SIGINT":
        # a head that a script started in the background hands on that SIGINT is ignored
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        app()
    except ExecutionError as error:
        _fail(error, 1)
    except SweepError as error:
        _fail(error, 2)


def _fail(error: SweepError, code: int) -> None:
    typer.echo(f"error: {error}", err=True)
    sys.exit(code)
