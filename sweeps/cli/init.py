"""`sweeps init`: a commented definition to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sweeps.cli.option import Json
from sweeps.errors import SweepError


def init(
    objective: Annotated[
        str, typer.Argument(help="Objective, such as objectives.svm or train.py:fit.")
    ],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; by default NAME.yaml.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
    as_json: Json = False,
) -> None:
    """Write a commented YAML file for an objective.

    Example: sweeps init objectives.svm
    """
    from sweeps.cli.output import json_alone, print_json, say
    from sweeps.objective import load_objective
    from sweeps.template import template

    with json_alone(as_json):
        loaded = load_objective(objective)
    path = out or Path(_stem(objective) + ".yaml")
    _write(path, template(loaded), force=force)
    if as_json:
        print_json({"file": str(path), "objective": loaded.reference})
    else:
        say(f"Wrote {path}. Look through it, then:  sweeps run {path}")


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        message = f"`{path}` exists already. Choose another file with --out, or add --force."
        raise SweepError(message) from error
    except OSError as error:
        message = f"`{path}` cannot be written: {error.strerror}. Choose another with --out."
        raise SweepError(message) from error


def _stem(objective: str) -> str:
    target = objective.partition(":")[0]
    return Path(target).stem if target.endswith(".py") else target.rpartition(".")[2]
