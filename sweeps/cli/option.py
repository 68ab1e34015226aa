"""Options and arguments that several commands share, so that they read the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="YAML file of the sweep.", show_default=False)]
Running = Annotated[
    str, typer.Argument(help="Name of a sweep, or of one of its jobs.", show_default=False)
]
Name = Annotated[str, typer.Argument(help="Name of a stored sweep.", show_default=False)]
Store = Annotated[
    str | None,
    typer.Option(help="Address of the store; else $SWEEPS_STORE, else sqlite:///sweeps.db."),
]
Address = Annotated[
    str | None,
    typer.Option(
        help="Address of the cluster, http://HOST:8265; else $RAY_API_SERVER_ADDRESS or "
        "$RAY_ADDRESS; auto on the head itself."
    ),
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Start from nothing; keep the stored sweep aside.")
]
AcceptCodeChange = Annotated[
    bool, typer.Option("--accept-code-change", help="Go on though code or data changed.")
]
Env = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME[=VALUE]",
        help="Environment variable for driver and runs on a cluster; without a value the one here. "
        "May be repeated.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="Change a key of the file; may be repeated."),
]
