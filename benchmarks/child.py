"""Runs one measurement in a fresh process: `python -m benchmarks.child peers tuner '{"n": 9}'`.

What the measurement returns is printed as JSON in the last line; lines before it are noise.
"""

from __future__ import annotations

import importlib
import json
import sys


def main() -> None:
    """Call the function that the command line names."""
    module, function, arguments = sys.argv[1:]
    measure = getattr(importlib.import_module(f"benchmarks.{module}"), function)
    found = measure(**json.loads(arguments))
    print("\n" + json.dumps(found))


if __name__ == "__main__":
    main()
