"""Runs the measurements of a benchmark as its command line asks for, each in a fresh process."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, conditions, keep, render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]


def in_fresh_process(module: str, function: str, **arguments: Any) -> dict[str, Any]:
    """Run one measurement in a fresh process and give what it found."""
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    ended = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "benchmarks.child", module, function, json.dumps(arguments)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return found


def command(
    name: str,
    description: str,
    sections: Mapping[str, Callable[[Any], list[Figure]]],
    *,
    sizes: tuple[Any, Any],
    quick: str,
    packages: Sequence[str],
) -> None:
    """Measure what the command line asks for, print it, and keep it if it is everything.

    Args:
        name: Name of the benchmark: of its make target and of its place on the page.
        description: What it measures, in one line.
        sections: What can be measured, by name.
        sizes: How much is measured, in full and with `--quick`.
        quick: What `--quick` does.
        packages: Whose versions stand below the tables.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help=quick)
    parser.add_argument("--only", choices=sections, action="append", help="may be repeated")
    options = parser.parse_args()
    figures: list[Figure] = []
    for section in options.only or list(sections):
        print(f"Measuring {section} …", file=sys.stderr, flush=True)
        figures += sections[section](sizes[options.quick])
    text = render(figures, conditions(f"make bench-{name}", packages))
    print(text)
    if not options.quick and not options.only:
        keep(text, name)
