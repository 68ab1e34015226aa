"""`sweeps list`: what a store holds."""

from __future__ import annotations

from sweeps.cli.option import Json, Store


def list_sweeps(store: Store = None, as_json: Json = False) -> None:
    """List the sweeps of a store, newest first.

    Example: sweeps list --store sqlite:///team.db
    """
    from contextlib import closing
    from dataclasses import asdict

    from sweeps.cli.output import print_json, print_rich
    from sweeps.store import open_store

    with closing(open_store(store, create=False)) as opened:
        summaries = opened.sweeps()
        if as_json:
            print_json([asdict(summary) for summary in summaries])
            return
        from sweeps.report.table import sweep_list

        print_rich(sweep_list(summaries))
